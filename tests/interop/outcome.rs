//! What became of a vector.

use session_runtime::Deviation;

use crate::app::Unanswered;

/// What became of a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The same as in Node.
    Passed,
    /// Different, and meant to be: the names of what is.
    Deviated(Vec<&'static str>),
    Failed(String),
    /// Not to be asked for here, and why.
    Skipped(String),
}

impl Outcome {
    /// `problem`, unless these deviations explain it: all of them in strict mode, and otherwise
    /// those alone that have no switch.
    pub(crate) fn judge(problem: String, deviations: Vec<Deviation>, strict: bool) -> Self {
        let holds = |deviation: &Deviation| strict || !deviation.switchable();
        let deviations = deviations.into_iter().filter(holds);
        let deviations: Vec<_> = deviations.map(Deviation::name).collect();
        if deviations.is_empty() {
            Self::Failed(problem)
        } else {
            Self::Deviated(deviations)
        }
    }

    /// Node answered, and here there is nothing to compare with.
    pub(crate) fn unanswered(
        unanswered: Unanswered,
        deviations: Vec<Deviation>,
        strict: bool,
    ) -> Self {
        match unanswered {
            Unanswered::Refused(error) => {
                Self::judge(format!("refused at start: {error}"), deviations, strict)
            }
            Unanswered::Unasked(what) => Self::Skipped(format!("cannot be asked for: {what}")),
        }
    }

    /// One line, or nothing for what is passed.
    pub(crate) fn describe(&self) -> Option<String> {
        match self {
            Self::Passed => None,
            Self::Deviated(names) => Some(format!("deviated: {}", names.join(", "))),
            Self::Failed(problem) => Some(format!("failed: {problem}")),
            Self::Skipped(why) => Some(format!("skipped: {why}")),
        }
    }
}
