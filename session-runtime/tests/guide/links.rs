//! Links within the guide, and from the README into it, lead to a file and to a heading of it.

use std::{fs, path::Path};

use crate::book::{self, root};

/// The targets of all links and pictures outside of code, with their lines.
fn targets(text: &str) -> Vec<String> {
    let mut is_code = false;
    let prose: String = text
        .lines()
        .filter(|line| {
            let is_fence = line.trim_start().starts_with("```");
            is_code ^= is_fence;
            !is_code && !is_fence
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let after = prose.split("](").skip(1);
    after
        .filter_map(|rest| Some(rest.split_once(')')?.0.trim().to_owned()))
        .collect()
}

/// As GitHub and mdBook make them of a heading.
fn anchor(heading: &str) -> String {
    let text = heading.trim().replace('`', "").to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn has_anchor(page: &str, wanted: &str) -> bool {
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#')))
        .any(|it| it == wanted)
}

/// How many links the file at `path` has within the repository, and what is wrong with them.
fn links(path: &Path) -> (usize, Vec<String>) {
    let text = fs::read_to_string(path).unwrap();
    let folder = path.parent().unwrap();
    let (mut count, mut broken) = (0, Vec::new());
    for target in targets(&text) {
        if target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        count += 1;
        let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
        let file = if file.is_empty() {
            path.to_owned()
        } else {
            folder.join(file)
        };
        let page = fs::read(&file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let is_good = page.is_ok_and(|page| heading.is_empty() || has_anchor(&page, heading));
        if !is_good {
            broken.push(format!("{}: {target}", path.display()));
        }
    }
    (count, broken)
}

#[test]
fn every_link_of_the_guide_and_of_the_readme_resolves() {
    let pages = book::chapters().into_iter().map(|it| it.path);
    let pages = pages.map(|path| root().join("docs").join(path));
    let files = ["README.md", "CONTRIBUTING.md", "docs/SUMMARY.md"];
    let pages = pages.chain(files.into_iter().map(|path| root().join(path)));
    let (counts, broken): (Vec<_>, Vec<_>) = pages.map(|page| links(&page)).unzip();
    let (count, broken) = (counts.iter().sum::<usize>(), broken.concat());
    assert!(count > 100, "{count}");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn an_anchor_is_what_a_browser_is_sent_to() {
    assert_eq!(
        anchor(" One host, one application"),
        "one-host-one-application"
    );
    assert_eq!(
        anchor(" With `Option` and `Result`"),
        "with-option-and-result"
    );
    assert!(has_anchor("# A\n\n## What is yours\n", "what-is-yours"));
    assert!(!has_anchor("what is yours\n", "what-is-yours"));
}
