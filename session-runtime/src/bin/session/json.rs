//! JSON laid out for reading, digit for digit as it came.
//!
//! What comes out of a cookie is text of a stranger that goes to a terminal: whatever could move
//! its cursor, or turn its lines around, is written as an escape.

use std::fmt::Write as _;

/// Deeper than this, everything stays on one line: indentation would outgrow the data.
const DEEPEST: usize = 32;

/// `json`, which is valid, over several lines.
pub(crate) fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0;
    for (token, next) in tokens(json) {
        match token {
            "{" | "[" if matches!(next, Some('}' | ']')) => out.push_str(token),
            "{" | "[" => {
                out.push_str(token);
                depth += 1;
                new_line(&mut out, depth);
            }
            "}" | "]" => {
                if !out.ends_with(['{', '[']) {
                    depth -= 1;
                    new_line(&mut out, depth);
                }
                out.push_str(token);
            }
            "," => {
                out.push_str(token);
                new_line(&mut out, depth);
            }
            ":" => out.push_str(": "),
            _ => push_escaped(&mut out, token),
        }
    }
    out
}

/// `json`, which is valid, on one line.
pub(crate) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for (token, _) in tokens(json) {
        push_escaped(&mut out, token);
    }
    out
}

/// The strings and the single characters of anything else, white space between them left out, each
/// with the character that comes after it.
fn tokens(json: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let mut rest = json.trim_ascii_start();
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (token, after) = rest.split_at(token_len(rest, first));
        rest = after.trim_ascii_start();
        Some((token, rest.chars().next()))
    })
}

/// `text` as it can be shown.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text);
    out
}

/// `name` as a JSON string that can be shown.
pub(crate) fn string(name: &str) -> String {
    shown(&serde_json::Value::from(name).to_string())
}

/// Bytes of the token that begins with `first`: a string, or one character of anything else.
fn token_len(json: &str, first: char) -> usize {
    if first != '"' {
        return first.len_utf8();
    }
    let mut escaped = false;
    let end = json.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}

fn new_line(out: &mut String, depth: usize) {
    if depth <= DEEPEST {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
}

fn push_escaped(out: &mut String, text: &str) {
    let mut units = [0; 2];
    for c in text.chars() {
        if is_harmless(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
}

/// Neither a control character nor one that is not seen or reorders what is.
fn is_harmless(c: char) -> bool {
    let is_hidden = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    !c.is_control() && !is_hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_and_nothing_in_it_changes() {
        let json = r#"{"a":[1,2.50,{}],"b":"x, {y: \"z\"}  ","c":[],"n":1e400}"#;
        let expected = "{\n  \"a\": [\n    1,\n    2.50,\n    {}\n  ],\n  \"b\": \"x, {y: \\\"z\\\"}  \",\n  \
                        \"c\": [],\n  \"n\": 1e400\n}";
        assert_eq!(pretty(json), expected);
        assert_eq!(pretty("[ 1 ,\n 2 ]"), "[\n  1,\n  2\n]");
        assert_eq!(
            compact("[ 1 ,\n {\"a\\\\\" : \" \"} ]"),
            "[1,{\"a\\\\\":\" \"}]"
        );
    }

    #[test]
    fn what_would_move_the_cursor_is_escaped() {
        assert_eq!(
            pretty("\"\u{9b}31m \u{202e} \u{7f} é \u{e0041}\""),
            "\"\\u009b31m \\u202e \\u007f é \\udb40\\udc41\""
        );
        assert_eq!(string("a\u{1b}[31m\""), "\"a\\u001b[31m\\\"\"");
    }

    #[test]
    fn great_depth_does_not_outgrow_the_data() {
        let json = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let pretty = pretty(&json);
        assert!(pretty.len() < 20_000, "{}", pretty.len());
        assert_eq!(pretty.replace([' ', '\n'], ""), json);
    }
}
