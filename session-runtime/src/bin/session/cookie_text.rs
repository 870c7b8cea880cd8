//! A cookie as somebody copied it: the value, `name=value`, or a line of a request or response.

use session_runtime::{Format, inspect::Inspector};

/// The attributes of a `Set-Cookie` line, which are no cookies.
const ATTRIBUTES: [&str; 9] = [
    "domain",
    "expires",
    "httponly",
    "max-age",
    "partitioned",
    "path",
    "priority",
    "samesite",
    "secure",
];

pub(crate) enum CookieText<'a> {
    /// A value by itself.
    Value(&'a [u8]),
    /// Cookies with their names, as in a `Cookie` header.
    Pairs(&'a [u8]),
}

impl<'a> CookieText<'a> {
    pub(crate) fn parse(text: &'a [u8]) -> Self {
        let text = text.trim_ascii();
        if let Some(line) = strip_name(text, b"set-cookie:") {
            let pair = line.split(|byte| *byte == b';').next().unwrap_or(line);
            return Self::Pairs(pair);
        }
        if let Some(line) = strip_name(text, b"cookie:") {
            return Self::Pairs(line);
        }
        if has_name(text) {
            Self::Pairs(text)
        } else {
            Self::Value(text)
        }
    }

    /// The values to look at.
    pub(crate) fn values(&self, inspector: &'a Inspector) -> Vec<&'a [u8]> {
        match self {
            Self::Value(value) => vec![value],
            Self::Pairs(line) => inspector.values_in(line).collect(),
        }
    }

    /// The names of the cookies, attributes left out, each once.
    pub(crate) fn names(&self) -> Vec<String> {
        let Self::Pairs(line) = self else {
            return Vec::new();
        };
        let mut names = Vec::new();
        for pair in line.split(|byte| *byte == b';') {
            let Some(end) = pair.iter().position(|byte| *byte == b'=') else {
                continue;
            };
            let name = pair.get(..end).unwrap_or_default().trim_ascii();
            let name = String::from_utf8_lossy(name).into_owned();
            let is_attribute = ATTRIBUTES.contains(&&*name.to_ascii_lowercase());
            if !is_attribute && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The format that the text looks like.
    pub(crate) fn format(&self) -> Format {
        let (Self::Value(text) | Self::Pairs(text)) = self;
        let of_value = match self {
            Self::Value(_) => contains(text, b";"),
            Self::Pairs(_) => false,
        };
        if of_value || contains(text, b"%3B") || contains(text, b"%3b") {
            Format::Fastify
        } else {
            Format::Sealed
        }
    }
}

/// The line without the name of its header.
fn strip_name<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(name.len())?;
    start.eq_ignore_ascii_case(name).then(|| rest.trim_ascii())
}

/// Whether something is assigned. The padding of base64 ends a value or a part of it.
fn has_name(text: &[u8]) -> bool {
    let equals = text.iter().position(|byte| *byte == b'=');
    equals.is_some_and(|at| {
        let name = text.get(..at).unwrap_or_default();
        let after = text.get(at + 1..).unwrap_or_default();
        let is_token = name.iter().all(|byte| !b";,/ \t%".contains(byte));
        let is_assigned = match after {
            [b'=', ..] => false,
            // A cookie that is being removed; base64 of a session is longer than a name.
            [] | [b';', ..] => name.len() < 40,
            _ => true,
        };
        !name.is_empty() && is_token && is_assigned
    })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_values() {
        for (text, names) in [
            ("AbTaahIAAQID", &[][..]),
            ("ThsiR+/vA==;nvN1F6==", &[]),
            ("ThsiR%2BvA%3D%3D%3BnvN1", &[]),
            ("ThsiR/a=;nvN1F6a=", &[]),
            ("__Host-auth=AbTa", &["__Host-auth"]),
            ("session=ThsiR%3D%3BnvN1", &["session"]),
            ("cookie: a=1; b=2; a=3", &["a", "b"]),
            ("Set-Cookie: a=1; Path=/; HttpOnly; SameSite=Lax", &["a"]),
            ("a=1; Path=/; Secure", &["a"]),
            ("__Host-auth=", &["__Host-auth"]),
            ("sid=; Max-Age=0; Path=/", &["sid"]),
            (
                "VGhpcyBpcyB0aGUgc2VhbGVkIHBheWxvYWQgb2YgYSBzZXNzaW9u=;nvN1",
                &[],
            ),
            (" a=1\r\n", &["a"]),
        ] {
            assert_eq!(CookieText::parse(text.as_bytes()).names(), names, "{text}");
        }
    }

    #[test]
    fn the_format_is_seen() {
        for (text, format) in [
            ("AbTaahIAAQID", Format::Sealed),
            ("a=AbTaahIAAQID; Path=/", Format::Sealed),
            ("ThsiR+/vA==;nvN1F6==", Format::Fastify),
            ("session=ThsiR%3D%3BnvN1", Format::Fastify),
            ("session=ThsiR%3d%3bnvN1", Format::Fastify),
        ] {
            assert_eq!(
                CookieText::parse(text.as_bytes()).format(),
                format,
                "{text}"
            );
        }
    }
}
