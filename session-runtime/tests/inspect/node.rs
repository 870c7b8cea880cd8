//! Cookies that a real Node made, looked at: see tests/interop/vectors.

use std::time::{Duration, UNIX_EPOCH};

use session_runtime::{
    Deviation, FastifyPolicy, Key, Reason, inspect::Subject, testing::HeldClock,
};

fn vectors() -> Vec<serde_json::Value> {
    let file = include_str!("../../../tests/interop/vectors/secure-session.decode.json");
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let vectors = file.get("vectors").and_then(|vectors| vectors.as_array());
    vectors.unwrap().clone()
}

#[test]
fn a_refusal_for_a_deviation_names_it() {
    let mut seen = Vec::new();
    for vector in vectors() {
        let (config, header) = (&vector["config"], vector["cookie_header"].as_str());
        let (Some(hex), Some(header)) = (config["key"]["hex"].as_str(), header) else {
            continue;
        };
        if vector["expect"]["verdict"] != "accept" || config["cookie"]["signed"] == true {
            continue;
        }
        let now = Duration::from_millis(vector["now_ms"].as_u64().unwrap());
        let clock = HeldClock::at(UNIX_EPOCH + now);
        let name = config["cookieName"].as_str().unwrap_or("session");
        let subject = Subject::fastify(name).clock(&clock);
        let key = Key::from_hex(hex).unwrap();
        let strict = subject.clone().with_keys(key.clone()).unwrap();
        let Some(value) = strict.values_in(header.as_bytes()).next() else {
            continue;
        };
        let inspected = strict.open(value).unwrap();
        assert_eq!(
            inspected.refusal().is_some(),
            inspected.deviation().is_some(),
            "{}",
            vector["id"]
        );
        seen.extend(inspected.deviation());
        let node = subject
            .policy(FastifyPolicy::AS_NODE)
            .with_keys(key)
            .unwrap();
        let inspected = node.open(value).unwrap();
        assert_eq!(inspected.refusal(), None, "{}", vector["id"]);
        let data = vector["expect"]["data"].as_object();
        if let Some(data) = data.filter(|data| !data.is_empty()) {
            assert!(inspected.fields().count() >= data.len(), "{}", vector["id"]);
        }
    }
    for deviation in [
        Deviation::MissingTimestamp,
        Deviation::TimestampNotInteger,
        Deviation::FutureTimestamp,
    ] {
        assert!(seen.contains(&deviation), "{deviation}: {seen:?}");
    }
}

#[test]
fn what_is_no_session_is_opened_and_said_to_be_none() {
    let failing = vectors()
        .into_iter()
        .filter(|vector| vector["expect"]["verdict"] == "node-error-500");
    let mut seen = 0;
    for vector in failing {
        let Some(hex) = vector["config"]["key"]["hex"].as_str() else {
            continue;
        };
        let inspector = Subject::fastify("session")
            .with_keys(Key::from_hex(hex).unwrap())
            .unwrap();
        let header = vector["cookie_header"].as_str().unwrap();
        let value = inspector.values_in(header.as_bytes()).next().unwrap();
        let inspected = inspector.open(value).unwrap();
        assert_eq!(
            inspected.refusal(),
            Some(Reason::Malformed),
            "{}",
            vector["id"]
        );
        assert!(!inspected.is_payload() && inspected.fields().next().is_none());
        seen += 1;
    }
    assert!(seen > 3, "{seen}");
}
