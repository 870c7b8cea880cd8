//! `base64url(HMAC-SHA256(key, text)) "." text`

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{Authentic, SigningKeys, decode_base64};
use crate::reason::Reason;

/// Characters of a MAC.
pub(super) const LENGTH: usize = 43;

pub(super) fn open(keys: &SigningKeys, cookie: &str) -> Result<Authentic, Reason> {
    let (mac, text) = cookie.split_once('.').ok_or(Reason::Malformed)?;
    let mac = decode_base64(mac).ok_or(Reason::Malformed)?;
    let key = keys
        .secrets()
        .position(|secret| hmac(secret, text).is_some_and(|own| own.verify_slice(&mac).is_ok()))
        .ok_or(Reason::Tampered)?;
    Ok(Authentic {
        key,
        text: text.as_bytes().to_vec(),
    })
}

pub(super) fn seal(keys: &SigningKeys, text: &str) -> String {
    let mac = hmac(keys.current(), text).map(|mac| mac.finalize().into_bytes());
    // HMAC takes keys of any length.
    let mac = URL_SAFE_NO_PAD.encode(mac.unwrap_or_default());
    format!("{mac}.{text}")
}

fn hmac(secret: &[u8], text: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}
