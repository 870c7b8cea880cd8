//! What each kind of field is read as.
#![deny(warnings)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use session_runtime::{SecureSession, Session};

// `R` is what generated code would call a type parameter.
#[derive(Serialize, Deserialize, Clone, Default)]
struct R(u8);

#[derive(SecureSession, Serialize, Deserialize, Default)]
struct Kinds {
    number: u64,
    letter: Option<char>,
    text: std::string::String,
    maybe_text: core::option::Option<String>,
    list: Vec<R>,
    maybe_list: Option<Vec<R>>,
    map: BTreeMap<String, R>,
    maybe: Option<R>,
    twice: Option<Option<R>>,
    boxed: Box<str>,
    own: (R,),
}

fn main() {
    let session = Session::detached(Kinds::default());
    let _: u64 = session.number();
    let _: Option<char> = session.letter();
    let _: &str = session.text();
    let _: Option<&str> = session.maybe_text();
    let _: &[R] = session.list();
    let _: Option<&[R]> = session.maybe_list();
    let _: &BTreeMap<String, R> = session.map();
    let _: Option<&R> = session.maybe();
    let _: Option<&Option<R>> = session.twice();
    let _: &Box<str> = session.boxed();
    let _: &(R,) = session.own();
    let _ = |mut session: Session<Kinds>| session.update_own(|own| own.0.0);
}
