//! Who is who in a store: hashes bound to the application and the session.

use sha2::{Digest, Sha256};

use crate::store::{PrincipalId, SessionKey};

/// Bytes that SHA-256 takes at once.
const BLOCK: usize = 64;

/// The names that keys and principals of one session are bound to, hashed in advance.
///
/// ```text
/// SHA-256( length-prefixed: label, application, session's name ‖ zeros to a whole block ‖ what is named )
/// ```
///
/// Length-prefixed, so that no two tuples give the same bytes: a cookie of one session finds
/// nothing under the name of another, nor in the staging system.
#[derive(Clone)]
pub(crate) struct Identity {
    record: Sha256,
    cookie: Sha256,
    principal: Sha256,
    csrf: Sha256,
}

impl Identity {
    pub(crate) fn new(application: &str, session: &str) -> Self {
        let bound_to = |label: &str| {
            let (mut hash, mut length) = (Sha256::new(), 0);
            for part in [label, application, session] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
                length += size_of::<u64>() + part.len();
            }
            // What is named takes a block of its own then, and up to 55 bytes take no more.
            hash.update(vec![0; length.next_multiple_of(BLOCK) - length]);
            hash
        };
        Self {
            record: bound_to("session record"),
            cookie: bound_to("session in a cookie"),
            principal: bound_to("principal"),
            csrf: bound_to("csrf secret"),
        }
    }

    /// The key of the record that a cookie's locator points at.
    pub(crate) fn record(&self, locator: &[u8]) -> SessionKey {
        SessionKey::from_bytes(finish(&self.record, locator))
    }

    /// The key under which a session that lives in its cookie is revoked.
    pub(crate) fn cookie(&self, id: &[u8]) -> SessionKey {
        SessionKey::from_bytes(finish(&self.cookie, id))
    }

    pub(crate) fn principal(&self, name: &str) -> PrincipalId {
        PrincipalId::from_bytes(finish(&self.principal, name.as_bytes()))
    }

    /// What tokens against forged requests are made of, of a session that nobody else knows `secret`
    /// of.
    pub(crate) fn csrf(&self, secret: &[u8]) -> [u8; 32] {
        finish(&self.csrf, secret)
    }
}

fn finish(bound: &Sha256, named: &[u8]) -> [u8; 32] {
    bound.clone().chain_update(named).finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn d06_names_are_bound_without_ambiguity() {
        let tuples = [
            ("a", "bc"),
            ("ab", "c"),
            ("", "abc"),
            ("abc", ""),
            ("a", "b"),
        ];
        let keys: BTreeSet<_> = tuples
            .iter()
            .flat_map(|(application, session)| {
                let identity = Identity::new(application, session);
                [
                    identity.record(b"x"),
                    identity.cookie(b"x"),
                    identity.record(b"y"),
                ]
            })
            .collect();
        assert_eq!(keys.len(), tuples.len() * 3);
    }

    #[test]
    fn d36_a_key_is_a_hash_of_the_locator() {
        let key = Identity::new("app", "auth").record(&[7; 16]);
        assert!(!key.as_bytes().windows(4).any(|window| window == [7; 4]));
    }

    /// Records and revocations outlive an update: from the first release on this must not change.
    #[test]
    fn keys_are_what_they_were() {
        let identity = Identity::new("shop", "auth");
        let shown = base16ct::lower::encode_string(identity.record(&[1; 16]).as_bytes());
        assert_eq!(
            shown,
            "c2bb35227901d702cec26eb6ba872cfe562c5498a44c55e8345ac2b0c66bceb0"
        );
        let shown = base16ct::lower::encode_string(identity.principal("7").as_bytes());
        assert_eq!(
            shown,
            "66cb13fffa95d0c5a350d1f1fd55a15b92cd92d3cdd5f99a7fded6720cf2df1d"
        );
    }
}
