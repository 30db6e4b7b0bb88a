//! The kinds of documents and their fields, as `rules/documents/*.yaml` defines them.

use super::Say;
use std::collections::{BTreeMap, HashMap};

/// The number of a field name. Names are shared by all kinds: `model` is one field everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// Declares the fields the program itself names; every other field exists only in data.
macro_rules! known_fields {
    ($($constant:ident = $name:literal),* $(,)?) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Ordinal { $($constant),* }
        impl FieldId {
            $(pub const $constant: FieldId = FieldId(Ordinal::$constant as u16);)*
        }
        const KNOWN: &[&str] = &[$($name),*];
    };
}

known_fields! {
    MODEL = "model", QUANTITY = "quantity", UNIT = "unit", NAME = "name", HS_CODE = "hs_code",
    LINE_NO = "line_no", BATCH = "batch", REPORT_NO = "report_no", CNAS_NO = "cnas_no",
    APPLICANT = "applicant", CONSIGNOR = "consignor", CONSIGNOR_CODE = "consignor_code",
    PRODUCER = "producer", PRODUCER_CODE = "producer_code", SPEC = "spec", NAME_SPEC = "name_spec",
    ELEMENTS = "elements", CATEGORY = "category", DECLARATION_NO = "declaration_no",
    BILL_OF_LADING = "bill_of_lading", SHIPMENT_REF = "shipment_ref",
    DECLARATION_DATE = "declaration_date", EXPORT_DATE = "export_date", PACKAGES = "packages",
    CARTON_NO = "carton_no", CARTONS = "cartons", SKU = "sku", LAB = "lab",
    MANUFACTURER = "manufacturer", STANDARD = "standard", ITEM = "item", CLAUSE = "clause",
    REQUIREMENT = "requirement", RESULT = "result", VERDICT = "verdict", ITEM_REMARK = "item_remark",
    ITEMS = "items", CONCLUSION = "conclusion", SCOPE = "scope", REMARK = "remark",
    STATUS = "status", ISSUE_DATE = "issue_date", TEST_DATE = "test_date",
    RECEIVED_DATE = "received_date", REPLACES = "replaces", ADDENDUM_TO = "addendum_to",
    VALID_FROM = "valid_from", VALID_UNTIL = "valid_until", RESTRICTION = "restriction",
    EXCLUDED_ITEMS = "excluded_items", CERTIFICATE_NO = "certificate_no", MATERIAL = "material",
    SUPPLIER = "supplier", PRODUCTION_DATE = "production_date", EXIT_CUSTOMS = "exit_customs",
    EXIT_PORT = "exit_port", TERMINAL = "terminal", LIST_DATE = "list_date",
    DESTINATION_COUNTRY = "destination_country", TEST_TYPE = "test_type", PRODUCT = "product",
    SAMPLE_NAME = "sample_name", BRAND = "brand", ALIAS = "alias", GROUP = "group",
    REASON = "reason", DESCRIPTION = "description", CONSIGNEE = "consignee",
    FINAL_DESTINATION = "final_destination", DESTINATION = "destination", ORIGIN = "origin",
    GROSS_WEIGHT = "gross_weight", NET_WEIGHT = "net_weight", PRICE = "price", AMOUNT = "amount",
    CURRENCY = "currency", TERMS = "terms", TRADE_MODE = "trade_mode", PER_CARTON = "per_carton",
    INSPECTION = "inspection", AFTER_LINE = "after_line",
    PROCESS = "process", APPLICANT_CODE = "applicant_code", MANUFACTURER_CODE = "manufacturer_code",
}

/// The names of all fields, known and data-defined.
#[derive(Clone, Debug)]
pub struct Fields {
    names: Vec<String>,
    by_name: BTreeMap<String, FieldId>,
}

impl Default for Fields {
    fn default() -> Self {
        let mut fields = Fields {
            names: Vec::new(),
            by_name: BTreeMap::new(),
        };
        for name in KNOWN {
            fields.intern(name);
        }
        fields
    }
}

impl Fields {
    /// The id of a name, made when it is new.
    pub fn intern(&mut self, name: &str) -> FieldId {
        if let Some(id) = self.by_name.get(name) {
            return *id;
        }
        let id = FieldId(u16::try_from(self.names.len()).unwrap_or(u16::MAX));
        self.names.push(name.to_string());
        self.by_name.insert(name.to_string(), id);
        id
    }

    pub fn find(&self, name: &str) -> Option<FieldId> {
        self.by_name.get(name).copied()
    }

    pub fn name(&self, id: FieldId) -> &str {
        self.names.get(usize::from(id.0)).map_or("", String::as_str)
    }
}

/// How the text of a field is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    Text,
    Model,
    Company,
    Code,
    Hs,
    Date,
    Number,
    Quantity,
    Weight,
    Money,
    Carton,
    Standard,
    Cnas,
    Verdict,
    Port,
    Country,
    Item,
}

impl FieldType {
    /// Types whose cell holds a number in a table row, so that a row of nothing else is a total.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            FieldType::Number | FieldType::Quantity | FieldType::Weight | FieldType::Money
        )
    }
}

