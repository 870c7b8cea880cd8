//! The commands of a chapter, in their order, in a folder of its own.

use crate::{
    book::{self, Chapter, Shown},
    scratch::{self, Scratch},
};

pub(crate) const HERE: &str = "session-runtime/tests/guide/commands.rs";

/// What is to be run here.
fn commands(chapter: &Chapter) -> Vec<(usize, String)> {
    let blocks = book::blocks(&chapter.text).into_iter();
    let run = blocks
        .filter(|block| matches!(Shown::of(block), Some(Shown::Run(by)) if by == HERE))
        .map(|block| (block.line, block.text));
    run.collect()
}

#[test]
fn every_command_of_the_guide_succeeds() {
    if !scratch::has(&["bash", "openssl"]) {
        return;
    }
    let mut run = 0;
    for chapter in book::chapters() {
        let name = chapter.path.replace(['/', '.'], "-");
        let folder = Scratch::new(&name);
        for (line, script) in commands(&chapter) {
            let output = scratch::shell(&script, folder.path());
            assert!(
                output.status.success(),
                "docs/{}:{line}\n{}{}",
                chapter.path,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr),
            );
            run += 1;
        }
    }
    assert!(run >= 2, "only {run} blocks say `run by {HERE}`");
}
