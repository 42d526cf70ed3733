//! One rule-driven pass that repairs and generates: collect the fixes that rules declare, apply them in memory, check again, write.

pub mod batch;
pub mod commit;
pub mod diff;
pub mod edit;
pub mod generate;
pub mod json_edit;
pub mod offer;
pub mod pass;
pub mod rename;
pub mod values;
pub mod verify;
pub mod workspace;
