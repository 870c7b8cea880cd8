//! What holds for all sessions of an application.

use std::{fmt, sync::Arc};

#[cfg(feature = "inspector")]
use crate::inspector::SessionInspector;
use crate::{Clock, Event, Random};

/// Settings of a whole registry, for [`Unmounted::with_settings`](crate::Unmounted::with_settings).
///
/// ```
/// use session_runtime::{EventKind, Settings};
///
/// let settings = Settings::new().application("shop").on_event(|event| {
///     if let EventKind::Fresh(reason) = event.kind() {
///         println!("sessions_fresh_total{{session={:?},reason={reason:?}}}", event.session());
///     }
/// });
/// # let _ = settings;
/// ```
#[derive(Clone, Default)]
#[must_use = "settings do nothing until they are given to `Unmounted::with_settings`"]
pub struct Settings {
    pub(super) application: String,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) late_write: LateWrite,
    pub(super) hook: Option<Hook>,
    #[cfg(feature = "inspector")]
    pub(super) inspector: Option<SessionInspector>,
}

pub(crate) type Hook = Arc<dyn Fn(&Event) + Send + Sync>;

impl Settings {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the application or deployment, empty by default. Sealed cookies are bound to
    /// it: one sealed for `staging` does not open in `production`, whatever keys they share.
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = name.into();
        self
    }

    /// What to do when a session is changed too late. Panics in debug builds by default.
    pub const fn late_write(mut self, late_write: LateWrite) -> Self {
        self.late_write = late_write;
        self
    }

    /// Called for everything that happens to a session, on the request's own thread: count, do
    /// not wait. One hook; a second call replaces it.
    pub fn on_event(mut self, hook: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.hook = Some(Arc::new(hook));
        self
    }

    /// Lets `inspector` see the sessions of this registry, and what happens to them from here on.
    ///
    /// # Errors
    ///
    /// At start-up, in a release build, unless
    /// [`insecure_in_release`](SessionInspector::insecure_in_release) allows it; and if the
    /// inspector has a registry already.
    #[cfg(feature = "inspector")]
    pub fn inspector(mut self, inspector: &SessionInspector) -> Self {
        self.inspector = Some(inspector.clone());
        self
    }

    /// Where the time comes from: the system, unless a test
    /// [holds](crate::testing::HeldClock) it.
    pub fn clock(mut self, clock: impl Into<Clock>) -> Self {
        self.clock = clock.into();
        self
    }

    /// Where randomness comes from: the operating system, unless a test
    /// [scripts](crate::testing::ScriptedRandom) it.
    pub fn random(mut self, random: impl Into<Random>) -> Self {
        self.random = random.into();
        self
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("application", &self.application)
            .field("late_write", &self.late_write)
            .field("has_hook", &self.hook.is_some())
            .finish_non_exhaustive()
    }
}

/// What happens when a session is changed although the change can no longer reach the client:
/// its response has been sent, or the session was deleted earlier in the request.
///
/// ```
/// use session_runtime::{LateWrite, Settings};
///
/// // A debug build that is shown to others should not panic.
/// let settings = Settings::new().late_write(LateWrite::Report);
/// # let _ = settings;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LateWrite {
    /// Panic, which shows the mistake where it is made. The default of debug builds.
    Panic,
    /// Report [`WriteLost`](crate::EventKind::WriteLost), an error in the log. The default of
    /// release builds.
    Report,
}

impl Default for LateWrite {
    fn default() -> Self {
        if cfg!(debug_assertions) {
            Self::Panic
        } else {
            Self::Report
        }
    }
}
