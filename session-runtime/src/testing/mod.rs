//! For tests of an application: mint a session's cookie, read what a response did to it, hold the
//! clock.
//!
//! ```
//! # mod example {
//! use std::time::Duration;
//! use serde::{Deserialize, Serialize};
//! use session_runtime::{
//!     Config, Key, Reason, SecureSession, SessionRegistry, Settings, Unmounted, testing,
//! };
//!
//! #[derive(SecureSession, Serialize, Deserialize, Default)]
//! #[session(name = "auth", idle = "30m")]
//! pub struct Auth {
//!     user_id: Option<u64>,
//! }
//!
//! #[derive(SessionRegistry)]
//! pub struct AppSessions {
//!     pub auth: Config<Auth>,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # pub async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let clock = testing::HeldClock::new();
//! let registry = AppSessions { auth: Config::new(Key::generate()?) };
//! let unmounted = Unmounted::with_settings(registry, Settings::new().clock(&clock))?;
//! let sessions = unmounted.codec();
//!
//! // A request of somebody who is signed in:
//! let cookie = testing::request_cookie(&sessions, Auth { user_id: Some(7) }).await?;
//! let request = http::Request::get("/me").header("cookie", cookie).body(())?;
//! # let _ = request;
//!
//! // Half an hour later:
//! let value = sessions.encode(&sessions.create(Auth { user_id: Some(7) }))?;
//! clock.advance(Duration::from_secs(30 * 60));
//! assert_eq!(sessions.decode::<Auth>(&value).unwrap_err().reason(), Reason::Expired);
//! # Ok(())
//! # }
//! # }
//! # example::main().unwrap();
//! ```

#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "conformance")]
pub mod key_value_conformance;
#[cfg(feature = "conformance")]
mod unreliable;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

#[cfg(feature = "inspector")]
use crate::inspector::SessionInspector;
use crate::{
    Clock, Random, Reason, SaveError, SecureSession, Session, Sessions,
    error::{OpenError, SealError},
    expiry::milliseconds,
    node::Arrival,
    registry::Contains,
};

#[cfg(feature = "conformance")]
pub use unreliable::{Faults, Operation, UnreliableStore};

/// A `Cookie` header value that carries `data` as a session, wherever it is kept.
///
/// # Errors
///
/// As a response would fail: [`SaveError`].
pub async fn request_cookie<T, R>(sessions: &Sessions<R>, data: T) -> Result<HeaderValue, SaveError>
where
    T: SecureSession,
    R: Contains<T>,
{
    let value = sessions.issue(data).await?;
    let name = sessions.entry::<T>().set_cookie().name();
    HeaderValue::try_from(format!("{name}={value}"))
        .map_err(|_| SaveError::Invalid(SealError::InvalidAttribute { attribute: "value" }))
}

/// What a response with these headers did to the cookie of the session `T`. Of a session in a
/// store, which most responses change without a word, it tells what the browser holds now.
///
/// # Errors
///
/// If the response sets a cookie that gives no session, which no handler can bring about while the
/// store is within reach.
pub async fn response_session<T, R>(
    sessions: &Sessions<R>,
    headers: &HeaderMap,
) -> Result<ResponseSession<T>, OpenError>
where
    T: SecureSession,
    R: Contains<T>,
{
    let name = sessions.entry::<T>().set_cookie().name();
    let lines = headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut cookies = lines.rev().filter_map(|line| {
        let (cookie, attributes) = line.split_once(';').unwrap_or((line, ""));
        let value = cookie.split_once('=').filter(|(own, _)| own.trim() == name);
        value.map(|(_, value)| (value.trim(), attributes))
    });
    let Some((value, attributes)) = cookies.next() else {
        return Ok(ResponseSession::Untouched);
    };
    if has_no_life(attributes) {
        return Ok(ResponseSession::Removed);
    }
    let session = open(sessions, name, value).await?;
    Ok(ResponseSession::Set(session))
}

/// Whether a cookie with these attributes is removed: by the last `Max-Age` that is a number, as
/// browsers read it (RFC 6265bis, 5.6.2).
fn has_no_life(attributes: &str) -> bool {
    let pairs = attributes.rsplit(';').filter_map(|it| it.split_once('='));
    let ages = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"));
    let mut seconds = ages.filter_map(|(_, age)| age.trim().parse::<i64>().ok());
    seconds.next().is_some_and(|seconds| seconds <= 0)
}

