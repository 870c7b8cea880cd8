//! Under what a store keeps things: hashes, from which nothing can be signed in.

use std::fmt;

/// The key of a record: SHA-256 over the application, the session's name and the locator of its
/// cookie.
///
/// 32 bytes, equally distributed. Sessions of different names and applications can share a store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey([u8; 32]);

/// Somebody who has sessions: SHA-256 over the application, the session's name and the field marked
/// `#[session(principal)]`.
///
/// 32 bytes, equally distributed. Of a principal that can be guessed, as a number can, it hides
/// nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalId([u8; 32]);

macro_rules! hash {
    ($name:ident) => {
        impl $name {
            /// The hash, as a store has kept it.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The hash, for a store to keep.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        // It names one session or person: logs have no use for it, and outlive both.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

hash!(SessionKey);
hash!(PrincipalId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d32_keys_are_not_shown() {
        assert_eq!(
            format!("{:?}", SessionKey::from_bytes([7; 32])),
            "SessionKey(…)"
        );
        assert_eq!(
            format!("{:?}", PrincipalId::from_bytes([7; 32])),
            "PrincipalId(…)"
        );
    }
}
