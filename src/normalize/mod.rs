//! Raw text → normal form and the steps between, one file per type. Raw text is never changed.

pub mod batch;
pub mod carton;
pub mod cnas;
pub mod company;
pub mod compare;
pub mod country;
pub mod credit_code;
pub mod date;
pub mod differ;
pub mod hs;
pub mod look_alike;
pub mod model;
pub mod money;
pub mod normal;
pub mod placeholder;
pub mod port;
pub mod quantity;
pub mod report_no;
pub mod standard;
pub mod stated;
pub mod text;
pub mod verdict;
pub mod weight;
pub mod words;
