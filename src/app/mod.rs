//! One file per command; the only room that touches the disk.

mod across;
mod aliases;
mod audit;
mod baseline;
mod builtin;
mod check;
mod compare;
mod config;
mod crops;
mod demo;
mod explain;
mod export;
mod init;
mod inventory;
mod lanes;
mod lines;
mod marked;
mod ocr;
mod open;
mod output;
mod pack;
mod paths;
mod read;
mod rules;
mod seal;
mod session;
mod shell;
mod suggest;
mod sum;
mod template;
mod waive;

use crate::cli::{Cli, ColorArg, Command, CommonArgs, LangArg, OcrCommand};
use crate::model::{Lang, work};
use crate::report::table::Look;
use clap::{CommandFactory, Parser};
use std::ffi::OsString;
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
    // On Windows no shell expands `*.xlsx`.
    let code = std::panic::catch_unwind(|| main_with(wild::args_os()));
    if cfg!(debug_assertions) && std::env::var_os("GREENLANE_STEPS").is_some() {
        check::remark(&format!("steps: {}", work::counted()));
    }
    code.unwrap_or_else(|_| could_not(&anyhow::anyhow!("a mistake of the program itself")))
}

/// Parses arguments (the program's name first), runs the command, returns the exit code.
pub fn main_with<T>(args: impl IntoIterator<Item = T>) -> u8
where
    T: Into<OsString> + Clone,
{
    let args = args.into_iter().map(Into::into).collect();
    let cli = match Cli::try_parse_from(in_order(args)) {
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
    let may_hold = matches!(&cli.command, Command::Open(args) if !args.no_open);
    let code = match run(cli.command) {
        Ok(code) => code,
        Err(e) => could_not(&e),
    };
    if may_hold {
        open::hold();
    }
    code
}

/// The arguments as the command line takes them: `--lang` and `--color` may stand before the command,
/// and paths without a command are checked.
fn in_order(mut args: Vec<OsString>) -> Vec<OsString> {
    let mut early = Vec::new();
    while let Some(flag) = args.get(1).and_then(|a| a.to_str()) {
        let count = match flag {
            "--lang" | "--color" => 2,
            f if f.starts_with("--lang=") || f.starts_with("--color=") => 1,
            _ => break,
        };
        let end = args.len().min(1 + count);
        early.extend(args.drain(1..end));
    }
    let command = Cli::command();
    let first = args.get(1).filter(|first| {
        let named = command
            .get_subcommands()
            .any(|c| c.get_name() == first.as_os_str());
        !named && !first.is_empty() && std::path::Path::new(first).exists()
    });
    if first.is_some() {
        args.insert(1, "open".into());
    }
    let at = args.iter().position(|a| a == "--").unwrap_or(args.len());
    args.splice(at..at, early);
    args
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
        Command::Ocr { command } => match command {
            OcrCommand::Add(args) => ocr::add(&args),
        },
        Command::Init(args) => init::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Across(args) => across::run(&args),
        Command::Waive(args) => waive::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man => shell::man(),
        Command::Open(args) => open::run(args),
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
            // Windows keeps it elsewhere.
            let named = named.or_else(sys_locale::get_locale);
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
    print_bytes(text.as_bytes(), color)
}

/// The same of bytes; of what is no text every byte.
///
/// # Errors
/// As `print`.
pub fn print_bytes(text: &[u8], color: ColorArg) -> anyhow::Result<()> {
    let choice = match color {
        ColorArg::Auto if colour_is_forced() => anstream::ColorChoice::Always,
        ColorArg::Auto => anstream::AutoStream::choice(&std::io::stdout()),
        ColorArg::Always => anstream::ColorChoice::Always,
        ColorArg::Never => anstream::ColorChoice::Never,
    };
    let out = std::io::stdout().lock();
    let written = if text.contains(&b'\x1b') && std::str::from_utf8(text).is_ok() {
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

/// `FORCE_COLOR`, as other programs of a pipeline know it.
fn colour_is_forced() -> bool {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty());
    set("NO_COLOR").is_none() && set("FORCE_COLOR").is_some_and(|v| v != "0" && v != "false")
}

fn all_of(text: &[u8], mut out: impl Write) -> std::io::Result<()> {
    out.write_all(text)?;
    out.flush()
}

/// How tables are laid out.
pub fn look(fingerprints: bool) -> Look {
    Look {
        width: width(),
        fingerprints,
    }
}

/// The width to lay tables out for: the terminal's, else 80 columns.
pub fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|v| v.parse().ok());
    columns
        .or_else(|| comfy_table::Table::new().width().map(usize::from))
        .unwrap_or(80)
        .clamp(40, 160)
}