/// The session in the value of its cookie, as a handler would get it.
async fn open<T, R>(
    sessions: &Sessions<R>,
    name: &str,
    value: &str,
) -> Result<Session<T>, OpenError>
where
    T: SecureSession,
    R: Contains<T>,
{
    let entry = sessions.entry::<T>();
    let mut headers = HeaderMap::new();
    let header = HeaderValue::try_from(format!("{name}={value}"));
    headers.insert(
        COOKIE,
        header.map_err(|_| OpenError::new(Reason::Malformed))?,
    );
    let opened = entry.open::<T>(Arrival::of(&headers)).await;
    let state = opened.map_err(|_| OpenError::new(Reason::NotFound))?;
    match state.reason {
        None => Ok(sessions.session(state)),
        Some(reason) => Err(OpenError::new(reason)),
    }
}

/// What a response did to a session.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResponseSession<T: SecureSession> {
    /// Nothing: the browser keeps what it has.
    Untouched,
    /// It set this session.
    Set(Session<T>),
    /// It removed the session.
    Removed,
}

impl<T: SecureSession> ResponseSession<T> {
    /// The session it set.
    pub fn set(self) -> Option<Session<T>> {
        match self {
            Self::Set(session) => Some(session),
            Self::Untouched | Self::Removed => None,
        }
    }

    /// Whether it removed the session.
    pub const fn is_removed(&self) -> bool {
        matches!(self, Self::Removed)
    }

    /// Whether it sent nothing.
    pub const fn is_untouched(&self) -> bool {
        matches!(self, Self::Untouched)
    }
}

/// `inspector` as a release build has it: to test that an application does not start with it there.
#[cfg(feature = "inspector")]
pub const fn in_release(inspector: SessionInspector) -> SessionInspector {
    inspector.built_for_release()
}

/// A clock that stands still until it is moved. Clones move together.
///
/// Given to [`Settings::clock`](crate::Settings::clock) by reference, so that the test keeps it.
///
/// ```
/// use std::time::Duration;
/// use session_runtime::{Settings, testing::HeldClock};
///
/// let clock = HeldClock::new();
/// let settings = Settings::new().clock(&clock);
/// let before = clock.now();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().duration_since(before)?, Duration::from_secs(60));
/// # let _ = settings;
/// # Ok::<(), std::time::SystemTimeError>(())
/// ```
#[derive(Clone)]
pub struct HeldClock {
    unix_ms: Arc<AtomicU64>,
}

impl HeldClock {
    /// Holds 2020-01-01T00:00:00Z.
    pub fn new() -> Self {
        Self::at(UNIX_EPOCH + Duration::from_secs(1_577_836_800))
    }

    /// Holds `time`, to the millisecond; before 1970, 1970.
    pub fn at(time: SystemTime) -> Self {
        let clock = Self {
            unix_ms: Arc::new(AtomicU64::new(0)),
        };
        clock.set(time);
        clock
    }

    /// Moves to `time`, back or forth.
    pub fn set(&self, time: SystemTime) {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.unix_ms.store(milliseconds(since), Ordering::Relaxed);
    }

    /// Moves ahead by `by`.
    pub fn advance(&self, by: Duration) {
        self.unix_ms.fetch_add(milliseconds(by), Ordering::Relaxed);
    }

    /// The time it shows.
    pub fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.unix_ms.load(Ordering::Relaxed))
    }
}

impl Default for HeldClock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HeldClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HeldClock").field(&self.now()).finish()
    }
}

impl From<&HeldClock> for Clock {
    fn from(clock: &HeldClock) -> Self {
        Self::held(Arc::clone(&clock.unix_ms))
    }
}

/// Randomness that is known before, or fails.
///
/// # Security
///
/// For tests alone: two values sealed with one nonce under one key give both away.
#[derive(Debug, Clone)]
pub struct ScriptedRandom(Random);

impl ScriptedRandom {
    /// Gives these bytes in their order, each once, then fails.
    pub fn bytes(bytes: impl IntoIterator<Item = u8>) -> Self {
        Self(Random::scripted(bytes))
    }

    /// Always fails, as an operating system without randomness does.
    pub fn failing() -> Self {
        Self(Random::failing())
    }
}

impl From<&ScriptedRandom> for Random {
    fn from(random: &ScriptedRandom) -> Self {
        random.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::has_no_life;

    #[test]
    fn a_cookie_is_removed_by_the_last_max_age_that_it_has() {
        for removed in [
            " Max-Age=0",
            " Path=/; max-age = 0; Secure",
            " Max-Age=-1",
            " Max-Age=60; Max-Age=00",
            " Max-Age=0; Max-Age=x",
        ] {
            assert!(has_no_life(removed), "{removed}");
        }
        for kept in [
            "",
            " Path=/",
            " Max-Age=0; Max-Age=60",
            " Max-Age=-x",
            " Max-Age",
        ] {
            assert!(!has_no_life(kept), "{kept}");
        }
    }
}
