//! The words by which documents are understood: kinds, headings, verdicts, units.

use super::forms::{Form, FormFile};
use super::lists::Lists;
use super::memory::{LONGEST, Memory};
use super::synonyms::Synonyms;
use super::titles::Titles;
use super::words::{KindWords, LabelWords, Scores};
use crate::model::{
    Bound, FieldId, FieldType, Fields, ItemVerdict, Kind, KindField, Letterhead, Multiple, Say,
    Words,
};
use crate::normalize::placeholder;
use crate::normalize::sentence::Sentences;
use crate::normalize::text::{fold, is_cjk, squeeze};
use crate::read::{LoadError, Written, did_you_mean, from_yaml, own_yaml, parse_written, shape};
use aho_corasick::AhoCorasick;
use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// A rules file with its name, for error messages.
pub struct KindSource<'a> {
    pub name: &'a str,
    pub text: &'a str,
    /// Travels inside the program.
    pub built_in: bool,
}

/// Kinds, their headings indexed by folded text, and the word lists.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    pub fields: Fields,
    pub kinds: Vec<Kind>,
    pub words: Words,
    pub sentences: Sentences,
    pub lists: Lists,
    /// The printed forms that are known.
    pub forms: Vec<Form>,
    labels: HashMap<String, Vec<(u16, FieldId)>>,
    /// Headings of the user's own, which win over everything.
    given: HashMap<(u16, String), FieldId>,
    synonyms: Arc<Synonyms>,
    words_of_labels: OnceLock<Arc<LabelWords>>,
    words_of_kinds: OnceLock<Arc<Vec<OnceLock<KindWords>>>>,
    titles: OnceLock<Arc<Titles>>,
    looked_up: Memory<Hits>,
    /// As labels that stand alone.
    alone: Memory<Hits>,
    placeholders: OnceLock<Option<AhoCorasick>>,
}

/// The kinds and fields a heading may stand for.
pub type Hits = Vec<(u16, FieldId)>;

/// A kind of document as it is written.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KindFile {
    kind: String,
    title: Say,
    /// Phrases that name such a document where they stand as its title.
    titles: Vec<String>,
    /// Phrases of titles that are not of this kind.
    #[serde(default)]
    not_titles: Vec<String>,
    /// In a table of this kind a record begins in a row that has one of these fields; rows without
    /// carry the record on (the printed declaration gives an item two or three rows).
    #[serde(default)]
    record_begins: Vec<String>,
    /// Sets of fields; a table that has all of one set may be of this kind.
    needs: Vec<Vec<String>>,
    /// Fields that nearly every paper of the kind has: one that is missing speaks against it.
    #[serde(default)]
    usual: Vec<String>,
    /// Fields of other kinds that a paper of this kind never has.
    #[serde(default)]
    never: Vec<String>,
    /// A paper that is known and set aside: no document of a shipment, known by its title.
    #[serde(default)]
    set_aside: bool,
    /// In the order a form gives them.
    fields: IndexMap<String, FieldEntry>,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct FieldEntry {
    #[serde(rename = "type")]
    field_type: FieldType,
    of: Of,
    /// The field it is when it stands as a label instead of over a column.
    #[serde(default)]
    as_label: Option<String>,
    /// The field it is when it stands over a column instead of beside a value.
    #[serde(default)]
    as_column: Option<String>,
    /// Where no column of a table is or may be this field, and the values fit, it is that one: what a
    /// laboratory asks for names what it tested.
    #[serde(default)]
    stands_in_for: Option<String>,
    /// A paper may state several of it; of other fields two different values are a doubt.
    #[serde(default)]
    several: bool,
    /// On an empty form it stands above the table, though it may be a column too.
    #[serde(default)]
    above: bool,
    #[serde(default = "one")]
    weight: u32,
    labels: Vec<String>,
    #[serde(default)]
    letterhead: Option<Letterhead>,
    /// Words that are its whole label at the head of a paper, before a code: `No. X`.
    #[serde(default)]
    bare: Vec<String>,
}

impl KindFile {
    /// Whether the fields it needs are fields it has.
    fn needs_its_fields(&self) -> bool {
        let mut needed = self.needs.iter().flatten();
        needed.all(|name| self.fields.contains_key(name))
    }
}

fn one() -> u32 {
    1
}

