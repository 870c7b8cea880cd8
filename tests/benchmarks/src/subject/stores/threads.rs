//! The store in memory by itself, used by one thread and by two at once, beside a map behind a lock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Instant,
};

use session_runtime::store::{MemoryStore, Record, Revision, SessionKey, SessionStore};

use super::{RECORD, key};
use crate::{Outcome, at_once::at_once, case::Case};

/// Operations of a thread in one sample.
const TIMES: u32 = 50_000;
const SESSIONS: usize = 64;
/// In Unix milliseconds, far from now.
const END: u64 = 1 << 45;

type Map = HashMap<[u8; 32], Vec<u8>>;

pub(super) fn cases() -> Outcome<Vec<Case>> {
    let store = Arc::new(MemoryStore::new());
    let mut map = Map::new();
    for session in 0..SESSIONS {
        at_once(store.create(&SessionKey::from_bytes(key(session)), &record(1)))?;
        map.insert(key(session), vec![b'x'; RECORD]);
    }
    let map = Arc::new(Mutex::new(map));
    let mut cases = Vec::new();
    for threads in [1, 2] {
        let name = |what: &str| format!("memory alone, {what}, threads: {threads}");
        let loading = Arc::clone(&store);
        cases.push(at_the_same_time(name("load"), threads, move |session| {
            let key = SessionKey::from_bytes(key(session));
            Ok(at_once(loading.load(&key))?.is_some())
        }));
        let saving = Arc::clone(&store);
        cases.push(at_the_same_time(name("save"), threads, move |session| {
            let key = SessionKey::from_bytes(key(session));
            let was = Revision::from_i64(1);
            at_once(saving.save(&key, was, &record(1)))
                .map(|_| true)
                .map_err(Into::into)
        }));
        let map = Arc::clone(&map);
        let name = format!("map behind a lock, load, threads: {threads}");
        cases.push(at_the_same_time(name, threads, move |session| {
            let map = map.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(map.get(&key(session)).cloned().is_some())
        }));
    }
    Ok(cases)
}

fn record(revision: i64) -> Record {
    let revision = Revision::from_i64(revision);
    Record::new(revision, vec![b'x'; RECORD], None, 1, END)
}

/// Each thread does `operation` on sessions of its own.
fn at_the_same_time(
    name: String,
    threads: usize,
    operation: impl Fn(usize) -> Outcome<bool> + Clone + Send + 'static,
) -> Case {
    Case::sampled(name, move || {
        let start = Instant::now();
        let running: Vec<_> = (0..threads)
            .map(|thread| {
                let operation = operation.clone();
                thread::spawn(move || repeat(thread, threads, operation))
            })
            .collect();
        for thread in running {
            thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES))
    })
}

fn repeat(
    thread: usize,
    threads: usize,
    operation: impl Fn(usize) -> Outcome<bool>,
) -> Outcome<()> {
    for time in 0..TIMES as usize {
        if !operation((time * threads + thread) % SESSIONS)? {
            return Err("a session is not there".into());
        }
    }
    Ok(())
}
