//! The attributes of a session cookie: defaults, overrides, rules.

use std::{borrow::Cow, time::Duration};

use super::{
    CookiePrefix, SameSite,
    prefix::{HostPrefix, NoPrefix, SecurePrefix},
};
use crate::declaration::{Declaration, Format};

/// The longest time a browser keeps a cookie: 400 days (RFC 6265bis, section 5.5).
pub const MAX_LIFETIME: Duration = Duration::from_secs(400 * 86_400);

/// Bytes a browser reads of one attribute (RFC 6265bis, section 5.6).
const MAX_ATTRIBUTE: usize = 1024;

/// Which cookies a browser that runs out of room keeps longest. Chromium's extension, ignored by
/// others.
///
/// ```
/// use session_runtime::{CookieOptions, NoPrefix, Priority};
///
/// let options = CookieOptions::<NoPrefix>::new().priority(Priority::High);
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Priority {
    /// Evicted first.
    Low,
    /// The same as none given.
    Medium,
    /// Evicted last: for the cookie that keeps people signed in.
    High,
}

impl Priority {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }
}

/// The attributes that somebody gave; `None` leaves what is below.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overrides {
    pub(crate) path: Option<Cow<'static, str>>,
    pub(crate) domain: Option<Cow<'static, str>>,
    pub(crate) same_site: Option<SameSite>,
    pub(crate) secure: Option<bool>,
    pub(crate) http_only: Option<bool>,
    pub(crate) partitioned: Option<bool>,
    pub(crate) priority: Option<Priority>,
    /// Seconds.
    pub(crate) max_age: Option<u64>,
    /// Unix milliseconds.
    pub(crate) expires: Option<u64>,
    /// Neither of both, whatever is below.
    pub(crate) ends_with_browser: bool,
}

impl Overrides {
    pub(crate) fn declared(declaration: &Declaration) -> Self {
        Self {
            path: declaration.path.map(Cow::Borrowed),
            domain: declaration.domain.map(Cow::Borrowed),
            same_site: declaration.same_site,
            secure: declaration.secure,
            http_only: declaration.http_only,
            partitioned: declaration.partitioned,
            priority: declaration.priority,
            max_age: declaration.max_age,
            expires: declaration.expires.map(|at| at.saturating_mul(1000)),
            ends_with_browser: false,
        }
    }

    /// What one request asks for: no more than 400 days, as the browser would shorten it anyway.
    pub(crate) fn shorten_lifetime(&mut self) {
        self.max_age = self
            .max_age
            .map(|seconds| seconds.min(MAX_LIFETIME.as_secs()));
    }
}

/// All attributes of a cookie, decided.
#[derive(Debug, Clone)]
pub(crate) struct Attributes {
    pub(crate) path: Option<Cow<'static, str>>,
    pub(crate) domain: Option<Cow<'static, str>>,
    /// `None`: not said, so that each browser does as it likes.
    pub(crate) same_site: Option<SameSite>,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    pub(crate) partitioned: bool,
    pub(crate) priority: Option<Priority>,
    /// Seconds.
    pub(crate) max_age: Option<u64>,
    /// Unix milliseconds.
    pub(crate) expires: Option<u64>,
}

impl Attributes {
    /// What a cookie has when nothing is given. `as_node`: @fastify/secure-session gives neither
    /// a Path nor Secure.
    pub(crate) fn defaults(format: Format, as_node: bool) -> Self {
        let node = format == Format::Fastify && as_node;
        // A record that Node has written says nothing of it, nor does one that is written here.
        let says_same_site = format != Format::FastifySession;
        Self {
            path: (!node).then_some(Cow::Borrowed("/")),
            domain: None,
            same_site: says_same_site.then_some(SameSite::Lax),
            secure: !node,
            http_only: true,
            partitioned: false,
            priority: None,
            max_age: None,
            expires: None,
        }
    }

    pub(crate) fn with(mut self, over: Overrides) -> Self {
        // Browsers prefer Max-Age (RFC 6265bis, 5.7): the later word must not lose to it.
        if over.has_lifetime() {
            self.max_age = over.max_age;
            self.expires = over.expires;
        }
        self.path = over.path.or(self.path);
        self.domain = over.domain.or(self.domain);
        self.same_site = over.same_site.or(self.same_site);
        self.secure = over.secure.unwrap_or(self.secure);
        self.http_only = over.http_only.unwrap_or(self.http_only);
        self.partitioned = over.partitioned.unwrap_or(self.partitioned);
        self.priority = over.priority.or(self.priority);
        self
    }

