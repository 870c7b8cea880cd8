//! The four sessions of the shop, a type each: who is signed in, what he wants to buy, how he likes
//! the pages, and what he is to be told once.
//!
//! Who is signed in is kept in a store, so that it can be listed and ended from elsewhere. The
//! others live in their cookies: there is nothing in them that a copy of the cookie could be used
//! for, and a visitor who never signs in leaves nothing on the server.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};
use session_runtime::{ClearSiteData, Config, SecureSession, SessionRegistry, store::SessionLimit};

use super::{
    Settings, cart::Cart, preferences::Preferences, teas::Tea, users::UserId, visit::Visit,
};

/// Who is signed in, and on what. In a store.
#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(
    name = "auth",
    idle = "7d",
    absolute = "30d",
    priority = "high",
    checked
)]
pub(crate) struct Auth {
    #[session(principal)]
    pub(crate) user: Option<UserId>,
    /// What the browser says it is, for the list of devices.
    #[session(max_len = 100)]
    pub(crate) device: String,
    /// Whether the cookie is to outlive the browser.
    #[session(copy)]
    pub(crate) remembered: bool,
    /// Two tabs that load at once count as two.
    #[session(copy, merge = "add")]
    pub(crate) pages: u64,
    /// The teas that were looked at: of two tabs, those of both.
    #[session(merge = "union")]
    pub(crate) seen: BTreeSet<Tea>,
}

/// Every session of the shop.
#[derive(SessionRegistry)]
pub(crate) struct ShopSessions {
    auth: Config<Auth>,
    cart: Config<Cart>,
    preferences: Config<Preferences>,
    visit: Config<Visit>,
}

/// How many devices somebody may be signed in on; one more signs out the oldest.
pub(crate) const DEVICES: usize = 10;
/// An id older than this is replaced with the next page: a stolen cookie is of use no longer.
pub(crate) const RENEW_ID: Duration = Duration::from_secs(3600);

impl ShopSessions {
    /// What each is called in the log and in the counters.
    pub(crate) const NAMES: [&str; 4] = ["auth", "visit", "cart", "preferences"];

    pub(crate) fn new(settings: &Settings) -> Self {
        // One key serves all: a sealed cookie is bound to its session.
        let key = || settings.key.clone();
        Self {
            auth: Config::stored(settings.store.clone())
                .limit(SessionLimit::new(DEVICES))
                .renew_id(RENEW_ID)
                .sign_in_at("/sign-in")
                .reauthenticate_at("/confirm")
                .clear_site_data(ClearSiteData::CACHE | ClearSiteData::STORAGE),
            cart: Config::new(key()),
            preferences: Config::new(key()),
            visit: Config::new(key()),
        }
    }
}
