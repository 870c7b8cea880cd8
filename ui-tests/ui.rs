//! Programs that must not compile, each with what the compiler says, and programs that must.
//!
//! `cases/<concern>/<what_is_wrong>.rs` has its diagnostics beside it, in a `.stderr` that is only
//! ever written by `TRYBUILD=overwrite cargo test -p ui-tests` and then read as the person who made
//! the mistake. `pass/*.rs` compile and run. `README.md` lists the likeliest mistakes.

use std::{env, fs, path::Path, process::Command};

#[test]
fn mistakes_are_explained() {
    if is_pinned_toolchain() {
        trybuild::TestCases::new().compile_fail("cases/*/*.rs");
    }
}

#[test]
fn unusual_programs_compile() {
    if is_pinned_toolchain() {
        trybuild::TestCases::new().pass("pass/*.rs");
    }
}

#[test]
fn the_likeliest_mistakes_are_pinned() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(here.join("README.md")).unwrap();
    let cases: Vec<_> = list
        .split('`')
        .filter(|text| text.starts_with("cases/") && !text.contains('<'))
        .collect();
    assert!(cases.len() >= 20, "{cases:?}");
    for case in cases {
        let program = here.join(case);
        assert!(program.is_file(), "{case}");
        assert!(program.with_extension("stderr").is_file(), "{case}");
    }
}

/// Diagnostics are those of one compiler: on another one there is nothing to compare.
fn is_pinned_toolchain() -> bool {
    let (pinned, running) = (pinned(), running());
    let is_pinned = pinned.is_none() || pinned == running;
    if !is_pinned {
        eprintln!("skipped: this is rustc {running:?}, and rust-toolchain.toml pins {pinned:?}");
    }
    is_pinned
}

/// `1.95.0`, of `channel = "1.95.0"`.
fn pinned() -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rust-toolchain.toml");
    let text = fs::read_to_string(file).ok()?;
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with("channel"))?;
    line.split('"').nth(1).map(str::to_owned)
}

/// `1.95.0`, of `rustc 1.95.0 (…)`.
fn running() -> Option<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
