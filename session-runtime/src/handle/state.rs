//! What is known of one session during one request.

use std::sync::Arc;

use crate::{
    SecureSession,
    cookie::Overrides,
    node::NodeState,
    payload::{Envelope, Unknown},
    reason::Reason,
    revocation::Listed,
    stored::{Origin, Rotation, Token},
};

/// A session during one request. All its handles share one.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, no state machine"
)]
pub(crate) struct State<T> {
    pub(crate) data: Arc<T>,
    pub(crate) envelope: Envelope,
    pub(crate) unknown: Unknown,
    /// Why the session is fresh; `None`: it came with the request.
    pub(crate) reason: Option<Reason>,
    /// The session needs a new cookie although nobody wrote to it.
    pub(crate) renewal: Option<Renewal>,
    /// Fields that may have changed.
    pub(crate) dirty: u64,
    /// Somebody asked for a new cookie: a write, `touch`, `regenerate`, `delete`.
    pub(crate) changed: bool,
    pub(crate) deleted: bool,
    /// The response head is on its way: no change can reach the client any more.
    pub(crate) sent: bool,
    pub(crate) options: Option<Box<Overrides>>,
    /// The response is to send the cookie whether the browser needs it or not.
    pub(crate) asked: bool,
    /// The session gets a new id.
    pub(crate) rotation: Option<Rotation>,
    /// As the list of revocations knows the cookie it came in, if there is such a list.
    pub(crate) listed: Option<Box<Listed>>,
    /// What its cookie will hold, of one that has no record yet: drawn when somebody has asked for
    /// what depends on it.
    pub(crate) token: Option<Token>,
    /// The record it was loaded from.
    pub(crate) origin: Option<Box<Origin>>,
    /// The request's cookie was replaced by another request a moment ago.
    pub(crate) superseded: bool,
    /// The browser asks for a page, or does not say: a cookie in the answer meets no other.
    pub(crate) is_navigation: bool,
    /// Of a session that is shared with Node.
    pub(crate) node: Option<Box<NodeState>>,
    /// The cookie that such sessions are taken over from, if it matters here.
    pub(crate) old_cookie: Option<OldCookieCame>,
}

/// How the cookie of another library came with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OldCookieCame {
    /// The session is what was in it.
    Alone,
    /// The session came in a cookie of ours.
    BesideOurs,
}

/// Why a session that was only read gets a new cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    KeyRotated,
    Rolling,
    /// It came in the cookie of another library.
    Migrated,
    /// Its id is to be renewed.
    Id,
    /// It is to be kept though it is new and nobody wrote to it.
    Fresh,
}

impl<T: SecureSession> State<T> {
    /// A session that did not come with the request.
    pub(crate) fn fresh(reason: Reason) -> Self {
        Self::new(
            Arc::new(T::default()),
            Envelope::default(),
            Unknown::default(),
            Some(reason),
        )
    }

    pub(crate) const fn new(
        data: Arc<T>,
        envelope: Envelope,
        unknown: Unknown,
        reason: Option<Reason>,
    ) -> Self {
        Self {
            data,
            envelope,
            unknown,
            reason,
            renewal: None,
            dirty: 0,
            changed: false,
            deleted: false,
            sent: false,
            options: None,
            asked: false,
            rotation: None,
            listed: None,
            token: None,
            origin: None,
            superseded: false,
            is_navigation: false,
            node: None,
            old_cookie: None,
        }
    }

    /// Starts a new session with nothing but the fields `keep` of this one.
    pub(crate) fn regenerate(&mut self, keep: u64) {
        self.rotation = match (self.rotation, keep) {
            (Some(Rotation::Anew), _) | (_, 0) => Some(Rotation::Anew),
            _ => Some(Rotation::Keeping),
        };
        self.data = Arc::new(if keep == 0 {
            T::default()
        } else {
            T::__keep(self.data.__duplicate(), keep)
        });
        self.unknown = Unknown::default();
        self.envelope.renew(keep != 0);
        if let Some(node) = &mut self.node {
            node.regenerate(keep);
        }
    }

    /// The same session under another id, in which its principal has proved anew who he is.
    pub(crate) fn reauthenticate(&mut self, now: u64) {
        self.rotation.get_or_insert(Rotation::Keeping);
        self.envelope.renew(true);
        // Where it is not known when it was created, it is now.
        self.envelope.authenticated = self.envelope.created.and(Some(now));
        if let Some(node) = &mut self.node {
            node.regenerate(!0);
        }
    }

    /// Notes a sign-in, if the principal is another than `before`.
    pub(super) fn note_principal(&mut self, before: Option<&str>, now: u64) {
        let principal = self.data.__principal();
        if principal.as_deref() != before {
            let is_older = self.envelope.created.is_some() && principal.is_some();
            self.envelope.authenticated = is_older.then_some(now);
        }
    }

    pub(crate) fn delete(&mut self) {
        self.deleted = true;
        self.data = Arc::new(T::default());
        self.unknown = Unknown::default();
    }
}
