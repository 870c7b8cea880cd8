//! What of a fastify session is as in Node, and its signature.

use super::Config;
#[cfg(feature = "signed")]
use crate::format::fastify::Signing;
use crate::{Deviation, FastifyPolicy, SecureSession};

impl<T: SecureSession> Config<T> {
    /// Fastify format: behaves as @fastify/secure-session wherever this library is stricter. See
    /// [`Deviation`] for the list.
    pub const fn as_node(mut self) -> Self {
        self.draft.policy = FastifyPolicy::AS_NODE;
        self
    }

    /// Fastify format: behaves as @fastify/secure-session in one respect.
    pub const fn as_node_in(mut self, deviation: Deviation) -> Self {
        self.draft.policy = self.draft.policy.as_node_in(deviation);
        self
    }

    /// Fastify format: the cookie is signed besides being sealed, as with `signed: true` in Node;
    /// the secret is derived from the keys.
    #[cfg(feature = "signed")]
    pub fn signed(mut self) -> Self {
        self.draft.signing = Signing::WithKeys;
        self
    }

    /// Fastify format: the cookie is signed with `secret`, as in Node with the option `secret` or
    /// with @fastify/cookie's own. Called again, for a secret that still verifies.
    #[cfg(feature = "signed")]
    pub fn signed_with(mut self, secret: impl Into<Vec<u8>>) -> Self {
        let secret = zeroize::Zeroizing::new(secret.into());
        match &mut self.draft.signing {
            Signing::WithSecrets(secrets) => secrets.push(secret),
            signing => *signing = Signing::WithSecrets(vec![secret]),
        }
        self
    }
}
