//! The fuzz target of the same name in `tests/suite/fuzz`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| conncert_fuzz::targets::configuration::run(data));
