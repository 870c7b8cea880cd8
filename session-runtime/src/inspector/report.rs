//! What the page and the JSON show, the same in both.

use std::sync::Arc;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    events::{Events, Log},
    fields::{Field, Value},
    time::{Moment, Span},
    words,
};
use crate::{
    cookie::MAX_COOKIE,
    node::Arrival,
    registry::{Entry, Registry, Seen},
    store::StoreError,
};

/// All sessions of a registry, as one browser has them.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) application: String,
    pub(super) at: Moment,
    pub(super) sessions: Vec<SessionReport>,
}

#[derive(Serialize)]
pub(super) struct SessionReport {
    pub(super) name: &'static str,
    pub(super) format: &'static str,
    pub(super) kept_in: String,
    pub(super) state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<String>,
    pub(super) cookie: CookieReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) record_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// Why the next page sends the cookie anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_page_sends: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<Times>,
    pub(super) fields: Vec<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_fresh: Option<LastFresh>,
    pub(super) events: Vec<EventReport>,
}

#[derive(Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum State {
    /// A handler would get it.
    Alive,
    /// A handler would get a fresh one.
    Fresh {
        reason: &'static str,
        explanation: &'static str,
    },
    /// Nobody knows: its store is out of reach.
    Unavailable { error: String },
}

#[derive(Serialize)]
pub(super) struct CookieReport {
    pub(super) name: String,
    pub(super) attributes: String,
    /// How many of its name came.
    pub(super) came: usize,
    /// Of name and value, of the one that counts.
    pub(super) bytes: usize,
    pub(super) most_bytes: usize,
    /// What is neither its name nor a field: encryption, times, an id.
    pub(super) overhead_bytes: usize,
}

#[derive(Serialize)]
pub(super) struct Times {
    #[serde(skip)]
    pub(super) now: Moment,
    pub(super) created: Option<Moment>,
    pub(super) last_used: Option<Moment>,
    pub(super) idle_end: Option<Moment>,
    pub(super) absolute_end: Option<Moment>,
    #[serde(rename = "age_seconds")]
    pub(super) age: Option<Span>,
    #[serde(rename = "idle_left_seconds")]
    pub(super) idle_left: Option<Span>,
    #[serde(rename = "absolute_left_seconds")]
    pub(super) absolute_left: Option<Span>,
}

#[derive(Serialize)]
pub(super) struct LastFresh {
    pub(super) reason: &'static str,
    pub(super) explanation: &'static str,
    pub(super) at: Moment,
}

#[derive(Serialize)]
pub(super) struct EventReport {
    pub(super) what: String,
    pub(super) times: u64,
    pub(super) at: Moment,
}

impl Report {
    pub(super) async fn of(registry: &Registry, events: &Events, arrival: Arrival<'_>) -> Self {
        let mut sessions = Vec::with_capacity(registry.entries.len());
        for entry in &registry.entries {
            let seen = (entry.look)(entry, arrival).await;
            let log = events.of(entry.name());
            sessions.push(SessionReport::of(entry, seen, &log, arrival));
        }
        let first = registry.entries.first();
        Self {
            application: first.map_or_else(String::new, |entry| entry.application().to_owned()),
            at: Moment(first.map_or(0, |entry| entry.now())),
            sessions,
        }
    }
}

impl SessionReport {
    fn of(
        entry: &Arc<Entry>,
        seen: Result<Seen, StoreError>,
        log: &Log,
        arrival: Arrival<'_>,
    ) -> Self {
        let mut this = Self::blank(entry, log, arrival);
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => {
                let error = error.to_string();
                this.state = State::Unavailable { error };
                return this;
            }
        };
        this.cookie.came = seen.cookies;
        this.cookie.attributes.clone_from(&seen.attributes);
        this.cookie.measure(seen.cookie_size, &seen.fields);
        if let Some(reason) = seen.reason {
            this.state = State::Fresh {
                reason: reason.as_str(),
                explanation: words::explanation(reason),
            };
            return this;
        }
        this.hint = None;
        this.times = Some(Times::of(&seen, entry.now()));
        this.record_bytes = seen.record_size;
        this.key = seen.opened_by.map(words::key);
        this.next_page_sends = seen.renewal.map(words::renewal);
        this.fields = seen.fields;
        this
    }

    /// What is known without looking into a cookie or a store.
    fn blank(entry: &Entry, log: &Log, arrival: Arrival<'_>) -> Self {
        let set_cookie = entry.set_cookie();
        let events = log.entries.iter().map(|entry| EventReport {
            what: words::event(&entry.kind),
            times: entry.times,
            at: Moment(entry.at),
        });
        Self {
            name: entry.name(),
            format: words::format(entry),
            kept_in: words::home(entry),
            state: State::Alive,
            hint: hint(entry, arrival),
            cookie: CookieReport {
                name: set_cookie.name().to_owned(),
                attributes: set_cookie.attributes_text(entry.now()),
                came: 0,
                bytes: 0,
                most_bytes: MAX_COOKIE,
                overhead_bytes: 0,
            },
            record_bytes: None,
            key: None,
            next_page_sends: None,
            times: None,
            fields: Vec::new(),
            last_fresh: log.last_fresh.map(|(reason, at)| LastFresh {
                reason: reason.as_str(),
                explanation: words::explanation(reason),
                at: Moment(at),
            }),
            events: events.collect(),
        }
    }
}

impl SessionReport {
    /// Whether the cookie holds the fields, and not a token alone.
    pub(super) fn has_fields_in_cookie(&self) -> bool {
        self.fields.iter().any(|field| field.in_cookie.is_some())
    }
}

/// Why a cookie that the browser has did not come here.
fn hint(entry: &Entry, arrival: Arrival<'_>) -> Option<String> {
    let path = entry.set_cookie().attributes().path.as_deref()?;
    let is_below = arrival.head.is_none_or(|head| head.is_below(path));
    (!is_below).then(|| {
        format!("Its cookie is sent below `{path}` alone: mount the inspector there to see it.")
    })
}

impl CookieReport {
    fn measure(&mut self, bytes: usize, fields: &[Field]) {
        let in_fields = fields.iter().filter_map(|field| field.in_cookie);
        let elsewhere = self.name.len() + in_fields.sum::<usize>();
        self.bytes = bytes;
        self.overhead_bytes = bytes.saturating_sub(elsewhere);
    }
}

impl Times {
    fn of(seen: &Seen, now: u64) -> Self {
        let now = Moment(now);
        let [created, last_used, idle_end, absolute_end] =
            [seen.created, seen.touched, seen.idle_end, seen.absolute_end].map(|at| at.map(Moment));
        Self {
            now,
            created,
            last_used,
            idle_end,
            absolute_end,
            age: created.map(|at| at.to(now)),
            idle_left: idle_end.map(|end| now.to(end)),
            absolute_left: absolute_end.map(|end| now.to(end)),
        }
    }
}

/// A secret has no `value`.
impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut field = serializer.serialize_struct("Field", 6)?;
        field.serialize_field("name", &self.name)?;
        match &self.value {
            Value::Shown(json) => field.serialize_field("value", json)?,
            Value::Secret => field.serialize_field("secret", &true)?,
            Value::Own => field.serialize_field("own", &true)?,
        }
        if !self.is_known {
            field.serialize_field("unknown", &true)?;
        }
        field.serialize_field("json_bytes", &self.size)?;
        if let Some(bytes) = self.in_cookie {
            field.serialize_field("cookie_bytes", &bytes)?;
        }
        field.end()
    }
}