    /// The rules a browser holds a cookie to; it drops one that breaks them, without a word.
    ///
    /// Gives the attribute and what is wrong with it, for each rule that is broken.
    pub(crate) fn problems(&self, name: &str) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let mut rule = |broken: bool, attribute: &'static str, text: &str| {
            if broken {
                problems.push((attribute, text.to_owned()));
            }
        };
        let prefixed =
            name.starts_with(HostPrefix::PREFIX) || name.starts_with(SecurePrefix::PREFIX);
        rule(
            prefixed && !self.secure,
            "secure",
            "a name with a prefix needs `secure = true`",
        );
        let host = name.starts_with(HostPrefix::PREFIX);
        rule(
            host && self.domain.is_some(),
            "domain",
            "a `__Host-` cookie has no domain",
        );
        let root = self.path.as_deref() == Some("/");
        rule(
            host && !root,
            "path",
            "the path of a `__Host-` cookie is `/`",
        );
        let cross_site = self.same_site == Some(SameSite::None);
        rule(
            cross_site && !self.secure,
            "same_site",
            "`None` needs `secure = true`",
        );
        rule(
            self.partitioned && !self.secure,
            "partitioned",
            "needs `secure = true`",
        );
        let path = self.path.as_deref();
        rule(
            path.is_some_and(|p| !p.starts_with('/')),
            "path",
            "must start with `/`",
        );
        rule(path.is_some_and(breaks_header), "path", BREAKS_HEADER);
        let domain = self.domain.as_deref();
        rule(
            domain.is_some_and(|d| d.is_empty() || breaks_header(d)),
            "domain",
            BREAKS_HEADER,
        );
        let too_long = self.max_age.is_some_and(|s| s > MAX_LIFETIME.as_secs());
        rule(
            too_long,
            "max_age",
            "browsers keep no cookie for more than 400 days",
        );
        problems
    }

    /// Drops what plain http cannot have: `Secure`, and what only holds with it.
    pub(crate) fn over_http(mut self) -> Self {
        self.secure = false;
        self.partitioned = false;
        if self.same_site == Some(SameSite::None) {
            self.same_site = Some(SameSite::Lax);
        }
        self
    }
}

const BREAKS_HEADER: &str =
    "must be 1 to 1024 bytes of printable ASCII without `;` (RFC 6265bis, section 4.1.1)";

fn breaks_header(text: &str) -> bool {
    text.len() > MAX_ATTRIBUTE
        || text
            .bytes()
            .any(|b| !(b' '..=b'~').contains(&b) || b == b';')
}

/// The name a cookie has over plain http, where no prefix can hold.
pub(crate) fn unprefixed(name: &str) -> &str {
    let name = name.strip_prefix(HostPrefix::PREFIX).unwrap_or(name);
    name.strip_prefix(SecurePrefix::PREFIX).unwrap_or(name)
}

const _: () = assert!(NoPrefix::PREFIX.is_empty());

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> Attributes {
        Attributes::defaults(Format::Sealed, false)
    }

    fn broken(attributes: &Attributes, name: &str) -> Vec<&'static str> {
        attributes
            .problems(name)
            .into_iter()
            .map(|(attribute, _)| attribute)
            .collect()
    }

    #[test]
    fn d12_d13_defaults_are_secure_http_only_and_lax() {
        let a = sealed();
        assert!(a.secure && a.http_only);
        assert_eq!(a.same_site, Some(SameSite::Lax));
        assert_eq!(broken(&a, "__Host-auth"), [""; 0]);
    }

    #[test]
    fn d41_no_lifetime_unless_asked_for() {
        assert_eq!((sealed().max_age, sealed().expires), (None, None));
    }

    #[test]
    fn d14_same_site_none_needs_secure() {
        let a = Attributes {
            same_site: Some(SameSite::None),
            secure: false,
            ..sealed()
        };
        assert_eq!(broken(&a, "a"), ["same_site"]);
    }

    #[test]
    fn d15_prefixes_hold_their_cookie_to_rules() {
        let a = Attributes {
            domain: Some("example.org".into()),
            path: Some("/app".into()),
            secure: false,
            ..sealed()
        };
        assert_eq!(broken(&a, "__Host-a"), ["secure", "domain", "path"]);
        assert_eq!(broken(&a, "__Secure-a"), ["secure"]);
        assert_eq!(broken(&a, "a"), [""; 0]);
        let pathless = Attributes {
            path: None,
            ..sealed()
        };
        assert_eq!(broken(&pathless, "__Host-a"), ["path"]);
    }

    #[test]
    fn d17_attributes_of_1024_bytes_pass_and_of_1025_do_not() {
        for (length, expected) in [(1024, vec![]), (1025, vec!["path"])] {
            let path = format!("/{}", "a".repeat(length - 1));
            assert_eq!(
                broken(
                    &Attributes {
                        path: Some(path.into()),
                        ..sealed()
                    },
                    "a"
                ),
                expected
            );
        }
        for (length, expected) in [(1024, vec![]), (1025, vec!["domain"])] {
            let domain = Some("a".repeat(length).into());
            assert_eq!(broken(&Attributes { domain, ..sealed() }, "a"), expected);
        }
    }

    #[test]
    fn attributes_cannot_break_out_of_the_header() {
        for bad in ["/;Domain=evil", "/\r\nSet-Cookie: a=b", "/\u{e9}", "/\0"] {
            let a = Attributes {
                path: Some(bad.into()),
                ..sealed()
            };
            assert_eq!(broken(&a, "a"), ["path"], "{bad:?}");
        }
    }

    #[test]
    fn d18_max_age_is_400_days_at_most() {
        let max_age = |seconds| Attributes {
            max_age: Some(seconds),
            ..sealed()
        };
        assert_eq!(broken(&max_age(34_560_000), "a"), [""; 0]);
        assert_eq!(broken(&max_age(34_560_001), "a"), ["max_age"]);
        let mut over = Overrides {
            max_age: Some(u64::MAX),
            ..Overrides::default()
        };
        over.shorten_lifetime();
        assert_eq!(over.max_age, Some(34_560_000));
    }

    #[test]
    fn a_later_lifetime_replaces_an_earlier_one_of_either_kind() {
        let a = Attributes {
            max_age: Some(60),
            ..sealed()
        };
        let a = a.with(Overrides {
            expires: Some(5),
            ..Overrides::default()
        });
        assert_eq!((a.max_age, a.expires), (None, Some(5)));
    }
}
