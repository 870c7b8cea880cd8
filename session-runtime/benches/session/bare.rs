//! The same work without this library: what the cases are compared with.

use std::task::{Context, Poll};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto_secretbox::{AeadInPlace, KeyInit, XSalsa20Poly1305};
use tower_layer::Layer;
use tower_service::Service;

use crate::Outcome;

/// A layer that does nothing. `Router::layer` has a price whatever the layer.
#[derive(Clone)]
pub(crate) struct NoLayer;

#[derive(Clone)]
pub(crate) struct NoService<S>(S);

impl<S> Layer<S> for NoLayer {
    type Service = NoService<S>;

    fn layer(&self, inner: S) -> NoService<S> {
        NoService(inner)
    }
}

impl<S: Service<Request>, Request> Service<Request> for NoService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> S::Future {
        self.0.call(request)
    }
}

const KEY: [u8; 32] = [7; 32];
const NONCE: usize = 24;

/// A nonce, the cipher and base64: no cookie of this format can cost less.
pub(crate) fn seal(plaintext: &[u8]) -> Outcome<String> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce)?;
    let mut bytes = Vec::with_capacity(NONCE + 16 + plaintext.len());
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(plaintext);
    let (_, text) = bytes.split_at_mut(NONCE);
    let cipher = XSalsa20Poly1305::new(&KEY.into());
    let tag = cipher
        .encrypt_in_place_detached(&nonce.into(), b"", text)
        .map_err(|_| "not sealed")?;
    bytes.extend_from_slice(&tag);
    Ok(URL_SAFE_NO_PAD.encode(&bytes))
}

/// The way back.
pub(crate) fn open(value: &str) -> Outcome<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(value)?;
    let (rest, tag) = bytes.split_last_chunk_mut::<16>().ok_or("too short")?;
    let (nonce, text) = rest.split_first_chunk_mut::<NONCE>().ok_or("too short")?;
    let (nonce, tag) = ((*nonce).into(), (*tag).into());
    let cipher = XSalsa20Poly1305::new(&KEY.into());
    cipher
        .decrypt_in_place_detached(&nonce, b"", text, &tag)
        .map_err(|_| "not sealed with this key")?;
    Ok(bytes)
}
