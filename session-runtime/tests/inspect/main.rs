//! `session_runtime::inspect` against the typed API: what one seals, the other opens.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod node;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use session_runtime::{
    Config, CookieOptions, FastifyPolicy, Format, Key, Keyring, Reason, SealError, SecureSession,
    SessionRegistry, Sessions, Settings, Unmounted,
    inspect::{MintError, Subject, recognise_key},
    testing::HeldClock,
};

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(
    name = "auth",
    version = 3,
    migrate = "never",
    idle = "30m",
    absolute = "12h"
)]
struct Auth {
    user_id: Option<u64>,
    roles: Vec<String>,
}

fn never(_: u32, _: &str) -> Option<Auth> {
    None
}

#[derive(SecureSession, Serialize, Deserialize, Default)]
#[session(name = "prefs", cookie_name = "prefs", format = "fastify")]
struct Prefs {
    theme: String,
}

#[derive(SessionRegistry)]
struct App {
    auth: Config<Auth>,
    prefs: Config<Prefs>,
}

fn key(first: u8) -> Key {
    Key::from_hex(&format!(
        "{first:02x}03d154fe9ace52ab3085fa83eba3a0245efeb1709664ee7da35b1a026d2769"
    ))
    .unwrap()
}

fn clock() -> HeldClock {
    HeldClock::at(UNIX_EPOCH + Duration::from_secs(1_790_000_000))
}

fn sessions(clock: &HeldClock) -> Sessions {
    let app = App {
        auth: Config::new(key(1)),
        prefs: Config::new(key(2)),
    };
    let settings = Settings::new().application("shop").clock(clock);
    Unmounted::with_settings(app, settings).unwrap().codec()
}

