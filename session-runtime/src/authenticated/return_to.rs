//! The way back from a sign-in page.

use std::convert::Infallible;

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The parameter that carries it.
const NEXT: &str = "next";

/// Longer ones are not offered, and not taken: browsers and proxies have limits.
const MAX_BYTES: usize = 2048;

/// What stands for itself in the value of a parameter.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// Where to go after signing in: the parameter `next` of the request's query, if it is a path of this
/// site.
///
/// For the page of [`Config::sign_in_at`](crate::Config::sign_in_at), which gets it from there, and its
/// form's action, which takes it on.
///
/// ```
/// # mod example {
/// use axum::response::Redirect;
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{ReturnTo, SecureSession, Session};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     #[session(principal)]
///     user_id: Option<u64>,
/// }
///
/// /// `<form method="post">`, without an `action`, posts to the page's own address, `next` included.
/// pub async fn sign_in(next: ReturnTo, mut session: Session<Auth>) -> Redirect {
///     session.regenerate();
///     session.set_user_id(7);
///     Redirect::to(next.or("/account"))
/// }
/// # }
/// ```
///
/// # Security
///
/// Anybody can make a link to a sign-in page, with any `next` (an open redirect, CWE-601). Only what
/// begins with one `/`, and has no `\`, space or control character for which a browser would take it to
/// another host, is a path of this site; anything else is as if nothing were there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReturnTo(Option<String>);

impl ReturnTo {
    /// The same of a text from elsewhere, as a field of a form.
    pub fn parse(text: &str) -> Self {
        let is_path = is_safe(text) && text.len() <= MAX_BYTES;
        Self(is_path.then(|| text.to_owned()))
    }

    /// The path, with its query.
    pub fn path(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The path, or `default` without one.
    pub fn or<'a>(&'a self, default: &'a str) -> &'a str {
        self.path().unwrap_or(default)
    }

    fn of_query(query: &str) -> Self {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let next = pairs.find_map(|(name, value)| (name == NEXT).then_some(value));
        next.map_or_else(Self::default, |path| Self::parse(&path))
    }
}

/// The query that carries `path` to a sign-in page; `None` if it is better left out.
pub(super) fn query(path: &str) -> Option<String> {
    let path = ReturnTo::parse(path).0?;
    Some(format!("{NEXT}={}", utf8_percent_encode(&path, VALUE)))
}

/// Whether a browser stays on this site if it goes there from a page of it. Browsers take `\` for `/`,
/// and skip tabs and line breaks (WHATWG URL, 4.4).
pub(super) fn is_safe(path: &str) -> bool {
    let is_plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_plain && path.starts_with('/') && !path.starts_with("//")
}

impl<S: Send + Sync> FromRequestParts<S> for ReturnTo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.uri.query().map_or(Self::default(), Self::of_query))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_a_path_of_this_site_is_taken() {
        for path in ["/", "/a", "/a?b=/c&d", "/a//b", "/%5Cevil.example", "/:80"] {
            assert_eq!(ReturnTo::parse(path).path(), Some(path));
        }
        for other in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/a b",
            "/ä",
            " /a",
        ] {
            assert_eq!(ReturnTo::parse(other).path(), None, "{other:?}");
        }
        assert_eq!(ReturnTo::parse("/").or("/x"), "/");
        assert_eq!(
            ReturnTo::parse(&format!("/{}", "a".repeat(MAX_BYTES))).or("/x"),
            "/x"
        );
    }

    proptest! {
        #[test]
        fn a_path_comes_back_from_its_query(path in "/[!-.0-\\[\\]-~][!-\\[\\]-~]{0,40}") {
            let query = query(&path).unwrap();
            prop_assert!(!query["next=".len()..].contains(['&', '+', '=', '#', '?']));
            let read = ReturnTo::of_query(&format!("a=b&{query}&next=/other"));
            prop_assert_eq!(read.path(), Some(&*path));
        }
    }
}
