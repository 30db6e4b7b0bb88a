//! What must hold whatever comes. A target returns what does not.

use greenlane::extract::Hint;
use greenlane::judge::{Settings, Waivers};
use greenlane::model::{Draw, Lang, Problem, Verdict};
use greenlane::pack::PackSource;
use greenlane::report::{self, Format, escape};
use greenlane::{Folder, Input, Rules};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A document: it is there, or why not.
    Understand,
    /// A pack, an overlay, a list: it loads, or has mistakes with their places.
    Pack,
    /// A shipment as an archive of its files: judged, and written in every format.
    Check,
    /// `greenlane.yaml`, through the command that checks it.
    Configuration,
    /// A readiness record: none but the sealed one holds.
    Verify,
}

impl Target {
    pub const ALL: [Target; 5] = [
        Target::Understand,
        Target::Pack,
        Target::Check,
        Target::Configuration,
        Target::Verify,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Target::Understand => "understand",
            Target::Pack => "pack",
            Target::Check => "check",
            Target::Configuration => "configuration",
            Target::Verify => "verify",
        }
    }

    /// What the changes begin with: name and bytes.
    pub fn seeds(self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        match self {
            Target::Understand => {
                for folder in ["fixtures/hostile", "fixtures/readers", "fixtures/formats"] {
                    files(&root().join(folder), &[], &mut found);
                }
            }
            Target::Pack => {
                for folder in ["rules", "examples", "fixtures/packs"] {
                    files(&root().join(folder), &["yaml"], &mut found);
                }
            }
            Target::Configuration => {
                files(&root().join("examples"), &["yaml"], &mut found);
                files(&root().join("fixtures"), &["yaml"], &mut found);
                found.retain(|path| path.ends_with("greenlane.yaml"));
            }
            Target::Check => return shipments(),
            Target::Verify => {
                let record = RECORD.1.clone();
                return vec![("record.json".to_string(), record)];
            }
        }
        let named = |path: PathBuf| {
            let name = path.file_name()?.to_str()?.to_string();
            Some((name, std::fs::read(path).ok()?))
        };
        found.into_iter().filter_map(named).collect()
    }

    /// # Errors
    /// What does not hold.
    pub fn holds(self, name: &str, bytes: &[u8]) -> Result<(), String> {
        match self {
            Target::Understand => understand(name, bytes),
            Target::Pack => pack(bytes),
            Target::Check => check(bytes),
            Target::Configuration => configuration(bytes),
            Target::Verify => verify(bytes),
        }
    }
}

/// The folder of the program.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let above = own.parent().filter(|_| own.ends_with("fuzz"));
    above.unwrap_or(own).to_path_buf()
}

/// All files below a folder with one of these endings, or any, in order.
pub fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        if path.is_dir() {
            files(&path, endings, found);
        } else if endings.is_empty() || endings.contains(&ending) {
            found.push(path);
        }
    }
}

static RULES: LazyLock<Rules> =
    LazyLock::new(|| greenlane::app::builtin_rules().expect("the rules of the program"));

fn input(name: &str, bytes: Vec<u8>) -> Input {
    Input {
        path: name.to_string(),
        content: Ok(bytes.into()),
        hint: Hint::default(),
    }
}

/// A problem that is a mistake of ours: a panic in our own readers or after them. Those of the
/// library that reads cells of XLSX and XLSB are caught and told.
fn of_ours(problems: &[Problem], foreign: bool) -> Result<(), String> {
    for problem in problems {
        let said = &problem.message.en;
        if said.contains("mistake of its own") || said.contains("broke the reader") && !foreign {
            return Err(format!("{}: {said}", problem.path));
        }
    }
    Ok(())
}

fn understand(name: &str, bytes: &[u8]) -> Result<(), String> {
    let found = greenlane::understand_one(&input(name, bytes.to_vec()), &RULES);
    of_ours(&found.problems, bytes.starts_with(b"PK"))?;
    if found.documents.is_empty() && found.problems.is_empty() {
        return Err("neither a document nor a problem".to_string());
    }
    Ok(())
}

fn pack(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let told = |errors: &[greenlane::read::LoadError]| {
        let said = greenlane::read::told(errors);
        match said.len() < 100_000 && !said.is_empty() {
            true => Ok(()),
            false => Err(format!("{} bytes are told of mistakes", said.len())),
        }
    };
    if let Err(errors) = greenlane::read::parse_table("odd.csv", &text, &[]) {
        told(&errors)?;
    }
    let source = PackSource {
        name: "odd.yaml".to_string(),
        text,
        built_in: false,
        proven: false,
    };
    match greenlane::pack::load(&[source], &[], &RULES.vocabulary, &Arc::default()) {
        Ok(_) => Ok(()),
        Err(errors) => told(&errors),
    }
}

