//! Plots, as SVG.

mod bars;
mod lines;

use std::path::Path;

use plotters::style::RGBColor;

use crate::Outcome;

/// Told apart by those who see no red or no green.
const COLOURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(90, 90, 90),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    FirstLogarithmic,
    BothLogarithmic,
}

#[derive(Debug)]
pub(crate) struct Plot {
    /// Of the file.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) scale: Scale,
    /// What the bars of a group are.
    pub(crate) parts: Vec<&'static str>,
    axes: [&'static str; 2],
    lines: Vec<(String, Vec<(f64, f64)>)>,
    groups: Vec<(String, Vec<f64>)>,
}

impl Plot {
    pub(crate) const fn lines(
        name: &'static str,
        title: &'static str,
        x: &'static str,
        y: &'static str,
    ) -> Self {
        Self {
            name,
            title,
            scale: Scale::FirstLogarithmic,
            parts: Vec::new(),
            axes: [x, y],
            lines: Vec::new(),
            groups: Vec::new(),
        }
    }

    pub(crate) const fn bars(name: &'static str, title: &'static str, x: &'static str) -> Self {
        Self::lines(name, title, x, "")
    }

    pub(crate) fn line(&mut self, name: &str, points: Vec<(f64, f64)>) {
        self.lines.push((name.to_owned(), points));
    }

    pub(crate) fn group(&mut self, name: &str, values: Vec<f64>) {
        self.groups.push((name.to_owned(), values));
    }

    pub(crate) fn write(&self, folder: &Path) -> Outcome<()> {
        let file = folder.join(format!("{}.svg", self.name));
        if self.groups.is_empty() {
            lines::write(self, &file)
        } else {
            bars::write(self, &file)
        }
    }
}
