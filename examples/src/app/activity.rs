//! What happened in an account, for its owner: the last few things, and new ones as they come.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use tokio::sync::broadcast;

use super::{now::Now, users::UserId};

/// One thing that happened.
#[derive(Clone)]
pub(crate) struct Activity {
    pub(crate) at: SystemTime,
    pub(crate) what: What,
}

#[derive(Clone)]
pub(crate) enum What {
    SignedUp,
    SignedIn { device: String },
    SignedOut { device: String },
    OthersSignedOut(usize),
    DeviceSignedOut,
    Confirmed,
    ProfileSaved,
    PasswordChanged,
    Ordered(u32),
}

/// Of every account.
pub(crate) struct ActivityLog {
    feeds: Mutex<HashMap<UserId, Feed>>,
    now: Now,
}

struct Feed {
    last: VecDeque<Activity>,
    new: broadcast::Sender<Activity>,
}

/// How many are remembered, and how many a page may be behind.
const KEPT: usize = 20;

impl Default for Feed {
    fn default() -> Self {
        Self {
            last: VecDeque::with_capacity(KEPT),
            new: broadcast::Sender::new(KEPT),
        }
    }
}

impl ActivityLog {
    pub(crate) fn new(now: Now) -> Self {
        Self {
            feeds: Mutex::default(),
            now,
        }
    }

    pub(crate) fn note(&self, user: UserId, what: What) {
        let at = self.now.time();
        let mut feeds = self.lock();
        let feed = feeds.entry(user).or_default();
        feed.last.truncate(KEPT - 1);
        feed.last.push_front(Activity { at, what });
        if let Some(activity) = feed.last.front() {
            // An error says that no page is looking.
            let _ = feed.new.send(activity.clone());
        }
    }

    /// The last ones, the newest first.
    pub(crate) fn last(&self, user: UserId) -> Vec<Activity> {
        let feeds = self.lock();
        let last = feeds
            .get(&user)
            .map(|feed| feed.last.iter().cloned().collect());
        last.unwrap_or_default()
    }

    /// Those that come.
    pub(crate) fn listen(&self, user: UserId) -> broadcast::Receiver<Activity> {
        self.lock().entry(user).or_default().new.subscribe()
    }

    /// Of somebody who is gone.
    pub(crate) fn forget(&self, user: UserId) {
        self.lock().remove(&user);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Feed>> {
        // Nobody panics while a feed is half written.
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
