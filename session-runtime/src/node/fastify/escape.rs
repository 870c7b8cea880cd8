//! Cookie values as Node's `cookie` package writes them from version 2.0 on.
//!
//! One that holds nothing which must be escaped stays as it is; of any other the whole is escaped,
//! as older versions do with all. Both read both.

use crate::format::fastify::codec::encode_uri_component;

pub(super) fn cookie_value(text: String) -> String {
    let is_plain = |byte| !matches!(byte, 0..=b' ' | 0x7f.. | b'"' | b',' | b';' | b'\\' | b'%');
    if text.bytes().all(is_plain) {
        text
    } else {
        encode_uri_component(&text)
    }
}
