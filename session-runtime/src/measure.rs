//! How long a field is in JSON, for `#[session(max_len = …)]`.

use std::io::{Result, Write};

use serde::Serialize;

/// Bytes of `value` in JSON, the quotes of a string not counted. `usize::MAX` for what cannot be
/// written.
pub fn json_len<V: ?Sized + Serialize>(value: &V) -> usize {
    let mut counter = Counter {
        length: 0,
        quoted: false,
    };
    match serde_json::to_writer(&mut counter, value) {
        Ok(()) if counter.quoted => counter.length - 2,
        Ok(()) => counter.length,
        Err(_) => usize::MAX,
    }
}

struct Counter {
    length: usize,
    quoted: bool,
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if self.length == 0 {
            self.quoted = bytes.first() == Some(&b'"');
        }
        self.length += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_counts_without_its_quotes_and_with_its_escapes() {
        assert_eq!(json_len("abc"), 3);
        assert_eq!(json_len(""), 0);
        assert_eq!(json_len("a\"b"), 4);
        assert_eq!(json_len("\u{1}"), 6);
        assert_eq!(json_len(&Some("é")), 2);
    }

    #[test]
    fn other_values_count_as_they_are_written() {
        assert_eq!(json_len(&17), 2);
        assert_eq!(json_len(&["a", "b"]), 9);
        assert_eq!(json_len(&None::<u8>), 4);
    }

    #[test]
    fn what_cannot_be_written_is_too_long() {
        assert_eq!(
            json_len(&std::collections::BTreeMap::from([((1, 2), 3)])),
            usize::MAX
        );
    }
}
