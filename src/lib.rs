//! greenlane: says for every declared line of a shipment whether a customs green lane will let it
//! through, and if not, which cell to change, to what, and why.
//!
//! # The map of the house
//!
//! One street, one way. Each room is a function from data to data and returns its value with the
//! problems it met; only [`app`] touches the disk, only `main` exits.
//!
//! | room | does | change it when |
//! |---|---|---|
//! | [`model`] | the nouns: place, grid, document, field, finding, problem | a noun is missing |
//! | [`normalize`] | raw text → normal form and steps, grades; one file per type | a spelling is not understood |
//! | [`page`] | runs of text and ruling lines → lines, cells, rows | a printed page is cut wrongly |
//! | `ocr` | pictures of pages → runs of text with the probability of each character | a picture is read wrongly |
//! | [`read`] | bytes → documents as grids of cells; one file per format | a format or encoding is not read |
//! | [`extract`] | grids → fields: kind, heading row, labels, table rows | a layout is not understood |
//! | [`link`] | fields → shipments: lines, packing rows, reports, batches, indexed | things are paired wrongly |
//! | [`facts`] | what the shipment states: fields, said twice, units, days; evidence | a statement is taken wrongly |
//! | [`mod@check`] | the closed set of checks, one file each | a rule needs a new kind of check |
//! | [`pack`] | YAML → compiled packs; errors with file, line, column | the pack language grows |
//! | [`judge`] | rules × subjects → findings, verdicts, split plan, exit code | verdicts are combined otherwise |
//! | [`report`] | what was judged or read → bytes; one file per output, registered in `report::Format` | an output is missing |
//! | [`mark`] | findings → the users' own files with the wrong cells coloured; one file per format | a copy is marked wrongly |
//! | [`app`] | one file per command; the only disk | a command changes |
//! | [`cli`] | clap definitions, no behaviour | a flag changes |
//!
//! Data, not code: kinds of documents and their headings are `rules/documents/*.yaml`, printed forms
//! `rules/forms/*.yaml`, words are
//! `rules/words.yaml`, what papers say in sentences `rules/sentences.yaml`, countries, ports and headings are `rules/lists/*.csv`, lanes are `rules/lanes/*.yaml` (their language:
//! `rules/README.md`), names of the Single Window are `rules/single-window.yaml`.
//!
//! Imports run down the table only: a room imports from rooms above it, never from below.

pub mod app;
pub mod check;
pub mod cli;
pub mod extract;
pub mod facts;
pub mod judge;
pub mod link;
pub mod mark;
pub mod model;
pub mod normalize;
#[cfg(feature = "ocr")]
pub mod ocr;
pub mod pack;
pub mod page;
pub mod read;
pub mod report;

use extract::{Hint, Known as Elsewhere, Paper, Vocabulary};
use link::{Aliases, Group};
use model::{Document, Draw, Problem, ReadFile, ShipmentReport, Spot, Verdict, drawn, work};
use pack::Pack;
use rayon::prelude::*;
use read::Manner;
use std::sync::Arc;
use std::time::Duration;

/// What a run judges by.
pub struct Rules {
    pub vocabulary: Vocabulary,
    pub packs: Vec<Pack>,
    pub manner: Manner,
}

/// One file of a shipment: its name as shown, and its bytes or why there are none.
pub struct Input {
    pub path: String,
    pub content: Result<Arc<Vec<u8>>, Box<Problem>>,
    /// What the configuration says of it.
    pub hint: Hint,
}

/// What is known of a folder before it is judged.
#[derive(Default)]
pub struct Folder {
    pub id: String,
    pub inputs: Vec<Input>,
    pub aliases: Aliases,
    /// Other folders are judged in the same run: [`across`] compares them after.
    pub among_others: bool,
}

