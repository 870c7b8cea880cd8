//! Why a cookie is refused, and what to look at next.

use std::time::SystemTime;

use session_runtime::{Deviation, Format, Reason, inspect::Inspected};

use crate::{json::shown, kind::Kind, time::Relative};

/// One sentence of what happened, and what to check.
pub(crate) struct Explanation {
    pub(crate) what: String,
    pub(crate) check: Vec<String>,
}

fn explanation(what: impl Into<String>, check: &[&str]) -> Explanation {
    Explanation {
        what: what.into(),
        check: check.iter().map(|&line| line.to_owned()).collect(),
    }
}

/// Why no key vouches for a value.
pub(crate) fn unopened(reason: Reason, kind: &Kind, keys: usize, value: &[u8]) -> Explanation {
    if value.is_empty() {
        return explanation(
            "the value is empty: this is how a response removes the cookie",
            &[],
        );
    }
    match (reason, kind.format) {
        (Reason::UnknownKey, _) => unknown_key(kind, keys),
        (Reason::UnknownVersion, _) => explanation(
            "it does not begin as a sealed value of this library does",
            &[
                "a later version of session-runtime may have written it",
                "or it is no sealed cookie: another format has its own --format",
            ],
        ),
        (Reason::Oversized, _) => explanation(
            format!(
                "{} bytes are more than any server would have sent",
                value.len()
            ),
            &["more may have been copied than the value of this one cookie"],
        ),
        (Reason::Tampered, Format::Fastify) => fastify_tampered(kind, keys),
        (Reason::Tampered, _) => explanation(
            "the key it names is here, and the seal does not hold: a character was altered or lost",
            &["copy it once more, from the header itself"],
        ),
        (Reason::Malformed, Format::Fastify) => fastify_malformed(kind, value),
        (Reason::Malformed, _) => sealed_malformed(value),
        (other, _) => explanation(format!("refused: {other}"), &[]),
    }
}

fn unknown_key(kind: &Kind, keys: usize) -> Explanation {
    let application = if kind.application.is_empty() {
        "no application was given: --application, if the program sets `Settings::application`"
            .to_owned()
    } else {
        format!(
            "the application is `{}`: --application",
            shown(&kind.application)
        )
    };
    Explanation {
        what: "sealed for another application, session or cookie name than these, or with another \
               key"
        .to_owned(),
        check: vec![
            format!("the session is `{}`: --name", shown(&kind.session)),
            format!(
                "the cookie is `{}`: --cookie-name",
                shown(&kind.cookie_name)
            ),
            application,
            match keys {
                1 => "the key may be an older one: add --key-file or --key-env".to_owned(),
                _ => format!("none of the {keys} keys may be the one: add an older one"),
            },
        ],
    }
}

fn fastify_tampered(kind: &Kind, keys: usize) -> Explanation {
    let what = match keys {
        1 => "the key does not open it".to_owned(),
        _ => format!("none of the {keys} keys opens it"),
    };
    let mut explanation = explanation(
        format!("{what}: sealed with another key, or altered"),
        &["a key that Node derives from `secret` and `salt` comes from `session derive`"],
    );
    if kind.is_signed {
        let line = "or its signature is missing or of another secret: try without --signed";
        explanation.check.push(line.to_owned());
    }
    explanation
}

fn sealed_malformed(value: &[u8]) -> Explanation {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    if value.contains(&b';')
        || value
            .windows(3)
            .any(|part| part.eq_ignore_ascii_case(b"%3b"))
    {
        return explanation(
            "it does not look like a sealed value but like one of @fastify/secure-session",
            &["--format fastify"],
        );
    }
    match value.iter().position(|byte| !is_digit(byte)) {
        Some(place) => explanation(
            format!(
                "character {} is none of a sealed value, which has letters, digits, - and _",
                place + 1
            ),
            &[
                "the value may have been re-encoded or quoted on its way",
                "one of @fastify/secure-session has + / = % too: --format fastify",
            ],
        ),
        None => explanation(
            format!(
                "{} characters are not a whole sealed value: it was cut off",
                value.len()
            ),
            &["copy it once more, from the header itself"],
        ),
    }
}

fn fastify_malformed(kind: &Kind, value: &[u8]) -> Explanation {
    let separates = |part: &[u8]| part.eq_ignore_ascii_case(b"%3b");
    let has_two_parts = value.contains(&b';') || value.windows(3).any(separates);
    if !has_two_parts {
        return explanation(
            "it does not have the two parts of a fastify value, `ciphertext;nonce`",
            &[
                "`;` ends a cookie in a header: copy the value with %3B, as it is sent",
                "a value of letters, digits, - and _ may be a sealed one: --format sealed",
            ],
        );
    }
    let dotted = value.iter().rev().take(60).any(|byte| *byte == b'.');
    if dotted && !kind.is_signed {
        return explanation(
            "there is a dot near its end, as of a signature",
            &["--signed, or --signing-secret-env if the secret is the application's own"],
        );
    }
    explanation(
        "its two parts are not a ciphertext of 16 bytes or more and a nonce of 24: it was cut off",
        &["copy it once more, from the header itself"],
    )
}

/// Why a session that is authentic is refused nevertheless.
pub(crate) fn refused(reason: Reason, inspected: &Inspected) -> Explanation {
    match (reason, inspected.deviation()) {
        (Reason::Expired, _) => expired(inspected),
        (Reason::FromFuture, deviation) => {
            let times = [
                inspected.created(),
                inspected.touched(),
                inspected.authenticated_at(),
            ];
            let latest = times.into_iter().max();
            let ahead = latest
                .flatten()
                .map_or_else(String::new, |at| relative(at, inspected));
            let mut explanation = explanation(
                format!("its time lies {ahead}, further than the 60 s that clocks may differ"),
                &["the clock of the server that wrote it, and the one here"],
            );
            explanation.check.extend(deviation.map(as_node));
            explanation
        }
        (_, Some(deviation)) => Explanation {
            what: "its `__ts` is not what a current Node writes".to_owned(),
            check: vec![as_node(deviation)],
        },
        _ if !inspected.is_payload() => explanation(
            "the key opens it, and what was sealed is no session",
            match inspected.format() {
                Format::Fastify => &["no JSON object; Node answers 500 to such a cookie"],
                _ => &["another program may seal with the same key, application and names"],
            },
        ),
        (reason, None) => explanation(format!("refused: {reason}"), &[]),
    }
}

fn expired(inspected: &Inspected) -> Explanation {
    let has_ended = |end: &SystemTime| *end <= inspected.now();
    let limits = [
        ("idle", inspected.idle_end()),
        ("absolute", inspected.absolute_end()),
    ];
    let ended: Vec<_> = limits
        .into_iter()
        .filter_map(|(limit, end)| Some((limit, end.filter(has_ended)?)))
        .map(|(limit, end)| format!("the {limit} limit passed {}", relative(end, inspected)))
        .collect();
    if ended.is_empty() {
        return explanation("its `__ts` makes Node take it for expired", &[]);
    }
    explanation(ended.join(", "), &[])
}

fn as_node(deviation: Deviation) -> String {
    format!(
        "Node {}; here {}, because {} (--as-node follows Node)",
        deviation.node(),
        deviation.here(),
        deviation.why()
    )
}

fn relative(at: SystemTime, inspected: &Inspected) -> String {
    let now = inspected.now();
    Relative { at, now }.to_string()
}
