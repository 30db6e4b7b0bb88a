//! Raw text → normal form and the steps between, one file per type. Raw text is never changed.

pub mod code;
pub mod company;
pub mod compare;
pub mod country;
pub mod date;
pub mod glob;
pub mod hs;
pub mod limit;
pub mod model;
pub mod pages;
pub mod placeholder;
pub mod quantity;
pub mod standard;
pub mod text;
pub mod verdict;
pub mod words;
