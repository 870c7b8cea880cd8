//! What a request is answered that lacks a sign-in, or a fresh one.

use std::{fmt, time::Duration};

use axum_core::{body::Body, response::Response};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
    header::{ACCEPT, CACHE_CONTROL, HOST, LOCATION, WWW_AUTHENTICATE},
    uri::{Authority, PathAndQuery},
};

use super::{
    Asked,
    return_to::{self, is_safe},
};

const HX_REQUEST: &str = "hx-request";
const HX_CURRENT_URL: &str = "hx-current-url";
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// Where a browser is sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pages {
    pub(crate) sign_in: Option<String>,
    pub(crate) reauthenticate: Option<String>,
}

/// Why `path` cannot be where a browser is sent.
pub(crate) fn page_problem(path: &str) -> Option<&'static str> {
    if path.contains('#') {
        return Some("ends before its fragment, which a server never sees: leave it out");
    }
    (!is_safe(path)).then_some(
        "is no path of this site: begin with one `/`, and percent-encode what is no visible ASCII",
    )
}

/// What is missing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Want {
    SignIn,
    Fresh(Duration),
}

/// What a request is answered that lacks a sign-in, or a fresh one: of
/// [`AuthenticationRejection`](crate::AuthenticationRejection).
#[derive(Clone)]
pub struct Challenge {
    want: Want,
    way: Way,
}

/// How whoever asked learns where to go.
#[derive(Clone)]
enum Way {
    /// 303 See Other.
    Redirect(HeaderValue),
    /// 401 with what htmx follows.
    Htmx(HeaderValue),
    /// 401.
    Status,
}

impl Challenge {
    pub(super) fn of(asked: &Asked<'_>, pages: Option<&Pages>, want: Want) -> Self {
        let page = pages.and_then(|pages| match want {
            Want::SignIn => pages.sign_in.as_deref(),
            Want::Fresh(_) => pages.reauthenticate.as_deref().or(pages.sign_in.as_deref()),
        });
        let way = page
            .and_then(|page| way(asked, page))
            .unwrap_or(Way::Status);
        Self { want, way }
    }

    /// Where the browser is sent: the page, with the way back.
    pub fn location(&self) -> Option<&str> {
        match &self.way {
            Way::Redirect(location) | Way::Htmx(location) => location.to_str().ok(),
            Way::Status => None,
        }
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = match self.way {
            Way::Redirect(_) => StatusCode::SEE_OTHER,
            Way::Htmx(_) | Way::Status => StatusCode::UNAUTHORIZED,
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self.way {
            Way::Redirect(location) => _ = headers.insert(LOCATION, location),
            Way::Htmx(location) => {
                headers.insert(HX_REDIRECT, location);
                headers.insert(WWW_AUTHENTICATE, self.want.scheme());
            }
            Way::Status => _ = headers.insert(WWW_AUTHENTICATE, self.want.scheme()),
        }
        response
    }
}

impl Want {
    /// The challenge that goes with every 401 (RFC 9110, 11.6.1). No browser knows the scheme, so none
    /// asks for a password; the parameters are those of RFC 9470, 3.
    fn scheme(self) -> HeaderValue {
        match self {
            Self::SignIn => HeaderValue::from_static("Session"),
            Self::Fresh(max_age) => {
                let seconds = max_age.as_secs();
                let challenge = format!(
                    "Session error=\"insufficient_user_authentication\", max_age=\"{seconds}\""
                );
                HeaderValue::try_from(challenge).unwrap_or(HeaderValue::from_static("Session"))
            }
        }
    }
}

/// `None`: a redirect would help nobody.
fn way(asked: &Asked<'_>, page: &str) -> Option<Way> {
    let path = page.split('?').next().unwrap_or(page);
    // The page itself asks for what it is there to give: a browser would go round in circles.
    if asked.uri.path() == path {
        return None;
    }
    if asked.headers.contains_key(HX_REQUEST) {
        let next = current_page(asked.headers, asked.uri);
        return Some(Way::Htmx(location(page, next.as_deref())?));
    }
    if !wants_page(asked.headers) {
        return None;
    }
    // No way leads back to what was posted.
    let can_return = matches!(*asked.method, Method::GET | Method::HEAD);
    let target = asked.uri.path_and_query().map(PathAndQuery::as_str);
    Some(Way::Redirect(location(
        page,
        target.filter(|_| can_return),
    )?))
}

/// Whether a person sees the answer: a navigation, or of a browser that does not say so, a request
/// for HTML.
fn wants_page(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|accept| accept.to_str().ok())
            .any(|accept| accept.contains("text/html")),
    }
}

/// The page that htmx asks for a part of, if it is one of this site's.
fn current_page(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let current: Uri = headers.get(HX_CURRENT_URL)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or(uri.authority().map(Authority::as_str))?;
    let is_here = current.authority()?.as_str().eq_ignore_ascii_case(host);
    is_here.then(|| current.path_and_query().map(ToString::to_string))?
}

fn location(page: &str, next: Option<&str>) -> Option<HeaderValue> {
    let location = match next.and_then(return_to::query) {
        None => page.to_owned(),
        Some(query) if page.contains('?') => format!("{page}&{query}"),
        Some(query) => format!("{page}?{query}"),
    };
    HeaderValue::try_from(location).ok()
}

/// Without the location, which may hold what is nobody's business.
impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge")
            .field("want", &self.want)
            .finish_non_exhaustive()
    }
}
