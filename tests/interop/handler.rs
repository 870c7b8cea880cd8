//! What the handler of a vector does with its sessions, and what it saw.

use std::sync::{Arc, Mutex, PoisonError};

use http::request::Parts;
use serde_json::value::RawValue;
use session_runtime::{Reason, Session};

use crate::{app::Extract, attributes::Attributes, entries::Slot, json::Json, options::Options};

/// One call of a session's method.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// Which of the sessions, by its place.
    session: usize,
    call: Call,
}

/// A method, with its arguments.
#[derive(Debug, Clone)]
pub(crate) enum Call {
    Set(String, Json),
    Touch,
    Delete,
    /// Keeps these keys.
    Regenerate(Vec<String>),
    Options(Attributes),
}

impl Operation {
    /// Reads the list of a vector, or says what of it there is no method for.
    pub(crate) fn read(list: &Json, sessions: &[Options]) -> Result<Vec<Self>, String> {
        let calls = list.items().unwrap_or_default().iter().map(|entry| {
            let mut parts = entry.items().unwrap_or_default().iter();
            let name = parts.next().and_then(Json::text).unwrap_or_default();
            let place = sessions
                .iter()
                .position(|session| session.name == name)
                .unwrap_or(0);
            let method = parts.next().and_then(Json::text).unwrap_or_default();
            let call = match Call::read(&method, parts.as_slice())? {
                // Node sends both lifetimes, the configured and that of the options.
                Call::Options(options) => {
                    let configured = sessions
                        .get(place)
                        .map(|session| session.attributes.lifetime());
                    Call::Options(configured.unwrap_or_default().with(options))
                }
                call => call,
            };
            Ok(Self {
                session: place,
                call,
            })
        });
        calls.collect()
    }

    pub(crate) const fn session(&self) -> usize {
        self.session
    }

    /// Whether it sets the time of the last write, which is no field here.
    pub(crate) fn sets_timestamp(&self) -> bool {
        matches!(&self.call, Call::Set(key, _) if key == "__ts")
    }

    /// The attributes it decides for this response.
    pub(crate) const fn attributes(&self) -> Option<&Attributes> {
        match &self.call {
            Call::Options(attributes) => Some(attributes),
            _ => None,
        }
    }
}

impl Call {
    fn read(method: &str, arguments: &[Json]) -> Result<Self, String> {
        match (method, arguments) {
            ("set", [key, value]) => match key.text() {
                Some(key) => Ok(Self::Set(key, value.clone())),
                None => Err("a key that is no text".to_owned()),
            },
            ("touch", []) => Ok(Self::Touch),
            ("delete", []) => Ok(Self::Delete),
            ("regenerate", []) => Ok(Self::Regenerate(Vec::new())),
            ("regenerate", [keep]) => {
                let keep = keep.items().unwrap_or_default().iter();
                Ok(Self::Regenerate(keep.filter_map(Json::text).collect()))
            }
            ("options", [options]) => Attributes::read(options).map(Self::Options),
            (method, arguments) => Err(format!("{method}() with {} arguments", arguments.len())),
        }
    }
}

/// What was seen of one session at one time.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) reason: Option<Reason>,
    pub(crate) data: Json,
    /// When it was written, in seconds since 1970.
    pub(crate) ts: f64,
    pub(crate) is_deleted: bool,
}

/// What was seen of each session: as it came, after each operation the one concerned, and in the
/// end.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) opened: Vec<Seen>,
    pub(crate) after_each: Vec<Seen>,
    pub(crate) in_the_end: Vec<Seen>,
    pub(crate) problem: Option<String>,
}

/// What a handler does.
pub(crate) struct Program {
    pub(crate) extract: &'static [Extract],
    pub(crate) sessions: Vec<Options>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) now_ms: u64,
    pub(crate) observed: Arc<Mutex<Observed>>,
}

impl Program {
    /// Takes every session of the request, and calls what is to be called.
    pub(crate) async fn run(&self, parts: &Parts) {
        let mut sessions = Some(Vec::new());
        for extract in self.extract {
            let session = extract(parts).await;
            sessions = sessions.zip(session).map(|(mut sessions, session)| {
                sessions.push(session);
                sessions
            });
        }
        let mut observed = Observed::default();
        observed.problem = self.call_all(sessions, &mut observed).err();
        *self.observed.lock().unwrap_or_else(PoisonError::into_inner) = observed;
    }

    fn call_all(
        &self,
        sessions: Option<Vec<Box<dyn AnySession>>>,
        observed: &mut Observed,
    ) -> Result<(), String> {
        let mut sessions = sessions.ok_or("a session could not be extracted")?;
        observed.opened = self.seen(&sessions);
        for operation in &self.operations {
            let session = sessions
                .get_mut(operation.session)
                .ok_or("no such session")?;
            session.call(&operation.call)?;
            observed
                .after_each
                .extend(self.seen(&sessions).into_iter().nth(operation.session));
        }
        observed.in_the_end = self.seen(&sessions);
        Ok(())
    }

    fn seen(&self, sessions: &[Box<dyn AnySession>]) -> Vec<Seen> {
        let pairs = sessions.iter().zip(&self.sessions);
        pairs
            .map(|(session, options)| session.seen(options, self.now_ms))
            .collect()
    }
}

/// A session of any of the types.
pub(crate) trait AnySession: Send {
    fn seen(&self, options: &Options, now_ms: u64) -> Seen;

    fn call(&mut self, call: &Call) -> Result<(), String>;
}

impl<T: Slot> AnySession for Session<T> {
    fn seen(&self, options: &Options, now_ms: u64) -> Seen {
        let meta = self.meta();
        let written_at = if meta.is_new() || meta.is_changed() {
            None
        } else {
            meta.expires().and_then(|end| options.written_at(end))
        };
        Seen {
            reason: meta.reason(),
            data: Json::parse(&self.get(T::ENTRIES).json()).unwrap_or(Json::Null),
            ts: written_at.unwrap_or_else(|| seconds(now_ms)),
            is_deleted: meta.is_deleted(),
        }
    }

    fn call(&mut self, call: &Call) -> Result<(), String> {
        let mut entries = self.get(T::ENTRIES).clone();
        match call {
            // The time of the last write is no field.
            Call::Set(key, _) if key == "__ts" => drop(self.touch()),
            Call::Set(key, value) => {
                let value = RawValue::from_string(value.stringify());
                entries.set(key.clone(), value.map_err(|error| error.to_string())?);
                self.set(T::ENTRIES, entries);
            }
            Call::Touch => drop(self.touch()),
            Call::Delete => self.delete(),
            Call::Regenerate(keep) => {
                self.regenerate();
                entries.retain(keep);
                self.set(T::ENTRIES, entries);
            }
            Call::Options(attributes) => drop(self.options(T::options(attributes))),
        }
        Ok(())
    }
}

/// `Math.round(now / 1000)`.
#[expect(clippy::cast_precision_loss, reason = "as every number of JavaScript")]
pub(crate) fn seconds(now_ms: u64) -> f64 {
    ((now_ms + 500) / 1000) as f64
}
