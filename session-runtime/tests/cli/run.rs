//! Runs the binary, and keeps what it said.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

/// The key of the vectors.
pub(crate) const HEX: &str = "0f03d154fe9ace52ab3085fa83eba3a0245efeb1709664ee7da35b1a026d2769";
pub(crate) const BASE64: &str = "DwPRVP6azlKrMIX6g+ujoCRe/rFwlmTufaNbGgJtJ2k=";
pub(crate) const RAW: [u8; 32] = [
    0x0f, 0x03, 0xd1, 0x54, 0xfe, 0x9a, 0xce, 0x52, 0xab, 0x30, 0x85, 0xfa, 0x83, 0xeb, 0xa3, 0xa0,
    0x24, 0x5e, 0xfe, 0xb1, 0x70, 0x96, 0x64, 0xee, 0x7d, 0xa3, 0x5b, 0x1a, 0x02, 0x6d, 0x27, 0x69,
];

pub(crate) const BIN: &str = env!("CARGO_BIN_EXE_session");

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: Vec<u8>,
    pub(crate) err: String,
}

impl Said {
    /// What it printed, where it succeeded and said nothing else.
    #[track_caller]
    pub(crate) fn done(self) -> Vec<u8> {
        assert_eq!((self.code, &*self.err), (0, ""));
        self.out
    }

    /// The same as text.
    #[track_caller]
    pub(crate) fn text(self) -> String {
        String::from_utf8(self.done()).unwrap()
    }

    /// What it complained of, where it printed nothing and ended with this code.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> String {
        let out = String::from_utf8_lossy(&self.out);
        assert_eq!((self.code, &*out), (code, ""), "{}", self.err);
        self.err
    }

    /// What it printed of a cookie that is refused.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!((self.code, &*self.err), (1, ""));
        String::from_utf8(self.out).unwrap()
    }
}

/// A place of its own for the files of one test, which goes when the test ends.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("session-cli-{}-{number}", process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// With the key of the vectors in the file `key`.
    pub(crate) fn with_key() -> Self {
        let place = Self::new();
        place.write("key", RAW);
        place
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    /// `session …`, with nothing on stdin.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, b"", &[])
    }

    pub(crate) fn run_on(&self, args: &[&str], stdin: impl AsRef<[u8]>) -> Said {
        self.run_with(args, stdin.as_ref(), &[])
    }

    pub(crate) fn run_with(&self, args: &[&str], stdin: &[u8], env: &[(&str, &str)]) -> Said {
        let mut child = Command::new(BIN)
            .args(args)
            .envs(env.iter().copied())
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that does not read leaves a closed pipe.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        let said = Said {
            code: output.status.code().unwrap(),
            out: output.stdout,
            err: String::from_utf8(output.stderr).unwrap(),
        };
        let all = format!("{}{}", String::from_utf8_lossy(&said.out), said.err);
        assert!(!all.contains("panicked"), "{all}");
        assert!(
            !said.err.contains(HEX) && !said.err.contains(BASE64),
            "{}",
            said.err
        );
        said
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
