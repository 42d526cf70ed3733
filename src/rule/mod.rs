//! Rules as data: the rule file, its kinds, attributes and conditions, and the catalogue of all rules.

pub mod accept;
pub mod attribute;
pub mod catalogue;
pub mod example;
pub mod file;
pub mod filter;
pub mod fix;
pub mod head;
pub mod kind;
pub mod label;
mod lazy;
pub mod load;
pub mod matcher;
pub mod pattern;
pub mod template;

pub use catalogue::Catalogue;
pub use file::RuleFile;
pub use lazy::Rule;

use crate::source::json::key_set;
