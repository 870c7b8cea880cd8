//! A plan, carried out against a store by tasks that meet.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use session_runtime::store::{Admitted, Created, Revision, Saved, SessionStore};
use tokio::{
    sync::Barrier,
    task::{JoinSet, yield_now},
};

use super::{
    Event,
    model::{Answer, Call, KEYS},
    plan::{Plan, Step},
    stage::{Stage, session_limit},
};

/// One caller: it expects the revisions that it has seen.
struct Player {
    task: usize,
    store: Arc<dyn SessionStore>,
    stage: Arc<Stage>,
    seen: [Option<i64>; KEYS],
    events: Vec<Event>,
}

pub(super) async fn play(clients: &[Arc<dyn SessionStore>], plan: Plan) -> Vec<Event> {
    let stage = Arc::new(Stage::new());
    let player = |task: usize| {
        let store = Arc::clone(&clients[task % clients.len()]);
        Player::new(task, store, Arc::clone(&stage))
    };
    let mut events = player(0).play(plan.first).await;
    let together = Arc::new(Barrier::new(plan.tasks.len()));
    let mut tasks = JoinSet::new();
    for (task, steps) in (1..).zip(plan.tasks) {
        let (player, together) = (player(task), Arc::clone(&together));
        tasks.spawn(async move {
            together.wait().await;
            player.play(steps).await
        });
    }
    events.extend(tasks.join_all().await.into_iter().flatten());
    events.extend(player(0).play(plan.last).await);
    events
}

impl Player {
    const fn new(task: usize, store: Arc<dyn SessionStore>, stage: Arc<Stage>) -> Self {
        Self {
            task,
            store,
            stage,
            seen: [None; KEYS],
            events: Vec::new(),
        }
    }

    async fn play(mut self, steps: Vec<Step>) -> Vec<Event> {
        for step in steps {
            for _ in 0..step.yields {
                yield_now().await;
            }
            let mut call = step.call;
            if step.expects_seen {
                self.expect_seen(&mut call);
            }
            let invoked = self.stage.moment();
            let answer = within(step.polls, self.answer(call)).await;
            let answered = match &answer {
                Some(answer) => {
                    self.learn(call, answer);
                    self.stage.moment()
                }
                None => u64::MAX,
            };
            if answer.is_none() && call.only_reads() {
                continue;
            }
            self.events.push(Event {
                task: self.task,
                call,
                answer,
                invoked,
                answered,
            });
        }
        self.events
    }

    fn expect_seen(&self, call: &mut Call) {
        match call {
            Call::Save { key, expected, .. }
            | Call::Delete {
                key,
                expected: Some(expected),
            }
            | Call::Admit {
                key,
                expected: Some(expected),
                ..
            } => *expected = self.seen[*key].unwrap_or(*expected),
            _ => {}
        }
    }

    fn learn(&mut self, call: Call, answer: &Answer) {
        match (call, answer) {
            (Call::Load { key }, Answer::Loaded(Some(version))) => {
                self.seen[key] = Some(version.revision);
            }
            (Call::Create { key, version }, Answer::Created(Created::Done))
            | (Call::Save { key, version, .. }, Answer::Saved(Saved::Done))
            | (Call::Admit { key, version, .. }, Answer::Ended(_)) => {
                self.seen[key] = Some(version.revision);
            }
            _ => {}
        }
    }

    async fn answer(&self, call: Call) -> Answer {
        let (stage, store) = (&*self.stage, &*self.store);
        match call {
            Call::Create { key, version } => {
                let created = store.create(&stage.keys[key], &stage.record(version)).await;
                Answer::Created(created.unwrap())
            }
            Call::Load { key } => {
                let loaded = store.load(&stage.keys[key]).await.unwrap();
                Answer::Loaded(loaded.map(|record| stage.version(&record)))
            }
            Call::Save {
                key,
                expected,
                version,
            } => {
                let (key, record) = (&stage.keys[key], stage.record(version));
                let saved = store.save(key, Revision::from_i64(expected), &record).await;
                Answer::Saved(saved.unwrap())
            }
            Call::Touch { key, number } => {
                let (touched, expires) = (stage.touched(number), stage.expires(number));
                let touched = store.touch(&stage.keys[key], touched, expires).await;
                Answer::Touched(touched.unwrap())
            }
            Call::Delete { key, expected } => {
                let expected = expected.map(Revision::from_i64);
                let deleted = store.delete(&stage.keys[key], expected).await;
                Answer::Saved(deleted.unwrap())
            }
            call => self.answer_of_index(call).await,
        }
    }

    async fn answer_of_index(&self, call: Call) -> Answer {
        let (stage, store) = (&*self.stage, &*self.store);
        let index = || store.principals().unwrap();
        match call {
            Call::List { principal } => {
                let listed = index().list(&stage.principals[principal]).await.unwrap();
                let listed = listed.iter();
                let listed = listed.map(|(key, record)| (stage.number(key), stage.version(record)));
                let mut listed: Vec<_> = listed.collect();
                listed.sort_by_key(|(key, _)| *key);
                Answer::Listed(listed)
            }
            Call::DeleteAll { principal, except } => {
                let except = except.map(|key| &stage.keys[key]);
                let ended = index()
                    .delete_all(&stage.principals[principal], except)
                    .await;
                Answer::Ended(stage.numbers(&ended.unwrap()))
            }
            Call::Admit {
                key,
                expected,
                version,
                limit,
            } => {
                let (key, expected) = (&stage.keys[key], expected.map(Revision::from_i64));
                let (record, limit) = (stage.record(version), session_limit(limit));
                match index().admit(key, expected, &record, limit).await.unwrap() {
                    Admitted::Done { ended } => Answer::Ended(stage.numbers(&ended)),
                    Admitted::Exists => Answer::Exists,
                    Admitted::Conflict => Answer::Conflict,
                    Admitted::Gone => Answer::Gone,
                    Admitted::Refused => Answer::Refused,
                }
            }
            call => self.answer_of_revocations(call).await,
        }
    }

    async fn answer_of_revocations(&self, call: Call) -> Answer {
        let stage = &*self.stage;
        let revocations = self.store.revocations().unwrap();
        match call {
            Call::Revoke { key } => {
                let until = stage.expires(0);
                revocations.revoke(&stage.keys[key], until).await.unwrap();
                Answer::Nothing
            }
            Call::AdvanceEpoch {
                principal,
                at_least,
            } => {
                let (principal, until) = (&stage.principals[principal], stage.expires(0));
                let epoch = revocations.advance_epoch(principal, at_least, until).await;
                Answer::Epoch(epoch.unwrap())
            }
            Call::Standing { key, principal } => {
                let (key, principal) = (&stage.keys[key], &stage.principals[principal]);
                let standing = revocations.standing(Some(key), Some(principal)).await;
                let standing = standing.unwrap();
                Answer::Standing {
                    is_revoked: standing.is_revoked,
                    epoch: standing.epoch,
                }
            }
            call => unreachable!("no plan has {call:?}"),
        }
    }
}

/// The answer, if it comes within so many polls; otherwise the call is dropped.
async fn within<T>(polls: Option<usize>, call: impl Future<Output = T>) -> Option<T> {
    let Some(mut left) = polls else {
        return Some(call.await);
    };
    let mut call = pin!(call);
    poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match call.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
