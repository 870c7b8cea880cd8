//! What one group came to.

use std::io::{self, Write};

use crate::{budget::Budget, plots::Plot, table::Table};

#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    /// What is measured and how, and what the numbers do and do not show.
    pub(crate) text: &'static str,
    pub(crate) tables: Vec<Table>,
    pub(crate) plots: Vec<Plot>,
    pub(crate) budgets: Vec<Budget>,
    /// Counts to be committed, as `(case, instructions)`.
    pub(crate) counts: Vec<(String, u64)>,
}

impl Section {
    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n## {}\n\n{}", self.title, self.text)?;
        self.tables
            .iter()
            .try_for_each(|table| writeln!(out, "\n{table}"))
    }
}
