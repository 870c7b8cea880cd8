//! A whole cookie, and its parts at the very lengths that they have in it.

use std::hint::black_box;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use session_runtime::{Config, Key, SecureSession, SessionRegistry, Sessions, Unmounted};

use super::cipher;
use crate::{
    Outcome,
    case::Case,
    engines::{Engine, NONCE, TAG},
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

/// Bytes of the session as JSON. With what goes around it the last is near the most that a cookie of
/// 4096 bytes holds.
const SIZES: [usize; 4] = [64, 256, 1024, 2900];
const BRACES: usize = r#"{"text":""}"#.len();

pub(crate) fn cases() -> Outcome<Vec<Case>> {
    let registry = Registry {
        // Each is opened: what is known already costs none of these parts.
        note: Config::new(Key::generate()?).cached_sessions(0),
    };
    let sessions = Unmounted::new(registry)?.codec();
    let mut cases = vec![nonce_of_the_kernel()];
    for bytes in SIZES {
        cases.extend(of_size(&sessions, bytes)?);
    }
    Ok(cases)
}

fn of_size(sessions: &Sessions, bytes: usize) -> Outcome<Vec<Case>> {
    let place = format!("cookie/{bytes}");
    let value = sessions.encode(&sessions.create(note(bytes)))?;
    let raw = URL_SAFE_NO_PAD.decode(&value)?;
    let plaintext = raw.len() - NONCE - TAG;
    let mut cases = vec![
        nonce(&place),
        payload_written(&place, plaintext),
        payload_read(&place, plaintext)?,
        base64_written(&place, raw),
        base64_read(&place, value.clone()),
        encoded(&place, sessions, bytes)?,
        decoded(&place, sessions, value, bytes)?,
    ];
    for engine in Engine::ALL {
        cases.push(cipher::sealing(
            engine,
            plaintext,
            &format!("{place}/seal"),
        )?);
        cases.push(cipher::opening(
            engine,
            plaintext,
            &format!("{place}/open"),
        )?);
    }
    Ok(cases)
}

/// From a generator that the kernel seeds: a call of the kernel for each is no part of a floor.
fn nonce(place: &str) -> Case {
    Case::repeated(format!("{place}/nonce"), || {
        let mut nonce = [0_u8; NONCE];
        rand::fill(&mut nonce);
        nonce
    })
}

/// Which is what the library draws: a system call, unless the C library knows of a shorter way.
fn nonce_of_the_kernel() -> Case {
    Case::repeated("nonce of the kernel".to_owned(), || {
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).is_ok().then_some(nonce)
    })
}

/// As many bytes as the envelope and the session together.
fn payload_written(place: &str, bytes: usize) -> Case {
    let (note, mut out) = (note(bytes), Vec::new());
    Case::repeated(format!("{place}/payload written"), move || {
        out.clear();
        serde_json::to_writer(&mut out, black_box(&note)).is_ok()
    })
}

fn payload_read(place: &str, bytes: usize) -> Outcome<Case> {
    let json = serde_json::to_vec(&note(bytes))?;
    serde_json::from_slice::<Note>(&json)?;
    Ok(Case::repeated(format!("{place}/payload read"), move || {
        serde_json::from_slice::<Note>(black_box(&json)).is_ok()
    }))
}

fn base64_written(place: &str, raw: Vec<u8>) -> Case {
    let mut out = vec![0; raw.len() * 2];
    Case::repeated(format!("{place}/base64 written"), move || {
        URL_SAFE_NO_PAD
            .encode_slice(black_box(&raw), &mut out)
            .is_ok()
    })
}

fn base64_read(place: &str, value: String) -> Case {
    let mut out = vec![0; value.len()];
    Case::repeated(format!("{place}/base64 read"), move || {
        URL_SAFE_NO_PAD
            .decode_slice(black_box(&value), &mut out)
            .is_ok()
    })
}

fn encoded(place: &str, sessions: &Sessions, bytes: usize) -> Outcome<Case> {
    let (sessions, session) = (sessions.clone(), sessions.create(note(bytes)));
    sessions.encode(&session)?;
    Ok(Case::repeated(format!("{place}/encode"), move || {
        sessions.encode(&session).is_ok()
    }))
}

fn decoded(place: &str, sessions: &Sessions, value: String, bytes: usize) -> Outcome<Case> {
    let sessions = sessions.clone();
    let session = sessions.decode::<Note>(&value)?;
    if session.text() != note(bytes).text {
        return Err("another session comes back".into());
    }
    Ok(Case::repeated(format!("{place}/decode"), move || {
        sessions.decode::<Note>(&value).is_ok()
    }))
}

fn note(bytes: usize) -> Note {
    Note {
        text: "x".repeat(bytes - BRACES),
    }
}
