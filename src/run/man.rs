//! `conncert man`: the manual pages, made from the command line itself.

use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::{Console, Ending, output};
use crate::cli::{Cli, ManArguments};
use crate::error::RunError;

/// What the exit codes mean, which the command line does not know by itself.
const EXIT_CODES: &str = "0: nothing at or above the severity that counts. 1: findings. 2: the run itself failed.";

/// Prints the pages, or writes them into a folder.
pub fn man(arguments: &ManArguments, console: &mut Console<'_>) -> Result<Ending, RunError> {
    let pages = pages().map_err(output)?;
    match &arguments.folder {
        Some(folder) => {
            write(&pages, folder).map_err(|reason| RunError::Output { target: folder.display().to_string(), reason })?;
            writeln!(console.output, "{} pages are in {}", pages.len(), folder.display()).map_err(output)?;
        }
        None => {
            for page in &pages {
                console.output.write_all(&page.roff).map_err(output)?;
            }
        }
    }
    Ok(Ending::Clean)
}

/// A manual page.
struct Page {
    file: String,
    roff: Vec<u8>,
}

/// The page of conncert, then one a command.
fn pages() -> io::Result<Vec<Page>> {
    let mut whole = Cli::command().disable_help_subcommand(true);
    // Gives the commands their full names: conncert-lint rather than lint.
    whole.build();
    let commands = whole.get_subcommands().filter(|command| !command.is_hide_set());
    std::iter::once(&whole).chain(commands).map(page).collect()
}

fn page(command: &clap::Command) -> io::Result<Page> {
    let source = format!("conncert {}", env!("CARGO_PKG_VERSION"));
    // The same input gives the same bytes, so there is no date; a blank keeps its place, which an empty text would lose.
    let man = Man::new(command.clone()).date(" ").source(source).manual("conncert manual");
    let mut roff = Vec::new();
    man.render(&mut roff)?;
    let mut ending = Roff::default();
    ending.control("SH", ["EXIT STATUS"]).text([roman(EXIT_CODES)]);
    roff.extend(ending.to_roff().bytes());
    Ok(Page { file: man.get_filename(), roff })
}

fn write(pages: &[Page], folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    pages.iter().try_for_each(|page| std::fs::write(folder.join(&page.file), &page.roff))
}
