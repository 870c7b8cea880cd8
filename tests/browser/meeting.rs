//! A store in which requests meet: they have all read before any of them writes, which chance alone
//! brings about once in a long while.

use std::sync::{Arc, Mutex};

use session_runtime::store::{
    Created, MemoryStore, PrincipalIndex, Record, Revision, Saved, SessionKey, SessionStore,
    StoreFuture,
};
use tokio::sync::Barrier;

#[derive(Debug)]
pub(crate) struct MeetingStore {
    inner: MemoryStore,
    meeting: Mutex<Option<Meeting>>,
}

#[derive(Debug)]
struct Meeting {
    awaited: usize,
    barrier: Arc<Barrier>,
}

impl MeetingStore {
    pub(crate) fn new() -> Self {
        Self {
            inner: MemoryStore::new(),
            meeting: Mutex::default(),
        }
    }

    /// The next `requests` that read a session wait for each other.
    pub(crate) fn meet(&self, requests: usize) {
        let barrier = Arc::new(Barrier::new(requests));
        let meeting = Meeting {
            awaited: requests,
            barrier,
        };
        *self.meeting.lock().unwrap() = Some(meeting);
    }

    /// Whether all that were to meet have come.
    pub(crate) fn have_met(&self) -> bool {
        self.meeting.lock().unwrap().is_none()
    }

    fn come(&self) -> Option<Arc<Barrier>> {
        let mut meeting = self.meeting.lock().unwrap();
        let awaited = meeting.as_mut()?;
        awaited.awaited -= 1;
        let barrier = Arc::clone(&awaited.barrier);
        if awaited.awaited == 0 {
            *meeting = None;
        }
        Some(barrier)
    }
}

impl SessionStore for MeetingStore {
    fn create<'a>(&'a self, key: &'a SessionKey, record: &'a Record) -> StoreFuture<'a, Created> {
        self.inner.create(key, record)
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async move {
            let record = self.inner.load(key).await;
            if let Some(barrier) = self.come() {
                barrier.wait().await;
            }
            record
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Revision,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        self.inner.save(key, expected, record)
    }

    fn touch<'a>(
        &'a self,
        key: &'a SessionKey,
        touched: u64,
        expires: u64,
    ) -> StoreFuture<'a, bool> {
        self.inner.touch(key, touched, expires)
    }

    fn delete<'a>(
        &'a self,
        key: &'a SessionKey,
        expected: Option<Revision>,
    ) -> StoreFuture<'a, Saved> {
        self.inner.delete(key, expected)
    }

    fn principals(&self) -> Option<&dyn PrincipalIndex> {
        self.inner.principals()
    }
}
