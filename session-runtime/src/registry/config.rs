//! The configuration of one session: what an application says of it.

use std::{any::TypeId, borrow::Cow, fmt, marker::PhantomData, sync::Arc, time::Duration};

#[cfg(feature = "inspector")]
use super::looking::{Look, look, type_of};
use super::{
    procedures::AnyProcedures, server_side::ServerSide, take_over::AnyReader, validator::Validator,
};
#[cfg(feature = "hattip")]
use crate::cookie_keys::Kind;
use crate::{
    ClearSiteData, CookieKeys, CookiePrefix, FastifyPolicy, Format, IntoCookieKeys, Key,
    SecureSession,
    authenticated::Pages,
    cookie::Overrides,
    declaration::{Declaration, Limit},
    error::ConfigError,
    expiry::Rolling,
    format::fastify::Signing,
    node::{Generator, Sharing},
    old_cookie::OldCookie,
    store::SessionStore,
};

/// The configuration of the session `T`: its keys, and overrides of what its attributes say.
///
/// Everything given here is checked by [`Unmounted::new`](crate::Unmounted::new), by the same
/// rules as the attributes.
///
/// ```
/// # mod example {
/// use std::time::Duration;
/// use serde::{Deserialize, Serialize};
/// use session_runtime::{Config, Key, Keyring, SecureSession};
///
/// #[derive(SecureSession, Serialize, Deserialize, Default)]
/// pub struct Auth {
///     user_id: Option<u64>,
/// }
///
/// # pub fn main() -> Result<(), session_runtime::ConfigError> {
/// // One key, and a shorter life than the struct says.
/// let config = Config::<Auth>::new(Key::generate()?).idle(Duration::from_secs(600));
///
/// // During a rotation: the new key seals, the old one still opens.
/// let config = Config::<Auth>::new(Keyring::new(Key::generate()?).also_open(Key::generate()?));
/// # let _ = config;
/// # Ok(())
/// # }
/// # }
/// # example::main().unwrap();
/// ```
#[must_use = "a configuration does nothing until it is registered"]
pub struct Config<T> {
    pub(super) draft: Draft,
    session: PhantomData<fn() -> T>,
}

/// Which requests renew a cookie that no handler wrote to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RenewOn {
    Navigation,
    AnyRequest,
}

/// Where a session lives.
pub(super) enum Home {
    /// In its cookie, sealed.
    Cookie(CookieKeys),
    /// In a store.
    Store(Arc<dyn SessionStore>),
    /// In records that Node reads and writes too.
    Node(Sharing),
}

/// A [`Config`] without its type.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent settings, no state machine"
)]
pub(crate) struct Draft {
    pub(super) type_id: TypeId,
    pub(super) declaration: Declaration,
    /// The prefix that the type was derived with, which its `CookieOptions` rely on.
    pub(super) prefix: &'static str,
    pub(super) home: Home,
    /// `None`: no store is asked.
    pub(super) procedures: Option<AnyProcedures>,
    pub(super) cookie_name: Cow<'static, str>,
    pub(super) format: Format,
    pub(super) idle: Option<Limit>,
    pub(super) absolute: Option<Limit>,
    pub(super) skew: Duration,
    pub(super) rolling: Option<Rolling>,
    pub(super) renew_on: RenewOn,
    pub(super) overrides: Overrides,
    pub(super) preserve_unknown: Option<bool>,
    pub(super) policy: FastifyPolicy,
    pub(super) signing: Signing,
    pub(super) discard_on_server_error: bool,
    pub(super) insecure_over_http: bool,
    pub(super) insecure_shared_key: bool,
    pub(super) server_side: ServerSide,
    pub(super) has_principal: bool,
    pub(super) is_shareable: bool,
    pub(super) cached: Option<usize>,
    pub(super) pages: Pages,
    pub(super) clear_site_data: ClearSiteData,
    pub(super) validators: Vec<Validator>,
    pub(super) generator: Option<Generator>,
    pub(super) old_cookie: Option<(OldCookie, AnyReader)>,
    /// What `Config::shared_with_node` and `id_generator` found.
    pub(super) found: Vec<(&'static str, String)>,
    #[cfg(feature = "inspector")]
    pub(super) look: Look,
    /// The store's type, without its path.
    #[cfg(feature = "inspector")]
    pub(super) store_type: Option<&'static str>,
}

impl<T: SecureSession> Config<T> {
    /// Seals with `keys`: a [`Key`], a [`Keyring`](crate::Keyring), or the keys of another
    /// system's format, which choose it.
    pub fn new(keys: impl IntoCookieKeys) -> Self {
        let keys = keys.into_cookie_keys();
        let format = keys.format();
        let mut config = Self::at_home(Home::Cookie(keys), None);
        if let Some(format) = format {
            config.draft.format = format;
        }
        config
    }

