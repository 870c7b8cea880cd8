//! Random data that go from Rust to Node and back.

use std::cell::RefCell;

use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};
use session_runtime::{Config, Deviation};
use tests::key;

use crate::{
    json::{are_same, fields},
    node::Generation,
    oracle::{NOW_MS, Oracle, hex},
    sessions::{Anything, anything},
};

#[test]
fn random_data_come_back_from_node_unchanged() {
    let Some(mut oracle) = Oracle::start() else {
        return;
    };
    let options = json!({ "key": hex(&key(1)) });
    // Node sends what browsers drop, and so does Rust here: the data matter, not their size.
    let config = Config::new(key(1)).as_node_in(Deviation::OversizedCookie);
    let sessions = anything(config, NOW_MS);
    for generation in Generation::ALL {
        oracle.generation = generation;
        let oracle = RefCell::new(&mut oracle);
        let cases = ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(1_000)
        };
        let outcome = TestRunner::new(cases).run(&fields(), |fields| {
            let session = sessions.create(Anything {
                fields: fields.clone(),
            });
            let value = sessions.encode(&session).unwrap();
            let mut oracle = oracle.borrow_mut();
            let plaintext = oracle.open(&key(1), &value);
            let plaintext: Value = serde_json::from_str(&plaintext).unwrap();
            prop_assert!(plaintext.is_object() && plaintext["__ts"].is_u64());
            let cookie = format!("session={value}");
            let answer = oracle.write(&options, Some(&cookie), r#"[["touch"]]"#);
            let back = sessions.decode::<Anything>(answer.value()).unwrap();
            let back = &back.data().fields;
            prop_assert!(are_same(back, &fields), "{back:?}");
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{generation:?}: {error}"));
    }
}
