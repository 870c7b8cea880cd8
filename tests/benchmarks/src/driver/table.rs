//! A table, as it is printed and as it is written: Markdown with columns that stand in line.

use std::fmt;

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new<const N: usize>(title: impl Into<String>, head: [&str; N]) -> Self {
        Self {
            title: title.into(),
            head: head.map(str::to_owned).to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    fn widths(&self) -> Vec<usize> {
        let lines = || std::iter::once(&self.head).chain(&self.rows);
        let width = |column: usize| {
            let cells = lines().filter_map(|line: &Vec<String>| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        (0..self.head.len())
            .map(|column| width(column).max(3))
            .collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        if !self.title.is_empty() {
            writeln!(f, "### {}\n", self.title)?;
        }
        line(f, &self.head, &widths)?;
        // The first column is text, all others are numbers.
        for (column, width) in widths.iter().enumerate() {
            let (dashes, end) = ("-".repeat(width - 1), if column == 0 { "-" } else { ":" });
            write!(f, "| {dashes}{end} ")?;
        }
        writeln!(f, "|")?;
        self.rows.iter().try_for_each(|row| line(f, row, &widths))
    }
}

fn line(f: &mut fmt::Formatter<'_>, cells: &[String], widths: &[usize]) -> fmt::Result {
    for (column, width) in widths.iter().enumerate() {
        let cell = cells.get(column).map_or("", String::as_str);
        if column == 0 {
            write!(f, "| {cell:<width$} ")?;
        } else {
            write!(f, "| {cell:>width$} ")?;
        }
    }
    writeln!(f, "|")
}

/// A number of three digits or so.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size < 9.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// A ratio.
pub(crate) fn ratio(value: f64) -> String {
    format!("{value:.2}")
}

/// Where the middle half lies.
pub(crate) fn middle(summary: crate::samples::Summary) -> String {
    format!("{} – {}", number(summary.low), number(summary.high))
}