    /// Neither signs nor encrypts: the unsigned cookies of @hattip/session (its
    /// `SimpleCookieStore`), for what may be anything, such as a theme or a language.
    ///
    /// `is_valid` is asked of every cookie first; what it refuses is a fresh session
    /// ([`Reason::SchemaMismatch`](crate::Reason::SchemaMismatch)).
    ///
    /// ```
    /// # mod example {
    /// use serde::{Deserialize, Serialize};
    /// use session_runtime::{Config, SecureSession};
    ///
    /// #[derive(SecureSession, Serialize, Deserialize, Default)]
    /// #[session(cookie_name = "looks")]
    /// pub struct Looks {
    ///     theme: String,
    /// }
    ///
    /// # pub fn main() {
    /// let config = Config::<Looks>::insecure_unsigned(|looks| {
    ///     ["", "light", "dark"].contains(&&*looks.theme)
    /// });
    /// # let _ = config;
    /// # }
    /// # }
    /// # example::main();
    /// ```
    ///
    /// # Security
    ///
    /// Everybody can read such a session, and write one: `is_valid` is all there is between a
    /// stranger and the handlers. It has no end but its cookie's `Max-Age`, which whoever writes
    /// his own does not keep to. The log says so at start.
    #[cfg(feature = "hattip")]
    pub fn insecure_unsigned(is_valid: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        Self::new(CookieKeys(Kind::Unsigned)).validate(is_valid)
    }

    /// Keeps the session in `store`, and in its cookie only a random token.
    ///
    /// Take it for what a cookie cannot do: data beyond 4096 bytes, parallel requests of which
    /// none loses what another wrote, sign-outs that hold against copies of the cookie, and a list
    /// of a user's sessions. Handlers do not change.
    ///
    /// ```
    /// # mod example {
    /// use serde::{Deserialize, Serialize};
    /// use session_runtime::{Config, SecureSession, store::MemoryStore};
    ///
    /// #[derive(SecureSession, Serialize, Deserialize, Default)]
    /// pub struct Auth {
    ///     #[session(principal)]
    ///     user_id: Option<u64>,
    /// }
    ///
    /// # pub fn main() {
    /// let config = Config::<Auth>::stored(MemoryStore::new());
    /// # let _ = config;
    /// # }
    /// # }
    /// # example::main();
    /// ```
    ///
    /// One store may keep several sessions, and serve several applications whose
    /// [names](crate::Settings::application) differ. Idle and absolute limits, cookie attributes
    /// and their defaults are as in the sealed format.
    pub fn stored(store: impl SessionStore) -> Self {
        #[cfg(feature = "inspector")]
        let store_type = type_of(&store);
        let procedures = AnyProcedures::stored::<T>();
        let config = Self::at_home(Home::Store(Arc::new(store)), Some(procedures));
        #[cfg(feature = "inspector")]
        let config = config.kept_in(store_type);
        config
    }

    pub(super) fn at_home(home: Home, procedures: Option<AnyProcedures>) -> Self {
        let declaration = T::DECLARATION;
        let draft = Draft {
            type_id: TypeId::of::<T>(),
            declaration,
            prefix: T::Prefix::PREFIX,
            home,
            procedures,
            cookie_name: Cow::Borrowed(declaration.cookie_name),
            format: declaration.format,
            idle: None,
            absolute: None,
            skew: Duration::from_secs(60),
            rolling: None,
            renew_on: RenewOn::Navigation,
            overrides: Overrides::default(),
            preserve_unknown: None,
            policy: FastifyPolicy::STRICT,
            signing: Signing::Off,
            discard_on_server_error: false,
            insecure_over_http: false,
            insecure_shared_key: false,
            server_side: ServerSide::default(),
            has_principal: T::__PRINCIPAL_BITS != 0,
            is_shareable: T::__SHAREABLE,
            cached: None,
            pages: Pages::default(),
            clear_site_data: ClearSiteData::NOTHING,
            validators: Vec::new(),
            generator: None,
            old_cookie: None,
            found: Vec::new(),
            #[cfg(feature = "inspector")]
            look: look::<T>,
            #[cfg(feature = "inspector")]
            store_type: None,
        };
        Self {
            draft,
            session: PhantomData,
        }
    }

    /// Seals with the key in the environment variable `variable`: 64 hex digits or base64.
    ///
    /// # Errors
    ///
    /// If the variable is not set or holds no key; the message names it.
    pub fn from_env(variable: &str) -> Result<Self, ConfigError> {
        Key::from_env(variable).map(Self::new)
    }

