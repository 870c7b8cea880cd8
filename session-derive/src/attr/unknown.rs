//! What is said of a key that does not exist: the one meant, or the list.

use syn::{Error, Ident};

use crate::symbol::{FIELD_FOREIGN, FIELD_KEYS, STRUCT_FOREIGN, STRUCT_KEYS, Symbol};

/// Where a key was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Struct,
    Field,
}

pub(crate) fn error(key: &Ident, place: Place) -> Error {
    Error::new(key.span(), message(&key.to_string(), place))
}

fn message(key: &str, place: Place) -> String {
    let (what, own, foreign, others) = match place {
        Place::Struct => ("session attribute", STRUCT_KEYS, STRUCT_FOREIGN, FIELD_KEYS),
        Place::Field => (
            "session field attribute",
            FIELD_KEYS,
            FIELD_FOREIGN,
            STRUCT_KEYS,
        ),
    };
    if let Some((_, answer)) = foreign.iter().find(|(name, _)| *name == key) {
        return format!("unknown {what} `{key}`: {answer}");
    }
    if let Some(symbol) = others.iter().find(|symbol| symbol.name == key) {
        return misplaced(*symbol, place);
    }
    if let Some(near) = nearest(key, own) {
        return format!("unknown {what} `{key}`, did you mean `{near}`?");
    }
    let list: Vec<String> = own
        .iter()
        .map(|symbol| format!("`{}`", symbol.name))
        .collect();
    format!(
        "unknown {what} `{key}`, expected one of {}",
        list.join(", ")
    )
}

fn misplaced(symbol: Symbol, place: Place) -> String {
    let Symbol { name, form } = symbol;
    match place {
        Place::Struct => format!("`{name}` belongs on a field: `#[session({form})]` above it"),
        Place::Field => format!("`{name}` belongs on the struct: `#[session({form})]` above it"),
    }
}

/// The key a slip of the finger away: a third of its letters at most.
fn nearest(key: &str, keys: &[Symbol]) -> Option<&'static str> {
    keys.iter()
        .map(|symbol| (distance(key, symbol.name), symbol.name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).clamp(1, 2))
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein's distance, case aside; letters in another order are one slip.
fn distance(a: &str, b: &str) -> usize {
    if a != b && sorted(a) == sorted(b) {
        return 1;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().flat_map(char::to_lowercase).enumerate() {
        let mut next = vec![i + 1];
        for ((y, above), diagonal) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            let changed = diagonal + usize::from(x != *y);
            next.push(changed.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    letters.sort_unstable();
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_changes() {
        for (a, b, expected) in [
            ("", "abc", 3),
            ("name", "name", 0),
            ("nam", "name", 1),
            ("idel", "idle", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn no_answer_names_a_key_that_does_not_exist() {
        for (table, own) in [(STRUCT_FOREIGN, STRUCT_KEYS), (FIELD_FOREIGN, FIELD_KEYS)] {
            for (foreign, answer) in table {
                assert!(
                    own.iter().all(|symbol| symbol.name != *foreign),
                    "{foreign} is a key"
                );
                let Some(rest) = answer.strip_prefix("write `") else {
                    continue;
                };
                let key: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                assert!(own.iter().any(|symbol| symbol.name == key), "{answer}");
            }
        }
    }
}
