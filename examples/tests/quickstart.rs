//! The quickstart, as a stranger meets it: started, and its `curl` lines run as they are printed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// A running quickstart, stopped when it is dropped.
struct Quickstart {
    process: Child,
    /// The lines it says to try.
    lines: Vec<String>,
}

impl Quickstart {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_quickstart"))
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut lines = Vec::new();
        // The greeting ends with an empty line behind the last command.
        while let Some(line) = output.next().transpose().unwrap() {
            match line.strip_prefix("  curl ") {
                Some(arguments) => lines.push(format!("curl --silent --show-error {arguments}")),
                None if !lines.is_empty() => break,
                None => {}
            }
        }
        Self { process, lines }
    }
}

impl Drop for Quickstart {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn shell(line: &str, folder: &std::path::Path) -> String {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{line}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// An answer without what depends on how fast the lines were run.
fn without_age(answer: &str) -> String {
    let answer = answer.trim_end();
    answer
        .split_once(", signed in for")
        .map_or(answer, |(head, _)| head)
        .to_owned()
}

#[test]
fn the_printed_lines_do_what_they_say() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: curl is not installed");
        return;
    }
    let quickstart = Quickstart::start();
    let folder = std::env::temp_dir().join(format!("quickstart-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let answers = quickstart.lines.iter().map(|line| shell(line, &folder));
    let answers: Vec<_> = answers.map(|answer| without_age(&answer)).collect();
    let page = quickstart
        .lines
        .first()
        .unwrap()
        .split(' ')
        .find(|word| word.starts_with("http"));
    let page = shell(
        &format!("curl -s -b jar {}", page.unwrap().replace("/login", "/")),
        &folder,
    );
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(
        answers,
        [
            "signed in",
            "user 7, ada@example.org, roles [\"user\"]",
            "theme set",
            "you are admin now",
            "user 7, ada@example.org, roles [\"admin\"]",
            "signed out",
            "sign in first",
        ]
    );
    // The second session outlived the first.
    assert!(
        page.contains("color-scheme:dark") && page.contains("action=\"/login\""),
        "{page}"
    );
}
