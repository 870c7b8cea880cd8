//! The keys of `#[session(…)]`, each spelt once, with the form that messages show.

/// A key, and how it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol {
    pub(crate) name: &'static str,
    pub(crate) form: &'static str,
}

macro_rules! symbols {
    ($table:ident: $($symbol:ident = $name:literal, $form:literal;)*) => {
        $(pub(crate) const $symbol: Symbol = Symbol { name: $name, form: $form };)*
        pub(crate) const $table: &[Symbol] = &[$($symbol),*];
    };
}

symbols! { STRUCT_KEYS:
    NAME = "name", "name = \"auth\"";
    COOKIE_NAME = "cookie_name", "cookie_name = \"__Host-auth\"";
    FORMAT = "format", "format = \"sealed\"";
    IDLE = "idle", "idle = \"30m\"";
    ABSOLUTE = "absolute", "absolute = \"12h\"";
    PATH = "path", "path = \"/\"";
    DOMAIN = "domain", "domain = \"example.org\"";
    SAME_SITE = "same_site", "same_site = \"lax\"";
    SECURE = "secure", "secure = true";
    HTTP_ONLY = "http_only", "http_only = true";
    PARTITIONED = "partitioned", "partitioned";
    PRIORITY = "priority", "priority = \"high\"";
    MAX_AGE = "max_age", "max_age = \"30d\"";
    EXPIRES = "expires", "expires = 1893456000";
    VERSION = "version", "version = 2";
    MIGRATE = "migrate", "migrate = from_version_1";
    PRESERVE_UNKNOWN = "preserve_unknown", "preserve_unknown";
    CHECKED = "checked", "checked";
    CRATE = "crate", "crate = path::to::session_runtime";
}

symbols! { FIELD_KEYS:
    RENAME = "rename", "rename = \"accessor\"";
    GET = "get", "get = \"pub(crate)\"";
    SET = "set", "set = \"pub(crate)\"";
    READONLY = "readonly", "readonly";
    SKIP = "skip", "skip";
    COPY = "copy", "copy";
    MAX_LEN = "max_len", "max_len = 200";
    PRINCIPAL = "principal", "principal";
    SECRET = "secret", "secret";
    FLASH = "flash", "flash";
    MERGE = "merge", "merge = \"add\"";
}

/// What other libraries, Node's and older habits call it, and what it is here.
pub(crate) const STRUCT_FOREIGN: &[(&str, &str)] = &[
    ("session_name", "write `name`"),
    ("sessionName", "write `name`"),
    ("cookieName", "write `cookie_name`"),
    ("cookie", "write `cookie_name`"),
    ("httpOnly", "write `http_only`"),
    ("httponly", "write `http_only`"),
    ("sameSite", "write `same_site`"),
    ("samesite", "write `same_site`"),
    ("maxAge", "write `max_age`"),
    ("expiry", "write `idle = \"30m\"`"),
    ("ttl", "write `idle = \"30m\"`"),
    ("timeout", "write `idle = \"30m\"`"),
    ("key", "keys are given in `Config::new`"),
    ("keys", "keys are given in `Config::new`"),
    (
        "secret",
        "keys are given in `Config::new`; on a field, `secret` masks it in logs",
    ),
    ("salt", "a salt is given to `Key::from_passphrase`"),
    ("store", "a store is given in `Config`"),
    (
        "rename",
        "write `name`; on a field, `rename` names its accessor",
    ),
];

pub(crate) const FIELD_FOREIGN: &[(&str, &str)] = &[
    (
        "name",
        "write `rename` for the accessor; `name` belongs on the struct",
    ),
    ("getter", "write `get`"),
    ("setter", "write `set`"),
    ("read_only", "write `readonly`"),
    ("readOnly", "write `readonly`"),
    ("max_length", "write `max_len`"),
    ("maxLength", "write `max_len`"),
    ("vis", "write `get` for the getter, `set` for what writes"),
    (
        "visibility",
        "write `get` for the getter, `set` for what writes",
    ),
    (
        "default",
        "a missing field takes its value from the struct's `Default`",
    ),
];
