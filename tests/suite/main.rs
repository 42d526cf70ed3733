//! The tests of conncert as its users meet it: rules, command line, output, hostile input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod catalogue;
mod command_line;
mod commit;
mod corpus;
mod fix;
mod fix_corpus;
mod fixtures;
mod formats;
mod generate;
mod harness;
mod hostile;
mod lsp;
mod neovim;
mod output;
mod readme;
mod rule_examples;
mod rule_files;
