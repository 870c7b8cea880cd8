//! Replacing: only what is there byte for byte, and never where nothing is.

use super::{creates::samples, trial::Trial};
use crate::{
    store::Saved,
    testing::conformance::{Fact, Verdict, facts, is},
};

pub(super) const FACTS: &[Fact<Trial>] = facts![
    a_replace_of_any_text_by_any_other_is_done,
    a_replace_by_the_same_text_is_done,
    a_replace_moves_the_end_back_and_forth,
    a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing,
    a_text_that_was_replaced_no_longer_fits,
    a_replace_where_nothing_is_says_gone_and_makes_nothing,
    a_replace_of_a_deleted_value_says_gone_and_makes_nothing,
];

/// Pairs of which one must not pass for the other: what collations, types of columns, patterns and
/// hashes of a part take for equal.
pub(super) fn resembling() -> Vec<(String, String)> {
    let large = "x".repeat(100_000);
    let pairs = [
        ("text", "texu"),
        ("text", "uext"),
        ("text", "tex"),
        ("text", "text "),
        ("text", " text"),
        ("text", "text\n"),
        ("text", "text\0"),
        ("te\0xt", "te\0xu"),
        ("text", "TEXT"),
        ("text", ""),
        ("t%", "text"),
        ("t*", "text"),
        ("te_t", "text"),
        ("1", "1.0"),
        ("1", "01"),
        ("null", ""),
        ("\u{e9}", "e\u{301}"),
        ("\u{e9}", "e"),
        ("stra\u{df}e", "strasse"),
        ("a\nb", "a\r\nb"),
        (r#"{"a":1}"#, r#"{"a": 1}"#),
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
        (r#"{"a":"\u0041"}"#, r#"{"a":"A"}"#),
    ];
    let pairs = pairs
        .iter()
        .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()));
    let of_large = ["y", ""].map(|end| (format!("{large}x"), format!("{large}{end}")));
    pairs.chain(of_large).collect()
}

async fn a_replace_of_any_text_by_any_other_is_done(t: Trial) -> Verdict {
    let (key, mut before) = t.created().await?;
    for text in samples() {
        let what = format!("a text of {} bytes", text.len());
        let replaced = t.store().replace(&key, &before, &text, t.hours(1));
        is("the replace", replaced.await?, Saved::Done)?;
        t.gets(&what, &key, Some(&text)).await?;
        before = text;
    }
    Ok(())
}

async fn a_replace_by_the_same_text_is_done(t: Trial) -> Verdict {
    let (key, text) = t.created().await?;
    for hours in [2, 1] {
        let replaced = t.store().replace(&key, &text, &text, t.hours(hours));
        is("the replace", replaced.await?, Saved::Done)?;
        t.gets_until("the value", &key, &text, t.hours(hours))
            .await?;
    }
    Ok(())
}

async fn a_replace_moves_the_end_back_and_forth(t: Trial) -> Verdict {
    let (key, mut before) = t.created().await?;
    for hours in [3, 2, 4] {
        let text = t.text()?;
        let replaced = t.store().replace(&key, &before, &text, t.hours(hours));
        is("the replace", replaced.await?, Saved::Done)?;
        t.gets_until("the value", &key, &text, t.hours(hours))
            .await?;
        before = text;
    }
    Ok(())
}

async fn a_replace_of_a_text_that_only_resembles_conflicts_and_changes_nothing(
    t: Trial,
) -> Verdict {
    for (one, other) in resembling() {
        for (there, expected) in [(&one, &other), (&other, &one)] {
            let key = t.created_as(there, t.hours(1)).await?;
            let replaced = t.store().replace(&key, expected, "new", t.hours(9));
            is("the replace", replaced.await?, Saved::Conflict)?;
            t.gets_until("the value", &key, there, t.hours(1)).await?;
        }
    }
    Ok(())
}

async fn a_text_that_was_replaced_no_longer_fits(t: Trial) -> Verdict {
    let (key, first) = t.created().await?;
    let (second, third) = (t.text()?, t.text()?);
    t.store().replace(&key, &first, &second, t.hours(1)).await?;
    // By the same text, too: of two that count one more, each must count.
    for new in [&third, &second] {
        let again = t.store().replace(&key, &first, new, t.hours(9)).await?;
        is("a second replace of it", again, Saved::Conflict)?;
        t.gets_until("the value", &key, &second, t.hours(1)).await?;
    }
    let on = t.store().replace(&key, &second, &third, t.hours(1)).await?;
    is("a replace of the new one", on, Saved::Done)?;
    t.gets("the value", &key, Some(&third)).await
}

async fn a_replace_where_nothing_is_says_gone_and_makes_nothing(t: Trial) -> Verdict {
    let (key, text) = (t.key()?, t.text()?);
    for expected in ["", &text] {
        let replaced = t.store().replace(&key, expected, &text, t.hours(1)).await?;
        is("the replace", replaced, Saved::Gone)?;
        t.gets("the value", &key, None).await?;
    }
    Ok(())
}

async fn a_replace_of_a_deleted_value_says_gone_and_makes_nothing(t: Trial) -> Verdict {
    let (key, text) = t.created().await?;
    t.store().delete(&key, None).await?;
    for new in [&t.text()?, &text] {
        let replaced = t.store().replace(&key, &text, new, t.hours(1)).await?;
        is("the late replace", replaced, Saved::Gone)?;
        t.gets("the deleted value", &key, None).await?;
    }
    Ok(())
}
