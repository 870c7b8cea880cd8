//! What several examples share, and the [shop](app) as a library, so that tests can run it.

pub mod app;
pub mod store;
