//! Keys: each has its own value, however much they resemble each other.

use super::trial::Trial;
use crate::{
    store::{Created, Saved},
    testing::conformance::{Fact, Verdict, facts, is},
};

pub(super) const FACTS: &[Fact<Trial>] = facts![
    keys_that_resemble_each_other_have_each_their_value,
    a_replace_changes_no_other_value,
    a_delete_removes_no_other_value,
];

/// What collations, patterns, paths and columns of a certain length take for one key.
fn resembling(base: &str) -> Vec<String> {
    let long = "x".repeat(200);
    let ends = [
        "",
        "a",
        "A",
        "ab",
        "aB",
        "b",
        " ",
        "a ",
        " a",
        "*",
        "?",
        "[a]",
        "%",
        "%61",
        "_",
        "a%",
        "+",
        "{",
        "}",
        "{a}",
        "{b}",
        "'",
        "\"",
        "\\",
        "\\a",
        "\n",
        "a\n",
        "/",
        "/../a",
        ":",
        "a:",
        "é",
        "e\u{301}",
        "e",
        "ß",
        "ss",
        "日本語",
        "🦀",
    ];
    let ends = ends.iter().map(|end| (*end).to_owned());
    let ends = ends.chain([format!("{long}a"), format!("{long}b"), long]);
    // In front, too: a cluster puts a key where the first braces in it say.
    let fronts = ["{a}", "*", " "].map(|front| format!("{front}{base}"));
    ends.map(|end| format!("{base}{end}"))
        .chain(fronts)
        .collect()
}

async fn values(t: &Trial) -> Result<Vec<(String, String)>, super::Broken> {
    let mut values = vec![];
    for key in resembling(&t.key()?) {
        let text = t.text()?;
        let created = t.store().create(&key, &text, t.hours(1)).await?;
        is("the create", created, Created::Done)?;
        values.push((key, text));
    }
    Ok(values)
}

async fn keys_that_resemble_each_other_have_each_their_value(t: Trial) -> Verdict {
    for (key, text) in values(&t).await? {
        t.gets("the value of one key", &key, Some(&text)).await?;
    }
    Ok(())
}

async fn a_replace_changes_no_other_value(t: Trial) -> Verdict {
    let mut values = values(&t).await?;
    for (key, text) in &mut values {
        let new = t.text()?;
        let replaced = t.store().replace(key, text, &new, t.hours(1)).await?;
        is("the replace", replaced, Saved::Done)?;
        *text = new;
    }
    for (key, text) in &values {
        t.gets("the value of one key", key, Some(text)).await?;
    }
    Ok(())
}

async fn a_delete_removes_no_other_value(t: Trial) -> Verdict {
    let mut values = values(&t).await?;
    while let Some((key, text)) = values.pop() {
        // One way and the other in turn.
        let expected = (values.len() % 2 == 0).then_some(text.as_str());
        let deleted = t.store().delete(&key, expected).await?;
        is("the delete", deleted, Saved::Done)?;
        t.gets("the deleted value", &key, None).await?;
        for (key, text) in &values {
            t.gets("the value of another key", key, Some(text)).await?;
        }
    }
    Ok(())
}
