//! A report → text for people or machines; one file per output. Nothing from a document reaches a
//! terminal as code.

pub mod cases;
pub mod compared;
pub mod escape;
pub mod export;
pub mod inventory;
pub mod json;
pub mod lanes;
pub mod paint;
pub mod seal;
pub mod table;
pub mod transcript;
pub mod understood;
