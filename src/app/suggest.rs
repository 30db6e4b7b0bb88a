//! `read --suggest`: lines for `greenlane.yaml` that would make known what was not understood. Each is
//! tried before it is proposed: the files are read again with it, and what it changes is said.

use crate::model::place::column_letters;
use crate::model::{Document, FieldId, FieldType, Kind, Lang, Level, Open, ReadFile, Say};
use crate::report::escape::{self, line};
use crate::{Input, Rules, understand};
use std::collections::{BTreeMap, BTreeSet};

/// So many readings are tried.
const MOST_TRIED: usize = 60;
/// So much better than any other field the values must read (natural-log odds).
const LEAD: f32 = 1.5;
/// So many fields are tried of one heading.
const LIKELIEST: usize = 3;

/// A heading or label nobody understood, as the configuration would name it.
struct Asked<'a> {
    document: &'a Document,
    input: usize,
    kind: &'a Kind,
    open: &'a Open,
    /// Its text, or the column's number where the text names none or several.
    name: Name,
}

enum Name {
    Heading(String),
    Column(u32),
}

/// A field it may be, and in how many places that would make it known.
struct Tried {
    field: FieldId,
    known: usize,
}

/// What is proposed for files that were read.
pub fn lines(inputs: &[Input], files: &[ReadFile], rules: &Rules, lang: Lang) -> String {
    let mut proposed = Proposed::default();
    let mut tries = 0;
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for asked in all_asked(files, rules) {
        let again = match &asked.name {
            Name::Heading(text) => !seen.insert((asked.kind.name.clone(), text.clone())),
            Name::Column(_) => false,
        };
        if again {
            continue;
        }
        // Any words are free text: values cannot speak for it.
        let tells = |id: &&FieldId| {
            let field = asked.kind.field(**id);
            field.is_some_and(|f| f.field_type != FieldType::Text)
        };
        // Words that mean another field somewhere are not to be turned.
        let named = match &asked.name {
            Name::Heading(text) => rules.vocabulary.look_up(text),
            Name::Column(_) => Vec::new(),
        };
        let fits = |id: &&FieldId| named.is_empty() || named.iter().any(|(_, f)| f == *id);
        let likely = asked.open.may_be.iter().filter(tells).filter(fits);
        let mut tried = Vec::new();
        for field in likely.take(LIKELIEST) {
            tries += 1;
            if tries <= MOST_TRIED {
                tried.extend(asked.try_as(*field, inputs, files, rules));
            }
        }
        proposed.add(&asked, &tried, rules, lang);
    }
    proposed.text(lang)
}

/// The headings and labels of documents of a kind that were not understood.
fn all_asked<'a>(files: &'a [ReadFile], rules: &'a Rules) -> Vec<Asked<'a>> {
    let mut all = Vec::new();
    for (input, file) in files.iter().enumerate() {
        for document in &file.documents {
            let u = &document.understood;
            let kinds = rules.vocabulary.kinds.iter();
            let kind = kinds.clone().find(|k| Some(&k.name) == u.kind.as_ref());
            let Some(kind) = kind else { continue };
            let named = |cell: usize| {
                let text = document.grid.cell_text(cell).trim();
                text.trim_end_matches([':', '：']).trim().to_string()
            };
            for open in &u.open {
                let cell = open.cell;
                let text = named(cell);
                let column = document.grid.cells.get(cell).map_or(0, |c| c.x0);
                let is_column = u.columns_not_taken.contains(&cell);
                let headings = u.columns.iter().map(|(_, c)| *c);
                let mut others = headings.chain(u.columns_not_taken.iter().copied());
                let twice = is_column && others.any(|c| c != cell && named(c) == text);
                let name = match twice || text.is_empty() {
                    true => Name::Column(column),
                    false => Name::Heading(text),
                };
                all.push(Asked {
                    document,
                    input,
                    kind,
                    open,
                    name,
                });
            }
        }
    }
    all
}

impl Asked<'_> {
    /// Reads the files again with it as a field. None when the field is not known then, or anything
    /// that was known is lost, or a value does not read as the field's.
    fn try_as(
        &self,
        field: FieldId,
        inputs: &[Input],
        files: &[ReadFile],
        rules: &Rules,
    ) -> Option<Tried> {
        let name = rules.vocabulary.fields.name(field);
        let mut vocabulary = rules.vocabulary.clone();
        let mut inputs: Vec<Input> = inputs.iter().map(copy).collect();
        match &self.name {
            Name::Heading(text) => {
                vocabulary.add_user_label(&self.kind.name, name, text);
            }
            Name::Column(column) => {
                let hint = &mut inputs.get_mut(self.input)?.hint;
                hint.columns.push((*column, name.to_string()));
            }
        }
        let rules = Rules {
            vocabulary,
            packs: Vec::new(),
            manner: rules.manner.clone(),
        };
        let then = understand(&inputs, &rules);
        let (before, after) = (files.get(self.input)?, then.get(self.input)?);
        let is_same = |d: &&Document| d.part == self.document.part && d.is(&self.kind.name);
        let document = after.documents.iter().find(is_same)?;
        let (was, is) = (values(self.document), values(document));
        let faults = |file: &ReadFile| -> usize {
            let told = file.problems.iter();
            told.filter(|p| p.level != Level::Remark).count()
        };
        let whole = was.is_subset(&is) && faults(after) <= faults(before);
        let known = is.difference(&was).filter(|(id, _)| *id == field).count();
        (whole && known > 0).then_some(Tried { field, known })
    }

    /// The file and what the configuration would say of its column.
    fn entry(&self, field: &str) -> (String, String) {
        let letters = match &self.name {
            Name::Column(column) => column_letters(*column),
            Name::Heading(_) => String::new(),
        };
        let path = &self.document.path;
        let columns = format!("columns: {{{letters}: {field}}}");
        let entry = match &self.document.part {
            Some(sheet) => format!("{{sheets: {{{}: {{{columns}}}}}}}", json(sheet)),
            None => format!("{{{columns}}}"),
        };
        (path.rsplit('/').next().unwrap_or(path).to_string(), entry)
    }

    fn place(&self) -> String {
        let spot = self.document.grid.spot(self.open.cell);
        let at = spot.at(self.document.part.as_deref());
        format!("{} {}", line(&self.document.path), line(&at))
    }
}

