//! The exact versions of everything that was measured.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{Outcome, settings::Settings, table::Table};

/// Crates that a number depends on.
const CRATES: [&str; 25] = [
    "actix-session",
    "actix-web",
    "aes-gcm",
    "alkali",
    "axum",
    "axum-extra",
    "axum_session",
    "base64",
    "cookie",
    "crypto_secretbox",
    "dryoc",
    "fred",
    "hyper",
    "libsodium-sys-stable",
    "poly1305",
    "redis",
    "rusqlite",
    "salsa20",
    "serde",
    "serde_json",
    "tokio",
    "tokio-postgres",
    "tower-sessions",
    "tower-sessions-memory-store",
    "tower-sessions-redis-store",
];
const PACKAGES: [&str; 4] = [
    "fastify",
    "@fastify/cookie",
    "@fastify/secure-session",
    "@fastify/session",
];

pub(crate) fn table(settings: &Settings) -> Outcome<Table> {
    let mut table = Table::new("", ["what", "version"]);
    let mut row = |what: &str, version: String| table.row([what.to_owned(), version]);
    row("processor", processor()?);
    row("system", system());
    row("kernel", said("uname", &["-sr"])?);
    let library = said("getconf", &["GNU_LIBC_VERSION"]);
    row(
        "C library",
        library.unwrap_or_else(|_| "not glibc".to_owned()),
    );
    row("rustc", said("rustc", &["--version"])?);
    row("node", said("node", &["--version"])?);
    row("redis-server", said("redis-server", &["--version"])?);
    row("PostgreSQL", said("psql", &["--version"])?);
    row("wrk", said("wrk", &["--version"])?);
    row("valgrind", said("valgrind", &["--version"])?);
    let lock = fs::read_to_string(settings.package().join("Cargo.lock"))?;
    for name in CRATES {
        row(name, locked(&lock, name)?);
    }
    let lock = settings.root.join("tests/interop/node/package-lock.json");
    let lock: Value = serde_json::from_slice(&fs::read(lock)?)?;
    for name in PACKAGES {
        let version = lock.pointer(&format!(
            "/packages/node_modules~1{}/version",
            name.replace('/', "~1")
        ));
        let version = version
            .and_then(Value::as_str)
            .ok_or_else(|| format!("{name} is not locked"))?;
        row(name, version.to_owned());
    }
    Ok(table)
}

fn processor() -> Outcome<String> {
    let information = fs::read_to_string("/proc/cpuinfo")?;
    let mut models = information
        .lines()
        .filter_map(|line| line.strip_prefix("model name"));
    let model = models
        .next()
        .unwrap_or_default()
        .trim_start_matches([':', '\t', ' ']);
    Ok(format!("{model}, {} of them", models.count() + 1))
}

fn system() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let mut names = release
        .lines()
        .filter_map(|line| line.strip_prefix("PRETTY_NAME="));
    let name = names.next().unwrap_or("it does not say");
    name.trim_matches('"').to_owned()
}

/// The first line that a program says.
fn said(program: &str, arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(program).args(arguments).output();
    // Some have no status of their own for being asked.
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().next().unwrap_or_default().trim().to_owned();
    if line.is_empty() {
        Err(format!("{program} says no version").into())
    } else {
        Ok(line)
    }
}

/// All versions of a crate in a lock file.
fn locked(lock: &str, name: &str) -> Outcome<String> {
    let head = format!("name = \"{name}\"\nversion = \"");
    let versions = lock.match_indices(&head).filter_map(|(at, _)| {
        let rest = lock.get(at + head.len()..)?;
        rest.split('"').next()
    });
    let versions: Vec<_> = versions.collect();
    if versions.is_empty() {
        return Err(format!("{name} is not locked").into());
    }
    Ok(versions.join(", "))
}
