//! `greenlane pack …`: for those who write rules.

mod check;
mod test;

use crate::cli::PackCommand;

pub fn run(command: &PackCommand) -> anyhow::Result<u8> {
    match command {
        PackCommand::Check(args) => check::run(args),
        PackCommand::Test(args) => test::run(args),
    }
}