/// Reads the files of a shipment and understands their documents, each beside the others.
pub fn understand(inputs: &[Input], rules: &Rules) -> Vec<ReadFile> {
    let mut read: Vec<(Vec<Paper>, Vec<Problem>)> = inputs
        .par_iter()
        .map(|input| read_one(input, rules))
        .collect();
    let documents = read
        .iter()
        .flat_map(|(papers, _)| papers)
        .map(|p| &p.document);
    let elsewhere = Elsewhere::of(documents);
    let mut number = 0;
    let mut numbered = Vec::new();
    for ((papers, _), input) in read.iter_mut().zip(inputs) {
        for paper in papers {
            numbered.push((
                elsewhere.to(number),
                paper,
                &input.hint,
                time_of_file(input, rules),
            ));
            number += 1;
        }
    }
    numbered
        .into_par_iter()
        .for_each(|(others, paper, hint, time)| {
            paper.look_again(&rules.vocabulary, hint, others, time);
        });
    let files = read.into_iter().zip(inputs);
    files
        .map(|((papers, problems), input)| settled(papers, problems, input, rules))
        .collect()
}

/// The papers of one file, settled beside each other.
fn settled(papers: Vec<Paper>, problems: Vec<Problem>, input: &Input, rules: &Rules) -> ReadFile {
    let mut file = ReadFile {
        documents: Vec::new(),
        problems,
    };
    for paper in papers {
        file.documents.push(paper.document);
        file.problems.extend(paper.problems);
    }
    let time = time_of_file(input, rules);
    let settled = work::within(time, || {
        extract::settle(&mut file.documents, &rules.vocabulary, &mut file.problems);
    });
    if let Err(stop) = settled {
        let problem = Problem::not_finished(&input.path, stop, time.as_secs());
        file.problems.push(problem);
        // What they are beside each other is half known: none counts.
        for document in &mut file.documents {
            let (part, sha256) = (document.part.take(), std::mem::take(&mut document.sha256));
            *document = half_known(&input.path, part, sha256);
        }
    }
    file
}

/// How long the papers of a file may take.
fn time_of_file(input: &Input, rules: &Rules) -> Duration {
    let size = input.content.as_ref().map_or(0, |bytes| bytes.len());
    rules.manner.limits.time(size)
}

/// A document that was read and not understood to its end.
fn half_known(path: &str, part: Option<String>, sha256: String) -> Document {
    Document {
        part,
        sha256,
        ..Document::unread(path)
    }
}

/// Reads one file by itself.
pub fn understand_one(input: &Input, rules: &Rules) -> ReadFile {
    let mut files = understand(std::slice::from_ref(input), rules);
    files.pop().unwrap_or_default()
}

/// Reads one file and understands its documents by themselves.
fn read_one(input: &Input, rules: &Rules) -> (Vec<Paper>, Vec<Problem>) {
    let file = match &input.content {
        Ok(bytes) => match input.hint.encoding {
            None => read::read_in_time(&input.path, bytes, &rules.manner),
            encoding => {
                let manner = Manner {
                    encoding,
                    ..rules.manner.clone()
                };
                read::read_in_time(&input.path, bytes, &manner)
            }
        },
        Err(problem) => ReadFile {
            documents: Vec::new(),
            problems: vec![(**problem).clone()],
        },
    };
    let mut problems = file.problems;
    if file.documents.is_empty() && problems.iter().any(|p| p.blocks) {
        // It has its place in the report all the same: something was there and was not read.
        let paper = Paper {
            document: Document::unread(&input.path),
            problems: Vec::new(),
        };
        return (vec![paper], problems);
    }
    let time = time_of_file(input, rules);
    let mut papers = Vec::new();
    for document in file.documents {
        let (part, sha256) = (document.part.clone(), document.sha256.clone());
        let mut own = Vec::new();
        let read = work::within(time, || {
            extract::papers(document, &rules.vocabulary, &input.hint, &mut own)
        });
        papers.extend(read.unwrap_or_else(|stop| {
            let problem = Problem::not_finished(&input.path, stop, time.as_secs());
            own = vec![problem.at(part.as_deref(), Spot::Whole)];
            let document = half_known(&input.path, part, sha256);
            vec![Paper {
                document,
                problems: Vec::new(),
            }]
        }));
        problems.append(&mut own);
    }
    (papers, problems)
}