/// A field of a kind.
#[derive(Clone, Debug)]
pub struct KindField {
    pub id: FieldId,
    pub field_type: FieldType,
    /// The field it is when it stands as a label instead of over a column.
    pub as_label: Option<FieldId>,
    /// The field it is when it stands over a column.
    pub as_column: Option<FieldId>,
    /// Where no column of a table is or may be this field, it is the one.
    pub stands_in_for: Option<FieldId>,
    /// Stands as a column of a table.
    pub in_rows: bool,
    /// Stands as a label with a value.
    pub in_header: bool,
    /// Stands above the table of an empty form, though it may be a column.
    pub above: bool,
    /// A paper may state several of it.
    pub several: bool,
    /// How strongly its heading speaks for the kind.
    pub weight: u32,
    /// The heading a form gives it, in Chinese and English.
    pub heading: String,
    /// How a line at the head of a paper that no label names is told to be its value.
    pub letterhead: Option<Letterhead>,
    /// Words that are its whole label at the head of a paper: `No. X`; folded.
    pub bare: Vec<String>,
    /// All labels as listed.
    pub labels: Vec<String>,
}

/// A line of a letterhead: it holds one of the words and ends with one of the endings, all folded.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Letterhead {
    pub words: Vec<String>,
    pub endings: Vec<String>,
}

/// A kind of document.
#[derive(Clone, Debug)]
pub struct Kind {
    pub name: String,
    pub title: Say,
    /// Folded phrases of a title.
    pub titles: Vec<String>,
    pub not_titles: Vec<String>,
    /// At least one of these groups of fields must have been found.
    pub needs: Vec<Vec<FieldId>>,
    /// What nearly every paper of the kind has: what is missing speaks against it.
    pub usual: Vec<FieldId>,
    /// Fields of other kinds that a paper of this one never has: their labels speak against it.
    pub never: Vec<FieldId>,
    /// Known, and no document of a shipment: never judged as something else.
    pub set_aside: bool,
    /// A record begins in a row that has one of these; empty: every row is a record.
    pub record_begins: Vec<FieldId>,
    pub fields: Vec<KindField>,
}

impl Kind {
    pub fn field(&self, id: FieldId) -> Option<&KindField> {
        self.fields.iter().find(|f| f.id == id)
    }
}

/// A field of a record: a range of the document's text and the cell it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub id: FieldId,
    pub cell: u32,
    pub start: u32,
    pub len: u32,
}

/// What a report says of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemVerdict {
    Pass,
    Fail,
    NotApplicable,
    NotTested,
    /// Measured, not judged.
    DataOnly,
    /// It waits, or points elsewhere.
    Open,
}

/// On which side of a limit a value must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    AtMost,
    Below,
    AtLeast,
    Above,
}

/// How many of another unit one of a unit is.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Multiple {
    pub of: String,
    pub count: f64,
}

/// Word lists of the trade (`rules/words.yaml`), folded where they are matched folded.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Verdict words, folded and squeezed.
    pub verdicts: HashMap<String, ItemVerdict>,
    /// Folded words of clauses and standards, that may stand behind a pass.
    pub references: Vec<String>,
    /// Folded unit to its kind and its size.
    pub measures: HashMap<String, (usize, f64)>,
    /// Squeezed name or sign to the substance.
    pub substances: HashMap<String, usize>,
    /// Folded words behind a limit that take nothing from it.
    pub limit_tails: Vec<String>,
    /// Folded words of a result that found nothing.
    pub not_detected: Vec<String>,
    pub null_tokens: Vec<String>,
    /// Characters that are read for each other in pictures, a group a text.
    pub read_alike: Vec<String>,
    /// What stands in the place of a last day where there is none, squeezed.
    pub no_limit: Vec<String>,
    pub placeholders: Vec<String>,
    pub totals: Vec<String>,
    /// Folded marks that stand for what is written above them.
    pub ditto: Vec<String>,
    /// Folded spelling to unit key.
    pub units: HashMap<String, String>,
    /// Unit key to the unit it is a known multiple of.
    pub unit_multiples: BTreeMap<String, Multiple>,
    /// Folded words for numbers that stand before a unit.
    pub number_words: BTreeMap<String, f64>,
    /// Equivalent spellings of legal forms, folded.
    pub legal_forms: Vec<Vec<String>>,
    /// Folded words of addresses, of branches of a company, of the shape of a material.
    pub address_words: Vec<String>,
    pub branch_words: Vec<String>,
    pub material_words: Vec<String>,
    pub model_labels: Vec<String>,
    /// Labels of a model inside a description, in lower case, in the order they are tried.
    pub model_labels_inside: Vec<String>,
    /// Folded words by which a report means other models than it spells.
    pub not_spelled: Vec<String>,
    /// Folded words before (or after) a number that make it a limit.
    pub limits: Vec<(String, Bound)>,
    pub company_labels: Vec<String>,
    /// Squeezed ends of names of companies and institutes, beside the legal forms.
    pub company_endings: Vec<String>,
    /// Terms of delivery, in upper case.
    pub incoterms: Vec<String>,
    pub report_labels: Vec<String>,
    pub batch_labels: Vec<String>,
    /// Folded spelling to ISO 4217 code, to the port's name.
    pub currencies: HashMap<String, String>,
    pub ports: HashMap<String, String>,
    /// Upper-case word to the group of words it is short for or stands for.
    pub abbreviations: HashMap<String, usize>,
    /// Characters that tell sister names apart (numerals, directions, sizes).
    pub telling_characters: Vec<char>,
    /// Traditional character to its simplified form.
    pub traditional: HashMap<char, char>,
    /// Squeezed spellings of countries to their codes.
    pub countries: HashMap<String, String>,
    /// The group a country belongs to, by code: `DE` to `EU`.
    pub country_groups: BTreeMap<String, String>,
}
