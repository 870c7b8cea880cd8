//! The keys on the server: the prefix, what it is, and a hash.

use std::{io::Write, sync::Arc};

use ::redis::{RedisWrite, ToRedisArgs};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::store::{PrincipalId, SessionKey};

/// Letters of a hash.
const LETTERS: usize = (32_usize * 4).div_ceil(3);

/// Makes the names of keys. A hash is written in 43 letters without a colon, so that no record has
/// the name of something else.
#[derive(Clone, Debug)]
pub(super) struct Names(Arc<str>);

impl Names {
    pub(super) fn new(prefix: impl Into<Arc<str>>) -> Self {
        Self(prefix.into())
    }

    pub(super) fn prefix(&self) -> &str {
        &self.0
    }

    pub(super) fn record(&self, key: &SessionKey) -> Name<'_> {
        self.name("", key.as_bytes())
    }

    pub(super) fn index(&self, principal: &PrincipalId) -> Name<'_> {
        self.name("p:", principal.as_bytes())
    }

    pub(super) fn revocation(&self, key: &SessionKey) -> Name<'_> {
        self.name("r:", key.as_bytes())
    }

    pub(super) fn epoch(&self, principal: &PrincipalId) -> Name<'_> {
        self.name("e:", principal.as_bytes())
    }

    fn name(&self, kind: &'static str, hash: &[u8; 32]) -> Name<'_> {
        let mut letters = [0; LETTERS];
        // It has room for them.
        let _encoded = BASE64_URL_SAFE_NO_PAD.encode_slice(hash, &mut letters);
        Name {
            prefix: &self.0,
            kind,
            letters,
        }
    }
}

/// The name of a key, which is put together where it is sent from.
#[derive(Debug)]
pub(super) struct Name<'a> {
    prefix: &'a str,
    kind: &'static str,
    letters: [u8; LETTERS],
}

impl Name<'_> {
    /// In bytes.
    pub(super) const fn length(&self) -> usize {
        self.prefix.len() + self.kind.len() + LETTERS
    }

    fn parts(&self) -> [&[u8]; 3] {
        [self.prefix.as_bytes(), self.kind.as_bytes(), &self.letters]
    }
}

impl ToRedisArgs for Name<'_> {
    fn write_redis_args<W: ?Sized + RedisWrite>(&self, out: &mut W) {
        let mut argument = out.writer_for_next_arg();
        for part in self.parts() {
            // Memory takes all that is written to it.
            let _written = argument.write_all(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_names() {
        let names = Names::new("app:");
        let (key, principal) = (
            SessionKey::from_bytes([255; 32]),
            PrincipalId::from_bytes([255; 32]),
        );
        let hash = "__________________________________________8";
        for (name, written) in [
            (names.record(&key), format!("app:{hash}")),
            (names.index(&principal), format!("app:p:{hash}")),
            (names.revocation(&key), format!("app:r:{hash}")),
            (names.epoch(&principal), format!("app:e:{hash}")),
        ] {
            assert_eq!(name.length(), written.len());
            assert_eq!(name.to_redis_args(), [written.into_bytes()]);
        }
    }
}
