//! Tests through the front door: the binary, folders of documents, hand-written expectations.
//! One integration binary; each module is a concern.

mod command_line;
mod evidence;
mod expectations;
mod house;
mod run;
mod sameness;
