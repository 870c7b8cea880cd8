//! The quickstart, as a stranger meets it: started, and its `curl` lines run as they are printed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use program::{Program, has_curl};

/// An answer without what depends on how fast the lines were run.
fn without_age(answer: &str) -> String {
    let answer = answer.trim_end();
    answer
        .split_once(", signed in for")
        .map_or(answer, |(head, _)| head)
        .to_owned()
}

#[test]
fn the_printed_lines_do_what_they_say() {
    if !has_curl() {
        return;
    }
    let quickstart = Program::start(env!("CARGO_BIN_EXE_quickstart"), "quickstart", &[]);
    let answers = quickstart.run();
    let answers: Vec<_> = answers.iter().map(|answer| without_age(answer)).collect();
    let page = quickstart.shell(&format!("curl -s -b jar {}/", quickstart.address()));
    assert_eq!(
        answers,
        [
            "signed in",
            "user 7, ada@example.org, roles [\"user\"]",
            "theme set",
            "you are admin now",
            "user 7, ada@example.org, roles [\"admin\"]",
            "signed out",
            "sign in first",
        ]
    );
    // The second session outlived the first.
    assert!(
        page.contains("color-scheme:dark") && page.contains("action=\"/login\""),
        "{page}"
    );
}
