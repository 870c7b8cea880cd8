//! The value of a cookie, sealed and opened, beside the nonce, the cipher and base64 alone.

use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, SessionRegistry, Sessions, Unmounted};

use crate::{
    Outcome, bare,
    batch::Batch,
    harness::{Case, Group},
};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "note")]
struct Note {
    text: String,
}

#[derive(SessionRegistry)]
struct Registry {
    note: Config<Note>,
}

/// Bytes of the fields as JSON. The last is 3000 with its envelope, near the most that a cookie
/// of 4096 bytes holds.
const SIZES: [(usize, &str); 4] = [
    (64, "64 bytes"),
    (256, "256 bytes"),
    (1024, "1024 bytes"),
    (3000 - ENVELOPE, "3000 bytes, envelope included"),
];
const ENVELOPE: usize =
    r#"{"id":"1234567890123456789012","iat":1234567890123,"ts":1234567890123,"v":1,"d":}"#.len();
const BRACES: usize = r#"{"text":""}"#.len();

pub(crate) fn group() -> Outcome<Group> {
    let registry = Registry {
        note: Config::new(Key::generate()?),
    };
    let sessions = Unmounted::new(registry)?.codec();
    let mut cases = Vec::new();
    for (bytes, name) in SIZES {
        cases.extend(sealing(&sessions, bytes, name)?);
        cases.extend(opening(&sessions, bytes, name)?);
    }
    Ok(Group {
        name: "cookie",
        cases,
    })
}

fn sealing(sessions: &Sessions, bytes: usize, name: &str) -> Outcome<[Case; 2]> {
    let (sessions, session) = (sessions.clone(), sessions.create(note(bytes)));
    sessions.encode(&session)?;
    let plaintext = vec![b'x'; ENVELOPE + bytes];
    let bare = format!("bare seal, {name}");
    Ok([
        Case::new(
            &bare,
            Batch::repeated(move || bare::seal(&plaintext).is_ok()),
        ),
        Case::new(
            format!("encode, {name}"),
            Batch::repeated(move || sessions.encode(&session).is_ok()),
        )
        .against(bare),
    ])
}

fn opening(sessions: &Sessions, bytes: usize, name: &str) -> Outcome<[Case; 2]> {
    let (sessions, value) = (
        sessions.clone(),
        sessions.encode(&sessions.create(note(bytes)))?,
    );
    sessions.decode::<Note>(&value)?;
    let bare_value = bare::seal(&vec![b'x'; ENVELOPE + bytes])?;
    bare::open(&bare_value)?;
    let bare = format!("bare open, {name}");
    Ok([
        Case::new(
            &bare,
            Batch::repeated(move || bare::open(&bare_value).is_ok()),
        ),
        Case::new(
            format!("decode, {name}"),
            Batch::repeated(move || sessions.decode::<Note>(&value).is_ok()),
        )
        .against(bare),
    ])
}

fn note(bytes: usize) -> Note {
    Note {
        text: "x".repeat(bytes - BRACES),
    }
}
