//! The chapter on operating explains every line that the library logs.

use std::{fs, path::Path};

use crate::book::{self, root};

/// Texts of the library's log lines: the last literal of each call of a macro of `tracing`.
fn log_lines(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let calls = ["trace!(", "debug!(", "info!(", "warn!(", "error!("];
    let mut lines = Vec::new();
    for call in calls {
        for rest in source.split(call).skip(1) {
            let end = [");", "),\n"].into_iter().filter_map(|end| rest.find(end));
            let arguments = &rest[..end.min().unwrap()];
            let Some(rest) = arguments.trim_start().strip_prefix("target: \"session\",") else {
                continue;
            };
            // A line that is broken in the source is one line in the log.
            let rest = rest.replace("\\\n", "\n");
            let literal = rest.rsplit('"').nth(1).unwrap_or_default();
            let literal = constant(source, literal).unwrap_or(literal);
            let words: Vec<_> = literal.split_whitespace().collect();
            lines.push(words.join(" "));
        }
    }
    lines
}

/// What a line says that is nothing but `{NAME}`.
fn constant<'s>(source: &'s str, literal: &str) -> Option<&'s str> {
    let name = literal.strip_prefix('{')?.strip_suffix('}')?;
    let (_, rest) = source.split_once(&format!("const {name}: &str ="))?;
    rest.split('"').nth(1)
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// Without the part that is as long as a sentence: the guide has the head of such a line.
fn head(line: &str) -> &str {
    line.split_once(": ").map_or(line, |(head, _)| head)
}

#[test]
fn every_log_line_is_explained() {
    let mut texts = Vec::new();
    sources(&root().join("session-runtime/src"), &mut texts);
    let lines: Vec<_> = texts.iter().flat_map(|text| log_lines(text)).collect();
    assert!(lines.len() > 15, "{lines:?}");
    let guide = book::chapter("guide/operating.md").text;
    let (_, table) = guide.split_once("| level | line |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let has = |text: &str| table.contains(text);
    let is_explained = |line: &str| {
        let heads = ["`", ": …`", " …`"].map(|end| format!("`{}{end}", head(line)));
        has(&format!("`{line}`")) || heads.iter().any(|head| has(head))
    };
    // A rejection, which is its own text.
    let unexplained: Vec<_> = lines
        .iter()
        .filter(|line| *line != "{self}" && !is_explained(line))
        .collect();
    assert!(
        unexplained.is_empty(),
        "docs/guide/operating.md says nothing of {unexplained:#?}"
    );
}

#[test]
fn every_reason_is_explained() {
    let reasons = fs::read_to_string(root().join("session-runtime/src/reason.rs")).unwrap();
    let (_, names) = reasons.split_once("fn as_str").unwrap();
    let names = names.split(" => \"").skip(1);
    let names: Vec<_> = names.filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.len() > 10, "{names:?}");
    let guide = book::chapter("guide/operating.md").text;
    for name in names {
        assert!(guide.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn every_event_is_explained() {
    let events = fs::read_to_string(root().join("session-runtime/src/event.rs")).unwrap();
    let (_, kinds) = events.split_once("pub enum EventKind {\n").unwrap();
    let (kinds, _) = kinds.split_once("\n}\n").unwrap();
    let names = kinds.lines().filter_map(|line| {
        let name = line.strip_prefix("    ")?;
        let end = name.find(|c: char| !c.is_alphanumeric())?;
        name.starts_with(char::is_uppercase).then_some(&name[..end])
    });
    let names: Vec<_> = names.collect();
    assert!(names.len() > 10, "{names:?}");
    let guide = book::chapter("guide/operating.md").text;
    for name in names {
        assert!(guide.contains(&format!("`{name}")), "{name}");
    }
}
