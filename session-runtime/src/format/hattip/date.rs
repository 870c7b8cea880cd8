//! The end of a cookie's life: Unix milliseconds, their bytes from the lowest, in base64url.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::decode_base64;

/// The last that JavaScript has (ECMA-262, 21.4.1.1): a later one is no date to Node, and a cookie
/// with it no session.
const LAST: u64 = 8_640_000_000_000_000;

/// Without the zeros at the upper end, as Node writes it.
pub(super) fn write(milliseconds: u64) -> String {
    let bytes = milliseconds.min(LAST).to_le_bytes();
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    let (bytes, _) = bytes.split_at(bytes.len() - zeros);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `None`: it is no base64, or no date.
pub(super) fn read(date: &[u8]) -> Option<u64> {
    let bytes = decode_base64(str::from_utf8(date).ok()?)?;
    let (low, high) = bytes.split_at_checked(8).unwrap_or((&bytes, &[]));
    if high.iter().any(|byte| *byte != 0) {
        return None;
    }
    let mut number = [0; 8];
    for (place, byte) in number.iter_mut().zip(low) {
        *place = *byte;
    }
    Some(u64::from_le_bytes(number)).filter(|date| *date <= LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_189_the_known_answer_of_node() {
        assert_eq!(write(1_790_000_300_123), "WwBVxKAB");
        assert_eq!(read(b"WwBVxKAB"), Some(1_790_000_300_123));
    }

    #[test]
    fn row_188_nought_is_nothing_and_zeros_at_the_end_do_not_count() {
        assert_eq!((write(0).as_str(), read(b"")), ("", Some(0)));
        assert_eq!(read(b"WwBVxKABAAA"), Some(1_790_000_300_123));
        assert_eq!(read(b"WwBVxKABAAAAAAAA"), Some(1_790_000_300_123));
    }

    #[test]
    fn row_187_dates_go_as_far_as_those_of_javascript() {
        for date in [0, 1, 255, 256, LAST - 1, LAST] {
            assert_eq!(read(write(date).as_bytes()), Some(date));
        }
        assert_eq!(read(write(u64::MAX).as_bytes()), Some(LAST));
        let beyond = URL_SAFE_NO_PAD.encode((LAST + 1).to_le_bytes());
        assert_eq!(read(beyond.as_bytes()), None);
        assert_eq!(read(b"AAAAAAAAAAAB"), None);
        assert_eq!(read(b"!"), None);
    }
}
