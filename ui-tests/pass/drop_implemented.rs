//! A struct with `Drop`: no field can be moved out of it.

use std::cell::Cell;

use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

thread_local!(static DROPPED: Cell<usize> = const { Cell::new(0) });

#[derive(SecureSession, Serialize, Deserialize)]
struct Auth {
    user_id: Option<u64>,
    roles: Vec<String>,
    #[session(flash)]
    notice: String,
}

impl Default for Auth {
    fn default() -> Self {
        Self { user_id: None, roles: vec!["guest".to_owned()], notice: String::new() }
    }
}

impl Drop for Auth {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
    }
}

fn main() {
    let mut session = Session::detached(Auth::default());
    session.set_user_id(7).update_roles(|roles| roles.push("admin".to_owned()));
    session.set_notice("saved");
    assert_eq!(session.take_notice(), "saved");
    assert_eq!(session.take_roles(), ["guest", "admin"]);
    assert_eq!(session.roles(), ["guest"]);
    session.update_roles(Vec::clear);
    session.clear_roles();
    session.regenerate_keep(Auth::USER_ID);
    assert_eq!((session.user_id(), session.roles().len()), (Some(7), 1));
    session.clear_user_id();
    assert_eq!(session.user_id(), None);
    drop(session);
    assert!(DROPPED.get() > 0);
}
