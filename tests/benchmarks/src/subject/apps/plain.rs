//! The application without sessions: the floor that all others stand on.

use axum::{Router, routing::get};

async fn ok() -> &'static str {
    "ok"
}

pub(crate) fn app() -> Router {
    Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(ok))
        .route("/write", get(ok))
}
