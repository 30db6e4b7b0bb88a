//! Two values, or the names of two files, compared.

use super::{Grade, Say};

/// One side: as given and as understood.
#[derive(Clone, Debug)]
pub struct Side {
    pub raw: String,
    pub normal: String,
    pub steps: Vec<Say>,
    /// What is wrong with it as a value of the type.
    pub fault: Option<Say>,
}

/// Two values with their grade.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The type they were compared as.
    pub kind: &'static str,
    /// The type was not asked for but guessed.
    pub guessed: bool,
    pub a: Side,
    pub b: Side,
    pub grade: Grade,
    pub reason: Say,
}

/// A name of a file: where it stands first, and how often.
#[derive(Clone, Debug)]
pub struct Name {
    pub raw: String,
    pub at: String,
    pub times: usize,
}

/// A name of one file and what it finds in the other.
#[derive(Clone, Debug)]
pub struct Match {
    pub a: Option<Name>,
    pub b: Option<Name>,
    pub grade: Grade,
    pub reason: Say,
}

/// The names of two files.
#[derive(Clone, Debug)]
pub struct FileComparison {
    pub kind: &'static str,
    pub a: String,
    pub b: String,
    pub matches: Vec<Match>,
}
