//! JSON with a byte span for every key and value: the ground for exact places, recovery from damage and edits that keep the format.

pub mod key_set;
mod members;
mod parse;
mod tree;
mod value;

pub use key_set::KeySet;
pub use parse::{SyntaxIssue, SyntaxIssueKind};
pub use tree::{Json, NodeKind};
pub use value::Value;
