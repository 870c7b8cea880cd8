//! What remains of a call to an index that may lag: each thing it named, by itself.

use session_runtime::store::{Created, Saved};

use super::{
    Event,
    model::{Answer, Call, KEYS},
};

pub(super) fn relaxed(events: &[Event]) -> Vec<Event> {
    events.iter().flat_map(parts).collect()
}

/// All of them began when the call did, and had happened when it was answered, in any order.
fn parts(event: &Event) -> Vec<Event> {
    match (event.call, &event.answer) {
        (Call::List { .. }, Some(Answer::Listed(listed))) => {
            let loads = listed.iter().map(|(key, version)| {
                let answer = Answer::Loaded(Some(*version));
                part(event, Call::Load { key: *key }, Some(answer))
            });
            loads.collect()
        }
        (Call::DeleteAll { principal, .. }, Some(Answer::Ended(keys))) => {
            ends(event, principal, keys)
        }
        (Call::DeleteAll { principal, except }, None) => {
            let keys = (0..KEYS).filter(|key| Some(*key) != except);
            may_end(event, principal, keys)
        }
        (Call::Admit { key, version, .. }, answer) => {
            let mut parts = Vec::from_iter(write(event));
            match (version.principal, answer) {
                (Some(principal), Some(Answer::Ended(keys))) => {
                    parts.extend(ends(event, principal, keys));
                }
                (Some(principal), None) => {
                    let keys = (0..KEYS).filter(|other| *other != key);
                    parts.extend(may_end(event, principal, keys));
                }
                _ => {}
            }
            parts
        }
        (Call::Standing { key, principal }, Some(Answer::Standing { is_revoked, epoch })) => vec![
            part(
                event,
                Call::IsRevoked { key },
                Some(Answer::IsRevoked(*is_revoked)),
            ),
            part(
                event,
                Call::Epoch { principal },
                Some(Answer::Epoch(*epoch)),
            ),
        ],
        _ => vec![event.clone()],
    }
}

/// The create or save that an admission is, beside what it ends. Of one that was refused, nothing.
fn write(event: &Event) -> Option<Event> {
    let Call::Admit {
        key,
        expected,
        version,
        ..
    } = event.call
    else {
        return None;
    };
    let (call, created) = match expected {
        None => (Call::Create { key, version }, true),
        Some(expected) => (
            Call::Save {
                key,
                expected,
                version,
            },
            false,
        ),
    };
    let answer = match event.answer.as_ref() {
        None => None,
        Some(Answer::Refused) => return None,
        Some(Answer::Ended(_)) if created => Some(Answer::Created(Created::Done)),
        Some(Answer::Ended(_)) => Some(Answer::Saved(Saved::Done)),
        Some(Answer::Exists) => Some(Answer::Created(Created::Exists)),
        Some(Answer::Conflict) => Some(Answer::Saved(Saved::Conflict)),
        Some(Answer::Gone) => Some(Answer::Saved(Saved::Gone)),
        Some(answer) => unreachable!("no admission is answered {answer:?}"),
    };
    Some(part(event, call, answer))
}

fn ends(event: &Event, principal: usize, keys: &[usize]) -> Vec<Event> {
    let end = |key: &usize| {
        let call = Call::End {
            key: *key,
            principal,
        };
        part(event, call, Some(Answer::Ended(vec![*key])))
    };
    keys.iter().map(end).collect()
}

fn may_end(event: &Event, principal: usize, keys: impl Iterator<Item = usize>) -> Vec<Event> {
    let end = |key| part(event, Call::End { key, principal }, None);
    keys.map(end).collect()
}

fn part(event: &Event, call: Call, answer: Option<Answer>) -> Event {
    Event {
        task: event.task,
        call,
        answer,
        invoked: event.invoked,
        answered: event.answered,
    }
}
