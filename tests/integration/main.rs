//! session-runtime as an application sees it: real routers, a browser's cookie jar, a held clock.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod authenticated;
mod cache;
mod changes;
mod clear_site_data;
mod cookies;
mod csrf;
mod duplicates;
mod events;
mod expiry;
mod fastify;
mod fastify_session;
mod flash;
mod freshness;
mod guide;
mod handles;
mod hattip;
mod hattip_stores;
mod homes;
mod inspector;
mod layers;
mod lifetime;
mod messages;
mod outside_http;
mod plain_http;
mod private_jar;
mod reasons;
mod rotation;
mod sample;
mod schema;
mod secrets;
mod shelf;
mod startup;
mod testing_kit;
mod upgrade;