#[derive(Clone, Copy, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Of {
    Header,
    Line,
    Both,
    /// A totals row, as exports have it.
    Total,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    pass: Vec<String>,
    fail: Vec<String>,
    not_applicable: Vec<String>,
    not_tested: Vec<String>,
    data_only: Vec<String>,
    open: Vec<String>,
    references: Vec<String>,
    measures: BTreeMap<String, BTreeMap<String, f64>>,
    substances: Vec<Vec<String>>,
    not_detected: Vec<String>,
    limit_tails: Vec<String>,
    null_tokens: Vec<String>,
    read_alike: Vec<String>,
    no_limit: Vec<String>,
    placeholders: Vec<String>,
    totals: Vec<String>,
    ditto: Vec<String>,
    units: BTreeMap<String, Vec<String>>,
    unit_multiples: BTreeMap<String, Multiple>,
    number_words: BTreeMap<String, f64>,
    legal_forms: Vec<Vec<String>>,
    address_words: Vec<String>,
    branch_words: Vec<String>,
    material_words: Vec<String>,
    model_labels: Vec<String>,
    model_labels_inside: Vec<String>,
    not_spelled: Vec<String>,
    limits: Limits,
    company_labels: Vec<String>,
    company_endings: Vec<String>,
    incoterms: Vec<String>,
    synonyms: Vec<Vec<String>>,
    report_labels: Vec<String>,
    batch_labels: Vec<String>,
    currencies: BTreeMap<String, Vec<String>>,
    abbreviations: Vec<Vec<String>>,
    telling_characters: String,
    traditional: String,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Limits {
    at_most: Vec<String>,
    below: Vec<String>,
    at_least: Vec<String>,
    above: Vec<String>,
}

