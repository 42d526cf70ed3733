//! Baselines: the findings of old code, put aside in a file, so that a run speaks only of what is new.

pub mod anchor;
pub mod apply;
pub mod file;
#[cfg(test)]
mod schema_of_baseline;
mod write;
