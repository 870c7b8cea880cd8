//! The chapters of the guide: what they show in Rust is compiled and run as documentation tests.
//! `session-runtime/tests/guide` sees to it that none is missing here.

#[doc = include_str!("../../docs/guide/introduction.md")]
mod introduction {}

#[doc = include_str!("../../docs/guide/quick-start.md")]
mod quick_start {}

#[doc = include_str!("../../docs/guide/which-session.md")]
mod which_session {}

#[doc = include_str!("../../docs/guide/handle.md")]
mod handle {}

#[doc = include_str!("../../docs/guide/expiry.md")]
mod expiry {}

#[doc = include_str!("../../docs/guide/signed-in.md")]
mod signed_in {}

#[doc = include_str!("../../docs/guide/forged-requests.md")]
mod forged_requests {}

#[doc = include_str!("../../docs/guide/security.md")]
mod security {}

#[doc = include_str!("../../docs/guide/owasp.md")]
mod owasp {}

#[doc = include_str!("../../docs/guide/rotation.md")]
mod rotation {}

#[doc = include_str!("../../docs/guide/vault.md")]
mod vault {}

#[doc = include_str!("../../docs/guide/proxies.md")]
mod proxies {}

#[doc = include_str!("../../docs/guide/several-services.md")]
mod several_services {}

#[doc = include_str!("../../docs/guide/operating.md")]
mod operating {}

#[doc = include_str!("../../docs/guide/inspector.md")]
mod inspector {}

#[doc = include_str!("../../docs/stores/memory.md")]
mod stores_memory {}

#[doc = include_str!("../../docs/stores/sqlite.md")]
mod stores_sqlite {}

#[doc = include_str!("../../docs/stores/redis.md")]
mod stores_redis {}

#[doc = include_str!("../../docs/stores/postgres.md")]
mod stores_postgres {}

#[doc = include_str!("../../docs/guide/other-places.md")]
mod other_places {}

#[doc = include_str!("../../docs/guide/sockets.md")]
mod sockets {}

#[doc = include_str!("../../docs/guide/testing.md")]
mod testing {}

#[doc = include_str!("../../docs/migrating-from-tower-sessions.md")]
mod migrating_from_tower_sessions {}

#[doc = include_str!("../../docs/migrating-from-axum-session.md")]
mod migrating_from_axum_session {}

#[doc = include_str!("../../docs/migrating-from-private-cookie-jar.md")]
mod migrating_from_private_cookie_jar {}

#[doc = include_str!("../../docs/migrating-from-fastify-secure-session.md")]
mod migrating_from_fastify_secure_session {}

#[doc = include_str!("../../docs/migrating-from-fastify-session.md")]
mod migrating_from_fastify_session {}

#[doc = include_str!("../../docs/migrating-from-hattip-session.md")]
mod migrating_from_hattip_session {}
