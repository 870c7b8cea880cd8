//! What the layer notes of a request, for sessions that depend on more than its cookies.

use http::{HeaderMap, Method, Request, Uri};

/// The head of a request as it came to the layer: for a function that makes ids
/// ([`Config::id_generator`](crate::Config::id_generator)).
// No `Debug`: it holds cookies.
#[derive(Clone)]
pub struct RequestHead {
    method: Method,
    uri: Uri,
    /// Empty unless somebody will look at them.
    headers: HeaderMap,
}

impl RequestHead {
    pub(crate) fn of<B>(request: &Request<B>, with_headers: bool) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: if with_headers {
                request.headers().clone()
            } else {
                HeaderMap::new()
            },
        }
    }

    /// Its method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Its target, whole: a router nested in another sees less of it.
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Its headers.
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Whether a cookie with this path belongs to it (as @fastify/session reckons, which is RFC
    /// 6265, 5.1.4).
    pub(super) fn is_below(&self, path: &str) -> bool {
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
            let head = RequestHead::of(&request, false);
            assert_eq!(head.is_below(path), expected, "{path} {target}");
        }
    }
}
