//! What only shows on a terminal, in a closed pipe or on a full disk.

use std::{
    fs::OpenOptions,
    process::{Command, Stdio},
};

use crate::run::{BIN, Place};

/// Runs it on a pseudo-terminal: the exit code, and what the screen shows.
///
/// `None` where there is no `script` of util-linux.
fn on_terminal(place: &Place, command: &str) -> Option<(i32, String)> {
    let output = Command::new("script")
        .args(["-q", "-e", "-c", &format!("'{BIN}' {command}"), "/dev/null"])
        .current_dir(place.path())
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) if !output.stderr.starts_with(b"script: ") => {
            let screen = String::from_utf8_lossy(&output.stdout).into_owned();
            Some((output.status.code()?, screen))
        }
        _ => {
            println!("skipped: there is no `script` of util-linux to make a terminal with");
            None
        }
    }
}

#[test]
fn raw_bytes_are_kept_from_a_terminal_and_text_is_not() {
    let place = Place::with_key();
    for command in ["keygen", "keygen --from key", "derive --node-salt"] {
        let Some((code, screen)) = on_terminal(&place, command) else {
            return;
        };
        assert_eq!(code, 2, "{screen}");
        for remedy in ["> FILE", "--out FILE", "--hex", "--base64"] {
            assert!(screen.contains(remedy), "{screen}");
        }
        assert_eq!(screen.lines().count(), 1, "{screen}");
    }
    let (code, screen) = on_terminal(&place, "keygen --hex").unwrap();
    assert_eq!((code, screen.trim().len()), (0, 64), "{screen}");
    let (code, _) = on_terminal(&place, "keygen > raw").unwrap();
    assert_eq!((code, place.read("raw").len()), (0, 32));
}

#[test]
fn only_a_terminal_is_told_more_than_was_asked_for() {
    let place = Place::with_key();
    place.write("fields", "{}");
    let seal = "seal --key-file key --name auth fields";
    let Some((code, screen)) = on_terminal(&place, seal) else {
        return;
    };
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("of the 4096 bytes"), "{screen}");
    let args: Vec<_> = seal.split(' ').collect();
    assert_eq!(place.run(&args).text().lines().count(), 1);
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let place = Place::with_key();
    for command in [
        "keygen --hex",
        "keygen",
        "seal --key-file key --name a <<< {}",
        "--help",
    ] {
        let script = format!("set -o pipefail; sleep 0.1 | true; '{BIN}' {command} | true");
        let output = Command::new("bash")
            .args(["-c", &script])
            .current_dir(place.path())
            .output();
        let Ok(output) = output else {
            println!("skipped: there is no `bash`");
            return;
        };
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*error), (Some(0), ""), "{command}");
    }
}

#[test]
fn a_full_disk_is_a_failure() {
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        println!("skipped: there is no /dev/full");
        return;
    };
    let output = Command::new(BIN)
        .arg("keygen")
        .stdout(full)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.starts_with("session: cannot write: "), "{error}");
}
