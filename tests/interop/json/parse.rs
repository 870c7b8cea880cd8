//! `JSON.parse`, which keeps what it would drop: equal keys, and how a number was written.

use super::Json;

/// The value of this text, or nothing where `JSON.parse` throws.
pub(super) fn parse(text: &str) -> Option<Json> {
    let mut parser = Parser { rest: text };
    let value = parser.value()?;
    parser.skip_space();
    parser.rest.is_empty().then_some(value)
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self) -> Option<Json> {
        self.skip_space();
        match self.rest.bytes().next()? {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => self.text().map(Json::Text),
            b'n' => self.take("null").then_some(Json::Null),
            b't' => self.take("true").then_some(Json::Bool(true)),
            b'f' => self.take("false").then_some(Json::Bool(false)),
            _ => self.number(),
        }
    }

    fn object(&mut self) -> Option<Json> {
        let mut entries = Vec::new();
        self.take("{");
        if self.take("}") {
            return Some(Json::Object(entries));
        }
        loop {
            self.skip_space();
            let key = self.text()?;
            if !self.take(":") {
                return None;
            }
            entries.push((key, self.value()?));
            if !self.take(",") {
                return self.take("}").then_some(Json::Object(entries));
            }
        }
    }

    fn list(&mut self) -> Option<Json> {
        let mut items = Vec::new();
        self.take("[");
        if self.take("]") {
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value()?);
            if !self.take(",") {
                return self.take("]").then_some(Json::List(items));
            }
        }
    }

    fn number(&mut self) -> Option<Json> {
        let is_part = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(end)?;
        // What `serde_json` takes for a number is one by the grammar of JSON.
        let is_number = serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
        self.rest = rest;
        let value = is_number.then(|| text.parse().ok()).flatten()?;
        Some(Json::Number(value, text.to_owned()))
    }

    fn text(&mut self) -> Option<Vec<u16>> {
        let mut units = Vec::new();
        let mut chars = self.rest.strip_prefix('"')?.chars();
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => units.push(escape(&mut chars)?),
                c if c < ' ' => return None,
                c => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            }
        }
        self.rest = chars.as_str();
        Some(units)
    }
}

fn escape(chars: &mut std::str::Chars<'_>) -> Option<u16> {
    let plain = match chars.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        c @ ('"' | '\\' | '/') => c,
        'u' => {
            let (digits, rest) = chars.as_str().split_at_checked(4)?;
            *chars = rest.chars();
            let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
            return is_hex
                .then(|| u16::from_str_radix(digits, 16).ok())
                .flatten();
        }
        _ => return None,
    };
    u16::try_from(u32::from(plain)).ok()
}
