//! The page of devices, as a stranger meets it: started, and its `curl` lines run as they are
//! printed, with the sessions in memory and in a file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A running program, stopped when it is dropped, and a folder of its own.
struct Devices {
    process: Child,
    folder: PathBuf,
    /// The lines it says to try.
    lines: Vec<String>,
}

impl Devices {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let folder = std::env::temp_dir().join(format!("devices-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_devices"))
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
            let line = line.unwrap();
            match line.strip_prefix("  curl ") {
                Some(arguments) => lines.push(format!("curl --silent --show-error {arguments}")),
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

    fn run(&self) -> Vec<String> {
        let answers = self.lines.iter().map(|line| shell(line, &self.folder));
        answers.collect()
    }
}

impl Drop for Devices {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn shell(line: &str, folder: &Path) -> String {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn has_curl() -> bool {
    let has = Command::new("curl").arg("--version").output().is_ok();
    if !has {
        eprintln!("left out: curl is not installed");
    }
    has
}

fn the_lines_do_what_they_say(devices: &Devices) {
    let answers = devices.run();
    let [phone, laptop, list, others, after] = <[String; 5]>::try_from(answers).unwrap();
    assert!(
        [&phone, &laptop, &others]
            .iter()
            .all(|answer| answer.is_empty())
    );
    assert_eq!(list.matches("<li>").count(), 2, "{list}");
    assert!(
        list.contains("<strong>laptop</strong> (this one)"),
        "{list}"
    );
    assert!(after.contains("You were signed out here."), "{after}");
}

#[test]
fn o07_the_printed_lines_do_what_they_say() {
    if has_curl() {
        the_lines_do_what_they_say(&Devices::start("memory", &[]));
    }
}

#[test]
fn o07_sessions_in_a_file_survive_a_restart() {
    if !has_curl() {
        return;
    }
    let file = std::env::temp_dir().join(format!("devices-{}.db", std::process::id()));
    let arguments = ["--store", "sqlite", "--url", file.to_str().unwrap()];
    let first = Devices::start("first", &arguments);
    the_lines_do_what_they_say(&first);
    let port = |devices: &Devices| {
        let line = devices.lines.first().unwrap();
        let (_, rest) = line.split_once("localhost:").unwrap();
        rest.split('/').next().unwrap().to_owned()
    };
    let jar = std::fs::read_to_string(first.folder.join("laptop")).unwrap();
    drop(first);
    let second = Devices::start("second", &arguments);
    std::fs::write(second.folder.join("laptop"), jar).unwrap();
    let line = format!("curl -s -b laptop http://localhost:{}/", port(&second));
    let page = shell(&line, &second.folder);
    assert!(page.contains("Signed in as <strong>ada</strong>"), "{page}");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display())); // not each is left
    }
}
