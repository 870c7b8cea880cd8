//! The end of a cookie's life: Unix milliseconds, their bytes from the lowest, in base64url.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::decode_base64;

/// Without the zeros at the upper end, as Node writes it.
pub(super) fn write(milliseconds: u64) -> String {
    let bytes = milliseconds.to_le_bytes();
    let zeros = bytes.iter().rev().take_while(|byte| **byte == 0).count();
    let (bytes, _) = bytes.split_at(bytes.len() - zeros);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `None`: it is no base64. A number too large for any time is one that never comes.
pub(super) fn read(date: &[u8]) -> Option<u64> {
    let bytes = decode_base64(str::from_utf8(date).ok()?)?;
    let (low, high) = bytes.split_at_checked(8).unwrap_or((&bytes, &[]));
    if high.iter().any(|byte| *byte != 0) {
        return Some(u64::MAX);
    }
    let mut number = [0; 8];
    for (place, byte) in number.iter_mut().zip(low) {
        *place = *byte;
    }
    Some(u64::from_le_bytes(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answer_of_node() {
        assert_eq!(write(1_790_000_300_123), "WwBVxKAB");
        assert_eq!(read(b"WwBVxKAB"), Some(1_790_000_300_123));
    }

    #[test]
    fn nought_is_nothing_and_zeros_at_the_end_do_not_count() {
        assert_eq!((write(0).as_str(), read(b"")), ("", Some(0)));
        assert_eq!(read(b"WwBVxKABAAA"), Some(1_790_000_300_123));
        assert_eq!(read(b"WwBVxKABAAAAAAAA"), Some(1_790_000_300_123));
    }

    #[test]
    fn a_number_beyond_64_bits_is_the_greatest() {
        assert_eq!(read(b"AAAAAAAAAAAB"), Some(u64::MAX));
        assert_eq!(read(b"!"), None);
    }
}