fn json(text: &str) -> String {
    escape::json_line(&text).trim().to_string()
}

fn copy(input: &Input) -> Input {
    Input {
        path: input.path.clone(),
        content: input.content.clone(),
        hint: input.hint.clone(),
    }
}

/// The values of a document that were understood: each field with its cell.
fn values(document: &Document) -> BTreeSet<(FieldId, u32)> {
    let u = &document.understood;
    let rows = u.records.iter().flat_map(|r| u.record_fields(r));
    let all = u.header.fields.iter().chain(rows);
    all.map(|f| (f.id, f.cell)).collect()
}

/// The lines to be written.
#[derive(Default)]
struct Proposed {
    /// Kind → field → headings with what they would change.
    headings: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// File → lines of columns.
    files: BTreeMap<String, Vec<String>>,
    undecided: Vec<String>,
}

impl Proposed {
    fn add(&mut self, asked: &Asked<'_>, tried: &[Tried], rules: &Rules, lang: Lang) {
        let name = |tried: &Tried| rules.vocabulary.fields.name(tried.field).to_string();
        let place = asked.place();
        let known = |tried: &Tried| {
            let (field, known) = (name(tried), tried.known);
            let what = Say::new(
                format!("{field} would be known in {known} more places"),
                format!("可多读出 {known} 处 {field}"),
            );
            what.get(lang).to_string()
        };
        let first = asked.open.may_be.first();
        let sure = |t: &&Tried| Some(&t.field) == first && asked.open.lead >= LEAD;
        if let Some(only) = tried.iter().find(sure) {
            let told = format!("{place}: {}", known(only));
            match &asked.name {
                Name::Heading(heading) => {
                    let kinds = self.headings.entry(asked.kind.name.clone()).or_default();
                    let lines = kinds.entry(name(only)).or_default();
                    lines.push(format!("      - {}   # {told}", json(heading)));
                }
                Name::Column(_) => {
                    let (file, entry) = asked.entry(&name(only));
                    let lines = self.files.entry(file).or_default();
                    lines.push(format!("{entry}   # {told}"));
                }
            }
            return;
        }
        let what = match tried.is_empty() {
            true => Say::new(
                "the values speak for no field of this kind",
                "值看不出是此类单证的哪个字段",
            ),
            false => Say::new(
                "the values do not tell; one of these, if you know it",
                "仅凭值无法确定；如您清楚，可选用其中一行",
            ),
        };
        let text = match &asked.name {
            Name::Heading(text) => text.replace('\n', " "),
            Name::Column(column) => column_letters(*column),
        };
        let told = format!("# {place} “{}”: {}", line(&text), what.get(lang));
        self.undecided.push(told);
        for one in tried {
            let entry = match &asked.name {
                Name::Heading(heading) => {
                    let (kind, heading) = (&asked.kind.name, json(heading));
                    format!("headings: {{{kind}: {{{}: [{heading}]}}}}", name(one))
                }
                Name::Column(_) => {
                    let (file, entry) = asked.entry(&name(one));
                    format!("files: {{{}: {entry}}}", json(&file))
                }
            };
            self.undecided
                .push(format!("#   {entry}   # {}", known(one)));
        }
    }

    fn text(self, lang: Lang) -> String {
        let mut text = String::new();
        if !self.headings.is_empty() {
            text.push_str("headings:\n");
        }
        for (kind, fields) in self.headings {
            text.push_str(&format!("  {kind}:\n"));
            for (field, lines) in fields {
                text.push_str(&format!("    {field}:\n{}\n", lines.join("\n")));
            }
        }
        if !self.files.is_empty() {
            text.push_str("files:\n");
        }
        for (file, lines) in self.files {
            for (n, one) in lines.iter().enumerate() {
                // One entry a file: further columns are for the reader to put into it.
                let out = if n > 0 { "  # " } else { "  " };
                text.push_str(&format!("{out}{}: {one}\n", json(&file)));
            }
        }
        if !self.undecided.is_empty() {
            text.push_str(&self.undecided.join("\n"));
            text.push('\n');
        }
        if text.is_empty() {
            let none = Say::new("Every heading was understood.", "所有标题均已识别。");
            text = format!("# {}\n", none.get(lang));
        }
        text
    }
}
