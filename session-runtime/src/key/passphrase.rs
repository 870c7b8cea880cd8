//! A key derived from a passphrase, as libsodium derives it at its moderate setting.

use argon2::{Algorithm, Argon2, Params, Version};

use super::{Key, LEN};
use crate::error::ConfigError;

// libsodium: `crypto_pwhash_OPSLIMIT_MODERATE`, `crypto_pwhash_MEMLIMIT_MODERATE`. Another value
// is another key, so that none of them may ever change.
const PASSES: u32 = 3;
const MEMORY_KIB: u32 = 262_144;
const LANES: u32 = 1;

/// Shorter secrets are refused by @fastify/secure-session too.
const SHORTEST_SECRET: usize = 32;

/// What @fastify/secure-session takes where no salt is given: `mq9hDxBVDbspDR6nLfFT1g==`.
const NODE_SALT: [u8; 16] = [
    0x9a, 0xaf, 0x61, 0x0f, 0x10, 0x55, 0x0d, 0xbb, 0x29, 0x0d, 0x1e, 0xa7, 0x2d, 0xf1, 0x53, 0xd6,
];

impl Key {
    /// The key that @fastify/secure-session derives from the same `secret` and `salt`.
    ///
    /// For a deployment that has a passphrase already. Where there is a choice, a key from
    /// [`Key::generate`] is stronger and starts faster. `secret` has at least 32 bytes; `salt` is
    /// 16 bytes of your own, need not be secret, and must never change.
    ///
    /// Argon2id version 1.3 with 3 passes over 256 MiB and one lane: about a second of work, once
    /// at start-up. On an async runtime call it before serving, or on a thread for blocking work.
    ///
    /// ```no_run
    /// # use session_runtime::{ConfigError, Key};
    /// let key = Key::from_passphrase(b"averylogphrasebiggerthanthirtytwochars", b"mq9hDxBVDbspDR6n")?;
    /// # Ok::<(), ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When `secret` has fewer than 32 bytes.
    ///
    /// # Security
    ///
    /// A client can test guesses against its own cookie for as long as it likes. The derivation
    /// makes each guess slow; only a `secret` that cannot be guessed makes them pointless.
    pub fn from_passphrase(secret: &[u8], salt: &[u8; 16]) -> Result<Self, ConfigError> {
        derive(secret, salt).map_err(|problem| ConfigError::new("Key::from_passphrase", problem))
    }

    /// The key that @fastify/secure-session derives from `secret` where no salt is configured.
    ///
    /// Only for joining such a deployment; otherwise [`Key::from_passphrase`], which see for time
    /// and memory.
    ///
    /// # Errors
    ///
    /// When `secret` has fewer than 32 bytes.
    ///
    /// # Security
    ///
    /// The salt is printed in that package's source and the same for all its users: one table of
    /// derived keys, computed once, serves against every deployment that relies on it.
    pub fn from_passphrase_with_node_salt(secret: &[u8]) -> Result<Self, ConfigError> {
        derive(secret, &NODE_SALT)
            .map_err(|problem| ConfigError::new("Key::from_passphrase_with_node_salt", problem))
    }
}

fn derive(secret: &[u8], salt: &[u8; 16]) -> Result<Key, String> {
    if secret.len() < SHORTEST_SECRET {
        return Err(format!(
            "a secret of {} bytes where 32 are the least",
            secret.len()
        ));
    }
    let mut key = Key::zeroed();
    Params::new(MEMORY_KIB, PASSES, LANES, Some(LEN))
        .and_then(|params| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
                secret,
                salt,
                key.bytes.as_mut_slice(),
            )
        })
        .map_err(|error| format!("argon2id failed: {error}"))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d34_node_derives_the_same_keys_with_256_mib() {
        let file = include_str!("../../../tests/interop/vectors/secure-session.keys.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let hex = |value: &serde_json::Value| {
            value
                .as_str()
                .map(|text| base16ct::lower::decode_vec(text).unwrap())
        };
        let mut seen = 0;
        for vector in file["vectors"].as_array().unwrap() {
            let Some(expected) = hex(&vector["derived_key_hex"]) else {
                continue;
            };
            let secret = hex(&vector["secret_bytes_hex"]).unwrap();
            let salt: [u8; 16] = hex(&vector["salt_bytes_hex"]).unwrap().try_into().unwrap();
            let key = match vector["config"].get("salt") {
                Some(_) => Key::from_passphrase(&secret, &salt),
                None => Key::from_passphrase_with_node_salt(&secret),
            };
            assert_eq!(
                key.unwrap().expose_bytes()[..],
                expected,
                "{}",
                vector["id"]
            );
            seen += 1;
        }
        assert_eq!(seen, 3);
    }

    #[test]
    fn d34_a_secret_of_31_bytes_is_refused_before_any_work() {
        let error = Key::from_passphrase(&[b'a'; 31], &NODE_SALT)
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "Key::from_passphrase: a secret of 31 bytes where 32 are the least"
        );
    }
}
