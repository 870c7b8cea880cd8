//! What Rust writes each Node reads, and what each Node writes Rust reads.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use session_runtime::{Config, Key, Keyring, Sessions};
use tests::key;

use crate::{
    json::are_same,
    node::Generation,
    oracle::{NOW_MS, Oracle, hex},
    sessions::{Anything, anything, written_at},
};

const SECRET: &str = "a secret of more than thirty-two bytes";
const SALT: [u8; 16] = *b"sixteen bytes ok";

/// One set-up of a fleet: what one writes in Node, and what in Rust.
struct Fleet {
    name: &'static str,
    options: Value,
    sessions: Sessions,
}

impl Fleet {
    fn new(name: &'static str, options: Value, config: Config<Anything>) -> Self {
        let sessions = anything(config, NOW_MS);
        Self {
            name,
            options,
            sessions,
        }
    }

    fn one_key() -> Self {
        let options = json!({ "key": hex(&key(1)) });
        Self::new("one key", options, Config::new(key(1)))
    }
}

fn fleets() -> [Fleet; 7] {
    let base64_text = STANDARD.encode(key(1).expose_bytes());
    let salt = json!({ "hex": base16ct::lower::encode_string(&SALT) });
    let unsalted = Key::from_passphrase_with_node_salt(SECRET.as_bytes()).unwrap();
    let salted = Key::from_passphrase(SECRET.as_bytes(), &SALT).unwrap();
    let signed = json!({ "signed": true });
    [
        Fleet::one_key(),
        Fleet::new(
            "a key in base64",
            json!({ "key": base64_text }),
            Config::new(Key::from_base64(&base64_text).unwrap()),
        ),
        Fleet::new(
            "several keys",
            json!({ "key": [hex(&key(2)), hex(&key(1))] }),
            Config::new(Keyring::new(key(2)).also_open(key(1))),
        ),
        Fleet::new(
            "a secret",
            json!({ "secret": SECRET }),
            Config::new(unsalted.clone()),
        ),
        Fleet::new(
            "a secret and salt",
            json!({ "secret": SECRET, "salt": salt }),
            Config::new(salted),
        ),
        Fleet::new(
            "signed with what comes of the key",
            json!({ "key": hex(&key(1)), "cookie": signed }),
            Config::new(key(1)).signed(),
        ),
        Fleet::new(
            "signed with the secret",
            json!({ "secret": SECRET, "cookie": signed }),
            Config::new(unsalted).signed_with(SECRET),
        ),
    ]
}

/// Data of many shapes: nothing, texts, numbers, names, depth.
fn shapes() -> Vec<Map<String, Value>> {
    let deep = (0..60).fold(json!("down"), |inner, n| {
        if n % 2 == 0 {
            json!([inner])
        } else {
            json!({ "in": inner })
        }
    });
    let shapes = [
        json!({}),
        json!({ "user": "ada", "admin": true, "team": null }),
        json!({ "texts": ["", "\u{e9}\u{20ac}\u{1f600}", "\"\\/\u{8}\u{c}\n\r\t", "\0\u{1f}\u{7f}",
            "\u{2028}\u{2029}\u{feff}\u{ffff}", "e\u{301}", "\u{202e}right to left", "%3B;=,+ "] }),
        json!({ "\u{fc}ber": 1, "": 2, " ": 3, "a.b": 4, "\"": 5, "constructor": 6, "toJSON": 7 }),
        json!({ "10": "ten", "b": 1, "2": "two", "01": "a text", "a": 2, "4294967295": "a text" }),
        json!({ "numbers": [0, -1, 9_007_199_254_740_991_i64, -9_007_199_254_740_991_i64, 0.1, -2.5,
            1e21, 1e-7, 5e-324, 1.797_693_134_862_315_7e308, 123_456_789.123_456_79, 0.3] }),
        json!({ "nested": { "empty": [{}, [], [[]], { "": {} }], "__proto__": { "n": null } } }),
        json!({ "deep": deep }),
    ];
    let objects = shapes.iter().filter_map(Value::as_object);
    objects.cloned().collect()
}

fn rust_writes_and_node_reads(oracle: &mut Oracle, fleet: &Fleet, fields: &Map<String, Value>) {
    let session = fleet.sessions.create(Anything {
        fields: fields.clone(),
    });
    let cookie = format!("session={}", fleet.sessions.encode(&session).unwrap());
    let answer = oracle.read(&fleet.options, &cookie);
    let read = answer.data();
    let what = format!("{}, {:?}: {fields:?}", fleet.name, oracle.generation);
    assert!(
        are_same(read.as_object().unwrap(), fields),
        "{what}: {read}"
    );
    assert_eq!(answer.seen().ts, NOW_MS / 1000, "{what}");
    assert_eq!(answer.cookie(), None, "{what}");
}

