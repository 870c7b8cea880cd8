//! Sessions whose records a Node application reads and writes too.
//!
//! ```text
//! cookie = prefix ‖ id ‖ "." ‖ mac    fastify/       cookie = key of the record    hattip/
//! record = {"cookie":{…}, fields}                    record = {fields}
//! ```
//!
//! A request loads the record by the id that its cookie names ([`opening`]), and what a handler
//! changes is saved on the condition that the text is the one that was read ([`commit`]). Among
//! servers of this library no update is lost that way and nothing that was ended comes back; what
//! Node writes, it writes without looking.

mod commit;
mod cookie;
mod cookie_json;
mod date;
#[cfg(feature = "fastify-session")]
pub(crate) mod fastify;
#[cfg(feature = "hattip")]
pub(crate) mod hattip;
mod ids;
mod opening;
mod proxy;
mod record;
mod request;
mod saving;
mod state;
mod system;

use std::{fmt, sync::Arc, time::Duration};

pub(crate) use commit::{Work, unwritten};
pub(crate) use cookie::CookieSettings;
pub use cookie::RecordCookie;
pub(crate) use ids::Generator;
pub use ids::NewId;
pub(crate) use opening::Arrival;
pub use proxy::Proxy;
pub use record::NodeRecord;
pub(crate) use record::id;
pub use request::RequestHead;
pub(crate) use request::whole_uri;
pub(crate) use state::NodeState;
pub(crate) use system::System;

use crate::{
    Format, Random, Rolling,
    store::{Created, Held, KeyValueStore, Lifetime, Saved, StoreError},
    stored::{Sweeper, within},
};

/// Where and how sessions that are shared with Node are kept: a `fastify_session::FastifySession`
/// or a `hattip::HattipStore`, for
/// [`Config::shared_with_node`](crate::Config::shared_with_node).
#[derive(Debug)]
pub struct SharedRecords(pub(crate) Sharing);

/// What a configuration says of such sessions.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent settings, no state machine"
)]
pub(crate) struct Sharing {
    pub(crate) store: Arc<dyn KeyValueStore>,
    pub(crate) system: Arc<dyn System>,
    /// A session that a handler has looked at is kept though nobody wrote to it.
    pub(crate) saves_fresh: bool,
    pub(crate) proxy: Option<Proxy>,
    /// The cookie is `Secure` if the request came over https.
    pub(crate) secure_as_request: bool,
    pub(crate) as_node: bool,
    pub(crate) rolling: Rolling,
    /// Milliseconds; `None`: no end but that of the record in the store.
    pub(crate) max_age: Option<u64>,
    /// The record holds the session's cookie.
    pub(crate) holds_cookie: bool,
    /// The store alone knows when a session ends.
    pub(crate) ends_in_store: bool,
}

impl Sharing {
    pub(crate) fn format(&self) -> Format {
        self.system.format()
    }
}

impl fmt::Debug for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedRecords")
            .field("store", &self.store)
            .field("system", &self.system)
            .finish_non_exhaustive()
    }
}

/// Such sessions, ready for requests.
pub(crate) struct Records {
    pub(crate) sharing: Sharing,
    /// How long one call may take.
    pub(crate) deadline: Duration,
    pub(crate) sweeper: Sweeper,
    pub(crate) rolling: Rolling,
    pub(crate) settings: CookieSettings,
    pub(crate) generator: Option<Generator>,
}

impl Records {
    /// A session that belongs to no request.
    pub(crate) fn fresh(&self) -> NodeState {
        NodeState::fresh(self.settings.clone())
    }

    /// Bytes of a cookie's value: ids of the system's own making have one length.
    pub(crate) fn cookie_len(&self) -> usize {
        let id = self.sharing.system.draw(&Random::default());
        id.map_or(0, |id| self.sharing.system.cookie_value(&id).len())
    }

    /// Whether a cookie that names no session is removed, as @fastify/session does.
    pub(super) const fn clears_unbacked(&self) -> bool {
        self.sharing.holds_cookie
    }

    async fn get(&self, key: &str) -> Result<Option<Held>, StoreError> {
        within(self.deadline, self.sharing.store.get(key)).await
    }

    async fn create(
        &self,
        key: &str,
        value: &str,
        lifetime: Lifetime,
    ) -> Result<Created, StoreError> {
        within(
            self.deadline,
            self.sharing.store.create(key, value, lifetime),
        )
        .await
    }

    async fn replace(
        &self,
        key: &str,
        expected: &str,
        value: &str,
        lifetime: Lifetime,
    ) -> Result<Saved, StoreError> {
        let call = self.sharing.store.replace(key, expected, value, lifetime);
        within(self.deadline, call).await
    }

    async fn delete(&self, key: &str, expected: Option<&str>) -> Result<Saved, StoreError> {
        within(self.deadline, self.sharing.store.delete(key, expected)).await
    }
}
