//! A small tea shop that uses the library as a product would: accounts, "remember me", a cart, a list
//! of devices, a live page, and what each of them needs of a session.
//!
//! ```text
//! request ─▶ headers ─▶ sessions ─▶ error pages ─▶ form token ─▶ (member? fresh?) ─▶ handler
//! ```
//!
//! One file, one lesson; `sessions` is where to begin.

mod activity;
mod admin;
mod assets;
mod attempts;
mod cart;
mod confirm;
mod counters;
mod device;
mod devices;
mod failed;
mod field;
mod headers;
mod live;
mod now;
mod page;
mod password;
mod preferences;
mod profile;
mod security;
mod sessions;
mod shelf;
mod sign_in;
mod sign_up;
mod teas;
mod text;
mod users;
mod visit;

use std::{error::Error, net::SocketAddr, sync::Arc};

use axum::{Router, http::StatusCode, middleware::from_fn_with_state};
use session_runtime::{
    ConfigError, CsrfLayer, Key, SessionState, Sessions, Unmounted, inspector::SessionInspector,
    require_fresh, store::SessionStore, testing::HeldClock,
};
use tokio::net::TcpListener;

pub use self::users::{DEMO_EMAIL, DEMO_PASSWORD, Users, UsersError};
use self::{
    activity::ActivityLog,
    attempts::Attempts,
    counters::Counters,
    failed::Failed,
    now::Now,
    sessions::{Auth, ShopSessions},
    visit::Visit,
};

/// What the shop needs to open.
#[derive(Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where it is kept who is signed in.
    pub store: Arc<dyn SessionStore>,
    /// Who has an account.
    pub users: Users,
    /// Seals the sessions that live in their cookies.
    pub key: Key,
    /// Held by a test; `None` for the system's.
    pub clock: Option<HeldClock>,
}

impl Settings {
    /// Settings with the clock of the system.
    pub const fn new(store: Arc<dyn SessionStore>, users: Users, key: Key) -> Self {
        Self {
            store,
            users,
            key,
            clock: None,
        }
    }

    /// The same with a clock that is held.
    #[must_use]
    pub fn clock(mut self, clock: &HeldClock) -> Self {
        self.clock = Some(clock.clone());
        self
    }
}

/// Where a browser sees its own sessions, in a build for development.
const INSPECTOR: &str = "/sessions";

/// What handlers share.
#[derive(Clone)]
struct Shop {
    sessions: Sessions<ShopSessions>,
    users: Users,
    attempts: Arc<Attempts>,
    activity: Arc<ActivityLog>,
    counters: Arc<Counters>,
    now: Now,
    /// In a build for development.
    has_inspector: bool,
}

impl SessionState for Shop {
    type Registry = ShopSessions;

    fn sessions(&self) -> &Sessions<ShopSessions> {
        &self.sessions
    }
}

/// The shop, with its sessions around it.
///
/// # Errors
///
/// What of the settings cannot work.
pub fn app(settings: Settings) -> Result<Router, ConfigError> {
    let registry = ShopSessions::new(&settings);
    let counters = Arc::new(Counters::default());
    let counted = Arc::clone(&counters);
    let mut events = session_runtime::Settings::new()
        .application("lantern-tea")
        .on_event(move |event| counted.count(event));
    if let Some(clock) = &settings.clock {
        events = events.clock(clock);
    }
    // A release build does not start with it.
    let inspector = cfg!(debug_assertions).then(SessionInspector::new);
    if let Some(inspector) = &inspector {
        events = events.inspector(inspector);
    }
    let now = Now::new(settings.clock);
    let app = Unmounted::with_settings(registry, events)?.mount(|sessions| {
        let shop = Shop {
            sessions,
            users: settings.users,
            attempts: Arc::new(Attempts::new()),
            activity: Arc::new(ActivityLog::new(now.clone())),
            counters,
            now,
            has_inspector: inspector.is_some(),
        };
        match inspector {
            Some(inspector) => pages(shop).route_service(INSPECTOR, inspector),
            None => pages(shop),
        }
    });
    Ok(headers::around(app.merge(assets::routes())))
}

/// Serves the shop until the process ends.
///
/// # Errors
///
/// What of the settings cannot work, or the listener.
pub async fn serve(listener: TcpListener, settings: Settings) -> Result<(), Box<dyn Error>> {
    // With the address of whoever connects, for the rate limit.
    let app = app(settings)?.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, app).await?)
}

/// Forms are short.
const FORM: usize = 16 * 1024;

fn pages(shop: Shop) -> Router {
    let dangerous = security::routes().route_layer(require_fresh::<Auth>(confirm::FRESH));
    Router::new()
        .merge(shelf::routes())
        .merge(cart::routes())
        .merge(sign_in::routes())
        .merge(sign_up::routes())
        .merge(profile::routes())
        .merge(devices::routes())
        .merge(live::routes())
        .merge(confirm::routes())
        .merge(admin::routes())
        .merge(preferences::routes())
        .merge(dangerous)
        // One of its own, so that what is nowhere is inside the layers too.
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(CsrfLayer::<Visit>::new().form_limit(FORM))
        .layer(from_fn_with_state(shop.clone(), failed::pages))
        .with_state(shop)
}
