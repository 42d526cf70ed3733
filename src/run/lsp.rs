//! `conncert lsp`: the language server on standard input and output.

use std::io::BufReader;

use super::{Console, Ending};
use crate::error::RunError;
use crate::lsp::{self, transport};

/// Serves one editor until it says goodbye or goes away.
pub fn lsp(console: &mut Console<'_>) -> Result<Ending, RunError> {
    let (connection, wire) = transport::channels();
    let Console { input, output, .. } = console;
    let server = || lsp::serve(connection);
    let (exit, read) = transport::run(wire, BufReader::new(input), output, server);
    read.map_err(|reason| RunError::Protocol { reason })?;
    // Whoever leaves without a goodbye is told so by exit code 1, as the protocol demands.
    Ok(if exit == lsp::Exit::Orderly { Ending::Clean } else { Ending::Findings })
}
