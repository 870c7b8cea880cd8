//! Why no cookie could be made of a text.

use std::{error::Error, fmt};

use crate::error::SealError;

/// A text that no cookie could be made of: from [`Inspector::seal`](super::Inspector::seal). Tell it to
/// whoever wrote the text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MintError {
    /// The text is no JSON.
    Syntax {
        /// The line at which reading ended, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The text is JSON and no object.
    NotAnObject,
    /// The object has a field that is the format's own.
    Reserved {
        /// Its name.
        name: &'static str,
    },
    /// As a response would fail.
    Seal(SealError),
}

impl MintError {
    pub(super) fn from_json(error: &serde_json::Error) -> Self {
        if error.is_data() {
            return Self::NotAnObject;
        }
        Self::Syntax {
            line: error.line(),
            column: error.column(),
        }
    }
}

impl From<SealError> for MintError {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}

impl fmt::Display for MintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, column } => {
                write!(f, "the fields are no JSON at line {line}, column {column}")
            }
            Self::NotAnObject => f.write_str("the fields are no JSON object"),
            Self::Reserved { name } => write!(
                f,
                "the field `{name}` belongs to the format, which writes it itself: leave it out"
            ),
            Self::Seal(error) => error.fmt(f),
        }
    }
}

impl Error for MintError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Seal(error) => error.source(),
            _ => None,
        }
    }
}
