//! What a wrong store takes for the same.

use super::fault::Fault;

/// Whether what is `there` passes for what was `expected`.
pub(super) fn fits(fault: Fault, there: &str, expected: &str) -> bool {
    let json = |text| serde_json::from_str::<serde_json::Value>(text).ok();
    let start = |text: &str| text.bytes().take(100).collect::<Vec<_>>();
    let end = |text: &str| text.bytes().rev().take(100).collect::<Vec<_>>();
    let to_zero = |text: &str| text.split('\0').next().map(str::to_owned);
    there == expected
        || match fault {
            Fault::ComparesNothing => true,
            Fault::ComparesStart => start(there) == start(expected),
            Fault::ComparesEnd => end(there) == end(expected),
            Fault::ComparesLength => there.len() == expected.len(),
            Fault::ComparesLargeByLength => there.len() > 9_000 && there.len() == expected.len(),
            Fault::ComparesToZeroByte => to_zero(there) == to_zero(expected),
            Fault::ComparesAnyCase => there.eq_ignore_ascii_case(expected),
            Fault::ComparesTrimmed => there.trim_end() == expected.trim_end(),
            Fault::ComparesComposed => composed(there) == composed(expected),
            Fault::ComparesJson => json(there).is_some() && json(there) == json(expected),
            Fault::ComparesPattern => matches(expected, there),
            _ => false,
        }
}

/// Both ways to write an accent are the same.
pub(super) fn composed(text: &str) -> String {
    text.replace("e\u{301}", "\u{e9}")
}

/// `text` is as `pattern` says, in which a star or a per cent sign at its end is for anything.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let start = pattern.strip_suffix(['*', '%']);
    start.is_some_and(|start| text.starts_with(start))
}
