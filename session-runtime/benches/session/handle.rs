//! Reading and writing a session that a handler holds, beside a plain struct.

use std::hint::black_box;

use session_runtime::Session;

use crate::{
    batch::Batch,
    harness::{Budget, Case, Group},
    request::{Auth, somebody},
};

const PLAIN_READ: &str = "plain struct, a field read";
const PLAIN_WRITE: &str = "plain struct, a field written";

pub(crate) fn group() -> Group {
    Group {
        name: "handle",
        cases: vec![
            plain_read(),
            read("getter", |session| session.user_id() == Some(7))
                .within(Budget::Whole { nanoseconds: 2.0 }),
            read("getter, text", |session| session.email().is_some()),
            plain_write(),
            write("setter", |session| {
                session.set_visits(black_box(42));
            })
            .within(Budget::Whole { nanoseconds: 60.0 }),
            write("getter and setter", |session| {
                let visits = session.visits();
                session.set_visits(visits.wrapping_add(1));
            }),
            write("setter, text", |session| {
                session.set_email("ada@example.org");
            }),
            write("snapshot", |session| {
                black_box(session.snapshot());
            }),
            write("setter while a snapshot is held", |session| {
                let snapshot = session.snapshot();
                session.set_visits(black_box(42));
                black_box(snapshot);
            }),
        ],
    }
}

fn plain_read() -> Case {
    let auth = somebody();
    Case::new(
        PLAIN_READ,
        Batch::repeated(move || black_box(&auth).is_user(7)),
    )
}

fn plain_write() -> Case {
    let mut auth = somebody();
    Case::new(
        PLAIN_WRITE,
        Batch::repeated(move || black_box(&mut auth).visit(42)),
    )
}

fn read(name: &str, operation: impl Fn(&Session<Auth>) -> bool + 'static) -> Case {
    let session = Session::detached(somebody());
    Case::new(
        name,
        Batch::repeated(move || operation(black_box(&session))),
    )
    .against(PLAIN_READ)
}

fn write(name: &str, mut operation: impl FnMut(&mut Session<Auth>) + 'static) -> Case {
    let mut session = Session::detached(somebody());
    Case::new(
        name,
        Batch::repeated(move || operation(black_box(&mut session))),
    )
    .against(PLAIN_WRITE)
}
