//! What the layer notes of a request, for sessions that depend on more than its cookies.

use http::{Extensions, HeaderMap, Method, Request, Uri};

/// The head of a request as it came to the layer: for a function that makes ids
/// ([`Config::id_generator`](crate::Config::id_generator)).
// No `Debug`: it holds cookies.
#[derive(Clone)]
pub struct RequestHead {
    method: Method,
    uri: Uri,
    /// Empty unless somebody looks at them.
    headers: HeaderMap,
}

impl RequestHead {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        Self {
            method: request.method().clone(),
            uri: whole_uri(request.uri(), request.extensions()).clone(),
            headers: HeaderMap::new(),
        }
    }

    pub(super) fn with_headers(&self, headers: &HeaderMap) -> Self {
        Self {
            headers: headers.clone(),
            ..self.clone()
        }
    }

    /// Its method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Its target, whole: a router nested in another sees less of it. Within axum's `nest` that
    /// takes axum's feature `original-uri`, which is one of its defaults.
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Its headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether a cookie with this path belongs to it (as @fastify/session reckons, which is RFC
    /// 6265, 5.1.4).
    pub(crate) fn is_below(&self, path: &str) -> bool {
        let Some(rest) = self.uri.path().strip_prefix(path) else {
            return false;
        };
        rest.is_empty() || rest.starts_with('/') || path.ends_with('/')
    }
}

impl std::fmt::Debug for RequestHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestHead")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// The target as it came to the outermost router: one that is nested sees less of it.
#[cfg(feature = "axum")]
pub(crate) fn whole_uri<'a>(uri: &'a Uri, extensions: &'a Extensions) -> &'a Uri {
    let whole = extensions.get::<axum::extract::OriginalUri>();
    whole.map_or(uri, |whole| &whole.0)
}

#[cfg(not(feature = "axum"))]
pub(crate) const fn whole_uri<'a>(uri: &'a Uri, _: &'a Extensions) -> &'a Uri {
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_166_to_175_a_path_covers_what_is_below_it() {
        for (path, target, expected) in [
            ("/", "/", true),
            ("/", "/anything", true),
            ("/check", "/check", true),
            ("/check", "/check/page1", true),
            ("/check", "/check_page1", false),
            ("/check", "/chick/page1", false),
            ("/check", "/chck", false),
            ("/check/", "/check/page1", true),
            ("/check/", "/check", false),
            ("/check", "/check?page=/x", true),
            ("/check", "/other?to=/check", false),
        ] {
            let request = Request::get(target).body(()).unwrap();
            let head = RequestHead::of(&request);
            assert_eq!(head.is_below(path), expected, "{path} {target}");
        }
    }
}
