//! The keys on the server: the prefix, what it is, and a hash.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::store::{PrincipalId, SessionKey};

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

    pub(super) fn record(&self, key: &SessionKey) -> String {
        self.name("", key.as_bytes())
    }

    pub(super) fn index(&self, principal: &PrincipalId) -> String {
        self.name("p:", principal.as_bytes())
    }

    pub(super) fn revocation(&self, key: &SessionKey) -> String {
        self.name("r:", key.as_bytes())
    }

    pub(super) fn epoch(&self, principal: &PrincipalId) -> String {
        self.name("e:", principal.as_bytes())
    }

    fn name(&self, kind: &str, hash: &[u8; 32]) -> String {
        let mut name = String::with_capacity(self.0.len() + kind.len() + 43);
        name.push_str(&self.0);
        name.push_str(kind);
        BASE64_URL_SAFE_NO_PAD.encode_string(hash, &mut name);
        name
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
        assert_eq!(names.record(&key), format!("app:{hash}"));
        assert_eq!(names.index(&principal), format!("app:p:{hash}"));
        assert_eq!(names.revocation(&key), format!("app:r:{hash}"));
        assert_eq!(names.epoch(&principal), format!("app:e:{hash}"));
    }
}
