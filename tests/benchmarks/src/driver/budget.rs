//! What something may cost, and whether it does.

use crate::{section::Section, table::Table};

#[derive(Debug)]
pub(crate) struct Budget {
    what: String,
    limit: String,
    /// What the limit is on this machine, where it is a time that another machine took.
    here: String,
    measured: String,
    pub(crate) is_held: bool,
}

impl Budget {
    /// `measured` may be as large as `limit`.
    pub(crate) fn at_most(what: impl Into<String>, limit: f64, measured: f64, unit: &str) -> Self {
        Self {
            what: what.into(),
            limit: format!("at most {limit} {unit}"),
            here: String::new(),
            measured: shown(measured, unit),
            is_held: measured <= limit,
        }
    }

    /// The same on a machine that takes `factor` times as long for what was measured on the one where
    /// the limit was set.
    pub(crate) fn at_most_here(
        what: impl Into<String>,
        limit: f64,
        factor: f64,
        measured: f64,
        unit: &str,
    ) -> Self {
        Self {
            here: shown(limit * factor, unit),
            is_held: measured <= limit * factor,
            ..Self::at_most(what, limit, measured, unit)
        }
    }

    /// `measured` may be as small as `limit`.
    pub(crate) fn at_least(what: impl Into<String>, limit: f64, measured: f64, unit: &str) -> Self {
        Self {
            what: what.into(),
            limit: format!("at least {limit} {unit}"),
            here: String::new(),
            measured: shown(measured, unit),
            is_held: measured >= limit,
        }
    }

    pub(crate) const fn verdict(&self) -> &'static str {
        if self.is_held { "held" } else { "MISSED" }
    }
}

fn shown(value: f64, unit: &str) -> String {
    if value.abs() < 10.0 {
        format!("{value:.2} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// The budgets of all sections.
pub(crate) fn table(sections: &[Section]) -> Table {
    let mut table = Table::new("", ["budget", "limit", "here", "measured", ""]);
    for budget in sections.iter().flat_map(|section| &section.budgets) {
        let (what, limit) = (budget.what.clone(), budget.limit.clone());
        table.row([
            what,
            limit,
            budget.here.clone(),
            budget.measured.clone(),
            budget.verdict().to_owned(),
        ]);
    }
    table
}
