//! The signature that @fastify/cookie puts behind a value: `value.mac`.
//!
//! The seal authenticates already and a signature adds nothing to it. It is here because a Node
//! that is told `signed: true` writes one.

use super::Signing;
use crate::{
    error::ConfigError,
    format::deviation::{Deviation, FastifyPolicy},
    keyring::Keyring,
    reason::Reason,
};

/// Signs and verifies the text of cookies, or lets it pass where signing is off.
pub(super) struct Signer {
    /// The first signs, all verify. None: off.
    secrets: Vec<Secret>,
    policy: FastifyPolicy,
}

impl Signer {
    pub(super) fn new(
        signing: Signing,
        keyring: &Keyring,
        policy: FastifyPolicy,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            secrets: secrets(signing, keyring, policy)?,
            policy,
        })
    }

    pub(super) fn sign(&self, value: String) -> String {
        match self.secrets.first() {
            Some(secret) => format!("{value}.{}", secret.mac(&value)),
            None => value,
        }
    }

    /// The value without its signature, and whether another than the first secret made it.
    ///
    /// Node splits at the last dot and compares the text of the MAC, so that a padded or URL-safe
    /// spelling is no signature.
    pub(super) fn unsign<'t>(&self, text: &'t str) -> Result<(&'t str, bool), Reason> {
        if self.secrets.is_empty() {
            return Ok((text, false));
        }
        let verified = text.rsplit_once('.').and_then(|(value, mac)| {
            let index = self
                .secrets
                .iter()
                .position(|secret| secret.verifies(value, mac))?;
            Some((value, index > 0))
        });
        match verified {
            Some((value, stale)) => Ok((
                value,
                stale && !self.policy.follows_node(Deviation::SigningKeyRotation),
            )),
            // Node goes on with the text as it is: a bare value opens, and a wrong signature makes
            // the nonce too long.
            None if self.policy.follows_node(Deviation::UnsignedAccepted) => Ok((text, false)),
            None => Err(Reason::Tampered),
        }
    }

    pub(super) fn removal_value(&self) -> String {
        if self.policy.follows_node(Deviation::SignedRemoval) {
            self.sign(String::new())
        } else {
            String::new()
        }
    }

    /// Bytes of a signature on the wire, percent-encoding included.
    pub(super) fn expected_len(&self) -> usize {
        // A dot and 43 characters of base64, of which one in 32 is escaped.
        if self.secrets.is_empty() { 0 } else { 47 }
    }
}

#[cfg(feature = "signed")]
use signed::{Secret, secrets};

#[cfg(feature = "signed")]
mod signed {
    use blake2::{Blake2b, Digest, digest::consts::U32};
    use zeroize::Zeroizing;

    use super::{ConfigError, Deviation, FastifyPolicy, Keyring, Signing};
    use crate::{
        key::Key,
        mac::{self, Algorithm},
    };

    pub(super) struct Secret(mac::Secret);

    impl Secret {
        /// The secret that @fastify/secure-session derives from a key: the hexadecimal text of its
        /// hash, as bytes.
        fn derive(key: &Key) -> Self {
            let hash = Zeroizing::new(<[u8; 32]>::from(Blake2b::<U32>::digest(key.expose_bytes())));
            let text = base16ct::lower::encode_string(hash.as_slice());
            Self(mac::Secret::new(Zeroizing::new(text.into_bytes())))
        }

        pub(super) fn mac(&self, value: &str) -> String {
            self.0.mac(Algorithm::Sha256, value)
        }

        pub(super) fn verifies(&self, value: &str, mac: &str) -> bool {
            self.0.verifies(Algorithm::Sha256, value, mac)
        }
    }

    pub(super) fn secrets(
        signing: Signing,
        keyring: &Keyring,
        policy: FastifyPolicy,
    ) -> Result<Vec<Secret>, ConfigError> {
        match signing {
            Signing::Off => Ok(Vec::new()),
            Signing::WithKeys => {
                let first_only = policy.follows_node(Deviation::SigningKeyRotation);
                let count = if first_only { 1 } else { usize::MAX };
                Ok(keyring.keys().take(count).map(Secret::derive).collect())
            }
            Signing::WithSecrets(secrets) if secrets.is_empty() => Err(ConfigError::new(
                "signing secrets",
                "there is none; give at least one",
            )),
            Signing::WithSecrets(secrets) if secrets.iter().any(|secret| secret.is_empty()) => {
                Err(ConfigError::new(
                    "signing secrets",
                    "one is empty; anybody could sign with it",
                ))
            }
            Signing::WithSecrets(secrets) => {
                let secrets = secrets.into_iter().map(mac::Secret::new);
                Ok(secrets.map(Secret).collect())
            }
        }
    }
}

/// Without the feature there are no secrets, and the compiler knows it.
#[cfg(not(feature = "signed"))]
enum Secret {}

#[cfg(not(feature = "signed"))]
impl Secret {
    fn mac(&self, _: &str) -> String {
        match *self {}
    }

    fn verifies(&self, _: &str, _: &str) -> bool {
        match *self {}
    }
}

#[cfg(not(feature = "signed"))]
#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
fn secrets(_: Signing, _: &Keyring, _: FastifyPolicy) -> Result<Vec<Secret>, ConfigError> {
    Ok(Vec::new())
}

