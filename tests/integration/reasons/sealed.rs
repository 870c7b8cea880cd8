//! The sealed format.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use session_runtime::{Config, Reason};
use tests::key;

use super::{
    Desk, NOW, desk, desk_of,
    forge::{self, AUTH, Purpose, envelope},
    shared_key,
};

const NOW_MS: u64 = NOW * 1000;

impl Desk {
    async fn refuse_auth(&self, value: &str) -> Reason {
        self.refuse("/auth", format!("__Host-auth={value}")).await
    }

    /// The same for what is sealed with the right key.
    async fn refuse_plaintext(&self, plaintext: impl AsRef<[u8]>) -> Reason {
        self.refuse_auth(&forge::sealed(&key(1), AUTH, plaintext))
            .await
    }
}

#[tokio::test]
async fn the_forge_makes_what_the_library_reads() {
    let desk = desk();
    let value = forge::sealed(&key(1), AUTH, envelope(NOW_MS, r#"{"user_id":7}"#));
    assert!(desk.accepts("/auth", &format!("__Host-auth={value}")).await);
    assert!(
        desk.accepts("/auth", &format!("__Host-auth={}", desk.auth(7)))
            .await
    );
}

#[tokio::test]
async fn d10_d30_garbage_is_malformed() {
    let desk = desk();
    for garbage in [
        "",
        "zzz",
        "=",
        "%",
        "%00",
        "\"\"",
        "null!",
        "{}",
        "AA==",
        "not a cookie at all",
        "../../etc/passwd",
        "' or 1=1 --",
        "\u{e9}",
    ] {
        assert_eq!(
            desk.refuse_auth(garbage).await,
            Reason::Malformed,
            "{garbage}"
        );
    }
}

#[tokio::test]
async fn d04_every_flipped_bit_is_refused_by_what_it_touches() {
    let desk = desk();
    let good = URL_SAFE_NO_PAD.decode(desk.auth(7)).unwrap();
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => Reason::UnknownVersion,
            1..5 => Reason::UnknownKey,
            _ => Reason::Tampered,
        };
        let reason = desk.refuse_auth(&URL_SAFE_NO_PAD.encode(bad)).await;
        assert_eq!(reason, expected, "bit {bit}");
    }
}

#[tokio::test]
async fn d04_every_flipped_bit_of_the_text_is_refused() {
    let desk = desk();
    let good = desk.auth(7);
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone().into_bytes();
        bad[bit / 8] ^= 1 << (bit % 8);
        // No header can hold the others, and after a `;` begins another cookie.
        if bad.iter().all(|b| (0x20..0x7f).contains(b) || *b >= 0x80) {
            let cookie = [b"__Host-auth=".as_slice(), &bad].concat();
            assert_ne!(
                desk.refuse("/auth", cookie).await,
                Reason::Absent,
                "bit {bit}"
            );
        }
    }
}

#[tokio::test]
async fn d04_every_truncation_is_refused() {
    let desk = desk();
    let good = desk.auth(7);
    for length in 0..good.len() {
        let reason = desk.refuse_auth(&good[..length]).await;
        let is_whole_bytes = length % 4 != 1;
        let expected: &[_] = match length {
            // Without all of the tag there is nothing to verify.
            60.. if is_whole_bytes => &[Reason::Tampered, Reason::Malformed],
            _ => &[Reason::Malformed],
        };
        assert!(expected.contains(&reason), "cut to {length}: {reason}");
    }
}

