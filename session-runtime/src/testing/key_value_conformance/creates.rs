//! Creating and getting.

use super::trial::Trial;
use crate::{
    store::{Created, Lifetime},
    testing::conformance::{Fact, Verdict, facts, is},
};

pub(super) const FACTS: &[Fact<Trial>] = facts![
    a_text_of_any_kind_and_size_comes_back_as_it_was,
    a_key_without_a_value_gets_nothing,
    a_second_create_says_exists_and_changes_nothing,
    a_key_can_be_created_again_after_a_delete,
    a_value_can_live_until_the_year_9999,
    an_end_that_is_told_is_that_of_the_lifetime,
];

/// What engines, and what lies on the way to them, are known to change.
pub(super) fn samples() -> Vec<String> {
    let large = r#"{"text":"é"},"#.repeat(8_000);
    let all = (0..=127_u8).map(char::from).collect();
    let texts = [
        "",
        " ",
        "\0",
        "0",
        "null",
        "007",
        r#"{"b":1,"a":2, "a" : 3.0}"#,
        r#"{"quoted":"\"\u0000\\"}"#,
        "it's \"quoted\" `so` $body$ \\ ; --",
        " spaces around, and a line's end \r\n\t",
        "%s %20 + ? :name $1 {0} * _",
        "e\u{301} \u{e9} \u{feff}\u{2028}\u{10ffff} ß Ω 日本語 🦀",
    ];
    let texts = texts.iter().map(|text| (*text).to_owned());
    texts.chain([all, large]).collect()
}

async fn a_text_of_any_kind_and_size_comes_back_as_it_was(t: Trial) -> Verdict {
    for text in samples() {
        let what = format!("a text of {} bytes", text.len());
        let key = t.created_as(&text, t.hours(1)).await?;
        t.gets(&what, &key, Some(&text)).await?;
    }
    Ok(())
}

async fn a_key_without_a_value_gets_nothing(t: Trial) -> Verdict {
    let key = t.key()?;
    t.gets("a value never made", &key, None).await?;
    t.gets("a value that was got", &key, None).await
}

async fn a_second_create_says_exists_and_changes_nothing(t: Trial) -> Verdict {
    let (key, first) = t.created().await?;
    // The same text, too: nobody may believe that what is another's is his.
    for second in [t.text()?, String::new(), first.clone()] {
        let created = t.store().create(&key, &second, t.hours(9)).await?;
        is("the second create", created, Created::Exists)?;
        t.gets_until("the first value", &key, &first, t.hours(1))
            .await?;
    }
    // An empty text is a value.
    let key = t.created_as("", t.hours(1)).await?;
    let created = t.store().create(&key, &first, t.hours(1)).await?;
    is("a create over an empty text", created, Created::Exists)?;
    t.gets("the empty text", &key, Some("")).await
}

async fn a_key_can_be_created_again_after_a_delete(t: Trial) -> Verdict {
    let (key, _) = t.created().await?;
    t.store().delete(&key, None).await?;
    let again = t.text()?;
    let created = t.store().create(&key, &again, t.hours(1)).await?;
    is("the create after the delete", created, Created::Done)?;
    t.gets("the new value", &key, Some(&again)).await
}

async fn a_value_can_live_until_the_year_9999(t: Trial) -> Verdict {
    // The last day of it is the latest that every engine can name.
    let lifetime = Lifetime::new(t.now, 253_402_214_400 - t.now / 1000);
    let text = t.text()?;
    let key = t.created_as(&text, lifetime).await?;
    t.gets_until("the value", &key, &text, lifetime).await?;
    t.store().replace(&key, &text, "", lifetime).await?;
    t.gets_until("its replacement", &key, "", lifetime).await
}

async fn an_end_that_is_told_is_that_of_the_lifetime(t: Trial) -> Verdict {
    for hours in [1, 2, 24 * 400] {
        let (lifetime, text) = (t.hours(hours), t.text()?);
        let key = t.created_as(&text, lifetime).await?;
        t.gets_until("the value", &key, &text, lifetime).await?;
    }
    Ok(())
}
