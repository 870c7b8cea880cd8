//! What the library adds to a build.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    Outcome,
    budget::Budget,
    samples::Samples,
    section::Section,
    settings::{Rounds, Settings},
    table::{Table, middle, number},
};

mod cpu;
mod sources;

const TEXT: &str = "\
CPU time, in user mode and in the kernel, of `cargo build` and all that it starts, in a folder that
was empty: a small application with axum, and the same with this library and its default features.
That is what its own code, its derives and those of its dependencies take which axum has not brought
already, all of it built as what comes from a registry is: not incrementally, and without lints. So
are the few lines of the applications. tower-sessions is there in a full run, with its store in memory
and one session too. *A session more* is one in a sealed cookie, registered, and written to by a handler,
in the same application. A derive is looked at in a crate of fifty structs of ten fields, with and
without `SecureSession` beside serde's derives: `cargo check` for what an editor waits for, `cargo build`
for the code it has to generate. Of those two nothing is kept from one build to the next.";

const COLD: Rounds = Rounds { quick: 1, full: 3 };
/// A build of another library tells nothing of this one that a quick run has to show.
const COLD_PEER: Rounds = Rounds { quick: 0, full: 3 };
const DERIVE: Rounds = Rounds { quick: 3, full: 9 };

pub(crate) fn section(settings: &Settings) -> Outcome<Section> {
    let folder = std::env::temp_dir().join(format!("compile-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let cold = cold(settings, &folder)?;
    let [checked, built] = derives(settings, &folder)?;
    let another = another_session(settings, &folder)?;
    fs::remove_dir_all(&folder)?;
    let mut table = Table::new("", ["what", "", "middle half"]);
    let mut rows = vec![
        ("CPU seconds, axum alone", &cold.without),
        ("CPU seconds, with the library", &cold.with),
    ];
    let adds = cold.with.over(&cold.without);
    let peer_adds = cold.peer.over(&cold.without);
    rows.push(("CPU seconds that it adds", &adds));
    if settings.rounds(COLD_PEER) > 0 {
        rows.push(("CPU seconds that tower-sessions adds", &peer_adds));
    }
    rows.extend([
        ("ms of a session more, cargo build", &another),
        ("ms of a derive of ten fields, cargo check", &checked),
        ("ms of a derive of ten fields, cargo build", &built),
    ]);
    for (what, samples) in rows {
        let summary = samples.summary();
        table.row([what.to_owned(), number(summary.median), middle(summary)]);
    }
    let seconds = adds.median();
    Ok(Section {
        title: "Compile time",
        text: TEXT,
        tables: vec![table],
        budgets: vec![
            Budget::at_most("added to a cold build", 8.0, seconds, "CPU seconds"),
            Budget::at_most("a derive of ten fields", 40.0, checked.median(), "ms"),
        ],
        ..Section::default()
    })
}

#[derive(Default)]
struct Cold {
    without: Samples,
    with: Samples,
    peer: Samples,
}

fn cold(settings: &Settings, folder: &Path) -> Outcome<Cold> {
    let without = package(settings, folder, "without", sources::APPLICATION, "")?;
    let library = sources::library(settings);
    let with = package(
        settings,
        folder,
        "with",
        &sources::with_sessions(1),
        &library,
    )?;
    let tower_sessions = "tower-sessions = '0.15'";
    let peer = package(
        settings,
        folder,
        "peer",
        sources::TOWER_SESSIONS,
        tower_sessions,
    )?;
    let mut cold = Cold::default();
    for round in 0..settings.rounds(COLD) {
        cold.without.push(from_nothing(&without)?);
        cold.with.push(from_nothing(&with)?);
        if round < settings.rounds(COLD_PEER) {
            cold.peer.push(from_nothing(&peer)?);
        }
    }
    Ok(cold)
}

/// CPU seconds of a build in a folder that is empty before and after.
///
/// The library is in a folder here, and in a registry for who uses it: what comes from there is not built
/// to be changed, and nobody asks for its lints. The few lines of the application are built so as well,
/// and those of its derives.
fn from_nothing(package: &Path) -> Outcome<f64> {
    let target = package.join("target");
    let mut cargo = as_by_default(package, "build", &target);
    cargo
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTFLAGS", "--cap-lints=allow");
    let seconds = run(cargo)?;
    fs::remove_dir_all(target)?;
    Ok(seconds)
}

/// Milliseconds of one derive: checked, and built.
fn derives(settings: &Settings, folder: &Path) -> Outcome<[Samples; 2]> {
    let library = sources::library(settings);
    let [plain, derived] = [false, true].map(sources::structs);
    let plain = package(settings, folder, "plain", &plain, &library)?;
    let derived = package(settings, folder, "derived", &derived, &library)?;
    // One for both, so that what they depend on is built once.
    let target = folder.join("target");
    let mut added = [Samples::default(), Samples::default()];
    for (command, added) in ["check", "build"].into_iter().zip(&mut added) {
        again(&plain, command, &target)?;
        again(&derived, command, &target)?;
        for _ in 0..settings.rounds(DERIVE) {
            let without = again(&plain, command, &target)?;
            let with = again(&derived, command, &target)?;
            added.push((with - without) * 1000.0 / f64::from(sources::STRUCTS));
        }
    }
    Ok(added)
}

/// Milliseconds of a session more in an application.
fn another_session(settings: &Settings, folder: &Path) -> Outcome<Samples> {
    const MORE: u32 = 8;
    let library = sources::library(settings);
    let [few, many] = [1, 1 + MORE].map(sources::with_sessions);
    let few = package(settings, folder, "few", &few, &library)?;
    let many = package(settings, folder, "many", &many, &library)?;
    // The one of `derives`, with what they depend on.
    let target = folder.join("target");
    for package in [&few, &many] {
        again(package, "build", &target)?;
    }
    let mut added = Samples::default();
    for _ in 0..settings.rounds(DERIVE) {
        let without = again(&few, "build", &target)?;
        let with = again(&many, "build", &target)?;
        added.push((with - without) * 1000.0 / f64::from(MORE));
    }
    Ok(added)
}

/// CPU seconds of the package alone, none of which is kept from one time to the next, and the first
/// time of what it depends on too.
fn again(package: &Path, command: &str, target: &Path) -> Outcome<f64> {
    let source = package.join("src/main.rs");
    fs::write(&source, fs::read(&source)?)?;
    let mut cargo = as_by_default(package, command, target);
    cargo.env("CARGO_INCREMENTAL", "0");
    run(cargo)
}

/// What an application gets by default.
fn as_by_default(package: &Path, command: &str, target: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo
        .args([command, "--quiet", "--offline"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_INCREMENTAL")
        .env_remove("CARGO_PROFILE_DEV_DEBUG")
        .stdin(Stdio::null());
    cargo
}

fn run(mut cargo: Command) -> Outcome<f64> {
    let (status, seconds) = cpu::of(&mut cargo)?;
    if status.success() {
        Ok(seconds)
    } else {
        Err(format!("{cargo:?}: {status}").into())
    }
}

fn package(
    settings: &Settings,
    folder: &Path,
    name: &str,
    source: &str,
    dependencies: &str,
) -> Outcome<PathBuf> {
    let package = folder.join(name);
    fs::create_dir_all(package.join("src"))?;
    fs::write(
        package.join("Cargo.toml"),
        sources::manifest(name, dependencies),
    )?;
    fs::write(package.join("src/main.rs"), source)?;
    // The versions that everything here is measured with, all of them fetched.
    fs::copy(
        settings.package().join("Cargo.lock"),
        package.join("Cargo.lock"),
    )?;
    let toolchain = settings.root.join("rust-toolchain.toml");
    fs::copy(toolchain, package.join("rust-toolchain.toml"))?;
    Ok(package)
}
