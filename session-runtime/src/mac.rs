//! The code that @fastify/cookie puts behind a text: `text.mac`.
//!
//! ```text
//! mac = base64, without padding, of HMAC(algorithm, secret, text)
//! ```

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use hmac::{Hmac, Mac, digest::KeyInit};
use sha2::{Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The hash of an HMAC; Node's name of it is the option `algorithm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
#[cfg_attr(
    not(feature = "fastify-session"),
    expect(dead_code, unreachable_pub, reason = "chosen with that feature alone")
)]
pub enum Algorithm {
    /// `sha256`, the default.
    #[default]
    Sha256,
    /// `sha384`.
    Sha384,
    /// `sha512`.
    Sha512,
}

// No `Debug`: it is a key.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    pub(crate) const fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    pub(crate) fn mac(&self, algorithm: Algorithm, text: &str) -> String {
        match algorithm {
            Algorithm::Sha256 => encoded::<Hmac<Sha256>>(&self.0, text),
            Algorithm::Sha384 => encoded::<Hmac<Sha384>>(&self.0, text),
            Algorithm::Sha512 => encoded::<Hmac<Sha512>>(&self.0, text),
        }
    }

    /// Compares the text of the code, as Node does: a padded or URL-safe spelling is none.
    pub(crate) fn verifies(&self, algorithm: Algorithm, text: &str, mac: &str) -> bool {
        let expected = self.mac(algorithm, text);
        expected.as_bytes().ct_eq(mac.as_bytes()).into()
    }
}

fn encoded<H: Mac + KeyInit>(secret: &[u8], text: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC hashes keys that are too long")]
    let mut mac = <H as Mac>::new_from_slice(secret).expect("HMAC takes any key");
    mac.update(text.as_bytes());
    STANDARD_NO_PAD.encode(mac.finalize().into_bytes())
}
