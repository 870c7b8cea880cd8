//! Which deliberate deviation explains a difference: judged by what a vector holds and by what
//! happened, never by what the vector is called.

use session_runtime::{Deviation, Reason};

use crate::{
    handler::Seen,
    json::Json,
    node,
    options::{Options, key_specs},
};

/// What a vector says of one session's cookie.
pub(crate) struct Cookie<'a> {
    options: &'a Options,
    /// How many of its name there are.
    count: usize,
    /// What is sealed in the first, read as it stands.
    bare: Option<Vec<u8>>,
    /// What is sealed in the first, read without its signature.
    signed: Option<Vec<u8>>,
    now_ms: u64,
}

/// What Node made of a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    Refused,
    /// Answered 500.
    Failed,
}

impl<'a> Cookie<'a> {
    pub(crate) fn of(options: &'a Options, header: Option<&str>, now_ms: u64) -> Self {
        let cookies = node::cookies(header.unwrap_or_default(), &options.cookie_name);
        let text = cookies
            .first()
            .map(|value| node::unescape(value))
            .unwrap_or_default();
        Self {
            options,
            count: cookies.len(),
            bare: node::open(&options.keys, &text),
            signed: node::without_signature(&text).and_then(|text| node::open(&options.keys, text)),
            now_ms,
        }
    }

    /// The deviations by which what was `seen` here differs from what Node did.
    pub(crate) fn explain(&self, node: Verdict, seen: &Seen) -> Vec<Deviation> {
        let applies = |deviation: &Deviation| self.applies(*deviation, node, seen.reason);
        Deviation::ALL.iter().copied().filter(applies).collect()
    }

    fn applies(&self, deviation: Deviation, node: Verdict, here: Option<Reason>) -> bool {
        let accepted = node == Verdict::Accepted;
        let stamp_refused = accepted && here == Some(Reason::Malformed);
        match deviation {
            Deviation::MissingTimestamp => stamp_refused && self.timestamps() == Some(Vec::new()),
            Deviation::TimestampNotInteger => {
                stamp_refused && matches!(self.timestamps().as_deref(), Some([ts]) if !is_time(ts))
            }
            Deviation::DuplicateTimestamp => {
                stamp_refused && self.timestamps().is_some_and(|all| all.len() > 1)
            }
            Deviation::FutureTimestamp => {
                accepted && here == Some(Reason::FromFuture) && self.is_from_future()
            }
            Deviation::FirstCookieOnly => self.count > 1 && (accepted || here.is_none()),
            Deviation::UnsignedAccepted => {
                accepted && here == Some(Reason::Tampered) && self.is_unsigned()
            }
            Deviation::SigningKeyRotation => {
                self.has_several_secrets() && self.signed.is_some() && here.is_none()
            }
            Deviation::NonObjectPlaintext => {
                node != Verdict::Refused && here == Some(Reason::Malformed) && self.is_no_object()
            }
            _ => false,
        }
    }

    fn plaintext(&self) -> Option<&[u8]> {
        self.bare.as_deref().or(self.signed.as_deref())
    }

    fn json(&self) -> Option<Json> {
        Json::parse(&String::from_utf8_lossy(self.plaintext()?))
    }

    fn is_no_object(&self) -> bool {
        self.plaintext().is_some() && self.json().is_none_or(|json| json.entries().is_none())
    }

    /// Every `__ts`. `None`: the plaintext is no object.
    fn timestamps(&self) -> Option<Vec<Json>> {
        let json = self.json().filter(|json| json.entries().is_some())?;
        Some(json.all("__ts").into_iter().cloned().collect())
    }

    fn last_timestamp(&self) -> Option<Json> {
        self.timestamps()?.pop()
    }

    #[expect(clippy::cast_precision_loss, reason = "as every number of JavaScript")]
    fn is_from_future(&self) -> bool {
        let ts = self.last_timestamp().and_then(|ts| ts.number());
        ts.is_some_and(|ts| ts * 1000.0 > (self.now_ms + 60_000) as f64)
    }

    fn is_unsigned(&self) -> bool {
        !self.options.secrets.is_empty() && self.bare.is_some()
    }

    fn has_several_secrets(&self) -> bool {
        match &*self.options.secrets {
            [] => false,
            [crate::options::Secret::OfKeys] => self.options.keys.len() > 1,
            secrets => secrets.len() > 1,
        }
    }
}

/// Whether it is a whole number of seconds whose milliseconds can be counted.
fn is_time(ts: &Json) -> bool {
    ts.whole()
        .is_some_and(|seconds| seconds.checked_mul(1000).is_some())
}

/// The deviations by which a configuration that Node starts with is refused here.
pub(crate) fn explain_refusal(config: &Json, sessions: &[Options]) -> Vec<Deviation> {
    let alone = std::slice::from_ref(config);
    let configs = config.items().unwrap_or(alone);
    let applies = |deviation: &Deviation| match deviation {
        Deviation::InvalidKeys => configs.iter().any(has_bad_key),
        Deviation::SharedKey => shares_key(sessions),
        Deviation::ExpiredAtOnce => sessions.iter().any(|session| session.idle == 0),
        Deviation::SharedCookie => shares_cookie(sessions),
        Deviation::CookieRules => sessions.iter().any(Options::breaks_cookie_rules),
        _ => false,
    };
    Deviation::ALL.iter().copied().filter(applies).collect()
}

/// A key that is none, is there twice, or has equal bytes.
fn has_bad_key(config: &Json) -> bool {
    let keys = key_specs(config).unwrap_or_default();
    let keys: Vec<_> = keys.into_iter().map(key_bytes).collect();
    let is_bad = |(place, key): (usize, &Option<Vec<u8>>)| match key {
        Some(bytes) if bytes.len() == 32 => {
            bytes.windows(2).all(|pair| pair.first() == pair.last())
                || keys.iter().take(place).any(|earlier| earlier == key)
        }
        _ => true,
    };
    keys.iter().enumerate().any(is_bad)
}

fn key_bytes(spec: &Json) -> Option<Vec<u8>> {
    match (spec.text_of("hex"), spec.text_of("value")) {
        (Some(hex), _) => base16ct::lower::decode_vec(hex).ok(),
        (None, text) => text.map(|text| node::base64(&text)),
    }
}

fn shares_key(sessions: &[Options]) -> bool {
    sessions.iter().enumerate().any(|(place, session)| {
        let earlier = sessions
            .iter()
            .take(place)
            .flat_map(|session| &session.keys);
        earlier.into_iter().any(|key| session.keys.contains(key))
    })
}

fn shares_cookie(sessions: &[Options]) -> bool {
    sessions.iter().enumerate().any(|(place, session)| {
        let mut earlier = sessions.iter().take(place);
        earlier.any(|earlier| earlier.cookie_name == session.cookie_name)
    })
}
