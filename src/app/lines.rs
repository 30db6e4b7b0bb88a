//! `check … --format jsonl` alone: a line a shipment, then the run, in memory that does not grow with
//! their number. Paths given one by one (`-`) are answered as they come.

use super::baseline::Baseline;
use super::check::{OneByOne, Tell, progress};
use super::paths::{Found, closed, find, shown};
use super::sum::Sum;
use crate::cli::RunArgs;
use crate::model::{DocumentInfo, Lang, NumberedCartons, Problem, ShipmentReport, Verdict, work};
use crate::report::json;
use anyhow::Context;
use rayon::prelude::*;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::PathBuf;
use tempfile::SpooledTempFile;

/// Bytes of a path.
const LONGEST: u64 = 1 << 16;
/// Shipments that are held whole at a time.
const AT_ONCE: usize = 64;
/// Bytes of lines that wait in memory; more of them wait in a temporary file.
const WAITING: usize = 1 << 19;

/// The lines of a run.
pub struct Lines<'r> {
    asked: &'r RunArgs,
    baseline: Option<Baseline>,
    sum: Sum<'r>,
    one_by_one: &'r OneByOne<'r>,
    lang: Lang,
}

impl<'r> Lines<'r> {
    pub fn new(
        asked: &'r RunArgs,
        baseline: Option<Baseline>,
        sum: Sum<'r>,
        one_by_one: &'r OneByOne<'r>,
        lang: Lang,
    ) -> Lines<'r> {
        Lines {
            asked,
            baseline,
            sum,
            one_by_one,
            lang,
        }
    }

    /// Answers the paths of standard input: a line a shipment, flushed; the run is the last line.
    ///
    /// # Errors
    /// Standard input or output fails; a path that cannot be read is an answer.
    pub fn answer(mut self, null: bool) -> anyhow::Result<u8> {
        let tell = Tell::new(self.asked.quiet, self.asked.verbose);
        let mut input = std::io::stdin().lock();
        let end = if null { 0 } else { b'\n' };
        let mut bytes = Vec::new();
        while (&mut input).take(LONGEST).read_until(end, &mut bytes)? > 0 {
            let path = path_of(&bytes, end);
            bytes.clear();
            let Some(path) = path else { continue };
            let found = match std::fs::metadata(&path) {
                Ok(_) => find(std::slice::from_ref(&path))?,
                Err(e) => {
                    self.print(undecided(&shown(&path), closed(&path, &e)))?;
                    continue;
                }
            };
            let judged = found.par_iter().map(|found| self.one_by_one.judge(found));
            let (mut folders, problems): (Vec<_>, Vec<_>) = judged.unzip();
            self.one_by_one.across(&mut folders);
            for shipment in folders.into_iter().flatten() {
                self.print(shipment)?;
            }
            tell.problems(&problems.concat(), self.lang);
        }
        self.end(Vec::new())
    }

    /// Writes a line for each shipment of the places found. The lines wait until all are compared;
    /// of what is written only the numbers to be compared are kept, and a place where the comparison
    /// finds something is judged once more.
    ///
    /// # Errors
    /// The lines cannot be put aside or written; a place changes meanwhile.
    pub fn write(mut self, found: &[Found]) -> anyhow::Result<u8> {
        let aside = "the lines cannot be put aside until all are compared";
        let mut waiting = SpooledTempFile::new(WAITING);
        let mut folders: Vec<Vec<ShipmentReport>> = Vec::new();
        let mut problems = Vec::new();
        let bar = progress(found.len());
        for some in found.chunks(AT_ONCE) {
            let judged = some.par_iter().map(|found| {
                let judged = self.one_by_one.judge(found);
                bar.inc(1);
                judged
            });
            let judged: Vec<_> = judged.collect();
            for (shipments, own) in judged {
                let mut kept = Vec::new();
                for shipment in shipments {
                    let (line, shipment) = self.line(shipment);
                    waiting.write_all(line.as_bytes()).context(aside)?;
                    kept.push(numbers_alone(shipment));
                }
                folders.push(kept);
                problems.push(own);
            }
        }
        bar.finish_and_clear();
        self.one_by_one.across(&mut folders);
        waiting.rewind().context(aside)?;
        let mut waiting = BufReader::new(waiting);
        for (found, compared) in found.iter().zip(folders) {
            let says = |s: &ShipmentReport| !s.findings.is_empty() || !s.problems.is_empty();
            let again = match compared.iter().any(says) {
                true => self.one_by_one.judge(found).0,
                false => Vec::new(),
            };
            let same = again.is_empty() || again.len() == compared.len();
            anyhow::ensure!(same, "{}: it changed while it was read", found.id);
            let mut again = again.into_iter();
            for compared in compared {
                let mut line = String::new();
                waiting.read_line(&mut line).context(aside)?;
                match again.next() {
                    Some(mut shipment) => {
                        self.mark(&mut shipment);
                        self.sum.count(&shipment, -1);
                        crate::add_compared(&mut shipment, compared);
                        self.print(shipment)?;
                    }
                    None => super::print(&line, self.asked.common.color)?,
                }
            }
        }
        self.end(problems)
    }

    fn mark(&self, shipment: &mut ShipmentReport) {
        if let Some(baseline) = &self.baseline {
            baseline.mark(std::slice::from_mut(shipment));
        }
    }

    /// Counts a shipment and writes its line.
    fn print(&mut self, shipment: ShipmentReport) -> anyhow::Result<()> {
        let (line, _) = self.line(shipment);
        super::print(&line, self.asked.common.color)
    }

    /// The line of a shipment, which is counted.
    fn line(&mut self, mut shipment: ShipmentReport) -> (String, ShipmentReport) {
        self.mark(&mut shipment);
        let time = self.one_by_one.time();
        let line = work::within(time, || json::line(&shipment, self.lang));
        let line = line.unwrap_or_else(|stop| {
            let problem = Problem::not_finished(&shipment.id, stop, time.as_secs());
            shipment = undecided(&shipment.id, problem);
            json::line(&shipment, self.lang)
        });
        self.sum.count(&shipment, 1);
        (line, shipment)
    }

    /// The last line.
    fn end(self, of_places: Vec<Vec<Problem>>) -> anyhow::Result<u8> {
        let Lines { asked, lang, .. } = self;
        let report = self.one_by_one.report(&self.sum, Vec::new(), of_places);
        Tell::new(asked.quiet, asked.verbose).problems(&report.problems, lang);
        let line = json::run(&report, self.sum.tally, lang);
        super::print(&line, asked.common.color)?;
        Ok(if asked.exit_zero { 0 } else { report.exit_code })
    }
}

