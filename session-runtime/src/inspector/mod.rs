//! The session inspector: a page, for development, on which a browser sees its own sessions.
//!
//! ```text
//! request ─▶ visitor: may it look? ─▶ each session, opened as for a handler ─▶ report ─▶ page, or JSON
//!                                          └ and dropped: nothing is sent or saved
//! ```
//!
//! Of each registered session it shows the fields, its age and what is left of its limits, what takes
//! the room of its cookie, which key sealed it, why it is fresh or was last time, and what happened to
//! it lately. With `?format=json`, or to a client that accepts JSON and no HTML, the same as JSON.
//!
//! ```
//! # #[cfg(all(feature = "axum", feature = "derive"))]
//! # mod example {
//! use axum::{Router, routing::get};
//! use serde::{Deserialize, Serialize};
//! use session_runtime::{
//!     Config, ConfigError, Key, SecureSession, Session, SessionRegistry, Settings, Unmounted,
//!     inspector::SessionInspector,
//! };
//!
//! #[derive(SecureSession, Serialize, Deserialize, Default)]
//! pub struct Auth {
//!     user_id: Option<u64>,
//!     #[session(secret)] // masked
//!     api_token: Option<String>,
//! }
//!
//! #[derive(SessionRegistry)]
//! pub struct AppSessions {
//!     pub auth: Config<Auth>,
//! }
//!
//! async fn me(session: Session<Auth>) -> String {
//!     format!("{:?}", session.user_id())
//! }
//!
//! pub fn app() -> Result<Router, ConfigError> {
//!     let registry = AppSessions { auth: Config::new(Key::generate()?) };
//!     let inspector = SessionInspector::new();
//!     let settings = Settings::new().inspector(&inspector);
//!     Ok(Unmounted::with_settings(registry, settings)?.mount(|_sessions| {
//!         Router::new()
//!             .route("/me", get(me))
//!             .route_service("/sessions", inspector)
//!     }))
//! }
//! # }
//! # #[cfg(all(feature = "axum", feature = "derive"))]
//! # example::app().unwrap();
//! ```
//!
//! A release build does not start with it. For a program that is built both ways, let
//! `cfg!(debug_assertions)` decide:
//!
//! ```
//! # use session_runtime::{Settings, inspector::SessionInspector};
//! let inspector = cfg!(debug_assertions).then(SessionInspector::new);
//! let mut settings = Settings::new();
//! if let Some(inspector) = &inspector {
//!     settings = settings.inspector(inspector);
//! }
//! // … and `if let Some(inspector) = inspector { router = router.route_service("/sessions", inspector) }`
//! # let _ = settings;
//! ```
//!
//! # A look changes nothing
//!
//! Each session is opened by the code that opens it for a handler, and then dropped: no cookie is
//! sent, renewed or removed, no record is written, no id rotates, a flash field is still there, and
//! [`on_event`](crate::Settings::on_event) is not called. The store is read, and the log has its lines
//! as for any request. If a middleware around the inspector extracts a session, that is a use like
//! any: mount the inspector beside such a middleware, not under it.
//!
//! # Security
//!
//! It shows what cookies hide, to whoever has the cookies: a browser sees its own sessions and no
//! others. Beside that it shows the application's name, which sessions are registered and how, and the
//! last events of the process, whoever caused them; these hold no id and no value.
//!
//! - **Never shown:** ids, keys, cookies' values, and fields marked `#[session(secret)]`, of
//!   which it shows the name and the size. A field that is not marked is shown: mark what must not be
//!   seen over a shoulder or on a screen that is shared.
//! - **Release builds** refuse to start with it, unless
//!   [`insecure_in_release`](SessionInspector::insecure_in_release) allows it. What counts is whether
//!   debug assertions are on where this library is compiled.
//! - **This machine alone.** It answers requests for `localhost`, `*.localhost` or a loopback address,
//!   which keeps out a name that somebody else's DNS leads here (rebinding); none that a proxy says it
//!   has forwarded; and none of another peer, where the server notes who connects: with axum,
//!   `into_make_service_with_connect_info::<SocketAddr>()`. Without that it cannot know the peer, and a
//!   program on another machine can say that it asks for `localhost`: let a server in development
//!   listen on `127.0.0.1`. Such a program would have to have the browser's cookies to see more than
//!   events.
//! - **No page of another site** reads it: browsers say where a request comes from (`Sec-Fetch-Site`),
//!   and what another site's page asks for is refused whatever a CORS layer allows.
//! - It has no form, no action and no script. The answer is not cached, not framed, and its content
//!   security policy lets in nothing but its own style sheet, by its hash.

