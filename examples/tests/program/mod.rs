//! A program of this package, as a stranger meets it: started, and the lines that it says to try.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{self, Child, Command, Stdio},
};

/// A running program, stopped when it is dropped, and a folder of its own.
pub(crate) struct Program {
    process: Child,
    pub(crate) folder: PathBuf,
    /// The lines it says to try.
    pub(crate) lines: Vec<String>,
}

impl Program {
    /// Starts one that is printed with its lines indented. `name` tells its folder from others'.
    pub(crate) fn start(path: &str, name: &str, arguments: &[&str]) -> Self {
        let folder = std::env::temp_dir().join(format!("{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut process = Command::new(path)
            .args(arguments)
            .current_dir(&folder)
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut lines = Vec::new();
        // The greeting ends with an empty line behind the last command.
        for line in output {
            match line.unwrap().strip_prefix("  ") {
                Some(command) => lines.push(command.replace("curl ", "curl -sS ")),
                None if !lines.is_empty() => break,
                None => {}
            }
        }
        Self {
            process,
            folder,
            lines,
        }
    }

    /// What each of its lines answers.
    pub(crate) fn run(&self) -> Vec<String> {
        self.lines.iter().map(|line| self.shell(line)).collect()
    }

    /// What a line of one's own answers, in the program's folder.
    pub(crate) fn shell(&self, line: &str) -> String {
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Where it listens, as its first line has it.
    pub(crate) fn address(&self) -> String {
        let words = self.lines.first().unwrap().split(['/', ' ']);
        let host = words
            .skip_while(|word| *word != "http:")
            .find(|word| word.starts_with("localhost:"));
        format!("http://{}", host.unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whether its lines can be run; said if not.
pub(crate) fn has_curl() -> bool {
    let has = Command::new("curl").arg("--version").output().is_ok();
    if !has {
        eprintln!("left out: curl is not installed");
    }
    has
}
