//! Reading and writing a session that a handler holds, beside a plain struct.

use std::hint::black_box;

use session_runtime::Session;

use crate::{
    case::Case,
    session::{Auth, USER, somebody},
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        plain_read(),
        read("getter", |session| session.user_id() == Some(USER)),
        read("getter, text", |session| session.email().is_some()),
        plain_write(),
        write("setter", |session| {
            session.set_visits(black_box(42));
        }),
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
        cloned(),
    ]
}

fn plain_read() -> Case {
    let auth = somebody();
    Case::repeated("plain struct, a field read", move || {
        black_box(&auth).user_id == Some(USER)
    })
}

fn plain_write() -> Case {
    let mut auth = somebody();
    Case::repeated("plain struct, a field written", move || {
        black_box(&mut auth).visits = 42;
    })
}

/// What the application's own data take, whoever makes them.
fn cloned() -> Case {
    let auth = somebody();
    Case::repeated("plain struct, cloned", move || black_box(&auth).clone())
}

fn read(name: &str, operation: impl Fn(&Session<Auth>) -> bool + 'static) -> Case {
    let session = Session::detached(somebody());
    Case::repeated(name, move || operation(black_box(&session)))
}

fn write(name: &str, mut operation: impl FnMut(&mut Session<Auth>) + 'static) -> Case {
    let mut session = Session::detached(somebody());
    Case::repeated(name, move || operation(black_box(&mut session)))
}
