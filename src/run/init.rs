//! `conncert init`.
use super::{Console, Ending};
use crate::cli::InitArguments;
use crate::error::RunError;

pub fn init(_arguments: &InitArguments, _console: &mut Console<'_>) -> Result<Ending, RunError> {
    Ok(Ending::Clean)
}
