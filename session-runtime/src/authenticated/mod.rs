//! Sessions in which somebody is signed in, and what a request is answered without one.
//!
//! ```text
//! request ─▶ Session<T> ─▶ a principal? fresh enough? ─▶ Authenticated<T>
//!                                   └─ no ─▶ challenge: 303 to a page, or 401 ─▶ rejection
//! ```

mod challenge;
mod layer;
mod rejection;
mod return_to;

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use http::{Extensions, HeaderMap, Method, Request, Uri, request::Parts};

use self::challenge::Want;
pub(crate) use self::challenge::{Pages, page_problem};
pub use self::{
    challenge::Challenge,
    layer::{AuthenticatedLayer, AuthenticatedService, require_authenticated, require_fresh},
    rejection::AuthenticationRejection,
    return_to::ReturnTo,
};
use crate::{
    Format, HasPrincipal, Session, SessionRejection, app_state::AvailableIn, extract,
    node::whole_uri,
};

/// The session of somebody who is signed in: its principal is there.
///
/// Take it instead of [`Session<T>`] in handlers that nobody else may call. Whoever is not signed in is
/// rejected before: 401, or a redirect to [`Config::sign_in_at`](crate::Config::sign_in_at); see
/// [`AuthenticationRejection`]. It derefs to the session.
///
/// ```
/// # mod example {
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Authenticated, SecureSession};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     #[session(principal)]
///     user_id: Option<u64>,
///     visits: u32,
/// }
///
/// pub async fn me(mut auth: Authenticated<Auth>) -> String {
///     auth.update_visits(|visits| *visits += 1);
///     format!("user {}, visit {}", auth.principal(), auth.visits())
/// }
/// # }
/// ```
///
/// `Option<Authenticated<T>>` is `None` where nobody is signed in, for pages that are for everybody;
/// `Result<Authenticated<T>, AuthenticationRejection>` is for an answer of your own. For many routes at
/// once see [`require_authenticated`].
pub struct Authenticated<T: HasPrincipal> {
    session: Session<T>,
    /// The session as it was when it was looked at: handlers may sign somebody out.
    seen: Arc<T>,
}

impl<T: HasPrincipal> Authenticated<T> {
    /// `None`: nobody is signed in.
    fn of(session: Session<T>) -> Option<Self> {
        let seen = session.snapshot();
        seen.__who()?;
        Some(Self { session, seen })
    }

    /// Who is signed in, as it was when this was extracted.
    ///
    /// It hides a getter of this name, of a field that is called so: see [`Session::data`].
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "looked at by `of`, and nobody writes to it"
    )]
    pub fn principal(&self) -> &T::Principal {
        self.seen.__who().expect("somebody is signed in")
    }

    /// The session.
    pub fn into_session(self) -> Session<T> {
        self.session
    }
}

/// What of a request decides whether it may go on, and what it is answered if not.
struct Asked<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    extensions: &'a Extensions,
}

impl<'a> Asked<'a> {
    fn of_parts(parts: &'a Parts) -> Self {
        Self {
            method: &parts.method,
            uri: whole_uri(&parts.uri, &parts.extensions),
            headers: &parts.headers,
            extensions: &parts.extensions,
        }
    }

    fn of_request<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: whole_uri(request.uri(), request.extensions()),
            headers: request.headers(),
            extensions: request.extensions(),
        }
    }

    async fn session<T: HasPrincipal>(&self) -> Result<Session<T>, SessionRejection> {
        extract::session(self.extensions, self.headers).await
    }

    /// The session, if somebody is signed in, and not longer than `max_age` ago.
    async fn authenticated<T: HasPrincipal>(
        self,
        max_age: Option<Duration>,
    ) -> Result<Authenticated<T>, AuthenticationRejection> {
        let session = self.session::<T>().await?;
        let slot = Arc::clone(session.slot());
        let challenge = |want| {
            let pages = slot.entry().map(|entry| &entry.pages);
            Challenge::of(&self, pages, want)
        };
        let authenticated = Authenticated::of(session)
            .ok_or_else(|| AuthenticationRejection::SignInRequired(challenge(Want::SignIn)))?;
        let Some(max_age) = max_age else {
            return Ok(authenticated);
        };
        let name = T::DECLARATION.name;
        if slot
            .entry()
            .is_some_and(|entry| entry.format() != Format::Sealed)
        {
            return Err(AuthenticationRejection::FreshnessUnknown { session: name });
        }
        if authenticated.meta().is_fresh(max_age) {
            return Ok(authenticated);
        }
        let challenge = challenge(Want::Fresh(max_age));
        Err(AuthenticationRejection::ReauthenticationRequired(challenge))
    }
}

pub(crate) async fn of_parts<T: HasPrincipal>(
    parts: &Parts,
    max_age: Option<Duration>,
) -> Result<Authenticated<T>, AuthenticationRejection> {
    Asked::of_parts(parts).authenticated(max_age).await
}

pub(crate) fn of_request<T: HasPrincipal, B>(
    request: &Request<B>,
) -> impl Future<Output = Result<Authenticated<T>, AuthenticationRejection>> + Send {
    Asked::of_request(request).authenticated(None)
}

/// Rejects where nobody is signed in.
impl<S, T> FromRequestParts<S> for Authenticated<T>
where
    S: Send + Sync,
    T: HasPrincipal + AvailableIn<S>,
{
    type Rejection = AuthenticationRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        of_parts(parts, None).await
    }
}

/// `None` where nobody is signed in.
impl<S, T> OptionalFromRequestParts<S> for Authenticated<T>
where
    S: Send + Sync,
    T: HasPrincipal + AvailableIn<S>,
{
    type Rejection = SessionRejection;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Option<Self>, SessionRejection> {
        let session = Asked::of_parts(parts).session::<T>().await?;
        Ok(Self::of(session))
    }
}

impl<T: HasPrincipal> Deref for Authenticated<T> {
    type Target = Session<T>;

    fn deref(&self) -> &Session<T> {
        &self.session
    }
}

impl<T: HasPrincipal> DerefMut for Authenticated<T> {
    fn deref_mut(&mut self) -> &mut Session<T> {
        &mut self.session
    }
}

/// Names the session and nothing of what is in it.
impl<T: HasPrincipal> fmt::Debug for Authenticated<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Authenticated").field(&self.session).finish()
    }
}
