//! The command line: definitions only.

mod out;

use crate::normalize::normal::Type;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
pub use out::OutArgs;
use std::path::PathBuf;

/// Checks a shipment's documents against customs green lanes, offline.
///
/// Exit codes: 0 eligible, 1 mismatch, 2 could not run, 3 undecided.
#[derive(Debug, Parser)]
#[command(name = "greenlane", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// The verdicts: for every declared line and lane, eligible or what to change
    Check(CheckArgs),
    /// A laboratory's audit of its reports' wording before they are issued
    Audit(AuditArgs),
    /// What a folder of reports covers, by SKU family and lane, and what is about to lapse
    Inventory(InventoryArgs),
    /// The understood records of a shipment as structured data, with Single Window field names
    Export(ExportArgs),
    /// A readiness record of an eligible shipment, with a QR code (not the customs code)
    Seal(SealArgs),
    /// Whether a readiness record, the files and the rules still agree
    Verify(VerifyArgs),
    /// What was understood of a file: kind and why, heading row, fields with places
    Read(ReadArgs),
    /// The grade of two names or values and every clean-up step; or the names of two files
    Compare(CompareArgs),
    /// An empty form with the right headings: a lab register, a pilot list, a transcript …
    Template(TemplateArgs),
    /// The lanes loaded: authority, in force, version, confidence, reviewed
    Lanes(CommonArgs),
    /// What a rule, lane, check or parameter asks for, why, how to mend, on what ground
    Explain(ExplainArgs),
    /// For those who write rules: check packs, run their cases
    Pack {
        #[command(subcommand)]
        command: PackCommand,
    },
    /// The models that read scans and photographs
    Ocr {
        #[command(subcommand)]
        command: OcrCommand,
    },
    /// Writes a commented greenlane.yaml
    Init(InitArgs),
    /// Writes an example shipment with two mistakes and checks it
    Demo(DemoArgs),
    /// What only a comparison of shipments shows, for runs split over many processes
    Across(AcrossArgs),
    /// Writes rows into the table of waivers, for findings somebody answers for
    Waive(WaiveArgs),
    /// Completions of the command line for a shell
    Completions(CompletionsArgs),
    /// The manual, as a man page
    Man,
    /// `greenlane PATH…`: checks, writes greenlane-report.html beside the folder and opens it
    #[command(hide = true)]
    Open(OpenArgs),
}

#[derive(Debug, Default, Args)]
pub struct CommonArgs {
    /// Folder with further rules: `documents/*.yaml`, `lanes/*.yaml`, `lists/*.csv`
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Configuration file (default: greenlane.yaml, looked for from the first path upwards)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Bound on what one file may cost, e.g. `pages=5000`, `file-bytes=1GiB`, `seconds=30`
    #[arg(long, value_name = "NAME=VALUE")]
    pub limit: Vec<String>,
    /// Language of messages (default: from the environment)
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
    /// When to colour the output
    #[arg(long, value_enum, default_value = "auto")]
    pub color: ColorArg,
}

/// What a run that judges is asked for.
#[derive(Debug, Default, Args)]
pub struct RunArgs {
    /// Judge these lanes only (default: those the goods or the standards named belong to)
    #[arg(long, value_name = "ID")]
    pub lane: Vec<String>,
    /// Judge as of this day, e.g. 2026-06-01 (default: today in China)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Fail (exit 1) from failed rules of this severity on
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOnArg>,
    /// Let every unknown weigh as a blocker
    #[arg(long)]
    pub strict: bool,
    /// Exit 0 whatever the verdict; 2 when the run could not be made
    #[arg(long)]
    pub exit_zero: bool,
    /// Waivers: a CSV or YAML file (default: the one greenlane.yaml names)
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// Judge as if nothing were waived
    #[arg(long)]
    pub no_waivers: bool,
    /// An earlier report (JSON or JSON lines): what it has is known and does not count again
    #[arg(long, value_name = "REPORT")]
    pub baseline: Option<PathBuf>,
    /// List what passed and what did not apply too
    #[arg(long)]
    pub all: bool,
    /// No remarks on standard error
    #[arg(short, long)]
    pub quiet: bool,
    /// Say more: files passed over, the configuration used
    #[arg(short, long)]
    pub verbose: bool,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files and folders; `-` reads a list of paths from standard input
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The list of paths is parted by NUL characters
    #[arg(short = '0', long = "null")]
    pub null: bool,
    /// Use this many threads (0: one per core; at most 64)
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Reports and folders of reports; `-` reads a list of paths from standard input
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Args)]
pub struct OpenArgs {
    /// Files and folders
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Do not open the page
    #[arg(long)]
    pub no_open: bool,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Args)]
