//! What is known of a session that is shared with Node, during one request.

use std::time::SystemTime;

use super::{CookieSettings, RequestHead, cookie::RecordCookie};
use crate::cookie::Overrides;

/// Beside the [`State`](crate::handle::State) of any session.
#[derive(Clone)]
pub(crate) struct NodeState {
    /// What its cookies are made of: of the configuration and the record.
    pub(super) settings: CookieSettings,
    /// The record, as it was read or written last.
    pub(super) origin: Option<NodeOrigin>,
    /// The record of the session in whose place this one is.
    pub(super) former: Option<Former>,
    /// Of a session that has no record yet, once somebody has asked for it.
    pub(super) id: Option<String>,
    pub(super) came: Came,
    /// Whether the browser used https, where it is known.
    pub(super) is_https: Option<bool>,
    /// The cookie's path does not cover the request: there is no session here.
    pub(super) is_outside: bool,
    /// [`NodeRecord::save`](super::NodeRecord::save) has saved it.
    pub(super) is_saved: bool,
    pub(super) head: Option<Box<RequestHead>>,
}

#[derive(Clone)]
pub(super) struct NodeOrigin {
    pub(super) id: String,
    pub(super) text: String,
}

#[derive(Clone)]
pub(super) struct Former {
    pub(super) origin: NodeOrigin,
    pub(super) why: Left,
}

/// Why a record was left for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// Its time has passed.
    Expired,
    /// By `regenerate`.
    Replaced,
    /// By `regenerate_keep`.
    Continued,
}

/// What the request's cookie is to the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// There was none.
    Nothing,
    /// It names the session.
    Current,
    /// It names the session, and an old secret vouches for it.
    Stale,
    /// It names no session, or another than this.
    Other,
}

impl NodeState {
    pub(super) const fn fresh(settings: CookieSettings) -> Self {
        Self {
            settings,
            origin: None,
            former: None,
            id: None,
            came: Came::Nothing,
            is_https: None,
            is_outside: false,
            is_saved: false,
            head: None,
        }
    }

    /// `keeps`: it goes on under another id.
    pub(crate) fn regenerate(&mut self, keeps: bool) {
        if let Some(origin) = self.origin.take() {
            let why = if keeps {
                Left::Continued
            } else {
                Left::Replaced
            };
            self.former = Some(Former { origin, why });
        } else if let Some(Former { why, .. }) = &mut self.former
            && !keeps
            && *why == Left::Continued
        {
            *why = Left::Replaced;
        }
        self.id = None;
        if self.came != Came::Nothing {
            self.came = Came::Other;
        }
    }

    /// When it ends if it is saved now, or as it was read.
    pub(crate) fn expires(&self, options: Option<&Overrides>, now: u64) -> Option<SystemTime> {
        self.cookie(options, now).expires()
    }

    /// The cookie as it would be sent, and written into the record, at `now`.
    pub(super) fn cookie(&self, options: Option<&Overrides>, now: u64) -> RecordCookie {
        let settings = match &self.former {
            Some(_) => self.settings.clone().for_successor(now),
            None => self.settings.clone(),
        };
        let settings = match options {
            Some(options) => settings.with(options),
            None => settings,
        };
        settings.cookie(now, self.is_https)
    }
}
