//! The attributes of a cookie, as options of Node's `cookie` package.

use std::time::{Duration, UNIX_EPOCH};

use session_runtime::{Config, CookieOptions, CookiePrefix, NoPrefix, Priority, SameSite};

use crate::{entries::Slot, json::Json};

/// Those that are given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attributes {
    pub(crate) path: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) same_site: Option<SameSite>,
    pub(crate) secure: Option<bool>,
    pub(crate) http_only: Option<bool>,
    pub(crate) partitioned: Option<bool>,
    pub(crate) priority: Option<Priority>,
    max_age: Option<Duration>,
    pub(crate) expires: Option<Duration>,
    /// Node is told to send none.
    pub(crate) without_same_site: bool,
}

impl Attributes {
    /// Reads an object of options, or says what of it there is no setting for.
    pub(crate) fn read(options: &Json) -> Result<Self, String> {
        let mut attributes = Self::default();
        for (name, value) in options.entries().unwrap_or_default() {
            let name = String::from_utf16_lossy(name);
            attributes.set(&name, value).ok_or_else(|| {
                let value = value.stringify();
                format!("the cookie option `{name}` with the value {value}")
            })?;
        }
        Ok(attributes)
    }

    fn set(&mut self, name: &str, value: &Json) -> Option<()> {
        match (name, value.text().as_deref()) {
            ("path", Some(path)) => self.path = Some(path.to_owned()),
            ("domain", Some(domain)) => self.domain = Some(domain.to_owned()),
            ("sameSite", None) if matches!(value, Json::Null | Json::Bool(false)) => {
                self.without_same_site = true;
            }
            ("sameSite", text) => self.same_site = Some(same_site(value, text)?),
            // The recorded requests came over plain http.
            ("secure", Some("auto")) => {
                self.secure = Some(false);
                self.same_site.get_or_insert(SameSite::Lax);
            }
            ("secure", _) => self.secure = Some(value.bool()?),
            ("httpOnly", _) => self.http_only = Some(value.bool()?),
            ("partitioned", _) => self.partitioned = Some(value.bool()?),
            ("priority", text) => self.priority = Some(priority(text?)?),
            ("maxAge", _) => self.max_age = Some(Duration::from_secs(value.whole()?)),
            // As JavaScript asks whether it is there, 0 is not.
            ("expires", _) if value.number() == Some(0.0) => {}
            ("expires", _) => self.expires = Some(Duration::from_millis(value.whole()?)),
            ("signed", _) => {}
            _ => return None,
        }
        Some(())
    }

    /// These, and those of `later` where it has any.
    pub(crate) fn with(self, later: Self) -> Self {
        Self {
            path: later.path.or(self.path),
            domain: later.domain.or(self.domain),
            same_site: later.same_site.or(self.same_site),
            secure: later.secure.or(self.secure),
            http_only: later.http_only.or(self.http_only),
            partitioned: later.partitioned.or(self.partitioned),
            priority: later.priority.or(self.priority),
            max_age: later.max_age.or(self.max_age),
            expires: later.expires.or(self.expires),
            without_same_site: self.without_same_site && later.same_site.is_none()
                || later.without_same_site,
        }
    }

    /// How long the cookie lives, and nothing else.
    pub(crate) fn lifetime(&self) -> Self {
        Self {
            max_age: self.max_age,
            expires: self.expires,
            ..Self::default()
        }
    }

    /// Whether a browser would drop a cookie of this name, or change its attributes.
    pub(crate) fn break_rules(&self, name: &str, secure: bool) -> bool {
        let needs_secure = self.same_site == Some(SameSite::None)
            || self.partitioned == Some(true)
            || name.starts_with("__Secure-")
            || name.starts_with("__Host-");
        let leaves_host = self.domain.is_some() || self.path.as_deref() != Some("/");
        needs_secure && !self.secure.unwrap_or(secure)
            || name.starts_with("__Host-") && leaves_host
            || self
                .path
                .as_deref()
                .is_some_and(|path| !path.starts_with('/'))
            || self
                .max_age
                .is_some_and(|age| age > session_runtime::MAX_LIFETIME)
    }

    pub(crate) fn configure<T: Slot>(&self, mut config: Config<T>) -> Config<T> {
        let given = self.clone();
        if let Some(path) = given.path {
            config = config.path(path);
        }
        if let Some(domain) = given.domain {
            config = config.domain(domain);
        }
        if let Some(same_site) = given.same_site {
            config = config.same_site(same_site);
        }
        if let Some(secure) = given.secure {
            config = config.secure(secure);
        }
        if let Some(http_only) = given.http_only {
            config = config.http_only(http_only);
        }
        if let Some(partitioned) = given.partitioned {
            config = config.partitioned(partitioned);
        }
        if let Some(priority) = given.priority {
            config = config.priority(priority);
        }
        if let Some(max_age) = given.max_age {
            config = config.max_age(max_age);
        }
        if let Some(expires) = given.expires {
            config = config.expires(UNIX_EPOCH + expires);
        }
        config
    }

    /// The same for one response, as far as a name prefix lets a response decide.
    pub(crate) fn options<P: CookiePrefix>(&self) -> CookieOptions<P> {
        let mut options = CookieOptions::new();
        if let Some(same_site) = self.same_site {
            options = options.same_site(same_site);
        }
        if let Some(http_only) = self.http_only {
            options = options.http_only(http_only);
        }
        if let Some(partitioned) = self.partitioned {
            options = options.partitioned(partitioned);
        }
        if let Some(priority) = self.priority {
            options = options.priority(priority);
        }
        if let Some(max_age) = self.max_age {
            options = options.max_age(max_age);
        }
        if let Some(expires) = self.expires {
            options = options.expires(UNIX_EPOCH + expires);
        }
        options
    }

    /// The same for one response of a cookie whose name promises nothing.
    pub(crate) fn free_options(&self) -> CookieOptions<NoPrefix> {
        let mut options = self.options();
        if let Some(path) = self.path.clone() {
            options = options.path(path);
        }
        if let Some(domain) = self.domain.clone() {
            options = options.domain(domain);
        }
        if let Some(secure) = self.secure {
            options = options.secure(secure);
        }
        options
    }
}

fn same_site(value: &Json, text: Option<&str>) -> Option<SameSite> {
    if value.bool() == Some(true) {
        return Some(SameSite::Strict);
    }
    match text?.to_ascii_lowercase().as_str() {
        "strict" => Some(SameSite::Strict),
        "lax" => Some(SameSite::Lax),
        "none" => Some(SameSite::None),
        _ => None,
    }
}

fn priority(text: &str) -> Option<Priority> {
    match text.to_ascii_lowercase().as_str() {
        "low" => Some(Priority::Low),
        "medium" => Some(Priority::Medium),
        "high" => Some(Priority::High),
        _ => None,
    }
}
