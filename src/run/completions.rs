//! `conncert completions`: a script that completes the command line in a shell, made from the command line itself.

use clap::CommandFactory;

use super::{Console, Ending, output};
use crate::cli::{Cli, CompletionsArguments};
use crate::error::RunError;

/// Prints the script.
pub fn completions(arguments: &CompletionsArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    // The generator takes a failed write for a mistake of its own, so it writes into memory, where none fails.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "conncert", &mut script);
    console.output.write_all(&script).map_err(output)?;
    Ok(Ending::Clean)
}
