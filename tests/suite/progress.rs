//! Progress on a terminal that shows the report too: nothing mixes, and nothing of it is left.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::rc::Rc;
use std::time::Duration;

use conncert::run::{Console, ProgressOptions, Terminal, run};

/// A terminal: everything that is written, in its order.
#[derive(Clone, Default)]
struct Screen(Rc<RefCell<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    fn written(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }

    /// The lines that a person sees in the end. What goes to standard error may stand earlier or later among them.
    fn shown(&self) -> BTreeSet<String> {
        let (mut lines, mut column) = (vec![Vec::new()], 0);
        for c in self.written().chars() {
            let line: &mut Vec<char> = lines.last_mut().unwrap();
            match c {
                '\r' => column = 0,
                '\n' => {
                    lines.push(Vec::new());
                    column = 0;
                }
                c => {
                    line.resize(line.len().max(column + 1), ' ');
                    line[column] = c;
                    column += 1;
                }
            }
        }
        lines.into_iter().map(|line| line.into_iter().collect::<String>().trim_end().to_owned()).collect()
    }
}

fn shown(arguments: &[&str], progress: Option<ProgressOptions>) -> Screen {
    let screen = Screen::default();
    let (mut output, mut errors) = (BufWriter::new(screen.clone()), screen.clone());
    let console = Console { input: &mut io::empty(), output: &mut output, errors: &mut errors, terminal: Terminal::PLAIN, progress };
    run(["conncert"].iter().chain(arguments).map(Into::into), console);
    drop(output);
    screen
}

#[test]
fn progress_comes_between_the_parts_of_a_report_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..70 {
        let connector = folder.path().join(format!("connector {number:02}"));
        fs::create_dir(&connector).unwrap();
        fs::write(connector.join("apiProperties.json"), "{}").unwrap();
    }
    let path = folder.path().to_string_lossy().into_owned();
    let at_once = ProgressOptions { after: Duration::ZERO, every: Duration::ZERO, width: 80 };
    for arguments in [&["lint", "--no-config", &path] as &[&str], &["lint", "--format", "concise", &path], &["fix", "--diff", &path]] {
        let (without, with) = (shown(arguments, None), shown(arguments, Some(at_once)));
        assert!(with.written().contains("checked 32 of 70 connectors\r"), "{arguments:?}");
        assert!(with.written().contains("checked 64 of 70 connectors\r"), "{arguments:?}");
        assert_eq!(with.shown(), without.shown(), "{arguments:?}");
        assert!(!without.written().contains("checked"), "{arguments:?}");
        let quiet = shown(&[arguments, &["--quiet"]].concat(), Some(at_once));
        assert!(!quiet.written().contains("checked"), "{arguments:?}");
    }
}
