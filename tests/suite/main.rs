//! The tests of conncert as its users meet it: rules, command line, output, hostile input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod action;
mod baseline;
mod catalogue;
mod changed_since;
mod command_line;
mod commit;
mod configuration;
mod corpus;
mod cost;
mod diff;
mod editors;
mod fix;
mod fix_corpus;
mod fixtures;
mod formats;
mod fuzz;
mod generate;
mod harness;
mod hostile;
mod init;
mod lsp;
mod neovim;
mod observed;
mod output;
mod progress;
mod promises;
mod readme;
mod rule_examples;
mod rule_files;
mod shell;
mod supply_chain;
