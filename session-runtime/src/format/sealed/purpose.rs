//! From a master key to the key of one purpose.
//!
//! Key and key id are BLAKE2b-256 of a purpose, keyed with the master key, each under a label of
//! its own. The purpose names application, session and cookie, so that a value moved to another of
//! them meets another key: a secretbox has no associated data to bind them with.

use blake2::{
    Blake2bMac,
    digest::{FixedOutput, KeyInit, Update, consts::U32},
};
use zeroize::Zeroizing;

use crate::{key::Key, seal};

pub(super) const KEY_ID: usize = 4;

/// What a value is sealed for. The same words, and only they, open it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Purpose<'a> {
    /// Separates deployments that share a key, such as staging.
    pub(crate) application: &'a str,
    pub(crate) session: &'a str,
    pub(crate) cookie_name: &'a str,
}

impl Purpose<'_> {
    /// The purpose as bytes that no other purpose, label or version has: each part follows its
    /// length, so that no word can run over into the next.
    fn encode(&self, label: &str, version: u8) -> Vec<u8> {
        let parts = [
            label.as_bytes(),
            &[version],
            self.application.as_bytes(),
            self.session.as_bytes(),
            self.cookie_name.as_bytes(),
        ];
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// What a master key becomes for one purpose: a name that is no secret, and a key of its own.
// No `Debug`: it is a key.
pub(super) struct Subkey {
    pub(super) id: [u8; KEY_ID],
    pub(super) sealing: Zeroizing<[u8; seal::KEY]>,
}

impl Subkey {
    pub(super) fn derive(master: &Key, purpose: &Purpose<'_>, version: u8) -> Self {
        let sealing = keyed_hash(
            master,
            &purpose.encode("session-runtime sealing key", version),
        );
        let [a, b, c, d, ..] =
            *keyed_hash(master, &purpose.encode("session-runtime key id", version));
        Self {
            id: [a, b, c, d],
            sealing,
        }
    }
}

/// What tokens against forged requests are made with.
// No `Debug`: it is a key.
#[derive(Clone)]
pub(crate) struct CsrfKey(Key);

impl CsrfKey {
    pub(crate) fn derive(master: &Key, purpose: &Purpose<'_>) -> Self {
        let key = keyed_hash(master, &purpose.encode("session-runtime csrf key", 1));
        Self(Key::from_bytes(*key))
    }

    /// Of the session `id`.
    pub(crate) fn secret(&self, id: &[u8]) -> Zeroizing<[u8; 32]> {
        keyed_hash(&self.0, id)
    }
}

fn keyed_hash(master: &Key, message: &[u8]) -> Zeroizing<[u8; 32]> {
    #[expect(clippy::expect_used, reason = "BLAKE2b takes keys of up to 64 bytes")]
    let mut hash =
        Blake2bMac::<U32>::new_from_slice(master.expose_bytes()).expect("a key has 32 bytes");
    hash.update(message);
    let mut out = Zeroizing::new([0; 32]);
    hash.finalize_into(out.as_mut_slice().into());
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const PURPOSE: Purpose<'_> = Purpose {
        application: "shop",
        session: "auth",
        cookie_name: "__Host-auth",
    };

    #[test]
    fn d06_a_letter_cannot_move_from_one_name_to_the_next() {
        let purposes = [
            ("ab", "c", "d"),
            ("a", "bc", "d"),
            ("", "abc", "d"),
            ("ab", "", "cd"),
        ];
        let encoded: HashSet<_> = purposes
            .iter()
            .map(|&(application, session, cookie_name)| {
                Purpose {
                    application,
                    session,
                    cookie_name,
                }
                .encode("label", 1)
            })
            .collect();
        assert_eq!(encoded.len(), purposes.len());
        assert_ne!(PURPOSE.encode("label", 1), PURPOSE.encode("label", 2));
        assert_ne!(PURPOSE.encode("label", 1), PURPOSE.encode("labe", 1));
    }

    #[test]
    fn key_and_key_id_are_independent() {
        let Subkey { id, sealing } = Subkey::derive(&Key::from_bytes([7; 32]), &PURPOSE, 1);
        assert_ne!(id, sealing[..KEY_ID]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn d06_purposes_that_differ_are_written_differently(
            a in ["[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"],
            b in ["[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"],
            versions in (0..2_u8, 0..2_u8),
        ) {
            let encode = |[label, application, session, cookie_name]: &[String; 4], version| {
                Purpose { application, session, cookie_name }.encode(label, version)
            };
            let same = a == b && versions.0 == versions.1;
            prop_assert_eq!(encode(&a, versions.0) == encode(&b, versions.1), same);
        }
    }
}
