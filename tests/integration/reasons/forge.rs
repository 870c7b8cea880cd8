//! Cookies with any plaintext, made apart from the code under test: what a holder of the key
//! could send, and what a bug of an earlier release could have written.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use blake2::{
    Blake2bMac,
    digest::{FixedOutput, KeyInit, Update, consts::U32},
};
use crypto_secretbox::{AeadInPlace, Nonce, XSalsa20Poly1305};
use session_runtime::Key;

/// What a sealed cookie is bound to.
#[derive(Clone, Copy)]
pub(super) struct Purpose<'a> {
    pub(super) application: &'a str,
    pub(super) session: &'a str,
    pub(super) cookie_name: &'a str,
}

pub(super) const AUTH: Purpose<'_> = Purpose {
    application: "",
    session: "auth",
    cookie_name: "__Host-auth",
};

const NONCE: [u8; 24] = [9; 24];

fn secretbox(key: &[u8; 32], plaintext: &[u8]) -> Vec<u8> {
    let mut text = plaintext.to_vec();
    let tag = XSalsa20Poly1305::new(key.into())
        .encrypt_in_place_detached(&Nonce::from(NONCE), b"", &mut text)
        .unwrap();
    [&tag[..], &text].concat()
}

/// The bytes of a cookie in the sealed format.
pub(super) fn sealed_bytes(key: &Key, purpose: Purpose<'_>, plaintext: &[u8]) -> Vec<u8> {
    let id = subkey(key, purpose, "session-runtime key id");
    let sealing = subkey(key, purpose, "session-runtime sealing key");
    [&[1], &id[..4], &NONCE, &secretbox(&sealing, plaintext)].concat()
}

pub(super) fn sealed(key: &Key, purpose: Purpose<'_>, plaintext: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(sealed_bytes(key, purpose, plaintext.as_ref()))
}

fn subkey(key: &Key, purpose: Purpose<'_>, label: &str) -> [u8; 32] {
    let Purpose {
        application,
        session,
        cookie_name,
    } = purpose;
    let mut hash = Blake2bMac::<U32>::new_from_slice(key.expose_bytes()).unwrap();
    for part in [
        label.as_bytes(),
        &[1],
        application.as_bytes(),
        session.as_bytes(),
        cookie_name.as_bytes(),
    ] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize_fixed().into()
}

/// The envelope of a session that was made and written at `at`, in Unix milliseconds.
pub(super) fn envelope(at: u64, fields: &str) -> String {
    format!(r#"{{"id":"AAAAAAAAAAAAAAAAAAAAAA","iat":{at},"ts":{at},"v":1,"d":{fields}}}"#)
}

/// Ciphertext and nonce of a cookie in the fastify format.
pub(super) fn fastify_parts(key: &Key, plaintext: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (secretbox(key.expose_bytes(), plaintext), NONCE.to_vec())
}

/// The value of a cookie in the fastify format.
pub(super) fn fastify(key: &Key, plaintext: impl AsRef<[u8]>) -> String {
    let (sealed, nonce) = fastify_parts(key, plaintext.as_ref());
    fastify_value(&sealed, &nonce)
}

pub(super) fn fastify_value(sealed: &[u8], nonce: &[u8]) -> String {
    let text = format!("{}%3B{}", STANDARD.encode(sealed), STANDARD.encode(nonce));
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}
