//! A file of 32 raw bytes, and what it looks like when it is something else.
//!
//! A raw key is no text, and on its way through a shell it is easily taken for some. Each message
//! names what happened, because «wrong length» sends its reader to the wrong place.

use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::Path,
    str,
};

use zeroize::Zeroizing;

use super::{
    Key, LEN,
    text::{self, Notation},
};

/// Enough for a key in any disguise. What is longer is no key, and is not read into memory.
pub(crate) const MOST: u64 = 512;

/// What to do where there is no key, nor anything like one.
const MAKE_ONE: &str = "`openssl rand -out FILE 32` makes one";

pub(super) fn read(path: &Path) -> Result<Key, String> {
    // The capacity is never outgrown, so that no copy of the key stays behind in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    File::open(path)
        .and_then(|file| file.take(MOST).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&error))?;
    if bytes.len() == LEN {
        Key::checked(&bytes)
    } else {
        Err(describe(&bytes))
    }
}

fn unreadable(error: &io::Error) -> String {
    let remedy = match error.kind() {
        ErrorKind::NotFound => format!("; {MAKE_ONE}"),
        _ => String::new(),
    };
    format!("cannot be read: {error}{remedy}")
}

/// The key in whatever notation it is held: raw, or hex or base64 in any encoding of ASCII.
///
/// For tools, which convert and explain. A server is told which notation to expect.
pub(crate) fn recognise(bytes: &[u8]) -> Result<Key, String> {
    if bytes.len() == LEN {
        return Key::checked(bytes);
    }
    let text = Zeroizing::new(match bytes {
        // Of ASCII in UTF-16, every other byte is zero.
        [0xff, 0xfe, text @ ..] | [0xfe, 0xff, text @ ..] => {
            text.iter().copied().filter(|byte| *byte != 0).collect()
        }
        [0xef, 0xbb, 0xbf, text @ ..] | text => text.to_vec(),
    });
    match text::notation(text.trim_ascii()) {
        Some((_, key)) => Key::checked(&key),
        None => Err(describe(bytes)),
    }
}

/// What is wrong with a file that does not hold 32 bytes.
fn describe(bytes: &[u8]) -> String {
    match (bytes.len(), looks_like(bytes)) {
        (0, _) => format!("is empty; {MAKE_ONE}"),
        (size, Some(what)) => format!("holds {size} bytes, which look like {what}"),
        (size, None) if size as u64 == MOST => {
            format!("holds {MOST} bytes or more, a key has 32; {MAKE_ONE}")
        }
        (size, None) => format!("holds {size} bytes, a key has 32; {MAKE_ONE}"),
    }
}

fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    let what = match bytes {
        [0xff, 0xfe, text @ ..] | [0xfe, 0xff, text @ ..] => marked(
            // Of ASCII in UTF-16, every other byte is zero.
            &Zeroizing::new(
                text.iter()
                    .copied()
                    .filter(|byte| *byte != 0)
                    .collect::<Vec<_>>(),
            ),
        ),
        [0xef, 0xbb, 0xbf, text @ ..] => marked(text),
        [.., b'\n'] if without_line_break(bytes).len() == LEN => {
            "32 bytes and a line break, as `echo` or an editor adds it; remove the line break"
        }
        _ => match text::notation(bytes.trim_ascii()) {
            Some((Notation::Hex, _)) => "hex; read the file and use `Key::from_hex`",
            Some((Notation::Base64, _)) => "base64; read the file and use `Key::from_base64`",
            None if is_replaced(bytes) => {
                "text in which a shell or an editor replaced bytes by U+FFFD: the key is lost, \
                 make a new one"
            }
            None if is_widened(bytes) => {
                "a key that a shell or an editor re-encoded from Latin-1 to UTF-8; write the file \
                 from a program"
            }
            None => return None,
        },
    };
    Some(what)
}

/// What a text behind a byte order mark is: no raw key begins with one by intent.
fn marked(text: &[u8]) -> &'static str {
    match text::notation(text.trim_ascii()) {
        Some((Notation::Hex, _)) => {
            "hex with a byte order mark; save it as plain ASCII, read it and use `Key::from_hex`"
        }
        Some((Notation::Base64, _)) => {
            "base64 with a byte order mark; save it as plain ASCII, read it and use \
             `Key::from_base64`"
        }
        None => {
            "text with a byte order mark, which PowerShell's `>` or an editor made of a raw key; \
             write the file from a program, or keep the key as hex"
        }
    }
}

