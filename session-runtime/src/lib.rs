#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod app_state;
mod authenticated;
mod cache;
mod clear_site_data;
mod clock;
mod cookie;
mod cookie_keys;
mod csrf;
mod declaration;
mod encoding;
mod error;
mod event;
mod expiry;
mod extract;
mod field;
mod field_rules;
mod format;
mod handle;
mod immutable;
pub mod inspect;
#[cfg(feature = "inspector")]
pub mod inspector;
mod key;
mod keyring;
mod layer;
mod loopback;
#[cfg(any(feature = "signed", feature = "fastify-session"))]
mod mac;
mod measure;
mod meta;
mod node;
#[cfg_attr(
    not(feature = "cookie-jar"),
    expect(dead_code, reason = "other libraries' cookies are behind features")
)]
mod old_cookie;
mod payload;
mod random;
mod reason;
mod registry;
mod revocation;
mod same;
mod seal;
mod session;
mod session_id;
pub mod store;
mod stored;
pub mod testing;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use crate::{
    app_state::{AvailableIn, HasSession, SessionState},
    authenticated::{
        Authenticated, AuthenticatedLayer, AuthenticatedService, AuthenticationRejection,
        Challenge, ReturnTo, require_authenticated, require_fresh,
    },
    clear_site_data::ClearSiteData,
    clock::Clock,
    cookie::{
        AllowsDomain, AllowsInsecure, CookieOptions, CookiePrefix, HostPrefix, MAX_LIFETIME,
        NoPrefix, Priority, SameSite, SecurePrefix,
    },
    cookie_keys::{CookieKeys, IntoCookieKeys},
    csrf::{CsrfFuture, CsrfLayer, CsrfRejection, CsrfService, CsrfToken},
    declaration::Format,
    error::{ConfigError, OpenError, Oversized, SealError},
    event::{DiscardCause, EndCause, Event, EventKind, SendCause},
    expiry::Rolling,
    extract::{RequestSession, SessionRejection},
    field::{Field, FieldInfo, FieldSet, IntoField, IntoFieldSet, ReadOnly, Writable},
    format::deviation::{Deviation, FastifyPolicy},
    handle::{Edit, Session},
    immutable::Immutable,
    key::Key,
    keyring::Keyring,
    layer::{SessionLayer, SessionService},
    meta::Meta,
    node::{NewId, NodeRecord, Proxy, RecordCookie, RequestHead, SharedRecords},
    random::Random,
    reason::Reason,
    registry::{
        Config, Contains, DetachedSession, LateWrite, ListedSession, PrincipalSessions, SaveError,
        SessionRegistry, Sessions, Settings, Unmounted,
    },
    session::{HasPrincipal, NoPrincipal, SecureSession},
    session_id::SessionId,
};
/// Cookies of axum-extra's `PrivateCookieJar` and `SignedCookieJar`, which are taken over.
#[cfg(feature = "cookie-jar")]
pub mod cookie_jar {
    pub use crate::old_cookie::jar::JarCookie;
    #[doc(no_inline)]
    pub use ::cookie::Key;
}

/// Sessions that are shared with @fastify/session and express-session.
///
/// For an application that joins one in Node, or takes its place, without signing anybody out: a
/// [`FastifySession`](fastify_session::FastifySession) goes to [`Config::shared_with_node`].
#[cfg(feature = "fastify-session")]
pub mod fastify_session {
    pub use crate::node::fastify::{Algorithm, FastifySession, Secrets, Signer, Unsigned};
}

/// Sessions that are shared with @hattip/session: the keys of its cookies, and its stores.
#[cfg(feature = "hattip")]
pub mod hattip {
    pub use crate::{
        format::hattip::{EncryptionKeys, SigningKeys},
        node::hattip::HattipStore,
    };
}

#[cfg(feature = "axum")]
pub use registry::Mount;
#[cfg(feature = "derive")]
pub use session_derive::{SecureSession, SessionRegistry};