#[tokio::test]
async fn a_foreign_key_is_unknown_and_forging_its_id_does_not_help() {
    let desk = desk();
    let plaintext = envelope(NOW_MS, r#"{"user_id":1}"#);
    let foreign = forge::sealed_bytes(&key(7), AUTH, plaintext.as_bytes());
    let own = forge::sealed_bytes(&key(1), AUTH, plaintext.as_bytes());
    assert_eq!(
        desk.refuse_auth(&URL_SAFE_NO_PAD.encode(&foreign)).await,
        Reason::UnknownKey
    );
    let forged = [&own[..5], &foreign[5..]].concat();
    assert_eq!(
        desk.refuse_auth(&URL_SAFE_NO_PAD.encode(forged)).await,
        Reason::Tampered
    );
}

#[tokio::test]
async fn d05_a_cookie_is_good_for_its_own_session_name_and_application_only() {
    let desk = desk();
    let prefs = desk.sessions.create(tests::Prefs::default());
    let prefs = desk.sessions.encode(&prefs).unwrap();
    assert_eq!(desk.refuse_auth(&prefs).await, Reason::UnknownKey);
    let under_prefs = format!("__Host-prefs={}", desk.auth(7));
    assert_eq!(desk.refuse("/prefs", under_prefs).await, Reason::UnknownKey);
    let under_shared = format!("shared={}", desk.auth(7));
    assert_eq!(
        desk.refuse("/shared", under_shared).await,
        Reason::Malformed
    );

    let (auth, shared) = (Config::new(key(1)), Config::new(shared_key()));
    let staging = desk_of(auth, shared, "staging");
    assert_eq!(staging.refuse_auth(&desk.auth(7)).await, Reason::UnknownKey);
    assert_eq!(desk.refuse_auth(&staging.auth(7)).await, Reason::UnknownKey);

    // The key id is not vouched for: with that of this session the seal itself must not hold.
    let own = forge::sealed_bytes(&key(1), AUTH, b"{}");
    for purpose in [
        Purpose {
            application: "staging",
            ..AUTH
        },
        Purpose {
            session: "prefs",
            ..AUTH
        },
        Purpose {
            cookie_name: "__Host-prefs",
            ..AUTH
        },
        Purpose {
            application: "a",
            session: "uth",
            ..AUTH
        },
    ] {
        let plaintext = envelope(NOW_MS, r#"{"user_id":1}"#);
        let other = forge::sealed_bytes(&key(1), purpose, plaintext.as_bytes());
        let moved = [&own[..5], &other[5..]].concat();
        assert_eq!(
            desk.refuse_auth(&URL_SAFE_NO_PAD.encode(moved)).await,
            Reason::Tampered
        );
    }
}

#[tokio::test]
async fn d07_limits_end_a_session_at_their_millisecond() {
    let desk = desk();
    let idle = envelope(NOW_MS, "{}");
    let absolute = envelope(NOW_MS, "{}").replace(
        &format!("\"ts\":{NOW_MS}"),
        &format!("\"ts\":{}", NOW_MS + 12 * 3_600_000 - 1),
    );
    for (plaintext, limit) in [(idle, 30 * 60_000), (absolute, 12 * 3_600_000)] {
        let value = forge::sealed(&key(1), AUTH, plaintext);
        desk.clock
            .set(std::time::UNIX_EPOCH + Duration::from_millis(NOW_MS + limit));
        assert_eq!(desk.refuse_auth(&value).await, Reason::Expired, "{limit}");
        desk.clock
            .set(std::time::UNIX_EPOCH + Duration::from_millis(NOW_MS + limit - 1));
        let headers = http::HeaderMap::from_iter([(
            http::header::COOKIE,
            format!("__Host-auth={value}").parse().unwrap(),
        )]);
        assert_eq!(desk.ask("/auth", headers).await.0, None, "{limit}");
    }
}

#[tokio::test]
async fn d08_what_lies_ahead_by_more_than_the_skew_is_refused() {
    let desk = desk();
    let ahead = |ms: u64| forge::sealed(&key(1), AUTH, envelope(NOW_MS + ms, "{}"));
    assert!(
        desk.accepts("/auth", &format!("__Host-auth={}", ahead(60_000)))
            .await
    );
    assert_eq!(desk.refuse_auth(&ahead(60_001)).await, Reason::FromFuture);
    let latest =
        envelope(NOW_MS, "{}").replace(&format!("\"ts\":{NOW_MS}"), "\"ts\":18446744073709551615");
    assert_eq!(desk.refuse_plaintext(latest).await, Reason::FromFuture);
}

#[tokio::test]
async fn d11_every_other_version_is_unknown() {
    let desk = desk();
    let good = URL_SAFE_NO_PAD.decode(desk.auth(7)).unwrap();
    for version in (0..=u8::MAX).filter(|version| *version != 1) {
        let value = URL_SAFE_NO_PAD.encode([&[version], &good[1..]].concat());
        assert_eq!(
            desk.refuse_auth(&value).await,
            Reason::UnknownVersion,
            "{version}"
        );
    }
}

#[tokio::test]
async fn d31_a_value_over_the_limit_is_oversized_whatever_it_holds() {
    let desk = desk();
    for value in ["A".repeat(4097), "!".repeat(4097), "A".repeat(1 << 20)] {
        assert_eq!(desk.refuse_auth(&value).await, Reason::Oversized);
    }
    assert_eq!(desk.refuse_auth(&"!".repeat(4096)).await, Reason::Malformed);
}

#[tokio::test]
async fn fields_of_another_type_or_version_do_not_fit() {
    let desk = desk();
    for fields in [
        r#"{"user_id":"7"}"#,
        r#"{"user_id":-1}"#,
        r#"{"user_id":1.5}"#,
        r#"{"user_id":1e99}"#,
        r#"{"email":7}"#,
        r#"{"roles":"admin"}"#,
        r#"{"roles":{}}"#,
        r#"{"roles":[null]}"#,
        r#"{"roles":null}"#,
        r#"{"user_id":1,"user_id":2}"#,
    ] {
        let reason = desk.refuse_plaintext(envelope(NOW_MS, fields)).await;
        assert_eq!(reason, Reason::SchemaMismatch, "{fields}");
    }
    for version in ["0", "2", "4294967295"] {
        let other = envelope(NOW_MS, "{}").replace("\"v\":1", &format!("\"v\":{version}"));
        assert_eq!(
            desk.refuse_plaintext(other).await,
            Reason::SchemaMismatch,
            "{version}"
        );
    }
}

#[tokio::test]
async fn d30_an_authentic_envelope_that_is_none_is_malformed() {
    let desk = desk();
    let good = envelope(NOW_MS, "{}");
    for (from, to) in [
        ("{\"id\"", "[\"id\""),
        ("\"id\":\"AAAAAAAAAAAAAAAAAAAAAA\",", ""),
        ("AAAAAAAAAAAAAAAAAAAAAA", "AAAA"),
        ("AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA=="),
        ("\"iat\"", "\"jat\""),
        ("\"ts\"", "\"tt\""),
        ("\"v\":1,", ""),
        ("\"v\":1", "\"v\":-1"),
        ("\"ts\":1", "\"ts\":-1"),
        ("\"ts\":1", "\"ts\":1.5e1"),
        ("\"ts\":1", "\"ts\":9999999999"),
        ("\"d\":{}", "\"d\":7,\"e\":8"),
        ("\"d\":{}", "\"e\":{}"),
        ("}}", "}"),
        ("}}", "}}}"),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = good.replacen(from, to, 1);
        assert_eq!(
            desk.refuse_plaintext(&bad).await,
            Reason::Malformed,
            "{bad}"
        );
    }
    for bad in [
        "",
        "null",
        "7",
        "\"text\"",
        "[]",
        "{}",
        "{\"id\":",
        "\u{feff}{}",
    ] {
        assert_eq!(desk.refuse_plaintext(bad).await, Reason::Malformed, "{bad}");
    }
    let not_utf8 = [good.as_bytes(), b"\xff"].concat();
    assert_eq!(desk.refuse_plaintext(not_utf8).await, Reason::Malformed);
}

#[tokio::test]
async fn d31_deep_nesting_is_no_way_to_the_end_of_the_stack() {
    let desk = desk();
    let deep = format!("{}{}", "[".repeat(1_400), "]".repeat(1_400));
    let in_a_field = envelope(NOW_MS, &format!("{{\"roles\":{deep}}}"));
    let reason = desk.refuse_plaintext(in_a_field).await;
    assert!(
        matches!(reason, Reason::SchemaMismatch | Reason::Malformed),
        "{reason}"
    );
    let unknown = envelope(NOW_MS, &format!("{{\"unknown\":{deep}}}"));
    let value = forge::sealed(&key(1), AUTH, unknown);
    assert!(desk.accepts("/auth", &format!("__Host-auth={value}")).await);
}
