//! Whatever a program shows, and the search in it.

use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use tests::key;
use tracing_subscriber::fmt::MakeWriter;

/// Whatever was written or shown.
#[derive(Clone, Default)]
pub(crate) struct Everything(Arc<Mutex<String>>);

impl Everything {
    pub(crate) fn add(&self, text: impl std::fmt::Debug) {
        self.add_text(&format!("{text:?}\n{text:#?}\n"));
    }

    /// All of it.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn add_text(&self, text: &str) {
        self.0.lock().unwrap().push_str(text);
    }

    /// What a panic says.
    pub(crate) fn add_panic<R>(&self, panics: impl FnOnce() -> R) {
        let payload = catch_unwind(AssertUnwindSafe(panics)).err().unwrap();
        let text = payload.downcast_ref::<String>().map(String::as_str);
        self.add_text(
            text.or_else(|| payload.downcast_ref::<&str>().copied())
                .unwrap(),
        );
    }

    /// Asserts that none of `secrets` is in it, as it is, in hex or in base64.
    pub(crate) fn assert_free_of(&self, secrets: &[Vec<u8>]) {
        let shown = self.0.lock().unwrap();
        for secret in secrets {
            for spelling in spellings(secret) {
                assert!(!shown.contains(&spelling), "{spelling} in\n{shown}");
            }
        }
    }
}

/// A secret as text, as Rust and JSON show bytes, in hex and in base64.
fn spellings(secret: &[u8]) -> Vec<String> {
    let hex = base16ct::lower::encode_string(secret);
    let list = secret.iter().map(u8::to_string).collect::<Vec<_>>();
    let mut spellings = vec![hex.to_uppercase(), hex, list.join(", "), list.join(",")];
    // Within something longer the digits depend on where it begins.
    for skipped in 0..3 {
        for engine in [STANDARD, URL_SAFE] {
            let rest = secret.get(skipped..).unwrap_or_default();
            let whole = rest.chunks_exact(3).flatten().copied().collect::<Vec<_>>();
            spellings.push(engine.encode(whole));
        }
    }
    spellings.extend(std::str::from_utf8(secret).ok().map(str::to_owned));
    spellings.retain(|spelling| !spelling.is_empty());
    spellings
}

impl Write for Everything {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.add_text(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Everything {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// The search finds what it should find.
#[test]
fn a_secret_is_found_in_every_spelling() {
    let secret = key(1).expose_bytes().to_vec();
    let hex = base16ct::lower::encode_string(&secret);
    let within = STANDARD.encode([b"abcd".as_slice(), &secret, b"e"].concat());
    for shown in [
        hex.clone(),
        hex.to_uppercase(),
        format!("{secret:?}"),
        within,
    ] {
        let everything = Everything::default();
        everything.add_text(&format!("before {shown} after"));
        let found = catch_unwind(|| everything.assert_free_of(std::slice::from_ref(&secret)));
        assert!(found.is_err(), "{shown}");
    }
}
