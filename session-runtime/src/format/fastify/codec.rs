//! Text as Node reads and writes it: `decodeURIComponent`, `encodeURIComponent`, and the lenient
//! base64 of `Buffer.from(text, 'base64')`.
//!
//! The three are exact, leniency included. Proxies and other clients re-encode cookies, and what
//! one half of a fleet still reads must not log people out on the other half.

use std::borrow::Cow;

use base64::Engine;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::encoding::{self, STANDARD};

/// What `encodeURIComponent` leaves as it is, beside letters and digits (ECMA-262, 19.2.6.4).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// `encodeURIComponent(text)`.
#[cfg(any(test, feature = "fastify-session", feature = "hattip"))]
pub(crate) fn encode_uri_component(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).collect()
}

/// Appends `encodeURIComponent(text)`.
pub(crate) fn escape_onto(escaped: &mut Vec<u8>, text: &str) {
    for piece in utf8_percent_encode(text, ESCAPED) {
        escaped.extend_from_slice(piece.as_bytes());
    }
}

/// The text of a cookie value: unescaped if every escape is good, else as it stands.
///
/// Node reads header bytes as Latin-1, so that a raw byte from 0x80 on is the character of that
/// number. Decoding all or nothing is what the `cookie` package does.
pub(crate) fn cookie_text(value: &[u8]) -> Cow<'_, str> {
    let raw = latin1(value);
    match raw.contains('%').then(|| unescape(&raw)).flatten() {
        Some(text) => Cow::Owned(text),
        None => raw,
    }
}