fn node_writes_and_rust_reads(oracle: &mut Oracle, fleet: &Fleet, fields: &Map<String, Value>) {
    let calls = fields.iter().map(|(key, value)| json!(["set", key, value]));
    let calls: Vec<_> = calls.chain([json!(["touch"])]).collect();
    let answer = oracle.write(&fleet.options, None, &Value::from(calls).to_string());
    let what = format!("{}, {:?}: {fields:?}", fleet.name, oracle.generation);
    let session = fleet.sessions.decode::<Anything>(answer.value());
    let session = session.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(
        are_same(&session.data().fields, fields),
        "{what}: {session:?}"
    );
    assert_eq!(written_at(&session), Some(NOW_MS / 1000), "{what}");
}

#[test]
fn data_of_every_shape_go_both_ways() {
    let Some(mut oracle) = Oracle::start() else {
        return;
    };
    let fleet = Fleet::one_key();
    for generation in Generation::ALL {
        oracle.generation = generation;
        for fields in shapes() {
            rust_writes_and_node_reads(&mut oracle, &fleet, &fields);
            node_writes_and_rust_reads(&mut oracle, &fleet, &fields);
        }
    }
}

#[test]
fn every_kind_of_key_goes_both_ways() {
    let Some(mut oracle) = Oracle::start() else {
        return;
    };
    let fields = json!({ "user": "ada", "visits": 3 });
    for fleet in fleets() {
        for generation in Generation::ALL {
            oracle.generation = generation;
            rust_writes_and_node_reads(&mut oracle, &fleet, fields.as_object().unwrap());
            node_writes_and_rust_reads(&mut oracle, &fleet, fields.as_object().unwrap());
        }
    }
}

#[test]
fn a_cookie_of_an_older_key_is_sent_again_by_node_and_opens_with_the_new_one_alone() {
    let Some(mut oracle) = Oracle::start() else {
        return;
    };
    let fields = json!({ "user": "ada" });
    let fields = fields.as_object().unwrap();
    let rotated = json!({ "key": [hex(&key(2)), hex(&key(1))] });
    for generation in Generation::ALL {
        oracle.generation = generation;
        let before = anything(Config::new(key(1)), NOW_MS - 60_000);
        let session = before.create(Anything {
            fields: fields.clone(),
        });
        let cookie = format!("session={}", before.encode(&session).unwrap());
        let answer = oracle.read(&rotated, &cookie);
        let after = anything(Config::new(key(2)), NOW_MS);
        let session = after.decode::<Anything>(answer.value()).unwrap();
        assert_eq!(&session.data().fields, fields, "{generation:?}");
        // It is as old as it was.
        assert_eq!(written_at(&session), Some(NOW_MS / 1000 - 60));
    }
}

/// To the millisecond, and with the half second that rounding gives or takes.
#[test]
fn both_end_a_session_at_the_same_moment() {
    let Some(mut oracle) = Oracle::start() else {
        return;
    };
    let options = json!({ "key": hex(&key(1)) });
    for (written_ms, seconds) in [
        (NOW_MS, NOW_MS / 1000),
        (NOW_MS + 499, NOW_MS / 1000),
        (NOW_MS + 500, NOW_MS / 1000 + 1),
    ] {
        let sessions = anything(Config::new(key(1)), written_ms);
        let session = sessions.create(Anything::default());
        let value = sessions.encode(&session).unwrap();
        let end = (seconds + crate::sessions::EXPIRY) * 1000;
        for (now, lives) in [(end - 1, true), (end, false)] {
            oracle.now_ms = now;
            for generation in Generation::ALL {
                oracle.generation = generation;
                let seen = oracle.read(&options, &format!("session={value}")).seen();
                // A fresh session says that it was written just now.
                assert_eq!(seen.ts == seconds, lives, "{generation:?} at {now}");
            }
            let opened = anything(Config::new(key(1)), now).decode::<Anything>(&value);
            assert_eq!(opened.is_ok(), lives, "Rust at {now}");
        }
    }
}

#[test]
fn each_generation_is_the_one_it_is_named_after() {
    let Some(mut oracle) = Oracle::start() else {
        return;
    };
    for (generation, session, cookie, fastify) in [
        (Generation::Current, "8.4.", "11.1.", "5."),
        (Generation::Prev, "8.2.", "11.0.", "5."),
        (Generation::F4, "7.5.", "9.4.", "4."),
    ] {
        oracle.generation = generation;
        let versions = oracle.versions();
        let is = |name: &str, start: &str| versions[name].as_str().unwrap().starts_with(start);
        let all = is("@fastify/secure-session", session)
            && is("@fastify/cookie", cookie)
            && is("fastify", fastify);
        assert!(all, "{generation:?}: {versions}");
    }
}