impl Vocabulary {
    /// Loads kinds, words and lists.
    ///
    /// # Errors
    /// All that is not in order, in all files.
    pub fn load(
        sources: &[KindSource<'_>],
        words: &KindSource<'_>,
        sentences: &KindSource<'_>,
        lists: &[KindSource<'_>],
    ) -> Result<Vocabulary, Vec<LoadError>> {
        let (words, synonyms) = parse_words(words)?;
        let mut vocabulary = Vocabulary {
            forms: Vec::new(),
            fields: Fields::default(),
            kinds: Vec::new(),
            words,
            sentences: Sentences::new(parse_own(sentences)?),
            lists: Lists::default(),
            labels: HashMap::new(),
            given: HashMap::new(),
            synonyms: Arc::new(synonyms),
            words_of_labels: OnceLock::new(),
            words_of_kinds: OnceLock::new(),
            titles: OnceLock::new(),
            looked_up: Memory::default(),
            alone: Memory::default(),
            placeholders: OnceLock::new(),
        };
        let mut errors = Vec::new();
        for list in lists {
            let added = vocabulary.lists.add(list.name, list.text, list.built_in);
            errors.extend(added.err().into_iter().flatten());
        }
        vocabulary.lists.spell(&mut vocabulary.words);
        for source in sources {
            let own = source.built_in.then(|| own_yaml::<KindFile>(source.text));
            if let Some(file) = own.flatten().filter(KindFile::needs_its_fields) {
                vocabulary.add_kind(file, None, &mut errors);
                continue;
            }
            let read = parse_written(source.name, source.text)
                .and_then(|written| Ok((shape::<KindFile>(&written)?, written)));
            match read {
                Ok((file, written)) => vocabulary.add_kind(file, Some(&written), &mut errors),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() {
            Ok(vocabulary)
        } else {
            Err(errors)
        }
    }

    /// The names papers go by, squeezed: those of the kinds and their titles.
    pub fn papers(&self) -> BTreeSet<String> {
        let kinds = self.kinds.iter();
        kinds
            .flat_map(|k| k.titles.iter().cloned().chain([squeeze(&k.name)]))
            .collect()
    }

    fn add_kind(&mut self, file: KindFile, written: Option<&Written>, errors: &mut Vec<LoadError>) {
        let number = u16::try_from(self.kinds.len()).unwrap_or(u16::MAX);
        let mut kind = Kind {
            name: file.kind,
            title: file.title,
            titles: file.titles.iter().map(|t| squeeze(t)).collect(),
            not_titles: file.not_titles.iter().map(|t| squeeze(t)).collect(),
            usual: file.usual.iter().map(|n| self.fields.intern(n)).collect(),
            never: file.never.iter().map(|n| self.fields.intern(n)).collect(),
            set_aside: file.set_aside,
            needs: Vec::new(),
            record_begins: file
                .record_begins
                .iter()
                .map(|n| self.fields.intern(n))
                .collect(),
            fields: Vec::new(),
        };
        for (name, entry) in file.fields {
            let id = self.fields.intern(&name);
            kind.fields.push(KindField {
                id,
                field_type: entry.field_type,
                as_label: entry.as_label.as_deref().map(|n| self.fields.intern(n)),
                as_column: entry.as_column.as_deref().map(|n| self.fields.intern(n)),
                stands_in_for: entry
                    .stands_in_for
                    .as_deref()
                    .map(|n| self.fields.intern(n)),
                in_rows: matches!(entry.of, Of::Line | Of::Both) || entry.as_column.is_some(),
                letterhead: entry.letterhead,
                bare: entry.bare.iter().map(|w| fold(w)).collect(),
                several: entry.several,
                in_header: matches!(entry.of, Of::Header | Of::Both),
                above: entry.above,
                weight: entry.weight,
                heading: heading(&entry.labels),
                labels: entry.labels.clone(),
            });
            // A field's own name is a label too: the key of a transcript.
            for label in entry.labels.iter().chain(std::iter::once(&name)) {
                self.add_label(number, id, label);
            }
        }
        if let Some(written) = written {
            let names = kind.fields.iter().map(|f| self.fields.name(f.id));
            let names: Vec<&str> = names.collect();
            errors.extend(dead_names(written, &names));
            errors.extend(dead_labels(written));
        }
        for group in file.needs {
            let ids = group.iter().map(|n| self.fields.intern(n)).collect();
            kind.needs.push(ids);
        }
        self.kinds.push(kind);
    }

    fn add_label(&mut self, kind: u16, field: FieldId, label: &str) {
        self.forget();
        let key = squeeze(label);
        if key.is_empty() {
            return;
        }
        let hits = self.labels.entry(key).or_default();
        if !hits.iter().any(|(k, _)| *k == kind) {
            hits.push((kind, field));
        }
    }

    fn forget(&mut self) {
        self.looked_up.clear();
        self.alone.clear();
    }

    /// The names of the fields of a kind.
    pub fn field_names(&self, kind: u16) -> Vec<&str> {
        let kind = self.kinds.get(usize::from(kind));
        let fields = kind.map_or(&[][..], |k| &k.fields);
        fields.iter().map(|f| self.fields.name(f.id)).collect()
    }

    /// Adds a user's heading; false when kind or field is not known.
    pub fn add_user_label(&mut self, kind: &str, field: &str, label: &str) -> bool {
        let Some(number) = self.kind_number(kind) else {
            return false;
        };
        let Some(id) = self.fields.find(field) else {
            return false;
        };
        let known = self
            .kinds
            .get(usize::from(number))
            .is_some_and(|k| k.field(id).is_some());
        if known {
            // The user's word goes before ours.
            self.forget();
            let hits = self.labels.entry(squeeze(label)).or_default();
            hits.retain(|(k, _)| *k != number);
            hits.push((number, id));
            self.given.insert((number, squeeze(label)), id);
        }
        known
    }

    /// Adds a printed form.
    pub fn add_form(&mut self, source: &KindSource<'_>) -> Result<(), Vec<LoadError>> {
        let file = match source.built_in.then(|| own_yaml(source.text)).flatten() {
            Some(file) => file,
            None => shape::<FormFile>(&parse_written(source.name, source.text)?)?,
        };
        let form = Form::new(file, source.name, self)?;
        self.forms.push(form);
        Ok(())
    }

    pub fn kind_number(&self, name: &str) -> Option<u16> {
        self.kinds
            .iter()
            .position(|k| k.name == name)
            .and_then(|n| u16::try_from(n).ok())
    }

    /// What a text means as a label when taken literally, whole.
    pub fn look_up_whole(&self, text: &str) -> Hits {
        let key = squeeze(&self.simplified(text));
        self.labels.get(&key).cloned().unwrap_or_default()
    }

    /// A heading or title with its traditional characters as simplified ones, by table: for finding
    /// words only.
    pub fn simplified<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let table = &self.words.traditional;
        if text.is_ascii() || !text.chars().any(|c| table.contains_key(&c)) {
            return Cow::Borrowed(text);
        }
        let simple = |c: char| table.get(&c).copied().unwrap_or(c);
        Cow::Owned(text.chars().map(simple).collect())
    }

    pub fn synonyms(&self) -> &Synonyms {
        &self.synonyms
    }

    /// What a heading or label may mean, most literal reading first. Empty when it is neither.
    pub fn look_up(&self, text: &str) -> Hits {
        if text.len() > LONGEST {
            return Hits::new();
        }
        self.looked_up.of(text, || self.literally(text))
    }

    /// What a text means as a label that stands alone, by `make` where it was not asked for before.
    pub fn alone(&self, text: &str, make: impl FnOnce() -> Hits) -> Hits {
        self.alone.of(text, make)
    }

    fn literally(&self, text: &str) -> Hits {
        let mut hits: Hits = Vec::new();
        let text = &*self.simplified(text);
        let mut add = |found: &Hits| {
            for hit in found {
                if !hits.iter().any(|(k, _)| *k == hit.0) {
                    hits.push(*hit);
                }
            }
        };
        for key in keys(text) {
            if let Some(found) = self.labels.get(&key) {
                add(found);
            }
        }
        if text.contains(['/', '／']) {
            add(&self.alternatives(text));
        }
        hits
    }

    /// `Style No./Item No.`: parts that all name the same field. (`Qty/ctn` is not two names.)
    fn alternatives(&self, text: &str) -> Hits {
        let mut parts = text
            .split(['/', '／'])
            .map(squeeze)
            .filter(|part| !part.is_empty());
        let first = parts.next().and_then(|part| self.labels.get(&part));
        let mut shared = first.cloned().unwrap_or_default();
        for part in parts {
            let own = self.labels.get(&part);
            shared.retain(|hit| own.is_some_and(|hits| hits.contains(hit)));
        }
        shared
    }

    /// The field the user's configuration gives a heading.
    pub fn given(&self, text: &str, kind: usize) -> Option<FieldId> {
        let number = u16::try_from(kind)
            .ok()
            .filter(|_| !self.given.is_empty())?;
        let of = |text: &str| self.given.get(&(number, squeeze(text))).copied();
        of(text).or_else(|| text.lines().find_map(of))
    }

    fn label_words(&self) -> &LabelWords {
        let words = &self.words_of_labels;
        words.get_or_init(|| Arc::new(LabelWords::new(self)))
    }

    /// Whether a text has a word of some label.
    pub fn speaks(&self, text: &str) -> bool {
        self.label_words().speak(text, self)
    }

    /// How the words of a heading or label speak for each field of a kind, in the kind's order.
    pub fn words_of(&self, text: &str, number: usize, kind: &Kind) -> Arc<Scores> {
        let all = self.label_words();
        let kinds = self
            .words_of_kinds
            .get_or_init(|| Arc::new(self.kinds.iter().map(|_| OnceLock::new()).collect()));
        let Some(own) = kinds.get(number) else {
            return Arc::new(vec![0.0; kind.fields.len()]);
        };
        let at = u16::try_from(number).unwrap_or(u16::MAX);
        let own = own.get_or_init(|| KindWords::learn(all, at, kind, self));
        let of_kind = |hits: Hits| -> Vec<FieldId> {
            let own = hits.into_iter().filter(|(k, _)| *k == at);
            own.map(|(_, f)| f).collect()
        };
        own.remembered(text, || {
            let whole = of_kind(self.look_up_whole(text));
            if !whole.is_empty() {
                return own.read(all, text, (&whole, true), kind, self);
            }
            let listed = of_kind(self.look_up(text));
            own.read(all, text, (&listed, false), kind, self)
        })
    }

    /// What may begin a placeholder of a template, searched for at once.
    pub fn placeholders(&self) -> Option<&AhoCorasick> {
        let build = || {
            let words = self.words.placeholders.iter().map(String::as_str);
            let mut builder = AhoCorasick::builder();
            let builder = builder.ascii_case_insensitive(true);
            builder.build(words.chain(placeholder::MARKS)).ok()
        };
        self.placeholders.get_or_init(build).as_ref()
    }

    /// The titles of all kinds, searched for at once.
    pub fn titles(&self) -> &Titles {
        self.titles
            .get_or_init(|| Arc::new(Titles::new(&self.kinds)))
    }
}

/// The first Chinese and the first English label of a field, as a form heads its column.
fn heading(labels: &[String]) -> String {
    let chinese = labels.iter().find(|l| l.chars().any(is_cjk));
    let latin = labels
        .iter()
        .filter(|l| !l.chars().any(is_cjk))
        .find(|l| l.chars().all(|c| !c.is_uppercase()) || l.contains([' ', '/', '.']));
    match (chinese, latin) {
        (Some(chinese), Some(latin)) => format!("{chinese} {latin}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => labels.first().cloned().unwrap_or_default(),
    }
}

/// The readings of a heading: whole, without brackets, its lines, its Chinese and its Latin part,
/// without a unit at its end, the last segment of a dotted key.
fn keys(text: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let mut add = |key: String| {
        if !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    };
    let whole = squeeze(text);
    // `{contract_no}` is a field nobody filled in, no label.
    if whole.is_empty() || text.trim_start().starts_with('{') {
        return keys;
    }
    add(whole.clone());
    let bare = without_brackets(text);
    add(squeeze(&bare));
    // The key of a tree says it in its last segment: `检测报告.CNAS编号`.
    let key = text
        .rsplit_once('.')
        .map_or("", |(_, last)| last)
        .trim_end();
    let key = if key.starts_with(char::is_whitespace) {
        ""
    } else {
        key
    };
    for form in [key, text, bare.as_str()] {
        for line in form.split(['\n', '|', '或', '及', '和', '与', '、', '&']) {
            add(squeeze(line));
            let chinese: String = line.chars().filter(|c| is_cjk(*c)).collect();
            let latin: String = line.chars().filter(|c| !is_cjk(*c)).collect();
            // Digits behind a Chinese word are a value, not the word's translation.
            let translation = !latin.chars().any(|c| c.is_ascii_digit());
            if !chinese.is_empty() && translation {
                add(squeeze(&chinese));
                add(squeeze(&latin));
            }
        }
    }
    if let Some((_, last)) = text.rsplit_once('.') {
        add(squeeze(last));
    }
    let units = [
        "kgs", "kg", "pcs", "usd", "cbm", "m3", "rmb", "cny", "cm", "千克", "公斤", "美元",
    ];
    let trimmed: Vec<String> = keys
        .iter()
        .filter_map(|key| units.iter().find_map(|u| key.strip_suffix(u)))
        .filter(|key| !key.is_empty())
        .map(str::to_string)
        .collect();
    for key in trimmed {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0u32;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' | '〔' => depth += 1,
            ')' | '）' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Where an entry of a field names another.
const OTHERS: [&str; 3] = ["as_label", "as_column", "stands_in_for"];

/// Names of fields, in a kind as written, that the kind does not have.
fn dead_names(kind: &Written, names: &[&str]) -> Vec<LoadError> {
    let needs = kind.items_at(&["needs"]).iter().flat_map(|n| n.items());
    let others = kind.entries_at(&["fields"]).iter();
    let others = others.flat_map(|f| OTHERS.map(|key| f.value.get(key)));
    let named = needs.chain(kind.items_at(&["record_begins"]));
    let named = named.chain(others.flatten());
    let named = named.chain(kind.items_at(&["usual"]));
    let known = |w: &&Written| w.text().is_some_and(|t| names.contains(&t));
    named
        .filter(|w| !known(w))
        .map(|name| {
            let text = name.text().unwrap_or("");
            let near = did_you_mean(text, names);
            name.at
                .error(format!("this kind has no field `{text}`{near}"))
        })
        .collect()
}

/// Folded spelling to key; the key is a spelling of its own.
fn by_spelling(table: &BTreeMap<String, Vec<String>>) -> HashMap<String, String> {
    table
        .iter()
        .flat_map(|(key, spellings)| {
            let all = spellings.iter().chain(std::iter::once(key));
            all.map(|s| (fold(s), key.clone()))
        })
        .collect()
}

/// Labels that name a second field of a kind: the first is taken, always.
fn dead_labels(kind: &Written) -> Vec<LoadError> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for field in kind.entries_at(&["fields"]) {
        for label in field.value.items_at(&["labels"]) {
            let text = label.text().unwrap_or("");
            let own = taken.entry(squeeze(text)).or_insert(&field.key);
            if *own != field.key {
                let what = format!("the label `{text}` names the field `{own}` already");
                errors.push(label.at.error(what));
            }
        }
    }
    errors
}

fn parse_own<T: DeserializeOwned + schemars::JsonSchema>(
    source: &KindSource<'_>,
) -> Result<T, Vec<LoadError>> {
    let own = source.built_in.then(|| own_yaml(source.text)).flatten();
    own.map_or_else(|| from_yaml(source.name, source.text), Ok)
}

fn parse_words(source: &KindSource<'_>) -> Result<(Words, Synonyms), Vec<LoadError>> {
    let file: WordsFile = parse_own(source)?;
    let synonyms = Synonyms::new(&file.synonyms);
    let folded = |list: Vec<String>| -> Vec<String> { list.iter().map(|w| fold(w)).collect() };
    let squeezed = |list: &[String]| -> Vec<String> { list.iter().map(|w| squeeze(w)).collect() };
    let mut verdicts = HashMap::new();
    for (list, verdict) in [
        (&file.pass, ItemVerdict::Pass),
        (&file.not_applicable, ItemVerdict::NotApplicable),
        (&file.not_tested, ItemVerdict::NotTested),
        (&file.data_only, ItemVerdict::DataOnly),
        (&file.open, ItemVerdict::Open),
        // Last, so that a word in two lists is never a pass.
        (&file.fail, ItemVerdict::Fail),
    ] {
        for word in list {
            for form in [word.clone(), fold(word), squeeze(word)] {
                if !form.is_empty() {
                    verdicts.insert(form, verdict);
                }
            }
        }
    }
    let mut limits = Vec::new();
    for (list, bound) in [
        (&file.limits.at_most, Bound::AtMost),
        (&file.limits.below, Bound::Below),
        (&file.limits.at_least, Bound::AtLeast),
        (&file.limits.above, Bound::Above),
    ] {
        limits.extend(list.iter().map(|w| (fold(w), bound)));
    }
    let kinds = file.measures.values().enumerate();
    let measures = kinds.flat_map(|(n, units)| units.iter().map(move |(u, f)| (fold(u), (n, *f))));
    let substances = file.substances.iter().enumerate();
    let substances = substances.flat_map(|(n, names)| names.iter().map(move |s| (squeeze(s), n)));
    let words = Words {
        verdicts,
        references: folded(file.references),
        measures: measures.collect(),
        substances: substances.collect(),
        not_detected: folded(file.not_detected),
        limit_tails: folded(file.limit_tails),
        null_tokens: folded(file.null_tokens),
        read_alike: file.read_alike,
        no_limit: squeezed(&file.no_limit),
        placeholders: folded(file.placeholders),
        totals: squeezed(&file.totals),
        ditto: folded(file.ditto),
        units: by_spelling(&file.units),
        unit_multiples: file.unit_multiples,
        number_words: file.number_words,
        legal_forms: file.legal_forms.iter().map(|f| squeezed(f)).collect(),
        address_words: folded(file.address_words),
        branch_words: folded(file.branch_words),
        material_words: folded(file.material_words),
        model_labels: squeezed(&file.model_labels),
        model_labels_inside: file
            .model_labels_inside
            .iter()
            .map(|l| l.to_lowercase())
            .collect(),
        not_spelled: folded(file.not_spelled),
        limits,
        company_labels: squeezed(&file.company_labels),
        company_endings: squeezed(&file.company_endings),
        incoterms: file.incoterms,
        report_labels: squeezed(&file.report_labels),
        batch_labels: squeezed(&file.batch_labels),
        currencies: by_spelling(&file.currencies),
        ports: HashMap::new(),
        abbreviations: file
            .abbreviations
            .iter()
            .enumerate()
            .flat_map(|(group, words)| words.iter().map(move |w| (w.to_uppercase(), group)))
            .collect(),
        telling_characters: file.telling_characters.chars().collect(),
        traditional: file
            .traditional
            .split_whitespace()
            .filter_map(|pair| {
                let mut chars = pair.chars();
                Some((chars.next()?, chars.next()?))
            })
            .collect(),
        countries: HashMap::new(),
        country_groups: BTreeMap::new(),
    };
    Ok((words, synonyms))
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn headings_are_read_in_every_likely_way() {
        let has = |text: &str, key: &str| keys(text).iter().any(|k| k == key);
        assert!(has("Model Number型号", "型号"));
        assert!(has("Model Number型号", "modelnumber"));
        assert!(has("提单号 B/L No", "提单号"));
        assert!(has("G.W（KG)", "gw"));
        assert!(has("单价(CIF, USD)", "单价"));
        assert!(has("商品编号\n(共13位)", "商品编号"));
        assert!(has("laboratory.report_no", "reportno"));
    }
}
