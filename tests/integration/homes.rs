//! One application, whose session lives wherever one can.

use axum::Router;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, ConfigError, Format, Rolling, SecureSession, SessionRegistry, Sessions, Settings,
    Unmounted,
    fastify_session::{FastifySession, Secrets},
    hattip::{HattipStore, SigningKeys},
    store::{KeyValueAdapter, MemoryStore},
    testing::HeldClock,
};
use tests::{Client, key};

const SECRET: &str = "a secret of thirty-two bytes, or so";

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "member", cookie_name = "member")]
pub(crate) struct Member {
    #[session(principal)]
    pub(crate) user_id: Option<u64>,
    pub(crate) visits: u32,
    #[session(flash)]
    pub(crate) notice: Option<String>,
}

#[derive(SessionRegistry)]
pub(crate) struct Members {
    pub(crate) member: Config<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    /// In its cookie.
    Sealed,
    /// In a store of this library.
    Stored,
    /// In a cookie of @fastify/secure-session.
    Fastify,
    /// In a record of @fastify/session.
    FastifySession,
    /// In a cookie of @hattip/session.
    Hattip,
    /// In a record of @hattip/session.
    HattipStore,
}

pub(crate) const ALL: [Home; 6] = [
    Home::Sealed,
    Home::Stored,
    Home::Fastify,
    Home::FastifySession,
    Home::Hattip,
    Home::HattipStore,
];
/// Those that note when somebody signed in.
pub(crate) const OURS: [Home; 2] = [Home::Sealed, Home::Stored];
pub(crate) const OF_NODE: [Home; 4] = [
    Home::Fastify,
    Home::FastifySession,
    Home::Hattip,
    Home::HattipStore,
];

impl Home {
    pub(crate) fn config(self) -> Config<Member> {
        let records = || KeyValueAdapter::new(MemoryStore::new());
        match self {
            Self::Sealed => Config::new(key(1)),
            Self::Stored => Config::stored(MemoryStore::new()),
            Self::Fastify => Config::new(key(1)).format(Format::Fastify),
            Self::FastifySession => {
                let sessions = FastifySession::new(records(), Secrets::new(SECRET).unwrap());
                // Else every page sends a cookie, which is not what is asked here.
                Config::shared_with_node(sessions.save_uninitialized(false)).rolling(Rolling::OFF)
            }
            Self::Hattip => Config::new(SigningKeys::from_secrets([SECRET]).unwrap()),
            Self::HattipStore => Config::shared_with_node(HattipStore::kv(records())),
        }
    }
}

/// An application, the browser before it, and its clock.
pub(crate) struct Site {
    pub(crate) client: Client,
    pub(crate) sessions: Sessions<Members>,
    pub(crate) clock: HeldClock,
}

pub(crate) fn site(member: Config<Member>, router: Router) -> Site {
    try_site(member, router).unwrap()
}

pub(crate) fn try_site(member: Config<Member>, router: Router) -> Result<Site, ConfigError> {
    let clock = HeldClock::new();
    let settings = Settings::new().clock(&clock);
    let (sessions, layer) = Unmounted::with_settings(Members { member }, settings)?.into_parts();
    Ok(Site {
        client: Client::new(router.layer(layer)),
        sessions,
        clock,
    })
}

pub(crate) fn headers<const N: usize>(pairs: [(&'static str, &str); N]) -> HeaderMap {
    let pair = |(name, value)| {
        let value = HeaderValue::from_str(value).unwrap();
        (HeaderName::from_static(name), value)
    };
    pairs.map(pair).into_iter().collect()
}
