//! The shop, as a stranger meets it: started, with nothing but what it prints.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// A running shop, stopped when it is dropped, and what it said at its start.
struct Shop {
    process: Child,
    greeting: Vec<String>,
}

impl Shop {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_app"))
            .args(arguments)
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap()).lines();
        let lines = output.map(Result::unwrap);
        // The last line before an empty one is about the counters.
        let greeting: Vec<String> = lines
            .scan(false, |is_over, line| {
                let before = *is_over;
                *is_over = line.contains("Admin");
                (!before).then_some(line)
            })
            .collect();
        Self { process, greeting }
    }

    fn address(&self) -> &str {
        let line = self.greeting.first().unwrap();
        line.strip_prefix("listening on ").unwrap()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A browser without a window, which keeps its cookies in a file.
struct Curl {
    jar: PathBuf,
}

impl Curl {
    /// `None`: there is no curl, which has been said.
    fn new(name: &str) -> Option<Self> {
        if Command::new("curl").arg("--version").output().is_err() {
            eprintln!("left out: curl is not installed");
            return None;
        }
        let jar = std::env::temp_dir().join(format!("app-{name}-{}", std::process::id()));
        Some(Self { jar })
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--location", "--cookie"])
            .arg(&self.jar)
            .arg("--cookie-jar")
            .arg(&self.jar)
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Signs in with the account that the greeting names.
    fn sign_in(&self, shop: &Shop) -> String {
        let address = format!("{}/sign-in", shop.address());
        let page = self.run(&[&address]);
        let (_, rest) = page.split_once(r#"name="csrf_token" value=""#).unwrap();
        let token = rest.split('"').next().unwrap();
        let mut account = shop.greeting.iter().filter(|line| line.starts_with("  "));
        let (email, password) = (account.next().unwrap(), account.next().unwrap());
        let fields = [
            format!("csrf_token={token}"),
            format!("email={}", email.trim()),
            format!("password={}", password.trim()),
        ];
        let [token, email, password] = &fields;
        self.run(&[
            &address,
            "--data-urlencode",
            token,
            "--data-urlencode",
            email,
            "--data-urlencode",
            password,
        ])
    }
}

impl Drop for Curl {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.jar); // there may be none
    }
}

#[test]
fn the_account_that_is_printed_signs_in() {
    let Some(curl) = Curl::new("memory") else {
        return;
    };
    let shop = Shop::start(&[]);
    let page = curl.sign_in(&shop);
    assert!(page.contains("<h1>Hello, Ada</h1>"), "{page}");
}

#[test]
fn sessions_and_accounts_in_a_file_survive_a_restart() {
    let Some(curl) = Curl::new("sqlite") else {
        return;
    };
    let file = std::env::temp_dir().join(format!("app-{}.db", std::process::id()));
    let arguments = ["--store", "sqlite", "--url", file.to_str().unwrap()];
    let shop = Shop::start(&arguments);
    curl.sign_in(&shop);
    drop(shop);
    let shop = Shop::start(&arguments);
    let page = curl.run(&[&format!("{}/account", shop.address())]);
    assert!(page.contains("<h1>Hello, Ada</h1>"), "{page}");
    drop(shop);
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display())); // not each is left
    }
}