/// Judges the shipments of one folder: read → extract → normalize → link → judge. Pure: the same
/// inputs give the same result, whatever the order of threads.
pub fn check(folder: Folder, rules: &Rules, settings: &judge::Settings) -> Vec<ShipmentReport> {
    let among_others = folder.among_others;
    let time = time_of(&folder, rules);
    let known = know(folder, rules);
    let judged = work::within(time, || {
        let group = known.group(rules);
        let mut shipments = judge::judge(&group, &rules.packs, settings);
        for (number, shipment) in shipments.iter_mut().enumerate().filter(|_| among_others) {
            shipment.cartons = judge::carried(&group, number, shipment, &rules.packs, settings);
        }
        // Of a table of many shipments each shows its own rows only.
        let how = match shipments.len() {
            0 | 1 => settings.draw,
            _ => settings.draw.min(Draw::Marked),
        };
        drawn::draw(
            &mut shipments,
            &known.documents,
            &rules.vocabulary.fields,
            how,
        );
        (shipments, group.aliases.unused(true))
    });
    let mut problems = known.problems.clone();
    let mut shipments = match judged {
        Ok((shipments, unused)) => {
            problems.extend(unused);
            shipments
        }
        Err(stop) => vec![known.undecided(stop, time)],
    };
    for shipment in &mut shipments {
        let own = std::mem::take(&mut shipment.problems);
        shipment.problems.clone_from(&problems);
        shipment.problems.extend(own);
    }
    shipments
}

/// How long the shipments of a folder may take once their files are read.
fn time_of(folder: &Folder, rules: &Rules) -> Duration {
    let sizes = folder.inputs.iter().flat_map(|i| &i.content);
    rules
        .manner
        .limits
        .shipment_time(sizes.map(|bytes| bytes.len()).sum())
}

/// Adds to the judged shipments of several folders what can only be seen by comparing them.
pub fn across(folders: &mut [Vec<ShipmentReport>], rules: &Rules, settings: &judge::Settings) {
    let time = rules.manner.limits.shipment_time(0);
    let compared = work::within(time, || judge::across(folders, &rules.packs, settings));
    let Err(stop) = compared else { return };
    for shipment in folders.iter_mut().flatten() {
        let problem = Problem::not_finished(&shipment.id, stop, time.as_secs());
        not_compared(shipment, problem);
    }
}

fn not_compared(shipment: &mut ShipmentReport, problem: Problem) {
    shipment.problems.push(problem);
    if shipment.verdict == Verdict::Eligible {
        shipment.verdict = Verdict::Undecided;
    }
}

/// Adds to a shipment what came of comparing it where its numbers alone were kept.
pub fn add_compared(shipment: &mut ShipmentReport, compared: ShipmentReport) {
    for finding in compared.findings {
        judge::add(shipment, finding);
    }
    for problem in compared.problems {
        not_compared(shipment, problem);
    }
}

/// Audits the reports of a folder by their wording alone: one shipment per report, with the
/// problems of its own file; the others are returned apart.
pub fn audit(
    folder: Folder,
    rules: &Rules,
    settings: &judge::Settings,
) -> (Vec<ShipmentReport>, Vec<Problem>) {
    let time = time_of(&folder, rules);
    let known = know(folder, rules);
    let judged = work::within(time, || {
        let mut shipments = judge::audit(&known.group(rules), &rules.packs, settings);
        let fields = &rules.vocabulary.fields;
        drawn::draw(&mut shipments, &known.documents, fields, settings.draw);
        shipments
    });
    let mut shipments = judged.unwrap_or_else(|stop| vec![known.undecided(stop, time)]);
    let mut others = Vec::new();
    for problem in known.problems {
        let mut named = false;
        for shipment in &mut shipments {
            if shipment.documents.iter().any(|d| d.path == problem.path) {
                named = true;
                shipment.problems.push(problem.clone());
            }
        }
        if !named {
            others.push(problem);
        }
    }
    (shipments, others)
}

