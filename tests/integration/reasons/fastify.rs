//! The format that is shared with Node, in the default policy.

use std::time::Duration;

use session_runtime::{Config, Deviation, Reason};
use tests::key;

use super::{
    Desk, NOW, desk, desk_of,
    forge::{fastify, fastify_parts, fastify_value},
    shared_key,
};

impl Desk {
    async fn refuse_shared(&self, value: &str) -> Reason {
        self.refuse("/shared", format!("shared={value}")).await
    }

    /// The same for what is sealed with the right key.
    async fn refuse_text(&self, plaintext: impl AsRef<[u8]>) -> Reason {
        self.refuse_shared(&fastify(&shared_key(), plaintext)).await
    }

    async fn accepts_text(&self, plaintext: impl AsRef<[u8]>) -> bool {
        let value = fastify(&shared_key(), plaintext);
        self.accepts("/shared", &format!("shared={value}")).await
    }
}

fn plain(fields: &str) -> String {
    format!("{{\"__ts\":{NOW}{fields}}}")
}

#[tokio::test]
async fn the_forge_makes_what_the_library_reads() {
    assert!(
        desk()
            .accepts_text(plain(r#","user":"ada","visits":3"#))
            .await
    );
}

#[tokio::test]
async fn d10_d30_garbage_is_malformed() {
    let desk = desk();
    for garbage in [
        "",
        "zzz",
        "%3B",
        "%3B%3B",
        "%",
        "null",
        "a%3Bb",
        "=;=",
        "\"\"",
        "\u{e9}%3B\u{e9}",
    ] {
        assert_eq!(
            desk.refuse_shared(garbage).await,
            Reason::Malformed,
            "{garbage}"
        );
    }
}

#[tokio::test]
async fn d04_every_flipped_bit_of_ciphertext_and_nonce_is_refused() {
    let desk = desk();
    let (sealed, nonce) = fastify_parts(&shared_key(), plain("").as_bytes());
    let bytes = [&*sealed, &nonce].concat();
    for bit in 0..bytes.len() * 8 {
        let mut bad = bytes.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let (sealed, nonce) = bad.split_at(sealed.len());
        let reason = desk.refuse_shared(&fastify_value(sealed, nonce)).await;
        assert_eq!(reason, Reason::Tampered, "bit {bit}");
    }
}

#[tokio::test]
async fn d04_every_truncation_is_refused() {
    let desk = desk();
    let good = fastify(&shared_key(), plain(r#","user":"ada""#));
    for length in 0..good.len() {
        let reason = desk.refuse_shared(&good[..length]).await;
        assert!(
            matches!(reason, Reason::Malformed | Reason::Tampered),
            "cut to {length}: {reason}"
        );
    }
}

#[tokio::test]
async fn a_foreign_key_and_the_cookie_of_another_session_are_refused() {
    let desk = desk();
    let foreign = fastify(&key(7), plain(""));
    assert_eq!(desk.refuse_shared(&foreign).await, Reason::Tampered);
    // D05: the key of another session is another key.
    assert_eq!(
        desk.refuse_shared(&fastify(&key(1), plain(""))).await,
        Reason::Tampered
    );
    let shared = format!("__Host-auth={}", fastify(&shared_key(), plain("")));
    assert_eq!(desk.refuse("/auth", shared).await, Reason::Malformed);
}

#[tokio::test]
async fn d31_a_value_over_the_cap_is_oversized_whatever_it_holds() {
    let desk = desk();
    for value in ["A".repeat(16_385), "!".repeat(1 << 20)] {
        assert_eq!(desk.refuse_shared(&value).await, Reason::Oversized);
    }
}

#[tokio::test]
async fn d07_a_time_that_is_missing_doubled_or_no_number_of_seconds_is_refused() {
    let desk = desk();
    assert_eq!(
        desk.refuse_text(r#"{"user":"ada"}"#).await,
        Reason::Malformed
    );
    for ts in [
        "null",
        "true",
        "false",
        "\"1577836800\"",
        "\"\"",
        "[]",
        "[1577836800]",
        "{}",
        "-1",
        "-1577836800",
        "1577836800.5",
        "1577836800.0",
        "1.5778368e9",
        "1e300",
        "1e999",
        "-1e999",
        "-0",
        "18446744073709551615",
        "18446744073709551616",
        "9223372036854775808",
        "99999999999999999999999999",
    ] {
        for text in [
            format!("{{\"__ts\":{ts}}}"),
            format!("{{\"user\":\"ada\",\"__ts\":{ts}}}"),
        ] {
            let reason = desk.refuse_text(&text).await;
            let is_a_number_of_seconds = ts == "9223372036854775808";
            let expected = if is_a_number_of_seconds {
                Reason::FromFuture
            } else {
                Reason::Malformed
            };
            assert!(
                reason == expected || reason == Reason::Malformed,
                "{text}: {reason}"
            );
        }
    }
    for twice in [
        format!("{{\"__ts\":{NOW},\"__ts\":{NOW}}}"),
        format!("{{\"__ts\":1,\"user\":\"a\",\"__ts\":{NOW}}}"),
        format!("{{\"\\u005f_ts\":{NOW},\"__ts\":{NOW}}}"),
        // With another key twice the payload is read in another way.
        format!("{{\"user\":\"a\",\"user\":\"b\",\"__ts\":1,\"__ts\":{NOW}}}"),
        format!("{{\"__ts\":1,\"user\":\"a\",\"__ts\":{NOW},\"user\":\"b\"}}"),
    ] {
        assert_eq!(desk.refuse_text(&twice).await, Reason::Malformed, "{twice}");
    }
}

#[tokio::test]
async fn d07_the_limit_ends_a_session_at_its_millisecond() {
    let desk = desk();
    let value = fastify(&shared_key(), plain(""));
    desk.clock.advance(Duration::from_millis(3_599_999));
    assert!(desk.accepts("/shared", &format!("shared={value}")).await);
    desk.clock.advance(Duration::from_millis(1));
    assert_eq!(desk.refuse_shared(&value).await, Reason::Expired);
    assert_eq!(desk.refuse_text(r#"{"__ts":0}"#).await, Reason::Expired);
}

#[tokio::test]
async fn d08_what_lies_ahead_by_more_than_the_skew_is_refused() {
    let desk = desk();
    assert!(
        desk.accepts_text(format!("{{\"__ts\":{}}}", NOW + 60))
            .await
    );
    assert_eq!(
        desk.refuse_text(format!("{{\"__ts\":{}}}", NOW + 61)).await,
        Reason::FromFuture
    );
    let config = Config::new(shared_key()).as_node_in(Deviation::FutureTimestamp);
    let lenient = desk_of(Config::new(key(1)), config, "");
    assert!(
        lenient
            .accepts_text(format!("{{\"__ts\":{}}}", NOW + 61))
            .await
    );
}

#[tokio::test]
async fn d30_a_plaintext_that_is_no_object_gives_a_fresh_session_whatever_the_policy() {
    let as_node = desk_of(Config::new(key(1)), Config::new(shared_key()).as_node(), "");
    for desk in [&desk(), &as_node] {
        for text in [
            "",
            " ",
            "null",
            "true",
            "5",
            "\"text\"",
            "[]",
            "[1,2]",
            "{",
            "}",
            "{}{}",
            "{\"a\"}",
            "{'a':1}",
            "{\"__ts\":NaN}",
            "{\"__ts\":1577836800,}",
            "\u{feff}{\"__ts\":1577836800}",
            "{\"__ts\":1577836800}//",
            "undefined",
        ] {
            assert_eq!(desk.refuse_text(text).await, Reason::Malformed, "{text}");
        }
        let behind = [plain("").as_bytes(), b"\xff"].concat();
        assert_eq!(desk.refuse_text(behind).await, Reason::Malformed);
    }
}

#[tokio::test]
async fn fields_of_another_type_do_not_fit() {
    let desk = desk();
    for fields in [
        r#","user":7"#,
        r#","user":{}"#,
        r#","visits":"3""#,
        r#","visits":-1"#,
        r#","visits":1.5"#,
        r#","visits":4294967296"#,
        r#","visits":null"#,
        r#","roles":"admin""#,
        r#","roles":[1]"#,
    ] {
        assert_eq!(
            desk.refuse_text(plain(fields)).await,
            Reason::SchemaMismatch,
            "{fields}"
        );
    }
}

#[tokio::test]
async fn of_a_field_that_comes_twice_the_last_counts_as_in_node() {
    let desk = desk();
    let plaintext = plain(r#","visits":2,"other":1e999,"visits":3,"half":"\ud800""#);
    let value = fastify(&shared_key(), plaintext);
    let session = desk.sessions.decode::<super::Shared>(&value).unwrap();
    assert_eq!(session.visits(), 3);
}

#[tokio::test]
async fn d31_deep_nesting_is_no_way_to_the_end_of_the_stack() {
    let desk = desk();
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(
        desk.accepts_text(plain(&format!(",\"unknown\":{deep}")))
            .await
    );
    let reason = desk.refuse_text(plain(&format!(",\"roles\":{deep}"))).await;
    assert!(
        matches!(reason, Reason::SchemaMismatch | Reason::Malformed),
        "{reason}"
    );
    let objects = format!("{}1{}", "{\"a\":".repeat(1_500), "}".repeat(1_500));
    assert!(
        desk.accepts_text(plain(&format!(",\"unknown\":{objects}")))
            .await
    );
}

#[tokio::test]
async fn text_that_is_no_utf8_is_read_as_node_reads_it() {
    let desk = desk();
    let text = [
        b"{\"__ts\":1577836800,\"user\":\"a".as_slice(),
        b"\xff\xe2\x82",
        b"b\"}",
    ]
    .concat();
    assert!(desk.accepts_text(text).await);
    // Half of a surrogate pair has no place in a `String`.
    let half = plain(r#","user":"\ud800""#);
    assert_eq!(desk.refuse_text(half).await, Reason::Malformed);
    assert!(desk.accepts_text(plain(r#","unknown":"\ud800""#)).await);
}
