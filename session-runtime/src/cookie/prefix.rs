//! Cookie names, and what their prefix promises (RFC 6265bis, section 4.1.3).

/// The name prefix of a session's cookie, as a type: it decides which
/// [`CookieOptions`](crate::CookieOptions) a request may set.
///
/// A name that the derive gave the prefix `__Host-` leaves a request no `domain` to set: that does not
/// compile. One with another prefix, or none, does.
///
/// ```
/// # mod example {
/// # use serde::{Deserialize, Serialize};
/// use session_runtime::{CookieOptions, SecureSession, Session};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(name = "prefs", cookie_name = "prefs")]
/// pub struct Prefs {
///     theme: String,
/// }
///
/// pub async fn everywhere(mut prefs: Session<Prefs>) {
///     prefs.options(CookieOptions::new().domain("example.org"));
/// }
/// # }
/// ```
pub trait CookiePrefix: sealed::Sealed + 'static {
    /// The text that the cookie's name starts with.
    const PREFIX: &'static str;
}

/// A prefix that leaves `Domain` and `Path` free.
#[diagnostic::on_unimplemented(
    message = "a `__Host-` cookie has no `Domain` and its `Path` is `/`",
    label = "not for a cookie with the prefix `__Host-`",
    note = "give the session a `cookie_name` without `__Host-` if its domain or path must vary"
)]
pub trait AllowsDomain: CookiePrefix {}

/// A prefix that leaves `Secure` free.
#[diagnostic::on_unimplemented(
    message = "a cookie whose name starts with `__Host-` or `__Secure-` is always `Secure`",
    label = "not for a cookie with a name prefix",
    note = "for plain http in development use `Config::insecure_over_http()`"
)]
pub trait AllowsInsecure: CookiePrefix {}

/// `__Host-`: sent over https only, to this host only, for every path. The default of the sealed
/// format; a sibling host cannot plant such a cookie.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum HostPrefix {}

/// `__Secure-`: sent over https only.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum SecurePrefix {}

/// No prefix: the browser holds the cookie to nothing.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum NoPrefix {}

impl CookiePrefix for HostPrefix {
    const PREFIX: &'static str = "__Host-";
}

impl CookiePrefix for SecurePrefix {
    const PREFIX: &'static str = "__Secure-";
}

impl CookiePrefix for NoPrefix {
    const PREFIX: &'static str = "";
}

#[diagnostic::do_not_recommend]
impl AllowsDomain for SecurePrefix {}
#[diagnostic::do_not_recommend]
impl AllowsDomain for NoPrefix {}
#[diagnostic::do_not_recommend]
impl AllowsInsecure for NoPrefix {}

#[expect(
    unnameable_types,
    reason = "so that nobody else can implement `CookiePrefix`"
)]
mod sealed {
    pub trait Sealed {}
    impl Sealed for super::HostPrefix {}
    impl Sealed for super::SecurePrefix {}
    impl Sealed for super::NoPrefix {}
}

/// The prefix of `name` as browsers see it. They ignore its case, so that `__host-a` is held to
/// the rules of `__Host-` by some and to none by others.
pub(crate) fn prefix_of(name: &str) -> &'static str {
    [HostPrefix::PREFIX, SecurePrefix::PREFIX]
        .into_iter()
        .find(|prefix| {
            name.get(..prefix.len())
                .is_some_and(|n| n.eq_ignore_ascii_case(prefix))
        })
        .unwrap_or(NoPrefix::PREFIX)
}

/// Why no cookie can have this name, with what to do.
pub(crate) fn name_problem(name: &str) -> Option<String> {
    let prefix = prefix_of(name);
    if !is_token(name) {
        return Some(
            "must be letters, digits and !#$%&'*+-.^_`|~ (a token, RFC 9110 section 5.6.2)"
                .to_owned(),
        );
    }
    (!name.starts_with(prefix)).then(|| format!("spell the prefix `{prefix}`"))
}

/// Whether `name` is a token (RFC 9110, section 5.6.2), as cookie names must be.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_recognised_in_any_case() {
        assert_eq!(prefix_of("__Host-a"), "__Host-");
        assert_eq!(prefix_of("__HOST-a"), "__Host-");
        assert_eq!(prefix_of("__secure-a"), "__Secure-");
        assert_eq!(prefix_of("host"), "");
        assert_eq!(prefix_of("__Höst"), "");
    }

    #[test]
    fn only_tokens_are_names() {
        assert!(is_token("__Host-a.b_c~1"));
        for bad in ["", "a b", "a;b", "a=b", "a,b", "é", "a\t", "\"a\""] {
            assert!(!is_token(bad), "{bad}");
        }
    }
}
