//! Passwords, kept as argon2id hashes with the parameters that OWASP names (19 MiB, 2 passes).

use std::{fmt, sync::LazyLock};

use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{Error, SaltString},
};

/// The least that is taken, in letters. Nothing else is asked of a password: length is what counts.
pub(crate) const LEAST: usize = 10;
/// The most, so that nobody has the server hash a book.
pub(crate) const MOST: usize = 128;

/// A password's hash, in the PHC string format.
#[derive(Clone)]
pub(crate) struct PasswordHash(String);

impl PasswordHash {
    /// What was kept.
    pub(crate) const fn from_store(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Whether it is as long as it has to be.
pub(crate) fn is_acceptable(password: &str) -> bool {
    (LEAST..=MOST).contains(&password.chars().count())
}

/// Takes some 20 ms and 19 MiB: for a thread that may block.
pub(crate) fn hash(password: &str) -> Result<PasswordHash, Error> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| Error::Crypto)?;
    let salt = SaltString::encode_b64(&salt)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt)?;
    Ok(PasswordHash(hash.to_string()))
}

/// Whether `password` is the one that was hashed. Without a hash it is not, and that takes as long
/// to say, so that the time tells nobody which addresses have an account.
pub(crate) fn verify(password: &str, hash: Option<&PasswordHash>) -> bool {
    static NOBODYS: LazyLock<Option<PasswordHash>> = LazyLock::new(|| self::hash("nobody's").ok());
    let Some(kept) = hash.or(NOBODYS.as_ref()) else {
        return false;
    };
    let parsed = argon2::password_hash::PasswordHash::new(kept.as_str());
    let is_right = parsed.is_ok_and(|parsed| {
        let verified = Argon2::default().verify_password(password.as_bytes(), &parsed);
        verified.is_ok()
    });
    is_right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_its_own_hash_and_no_other() {
        let hash = hash("a kettle of lanterns").unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("a kettle of lanterns", Some(&hash)));
        assert!(!verify("a kettle of lantern", Some(&hash)));
        assert!(!verify("nobody's", None));
        assert_eq!(format!("{hash:?}"), "PasswordHash(…)");
    }
}
