//! Errors, by who is at fault: the developer, the sender of a cookie, the machine.

use std::{error::Error, fmt};

use crate::{cookie::MAX_COOKIE, reason::Reason};

/// A setting that cannot work, found at start-up. Fix the configuration; nothing to retry.
///
/// Holds every problem that was found, each with the setting it concerns and what to do.
///
/// Return it from `main`, whose output then has one problem a line; [`problems`](Self::problems) gives
/// them one by one.
///
/// ```
/// use session_runtime::{ConfigError, Key};
///
/// fn key() -> Result<Key, ConfigError> {
///     Key::from_hex("0f03d154")
/// }
/// let error = key().unwrap_err();
/// assert!(error.to_string().starts_with("Key::from_hex: "), "{error}");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
    /// `setting`: where it is written. `problem`: what is wrong, and what to write instead.
    pub(crate) fn new(setting: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self {
            problems: vec![format!("{setting}: {problem}")],
        }
    }

    pub(crate) fn check(problems: Vec<Self>) -> Result<(), Self> {
        let problems: Vec<String> = problems.into_iter().flat_map(|e| e.problems).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Self { problems })
        }
    }

    /// The same error, found while setting up `place`.
    pub(crate) fn within(mut self, place: impl fmt::Display) -> Self {
        for problem in &mut self.problems {
            *problem = format!("{place}: {problem}");
        }
        self
    }

    /// Every problem, as `setting: what is wrong and what to do`.
    pub fn problems(&self) -> impl ExactSizeIterator<Item = &str> {
        self.problems.iter().map(String::as_str)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

// `fn main() -> Result<(), ConfigError>` prints this: make it the readable one.
impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl Error for ConfigError {}

/// A cookie value that gives no session. Its text holds nothing of the cookie.
///
/// Returned by [`Sessions::decode`](crate::Sessions::decode); in a handler the same is a fresh
/// session whose [`Meta::reason`](crate::Meta::reason) says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenError {
    reason: Reason,
}

impl OpenError {
    pub(crate) const fn new(reason: Reason) -> Self {
        Self { reason }
    }

    /// Why the value was refused.
    pub const fn reason(&self) -> Reason {
        self.reason
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the cookie gives no session: {}", self.reason)
    }
}

impl Error for OpenError {}

/// A session that could not become a cookie.
///
/// In a handler's response this is a 500 that leaves the client's cookie as it was, with a log
/// line; [`Sessions::encode`](crate::Sessions::encode) returns it.
///
/// ```
/// # mod example {
/// # use serde::{Deserialize, Serialize};
/// # #[derive(SecureSession, Serialize, Deserialize, Default)]
/// # pub struct Auth {
/// #     #[session(principal)]
/// #     user_id: Option<u64>,
/// #     device: String,
/// # }
/// # use session_runtime::{Config, Key, SecureSession, SessionRegistry, Unmounted};
/// use session_runtime::SealError;
/// # #[derive(SessionRegistry)]
/// # pub struct AppSessions { pub auth: Config<Auth> }
/// # pub fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let unmounted = Unmounted::new(AppSessions { auth: Config::new(Key::generate()?) })?;
/// # let sessions = unmounted.codec();
/// let session = sessions.create(Auth { user_id: Some(7), device: "x".repeat(4000) });
/// match sessions.encode(&session) {
///     Err(SealError::Oversized(oversized)) => {
///         assert!(oversized.size() > 4096);
///         assert_eq!(oversized.largest_fields().next(), Some(("device", 4002)));
///     }
///     _ => unreachable!(),
/// }
/// # Ok(())
/// # }
/// # }
/// # example::main().unwrap();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// The cookie would be longer than browsers keep.
    Oversized(Oversized),
    /// A field takes more than its `max_len` bytes.
    FieldTooLong {
        /// The accessor of the field.
        field: &'static str,
    },
    /// The data could not be written as JSON: a map whose keys are no strings, a `Serialize`
    /// implementation that failed, or more than 126 levels in a field (125 in the sealed format),
    /// which could not be read again.
    Unserializable,
    /// The function of [`Config::id_generator`](crate::Config::id_generator) made an id of fewer
    /// than 22 characters, which cannot hold 128 random bits.
    WeakId,
    /// An attribute given with [`CookieOptions`](crate::CookieOptions) cannot stand in a header,
    /// or contradicts another.
    InvalidAttribute {
        /// Its name.
        attribute: &'static str,
    },
    /// The operating system gave no random bytes.
    NoRandomness,
    /// The principal of a session in a store was changed without
    /// [`regenerate`](crate::Session::regenerate): whoever knows the cookie from before would be
    /// signed in as the new one.
    PrincipalChanged,
    /// The session is kept in a store: its cookie alone is not it. See
    /// [`Sessions::issue`](crate::Sessions::issue).
    KeptInStore,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oversized(oversized) => oversized.fmt(f),
            Self::FieldTooLong { field } => write!(f, "field `{field}` exceeds its `max_len`"),
            Self::Unserializable => f.write_str("the session's data cannot be written as JSON"),
            Self::InvalidAttribute { attribute } => {
                write!(
                    f,
                    "the cookie option `{attribute}` is invalid or contradicts another"
                )
            }
            Self::WeakId => f.write_str(
                "the session's id has fewer than 22 characters: put `NewId::random` into it",
            ),
            Self::NoRandomness => f.write_str("the operating system gave no random bytes"),
            Self::PrincipalChanged => f.write_str(
                "the principal was changed without `regenerate()`: call it before setting another",
            ),
            Self::KeptInStore => f.write_str("the session is kept in a store"),
        }
    }
}

impl Error for SealError {}

/// How much too long a cookie would be, and because of which fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oversized {
    pub(crate) size: usize,
    pub(crate) largest: Vec<(String, usize)>,
}

impl Oversized {
    /// Refuses a cookie that browsers would drop.
    pub(crate) fn check(
        size: usize,
        largest: impl FnOnce() -> Vec<(String, usize)>,
    ) -> Result<(), SealError> {
        if size <= MAX_COOKIE {
            return Ok(());
        }
        let largest = largest();
        Err(SealError::Oversized(Self { size, largest }))
    }

    /// Bytes of the cookie's name and value. The limit is 4096 (RFC 6265bis, 5.6).
    pub const fn size(&self) -> usize {
        self.size
    }

    /// The largest fields by name, with the bytes of their JSON, largest first; three at most.
    pub fn largest_fields(&self) -> impl ExactSizeIterator<Item = (&str, usize)> {
        self.largest
            .iter()
            .map(|(name, size)| (name.as_str(), *size))
    }
}

impl fmt::Display for Oversized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the cookie would take {} bytes and browsers keep {MAX_COOKIE}",
            self.size
        )?;
        for (i, (name, size)) in self.largest.iter().enumerate() {
            let lead = if i == 0 { "; largest fields: " } else { ", " };
            write!(f, "{lead}`{name}` {size}")?;
        }
        f.write_str("; keep less in the session, or all of it on a server: `Config::stored`")
    }
}
