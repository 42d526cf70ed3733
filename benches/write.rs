//! Helper of `run.sh`: writes a generated connector into a folder, or reads every JSON file below one with serde_json and tells how long that takes.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod generated;

use std::path::Path;
use std::time::Instant;

// As the program has it.
#[cfg(any(windows, target_env = "musl"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let [what, folder] = arguments.as_slice() else { return };
    let folder = Path::new(folder);
    if what == "read" {
        return read(folder);
    }
    std::fs::write(folder.join("apiDefinition.swagger.json"), generated::definition(what.parse().unwrap())).unwrap();
    std::fs::write(folder.join("apiProperties.json"), generated::PROPERTIES).unwrap();
}

fn read(folder: &Path) {
    let files: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "json"))
        .collect();
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let begin = Instant::now();
            for file in &files {
                let bytes = std::fs::read(file.path()).unwrap();
                let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
                std::hint::black_box(serde_json::from_slice::<serde_json::Value>(text).ok());
            }
            begin.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{:44} {:9.1} ms   ({} files)", "the same files with serde_json, one thread", times[2], files.len());
}
