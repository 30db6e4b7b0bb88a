//! Tests through the front door: the binary, folders of documents, hand-written expectations.
//! One integration binary; each module is a concern.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation
)]

mod annotations;
mod browser;
mod catalogue;
mod chinese;
mod command_line;
mod damage;
mod evidence;
mod expectations;
mod export;
mod folders;
mod fuzz;
mod growth;
mod house;
mod inert;
mod inventory;
mod languages;
mod lines;
mod lists;
mod marked;
mod marks;
mod markup;
mod names;
mod normal_forms;
#[cfg(feature = "ocr")]
mod ocr;
mod output;
mod outputs;
mod packs;
mod paths;
mod pictured;
mod proof;
mod run;
mod sameness;
mod schemas;
mod seal;
mod sentences;
mod settled;
mod signatures;
mod spreadsheets;
mod templates;
#[cfg(feature = "ocr")]
mod truth;
mod waivers;
mod wordings;
