//! Commands that cannot work: what is said, and the exit code.

use crate::{cookies::NODE, run::Place};

const INSPECT: [&str; 3] = ["inspect", "--key-file", "key"];

#[test]
fn what_cannot_work_is_a_usage_error_with_the_remedy() {
    let place = Place::with_key();
    for (args, expected) in [
        (&[][..], "Usage: session <COMMAND>"),
        (&["inspect", "x=y"], "--key-file <FILE>|--key-env <VAR>"),
        (&["inspect", "--key-hex", "00", "x=y"], "--key-hex"),
        (
            &["inspect", "--key-file", "key", "AbTaahI"],
            "--name, or --cookie-name",
        ),
        (
            &["inspect", "--key-file", "key", "Cookie: a=1; b=2"],
            "`a`, `b`: say which",
        ),
        (
            &["inspect", "--key-file", "key", "--idle", "30", "a=A"],
            "as in `30m`",
        ),
        (
            &["inspect", "--key-file", "key", "--signed", "a=A"],
            "for the fastify format",
        ),
        (
            &["inspect", "--key-file", "key", "--absolute", "1h", NODE],
            "use `idle`",
        ),
        (
            &["inspect", "--key-file", "key", "--application", "x", NODE],
            "for the sealed format",
        ),
        (
            &["inspect", "--key-file", "-"],
            "cannot both come from stdin",
        ),
        (
            &["seal", "--key-file", "-", "--name", "a"],
            "cannot both come from stdin",
        ),
        (&["seal", "--key-file", "key"], "--name, or --cookie-name"),
        (
            &["seal", "--key-file", "key", "--cookie-name", "a b"],
            "cookie_name: must be",
        ),
    ] {
        let error = place.run(args).failed(2);
        assert!(error.contains(expected), "{error}\nshould say: {expected}");
    }
    let absent = [&INSPECT[..], &["--cookie-name", "x", "Cookie: a=1"]].concat();
    let error = place.run(&absent).failed(1);
    assert!(error.contains("there is no cookie `x`, but `a`"), "{error}");
}

#[test]
fn what_cannot_be_sealed_is_said_and_not_repeated() {
    let place = Place::with_key();
    let large = format!("{{\"a\":1,\"b\":\"{}\"}}", "x".repeat(4_000));
    for (fields, expected) in [
        (&b"{\"pin\": 4711"[..], "no JSON at line 1, column 12"),
        (b"\"4711\"", "no JSON object"),
        (b"{\"a\":\"\xff\"}", "no UTF-8"),
        (b"", "no JSON at line 1"),
        (
            large.as_bytes(),
            "browsers keep 4096; largest fields: `b` 4002, `a` 1",
        ),
    ] {
        let error = place
            .run_on(&["seal", "--key-file", "key", "--name", "auth"], fields)
            .failed(1);
        assert!(
            error.contains(expected) && !error.contains("4711"),
            "{error}"
        );
    }
    let node = ["seal", "--key-file", "key", "--format", "fastify"];
    let error = place.run_on(&node, "{\"__ts\":1}").failed(1);
    assert!(error.contains("`__ts` belongs to the format"), "{error}");
}

#[test]
fn any_garbage_is_refused_without_a_panic() {
    let place = Place::with_key();
    let mut garbage: Vec<u8> = (0..=255).collect();
    for round in 0..20 {
        garbage.rotate_left(13);
        garbage.truncate(256 - round * 12);
        for format in ["sealed", "fastify"] {
            let args = [&INSPECT[..], &["--name", "a", "--format", format]].concat();
            let said = place.run_on(&args, &garbage);
            assert_eq!(said.code, 1, "{}", said.err);
            assert!(!said.out.iter().any(|byte| *byte < b' ' && *byte != b'\n'));
            assert!(
                !said.err.bytes().any(|byte| byte < b' ' && byte != b'\n'),
                "{}",
                said.err
            );
        }
    }
    let error = place.run_on(&INSPECT, vec![b'x'; 70_000]).failed(1);
    assert!(error.contains("more than 65536 bytes"), "{error}");
}
