//! A browser of its own for each test: Chromium without a window, driven by `WebDriver`.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use fantoccini::{Client, ClientBuilder, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// The driver and all that it started, stopped when it is dropped.
pub(crate) struct Driver {
    process: Child,
    profile: PathBuf,
}

/// Whether pages may run scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

impl Driver {
    /// `None`: there is no browser, which has been said.
    pub(crate) async fn start(scripts: Scripts) -> Option<(Client, Self)> {
        if let Some(why) = missing() {
            leave_out(&why);
            return None;
        }
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .process_group(0) // its own, which the browser joins
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = port(&mut process);
        let driver = Self {
            process,
            profile: profile(),
        };
        let capabilities = driver.capabilities(scripts);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        Some((client, driver))
    }

    fn capabilities(&self, scripts: Scripts) -> Capabilities {
        let mut arguments = vec![
            "--headless=new".to_owned(),
            // Containers run tests as root, whom Chromium's sandbox refuses. It sees these pages alone.
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--lang=en".to_owned(),
            "--window-size=1280,900".to_owned(),
            format!("--user-data-dir={}", self.profile.display()),
        ];
        if scripts == Scripts::Off {
            arguments.push("--blink-settings=scriptEnabled=false".to_owned());
        }
        let chromium = json!({
            "args": arguments,
            "prefs": { "intl.accept_languages": "en" },
        });
        Capabilities::from_iter([("goog:chromeOptions".to_owned(), chromium)])
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        // Whatever of it has ended before is no loss.
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// A folder that no other browser has.
fn profile() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("browser-{}-{number}", std::process::id()))
}

/// Where the driver says that it listens.
fn port(process: &mut Child) -> u16 {
    let output = BufReader::new(process.stdout.take().unwrap());
    let mut lines = output.lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("started successfully on port"));
    let line = line.expect("the driver says where it listens");
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn missing() -> Option<String> {
    let driver = Command::new("chromedriver").arg("--version").output();
    match driver {
        Ok(output) if output.status.success() => None,
        Ok(_) => Some("chromedriver does not run".to_owned()),
        Err(error) => Some(format!("no chromedriver: {error}")),
    }
}

/// # Panics
///
/// If the browser was required, as by tests/run.
pub(crate) fn leave_out(why: &str) {
    let is_required = std::env::var("LIVE_BROWSER").is_ok_and(|value| value == "required");
    assert!(!is_required, "{why}");
    eprintln!("left out: {why}");
}