pub struct AcrossArgs {
    /// What `check --format jsonl` wrote
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// Fingerprints of findings, as reports give them
    #[arg(required = true, value_name = "FINGERPRINT")]
    pub fingerprints: Vec<String>,
    /// Why the finding is accepted
    #[arg(long)]
    pub reason: String,
    /// Who answers for it
    #[arg(long)]
    pub who: String,
    /// The last day it holds, e.g. 2026-06-30
    #[arg(long, value_name = "DATE")]
    pub until: String,
    /// The table: CSV or YAML (default: the one greenlane.yaml names, else waivers.csv)
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct InventoryArgs {
    /// Reports, registers, lists of SKU families, and folders of them; `-` reads a list of paths
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Ask for these lanes (default: those the reports or the goods of a family are for)
    #[arg(long, value_name = "ID")]
    pub lane: Vec<String>,
    /// Call a report lapsing this long before its end, e.g. 60d or 8w
    #[arg(long, value_name = "TIME", default_value = "60d")]
    pub within: String,
    /// Judge as of this day, e.g. 2026-06-01 (default: today)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The documents of one shipment: its folder, or its files
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// `json` can be checked like the documents it was made from
    #[arg(long, value_enum, default_value = "json")]
    pub format: ExportFormatArg,
    /// File to write instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct SealArgs {
    /// The documents of one shipment: its folder, or its files
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// File of the record (default: standard output); `*.seal.json` may lie in the folder itself
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Write the QR code as an SVG picture
    #[arg(long, value_name = "FILE")]
    pub qr: Option<PathBuf>,
    /// Sign the record with this Ed25519 private key (PEM)
    #[arg(long, value_name = "KEY")]
    pub sign: Option<PathBuf>,
    /// Seal what is not eligible too, as what it is
    #[arg(long)]
    pub allow: bool,
    /// Judge these lanes only (default: those the declared goods belong to)
    #[arg(long, value_name = "ID")]
    pub lane: Vec<String>,
    /// Judge as of this day, e.g. 2026-06-01 (default: today)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Let every unknown weigh as a blocker
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The record `seal` wrote
    pub record: PathBuf,
    /// Where the shipment lies now (default: where the record says)
    #[arg(long, value_name = "PATH")]
    pub shipment: Option<PathBuf>,
    /// The record must be signed with this Ed25519 key: its public half (PEM)
    #[arg(long, value_name = "PUBLIC")]
    pub signer: Option<PathBuf>,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct ReadArgs {
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// `--format yaml` is a transcript that can be saved, corrected by hand, and put beside the file
    #[command(flatten)]
    pub out: OutArgs,
    /// Propose lines for greenlane.yaml for headings that were not understood
    #[arg(long)]
    pub suggest: bool,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Grades: identical, clean-up (differs only in how it is written), alias (same through a table),
/// near (a typing slip, a look-alike, a suffix), different.
///
/// Exit codes: 0 identical, 1 any other grade, 2 could not run. Of two files: 0 when every name of
/// each stands identical in the other.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// A name or value, or a file
    pub a: String,
    /// What to compare it with; a file when A is one
    pub b: String,
    /// What they are (default: company where one has a legal form, else model)
    #[arg(long = "as", value_name = "TYPE", value_parser = type_parser())]
    pub kind: Option<Type>,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// One of the types of values that can be compared.
fn type_parser() -> impl TypedValueParser<Value = Type> {
    PossibleValuesParser::new(Type::ALL.map(Type::as_str))
        .map(|name| Type::named(&name).unwrap_or(Type::Model))
}

#[derive(Debug, Args)]
pub struct TemplateArgs {
    /// A kind of document, such as lab-register, pilot-list, batch-log, lab-report
    pub kind: String,
    /// File to write (.csv, .xlsx or .yaml); without it, CSV on standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule (infant/edition), lane (infant-gb31701), check (covers) or parameter
    /// (infant-gb31701.edition)
    pub what: String,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Everything that is wrong, at once, with its line: packs, overlays, greenlane.yaml, waivers
    Check(PackArgs),
    /// Writes the beginning of a lane, which passes its own check
    New(PackNewArgs),
    /// What changed between two packs, rule by rule, in words
    Diff(PackDiffArgs),
    /// All checks, and the rules and parameters of packs, as Markdown
    Catalogue(PackArgs),
    /// JSON Schema of what you write (packs, greenlane.yaml, waivers, kinds of documents) and of what
    /// greenlane writes (report, record, export, inventory)
    Schema(SchemaArgs),
    /// Runs the cases of rules; exit 1 when one comes out otherwise
    Test(PackTestArgs),
}

#[derive(Debug, Subcommand)]
pub enum OcrCommand {
    /// Takes the models out of the wheel of RapidOCR, or a folder with them, and keeps them
    Add(OcrAddArgs),
}

#[derive(Debug, Args)]
pub struct OcrAddArgs {
    /// The wheel (`pip download --no-deps rapidocr==3.10.0`), or a folder
    #[arg(value_name = "WHEEL_OR_FOLDER")]
    pub from: PathBuf,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct PackArgs {
    /// Packs by id, or files and folders with packs and overlays (default: all that are loaded)
    #[arg(value_name = "PACK")]
    pub packs: Vec<String>,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct PackTestArgs {
    /// The results: table, junit
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub of: PackArgs,
}

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which format
    #[arg(value_enum, default_value = "pack")]
    pub of: SchemaArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum SchemaArg {
    /// A rule pack or an overlay
    Pack,
    /// greenlane.yaml
    Config,
    /// A YAML file of waivers
    Waivers,
    /// A kind of document, as in `rules/documents`
    Kinds,
    /// A printed form, as in `rules/forms`
    Forms,
    /// What `check` and `audit` write with `--format json`
    Report,
    /// What `seal` writes
    Record,
    /// What `export` writes
    Export,
    /// What `inventory` writes with `--format json`
    Inventory,
}

#[derive(Debug, Args)]
pub struct PackNewArgs {
    /// The id of the lane, such as toys-en71
    pub id: String,
    /// File to write (default: ID.yaml)
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct PackDiffArgs {
    /// The older pack: an id or a file
    pub a: String,
    /// The newer pack: an id or a file
    pub b: String,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder to write greenlane.yaml into
    #[arg(default_value = ".")]
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder to write the example into
    #[arg(default_value = "greenlane-demo")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ExportFormatArg {
    Json,
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    En,
    Zh,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ColorArg {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, ValueEnum, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailOnArg {
    Blocker,
    Warning,
    Note,
    Never,
}
