//! Keywords as names of a struct and its fields.
#![deny(warnings)]
#![allow(non_camel_case_types)]

use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

#[derive(SecureSession, Serialize, Deserialize, Default)]
pub struct r#enum {
    r#type: String,
    r#match: Option<u64>,
    #[session(rename = "loop")]
    turns: u8,
}

fn main() {
    let mut session = Session::detached(r#enum::default());
    session.set_type("admin").set_match(7).update_loop(|turns| *turns += 1);
    assert_eq!((session.r#type(), session.r#match(), session.r#loop()), ("admin", Some(7), 1));
    assert_eq!((r#enum::TYPE.name(), r#enum::LOOP.name()), ("type", "loop"));
    assert_eq!(serde_json::to_value(session.data()).unwrap()["type"], "admin");
    let _: fn(&enumFields) -> &str = |fields| fields.r#type();
}
