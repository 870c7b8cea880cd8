//! How long the browser keeps a session's cookie, where a handler has said so: the session keeps it,
//! or the next cookie would be the configured one again, and "remember me" forgotten.

use super::{MAX_LIFETIME, Overrides};

/// What is kept of it, in seconds; nought: until the browser is closed.
pub(crate) type KeptLifetime = u32;

impl Overrides {
    /// What later cookies of the session are to have too, if this says anything of it. A date is not
    /// kept: it is one.
    pub(crate) fn lifetime_to_keep(&self) -> Option<KeptLifetime> {
        if self.ends_with_browser {
            return Some(0);
        }
        u32::try_from(self.max_age?).ok()
    }

    /// These, with the lifetime that the session has `kept` unless they have one of their own.
    pub(crate) fn or_kept(
        options: Option<Box<Self>>,
        kept: Option<KeptLifetime>,
    ) -> Option<Box<Self>> {
        let Some(kept) = kept else {
            return options;
        };
        let mut options = options.unwrap_or_default();
        if !options.has_lifetime() {
            options.ends_with_browser = kept == 0;
            options.max_age = (kept != 0).then_some(kept.into());
            // What comes from a store may be of somebody else.
            options.shorten_lifetime();
        }
        Some(options)
    }

    pub(crate) const fn has_lifetime(&self) -> bool {
        self.max_age.is_some() || self.expires.is_some() || self.ends_with_browser
    }
}

/// How long a handler may ask the browser to keep a cookie.
const _: () = assert!(MAX_LIFETIME.as_secs() <= KeptLifetime::MAX as u64);

#[cfg(test)]
mod tests {
    use super::*;

    fn max_age(seconds: u64) -> Overrides {
        Overrides {
            max_age: Some(seconds),
            ..Overrides::default()
        }
    }

    fn with_kept(options: Option<Overrides>, kept: Option<u32>) -> Option<(Option<u64>, bool)> {
        Overrides::or_kept(options.map(Box::new), kept)
            .map(|options| (options.max_age, options.ends_with_browser))
    }

    #[test]
    fn what_is_kept_counts_where_nothing_is_said() {
        assert_eq!(with_kept(None, None), None);
        assert_eq!(with_kept(None, Some(60)), Some((Some(60), false)));
        assert_eq!(with_kept(None, Some(0)), Some((None, true)));
        let other = Overrides {
            http_only: Some(false),
            ..Overrides::default()
        };
        assert_eq!(with_kept(Some(other), Some(60)), Some((Some(60), false)));
    }

    #[test]
    fn what_is_said_counts_more_than_what_is_kept() {
        assert_eq!(
            with_kept(Some(max_age(5)), Some(60)),
            Some((Some(5), false))
        );
        let at = Overrides {
            expires: Some(7),
            ..Overrides::default()
        };
        assert_eq!(with_kept(Some(at), Some(60)), Some((None, false)));
        let ends = Overrides {
            ends_with_browser: true,
            ..Overrides::default()
        };
        assert_eq!(with_kept(Some(ends), Some(60)), Some((None, true)));
    }

    #[test]
    fn d18_what_is_kept_is_no_longer_than_browsers_keep_it() {
        let kept = with_kept(None, Some(u32::MAX));
        assert_eq!(kept, Some((Some(MAX_LIFETIME.as_secs()), false)));
    }

    #[test]
    fn a_date_is_not_kept() {
        let at = Overrides {
            expires: Some(7),
            ..Overrides::default()
        };
        assert_eq!(at.lifetime_to_keep(), None);
        assert_eq!(max_age(60).lifetime_to_keep(), Some(60));
    }
}