/// The shipments of the fixtures, each an archive of its files.
fn shipments() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let folders = std::fs::read_dir(root().join("fixtures/shipments"));
    let folders = folders.into_iter().flatten().flatten().map(|e| e.path());
    let mut folders: Vec<PathBuf> = folders.collect();
    folders.sort();
    for folder in folders {
        let mut found = Vec::new();
        files(&folder, &[], &mut found);
        found.retain(|path| !path.ends_with("expect.yaml"));
        let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for path in found {
            let name = path.strip_prefix(&folder).unwrap_or(&path);
            let name = name.display().to_string();
            let bytes = std::fs::read(&path).unwrap_or_default();
            let _ = made.start_file(name, zip::write::SimpleFileOptions::default());
            let _ = made.write_all(&bytes);
        }
        if let Ok(made) = made.finish() {
            all.push((folder.display().to_string(), made.into_inner()));
        }
    }
    all
}

fn check(bytes: &[u8]) -> Result<(), String> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Ok(());
    };
    let (mut inputs, mut foreign) = (Vec::new(), false);
    for number in 0..archive.len().min(20) {
        let Ok(part) = archive.by_index(number) else {
            continue;
        };
        let Ok(name) = part.name().map(|n| n.into_owned()) else {
            continue;
        };
        let mut content = Vec::new();
        if part.take(16 << 20).read_to_end(&mut content).is_ok() {
            foreign |= content.starts_with(b"PK");
            inputs.push(input(&name, content));
        }
    }
    let folder = Folder {
        id: "odd".to_string(),
        inputs,
        ..Folder::default()
    };
    let settings = Settings {
        as_of: "2026-06-15".parse().map_err(|_| "the day")?,
        lanes: Vec::new(),
        strict: false,
        all: true,
        carry: false,
        draw: Draw::Whole,
        waivers: Waivers::default(),
    };
    let shipments = greenlane::check(folder, &RULES, &settings);
    for shipment in &shipments {
        of_ours(&shipment.problems, foreign)?;
        let blocked = shipment.problems.iter().find(|p| p.blocks);
        if let (Verdict::Eligible, Some(problem)) = (shipment.verdict, blocked) {
            return Err(format!(
                "eligible, and {}: {}",
                problem.path, problem.message.en
            ));
        }
    }
    let report = greenlane::model::Report {
        findings: Vec::new(),
        idle: Vec::new(),
        as_of: settings.as_of.to_string(),
        of_reports: false,
        configuration: String::new(),
        packs: Vec::new(),
        shipments,
        problems: Vec::new(),
        exit_code: 0,
    };
    let look = report::table::Look {
        width: 80,
        fingerprints: true,
    };
    for format in Format::OF_A_RUN {
        let name = format.as_str();
        let made = report::render(&report, format, Lang::En, look);
        let made = made.map_err(|e| format!("{name}: {e}"))?;
        let Ok(text) = String::from_utf8(made) else {
            continue;
        };
        // Colours are the table's own.
        if format != Format::Table && !text.lines().all(escape::is_harmless) {
            return Err(format!("{name}: something harmful is written"));
        }
        let parsed = serde_json::from_str::<serde_json::Value>(&text);
        if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) && parsed.is_err() {
            return Err(format!("{name}: no JSON"));
        }
    }
    Ok(())
}

fn configuration(bytes: &[u8]) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let file = folder.path().join("greenlane.yaml");
    std::fs::write(&file, bytes).map_err(|e| e.to_string())?;
    let file = file.display().to_string();
    match greenlane::app::main_with(["greenlane", "pack", "check", &file]) {
        0..=3 => Ok(()),
        code => Err(format!("exit code {code}")),
    }
}

/// A folder with papers and their record, and that record.
static RECORD: LazyLock<(tempfile::TempDir, Vec<u8>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let from = root().join("fixtures/shipments/infant-clean-csv-txt");
    let mut found = Vec::new();
    files(&from, &["csv", "txt"], &mut found);
    for path in found {
        let name = path.file_name().expect("a name");
        std::fs::copy(&path, folder.path().join(name)).expect("a copy");
    }
    let (papers, record) = (folder.path(), folder.path().join("record.json"));
    let (papers, at) = (papers.display().to_string(), record.display().to_string());
    greenlane::app::main_with([
        "greenlane",
        "seal",
        &papers,
        "--as-of",
        "2026-06-15",
        "--out",
        &at,
    ]);
    let record = std::fs::read(record).expect("a record");
    (folder, record)
});

fn verify(bytes: &[u8]) -> Result<(), String> {
    let (folder, sealed) = &*RECORD;
    let file = folder.path().join("record.json");
    std::fs::write(&file, bytes).map_err(|e| e.to_string())?;
    let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    match greenlane::app::main_with(["greenlane", "verify", &file.display().to_string()]) {
        0 if value(bytes) != value(sealed) => Err("another record holds".to_string()),
        0..=3 => Ok(()),
        code => Err(format!("exit code {code}")),
    }
}
