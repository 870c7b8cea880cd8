//! The options of one session as a vector gives them, and what one writes for them here.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use session_runtime::{Config, Key, Keyring};

use crate::{attributes::Attributes, entries::Slot, json::Json, node};

/// The limit where none is given.
const DEFAULT_IDLE: u64 = 86_401_000;

/// One session.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) name: String,
    pub(crate) cookie_name: String,
    pub(crate) keys: Vec<Key>,
    /// Milliseconds; 0 for a negative number, with which Node takes every session for expired.
    pub(crate) idle: u64,
    pub(crate) attributes: Attributes,
    /// Empty where cookies are not signed.
    pub(crate) secrets: Vec<Secret>,
}

/// What cookies are signed with.
#[derive(Debug, Clone)]
pub(crate) enum Secret {
    /// What is derived from the session's keys.
    OfKeys,
    Text(Vec<u8>),
}

/// Why there is nothing to write for some options.
#[derive(Debug, Clone)]
pub(crate) enum Unwritable {
    /// They hold no key that is one.
    Key(String),
    /// They ask for something that there is no setting for.
    Setting(String),
}

impl Options {
    /// The sessions of a configuration, which is a list or one alone.
    pub(crate) fn read(config: &Json, registered: Option<&Json>) -> Result<Vec<Self>, Unwritable> {
        let alone = std::slice::from_ref(config);
        let configs = config.items().unwrap_or(alone);
        let mut sessions = configs
            .iter()
            .map(Self::one)
            .collect::<Result<Vec<_>, _>>()?;
        let secrets = signing(configs, &sessions, registered)?;
        for (session, config) in sessions.iter_mut().zip(configs) {
            if is_signed(config) {
                session.secrets.clone_from(&secrets);
            }
        }
        Ok(sessions)
    }

    fn one(config: &Json) -> Result<Self, Unwritable> {
        let name = config
            .text_of("sessionName")
            .unwrap_or_else(|| "session".to_owned());
        let attributes = config.get("cookie").map(Attributes::read).transpose();
        Ok(Self {
            cookie_name: config.text_of("cookieName").unwrap_or_else(|| name.clone()),
            name,
            keys: keys(config)?,
            idle: idle(config),
            attributes: attributes.map_err(Unwritable::Setting)?.unwrap_or_default(),
            secrets: Vec::new(),
        })
    }

    /// What one writes for it.
    pub(crate) fn config<T: Slot>(&self, strict: bool) -> Option<Config<T>> {
        let mut keys = self.keys.iter().cloned();
        let current = Keyring::new(keys.next()?);
        let mut config = Config::new(keys.fold(current, Keyring::also_open))
            .cookie_name(self.cookie_name.clone())
            .idle(Duration::from_millis(self.idle));
        for secret in &self.secrets {
            config = match secret {
                Secret::OfKeys => config.signed(),
                Secret::Text(text) => config.signed_with(text.clone()),
            };
        }
        config = self.attributes.configure(config);
        Some(if strict { config } else { config.as_node() })
    }

    /// Whether a browser would drop its cookie, or change its attributes.
    pub(crate) fn breaks_cookie_rules(&self) -> bool {
        self.attributes.break_rules(&self.cookie_name, false)
    }

    /// Seconds since 1970 of the last write, of a session that ends at `end`.
    pub(crate) fn written_at(&self, end: std::time::SystemTime) -> Option<f64> {
        let end = end.duration_since(UNIX_EPOCH).ok()?;
        Some(
            end.checked_sub(Duration::from_millis(self.idle))?
                .as_secs_f64(),
        )
    }
}

/// `__ts + expiry` is compared with whole milliseconds: a fraction of one counts as one.
fn idle(config: &Json) -> u64 {
    match config.get("expiry").and_then(Json::number) {
        None | Some(0.0) => DEFAULT_IDLE,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of seconds, and a negative one is 0"
        )]
        Some(seconds) => (seconds * 1000.0).ceil() as u64,
    }
}

fn is_signed(config: &Json) -> bool {
    let signed = config.get("cookie").and_then(|cookie| cookie.get("signed"));
    signed.and_then(Json::bool) == Some(true)
}

