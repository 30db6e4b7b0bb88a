//! `greenlane PATH…`, what a double click or a drop does: checks, writes a page and opens it.

use super::check;
use crate::cli::{CheckArgs, OpenArgs};
use crate::report::Format;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PAGE: &str = "greenlane-report.html";

pub fn run(args: OpenArgs) -> anyhow::Result<u8> {
    let first = args.paths.first().map_or(Path::new("."), PathBuf::as_path);
    // Beside the folder: in it, the page would lie among the papers.
    let absolute = std::path::absolute(first)?;
    let page = absolute.parent().unwrap_or(&absolute).join(PAGE);
    let mut run = args.run;
    run.out.out.push((Format::Html, page.clone()));
    let checked = CheckArgs {
        paths: args.paths,
        jobs: None,
        null: false,
        run,
    };
    let code = check::run(&checked)?;
    if !std::io::stdout().is_terminal() {
        check::remark(&format!("report: {}", super::paths::shown(&page)));
    } else if !args.no_open {
        open(&page);
    }
    Ok(code)
}

/// Keeps a window open that Windows opened for this program alone, until a key is pressed; a shell
/// there would have said how its prompt looks.
pub fn hold() {
    let asks = std::env::consts::OS == "windows" && std::env::var_os("PROMPT").is_none();
    if asks && std::io::stdout().is_terminal() && std::io::stdin().is_terminal() {
        check::remark("Press Enter to close this window. 按回车键关闭窗口。");
        let _ = std::io::stdin().read_line(&mut String::new());
    }
}

/// Hands the page to the system's own opener; that there is none is no fault.
fn open(page: &Path) {
    let mut command = match std::env::consts::OS {
        "windows" => {
            let mut explorer = Command::new("explorer");
            explorer.arg(page);
            explorer
        }
        "macos" => {
            let mut open = Command::new("open");
            open.arg(page);
            open
        }
        _ => {
            let mut open = Command::new("xdg-open");
            open.arg(page);
            open
        }
    };
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _ = quiet.spawn();
}