fn latin1(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

/// `decodeURIComponent`, without its exception.
///
/// It demands that each run of escapes is UTF-8 by itself. What stands between the runs is UTF-8
/// here, and UTF-8 texts cannot overlap, so that judging the whole comes to the same.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    bytes.extend_from_slice(pieces.next()?.as_bytes());
    for piece in pieces {
        let (&[high, low], plain) = piece.as_bytes().split_first_chunk()?;
        bytes.push((hex_digit(high)? << 4) | hex_digit(low)?);
        bytes.extend_from_slice(plain);
    }
    String::from_utf8(bytes).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// `Buffer.from(text, 'base64')`.
pub(super) fn decode_base64(text: &str) -> Vec<u8> {
    // What a Node wrote and nobody touched is canonical, and decoded several times as fast.
    encoding::decode(text.as_bytes(), |text, bytes| {
        STANDARD.decode_slice(text, bytes)
    })
    .unwrap_or_else(|| decode_base64_leniently(text))
}

/// Both alphabets, whatever is no digit skipped, `=` ends, and what is left of an unfinished byte
/// dropped.
fn decode_base64_leniently(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0_u32);
    // Node looks at the low byte of each UTF-16 unit.
    for unit in text.encode_utf16().map(|unit| unit.to_le_bytes()[0]) {
        if unit == b'=' {
            break;
        }
        let Some(digit) = base64_digit(unit) else {
            continue;
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_le_bytes()[0]);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

fn base64_digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vectors(kind: &str) -> Vec<serde_json::Value> {
        let file = include_str!("../../../../tests/interop/vectors/codec.json");
        let mut file: serde_json::Value = serde_json::from_str(file).unwrap();
        let vectors = std::mem::take(file["vectors"].as_array_mut().unwrap());
        vectors
            .into_iter()
            .filter(|vector| vector["kind"] == kind)
            .collect()
    }

    #[test]
    fn base64_is_as_lenient_as_in_node() {
        let vectors = vectors("base64-decode");
        for vector in &vectors {
            let expected = &vector["expect"]["node Buffer.from(x,\"base64\") hex (secure-session)"];
            let bytes = decode_base64(vector["input"].as_str().unwrap());
            assert_eq!(
                &base16ct::lower::encode_string(&bytes),
                expected,
                "{}",
                vector["id"]
            );
        }
        assert_eq!(vectors.len(), 10);
    }

    #[test]
    fn base64_sees_the_low_byte_of_each_utf16_unit() {
        // U+0141 ends in 0x41, «A»; U+1F600 is D83D DE00, «=» and a zero.
        assert_eq!(decode_base64("Y\u{141}\u{141}\u{141}"), [0x60, 0, 0]);
        assert_eq!(decode_base64("YWJj\u{1f600}YWJj"), b"abc");
    }

    #[test]
    fn values_that_need_escapes_are_escaped_as_in_node() {
        let vectors = vectors("set-cookie-serialize");
        let escaped = vectors.iter().filter(|vector| {
            // The 0.x and 1.x releases escape every value.
            vector["expect"]["cookie@1.1.1"].is_string()
        });
        for vector in escaped.clone() {
            let value = encode_uri_component(vector["value"].as_str().unwrap());
            let header = vector["expect"]["cookie@1.1.1"].as_str().unwrap();
            let expected = header.split(';').next().unwrap();
            let name = vector["name"].as_str().unwrap();
            assert_eq!(format!("{name}={value}"), expected, "{}", vector["id"]);
        }
        assert_eq!(escaped.count(), 8);
    }

    #[test]
    fn only_what_encode_uri_component_leaves_is_left() {
        let ascii: String = (0..128_u8).map(char::from).collect();
        let left: String = ascii
            .chars()
            .filter(|c| encode_uri_component(&c.to_string()).len() == 1)
            .collect();
        let expected = "!'()*-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
        assert_eq!(left, expected);
    }

    #[test]
    fn escapes_are_undone_all_or_none() {
        for (value, expected) in [
            (&b"a%2Fb%3b+%20"[..], "a/b;+ "),
            (b"%E2%82%AC", "\u{20ac}"),
            (b"%F0%9F%98%80", "\u{1f600}"),
            (b"%", "%"),
            (b"%2", "%2"),
            (b"%2F%G0", "%2F%G0"),
            (b"%2F%+1", "%2F%+1"),
            (b"%E0%A4%A", "%E0%A4%A"),
            // No UTF-8: a lone continuation, a cut sequence, an overlong one, a surrogate.
            (b"%80", "%80"),
            (b"%E2%82", "%E2%82"),
            (b"%E2%82x%AC", "%E2%82x%AC"),
            (b"%C0%AF", "%C0%AF"),
            (b"%ED%A0%80", "%ED%A0%80"),
            // Raw bytes are Latin-1, and complete no escape.
            (b"\xe9", "\u{e9}"),
            (b"\xe9%2F", "\u{e9}/"),
            (b"%E2%82\xac", "%E2%82\u{ac}"),
            (b"\xe2\x82%AC", "\u{e2}\u{82}%AC"),
        ] {
            assert_eq!(cookie_text(value), expected, "{}", value.escape_ascii());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn any_bytes_are_decoded_without_a_panic(
            value in proptest::collection::vec(
                prop_oneof![3 => Just(b'%'), 3 => 0x30..=0x46_u8, 1 => any::<u8>()],
                0..64,
            ),
        ) {
            let text = cookie_text(&value);
            prop_assert!(decode_base64(&text).len() <= value.len());
        }

        #[test]
        fn what_is_escaped_comes_back(text in any::<String>()) {
            let escaped = encode_uri_component(&text);
            prop_assert_eq!(cookie_text(escaped.as_bytes()), text);
        }

        #[test]
        fn what_is_written_in_base64_comes_back(bytes in any::<Vec<u8>>()) {
            use base64::engine::general_purpose::URL_SAFE_NO_PAD;

            let canonical = STANDARD.encode(&bytes);
            prop_assert_eq!(&decode_base64(&canonical), &bytes);
            prop_assert_eq!(&decode_base64_leniently(&canonical), &bytes);
            prop_assert_eq!(&decode_base64(&URL_SAFE_NO_PAD.encode(&bytes)), &bytes);
        }
    }
}
