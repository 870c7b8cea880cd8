//! Paths that are not asked for a token.

/// A path, or everything below one.
#[derive(Debug, Clone)]
pub(super) struct Exempt(String);

impl Exempt {
    /// `None`: it is none.
    pub(super) fn new(path: &str) -> Option<Self> {
        let inner = path.strip_suffix("/*").unwrap_or(path);
        let is_path = path.starts_with('/') && !inner.contains(['*', '{', '}', '?', '#']);
        is_path.then(|| Self(path.to_owned()))
    }

    pub(super) fn covers(&self, path: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(folder) => path.starts_with(folder),
            None => path == self.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o10_a_path_covers_itself_and_a_folder_what_is_in_it() {
        for (exempt, path, expected) in [
            ("/hooks", "/hooks", true),
            ("/hooks", "/hooks/a", false),
            ("/hooks", "/hooks2", false),
            ("/hooks/*", "/hooks/a/b", true),
            ("/hooks/*", "/hooks", false),
            ("/hooks/*", "/hooks2", false),
            ("/*", "/anything", true),
        ] {
            assert_eq!(
                Exempt::new(exempt).unwrap().covers(path),
                expected,
                "{exempt} {path}"
            );
        }
        for none in ["", "hooks", "/hooks*", "/a/*/b", "/hooks/{id}", "/a?b", "*"] {
            assert!(Exempt::new(none).is_none(), "{none}");
        }
    }
}