/// Of a shipment whose line is written: what other shipments are compared with, and the documents
/// that stands in.
fn numbers_alone(shipment: ShipmentReport) -> ShipmentReport {
    let used = shipment.cartons.runs.iter().map(|r| r.at.document);
    let used = used.max().map_or(0, |last| last as usize + 1);
    let documents = shipment.documents.iter().take(used);
    ShipmentReport {
        documents: documents
            .map(|d| DocumentInfo::named(&d.path, d.part.as_deref()))
            .collect(),
        cartons: NumberedCartons {
            rules: match used {
                0 => Vec::new(),
                _ => shipment.cartons.rules,
            },
            runs: shipment.cartons.runs,
        },
        ..ShipmentReport::bare(shipment.id, shipment.verdict)
    }
}

/// The path of a line; none for an empty one.
fn path_of(bytes: &[u8], end: u8) -> Option<PathBuf> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.trim_end_matches(char::from(end));
    let text = if end == b'\n' {
        text.trim_end_matches('\r')
    } else {
        text
    };
    (!text.trim().is_empty()).then(|| PathBuf::from(text))
}

/// What is answered for a path that cannot be opened, or of which the answer cannot be written.
fn undecided(id: &str, problem: Problem) -> ShipmentReport {
    ShipmentReport {
        problems: vec![problem],
        ..ShipmentReport::bare(id.to_string(), Verdict::Undecided)
    }
}
