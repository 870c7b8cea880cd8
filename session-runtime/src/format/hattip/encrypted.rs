//! `base64url(iv) "." base64url(AES-GCM(key, iv, text))`

use aes_gcm::{
    AesGcm, KeyInit,
    aead::{
        Aead, Nonce,
        consts::{U12, U16},
    },
    aes::{Aes128, Aes192, Aes256},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Authentic, EncryptionKeys, decode_base64};
use crate::{error::SealError, random::Random, reason::Reason};

/// What Node draws. GCM hashes one of this length first (NIST SP 800-38D, 7.1), so that two differ
/// as surely as their 128 bits do.
const IV: usize = 16;
/// What others may have drawn, with the same keys.
const OTHER_IV: usize = 12;
const TAG: usize = 16;

pub(super) fn open(keys: &EncryptionKeys, cookie: &str) -> Result<Authentic, Reason> {
    let (iv, sealed) = cookie.split_once('.').ok_or(Reason::Malformed)?;
    let iv = decode_base64(iv).ok_or(Reason::Malformed)?;
    let sealed = decode_base64(sealed).ok_or(Reason::Malformed)?;
    if sealed.len() < TAG || ![IV, OTHER_IV].contains(&iv.len()) {
        return Err(Reason::Malformed);
    }
    keys.secrets()
        .enumerate()
        .find_map(|(key, secret)| {
            let text = decrypt(secret, &iv, &sealed)?;
            Some(Authentic { key, text })
        })
        .ok_or(Reason::Tampered)
}

pub(super) fn seal(
    keys: &EncryptionKeys,
    text: &str,
    random: &Random,
) -> Result<String, SealError> {
    let iv = random.array::<IV>()?;
    // Keys have one of the lengths, and no session has 64 GiB.
    let sealed = encrypt(keys.current(), &iv, text).ok_or(SealError::Unserializable)?;
    let mut value = URL_SAFE_NO_PAD.encode(iv);
    value.push('.');
    URL_SAFE_NO_PAD.encode_string(sealed, &mut value);
    Ok(value)
}

/// Characters of a cookie with a text of so many bytes.
pub(super) const fn length(text: usize) -> usize {
    let sealed = text.saturating_add(TAG);
    (IV * 4).div_ceil(3) + 1 + sealed.saturating_mul(4).div_ceil(3)
}

fn decrypt(secret: &[u8], iv: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    match (secret.len(), iv.len()) {
        (16, IV) => decrypt_by::<AesGcm<Aes128, U16>>(secret, iv, sealed),
        (24, IV) => decrypt_by::<AesGcm<Aes192, U16>>(secret, iv, sealed),
        (32, IV) => decrypt_by::<AesGcm<Aes256, U16>>(secret, iv, sealed),
        (16, OTHER_IV) => decrypt_by::<AesGcm<Aes128, U12>>(secret, iv, sealed),
        (24, OTHER_IV) => decrypt_by::<AesGcm<Aes192, U12>>(secret, iv, sealed),
        (32, OTHER_IV) => decrypt_by::<AesGcm<Aes256, U12>>(secret, iv, sealed),
        _ => None,
    }
}

/// The IV must have the cipher's length.
fn decrypt_by<C: Aead + KeyInit>(secret: &[u8], iv: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let cipher = C::new_from_slice(secret).ok()?;
    cipher.decrypt(Nonce::<C>::from_slice(iv), sealed).ok()
}

fn encrypt(secret: &[u8], iv: &[u8; IV], text: &str) -> Option<Vec<u8>> {
    match secret.len() {
        16 => encrypt_by::<AesGcm<Aes128, U16>>(secret, iv, text),
        24 => encrypt_by::<AesGcm<Aes192, U16>>(secret, iv, text),
        32 => encrypt_by::<AesGcm<Aes256, U16>>(secret, iv, text),
        _ => None,
    }
}

fn encrypt_by<C: Aead + KeyInit>(secret: &[u8], iv: &[u8; IV], text: &str) -> Option<Vec<u8>> {
    let cipher = C::new_from_slice(secret).ok()?;
    cipher
        .encrypt(Nonce::<C>::from_slice(iv), text.as_bytes())
        .ok()
}
