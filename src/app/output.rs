//! Files a command writes: never over somebody's document.

use super::paths::shown;
use crate::model::{Lang, Say};
use anyhow::Context;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

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
    // A link stays a link: what it leads to is written.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if target.exists() && !target.is_file() {
        return std::fs::write(&target, bytes).with_context(name);
    }
    let mut beside = target.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = std::fs::File::create_new(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, &target)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.with_context(name)
}

/// Whether a text stands in a file.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}