pub(crate) mod fields;

mod events;
mod page;
mod report;
mod service;
mod time;
mod visitor;
mod words;

use std::{
    fmt,
    sync::{Arc, OnceLock, Weak},
};

use self::events::Events;
pub(crate) use self::fields::Field;
pub use self::service::InspectorFuture;
use crate::{
    Clock,
    error::ConfigError,
    registry::{Hook, Registry, is_looking},
};

/// Shows a browser its own sessions, for development. The [module](self) has an example, and says who
/// sees what.
///
/// Given to [`Settings::inspector`](crate::Settings::inspector), by reference, it looks into the
/// registry that is built with these settings, from then on: one inspector, one registry. It is a
/// tower service, for axum's `route_service` or any other router; clones share what they have seen.
#[derive(Clone)]
#[must_use = "an inspector shows nothing until it is mounted"]
pub struct SessionInspector {
    is_release: bool,
    is_allowed_in_release: bool,
    from_anywhere: bool,
    subject: Arc<Subject>,
}

/// What all clones of an inspector look at.
#[derive(Default)]
struct Subject {
    /// Weak: the registry's hook holds the inspector.
    registry: OnceLock<Weak<Registry>>,
    events: Events,
}

impl SessionInspector {
    /// An inspector that is refused in release builds, and answers this machine alone.
    pub fn new() -> Self {
        Self {
            is_release: !cfg!(debug_assertions),
            is_allowed_in_release: false,
            from_anywhere: false,
            subject: Arc::default(),
        }
    }

    /// Allows it in a release build, which says so in the log when it starts.
    ///
    /// # Security
    ///
    /// Whoever gets hold of somebody's cookie reads what is in the session, not only acts as him. Put
    /// something in front that asks who it is.
    pub const fn insecure_in_release(mut self) -> Self {
        self.is_allowed_in_release = true;
        self
    }

    /// Answers other machines too, by any name and through proxies: for a look from a phone, or in a
    /// container.
    ///
    /// # Security
    ///
    /// Everybody who reaches the server sees the events of the process, and in clear text over plain
    /// http whoever listens sees what the browser does. Pages of other sites are refused still where the
    /// browser says whose they are, as it does over https; none of them can read the answer.
    pub const fn insecure_from_anywhere(mut self) -> Self {
        self.from_anywhere = true;
        self
    }

    /// As a build without debug assertions has it.
    pub(crate) const fn built_for_release(mut self) -> Self {
        self.is_release = true;
        self
    }

    /// Why it cannot be used.
    pub(crate) fn problem(&self) -> Option<ConfigError> {
        let problem = if self.is_release && !self.is_allowed_in_release {
            "shows what is in the sessions, and this is a release build (debug assertions are off): \
             leave it out, or allow it with `SessionInspector::insecure_in_release`"
        } else if self.subject.registry.get().is_some() {
            TAKEN
        } else {
            return None;
        };
        Some(ConfigError::new("inspector", problem))
    }

    /// From now on these are the sessions it shows.
    pub(crate) fn look_into(&self, registry: &Arc<Registry>) -> Result<(), ConfigError> {
        let taken = self.subject.registry.set(Arc::downgrade(registry)).is_err();
        if taken {
            return Err(ConfigError::new("inspector", TAKEN));
        }
        #[cfg(feature = "tracing")]
        if self.is_release {
            tracing::warn!(
                target: "session",
                "insecure_in_release: the session inspector shows sessions in a release build"
            );
        }
        Ok(())
    }

    /// A hook that notes what happens, and tells the application's.
    pub(crate) fn listening(self, clock: Clock, hook: Option<Hook>) -> Hook {
        Arc::new(move |event| {
            if is_looking() {
                return;
            }
            self.subject.events.add(event, clock.now_ms());
            if let Some(hook) = &hook {
                hook(event);
            }
        })
    }

    fn registry(&self) -> Option<Arc<Registry>> {
        self.subject.registry.get()?.upgrade()
    }

    fn events(&self) -> &Events {
        &self.subject.events
    }
}

const TAKEN: &str = "looks into another registry already: make one for each";

impl Default for SessionInspector {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SessionInspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionInspector")
            .field("is_registered", &self.registry().is_some())
            .finish_non_exhaustive()
    }
}
