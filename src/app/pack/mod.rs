//! `greenlane pack …`: for those who write rules.

mod catalogue;
mod check;
mod diff;
mod new;
mod schema;
pub mod test;

use crate::cli::PackCommand;

pub fn run(command: &PackCommand) -> anyhow::Result<u8> {
    match command {
        PackCommand::Check(args) => check::run(args),
        PackCommand::Schema(args) => schema::run(args),
        PackCommand::New(args) => new::run(args),
        PackCommand::Diff(args) => diff::run(args),
        PackCommand::Catalogue(args) => catalogue::run(args),
        PackCommand::Test(args) => test::run(args),
    }
}