fn auth(clock: &HeldClock) -> Subject {
    let subject = Subject::sealed("auth").application("shop").clock(clock);
    let (idle, absolute) = (Duration::from_secs(1_800), Duration::from_secs(43_200));
    subject.idle(idle).absolute(absolute)
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn what_a_handler_seals_is_shown_with_its_times() {
    let clock = clock();
    let sessions = sessions(&clock);
    let session = sessions.create(Auth {
        user_id: Some(7),
        roles: vec!["admin".into()],
    });
    let value = sessions.encode(&session).unwrap();
    clock.advance(Duration::from_secs(60));
    let keyring = Keyring::new(key(9)).also_open(key(1));
    let inspected = auth(&clock)
        .with_keys(keyring)
        .unwrap()
        .open(&value)
        .unwrap();
    assert_eq!(inspected.refusal(), None);
    assert_eq!((inspected.format(), inspected.key()), (Format::Sealed, 1));
    assert_eq!((inspected.has_id(), inspected.version()), (true, Some(3)));
    assert_eq!(inspected.created(), Some(at(1_790_000_000)));
    assert_eq!(inspected.touched(), Some(at(1_790_000_000)));
    assert_eq!(inspected.idle_end(), Some(at(1_790_001_800)));
    assert_eq!(inspected.absolute_end(), Some(at(1_790_043_200)));
    assert_eq!(inspected.size(), "__Host-auth".len() + value.len());
    let fields: Vec<_> = inspected.fields().collect();
    assert_eq!(fields, [("user_id", "7"), ("roles", "[\"admin\"]")]);
}

#[test]
fn how_long_the_browser_keeps_it_is_shown_where_a_handler_has_said_so() {
    let clock = clock();
    let sessions = sessions(&clock);
    let month = Duration::from_secs(30 * 86_400);
    for (options, shown) in [
        (CookieOptions::new().max_age(month), Some(month)),
        (
            CookieOptions::new().ends_with_browser(),
            Some(Duration::ZERO),
        ),
        (CookieOptions::new().http_only(false), None),
    ] {
        let mut session = sessions.create(Auth::default());
        session.options(options);
        let value = sessions.encode(&session).unwrap();
        let inspector = auth(&clock).with_keys(key(1)).unwrap();
        let inspected = inspector.open(&value).unwrap();
        assert_eq!(inspected.refusal(), None);
        assert_eq!(inspected.cookie_lifetime(), shown);
    }
}

#[test]
fn what_is_minted_of_json_is_a_handlers_session() {
    let clock = clock();
    let sessions = sessions(&clock);
    let inspector = auth(&clock).version(3).with_keys(key(1)).unwrap();
    let value = inspector
        .seal("{ \"user_id\": 8, \"roles\": [ \"a b\" ] }")
        .unwrap();
    let session = sessions.decode::<Auth>(&value).unwrap();
    assert_eq!(
        (session.user_id(), session.roles()),
        (Some(8), &["a b".to_owned()][..])
    );

    let inspector = Subject::fastify("prefs")
        .clock(&clock)
        .with_keys(key(2))
        .unwrap();
    let value = inspector
        .seal("{\"theme\":\"dark\",\"more\":1.50}")
        .unwrap();
    assert_eq!(sessions.decode::<Prefs>(&value).unwrap().theme(), "dark");
    let inspected = inspector.open(&value).unwrap();
    let fields: Vec<_> = inspected.fields().collect();
    assert_eq!(fields, [("theme", "\"dark\""), ("more", "1.50")]);
    assert_eq!(
        (inspected.created(), inspected.touched()),
        (None, Some(at(1_790_000_000)))
    );
}

#[test]
fn a_version_that_no_handler_takes_is_shown() {
    let clock = clock();
    let inspector = auth(&clock).version(u32::MAX).with_keys(key(1)).unwrap();
    let value = inspector.seal("{\"a\":1}").unwrap();
    let refused = sessions(&clock).decode::<Auth>(&value).unwrap_err();
    assert_eq!(refused.reason(), Reason::SchemaMismatch);
    assert_eq!(inspector.open(&value).unwrap().version(), Some(u32::MAX));
}

#[test]
fn an_ended_session_is_shown_and_refused_as_for_a_handler() {
    let clock = clock();
    let inspector = auth(&clock).version(3).with_keys(key(1)).unwrap();
    let value = inspector.seal("{}").unwrap();
    for (advance, reason) in [(1_799, None), (1, Some(Reason::Expired))] {
        clock.advance(Duration::from_secs(advance));
        let handler = sessions(&clock).decode::<Auth>(&value).err();
        assert_eq!(handler.map(|error| error.reason()), reason);
        assert_eq!(inspector.open(&value).unwrap().refusal(), reason);
    }
}

#[test]
fn d06_a_value_is_opened_for_its_own_purpose_alone() {
    let clock = clock();
    let value = auth(&clock).with_keys(key(1)).unwrap().seal("{}").unwrap();
    for other in [
        Subject::sealed("auth"),
        Subject::sealed("auth").application("staging"),
        Subject::sealed("admin")
            .cookie_name("__Host-auth")
            .application("shop"),
        Subject::sealed("auth")
            .cookie_name("auth")
            .application("shop"),
    ] {
        let error = other.with_keys(key(1)).unwrap().open(&value).unwrap_err();
        assert_eq!(error.reason(), Reason::UnknownKey);
    }
}

#[test]
fn what_is_no_object_or_too_large_is_not_sealed() {
    let sealed = Subject::sealed("auth").with_keys(key(1)).unwrap();
    let fastify = Subject::fastify("prefs").with_keys(key(1)).unwrap();
    for (json, expected) in [
        ("", MintError::Syntax { line: 1, column: 0 }),
        ("{\n \"a\" 1}", MintError::Syntax { line: 2, column: 6 }),
        ("[1]", MintError::NotAnObject),
        ("\"secret\"", MintError::NotAnObject),
    ] {
        let error = sealed.seal(json).unwrap_err();
        assert_eq!(error, expected);
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert!(sealed.seal("{\"__ts\":1}").is_ok());
    let reserved = fastify.seal("{\"a\":1,\"__ts\":1}").unwrap_err();
    assert_eq!(reserved, MintError::Reserved { name: "__ts" });
    let large = format!("{{\"a\":1,\"b\":\"{}\"}}", "x".repeat(4_000));
    let MintError::Seal(SealError::Oversized(oversized)) = sealed.seal(&large).unwrap_err() else {
        panic!("not refused for its size");
    };
    let largest: Vec<_> = oversized.largest_fields().collect();
    assert_eq!(largest, [("b", 4_002), ("a", 1)]);
}

#[test]
fn d33_what_cannot_work_is_refused_before_anything_is_opened() {
    let zero = Subject::sealed("a").idle(Duration::ZERO).cookie_name("a b");
    let error = zero.with_keys(Key::from_bytes([0; 32])).unwrap_err();
    let problems: Vec<_> = error.problems().collect();
    assert_eq!(problems.len(), 3, "{problems:?}");
    let absolute = Subject::fastify("a").absolute(Duration::from_secs(1));
    assert!(
        absolute
            .with_keys(key(1))
            .unwrap_err()
            .to_string()
            .contains("use `idle`")
    );
    let host = Subject::fastify("__Host-a").policy(FastifyPolicy::AS_NODE);
    assert!(
        host.with_keys(key(1))
            .unwrap_err()
            .to_string()
            .contains("secure")
    );
}

#[test]
fn d33_a_key_is_recognised_in_any_notation() {
    let hex = "0f03d154fe9ace52ab3085fa83eba3a0245efeb1709664ee7da35b1a026d2769";
    let base64 = "DwPRVP6azlKrMIX6g+ujoCRe/rFwlmTufaNbGgJtJ2k=";
    let utf16 = |text: &str| {
        let units = format!("\u{feff}{text}\r\n");
        units
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    for bytes in [
        key(0x0f).expose_bytes().to_vec(),
        format!("{hex}\n").into_bytes(),
        format!(" {base64}").into_bytes(),
        format!("\u{feff}{base64}").into_bytes(),
        utf16(hex),
        utf16(base64),
    ] {
        assert_eq!(recognise_key("key", &bytes).unwrap(), key(0x0f));
    }
    for (bytes, expected) in [
        (vec![7; 37], "here: holds 37 bytes, a key has 32"),
        (vec![7; 32], "here: all 32 bytes are equal"),
        (
            hex.as_bytes()[1..].to_vec(),
            "here: holds 63 bytes, a key has 32",
        ),
    ] {
        let error = recognise_key("here", &bytes).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn d32_debug_output_shows_neither_keys_nor_fields() {
    let subject = Subject::sealed("auth");
    let inspector = subject.clone().with_keys(key(1)).unwrap();
    let inspected = inspector
        .open(inspector.seal("{\"pin\":4711}").unwrap())
        .unwrap();
    let shown = format!("{subject:?} {inspector:?} {inspected:?}");
    assert!(!shown.contains("4711") && !shown.contains("pin") && !shown.contains("03, d1"));
}
