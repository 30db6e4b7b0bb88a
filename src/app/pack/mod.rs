//! `greenlane pack …`: for those who write rules.

pub mod test;

use crate::cli::PackCommand;

pub fn run(command: &PackCommand) -> anyhow::Result<u8> {
    match command {
        PackCommand::Test(args) => test::run(args),
    }
}
