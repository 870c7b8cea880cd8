//! The same for many routes at once.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum_core::response::{IntoResponse, Response};
use http::Request;
use tower_service::Service;

use super::of_parts;
use crate::HasPrincipal;

/// Lets requests through in whose session `T` somebody is signed in. Others are answered as
/// [`AuthenticationRejection`](crate::AuthenticationRejection) says.
///
/// For routes whose handlers do not take [`Authenticated`](crate::Authenticated), or must not be able to
/// forget it. Inside the session layer, so that a `Router` which is built in
/// [`mount`](crate::Unmounted::mount) may have it anywhere:
///
/// ```
/// # mod example {
/// use axum::{Router, routing::get};
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{SecureSession, require_authenticated};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     #[session(principal)]
///     user_id: Option<u64>,
/// }
///
/// pub fn account() -> Router {
///     Router::new()
///         .route("/orders", get(async || "orders"))
///         .route("/invoices", get(async || "invoices"))
///         .route_layer(require_authenticated::<Auth>())
/// }
/// # }
/// ```
pub const fn require_authenticated<T: HasPrincipal>() -> AuthenticatedLayer<T> {
    AuthenticatedLayer::new(None)
}

/// Lets requests through whose principal proved who he is less than `max_age` ago
/// ([`Meta::authenticated_at`](crate::Meta::authenticated_at)); the parameter `max_age` of
/// `OpenID` Connect. Others are answered as [`AuthenticationRejection`](crate::AuthenticationRejection) says.
///
/// For what a session that was left open must not be enough for: changing a password, paying, deleting
/// an account («sudo mode»; OWASP ASVS 5.0, 7.5.1). The page that asks for the password again calls
/// [`Session::reauthenticate`](crate::Session::reauthenticate).
///
/// ```
/// # mod example {
/// use std::time::Duration;
/// use axum::{Router, response::Redirect, routing::{get, post}};
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Authenticated, Config, Key, ReturnTo, SecureSession, require_fresh};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     #[session(principal)]
///     user_id: Option<u64>,
/// }
///
/// pub fn config(key: Key) -> Config<Auth> {
///     Config::new(key).sign_in_at("/sign-in").reauthenticate_at("/sudo")
/// }
///
/// async fn sudo(next: ReturnTo, mut auth: Authenticated<Auth>) -> Redirect {
///     // … if the password was right:
///     auth.reauthenticate();
///     Redirect::to(next.or("/"))
/// }
///
/// pub fn routes() -> Router {
///     Router::new()
///         .route("/delete-account", get(async || "Sure?"))
///         .route_layer(require_fresh::<Auth>(Duration::from_secs(5 * 60)))
///         .route("/sudo", post(sudo))
/// }
/// # }
/// ```
///
/// A `max_age` of zero lets nobody through. A session of Node does not carry the time, and is answered
/// 500 with the remedy in the log.
pub const fn require_fresh<T: HasPrincipal>(max_age: Duration) -> AuthenticatedLayer<T> {
    AuthenticatedLayer::new(Some(max_age))
}

/// The layer of [`require_authenticated`] and [`require_fresh`], for `route_layer` and `layer`.
pub struct AuthenticatedLayer<T> {
    max_age: Option<Duration>,
    session: PhantomData<fn() -> T>,
}

impl<T> AuthenticatedLayer<T> {
    const fn new(max_age: Option<Duration>) -> Self {
        Self {
            max_age,
            session: PhantomData,
        }
    }
}

impl<T> Clone for AuthenticatedLayer<T> {
    fn clone(&self) -> Self {
        Self::new(self.max_age)
    }
}

impl<S, T> tower_layer::Layer<S> for AuthenticatedLayer<T> {
    type Service = AuthenticatedService<S, T>;

    fn layer(&self, inner: S) -> AuthenticatedService<S, T> {
        let layer = self.clone();
        AuthenticatedService { inner, layer }
    }
}

/// Lets requests through that somebody signed in for. Made by [`AuthenticatedLayer`].
pub struct AuthenticatedService<S, T> {
    inner: S,
    layer: AuthenticatedLayer<T>,
}

impl<S: Clone, T> Clone for AuthenticatedService<S, T> {
    fn clone(&self) -> Self {
        let (inner, layer) = (self.inner.clone(), self.layer.clone());
        Self { inner, layer }
    }
}

impl<S, T, B> Service<Request<B>> for AuthenticatedService<S, T>
where
    S: Service<Request<B>> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
    T: HasPrincipal,
    B: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that is ready goes with the request.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let max_age = self.layer.max_age;
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            if let Err(rejection) = of_parts::<T>(&parts, max_age).await {
                return Ok(rejection.into_response());
            }
            let request = Request::from_parts(parts, body);
            inner.call(request).await.map(IntoResponse::into_response)
        })
    }
}

impl<T> fmt::Debug for AuthenticatedLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedLayer")
            .field("max_age", &self.max_age)
            .finish()
    }
}

impl<S, T> fmt::Debug for AuthenticatedService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedService")
            .field("layer", &self.layer)
            .finish_non_exhaustive()
    }
}
