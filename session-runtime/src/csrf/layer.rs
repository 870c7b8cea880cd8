//! The layer that asks requests for their token.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum_core::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderName, Request};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{
    CsrfRejection, CsrfToken, demand::Demand, exempt::Exempt, form, origin::is_cross_site,
};
use crate::{ConfigError, SecureSession, extract, node::whole_uri};

const HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// What a form may be, as axum's own default limit.
const FORM_LIMIT: usize = 2 * 1024 * 1024;

/// Refuses requests that another site makes a browser send (cross-site request forgery), by a token
/// that is bound to the session `T` and by what the browser says of the request.
///
/// Requests with another method than GET, HEAD, OPTIONS and TRACE must
///
/// 1. not come from another site, as `Sec-Fetch-Site` says, or else `Origin` beside `Host`;
/// 2. carry a [`CsrfToken<T>`] of their session: in the header `x-csrf-token`, or, in a form
///    (`application/x-www-form-urlencoded`), in the field `csrf_token`. Such a form is read into memory,
///    up to [`form_limit`](Self::form_limit), and handed on whole.
///
/// Any other is answered as [`CsrfRejection`] says. GET must change nothing. A request that begins a
/// WebSocket can carry no token: it must not come from another site, and that is all.
///
/// ```
/// # mod example {
/// use axum::{Router, routing::get};
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{
///     Config, ConfigError, CsrfLayer, CsrfToken, Key, SecureSession, SessionRegistry, Unmounted,
/// };
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     #[session(principal)]
///     user_id: Option<u64>,
/// }
///
/// #[derive(SessionRegistry)]
/// pub struct AppSessions {
///     pub auth: Config<Auth>,
/// }
///
/// pub fn app() -> Result<Router, ConfigError> {
///     let csrf = CsrfLayer::<Auth>::new().exempt("/webhooks/*")?;
///     Ok(Unmounted::new(AppSessions { auth: Config::new(Key::generate()?) })?.mount(|_sessions| {
///         Router::new()
///             .route("/", get(async |csrf: CsrfToken<Auth>| csrf.input()).post(async || "done"))
///             .layer(csrf) // inside the session layer
///     }))
/// }
/// # pub fn main() { app().unwrap(); }
/// # }
/// # example::main();
/// ```
///
/// # Signing in
///
/// The sign-in form has a token too, of the session of nobody in particular that the form itself began:
/// else another site could sign the browser in as somebody else, who then reads what is entered there
/// (login CSRF). After [`regenerate`](crate::Session::regenerate) no token from before is good: forms that
/// are open in other tabs are answered 403, and reloading them helps.
///
/// # Forms with files
///
/// `multipart/form-data` is not read: exempt the route, and ask [`CsrfToken::verify`] for the field in
/// the handler; or send the form by a script, with the header.
///
/// # Security
///
/// Against scripts that run in a page of this origin (XSS) no token helps. Where the session is an
/// unsigned cookie of Node, anybody who can plant one can make a token for it.
pub struct CsrfLayer<T> {
    rules: Arc<Rules>,
    session: PhantomData<fn() -> T>,
}

#[derive(Debug, Clone)]
struct Rules {
    header: HeaderName,
    field: String,
    form_limit: usize,
    exempt: Vec<Exempt>,
    trusted: Vec<String>,
}

impl<T: SecureSession> CsrfLayer<T> {
    /// Asks for a token of the session `T`.
    pub fn new() -> Self {
        let rules = Rules {
            header: HEADER,
            field: CsrfToken::<T>::FIELD.to_owned(),
            form_limit: FORM_LIMIT,
            exempt: Vec::new(),
            trusted: Vec::new(),
        };
        Self::with(rules)
    }
}

impl<T> CsrfLayer<T> {
    fn with(rules: Rules) -> Self {
        Self {
            rules: Arc::new(rules),
            session: PhantomData,
        }
    }

    fn change(self, change: impl FnOnce(&mut Rules)) -> Self {
        let mut rules = Arc::unwrap_or_clone(self.rules);
        change(&mut rules);
        Self::with(rules)
    }

    /// The header of scripts. Default: `x-csrf-token`.
    #[must_use]
    pub fn header(self, name: HeaderName) -> Self {
        self.change(|rules| rules.header = name)
    }

    /// The field of forms. Default: `csrf_token`, as [`CsrfToken::input`] writes it.
    #[must_use]
    pub fn field(self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.change(|rules| rules.field = name)
    }

    /// How many bytes of a form are read to find its token; a larger one is answered 413. Default:
    /// 2 MiB. One with the token in its header is not read.
    #[must_use]
    pub fn form_limit(self, bytes: usize) -> Self {
        self.change(|rules| rules.form_limit = bytes)
    }

    /// Lets requests to `path` pass unasked; with `/*` at its end, to all below it: for what no browser's
    /// cookie is of use for, as webhooks and APIs with tokens of their own. Called again, for more.
    ///
    /// The path is that of the request, also within `nest`.
    ///
    /// # Errors
    ///
    /// If it is no such path.
    pub fn exempt(self, path: &str) -> Result<Self, ConfigError> {
        let exempt = Exempt::new(path).ok_or_else(|| {
            let problem = format_args!("`{path}` is no path: write `/webhooks`, or `/webhooks/*`");
            ConfigError::new("CsrfLayer::exempt", problem)
        })?;
        Ok(self.change(|rules| rules.exempt.push(exempt)))
    }

    /// Takes requests of the pages of `origin`, such as `https://app.example`, for one's own. They need a
    /// token still. Called again, for more.
    ///
    /// # Errors
    ///
    /// If it is no origin as a browser writes it.
    pub fn trust_origin(self, origin: &str) -> Result<Self, ConfigError> {
        let host = ["https://", "http://"]
            .into_iter()
            .find_map(|it| origin.strip_prefix(it));
        let is_host = |host: &str| {
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            !host.is_empty() && host.bytes().all(|b| is_plain(b) || b"-.:[]".contains(&b))
        };
        if !host.is_some_and(is_host) {
            let problem = format_args!(
                "`{origin}` is no origin as a browser writes it: scheme and host in small letters, \
                 without a path, as `https://app.example`"
            );
            return Err(ConfigError::new("CsrfLayer::trust_origin", problem));
        }
        Ok(self.change(|rules| rules.trusted.push(origin.to_owned())))
    }
}

impl<T: SecureSession> Default for CsrfLayer<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for CsrfLayer<T> {
    fn clone(&self) -> Self {
        Self {
            rules: Arc::clone(&self.rules),
            session: PhantomData,
        }
    }
}

impl<S, T> tower_layer::Layer<S> for CsrfLayer<T> {
    type Service = CsrfService<S, T>;

    fn layer(&self, inner: S) -> CsrfService<S, T> {
        let layer = self.clone();
        CsrfService { inner, layer }
    }
}

/// Asks requests for their token. Made by [`CsrfLayer`].
pub struct CsrfService<S, T> {
    inner: S,
    layer: CsrfLayer<T>,
}

impl<S: Clone, T> Clone for CsrfService<S, T> {
    fn clone(&self) -> Self {
        let (inner, layer) = (self.inner.clone(), self.layer.clone());
        Self { inner, layer }
    }
}

impl Rules {
    fn demand(&self, request: &Request<Body>) -> Demand {
        let demand = Demand::of(request);
        let path = || whole_uri(request.uri(), request.extensions()).path();
        let is_exempt = || self.exempt.iter().any(|exempt| exempt.covers(path()));
        if demand != Demand::Nothing && is_exempt() {
            return Demand::Nothing;
        }
        demand
    }

    /// The request again, if it may go on.
    async fn check<T: SecureSession>(
        &self,
        demand: Demand,
        request: Request<Body>,
    ) -> Result<Request<Body>, CsrfRejection> {
        let (parts, mut body) = request.into_parts();
        if is_cross_site(&parts.headers, &parts.uri, &self.trusted) {
            return Err(CsrfRejection::CrossSite);
        }
        if demand == Demand::Whence {
            return Ok(Request::from_parts(parts, body));
        }
        let session = extract::session::<T>(&parts.extensions, &parts.headers).await?;
        let token = match parts.headers.get(&self.header) {
            Some(header) => header.to_str().map(str::to_owned).ok(),
            None if form::is_form(&parts.headers) => {
                let form = form::read(body, self.form_limit).await?;
                let token = form::field(&form, &self.field);
                body = Body::from(form);
                token
            }
            None => None,
        };
        let token = token.ok_or(CsrfRejection::TokenMissing)?;
        if CsrfToken::<T>::verify(&session, &token) {
            Ok(Request::from_parts(parts, body))
        } else {
            Err(CsrfRejection::TokenMismatch)
        }
    }
}

impl<S, T> Service<Request<Body>> for CsrfService<S, T>
where
    S: Service<Request<Body>> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
    T: SecureSession,
{
    type Response = Response;
    type Error = S::Error;
    type Future = CsrfFuture<S::Future, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let rules = &self.layer.rules;
        let demand = rules.demand(&request);
        if demand == Demand::Nothing {
            let inner = self.inner.call(request);
            return CsrfFuture {
                kind: Kind::Unasked { inner },
            };
        }
        let rules = Arc::clone(rules);
        // The one that is ready goes with the request.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let asked = Box::pin(async move {
            match rules.check::<T>(demand, request).await {
                Ok(request) => inner.call(request).await.map(IntoResponse::into_response),
                Err(rejection) => Ok(rejection.into_response()),
            }
        });
        CsrfFuture {
            kind: Kind::Asked { asked },
        }
    }
}

pin_project! {
    /// The response of a [`CsrfService`].
    pub struct CsrfFuture<F, E> {
        #[pin]
        kind: Kind<F, E>,
    }
}

type Asked<E> = Pin<Box<dyn Future<Output = Result<Response, E>> + Send>>;

pin_project! {
    #[project = KindProjection]
    enum Kind<F, E> {
        Unasked { #[pin] inner: F },
        Asked { asked: Asked<E> },
    }
}

impl<F, R, E> Future for CsrfFuture<F, E>
where
    F: Future<Output = Result<R, E>>,
    R: IntoResponse,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProjection::Unasked { inner } => {
                Poll::Ready(ready!(inner.poll(cx)).map(IntoResponse::into_response))
            }
            KindProjection::Asked { asked } => asked.as_mut().poll(cx),
        }
    }
}

impl<F, E> fmt::Debug for CsrfFuture<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfFuture").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for CsrfLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfLayer")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl<S, T> fmt::Debug for CsrfService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfService")
            .field("layer", &self.layer)
            .finish_non_exhaustive()
    }
}
