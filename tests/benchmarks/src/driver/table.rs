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

    /// Columns where a word comes first; all others are numbers.
    fn are_text(&self) -> Vec<bool> {
        let is_word =
            |cell: &String| cell.starts_with(|first: char| first.is_alphabetic() || first == '@');
        let is_text = |column: usize| {
            let mut cells = self
                .rows
                .iter()
                .filter_map(|row: &Vec<String>| row.get(column));
            column == 0 || cells.any(is_word)
        };
        (0..self.head.len()).map(is_text).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.title.is_empty() {
            writeln!(f, "### {}\n", self.title)?;
        }
        let columns: Vec<_> = self.widths().into_iter().zip(self.are_text()).collect();
        line(f, &self.head, &columns)?;
        for (width, is_text) in &columns {
            let (dashes, end) = ("-".repeat(width - 1), if *is_text { "-" } else { ":" });
            write!(f, "| {dashes}{end} ")?;
        }
        writeln!(f, "|")?;
        self.rows.iter().try_for_each(|row| line(f, row, &columns))
    }
}

fn line(f: &mut fmt::Formatter<'_>, cells: &[String], columns: &[(usize, bool)]) -> fmt::Result {
    for (column, (width, is_text)) in columns.iter().enumerate() {
        let cell = cells.get(column).map_or("", String::as_str);
        if *is_text {
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
        size if size < 0.995 => format!("{value:.2}"),
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
