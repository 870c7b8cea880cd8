//! What the cookie of a stored session stands for: the key of its record, and the hash of its secret.

use super::{Identity, Origin, Token, token::Verifier};
use crate::{
    cache::{Cache, Fingerprint},
    store::SessionKey,
};

/// A token that came in a cookie, with the names that a store knows it by.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) token: Token,
    pub(crate) key: SessionKey,
    pub(crate) verifier: Verifier,
}

/// The cookie that it came in.
pub(super) struct Cookie<'h> {
    pub(super) shown: Shown,
    pub(super) spelling: Spelling<'h>,
}

/// How it is written, by which it is found when it comes again.
pub(super) struct Spelling<'h> {
    text: &'h [u8],
    /// `None`: it is kept already.
    missed: Option<Fingerprint>,
}

impl<'h> Cookie<'h> {
    /// What a cookie shows. `None`: it has not the shape of a token.
    ///
    /// Two hashes are made of it, which are the same each time: those of one that has found its session
    /// before are `known`.
    #[inline]
    pub(super) fn read(text: &'h [u8], known: &Cache<Shown>, identity: &Identity) -> Option<Self> {
        let fingerprint = known.fingerprint(text);
        let shown = known.get(fingerprint, text, Shown::clone);
        let missed = shown.is_none().then_some(fingerprint);
        let shown = match shown {
            Some(shown) => shown,
            None => Shown::new(Token::parse(text)?, identity),
        };
        let spelling = Spelling { text, missed };
        Some(Self { shown, spelling })
    }
}

impl Shown {
    fn new(token: Token, identity: &Identity) -> Self {
        Self {
            key: identity.record(token.locator()),
            verifier: token.verifier(),
            token,
        }
    }

    /// What the cookie of a session showed. `None`: it was loaded for nobody who has one.
    pub(super) fn of(origin: &Origin) -> Option<Self> {
        let token = origin.token.clone()?;
        Some(Self {
            key: origin.key,
            verifier: origin.verifier,
            token,
        })
    }
}

impl Spelling<'_> {
    /// It has found its session. Of a cookie that finds nothing nothing is kept: anybody could send one.
    #[inline]
    pub(super) fn keep(&self, known: &Cache<Shown>, shown: impl FnOnce() -> Option<Shown>) {
        if let Some(fingerprint) = self.missed {
            known.missed(fingerprint, self.text, shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn identity() -> Identity {
        Identity::new("shop", "auth")
    }

    fn is_known(text: &str, known: &Cache<Shown>) -> bool {
        let cookie = Cookie::read(text.as_bytes(), known, &identity()).unwrap();
        cookie.spelling.missed.is_none()
    }

    /// Shows it so often that it is known, if it finds something.
    fn show(text: &str, known: &Cache<Shown>, finds: bool) {
        for _ in 0..3 {
            let cookie = Cookie::read(text.as_bytes(), known, &identity()).unwrap();
            if finds {
                let Cookie { shown, spelling } = cookie;
                spelling.keep(known, || Some(shown));
            }
        }
    }

    #[test]
    fn what_is_known_of_a_cookie_is_what_is_made_of_it() {
        let known = Cache::new(8);
        let text = Token::draw(&Random::default()).unwrap().encode();
        let made = Cookie::read(text.as_bytes(), &known, &identity()).unwrap();
        show(&text, &known, true);
        assert!(is_known(&text, &known));
        let kept = Cookie::read(text.as_bytes(), &known, &identity()).unwrap();
        assert_eq!(kept.shown.token.encode(), text);
        assert_eq!(kept.shown.key, made.shown.key);
        assert!(kept.shown.verifier == made.shown.verifier);
    }

    #[test]
    fn d02_to_read_a_cookie_keeps_nothing_of_it() {
        let known = Cache::new(8);
        let text = Token::draw(&Random::default()).unwrap().encode();
        show(&text, &known, false);
        assert!(!is_known(&text, &known));
    }

    #[test]
    fn with_no_room_nothing_is_kept() {
        let known = Cache::new(0);
        let text = Token::draw(&Random::default()).unwrap().encode();
        show(&text, &known, true);
        assert!(!is_known(&text, &known));
    }
}
