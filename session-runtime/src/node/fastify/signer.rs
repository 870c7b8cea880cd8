//! What vouches for the ids in cookies.

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    error::ConfigError,
    mac::{Algorithm, Secret},
};

/// Vouches for the ids in cookies, so that nobody can try others: `secret` in Node, where it may be
/// an object with `sign` and `unsign`.
///
/// [`Secrets`] is what nearly everybody wants. Implement it to sign elsewhere, or as some other
/// program does. Both are called on the request's own thread: do not wait.
///
/// # Security
///
/// Compare in constant time, and let nothing be taken off a text that was not put there.
pub trait Signer: fmt::Debug + Send + Sync + 'static {
    /// The text that stands for `id` in a cookie.
    fn sign(&self, id: &str) -> String;

    /// The id in such a text; `None`: nobody here has signed it.
    fn unsign(&self, signed: &str) -> Option<Unsigned>;
}

/// An id that was vouched for.
// No `Debug`: whoever has an id and the secret has the session.
#[derive(Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "signers of others make it, and must know all"
)]
pub struct Unsigned {
    /// The id.
    pub id: String,
    /// It was signed with a secret that is not the current one: the cookie is sent anew. `renew`
    /// in Node.
    pub is_stale: bool,
}

impl fmt::Debug for Unsigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsigned")
            .field("is_stale", &self.is_stale)
            .finish_non_exhaustive()
    }
}

/// The secrets that ids are signed with by HMAC, as @fastify/cookie does: the first signs, all
/// verify.
///
/// ```
/// use session_runtime::fastify_session::{Algorithm, Secrets};
///
/// # fn main() -> Result<(), session_runtime::ConfigError> {
/// # let (old, new) = ("cNaoPYAwF60HZJzkcNaoPYAwF60HZJzk", "3Eo7x4KpBv0mXhTq9sLzWfYd2RgJcNuA");
/// let secrets = Secrets::new(old)?;
/// // During a rotation: the new one signs, the old one still verifies.
/// let secrets = Secrets::rotated([new, old])?.algorithm(Algorithm::Sha512);
/// # let _ = secrets;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "secrets do nothing until they are given to `FastifySession::new`"]
pub struct Secrets {
    /// Never empty.
    secrets: Vec<Secret>,
    algorithm: Algorithm,
}

/// The length that Node asks of a single secret, in the units of JavaScript.
const SHORTEST: usize = 32;

impl Secrets {
    /// One secret. Node takes its bytes as UTF-8.
    ///
    /// # Errors
    ///
    /// If it has fewer than 32 characters, of which JavaScript counts some, such as emoji, as two.
    pub fn new(secret: impl Into<String>) -> Result<Self, ConfigError> {
        let secret = Zeroizing::new(secret.into());
        if is_short(&secret) {
            return Err(ConfigError::new(
                "secret",
                "has fewer than 32 characters, too few to withstand guessing: make one of random \
                 bytes, for instance with `session keygen`",
            ));
        }
        Ok(Self::of(vec![secret]))
    }

    /// Several secrets: the first signs, all verify. What another than the first has signed is
    /// signed anew with the next response.
    ///
    /// Give a new one to every server behind the others first, and put it in front when all have
    /// it: then nobody is signed out.
    ///
    /// # Errors
    ///
    /// If there is none, or one is empty. One of fewer than 32 characters, which Node takes here, is
    /// taken too, with a warning in the log.
    pub fn rotated<S: Into<String>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, ConfigError> {
        let secrets = secrets
            .into_iter()
            .map(|secret| Zeroizing::new(secret.into()));
        let secrets: Vec<_> = secrets.collect();
        if secrets.is_empty() {
            return Err(ConfigError::new(
                "secrets",
                "there is none: give at least one",
            ));
        }
        if secrets.iter().any(|secret| secret.is_empty()) {
            return Err(ConfigError::new(
                "secrets",
                "one is empty, so that anybody could sign with it: remove it",
            ));
        }
        #[cfg(feature = "tracing")]
        if secrets.iter().any(|secret| is_short(secret)) {
            tracing::warn!(target: "session", "a signing secret has fewer than 32 characters");
        }
        Ok(Self::of(secrets))
    }

    fn of(secrets: Vec<Zeroizing<String>>) -> Self {
        let bytes = |secret: Zeroizing<String>| Zeroizing::new(secret.as_bytes().to_vec());
        Self {
            secrets: secrets.into_iter().map(bytes).map(Secret::new).collect(),
            algorithm: Algorithm::default(),
        }
    }

    /// The hash of the HMAC: `algorithm` in Node. Default: SHA-256.
    pub const fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }
}

fn is_short(secret: &str) -> bool {
    secret.encode_utf16().count() < SHORTEST
}

impl Signer for Secrets {
    fn sign(&self, id: &str) -> String {
        let mac = self
            .secrets
            .first()
            .map(|secret| secret.mac(self.algorithm, id));
        format!("{id}.{}", mac.unwrap_or_default())
    }

    fn unsign(&self, signed: &str) -> Option<Unsigned> {
        let (id, mac) = signed.rsplit_once('.')?;
        let mut secrets = self.secrets.iter();
        let place = secrets.position(|secret| secret.verifies(self.algorithm, id, mac))?;
        Some(Unsigned {
            id: id.to_owned(),
            is_stale: place > 0,
        })
    }
}

/// Tells how many there are, and none of them.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("count", &self.secrets.len())
            .field("algorithm", &self.algorithm)
            .finish()
    }
}
