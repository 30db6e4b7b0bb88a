//! The models that read scans: where they lie, `greenlane ocr add`, and the second reader.

use crate::cli::OcrAddArgs;

/// `greenlane ocr add`.
#[cfg(not(feature = "ocr"))]
pub fn add(_: &OcrAddArgs) -> anyhow::Result<u8> {
    anyhow::bail!(
        "this greenlane was built without the reading of scans: build it with `--features ocr`"
    )
}

#[cfg(feature = "ocr")]
pub use with_models::{add, reader};

#[cfg(feature = "ocr")]
mod with_models {
    use super::OcrAddArgs;
    use crate::app::config::Config;
    use crate::app::language;
    use crate::app::output::write_whole;
    use crate::cli::ColorArg;
    use crate::model::{Lang, Say};
    use crate::ocr::models::{FILES, FINDER, MOST, ModelFile, READER};
    use crate::ocr::{Ocr, Second};
    use anyhow::Context;
    use etcetera::BaseStrategy;
    use std::fs;
    use std::io::{Read, Write};
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command, Stdio};
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    /// Names another folder than the user's own.
    const VARIABLE: &str = "GREENLANE_OCR_MODELS";

    /// The folder of the models.
    fn folder(config: &Config) -> anyhow::Result<PathBuf> {
        if let Some(named) = std::env::var_os(VARIABLE).filter(|v| !v.is_empty()) {
            return Ok(named.into());
        }
        if let Some(named) = &config.models {
            return Ok(named.clone());
        }
        let own = etcetera::choose_base_strategy().context("there is no folder of the user's")?;
        Ok(own.data_dir().join("greenlane").join("models"))
    }

    /// What reads pictures, if its models are there; they are loaded when a picture needs them.
    pub fn reader(config: &Config) -> Option<Arc<Ocr>> {
        let folder = folder(config).ok()?;
        if !FILES.iter().all(|file| folder.join(file.name).is_file()) {
            return None;
        }
        let load = move || {
            let read = |file: &ModelFile| {
                let path = folder.join(file.name);
                bounded(&path).map_err(|e| Say::same(format!("{e:#}")))
            };
            Ok((read(&FINDER)?, read(&READER)?))
        };
        let second = config.second.then(|| Arc::new(tesseract) as Arc<Second>);
        Some(Arc::new(Ocr::new(Box::new(load), second)))
    }

    fn bounded(path: &Path) -> anyhow::Result<Vec<u8>> {
        let name = || path.display().to_string();
        let file = fs::File::open(path).with_context(name)?;
        let mut bytes = Vec::new();
        let read = file.take(MOST).read_to_end(&mut bytes);
        read.with_context(name)?;
        Ok(bytes)
    }

    /// Takes the models out of a wheel or a folder and puts them where they are found.
    ///
    /// # Errors
    /// They are not in it, or are other ones, or cannot be written.
    pub fn add(args: &OcrAddArgs) -> anyhow::Result<u8> {
        let config = Config::load(args.common.config.as_deref(), Some(Path::new(".")))?;
        let from = &args.from;
        let name = from.display().to_string();
        let mut taken = Vec::new();
        if from.is_dir() {
            for file in FILES {
                let found = find(from, file.name, 4);
                let path = found.with_context(|| format!("{name}: {} is not in it", file.name))?;
                let bytes = bounded(&path)?;
                file.check(&bytes).map_err(anyhow::Error::msg)?;
                taken.push((file.name, bytes));
            }
        } else {
            let archive = fs::File::open(from).and_then(|file| {
                let mut bytes = Vec::new();
                file.take(8 * MOST).read_to_end(&mut bytes)?;
                Ok(bytes)
            });
            let archive = archive.with_context(|| name.clone())?;
            for file in FILES {
                let bytes = file.of_archive(&archive);
                let bytes = bytes.map_err(|why| anyhow::anyhow!("{name}: {why}"))?;
                taken.push((file.name, bytes));
            }
        }
        let folder = folder(&config)?;
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        for (name, bytes) in taken {
            write_whole(&folder.join(name), &bytes)?;
        }
        let lang = language(&args.common, config.lang);
        let said = match lang {
            Lang::En => "scans are read from now on with the models in",
            Lang::Zh => "此后将用以下文件夹中的模型识别扫描件：",
        };
        super::super::print(&format!("{said} {}\n", folder.display()), ColorArg::Never)?;
        Ok(0)
    }

    fn find(folder: &Path, name: &str, deep: usize) -> Option<PathBuf> {
        let own = folder.join(name);
        if own.is_file() {
            return Some(own);
        }
        let below = fs::read_dir(folder).ok().filter(|_| deep > 0)?.flatten();
        let folders = below.map(|e| e.path()).filter(|p| p.is_dir());
        folders.into_iter().find_map(|f| find(&f, name, deep - 1))
    }

    /// What `tesseract` reads in the picture of a line, if the user has it.
    fn tesseract(png: &[u8]) -> Option<String> {
        const TIME: Duration = Duration::from_secs(5);
        const MOST: u64 = 64 << 10;
        let mut program = Command::new("tesseract");
        program.args(["-", "-", "-l", "chi_sim+eng", "--psm", "7"]);
        program.env("OMP_THREAD_LIMIT", "1");
        program
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut running = program.spawn().ok()?;
        let given = running.stdin.take().map(|mut to| to.write_all(png));
        let ended = given.is_some_and(|g| g.is_ok()) && ends_in(&mut running, TIME);
        if !ended {
            let _ = running.kill();
            let _ = running.wait();
            return None;
        }
        let mut text = String::new();
        running
            .stdout
            .take()?
            .take(MOST)
            .read_to_string(&mut text)
            .ok()?;
        Some(text.trim().to_string())
    }

    /// Whether a program ends well within a time. What one line comes to fits into its pipe.
    fn ends_in(running: &mut Child, time: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < time {
            match running.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Err(_) => return false,
            }
        }
        false
    }
}
