//! The keys that a command was given, in their order.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args};
use session_runtime::{
    Key, Keyring,
    inspect::{MAX_KEY_FILE, recognise_key},
};

use crate::{failure::Failure, input};

#[derive(Debug, Args)]
#[command(next_help_heading = "Keys (again for older ones: the first given is the current key)")]
#[group(required = true, multiple = true)]
pub(crate) struct KeyArgs {
    /// 32 raw bytes, or hex or base64; `-` is stdin.
    #[arg(long, value_name = "FILE")]
    key_file: Vec<PathBuf>,

    /// An environment variable: hex or base64.
    #[arg(long, value_name = "VAR")]
    key_env: Vec<String>,
}

/// The keys of a command, and where each came from.
pub(crate) struct Keys {
    pub(crate) keyring: Keyring,
    pub(crate) sources: Vec<String>,
}

impl KeyArgs {
    pub(crate) fn reads_stdin(&self) -> bool {
        self.key_file.iter().any(|path| path == Path::new("-"))
    }

    /// `given`: the command's matches, for the order between files and variables.
    pub(crate) fn read(&self, given: Option<&ArgMatches>) -> Result<Keys, Failure> {
        let place = |id: &str| given.and_then(|matches| matches.indices_of(id));
        let files = place("key_file").into_iter().flatten().zip(
            self.key_file
                .iter()
                .map(|path| (format!("file `{}`", path.display()), from_file(path))),
        );
        let variables = place("key_env").into_iter().flatten().zip(
            self.key_env
                .iter()
                .map(|name| (format!("variable `{name}`"), from_variable(name))),
        );
        let mut keys: Vec<_> = files.chain(variables).collect();
        keys.sort_by_key(|(place, _)| *place);
        let mut keyring: Option<Keyring> = None;
        let mut sources = Vec::new();
        for (_, (source, key)) in keys {
            let key = key?;
            keyring = Some(match keyring {
                None => Keyring::new(key),
                Some(keyring) => keyring.also_open(key),
            });
            sources.push(source);
        }
        match keyring {
            Some(keyring) => Ok(Keys { keyring, sources }),
            None => Err(Failure::usage("no key given: --key-file or --key-env")),
        }
    }
}

/// The key in a file, in any notation.
pub(crate) fn from_file(path: &Path) -> Result<Key, Failure> {
    let bytes = input::file(path)?;
    // No more is looked at, so that a large file is described by what its beginning shows.
    let most = usize::try_from(MAX_KEY_FILE).unwrap_or(usize::MAX);
    let beginning = bytes.get(..most).unwrap_or(&bytes);
    let place = if path == Path::new("-") {
        "the key on stdin".to_owned()
    } else {
        format!("key file `{}`", path.display())
    };
    recognise_key(place, beginning).map_err(Failure::new)
}

fn from_variable(name: &str) -> Result<Key, Failure> {
    Key::from_env(name).map_err(Failure::new)
}