#[cfg(test)]
#[cfg(feature = "signed")]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::key::Key;

    const VALUE: &str = "sealed;nonce";

    fn keyring(keys: &str) -> Keyring {
        let mut keys = keys.chars().map(|digit| {
            Key::from_hex(&format!(
                "{digit}f03d154fe9ace52ab3085fa83eba3a0245efeb1709664ee7da35b1a026d2769"
            ))
            .unwrap()
        });
        let current = Keyring::new(keys.next().unwrap());
        keys.fold(current, Keyring::also_open)
    }

    fn with_keys(keys: &str, policy: FastifyPolicy) -> Signer {
        Signer::new(Signing::WithKeys, &keyring(keys), policy).unwrap()
    }

    fn with_secrets(secrets: &[&str]) -> Result<Signer, ConfigError> {
        let secrets = secrets
            .iter()
            .map(|secret| Zeroizing::new(secret.as_bytes().to_vec()));
        let signing = Signing::WithSecrets(secrets.collect());
        Signer::new(signing, &keyring("1"), FastifyPolicy::STRICT)
    }

    #[test]
    fn the_secret_of_a_key_is_the_one_that_node_derives() {
        let file = include_str!("../../../../tests/interop/vectors/secure-session.keys.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let mut seen = 0;
        for vector in file["vectors"].as_array().unwrap() {
            let Some(key) = vector["first_key_hex"].as_str() else {
                continue;
            };
            let keyring = Keyring::new(Key::from_hex(key).unwrap());
            let derived = Signer::new(Signing::WithKeys, &keyring, FastifyPolicy::STRICT).unwrap();
            let given = with_secrets(&[vector["cookie_signing_secret"].as_str().unwrap()]).unwrap();
            assert_eq!(
                derived.sign(VALUE.into()),
                given.sign(VALUE.into()),
                "{}",
                vector["id"]
            );
            seen += 1;
        }
        assert_eq!(seen, 3);
    }

    /// A session id signed by @fastify/session, which signs with @fastify/cookie too.
    #[test]
    fn a_signature_is_the_one_that_node_writes() {
        let signer = with_secrets(&["cNaoPYAwF60HZJzkcNaoPYAwF60HZJzk"]).unwrap();
        assert_eq!(
            signer.sign("Qk_XT2K7-clT-x1tVvoY6tIQ83iP72KN".to_owned()),
            "Qk_XT2K7-clT-x1tVvoY6tIQ83iP72KN.B7fUDYXU9fXF9pNuL3qm4NVmSduLJ6kzCOPh5JhHGoE"
        );
    }

    #[test]
    fn d35_any_other_text_of_a_signature_is_refused() {
        let signer = with_keys("1", FastifyPolicy::STRICT);
        let good = signer.sign(VALUE.to_owned());
        assert_eq!(signer.unsign(&good), Ok((VALUE, false)));
        let dot = VALUE.len();
        for place in (0..good.len()).filter(|place| *place != dot) {
            let mut bad = good.clone().into_bytes();
            bad[place] = if bad[place] == b'A' { b'B' } else { b'A' };
            let bad = String::from_utf8(bad).unwrap();
            assert_eq!(signer.unsign(&bad), Err(Reason::Tampered), "at {place}");
        }
        for bad in [
            &format!("{good}="),
            &format!("{good}."),
            VALUE,
            "",
            ".",
            &good[..good.len() - 1],
        ] {
            assert_eq!(signer.unsign(bad), Err(Reason::Tampered), "{bad}");
        }
    }

    #[test]
    fn the_last_dot_is_where_the_signature_begins() {
        let signer = with_keys("1", FastifyPolicy::STRICT);
        let text = signer.sign("a.b.c".to_owned());
        assert_eq!(signer.unsign(&text), Ok(("a.b.c", false)));
    }

    #[test]
    fn as_node_leaves_an_unverified_text_as_it_is() {
        let signer = with_keys("1", FastifyPolicy::AS_NODE);
        for text in [VALUE, "sealed;nonce.forged", ""] {
            assert_eq!(signer.unsign(text), Ok((text, false)));
        }
        assert_eq!(
            signer.unsign(&signer.sign(VALUE.into())),
            Ok((VALUE, false))
        );
    }

    #[test]
    fn every_key_verifies_and_only_the_first_signs() {
        let old = with_keys("1", FastifyPolicy::STRICT).sign(VALUE.to_owned());
        let rotated = with_keys("21", FastifyPolicy::STRICT);
        assert_eq!(rotated.unsign(&old), Ok((VALUE, true)));
        assert_eq!(
            with_keys("1", FastifyPolicy::STRICT).unsign(&rotated.sign(VALUE.into())),
            Err(Reason::Tampered)
        );
        // Node loses it: the text stays as it is, signature and all.
        assert_eq!(
            with_keys("21", FastifyPolicy::AS_NODE).unsign(&old),
            Ok((old.as_str(), false))
        );
    }

    #[test]
    fn given_secrets_all_verify_and_none_may_be_missing_or_empty() {
        let old = with_secrets(&["old"]).unwrap().sign(VALUE.to_owned());
        assert_eq!(
            with_secrets(&["new", "old"]).unwrap().unsign(&old),
            Ok((VALUE, true))
        );
        assert!(with_secrets(&[]).is_err());
        assert!(with_secrets(&["new", ""]).is_err());
    }

    #[test]
    fn a_removal_is_signed_as_node_does_it_and_else_empty() {
        // Key and expected value are those of the vector `pub-ss-signed-delete`.
        assert_eq!(
            with_keys("0", FastifyPolicy::AS_NODE).removal_value(),
            ".oTovi+wDfrthjTYPvuVzW1HRb8R77s90DOq7asAquEo"
        );
        assert_eq!(with_keys("0", FastifyPolicy::STRICT).removal_value(), "");
    }
}
