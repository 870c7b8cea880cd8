//! `codec.json`: the Cookie header in, the Set-Cookie header out, lenient base64.
//!
//! The API shows sessions and no bare text, so each is asked with a sealed value in the place of
//! the text: which of several it finds, and what may stand around and inside it.

use session_runtime::{Key, Reason};

use crate::{
    app::{self, Situation},
    attributes::Attributes,
    given_value,
    handler::Operation,
    json::Json,
    node,
    options::{Options, Secret},
    outcome::Outcome,
};

const KEY: [u8; 32] = *b"any key does, as nothing is kept";

const NOW: u64 = 1_790_000_000;

pub(crate) async fn run(vector: &Json, strict: bool) -> Outcome {
    let result = match vector.text_of("kind").as_deref() {
        Some("cookie-header-parse") => header(vector, strict).await,
        Some("set-cookie-serialize") => set_cookie(vector).await,
        Some("base64-decode") => base64(vector, strict).await,
        kind => Err(Problem::Unasked(kind.unwrap_or_default().to_owned())),
    };
    match result {
        Ok(()) => Outcome::Passed,
        Err(Problem::Differs(problem)) => Outcome::Failed(problem),
        Err(Problem::FirstOnly(problem)) => Outcome::judge(
            problem,
            vec![session_runtime::Deviation::FirstCookieOnly],
            strict,
        ),
        Err(Problem::NodeThrows) => Outcome::Deviated(vec!["fractional_max_age"]),
        Err(Problem::Unasked(what)) => Outcome::Skipped(format!("cannot be asked for: {what}")),
    }
}

enum Problem {
    Differs(String),
    /// Several cookies of the name, and another than the first was taken.
    FirstOnly(String),
    Unasked(String),
    /// It refuses a setting in answer to a request, for which there is no word here: a life of a
    /// second and a half.
    NodeThrows,
}

impl From<app::Unanswered> for Problem {
    fn from(unanswered: app::Unanswered) -> Self {
        Self::Unasked(match unanswered {
            app::Unanswered::Refused(what) | app::Unanswered::Unasked(what) => what,
        })
    }
}

fn session(cookie_name: &str, attributes: Attributes) -> Options {
    Options {
        name: "session".to_owned(),
        cookie_name: cookie_name.to_owned(),
        keys: vec![Key::from_bytes(KEY)],
        idle: 86_401_000,
        attributes,
        secrets: Vec::<Secret>::new(),
    }
}

fn situation(strict: bool, cookie_header: Option<String>) -> Situation {
    Situation {
        strict,
        now_ms: NOW * 1000,
        random: vec![0; 24],
        cookie_header,
        operations: Vec::new(),
    }
}

/// A cookie's text whose session says which it is.
fn sealed(n: usize) -> String {
    let plaintext = format!("{{\"__ts\":{NOW},\"n\":{n}}}");
    node::seal(&Key::from_bytes(KEY), [7; 24], plaintext.as_bytes())
}

/// Each value gets a sealed one in front, which nothing behind a second `;` spoils: whether it
/// opens shows that the value was found, and that all of it was unescaped or none.
async fn header(vector: &Json, strict: bool) -> Result<(), Problem> {
    let header = vector.text_of("cookie_header").unwrap_or_default();
    let name = vector.text_of("name").unwrap_or_default();
    let expected = vector
        .get("expect")
        .and_then(|expect| expect.text_of("cookie@2.0.2"));
    let pieces: Vec<_> = header.split(';').collect();
    let planted = pieces
        .iter()
        .enumerate()
        .map(|(n, piece)| match piece.split_once('=') {
            Some((name, value)) => {
                let text = value.trim_start_matches([' ', '\t']);
                let space = value.strip_suffix(text).unwrap_or_default();
                format!(
                    "{name}={space}{}{text}",
                    node::escape(&format!("{};", sealed(n)))
                )
            }
            None => (*piece).to_owned(),
        });
    let planted = planted.collect::<Vec<_>>().join(";");
    let value_of = |piece: &str| {
        let (_, value) = piece.split_once('=')?;
        Some(value.trim_matches([' ', '\t']).to_owned())
    };
    let is_found = |piece: &str| {
        let value = value_of(piece);
        let text = value.as_deref().map(node::unescape);
        expected.is_some() && (text == expected || value == expected)
    };
    let place = pieces.iter().position(|piece| is_found(piece));
    // Where one escape is bad, none is undone: neither are those of the sealed value.
    let is_left = place
        .and_then(|n| value_of(pieces.get(n)?))
        .is_some_and(|value| value.contains('%') && Some(&value) == expected.as_ref());
    let session = session(&name, Attributes::default());
    let answer = app::answer(&[session], &situation(strict, Some(planted))).await?;
    let seen = answer.observed.opened.first();
    let found = seen.and_then(|seen| seen.data.get("n").and_then(Json::whole));
    let reason = seen.and_then(|seen| seen.reason);
    let is_same = match place {
        None => reason == Some(Reason::Absent),
        Some(_) if is_left => reason == Some(Reason::Malformed),
        Some(n) => found.and_then(|found| usize::try_from(found).ok()) == Some(n),
    };
    if is_same {
        return Ok(());
    }
    let problem = format!("{found:?}, {reason:?} where Node finds {expected:?}");
    Err(if node::cookies(&header, &name).len() > 1 {
        Problem::FirstOnly(problem)
    } else {
        Problem::Differs(problem)
    })
}

