//! The chapters, and what is fenced in them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A chapter of `docs/SUMMARY.md`.
pub(crate) struct Chapter {
    /// Below `docs`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Something fenced.
pub(crate) struct Block {
    /// What stands behind the fence: `rust,no_run`.
    pub(crate) language: String,
    /// The comment on the line before: `<!-- … -->`.
    pub(crate) comment: Option<String>,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Block {
    pub(crate) fn is_shell(&self) -> bool {
        let word = self.language.split([',', ' ']).next();
        matches!(word, Some("sh" | "bash" | "shell" | "console" | "zsh"))
    }
}

/// What the comment of a shell block says of it.
pub(crate) enum Shown {
    /// By running it.
    Run(String),
    /// By this test or suite.
    Covered(String),
}

impl Shown {
    pub(crate) fn of(block: &Block) -> Option<Self> {
        let comment = block.comment.as_deref()?;
        let run = comment.strip_prefix("run by ");
        let covered = comment.strip_prefix("shown by: ");
        run.map(|by| Self::Run(by.to_owned()))
            .or(covered.map(|by| Self::Covered(by.to_owned())))
    }
}

pub(crate) fn summary() -> String {
    fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap()
}

pub(crate) fn chapters() -> Vec<Chapter> {
    let summary = summary();
    let links = summary.lines().filter_map(|line| {
        let (_, rest) = line.split_once("](")?;
        Some(rest.split_once(')')?.0.to_owned())
    });
    let chapters: Vec<_> = links.map(|path| chapter(&path)).collect();
    assert!(chapters.len() > 20, "the summary was not read");
    chapters
}

pub(crate) fn chapter(path: &str) -> Chapter {
    let text = fs::read_to_string(root().join("docs").join(path)).unwrap();
    Chapter {
        path: path.to_owned(),
        text,
    }
}

/// Every fenced block of a text.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    let mut before = "";
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.trim_start().strip_prefix("```") else {
            before = line;
            continue;
        };
        let inside = lines.by_ref().map(|(_, line)| line);
        let text: String = inside
            .take_while(|line| line.trim_start() != "```")
            .flat_map(|line| [line, "\n"])
            .collect();
        let comment = before
            .strip_prefix("<!-- ")
            .and_then(|rest| rest.strip_suffix(" -->"));
        blocks.push(Block {
            language: language.to_owned(),
            comment: comment.map(str::to_owned),
            text,
            line: number + 1,
        });
        before = "";
    }
    blocks
}

#[test]
fn a_block_has_its_language_its_comment_and_its_place() {
    let text = "a\n\n<!-- run by x -->\n```sh\nls\n```\n\n```rust,no_run\nfn f() {}\n```\n";
    let blocks = blocks(text);
    assert_eq!(blocks.len(), 2);
    assert_eq!(blocks[0].text, "ls\n");
    assert_eq!(blocks[0].line, 4);
    assert!(matches!(Shown::of(&blocks[0]), Some(Shown::Run(by)) if by == "x"));
    assert!(blocks[0].is_shell() && !blocks[1].is_shell());
    assert!(blocks[1].comment.is_none());
}
