//! Raw text → normal form and the steps between, one file per type. Raw text is never changed.

pub mod code;
pub mod company;
pub mod compare;
pub mod date;
pub mod differ;
pub mod hs;
pub mod look_alike;
pub mod model;
pub mod quantity;
pub mod standard;
pub mod stated;
pub mod text;
pub mod verdict;
pub mod words;