/// The attributes of a cookie that is told these: as Node writes them, and those that are written
/// besides because a session always has them.
async fn set_cookie(vector: &Json) -> Result<(), Problem> {
    let expected = vector
        .get("expect")
        .and_then(|expect| expect.text_of("cookie@2.0.2"));
    let options = vector.get("options").cloned().unwrap_or(Json::Null);
    let name = vector.text_of("name").unwrap_or_default();
    let value = vector.text_of("value").unwrap_or_default();
    let Some(expected) = expected else {
        return Err(Problem::NodeThrows);
    };
    if node::escape(&value) != value {
        return given_value(&name, &value, &expected).await;
    }
    let session = session(&name, Attributes::read(&options).map_err(Problem::Unasked)?);
    let touch = Json::parse(r#"[["", "touch"]]"#).unwrap_or(Json::Null);
    let operations = Operation::read(&touch, std::slice::from_ref(&session));
    let situation = Situation {
        operations: operations.map_err(Problem::Unasked)?,
        ..situation(false, None)
    };
    let answer = app::answer(&[session], &situation).await?;
    let line = answer.set_cookie.first().cloned().unwrap_or_default();
    let mut parts: Vec<_> = line.split("; ").collect();
    let is_said = |option: &str| options.get(option).is_some();
    parts.retain(|part| {
        let unasked = *part == "HttpOnly" && !is_said("httpOnly")
            || *part == "SameSite=Lax" && !is_said("sameSite");
        !unasked
    });
    let pair = format!("{name}={value}");
    if let Some(first) = parts.first_mut()
        && first.starts_with(&format!("{name}="))
    {
        *first = &pair;
    }
    let here = parts.join("; ");
    if here == expected {
        return Ok(());
    }
    Err(Problem::Differs(format!(
        "{here} where Node writes {expected}"
    )))
}

/// The attributes are those of any session, and not looked at.
async fn given_value(name: &str, value: &str, expected: &str) -> Result<(), Problem> {
    let expected = expected.split("; ").next();
    let here = given_value::sent(name, value).await;
    if here.as_deref() == expected {
        return Ok(());
    }
    Err(Problem::Differs(format!(
        "{here:?} where Node writes {expected:?}"
    )))
}

/// The text stands at the end of a nonce or of a ciphertext that ends in the bytes it should give.
async fn base64(vector: &Json, strict: bool) -> Result<(), Problem> {
    let input = vector.text_of("input").unwrap_or_default();
    let expect = vector
        .get("expect")
        .and_then(Json::entries)
        .unwrap_or_default();
    let is_ours = |key: &[u16]| String::from_utf16_lossy(key).starts_with("node Buffer");
    let expected = expect
        .iter()
        .find(|(key, _)| is_ours(key))
        .and_then(|(_, hex)| hex.text());
    let expected = expected.and_then(|hex| base16ct::lower::decode_vec(hex).ok());
    let expected = expected.unwrap_or_default();
    let text = if expected.len().is_multiple_of(3) {
        at_the_end_of_a_nonce(&input, &expected)
    } else {
        at_the_end_of_a_ciphertext(&input, &expected)
    };
    let text = text.filter(|_| !input.contains(';'));
    let text = text.ok_or_else(|| Problem::Unasked("no cookie has room for it".to_owned()))?;
    let header = format!("session={}", node::escape(&text));
    let session = session("session", Attributes::default());
    let answer = app::answer(&[session], &situation(strict, Some(header))).await?;
    match answer.observed.opened.first().and_then(|seen| seen.reason) {
        None => Ok(()),
        Some(reason) => Err(Problem::Differs(format!("refused as {reason}"))),
    }
}

fn at_the_end_of_a_nonce(input: &str, bytes: &[u8]) -> Option<String> {
    let front = 24_usize.checked_sub(bytes.len())?;
    let mut nonce = [5; 24];
    nonce.get_mut(front..)?.copy_from_slice(bytes);
    let plaintext = format!("{{\"__ts\":{NOW}}}");
    let text = node::seal(&Key::from_bytes(KEY), nonce, plaintext.as_bytes());
    let (sealed, digits) = text.split_once(';')?;
    Some(format!("{sealed};{}{input}", digits.get(..front / 3 * 4)?))
}

/// Tries nonces until the end fits, which for more than two bytes takes too long.
fn at_the_end_of_a_ciphertext(input: &str, bytes: &[u8]) -> Option<String> {
    if bytes.len() > 2 {
        return None;
    }
    let key = Key::from_bytes(KEY);
    let mut plaintext = format!("{{\"__ts\":{NOW}}}");
    while !(16 + plaintext.len() - bytes.len()).is_multiple_of(3) {
        plaintext.push(' ');
    }
    let front = (16 + plaintext.len() - bytes.len()) / 3 * 4;
    (0..1_000_000_u32).find_map(|n| {
        let mut nonce = [0; 24];
        nonce.get_mut(..4)?.copy_from_slice(&n.to_le_bytes());
        let text = node::seal(&key, nonce, plaintext.as_bytes());
        let (sealed, nonce) = text.split_once(';')?;
        let fits = node::base64(sealed).ends_with(bytes);
        fits.then(|| Some(format!("{}{input};{nonce}", sealed.get(..front)?)))?
    })
}
