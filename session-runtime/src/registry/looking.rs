//! A session looked at without its type: opened as for a handler, and left as it is.

use std::{any::type_name_of_val, pin::Pin, sync::Arc};

use super::{Config, Entry, config::Draft};
use crate::{
    Format, SecureSession,
    cookie::{KeptLifetime, Overrides, header},
    handle::{Renewal, State},
    inspector::{Field, fields},
    node::Arrival,
    payload,
    reason::Reason,
    store::StoreError,
};

tokio::task_local! {
    /// There while a session is looked at: that is nothing that happened to it.
    static LOOKING: ();
}

/// Looks at the session of an entry. Made where the type is known, kept where it is not.
pub(crate) type Look = for<'a> fn(&'a Arc<Entry>, Arrival<'a>) -> Looking<'a>;

type Looking<'a> = Pin<Box<dyn Future<Output = Result<Seen, StoreError>> + Send + 'a>>;

/// What the request has of one session. Times are Unix milliseconds.
pub(crate) struct Seen {
    /// Cookies of its name.
    pub(crate) cookies: usize,
    /// Why a handler would get a fresh one.
    pub(crate) reason: Option<Reason>,
    pub(crate) opened_by: Option<OpenedBy>,
    /// Why the next page would send it again.
    pub(crate) renewal: Option<Renewal>,
    pub(crate) created: Option<u64>,
    /// Last sealed, saved or touched because somebody used it.
    pub(crate) touched: Option<u64>,
    pub(crate) idle_end: Option<u64>,
    pub(crate) absolute_end: Option<u64>,
    /// The attributes of its next cookie.
    pub(crate) attributes: String,
    /// Bytes of the cookie's name and value.
    pub(crate) cookie_size: usize,
    /// Bytes of what the store has.
    pub(crate) record_size: Option<usize>,
    pub(crate) fields: Vec<Field>,
}

/// Which key vouched for the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenedBy {
    Current,
    /// The current key, beside a signing secret that is not the current one.
    OlderSecret,
    /// The key with which `also_open` was called so many times.
    AlsoOpen(usize),
}

/// Whether this is a look, of which nobody is to be told.
pub(crate) fn is_looking() -> bool {
    LOOKING.try_with(|()| ()).is_ok()
}

/// The type of a value without the path of its module and its parameters.
pub(super) fn type_of<S>(value: &S) -> &'static str {
    let whole = type_name_of_val(value);
    let bare = whole.split('<').next().unwrap_or(whole);
    bare.rsplit("::").next().unwrap_or(bare)
}

impl<T: SecureSession> Config<T> {
    pub(super) fn kept_in(mut self, store_type: &'static str) -> Self {
        let draft: &mut Draft = &mut self.draft;
        draft.store_type = Some(store_type);
        self
    }
}

/// The session `T` of a request. The state that a handler would get is dropped here, so that
/// nothing is sent or saved.
pub(super) fn look<'a, T: SecureSession>(
    entry: &'a Arc<Entry>,
    arrival: Arrival<'a>,
) -> Looking<'a> {
    Box::pin(LOOKING.scope((), async move {
        let state = entry.open::<T>(arrival).await?;
        Ok(entry.seen(&state, arrival))
    }))
}

impl Entry {
    fn seen<T: SecureSession>(&self, state: &State<T>, arrival: Arrival<'_>) -> Seen {
        let (headers, now) = (arrival.headers, self.now());
        let name = self.set_cookie().name();
        let first = header::candidates(headers, name).next();
        let counted = self.try_each::<T>(headers, now).best.map(|best| best.text);
        let value = counted.or(first).unwrap_or_default();
        let mut seen = Seen {
            cookies: header::candidates(headers, name).count(),
            reason: state.reason,
            opened_by: counted.and_then(|value| self.opened_by(value)),
            renewal: state.renewal,
            created: state.envelope.created,
            touched: state.envelope.touched,
            idle_end: None,
            absolute_end: None,
            attributes: self.attributes_text(state.envelope.lifetime),
            cookie_size: first.map_or(0, |_| name.len() + value.len()),
            record_size: state.origin.as_ref().map(|it| it.record.data().len()),
            fields: Vec::new(),
        };
        if state.reason.is_some() {
            return seen;
        }
        seen.idle_end = self.expiry().end(None, seen.touched);
        seen.absolute_end = self.expiry().end(seen.created, None);
        if let Some(node) = &state.node {
            let is_signed = self.records().is_some_and(|it| it.sharing.holds_cookie);
            seen.opened_by = is_signed.then(|| node.opened_by());
            seen.touched = node.last_saved();
            seen.idle_end = node.end();
            seen.record_size = node.record_size();
        }
        seen.fields = fields::of(&*state.data, &state.unknown, self.format());
        if self.keys().is_some() {
            self.measure(state, &mut seen.fields);
        }
        seen
    }

    /// As the next response would state them, of a session that keeps how long its cookies live.
    fn attributes_text(&self, kept: Option<KeptLifetime>) -> String {
        let options = Overrides::or_kept(None, kept);
        let with_kept = options.and_then(|options| self.with_options(*options).ok());
        let cookie = with_kept.as_ref().unwrap_or(self.set_cookie());
        cookie.attributes_text(self.now())
    }

    /// `None`: no key did.
    fn opened_by(&self, value: &[u8]) -> Option<OpenedBy> {
        if self.format() == Format::InsecureUnsigned {
            return None;
        }
        let opened = self.keys()?.codec.open(value).ok()?;
        Some(match (opened.key, opened.stale_key) {
            (0, false) => OpenedBy::Current,
            (0, true) => OpenedBy::OlderSecret,
            (place, _) => OpenedBy::AlsoOpen(place),
        })
    }

    /// How much shorter the cookie would be without each of the fields.
    fn measure<T: SecureSession>(&self, state: &State<T>, fields: &mut [Field]) {
        let (envelope, unknown) = (&state.envelope, &state.unknown);
        let Ok(plaintext) = payload::encode(&*state.data, envelope, unknown, self.format()) else {
            return;
        };
        let whole = self.cookie_size(plaintext.len());
        for field in fields {
            let without = plaintext.len().saturating_sub(field.size);
            field.in_cookie = Some(whole.saturating_sub(self.cookie_size(without)));
        }
    }
}
