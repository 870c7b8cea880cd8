//! The checker finds what is broken, and the store in memory has an order for everything.

use std::sync::Arc;

use session_runtime::store::{Created, MemoryStore, Saved, SessionStore};

use super::{
    Event, Index,
    broken::{Broken, Fault},
    model::{Answer, Call, Version},
    run, run_on,
    search::has_order,
    seeds, violation,
};

const SEED: u64 = 20;

const FAULTS: [Fault; 15] = [
    Fault::CreateInTwoSteps,
    Fault::SaveInTwoSteps,
    Fault::SaveUpserts,
    Fault::SaveOfTouched,
    Fault::SavedLater,
    Fault::TouchLost,
    Fault::TouchInTwoSteps,
    Fault::DeleteInTwoSteps,
    Fault::LoadFromBefore,
    Fault::ListInTwoSteps,
    Fault::DeleteAllInTwoSteps,
    Fault::DeleteAllNamesGone,
    Fault::AdmitInTwoSteps,
    Fault::EpochInTwoSteps,
    Fault::StandingInTwoSteps,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn d25_every_schedule_of_the_store_in_memory_has_an_order() {
    run(Arc::new(MemoryStore::new()), 10_000, SEED).await;
}

#[tokio::test]
async fn d25_every_schedule_on_one_thread_has_an_order() {
    run(Arc::new(Broken::new(Fault::None)), 1000, SEED).await;
}

#[tokio::test]
async fn d25_every_schedule_has_an_order_for_an_index_that_may_lag() {
    let store = MemoryStore::new();
    let clients: [Arc<dyn SessionStore>; 2] = [Arc::new(store.clone()), Arc::new(store)];
    run_on(&clients, Index::Lags, 1000, SEED).await;
}

#[tokio::test]
async fn every_fault_is_found() {
    for fault in FAULTS {
        let store: Arc<dyn SessionStore> = Arc::new(Broken::new(fault));
        let found = violation(&[store], Index::Exact, seeds(SEED).take(5000)).await;
        let found = found.unwrap_or_else(|| panic!("{fault:?} was not found"));
        assert!(found.contains("SCHEDULE_SEED="), "{found}");
    }
}

#[tokio::test]
async fn an_index_that_may_lag_hides_nothing_but_its_lag() {
    for fault in FAULTS {
        let store: Arc<dyn SessionStore> = Arc::new(Broken::new(fault));
        let found = violation(&[store], Index::Lags, seeds(SEED).take(5000)).await;
        // Keys at one time and records at another, a limit that is kept a little later, and two
        // nodes of a cluster that are asked one after the other.
        let may_be = [
            Fault::ListInTwoSteps,
            Fault::StandingInTwoSteps,
            Fault::DeleteAllInTwoSteps,
            Fault::AdmitInTwoSteps,
        ];
        assert_eq!(found.is_none(), may_be.contains(&fault), "{fault:?}");
    }
}

const A: Version = version(1);
const B: Version = version(2);

const fn version(number: i64) -> Version {
    Version {
        revision: number,
        data: number,
        principal: None,
        touched: number,
        expires: number,
    }
}

fn event(call: Call, answer: Option<Answer>, invoked: u64, answered: u64) -> Event {
    Event {
        task: 0,
        call,
        answer,
        invoked,
        answered,
    }
}

fn created(invoked: u64, answered: u64) -> Event {
    let call = Call::Create { key: 0, version: A };
    event(
        call,
        Some(Answer::Created(Created::Done)),
        invoked,
        answered,
    )
}

fn loaded(version: Option<Version>, invoked: u64, answered: u64) -> Event {
    event(
        Call::Load { key: 0 },
        Some(Answer::Loaded(version)),
        invoked,
        answered,
    )
}

fn saved(answer: Option<Saved>, invoked: u64, answered: u64) -> Event {
    let (key, expected, version) = (0, 1, B);
    let call = Call::Save {
        key,
        expected,
        version,
    };
    event(call, answer.map(Answer::Saved), invoked, answered)
}

#[test]
fn calls_that_met_may_have_come_in_either_order() {
    assert!(has_order(&[created(0, 2), loaded(None, 1, 3)]));
    assert!(has_order(&[created(0, 2), loaded(Some(A), 1, 3)]));
}

#[test]
fn a_call_that_was_answered_before_another_began_came_first() {
    assert!(!has_order(&[created(0, 1), loaded(None, 2, 3)]));
    assert!(!has_order(&[loaded(Some(A), 0, 1), created(2, 3)]));
}

#[test]
fn nobody_sees_an_older_record_than_somebody_before_him() {
    let save = saved(Some(Saved::Done), 2, 9);
    let (old, new) = (loaded(Some(A), 3, 4), loaded(Some(B), 5, 6));
    assert!(has_order(&[created(0, 1), save.clone(), old, new]));
    let (new, old) = (loaded(Some(B), 3, 4), loaded(Some(A), 5, 6));
    assert!(!has_order(&[created(0, 1), save, new, old]));
}

#[test]
fn a_dropped_call_may_come_late_or_never_and_stays_once_it_was_seen() {
    let dropped = saved(None, 2, u64::MAX);
    for last in [A, B] {
        let (created, loaded) = (created(0, 1), loaded(Some(last), 5, 6));
        assert!(has_order(&[created, dropped.clone(), loaded]));
    }
    let (new, old) = (loaded(Some(B), 3, 4), loaded(Some(A), 5, 6));
    assert!(!has_order(&[created(0, 1), dropped, new, old]));
}
