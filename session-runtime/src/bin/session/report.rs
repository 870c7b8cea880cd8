//! What was found out about one cookie, as text for people.

use std::{fmt::Write as _, time::SystemTime};

use session_runtime::{Format, OpenError, inspect::Inspected};

use crate::{
    explain::{self, Explanation},
    inspect::name_of,
    json,
    kind::Kind,
    time::{Limit, Relative, Span, Utc},
};

/// Bytes of name and value that browsers keep.
pub(crate) const MAX_COOKIE: usize = 4096;

pub(crate) struct Report<'a> {
    pub(crate) kind: &'a Kind,
    /// Where each key came from.
    pub(crate) keys: &'a [String],
    pub(crate) idle: Limit,
    pub(crate) absolute: Limit,
    pub(crate) value: &'a [u8],
    pub(crate) outcome: Result<Inspected, OpenError>,
    pub(crate) shows_fields: bool,
}

impl Report<'_> {
    pub(crate) fn is_valid(&self) -> bool {
        self.outcome
            .as_ref()
            .is_ok_and(|inspected| inspected.refusal().is_none())
    }

    pub(crate) fn inspected(&self) -> Option<&Inspected> {
        self.outcome.as_ref().ok()
    }

    /// The reason as one word, and the explanation.
    pub(crate) fn refusal(&self) -> Option<(&'static str, Explanation)> {
        match &self.outcome {
            Err(error) => {
                let reason = error.reason();
                let keys = self.keys.len();
                let explanation = explain::unopened(reason, self.kind, keys, self.value);
                Some((reason.as_str(), explanation))
            }
            Ok(inspected) => {
                let reason = inspected.refusal()?;
                Some((reason.as_str(), explain::refused(reason, inspected)))
            }
        }
    }

    pub(crate) fn size(&self) -> usize {
        self.kind.cookie_name.len() + self.value.len()
    }

    /// One line for each thing, then the fields.
    pub(crate) fn text(&self) -> String {
        let mut out = Lines(String::new());
        match self.refusal() {
            None => out.row("verdict", self.praise()),
            Some((reason, explanation)) => {
                out.row("verdict", format_args!("REFUSED: {reason}"));
                out.row("why", &explanation.what);
                for (index, line) in explanation.check.iter().enumerate() {
                    out.row(if index == 0 { "check" } else { "" }, line);
                }
            }
        }
        self.about_the_cookie(&mut out);
        if let Some(inspected) = self.inspected() {
            self.about_the_session(inspected, &mut out);
            self.about_the_fields(inspected, &mut out);
        }
        out.0
    }

    /// What a session that is not refused is called: without limits, age was not looked at.
    const fn praise(&self) -> &'static str {
        match (self.idle.0, self.absolute.0) {
            (None, None) => "valid, of whatever age: no --idle or --absolute was given",
            _ => "valid",
        }
    }

    fn about_the_cookie(&self, out: &mut Lines) {
        let (kind, size) = (self.kind, self.size());
        out.row("format", name_of(kind.format));
        let name = json::shown(&kind.cookie_name);
        if kind.format == Format::Sealed {
            let session = json::shown(&kind.session);
            out.row("cookie", format_args!("{name}, of the session {session}"));
        } else {
            out.row("cookie", name);
        }
        let share = match MAX_COOKIE.checked_sub(size) {
            Some(left) => format!("{left} left"),
            None => "browsers drop it".to_owned(),
        };
        let escapes = if self.value.contains(&b';') {
            "; longer with the escapes of a header"
        } else {
            ""
        };
        out.row(
            "size",
            format_args!("{size} of {MAX_COOKIE} bytes (name and value), {share}{escapes}"),
        );
    }

    fn about_the_session(&self, inspected: &Inspected, out: &mut Lines) {
        let source = self.keys.get(inspected.key()).map_or("", |source| source);
        let place = match (inspected.key(), self.keys.len()) {
            (_, 1) => String::new(),
            (0, count) => format!(", the current one of {count}"),
            (place, count) => format!(", an older one ({} of {count})", place + 1),
        };
        out.row("key", format_args!("{}{place}", json::shown(source)));
        if !inspected.is_payload() {
            return;
        }
        if inspected.has_id() {
            out.row("id", "present");
        }
        if let Some(version) = inspected.version() {
            out.row("version", version);
        }
        let now = inspected.now();
        let when = |at: SystemTime| format!("{}, {}", Utc(at), Relative { at, now });
        if let Some(created) = inspected.created() {
            out.row("created", when(created));
        }
        if let Some(at) = inspected.authenticated_at() {
            out.row("signed in", when(at));
        }
        if let Some(lifetime) = inspected.cookie_lifetime() {
            out.row(
                "cookie kept",
                if lifetime.is_zero() {
                    "until the browser is closed".to_owned()
                } else {
                    Span(lifetime).to_string()
                },
            );
        }
        let touched = inspected.touched();
        out.row("last used", touched.map_or("not known".to_owned(), when));
        for (name, limit, end) in [
            ("idle", self.idle, inspected.idle_end()),
            ("absolute", self.absolute, inspected.absolute_end()),
        ] {
            match (limit.0, end) {
                (None, _) => {}
                (Some(_), None) => out.row(name, format_args!("{limit}: not known")),
                (Some(_), Some(end)) => {
                    let verb = if end <= now { "ended" } else { "ends" };
                    out.row(name, format_args!("{limit}: {verb} {}", when(end)));
                }
            }
        }
    }

    fn about_the_fields(&self, inspected: &Inspected, out: &mut Lines) {
        let fields: Vec<_> = inspected.fields().collect();
        if !inspected.is_payload() {
            return;
        }
        if fields.is_empty() {
            out.row("fields", "none");
            return;
        }
        let widest = fields.iter().map(|(_, json)| json.len()).max();
        let width = widest.map_or(0, |bytes| bytes.to_string().len());
        for (index, (name, json)) in fields.iter().enumerate() {
            let (label, bytes) = (if index == 0 { "fields" } else { "" }, json.len());
            let unit = if bytes == 1 { "byte " } else { "bytes" };
            out.row(
                label,
                format_args!("{bytes:width$} {unit}  {}", json::shown(name)),
            );
        }
        if self.shows_fields {
            let object = object(&fields);
            // Writing to a String cannot fail.
            let _ = write!(out.0, "\n{}\n", json::pretty(&object));
        }
    }
}

/// The fields as the JSON object that they are.
pub(crate) fn object(fields: &[(&str, &str)]) -> String {
    let entries: Vec<_> = fields
        .iter()
        .map(|(name, json)| format!("{}:{json}", json::string(name)))
        .collect();
    format!("{{{}}}", entries.join(","))
}

/// Rows with a label each.
struct Lines(String);

impl Lines {
    fn row(&mut self, label: &str, text: impl std::fmt::Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{label:<10}{text}");
    }
}
