//! The bodies of the fuzz targets, which the suite of the program runs, too.

#![allow(clippy::expect_used, clippy::panic)]

#[path = "../../tests/suite/fuzz/mod.rs"]
pub mod targets;