    /// The cookie's name. Its prefix (`__Host-`, `__Secure-` or none) must be the one that the
    /// type was derived with.
    pub fn cookie_name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.draft.cookie_name = name.into();
        self
    }

    /// The format, over the attribute `format`. The cookie's name stays what it is.
    pub const fn format(mut self, format: Format) -> Self {
        self.draft.format = format;
        self
    }

    /// How long the session lives without being used; `None` for no such limit. Default: 1 day
    /// sealed, 86401 s fastify, 5 minutes hattip, none in the records of @fastify/session (whose
    /// store keeps them for a day).
    pub fn idle(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.draft.idle = Some(limit.into().into());
        self
    }

    /// How long the session lives at most; `None` for no such limit. Default: 14 days sealed;
    /// other formats have none.
    pub fn absolute(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.draft.absolute = Some(limit.into().into());
        self
    }

    /// Asks `is_valid` of the data of every session that is read, wherever it lives. What it
    /// refuses is a fresh session ([`Reason::SchemaMismatch`](crate::Reason::SchemaMismatch)).
    ///
    /// For sessions that other programs write too, a service in Node for instance: the types of the
    /// fields hold anyway, and this is for what types do not say. Of several questions, each must be
    /// answered with yes.
    pub fn validate(mut self, is_valid: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.draft.validators.push(Validator::new(is_valid));
        self
    }

    /// How far ahead the clock of another server may be. Default: 60 s.
    pub const fn clock_skew(mut self, skew: Duration) -> Self {
        self.draft.skew = skew;
        self
    }

    /// How often a read renews the cookie. Default: [`Rolling::at_most`]`(10)` sealed,
    /// [`Rolling::ALWAYS`] in the records of @fastify/session, [`Rolling::OFF`] in other formats.
    pub const fn rolling(mut self, rolling: Rolling) -> Self {
        self.draft.rolling = Some(rolling);
        self
    }

    /// Renews the cookie with the response to any request. Default: to navigations only, which are
    /// requests with `Sec-Fetch-Mode: navigate` and those of clients that do not say.
    ///
    /// A renewal is a cookie that no handler asked for: because of [`rolling`](Self::rolling), or
    /// because the key was rotated. Set this for a page that stays open and fetches, as
    /// single-page applications do: its idle limit would else count from the last navigation or
    /// write.
    ///
    /// # Security
    ///
    /// Of two responses under way, the cookie of the later wins: a renewal that goes out beside a
    /// sign-out can bring the session back to the browser.
    pub const fn renew_on_any_request(mut self) -> Self {
        self.draft.renew_on = RenewOn::AnyRequest;
        self
    }

    /// Whether fields that the struct does not know are kept in the cookie. Default: no in the
    /// sealed format, yes in those of other systems.
    pub const fn preserve_unknown(mut self, preserve: bool) -> Self {
        self.draft.preserve_unknown = Some(preserve);
        self
    }

    /// Drops the changes of a request that answers 5xx. Default: they are sent.
    /// [`delete`](crate::Session::delete) counts either way.
    pub const fn discard_on_server_error(mut self) -> Self {
        self.draft.discard_on_server_error = true;
        self
    }

    /// For development over plain http on a host that is not loopback: no `Secure`, no name
    /// prefix, and a warning in the log at start.
    ///
    /// # Security
    ///
    /// Everybody on the way can read and replace the cookie. On loopback it is not needed:
    /// browsers take `Secure` cookies from `http://localhost`.
    pub const fn insecure_over_http(mut self) -> Self {
        self.draft.insecure_over_http = true;
        self
    }

    /// Formats of other systems: lets another session in such a format have the same key, or records
    /// whose keys have the same prefix.
    ///
    /// # Security
    ///
    /// Those formats bind a cookie to nothing but its key: a browser can present the value of one
    /// session under the name of the other, and it opens.
    pub const fn insecure_shared_key(mut self) -> Self {
        self.draft.insecure_shared_key = true;
        self
    }

    pub(super) const fn server_side(&mut self) -> &mut ServerSide {
        &mut self.draft.server_side
    }

    pub(super) fn into_draft(self) -> Draft {
        self.draft
    }
}

impl<T: SecureSession> fmt::Debug for Config<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draft.fmt(f)
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("session", &self.declaration.name)
            .field("cookie_name", &self.cookie_name)
            .field("format", &self.format)
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cookie(keyring) => keyring.fmt(f),
            Self::Store(store) => store.fmt(f),
            Self::Node(sharing) => sharing.fmt(f),
        }
    }
}
