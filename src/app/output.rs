//! What a command writes: on standard output, and to files, whole or not at all and never over
//! somebody's document.

use super::paths::{OWN_PREFIX, shown};
use crate::cli::{ColorArg, OutArgs};
use crate::model::{Lang, Problem, Say, work};
use crate::read::Limits;
use crate::report::{self, Format};
use anyhow::Context;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::NamedTempFile;

/// How much of a file is looked at to know it again.
const HEAD: u64 = 64 << 20;

/// Refuses a file that may not be written: its folder is not there, it is one of the shipment's
/// documents, or there is a file of that name that is not `own` output of the same sort.
pub fn may_write<'p>(
    path: &Path,
    inputs: impl IntoIterator<Item = &'p Path>,
    own: impl Fn(&[u8]) -> bool,
    lang: Lang,
) -> anyhow::Result<()> {
    let name = shown(path);
    let refuse = |en: &str, zh: &str| {
        let said = Say::new(format!("{name}: {en}"), format!("{name}：{zh}"));
        Err(anyhow::anyhow!("{}", said.get(lang)))
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    if folder.is_some_and(|p| !p.is_dir()) {
        return refuse(
            "there is no such folder to write to",
            "要写入的文件夹不存在",
        );
    }
    let Ok(there) = path.canonicalize() else {
        return Ok(());
    };
    let is_input = |input: &Path| input.canonicalize().is_ok_and(|input| input == there);
    if inputs.into_iter().any(is_input) {
        return refuse(
            "this is a document of the shipment and is not written over; name another file",
            "这是本票货物的单证，不会覆盖；请另取文件名",
        );
    }
    let Ok(meta) = std::fs::metadata(&there) else {
        return Ok(());
    };
    if meta.is_dir() {
        return refuse("this is a folder; name a file", "这是文件夹；请写文件名");
    }
    // A pipe or a terminal may be written to.
    if !meta.is_file() {
        return Ok(());
    }
    let mut head = Vec::new();
    std::fs::File::open(&there)?
        .take(HEAD)
        .read_to_end(&mut head)?;
    if head.is_empty() || own(&head) {
        return Ok(());
    }
    refuse(
        "there is another file of this name and it is not written over; name another file",
        "已有同名的其他文件，不会覆盖；请另取文件名",
    )
}

/// Writes a file whole or not at all: beside it first, then in its place. What is no ordinary file
/// (a pipe, a terminal) is written to as it is.
///
/// # Errors
/// The disk is full, or the folder may not be written to.
pub fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let name = || shown(path);
    let Some(mut beside) = beside(path)? else {
        return std::fs::write(path, bytes).with_context(name);
    };
    let written = beside
        .write_all(bytes)
        .and_then(|()| beside.as_file().sync_all());
    written.with_context(name)?;
    beside.persist(target(path)).with_context(name)?;
    Ok(())
}

