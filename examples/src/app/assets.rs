//! The style sheet, the script and the picture: each at an address that changes with its content,
//! so that a browser keeps it for ever and never has an old one.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Path,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use sha2::{Digest, Sha256};

struct Asset {
    path: String,
    kind: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(name: &str, end: &str, kind: &'static str, content: &'static str) -> Self {
        let mut hash = format!("{:x}", Sha256::digest(content));
        hash.truncate(16);
        Self {
            path: format!("/assets/{name}.{hash}.{end}"),
            kind,
            content,
        }
    }
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        Asset::new(
            "style",
            "css",
            "text/css; charset=utf-8",
            include_str!("assets/style.css"),
        ),
        Asset::new(
            "live",
            "js",
            "text/javascript; charset=utf-8",
            include_str!("assets/live.js"),
        ),
        Asset::new(
            "lantern",
            "svg",
            "image/svg+xml",
            include_str!("assets/lantern.svg"),
        ),
    ]
});

pub(crate) fn style() -> &'static str {
    let [style, _, _] = &*ASSETS;
    &style.path
}

pub(crate) fn live() -> &'static str {
    let [_, live, _] = &*ASSETS;
    &live.path
}

pub(crate) fn icon() -> &'static str {
    let [_, _, icon] = &*ASSETS;
    &icon.path
}

/// Outside of everything that reads a session: what depends on no cookie can be kept by caches.
pub(crate) fn routes() -> Router {
    Router::new().route("/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>) -> Response {
    let mut assets = ASSETS.iter();
    let asset = assets.find(|asset| asset.path.strip_prefix("/assets/") == Some(&name));
    let Some(Asset { kind, content, .. }) = asset else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, *kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, *content).into_response()
}
