//! The keys of `#[session(…)]` above a struct.

use syn::{Attribute, Ident, LitStr, Path, Result, parse::ParseStream};

use super::{
    Given, Limit, each_key,
    unknown::{self, Place},
    value::{Entry, put},
};
use crate::{
    ctxt::Ctxt,
    symbol::{self as sym, STRUCT_KEYS},
};

/// How the cookie's value is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Sealed,
    Fastify,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SameSite {
    Strict,
    Lax,
    None,
}

#[derive(Clone, Copy)]
pub(crate) enum Priority {
    Low,
    Medium,
    High,
}

/// What was written above the struct. `None`: not written, or refused with an error.
#[derive(Default)]
pub(crate) struct SessionAttr {
    pub(crate) name: Option<Given<LitStr>>,
    pub(crate) cookie_name: Option<Given<LitStr>>,
    pub(crate) format: Option<Given<Format>>,
    pub(crate) idle: Option<Given<Limit>>,
    pub(crate) absolute: Option<Given<Limit>>,
    pub(crate) path: Option<Given<LitStr>>,
    pub(crate) domain: Option<Given<LitStr>>,
    pub(crate) same_site: Option<Given<SameSite>>,
    pub(crate) secure: Option<Given<bool>>,
    pub(crate) http_only: Option<Given<bool>>,
    pub(crate) partitioned: Option<Given<bool>>,
    pub(crate) priority: Option<Given<Priority>>,
    pub(crate) max_age: Option<Given<Limit>>,
    pub(crate) expires: Option<Given<u64>>,
    pub(crate) version: Option<Given<u32>>,
    pub(crate) migrate: Option<Given<Path>>,
    pub(crate) preserve_unknown: Option<Given<bool>>,
    pub(crate) checked: Option<Given<()>>,
    pub(crate) krate: Option<Given<Path>>,
}

impl SessionAttr {
    pub(crate) fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each_key(cx, attrs, |key, input| this.read_key(key, input));
        this
    }

    fn read_key(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        let Some(&symbol) = STRUCT_KEYS.iter().find(|symbol| key == symbol.name) else {
            return Err(unknown::error(key, Place::Struct));
        };
        let entry = Entry { key, symbol, input };
        match symbol {
            sym::NAME => put(&mut self.name, entry.string()?, symbol),
            sym::COOKIE_NAME => put(&mut self.cookie_name, entry.string()?, symbol),
            sym::FORMAT => put(&mut self.format, format(&entry)?, symbol),
            sym::IDLE => put(&mut self.idle, entry.limit()?, symbol),
            sym::ABSOLUTE => put(&mut self.absolute, entry.limit()?, symbol),
            sym::PATH => put(&mut self.path, entry.string()?, symbol),
            sym::DOMAIN => put(&mut self.domain, entry.string()?, symbol),
            sym::SAME_SITE => put(&mut self.same_site, entry.choice(SAME_SITES)?, symbol),
            sym::SECURE => put(&mut self.secure, entry.boolean()?, symbol),
            sym::HTTP_ONLY => put(&mut self.http_only, entry.boolean()?, symbol),
            sym::PARTITIONED => put(&mut self.partitioned, entry.flag_or_boolean()?, symbol),
            sym::PRIORITY => put(&mut self.priority, entry.choice(PRIORITIES)?, symbol),
            sym::MAX_AGE => put(&mut self.max_age, entry.limit()?, symbol),
            sym::EXPIRES => put(&mut self.expires, entry.integer(EXPIRES_HINT)?, symbol),
            sym::VERSION => put(&mut self.version, entry.integer("")?, symbol),
            sym::MIGRATE => put(&mut self.migrate, entry.path()?, symbol),
            sym::PRESERVE_UNKNOWN => {
                put(&mut self.preserve_unknown, entry.flag_or_boolean()?, symbol)
            }
            sym::CHECKED => put(&mut self.checked, entry.flag()?, symbol),
            _ => put(&mut self.krate, entry.path()?, symbol),
        }
    }
}

const SAME_SITES: &[(&str, SameSite)] = &[
    ("strict", SameSite::Strict),
    ("lax", SameSite::Lax),
    ("none", SameSite::None),
];

const PRIORITIES: &[(&str, Priority)] = &[
    ("low", Priority::Low),
    ("medium", Priority::Medium),
    ("high", Priority::High),
];

const EXPIRES_HINT: &str = ", in Unix seconds; `date -u -d 2030-01-01 +%s` prints them";

/// Formats that exist, but not yet here.
const COMING: &[&str] = &["hattip-signed", "hattip-encrypted", "insecure-plain"];

fn format(entry: &Entry<'_>) -> Result<Given<Format>> {
    let fork = entry.input.fork();
    let written = fork
        .parse::<syn::Token![=]>()
        .and_then(|_| fork.parse::<LitStr>());
    if let Ok(text) = written
        && COMING.contains(&text.value().as_str())
    {
        entry.string()?;
        let written = text.value();
        let message = format!(
            "format `\"{written}\"` is not available in this version, \
             which has `\"sealed\"` and `\"fastify\"`"
        );
        return Err(syn::Error::new(text.span(), message));
    }
    entry.choice(&[("sealed", Format::Sealed), ("fastify", Format::Fastify)])
}
