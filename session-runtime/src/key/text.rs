//! A key written as text. What is refused is described, never repeated: it may be a secret.

use base64::{
    Engine,
    alphabet::{self, Alphabet},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use super::{Key, LEN};

const HEX_DIGITS: usize = 2 * LEN;

pub(super) fn hex(text: &str) -> Result<Key, String> {
    let text = text.trim();
    match notation(text.as_bytes()) {
        Some((Notation::Hex, bytes)) => Key::checked(&bytes),
        Some((Notation::Base64, _)) => Err("this is base64; use `Key::from_base64`".to_owned()),
        None if text.chars().count() == HEX_DIGITS => {
            Err("one of the 64 characters is no hexadecimal digit".to_owned())
        }
        None => Err(format!(
            "{} characters where a key has 64 hexadecimal digits",
            text.chars().count()
        )),
    }
}

pub(super) fn base64(text: &str) -> Result<Key, String> {
    let text = text.trim();
    match notation(text.as_bytes()) {
        Some((Notation::Base64, bytes)) => Key::checked(&bytes),
        Some((Notation::Hex, _)) => Err("this is hex; use `Key::from_hex`".to_owned()),
        None => match decode_base64(text.as_bytes()) {
            Some(bytes) => Err(format!(
                "base64 of {} bytes where a key has 32",
                bytes.len()
            )),
            None => Err(format!(
                "{} characters that are no base64; a key has 44, or 43 without padding",
                text.chars().count()
            )),
        },
    }
}

/// For a place that may hold either, such as a variable.
pub(super) fn hex_or_base64(text: &str) -> Result<Key, String> {
    if text.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    // 64 characters of base64 would be 48 bytes: no key, so that nothing is ambiguous.
    if text.trim().chars().count() == HEX_DIGITS {
        hex(text)
    } else {
        base64(text)
    }
}

#[derive(Clone, Copy)]
pub(super) enum Notation {
    Hex,
    Base64,
}

/// In which notation this text is a key, and the 32 bytes of it.
pub(super) fn notation(text: &[u8]) -> Option<(Notation, Zeroizing<Vec<u8>>)> {
    let hex = || Some((Notation::Hex, decode_hex(text)?));
    let base64 = || Some((Notation::Base64, decode_base64(text)?));
    hex()
        .or_else(base64)
        .filter(|(_, bytes)| bytes.len() == LEN)
}

fn decode_hex(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    base16ct::mixed::decode_vec(text).ok().map(Zeroizing::new)
}

fn decode_base64(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    [&STANDARD, &URL_SAFE]
        .into_iter()
        .find_map(|engine| engine.decode(text).ok())
        .map(Zeroizing::new)
}

const STANDARD: GeneralPurpose = padded_or_not(&alphabet::STANDARD);
const URL_SAFE: GeneralPurpose = padded_or_not(&alphabet::URL_SAFE);

const fn padded_or_not(alphabet: &Alphabet) -> GeneralPurpose {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "fbffbf54fe9ace52ab3085fa83eba3a0245efeb1709664ee7da35b1a026d2769";
    const STANDARD_TEXT: &str = "+/+/VP6azlKrMIX6g+ujoCRe/rFwlmTufaNbGgJtJ2k=";

    #[test]
    fn hex_of_either_case_with_space_around_is_a_key() {
        let key = hex(HEX).unwrap();
        assert_eq!(key.expose_bytes()[..3], [0xfb, 0xff, 0xbf]);
        assert_eq!(hex(&HEX.to_uppercase()).unwrap(), key);
        assert_eq!(hex(&format!(" {HEX}\r\n")).unwrap(), key);
        assert_eq!(hex_or_base64(&format!("{HEX}\n")).unwrap(), key);
    }

    #[test]
    fn base64_of_either_alphabet_padded_or_not_is_a_key() {
        let key = hex(HEX).unwrap();
        let url_safe = STANDARD_TEXT.replace('+', "-").replace('/', "_");
        for text in [STANDARD_TEXT, &url_safe] {
            for text in [text, text.trim_end_matches('='), &format!("\t{text}\n")] {
                assert_eq!(base64(text).unwrap(), key);
                assert_eq!(hex_or_base64(text).unwrap(), key);
            }
        }
    }

    #[test]
    fn the_other_notation_is_recognised() {
        assert_eq!(
            hex(STANDARD_TEXT).unwrap_err(),
            "this is base64; use `Key::from_base64`"
        );
        assert_eq!(base64(HEX).unwrap_err(), "this is hex; use `Key::from_hex`");
    }

    #[test]
    fn d33_what_is_no_key_is_described_and_not_repeated() {
        let bad_digit = HEX.replace('f', "g");
        for (result, expected) in [
            (
                hex(&HEX[1..]),
                "63 characters where a key has 64 hexadecimal digits",
            ),
            (
                hex(&bad_digit),
                "one of the 64 characters is no hexadecimal digit",
            ),
            (
                hex(""),
                "0 characters where a key has 64 hexadecimal digits",
            ),
            (base64("c2hvcnQ="), "base64 of 5 bytes where a key has 32"),
            (
                base64("no key!"),
                "7 characters that are no base64; a key has 44, or 43 without padding",
            ),
            (hex_or_base64(" \n"), "is empty"),
            (
                hex_or_base64(&bad_digit),
                "one of the 64 characters is no hexadecimal digit",
            ),
        ] {
            assert_eq!(result.unwrap_err(), expected);
        }
    }
}
