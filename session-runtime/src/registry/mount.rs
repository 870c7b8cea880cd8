//! From a configuration to a router with its layer in place.

use std::{fmt, sync::Arc};

use super::{Entries, Registry, SessionRegistry, Sessions, settings::Settings};
use crate::{SessionLayer, error::ConfigError};

/// Sessions that are configured and checked, and whose layer is not in place yet.
///
/// [`mount`](Self::mount) puts it around a router. The `Sessions<R>` that sessions marked
/// `#[session(checked)]` want to see in the router's state exists only inside: a layer that was
/// forgotten does not compile.
///
/// ```
/// # mod example {
/// use axum::{Router, routing::get};
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Config, Key, SecureSession, Session, SessionRegistry, Unmounted};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// #[session(name = "auth", checked)]
/// pub struct Auth {
///     user_id: Option<u64>,
/// }
///
/// #[derive(SessionRegistry)]
/// pub struct AppSessions {
///     pub auth: Config<Auth>,
/// }
///
/// async fn me(session: Session<Auth>) -> String {
///     format!("{:?}", session.user_id())
/// }
///
/// # pub fn main() -> Result<(), session_runtime::ConfigError> {
/// let app: Router = Unmounted::new(AppSessions { auth: Config::new(Key::generate()?) })?
///     .mount(|sessions| Router::new().route("/me", get(me)).with_state(sessions));
/// # let _ = app;
/// # Ok(())
/// # }
/// # }
/// # example::main().unwrap();
/// ```
#[must_use = "without its layer no session can be extracted or sent: call `mount`"]
pub struct Unmounted<R> {
    sessions: Sessions<R>,
}

impl<R: SessionRegistry> Unmounted<R> {
    /// Checks `registry` and makes it ready, with the default [`Settings`].
    ///
    /// # Errors
    ///
    /// Every setting that cannot work, each with its session, its name and the remedy.
    pub fn new(registry: R) -> Result<Self, ConfigError> {
        Self::with_settings(registry, Settings::new())
    }

    /// Checks `registry` and makes it ready.
    ///
    /// # Errors
    ///
    /// Every setting that cannot work, each with its session, its name and the remedy.
    pub fn with_settings(registry: R, settings: Settings) -> Result<Self, ConfigError> {
        let mut entries = Entries::default();
        registry.__register(&mut entries);
        let registry = Registry::build(&entries.drafts, settings)?;
        Ok(Self {
            sessions: Sessions::new(registry),
        })
    }

    /// Puts the layer around the router that `build` makes.
    #[cfg(feature = "axum")]
    pub fn mount<M: Mount>(self, build: impl FnOnce(Sessions<R>) -> M) -> M {
        let layer = self.sessions.layer();
        build(self.sessions).mount(layer)
    }

    /// The registry and its layer, for stacks that are built by hand: nothing checks from here
    /// on that the layer is in place.
    pub fn into_parts(self) -> (Sessions<R>, SessionLayer) {
        let layer = self.sessions.layer();
        (self.sessions, layer)
    }

    /// Sessions outside HTTP: jobs, sockets, tests. No proof of a mounted layer.
    pub fn codec(&self) -> Sessions {
        Sessions::new(Arc::clone(self.sessions.registry()))
    }
}

impl<R> fmt::Debug for Unmounted<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Unmounted").field(&self.sessions).finish()
    }
}

/// What [`Unmounted::mount`] can put the layer around: axum's `Router`, or an application's own
/// wrapper of one.
///
/// ```
/// use axum::Router;
/// use session_runtime::{Mount, SessionLayer};
///
/// /// A router that an application has a type of its own for.
/// struct Api(Router);
///
/// impl Mount for Api {
///     fn mount(self, layer: SessionLayer) -> Self {
///         Self(self.0.layer(layer))
///     }
/// }
/// ```
#[cfg(feature = "axum")]
#[diagnostic::on_unimplemented(
    message = "`mount` expects a router with its state, found `{Self}`",
    label = "expected an `axum::Router`",
    note = "end the closure with `.with_state(…)`; for another stack use `Unmounted::into_parts`"
)]
pub trait Mount {
    /// The same with `layer` around it.
    #[must_use]
    fn mount(self, layer: SessionLayer) -> Self;
}

#[cfg(feature = "axum")]
impl Mount for axum::Router {
    fn mount(self, layer: SessionLayer) -> Self {
        self.layer(layer)
    }
}