/// What the reports of a folder cover. `families` are those of the configuration; lists of SKU
/// families in the folder add to them.
pub fn inventory(
    folder: Folder,
    rules: &Rules,
    settings: &judge::Settings,
    families: Vec<judge::Family>,
    within_days: i64,
) -> model::Inventory {
    let time = time_of(&folder, rules);
    let known = know(folder, rules);
    let mut families = families;
    let mut problems = known.problems.clone();
    let counted = work::within(time, || {
        let group = known.group(rules);
        families.extend(judge::families(&group));
        let (held, in_no_family) =
            judge::inventory(&group, &rules.packs, settings, &families, within_days);
        let left_out = group.problems.iter().filter(|p| p.code == "row-left-out");
        (held, in_no_family, left_out.cloned().collect::<Vec<_>>())
    });
    let (held, in_no_family) = match counted {
        Ok((held, in_no_family, left_out)) => {
            problems.extend(left_out);
            (held, in_no_family)
        }
        Err(stop) => {
            problems.push(Problem::not_finished(&known.id, stop, time.as_secs()));
            Default::default()
        }
    };
    for (family, lane) in families
        .iter()
        .flat_map(|f| f.lanes.iter().map(move |l| (f, l)))
    {
        if !rules.packs.iter().any(|p| p.is_lane() && p.id == *lane) {
            problems.push(Problem::no_such_lane(&family.name, lane));
        }
    }
    let lacks = held.iter().any(|f| f.hold.lacks());
    let undecided = held.is_empty()
        || held.iter().any(|f| f.hold == model::Hold::Undecided)
        || problems.iter().any(|p| p.blocks);
    model::Inventory {
        as_of: settings.as_of.to_string(),
        within_days,
        families: held,
        in_no_family,
        exit_code: if lacks {
            1
        } else if undecided {
            3
        } else {
            0
        },
        problems,
    }
}

/// Judges the one shipment of a folder, with the reports its lines rely on.
///
/// # Errors
/// The folder holds several shipments.
pub fn judge_for_seal(
    folder: Folder,
    rules: &Rules,
    settings: &judge::Settings,
) -> anyhow::Result<(ShipmentReport, Vec<model::Matched>)> {
    let time = time_of(&folder, rules);
    let known = know(folder, rules);
    let judged = work::within(time, || {
        let group = known.group(rules);
        let mut judged = judge::judge(&group, &rules.packs, settings);
        let count = judged.len();
        let Some(only) = judged.pop().filter(|_| count == 1) else {
            anyhow::bail!("a record is of one shipment; the documents hold {count}");
        };
        let matched = judge::matched(&group, &rules.packs, settings, 0, &only);
        Ok((only, matched))
    });
    judged.unwrap_or_else(|stop| Ok((known.undecided(stop, time), Vec::new())))
}

/// What was read of a folder.
pub struct Known {
    pub id: String,
    pub documents: Vec<Document>,
    pub problems: Vec<Problem>,
    aliases: Aliases,
}

impl Known {
    /// What is said of a folder whose judging did not come to an end.
    fn undecided(&self, stop: work::Stop, time: Duration) -> ShipmentReport {
        ShipmentReport {
            documents: self.documents.iter().map(Document::info).collect(),
            problems: vec![Problem::not_finished(&self.id, stop, time.as_secs())],
            ..ShipmentReport::bare(self.id.clone(), Verdict::Undecided)
        }
    }

    /// Its documents, linked.
    pub fn group<'a>(&'a self, rules: &'a Rules) -> Group<'a> {
        let blocking = self.problems.iter().filter(|p| p.blocks);
        Group::new(
            &self.id,
            &self.documents,
            &rules.vocabulary,
            self.aliases.clone(),
            blocking.cloned().collect(),
        )
    }
}

/// Reads and understands the files of a folder.
pub fn know(folder: Folder, rules: &Rules) -> Known {
    let mut files = understand(&folder.inputs, rules);
    link::transcripts::put(&mut files, |number| {
        let content = folder.inputs.get(number).map(|input| &input.content);
        content?.as_ref().ok().map(|bytes| read::hex_digest(bytes))
    });
    drop(folder.inputs);
    let (mut documents, mut problems) = (Vec::new(), Vec::new());
    for file in files {
        documents.extend(file.documents);
        problems.extend(file.problems);
    }
    Known {
        id: folder.id,
        documents,
        problems,
        aliases: folder.aliases,
    }
}