/// The secrets of the one @fastify/cookie that all sessions share: its own if it was registered
/// before, else those of the last session.
fn signing(
    configs: &[Json],
    sessions: &[Options],
    registered: Option<&Json>,
) -> Result<Vec<Secret>, Unwritable> {
    if !configs.iter().any(is_signed) {
        return Ok(Vec::new());
    }
    if let Some(registered) = registered {
        let secret = registered.get("secret").map(|secret| {
            let alone = std::slice::from_ref(secret);
            secret
                .items()
                .unwrap_or(alone)
                .iter()
                .map(bytes)
                .collect::<Option<Vec<_>>>()
        });
        let secrets = secret.flatten().unwrap_or_default();
        return if secrets.is_empty() {
            let setting = "a signature without a secret";
            Err(Unwritable::Setting(setting.to_owned()))
        } else {
            Ok(secrets.into_iter().map(Secret::Text).collect())
        };
    }
    let (Some(config), Some(session)) = (configs.last(), sessions.last()) else {
        return Ok(Vec::new());
    };
    Ok(
        match (key_specs(config), sessions.len(), session.keys.first()) {
            (None, ..) => config
                .get("secret")
                .and_then(bytes)
                .map(Secret::Text)
                .into_iter()
                .collect(),
            (Some(_), 1, _) => vec![Secret::OfKeys],
            (Some(_), _, key) => {
                let secret = key.map(|key| Secret::Text(node::signing_secret(key).into_bytes()));
                secret.into_iter().collect()
            }
        },
    )
}

/// The keys that a configuration lists. `None`: it has a passphrase.
pub(crate) fn key_specs(config: &Json) -> Option<Vec<&Json>> {
    let spec = config.get("keys").or_else(|| config.get("key"))?;
    Some(match spec {
        Json::List(keys) => keys.iter().collect(),
        key => vec![key],
    })
}

fn keys(config: &Json) -> Result<Vec<Key>, Unwritable> {
    let keys = match key_specs(config) {
        Some(specs) => specs.into_iter().map(key).collect::<Result<Vec<_>, _>>(),
        None => from_passphrase(config).map(|key| vec![key]),
    };
    match keys {
        Ok(keys) if keys.is_empty() => Err(Unwritable::Key("an empty list of keys".to_owned())),
        other => other.map_err(Unwritable::Key),
    }
}

fn key(spec: &Json) -> Result<Key, String> {
    match (spec.text_of("hex"), spec.text_of("value")) {
        (Some(hex), _) => Key::from_hex(&hex).map_err(|error| error.to_string()),
        (None, Some(text)) => Key::from_base64(&text).map_err(|error| error.to_string()),
        _ => Err("neither text nor bytes".to_owned()),
    }
}

fn from_passphrase(config: &Json) -> Result<Key, String> {
    type BySecretAndSalt = HashMap<(Vec<u8>, Vec<u8>), Key>;
    /// One derivation takes the better part of a second and 256 MiB.
    static DERIVED: LazyLock<Mutex<BySecretAndSalt>> = LazyLock::new(Mutex::default);
    let secret = config
        .get("secret")
        .and_then(bytes)
        .ok_or("neither key nor secret")?;
    let salt = salt(config);
    let known = (secret.clone(), salt.clone());
    let mut derived = DERIVED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = derived.get(&known) {
        return Ok(key.clone());
    }
    let key = if salt.is_empty() {
        Key::from_passphrase_with_node_salt(&secret)
    } else {
        let length = salt.len();
        let salt: [u8; 16] = salt
            .try_into()
            .map_err(|_| format!("a salt of {length} bytes, not 16"))?;
        Key::from_passphrase(&secret, &salt)
    };
    let key = key.map_err(|error| error.to_string())?;
    derived.insert(known, key.clone());
    Ok(key)
}

/// A salt given as text is the low byte of each UTF-16 unit. Empty: none was given.
pub(crate) fn salt(config: &Json) -> Vec<u8> {
    match config.get("salt") {
        Some(Json::Text(units)) => units.iter().map(|unit| unit.to_le_bytes()[0]).collect(),
        Some(other) => bytes(other).unwrap_or_default(),
        None => Vec::new(),
    }
}

/// The bytes of a text, or of a Buffer.
fn bytes(spec: &Json) -> Option<Vec<u8>> {
    match spec {
        Json::Text(_) => spec.text().map(String::into_bytes),
        _ => base16ct::lower::decode_vec(spec.text_of("hex")?).ok(),
    }
}
