//! Who is told that a session has ended.

use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::store::SessionKey;

/// More than end at once as a rule. Who falls behind asks the store.
const REMEMBERED: usize = 256;

/// The endings of one session type that this process brought about.
pub(crate) struct Endings(Sender<SessionKey>);

impl Endings {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(REMEMBERED).0)
    }

    pub(crate) fn tell(&self, key: SessionKey) {
        // Nobody listens: fine.
        drop(self.0.send(key));
    }

    pub(crate) fn listen(&self) -> Receiver<SessionKey> {
        self.0.subscribe()
    }
}
