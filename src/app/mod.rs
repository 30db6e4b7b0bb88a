//! One file per command; the only room that touches the disk.

mod aliases;
mod audit;
mod builtin;
mod check;
mod compare;
mod config;
mod demo;
mod explain;
mod export;
mod init;
mod inventory;
mod lanes;
mod output;
mod pack;
mod paths;
mod read;
mod rules;
mod seal;
mod template;

use crate::cli::{Cli, ColorArg, Command, CommonArgs, LangArg};
use crate::model::{Lang, work};
use clap::Parser;
use std::io::Write;

/// Exit code for a run that could not be made.
pub const COULD_NOT_RUN: u8 = 2;

/// The rules that travel inside the binary.
///
/// # Errors
/// None in a released binary: a test loads them.
pub fn builtin_rules() -> anyhow::Result<crate::Rules> {
    rules::load_all(&CommonArgs::default(), &config::Config::default())
}

/// Runs the program on the process's arguments; returns the exit code.
pub fn main() -> u8 {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !work::is_guarded() {
            print(panic);
        }
    }));
    let code = std::panic::catch_unwind(|| main_with(std::env::args_os()));
    if cfg!(debug_assertions) && std::env::var_os("GREENLANE_STEPS").is_some() {
        check::remark(&format!("steps: {}", work::counted()));
    }
    code.unwrap_or_else(|_| could_not(&anyhow::anyhow!("a mistake of the program itself")))
}

/// Parses arguments (the program's name first), runs the command, returns the exit code.
pub fn main_with<T>(args: impl IntoIterator<Item = T>) -> u8
where
    T: Into<std::ffi::OsString> + Clone,
{
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) => {
            let code = if e.use_stderr() { COULD_NOT_RUN } else { 0 };
            let said = e.render();
            if e.use_stderr() {
                let _ = write!(anstream::stderr(), "{}", said.ansi());
                return code;
            }
            return match print(&said.ansi().to_string(), ColorArg::Auto) {
                Ok(()) => code,
                Err(e) => could_not(&e),
            };
        }
    };
    match run(cli.command) {
        Ok(code) => code,
        Err(e) => could_not(&e),
    }
}

/// Says why the run could not be made.
fn could_not(error: &anyhow::Error) -> u8 {
    let text = crate::report::escape::lines(&format!("{error:#}"));
    let _ = writeln!(anstream::stderr(), "greenlane: {text}");
    COULD_NOT_RUN
}

fn run(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Inventory(args) => inventory::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Seal(args) => seal::seal(&args),
        Command::Verify(args) => seal::verify(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Read(args) => read::run(&args),
        Command::Template(args) => template::run(&args),
        Command::Lanes(args) => lanes::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Pack { command } => pack::run(&command),
        Command::Init(args) => init::run(&args),
        Command::Demo(args) => demo::run(&args),
    }
}

/// The language asked for, else that of the environment.
pub fn language(args: &CommonArgs, configured: Option<LangArg>) -> Lang {
    match args.lang.or(configured) {
        Some(LangArg::En) => Lang::En,
        Some(LangArg::Zh) => Lang::Zh,
        None => {
            let named = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
            if named.is_some_and(|v| v.starts_with("zh")) {
                Lang::Zh
            } else {
                Lang::En
            }
        }
    }
}

/// Writes to standard output, colours as asked; a closed pipe is not an error.
///
/// # Errors
/// The disk is full, or the output cannot be written otherwise.
pub fn print(text: &str, color: ColorArg) -> anyhow::Result<()> {
    let choice = match color {
        ColorArg::Auto => anstream::AutoStream::choice(&std::io::stdout()),
        ColorArg::Always => anstream::ColorChoice::Always,
        ColorArg::Never => anstream::ColorChoice::Never,
    };
    let out = std::io::stdout().lock();
    let written = if text.contains('\x1b') {
        all_of(text, anstream::AutoStream::new(out, choice))
    } else {
        all_of(text, out)
    };
    match written {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            anyhow::bail!("the output could not be written: {e}")
        }
        _ => Ok(()),
    }
}

fn all_of(text: &str, mut out: impl Write) -> std::io::Result<()> {
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The width to lay tables out for: the terminal's, else 80 columns.
pub fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|v| v.parse().ok());
    columns
        .or_else(|| comfy_table::Table::new().width().map(usize::from))
        .unwrap_or(80)
        .clamp(40, 160)
}
