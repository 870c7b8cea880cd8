//! A key on its way out: raw, or as text.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    path::PathBuf,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use session_runtime::Key;
use zeroize::Zeroizing;

use crate::{failure::Failure, output};

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct KeyOutput {
    /// Print 64 hexadecimal digits and a line break.
    #[arg(long, conflicts_with = "base64")]
    hex: bool,

    /// Print standard base64 and a line break.
    #[arg(long)]
    base64: bool,

    /// Write a new file that nobody else can read.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl KeyOutput {
    /// Refuses what could not be written, before any work is done.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let raw_to_screen = !self.hex && !self.base64 && self.out.is_none();
        if raw_to_screen && output::is_terminal() {
            return Err(Failure::usage(
                "32 raw bytes do not survive a terminal: add `> FILE` or `--out FILE`, or print \
                 text with --hex or --base64",
            ));
        }
        Ok(())
    }

    pub(crate) fn write(&self, key: &Key) -> Result<(), Failure> {
        let bytes = self.notation(key);
        let Some(path) = &self.out else {
            return output::write(&bytes);
        };
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(path)
            .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
            .map_err(|error| {
                let path = path.display();
                if error.kind() == ErrorKind::AlreadyExists {
                    return Failure::new(format_args!(
                        "`{path}` exists, and a key that is overwritten is lost: take another name"
                    ));
                }
                Failure::new(format_args!("`{path}` cannot be written: {error}"))
            })
    }

    fn notation(&self, key: &Key) -> Zeroizing<Vec<u8>> {
        let bytes = key.expose_bytes();
        let text = if self.hex {
            base16ct::lower::encode_string(bytes)
        } else if self.base64 {
            STANDARD.encode(bytes)
        } else {
            return Zeroizing::new(bytes.to_vec());
        };
        let mut text = Zeroizing::new(text.into_bytes());
        text.reserve_exact(1);
        text.push(b'\n');
        text
    }
}
