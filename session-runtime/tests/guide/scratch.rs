//! A folder to run commands in, and the commands.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A folder that goes when it is dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("guide-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs `script` as a reader would, with the program `session` at hand. Fails with its first
/// command that fails.
pub(crate) fn shell(script: &str, folder: &Path) -> Output {
    let programs = Path::new(env!("CARGO_BIN_EXE_session")).parent().unwrap();
    let path = env::var_os("PATH").unwrap();
    let path = env::join_paths(
        [programs.to_owned()]
            .into_iter()
            .chain(env::split_paths(&path)),
    );
    Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .current_dir(folder)
        .env("PATH", path.unwrap())
        .output()
        .unwrap()
}

/// What `script` printed.
pub(crate) fn printed(script: &str, folder: &Path) -> String {
    let output = shell(script, folder);
    assert!(
        output.status.success(),
        "{script}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Whether all of them are installed; says so if not.
#[expect(clippy::print_stdout, reason = "says what is skipped")]
pub(crate) fn has(programs: &[&str]) -> bool {
    let is_missing = |name: &&&str| Command::new(name).arg("--help").output().is_err();
    let missing = programs.iter().find(is_missing);
    if let Some(name) = missing {
        println!("skipped: {name} is not installed");
    }
    missing.is_none()
}
