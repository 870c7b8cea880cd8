//! Nothing of the guide escapes its tests.

use std::fs;

use crate::{
    book::{self, Block, Shown, root},
    commands, quick_start,
};

fn shell_blocks() -> Vec<(String, Block)> {
    let chapters = book::chapters().into_iter();
    let blocks = chapters.flat_map(|chapter| {
        let path = chapter.path;
        book::blocks(&chapter.text)
            .into_iter()
            .map(move |block| (path.clone(), block))
    });
    blocks.filter(|(_, block)| block.is_shell()).collect()
}

#[test]
fn every_command_is_run_or_names_the_test_that_covers_it() {
    let mut seen = 0;
    for (path, block) in shell_blocks() {
        let place = format!("docs/{path}:{}", block.line);
        match Shown::of(&block) {
            Some(Shown::Run(by)) => {
                let is_run =
                    by == commands::HERE || by == quick_start::HERE && path == quick_start::CHAPTER;
                assert!(is_run, "{place}: `{by}` does not run it");
            }
            Some(Shown::Covered(by)) => {
                let is_there = root().join(&by).is_file();
                assert!(is_there, "{place}: there is no `{by}`");
            }
            None => panic!("{place}: write `<!-- run by … -->` or `<!-- shown by: … -->` above it"),
        }
        seen += 1;
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn every_chapter_is_compiled() {
    let compiled = fs::read_to_string(root().join("tests/support/guide.rs")).unwrap();
    for chapter in book::chapters() {
        let line = format!("#[doc = include_str!(\"../../docs/{}\")]", chapter.path);
        assert!(
            compiled.lines().any(|it| it == line),
            "tests/support/guide.rs: add {line}"
        );
    }
}

#[test]
fn no_rust_is_left_out_of_the_doctests() {
    for chapter in book::chapters() {
        for block in book::blocks(&chapter.text) {
            let place = format!("docs/{}:{}", chapter.path, block.line);
            assert!(
                !block.language.contains("ignore"),
                "{place}: compile it, or mark code of another library as `rs`"
            );
            assert!(!block.language.is_empty(), "{place}: name its language");
        }
    }
}

#[test]
fn every_requirement_that_the_guide_names_is_in_the_table() {
    let security = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let mut named = 0;
    for chapter in book::chapters() {
        let words = chapter.text.split(|c: char| !c.is_alphanumeric());
        let is_id = |word: &&str| {
            let number = word.strip_prefix(['D', 'O']).unwrap_or_default();
            number.len() == 2 && number.parse::<u8>().is_ok()
        };
        for id in words.filter(is_id) {
            let row = format!("| {id} |");
            assert!(security.contains(&row), "docs/{}: {id}", chapter.path);
            named += 1;
        }
    }
    assert!(named > 50, "{named}");
}

#[test]
fn every_page_below_docs_is_in_the_book() {
    let listed: Vec<_> = book::chapters().into_iter().map(|it| it.path).collect();
    for folder in ["", "guide/", "stores/"] {
        for entry in fs::read_dir(root().join("docs").join(folder)).unwrap() {
            let file = entry.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap();
            let path = format!("{folder}{name}");
            let is_page = file.extension().is_some_and(|it| it == "md") && path != "SUMMARY.md";
            assert!(
                !is_page || listed.contains(&path),
                "docs/SUMMARY.md does not have {path}"
            );
        }
    }
}

#[test]
fn every_picture_tells_what_it_shows_and_knows_the_dark() {
    let pictures = root().join("docs/guide/pictures");
    for entry in fs::read_dir(pictures).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for part in ["role=\"img\"", "<title>", "prefers-color-scheme:dark"] {
            assert!(text.contains(part), "{}: no {part}", path.display());
        }
    }
    for chapter in book::chapters() {
        let bare = chapter
            .text
            .lines()
            .any(|line| line.trim_start().starts_with("![]("));
        assert!(!bare, "docs/{}: a picture without a text", chapter.path);
    }
}
