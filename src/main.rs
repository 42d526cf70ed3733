//! The binary: hands the command line to the library and its answer to the system.

use std::process::ExitCode;

// The allocators of these systems are slow with many small pieces; others do as well as this one and keep less memory.
#[cfg(any(windows, target_env = "musl"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    conncert::run::main()
}
