//! `--out marked=DIR`: copies of the users' files with the wrong cells coloured, into a folder that
//! holds no documents.

use super::check::remark;
use super::config::Config;
use super::output::{may_write, write_whole};
use super::paths::{read_file, shown};
use crate::Rules;
use crate::cli::OutArgs;
use crate::mark::{self, Marked};
use crate::model::{Lang, Report, Say, work};
use crate::read::{Manner, hex_digest};
use crate::report::Format;
use anyhow::Context;
use std::path::{Component, Path, PathBuf};

/// The folder asked for.
fn folder(args: &OutArgs) -> Option<&Path> {
    let asked = args.out.iter().find(|(f, _)| *f == Format::Marked);
    asked.map(|(_, path)| path.as_path())
}

/// Refuses a folder for copies that is no folder, lies in one of the shipments' or cannot be made.
pub fn allowed(args: &OutArgs, papers: &[PathBuf], lang: Lang) -> anyhow::Result<()> {
    let Some(folder) = folder(args) else {
        return Ok(());
    };
    let refuse = |en: &str, zh: &str| {
        let name = shown(folder);
        let said = Say::new(format!("{name}: {en}"), format!("{name}：{zh}"));
        Err(anyhow::anyhow!("{}", said.get(lang)))
    };
    if folder.exists() && !folder.is_dir() {
        return refuse(
            "marked copies go into a folder; this is a file",
            "标注副本须写入文件夹；这是文件",
        );
    }
    let parent = folder.parent().filter(|p| !p.as_os_str().is_empty());
    if parent.is_some_and(|p| !p.is_dir()) {
        return refuse(
            "there is no such folder to write to",
            "要写入的文件夹不存在",
        );
    }
    let own = resolved(folder)?;
    for paper in papers {
        let at = resolved(paper)?;
        let inside = match at.is_dir() {
            true => own.starts_with(&at),
            false => at.parent() == Some(&own),
        };
        if inside {
            return refuse(
                "it lies among the documents; name a folder outside the shipment's, so that copies are not taken for documents",
                "该文件夹在单证所在文件夹之内；请指定其外的文件夹，以免副本被当作单证",
            );
        }
    }
    Ok(())
}

/// Refuses copies where a run has no files at hand.
pub fn none_here(args: &OutArgs, lang: Lang) -> anyhow::Result<()> {
    let said = lang.say(
        "marked copies are made by `check` and `audit`, which read the files",
        "标注副本由读取文件的 check 和 audit 生成",
    );
    anyhow::ensure!(folder(args).is_none(), said);
    Ok(())
}

/// A path from the root, links followed as far as there is something.
fn resolved(path: &Path) -> anyhow::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let there = path.ancestors().find(|p| p.exists());
    let Some((there, rest)) = there.and_then(|p| Some((p, path.strip_prefix(p).ok()?))) else {
        return Ok(path);
    };
    Ok(there.canonicalize()?.join(rest))
}

/// Writes the copies of a run; without `--out marked=DIR` nothing.
///
/// # Errors
/// The disk is full; a file of that name is no copy of ours.
pub fn write(
    args: &OutArgs,
    report: &Report,
    config: &Config,
    rules: &Rules,
    lang: Lang,
) -> anyhow::Result<()> {
    let Some(folder) = folder(args) else {
        return Ok(());
    };
    let documents = report.shipments.iter().flat_map(|s| s.documents.iter());
    let mut paths: Vec<&str> = documents.map(|d| d.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let above = common(&paths);
    std::fs::create_dir_all(folder).with_context(|| shown(folder))?;
    for file in mark::files(report, lang) {
        let manner = Manner {
            encoding: config.hint(&file.path).encoding,
            ..rules.manner.clone()
        };
        let said = |why: &Say| remark(&format!("{}: {}", file.path, why.get(lang)));
        let own = Path::new(&file.path);
        let Ok(bytes) = read_file(own, &file.path, manner.limits.file_bytes) else {
            continue;
        };
        if hex_digest(&bytes) != file.sha256 && !file.sha256.is_empty() {
            said(&Say::new(
                "no marked copy: it has changed since it was checked",
                "未生成标注副本：检查后文件已被改动",
            ));
            continue;
        }
        let time = manner.limits.shipment_time(bytes.len());
        let copied = work::within(time, || file.copy(&bytes, &manner));
        let Ok(copied) = copied else {
            said(&Say::new(
                "no marked copy: it was not finished in time",
                "未生成标注副本：未能在时限内完成",
            ));
            continue;
        };
        let Some(copy) = copied.with_context(|| file.path.clone())? else {
            continue;
        };
        if let Some(why) = &copy.instead {
            said(&Say::new(
                format!("marked as a workbook of what was read: {}", why.en),
                format!("标注副本为读出内容的工作簿：{}", why.zh),
            ));
        }
        let to = folder.join(name(&file, &above, &copy));
        let beside = to.parent().unwrap_or(folder);
        std::fs::create_dir_all(beside).with_context(|| shown(beside))?;
        may_write(&to, [own], mark::is_own, lang)?;
        write_whole(&to, &copy.bytes)?;
    }
    Ok(())
}

/// The name of a copy in its folder: that of the file below the folder all documents have in common.
fn name(file: &Marked, above: &Path, copy: &mark::Copy) -> PathBuf {
    let own = plain(&file.path);
    let below = own.strip_prefix(above).unwrap_or(&own);
    if copy.is_edited {
        return below.to_path_buf();
    }
    let mut name = below.as_os_str().to_os_string();
    name.push(Marked::AS_READ);
    PathBuf::from(name)
}

/// The folder all paths have in common.
fn common(paths: &[&str]) -> PathBuf {
    let folder = |path: &&str| {
        plain(path)
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default()
    };
    let mut folders = paths.iter().map(folder);
    let first = folders.next().unwrap_or_default();
    folders.fold(first, |common, other| {
        let both = common.components().zip(other.components());
        both.take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    })
}

/// A path from the root without the root, and without steps upwards: below a folder it stays there.
fn plain(path: &str) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let steps = path
        .components()
        .filter(|c| matches!(c, Component::Normal(_)));
    steps.collect()
}