fn without_line_break(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// Valid UTF-8 with a replacement character: each stands for a byte that was none.
fn is_replaced(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_ok_and(|text| text.contains(char::REPLACEMENT_CHARACTER))
}

/// Valid UTF-8 that spells 32 characters up to U+00FF: each was one byte of the key.
fn is_widened(bytes: &[u8]) -> bool {
    let is_32_bytes_once = |text: &str| {
        text.chars().count() == LEN && text.chars().all(|c| u8::try_from(u32::from(c)).is_ok())
    };
    [bytes, without_line_break(bytes)]
        .into_iter()
        .any(|bytes| str::from_utf8(bytes).is_ok_and(is_32_bytes_once))
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;

    const RAW: [u8; LEN] = [
        0x9f, 0x03, 0xd1, 0x54, 0xfe, 0x9a, 0xce, 0x52, 0xab, 0x30, 0x85, 0xfa, 0x83, 0xeb, 0xa3,
        0xa0, 0x24, 0x5e, 0xfe, 0xb1, 0x70, 0x96, 0x64, 0xee, 0x7d, 0xa3, 0x5b, 0x1a, 0x02, 0x6d,
        0x27, 0x69,
    ];

    fn latin1(bytes: &[u8]) -> String {
        bytes.iter().copied().map(char::from).collect()
    }

    #[test]
    fn d33_what_happened_to_a_key_file_is_said() {
        let hex = base16ct::lower::encode_string(&RAW);
        let base64 = "nwPRVP6azlKrMIX6g+ujoCRe/rFwlmTufaNbGgJtJ2k=\n";
        let widened = latin1(&RAW);
        let replaced = String::from_utf8_lossy(&RAW);
        for (bytes, expected) in [
            (
                Vec::new(),
                "is empty; `openssl rand -out FILE 32` makes one",
            ),
            (utf16(&latin1(&RAW)), "PowerShell's `>`"),
            (utf16(&hex), "hex with a byte order mark"),
            (utf16(base64), "base64 with a byte order mark"),
            (
                format!("\u{feff}{hex}").into_bytes(),
                "hex with a byte order mark",
            ),
            (
                format!("\u{feff}{widened}").into_bytes(),
                "PowerShell's `>`",
            ),
            (
                hex.clone().into_bytes(),
                "like hex; read the file and use `Key::from_hex`",
            ),
            (
                base64.into(),
                "like base64; read the file and use `Key::from_base64`",
            ),
            (
                [&RAW[..], b"\n"].concat(),
                "holds 33 bytes, which look like 32 bytes and a line",
            ),
            (
                [&RAW[..], b"\r\n"].concat(),
                "holds 34 bytes, which look like 32 bytes and a line",
            ),
            (replaced.as_bytes().to_vec(), "U+FFFD"),
            (widened.clone().into_bytes(), "from Latin-1 to UTF-8"),
            (
                format!("{widened}\r\n").into_bytes(),
                "from Latin-1 to UTF-8",
            ),
            (
                RAW[..31].to_vec(),
                "holds 31 bytes, a key has 32; `openssl rand",
            ),
            (vec![7; 512], "holds 512 bytes or more, a key has 32"),
        ] {
            let message = describe(&bytes);
            assert!(
                message.contains(expected),
                "{message}\nshould say: {expected}"
            );
            assert!(!message.contains(&hex[..8]), "{message}");
        }
    }

    /// What PowerShell's `>` writes: little-endian, with a byte order mark and a line break.
    fn utf16(text: &str) -> Vec<u8> {
        format!("\u{feff}{text}\r\n")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect()
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_file_is_described_without_a_panic(
            bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100),
        ) {
            proptest::prop_assert!(!describe(&bytes).is_empty());
        }
    }

    #[test]
    fn a_file_of_32_raw_bytes_is_a_key() {
        let path = env::temp_dir().join(format!("session-runtime-key-{}", process::id()));
        fs::write(&path, RAW).unwrap();
        let key = Key::from_file(&path);
        fs::write(&path, vec![1; 100_000]).unwrap();
        let long = Key::from_file(&path).unwrap_err().to_string();
        fs::remove_file(&path).unwrap();
        assert_eq!(key.unwrap(), Key::from_bytes(RAW));
        assert!(
            long.starts_with("key file `") && long.contains("512 bytes or more"),
            "{long}"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Key::from_file("no/such/key").unwrap_err().to_string();
        assert!(
            error.starts_with("key file `no/such/key`: cannot be read: ")
                && error.ends_with("; `openssl rand -out FILE 32` makes one"),
            "{error}"
        );
    }
}
