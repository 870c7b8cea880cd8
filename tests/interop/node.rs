//! What Node would make of a cookie, worked out apart from the library under test: it decides
//! whether a difference is one that was meant.

use base64::{Engine, engine::general_purpose::STANDARD};
use blake2::{Blake2b, Digest, digest::consts::U32};
use crypto_secretbox::{AeadInPlace, KeyInit, Nonce, Tag, XSalsa20Poly1305};
use session_runtime::Key;

/// The values of the cookies called `name`, as they stand in the header.
pub(crate) fn cookies<'a>(header: &'a str, name: &str) -> Vec<&'a str> {
    let pairs = header.split(';').filter_map(|pair| pair.split_once('='));
    let trim = |text: &'a str| text.trim_matches([' ', '\t']);
    pairs
        .filter(|(found, _)| trim(found) == name)
        .map(|(_, value)| trim(value))
        .collect()
}

/// `decodeURIComponent`, or the text itself where that throws.
pub(crate) fn unescape(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let Some((digits, plain)) = piece.split_at_checked(2) else {
            return text.to_owned();
        };
        let Ok(byte) = base16ct::mixed::decode_vec(digits) else {
            return text.to_owned();
        };
        bytes.extend(byte);
        bytes.extend_from_slice(plain.as_bytes());
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// `encodeURIComponent`.
pub(crate) fn escape(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&b);
    let escaped = text.bytes().map(|byte| {
        if is_plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    escaped.collect()
}

/// `Buffer.from(text, 'base64')`.
pub(crate) fn base64(text: &str) -> Vec<u8> {
    let digits = text
        .encode_utf16()
        .map(u16::to_le_bytes)
        .map(|[low, _]| low)
        .take_while(|byte| *byte != b'=')
        .filter(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte));
    let digits: String = digits
        .map(|digit| match digit {
            b'-' => '+',
            b'_' => '/',
            digit => char::from(digit),
        })
        .collect();
    // A digit alone holds no byte, and the bits beyond the last byte count for nothing.
    let length = if digits.len() % 4 == 1 {
        digits.len() - 1
    } else {
        digits.len()
    };
    let digits = digits.get(..length).unwrap_or_default();
    let config = base64::engine::GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone);
    base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, config)
        .decode(digits)
        .unwrap_or_default()
}

/// The text of a cookie that carries `plaintext`, not escaped.
pub(crate) fn seal(key: &Key, nonce: [u8; 24], plaintext: &[u8]) -> String {
    let mut text = plaintext.to_vec();
    let sealed = XSalsa20Poly1305::new(key.expose_bytes().into())
        .encrypt_in_place_detached(&Nonce::from(nonce), b"", &mut text)
        .map(|tag| [&tag[..], &text].concat())
        .unwrap_or_default();
    format!("{};{}", STANDARD.encode(sealed), STANDARD.encode(nonce))
}

/// The plaintext in the text of a cookie, read as it stands.
pub(crate) fn open(keys: &[Key], text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split(';').map(base64);
    let (sealed, nonce) = (parts.next()?, parts.next()?);
    let nonce: [u8; 24] = nonce.try_into().ok()?;
    let (tag, sealed) = sealed.split_first_chunk::<16>()?;
    keys.iter().find_map(|key| {
        let mut text = sealed.to_vec();
        XSalsa20Poly1305::new(key.expose_bytes().into())
            .decrypt_in_place_detached(&Nonce::from(nonce), b"", &mut text, &Tag::from(*tag))
            .ok()?;
        Some(text)
    })
}

/// The text without its signature, if it ends like one that was signed: a dot and 43 digits.
pub(crate) fn without_signature(text: &str) -> Option<&str> {
    let (text, mac) = text.rsplit_once('.')?;
    let is_digit = |b: u8| b.is_ascii_alphanumeric() || b"+/".contains(&b);
    (mac.len() == 43 && mac.bytes().all(is_digit)).then_some(text)
}

/// The secret with which @fastify/secure-session signs: the hexadecimal text of the hash of a key.
pub(crate) fn signing_secret(key: &Key) -> String {
    base16ct::lower::encode_string(&Blake2b::<U32>::digest(key.expose_bytes()))
}
