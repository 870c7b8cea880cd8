//! Why a store did not do as it was asked.

use std::{error::Error, fmt};

/// A store could not do as it was asked.
///
/// Its text, and that of its sources, may go into a log: it names no key, no record and no password.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What kind of failure a [`StoreError`] is.
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
/// # #[derive(SessionRegistry)]
/// # pub struct AppSessions { pub auth: Config<Auth> }
/// use session_runtime::{
///     Config, SecureSession, SessionRegistry, Sessions, store::StoreErrorKind,
/// };
///
/// pub async fn sign_out_everywhere(sessions: &Sessions<AppSessions>, user: u64) -> &'static str {
///     match sessions.of::<Auth>(&user).end_all().await {
///         Ok(_) => "signed out everywhere",
///         Err(error) => match error.kind() {
///             StoreErrorKind::Unavailable | StoreErrorKind::Deadline => "try again in a moment",
///             _ => "this cannot be done: look at the log",
///         },
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store cannot be reached, or answered that it cannot do anything now.
    Unavailable,
    /// It did not answer in time.
    Deadline,
    /// It has no room for another record.
    Full,
    /// What it holds under a key is no record.
    Corrupt,
    /// It does not have what was asked of it: an index of principals, a list of revocations.
    Unsupported,
}

impl StoreError {
    /// An error of a store of one's own. `message` says what could not be done, without any key,
    /// record or password in it.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// The same with the error that caused it, whose text must be fit for a log too.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