/// Where a file will stand: a link stays a link, what it leads to is written.
fn target(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// A file beside that to be written, gone again unless it takes its place; none for what is no
/// ordinary file.
fn beside(path: &Path) -> anyhow::Result<Option<NamedTempFile>> {
    let target = target(path);
    if target.exists() && !target.is_file() {
        return Ok(None);
    }
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(OWN_PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let made = builder.tempfile_in(folder.unwrap_or(Path::new(".")));
    Ok(Some(made.with_context(|| shown(path))?))
}

/// Text that says it is UTF-8: spreadsheet programs and PowerShell take it for the system's own
/// encoding without.
fn marked_utf8(text: &[u8]) -> Vec<u8> {
    [b"\xef\xbb\xbf".as_slice(), text].concat()
}

/// Whether a text stands in a file.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

/// Where the outputs of a command go. That the files can be written is tried before the work, so that
/// a bad path is said at once; they appear when all is written.
pub struct Outputs {
    on_stdout: Format,
    color: ColorArg,
    files: Vec<(Format, PathBuf)>,
    /// How long one of them may take.
    time: Duration,
    lang: Lang,
}

impl Outputs {
    /// Begins them.
    ///
    /// # Errors
    /// A format the command does not offer; a file that may not or cannot be written.
    pub fn begin(
        args: &OutArgs,
        color: ColorArg,
        offered: &[Format],
        lang: Lang,
        limits: &Limits,
    ) -> anyhow::Result<Outputs> {
        let asked = args.out.iter().map(|(format, _)| *format);
        if args.format == Format::Marked {
            let said = Say::new(
                "marked copies are files: --out marked=FOLDER",
                "标注副本是文件：--out marked=文件夹",
            );
            anyhow::bail!("{}", said.get(lang));
        }
        for format in std::iter::once(args.format).chain(asked) {
            if !offered.contains(&format) {
                let names: Vec<&str> = offered.iter().map(|f| f.as_str()).collect();
                let (name, names) = (format.as_str(), names.join(", "));
                let said = Say::new(
                    format!("{name}: this command writes {names}"),
                    format!("{name}：本命令可输出 {names}"),
                );
                anyhow::bail!("{}", said.get(lang));
            }
        }
        let mut files = Vec::new();
        // Copies go into a folder; they are no text of the whole run.
        let texts = args.out.iter().filter(|(f, _)| *f != Format::Marked);
        for (format, path) in texts {
            may_write(path, [], report::is_own, lang)?;
            // Whether it can be written is known now, and nothing is left behind.
            drop(beside(path)?);
            files.push((*format, path.clone()));
        }
        Ok(Outputs {
            on_stdout: args.format,
            color,
            files,
            time: limits.shipment_time(0),
            lang,
        })
    }

    /// The files that will be written.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(_, path)| path.as_path())
    }

    /// Writes them all: the files, then standard output. What breaks or takes too long costs its own
    /// format; the others are written.
    ///
    /// # Errors
    /// What `render` says, what was not finished, or the disk is full.
    pub fn write(
        self,
        mut render: impl FnMut(Format) -> anyhow::Result<Vec<u8>>,
    ) -> anyhow::Result<()> {
        let mut unfinished = Vec::new();
        let mut made = |format: Format| -> anyhow::Result<Option<Vec<u8>>> {
            let came = work::within(self.time, || render(format));
            came.map_or_else(
                |stop| {
                    let why = Problem::not_finished("", stop, self.time.as_secs());
                    let why = why.message.get(self.lang);
                    unfinished.push(format!("{}: {why}", format.as_str()));
                    Ok(None)
                },
                |bytes| bytes.map(Some),
            )
        };
        for (format, path) in self.files {
            let Some(bytes) = made(format)? else {
                continue;
            };
            let bytes = match format {
                // Colours are for terminals.
                Format::Table => marked_utf8(&anstream::adapter::strip_bytes(&bytes).into_vec()),
                Format::Csv => marked_utf8(&bytes),
                _ => bytes,
            };
            write_whole(&path, &bytes)?;
        }
        if let Some(bytes) = made(self.on_stdout)? {
            super::print_bytes(&bytes, self.color)?;
        }
        anyhow::ensure!(unfinished.is_empty(), "{}", unfinished.join("\n"));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Outputs, work};
    use crate::cli::{ColorArg, OutArgs};
    use crate::model::Lang;
    use crate::read::Limits;
    use crate::report::Format;

    #[test]
    fn a_format_that_breaks_or_takes_too_long_costs_itself_alone() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let args = OutArgs {
            format: Format::Html,
            out: vec![(Format::Xlsx, at("a.xlsx")), (Format::Sarif, at("a.sarif"))],
        };
        let mut limits = Limits::default();
        limits.set("shipment-seconds=0").unwrap();
        let color = ColorArg::Never;
        let outputs = Outputs::begin(&args, color, &Format::OF_A_RUN, Lang::En, &limits);
        let came = outputs.unwrap().write(|format| match format {
            Format::Html => std::panic::resume_unwind(Box::new("broken")),
            Format::Xlsx => loop {
                work::steps(1 << 20);
            },
            _ => Ok(b"{}\n".to_vec()),
        });
        let said = came.unwrap_err().to_string();
        assert!(
            said.contains("html: not finished: the program met a mistake"),
            "{said}"
        );
        assert!(
            said.contains("xlsx: not finished: it took more than 0 seconds"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 2);
        assert!(!at("a.xlsx").exists());
        assert_eq!(std::fs::read(at("a.sarif")).unwrap(), b"{}\n");
    }
}
