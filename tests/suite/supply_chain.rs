//! What conncert is built from: nothing that could reach a network, nothing from elsewhere than crates.io, no licence that was not agreed
//! to, and the toolchain that Cargo.toml promises.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::harness::root;

/// Crates that open connections, or that exist to do so.
const NETWORK: [&str; 39] = [
    "actix-web",
    "async-std",
    "attohttpc",
    "aws-lc-rs",
    "axum",
    "curl",
    "curl-sys",
    "gix",
    "git2",
    "h2",
    "hickory-resolver",
    "http",
    "hyper",
    "hyper-util",
    "isahc",
    "libgit2-sys",
    "libssh2-sys",
    "mio",
    "minreq",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "schannel",
    "security-framework",
    "smol",
    "socket2",
    "ssh2",
    "surf",
    "tiny_http",
    "tokio",
    "tonic",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "warp",
    "webpki-roots",
];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn toml_file(path: &str) -> toml::Table {
    fs::read_to_string(root().join(path)).unwrap().parse().unwrap()
}

fn packages() -> Vec<toml::Value> {
    toml_file("Cargo.lock")["package"].as_array().unwrap().clone()
}

#[test]
fn no_crate_that_talks_to_a_network_is_in_the_lock_file() {
    let packages = packages();
    assert!(packages.len() > 100);
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        assert!(!NETWORK.contains(&name), "{name} can talk to a network");
    }
}

#[test]
fn what_the_tests_refuse_is_refused_by_cargo_deny_too() {
    let deny = toml_file("deny.toml");
    let denied: Vec<&str> = deny["bans"]["deny"].as_array().unwrap().iter().map(|ban| ban["crate"].as_str().unwrap()).collect();
    for name in NETWORK {
        assert!(denied.contains(&name), "deny.toml does not name {name}");
    }
}

#[test]
fn every_crate_comes_from_crates_io_with_its_checksum() {
    for package in packages() {
        let name = package["name"].as_str().unwrap();
        if name == env!("CARGO_PKG_NAME") {
            continue;
        }
        assert_eq!(package.get("source").and_then(toml::Value::as_str), Some(CRATES_IO), "{name}");
        assert!(package.get("checksum").is_some(), "{name}");
    }
}

/// Whether a licence expression of SPDX can be kept with the licences that are allowed.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let result = any_of(&tokens, &mut at, allowed);
    result && at == tokens.len()
}

fn any_of(tokens: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut result = all_of(tokens, at, allowed);
    while tokens.get(*at) == Some(&"OR") {
        *at += 1;
        result |= all_of(tokens, at, allowed);
    }
    result
}

fn all_of(tokens: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut result = one(tokens, at, allowed);
    while tokens.get(*at) == Some(&"AND") {
        *at += 1;
        result &= one(tokens, at, allowed);
    }
    result
}

fn one(tokens: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let Some(&token) = tokens.get(*at) else { return false };
    *at += 1;
    if token == "(" {
        let result = any_of(tokens, at, allowed);
        *at += 1;
        return result;
    }
    if tokens.get(*at) == Some(&"WITH") {
        let exception = tokens.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return allowed.contains(&format!("{token} WITH {exception}").as_str()) || allowed.contains(&token);
    }
    allowed.contains(&token)
}

#[test]
fn licence_expressions_are_judged_as_they_read() {
    let allowed = ["MIT", "Apache-2.0", "Zlib"];
    for yes in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "(MIT OR GPL-3.0) AND Zlib", "Apache-2.0 WITH LLVM-exception OR X"] {
        assert!(is_allowed(yes, &allowed), "{yes}");
    }
    for no in ["GPL-3.0", "MIT AND GPL-3.0", "GPL-3.0 OR X", "(MIT AND X) OR Y", "", "MIT X"] {
        assert!(!is_allowed(no, &allowed), "{no}");
    }
}

#[test]
fn every_licence_is_one_that_was_agreed_to() {
    let tool = |variable: &str, name: &str| Command::new(std::env::var_os(variable).unwrap_or_else(|| name.into()));
    let Ok(version) = tool("RUSTC", "rustc").arg("-vV").output() else {
        eprintln!("skipped: there is no rustc here");
        return;
    };
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Crates for other systems need not have been downloaded.
    let output = tool("CARGO", "cargo")
        .args([
            "metadata",
            "--offline",
            "--locked",
            "--all-features",
            "--format-version",
            "1",
            "--filter-platform",
            host,
            "--manifest-path",
        ])
        .arg(root().join("Cargo.toml"))
        .output();
    let Ok(output) = output else {
        eprintln!("skipped: there is no cargo here");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let deny = toml_file("deny.toml");
    let allowed: Vec<&str> = deny["licenses"]["allow"].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_allowed(licence, &allowed), "{}: {licence:?} is not among the licences of deny.toml", package["name"]);
    }
}

#[test]
fn the_promised_toolchain_is_the_one_that_everything_is_checked_with() {
    let promised = toml_file("Cargo.toml")["package"]["rust-version"].as_str().unwrap().to_owned();
    let ci = fs::read_to_string(root().join(".github/workflows/ci.yml")).unwrap();
    let installed: Vec<&str> = ci.split("rustup toolchain install ").skip(1).filter_map(|rest| rest.split_whitespace().next()).collect();
    assert!(installed.len() >= 2);
    assert!(installed.iter().all(|version| *version == promised), "{installed:?}");
    // Without a word of its own clippy takes the version from Cargo.toml.
    let clippy = toml_file("clippy.toml");
    assert!(clippy.get("msrv").is_none_or(|version| version.as_str() == Some(&promised)));
}

fn sources() -> Vec<(PathBuf, String)> {
    let files = ["src", "build", "build.rs"].iter().flat_map(|part| walkdir::WalkDir::new(root().join(part))).map(Result::unwrap);
    let files = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    files.map(|entry| (entry.path().strip_prefix(root()).unwrap().to_owned(), fs::read_to_string(entry.path()).unwrap())).collect()
}

#[test]
fn no_source_opens_a_connection_and_only_one_runs_another_program() {
    let sources = sources();
    assert!(sources.len() > 200);
    for (path, text) in &sources {
        for word in ["std::net", "core::net", "TcpStream", "TcpListener", "UdpSocket", "UnixStream", "UnixListener", "ToSocketAddrs"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
        let runs_programs = text.contains("process::Command")
            || text.contains("Command::new(\"")
            || (text.contains("std::process::{") && text.contains("Command"));
        assert_eq!(runs_programs, path.ends_with("src/git.rs"), "{}", path.display());
        assert!(!text.contains("CommandExt") && !text.contains("libc::exec") && !text.contains("libc::socket"), "{}", path.display());
    }
}
