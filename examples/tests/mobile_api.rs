//! The API for phones, as a stranger meets it: started, and its `curl` lines run as they are printed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A running program, stopped when it is dropped, and a folder for the phones' cookies.
struct Api {
    process: Child,
    folder: PathBuf,
    /// The lines it says to try.
    lines: Vec<String>,
}

impl Api {
    fn start(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("mobile-api-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_mobile_api"))
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

    fn address(&self) -> &str {
        let words = self.lines.first().unwrap().split(' ');
        let mut addresses = words.filter(|word| word.starts_with("http"));
        addresses.next().unwrap().strip_suffix("/me").unwrap()
    }
}

impl Drop for Api {
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
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn has_curl() -> bool {
    let has = Command::new("curl").arg("--version").output().is_ok();
    if !has {
        eprintln!("left out: curl is not installed");
    }
    has
}

const SIGNED_OUT: &str = r#"{"title":"Unauthorized","status":401,"detail":"sign in first"}"#;

#[test]
fn o07_the_printed_lines_do_what_they_say() {
    if !has_curl() {
        return;
    }
    let api = Api::start("lines");
    let answers = api.lines.iter().map(|line| shell(line, &api.folder));
    let answers: Vec<_> = answers.collect();
    let [
        before,
        lost,
        new,
        eve,
        still,
        devices,
        _,
        of_eve,
        ended,
        after,
        others,
    ] = <[String; 11]>::try_from(answers).unwrap();
    assert_eq!(before, SIGNED_OUT);
    assert_eq!(lost, r#"{"user":"ada","device":"lost phone"}"#);
    assert_eq!(new, r#"{"user":"ada","device":"new phone"}"#);
    assert_eq!(eve, r#"{"user":"eve","device":"phone of eve"}"#);
    assert_eq!(still, lost);
    assert_eq!(devices.matches("\"id\"").count(), 2, "{devices}");
    assert_eq!(devices.matches("\"is_this\":true").count(), 1, "{devices}");
    assert!(!devices.contains("eve"), "{devices}");
    assert!(of_eve.contains("\"status\":404"), "{of_eve}");
    assert_eq!(ended, "204");
    assert_eq!(after, format!("{SIGNED_OUT} 401 application/problem+json"));
    assert_eq!(others, new);
}

/// An app's jar keeps it when the app is closed, and a browser sends it from no other site.
#[test]
fn the_cookie_outlives_the_app_and_stays_on_its_site() {
    if !has_curl() {
        return;
    }
    let api = Api::start("cookie");
    let address = api.address();
    let sign_in = format!(
        r#"curl -sS -D - -o body {address}/sign-in --json '{{"user":"ada","device":"phone"}}'"#
    );
    let head = shell(&sign_in, &api.folder).to_lowercase();
    let cookie = head.lines().find(|line| line.starts_with("set-cookie: "));
    let cookie = cookie.unwrap();
    for attribute in ["max-age=5184000", "samesite=strict", "httponly", "secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}

/// What a form of another site could send is not taken.
#[test]
fn a_body_that_is_not_json_is_a_problem() {
    if !has_curl() {
        return;
    }
    let api = Api::start("form");
    let form = format!(
        "curl -sS {}/sign-in -d user=ada -w ' %{{content_type}}'",
        api.address()
    );
    let answer = shell(&form, &api.folder);
    assert!(answer.contains("\"status\":415"), "{answer}");
    assert!(answer.ends_with("application/problem+json"), "{answer}");
}
