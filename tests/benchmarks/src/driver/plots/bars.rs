//! Groups of bars, one below the other.

use std::path::Path;

use plotters::{
    coord::Shift,
    prelude::{DrawingArea, IntoDrawingArea, PathElement, Rectangle, SVGBackend, Text, WHITE},
    style::{BLACK, Color},
};

use super::{COLOURS, Plot};
use crate::Outcome;

const WIDTH: i32 = 800;
/// Where bars begin, behind the names.
const LEFT: i32 = 250;
/// Where the longest bar ends, before its number.
const RIGHT: i32 = 740;
const TOP: i32 = 72;
const BAR: i32 = 10;
const GAP: i32 = 8;
const TEXT: (&str, i32) = ("sans-serif", 13);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

pub(super) fn write(plot: &Plot, file: &Path) -> Outcome<()> {
    let bars = i32::try_from(plot.parts.len())?;
    let group = bars * BAR + GAP;
    let height = TOP + group * i32::try_from(plot.groups.len())? + GAP;
    let size = (u32::try_from(WIDTH)?, u32::try_from(height)?);
    let area = SVGBackend::new(file, size).into_drawing_area();
    area.fill(&WHITE)?;
    let heading = format!("{}, {}", plot.title, plot.axes[0]);
    area.draw(&Text::new(heading, (12, 12), ("sans-serif", 18)))?;
    legend(plot, &area)?;
    let values = plot.groups.iter().flat_map(|(_, values)| values);
    let longest = values.copied().fold(1.0, f64::max);
    let mut top = TOP;
    for (name, values) in &plot.groups {
        area.draw(&Text::new(name.clone(), (12, top + group / 2 - 12), TEXT))?;
        for ((value, colour), number) in values.iter().zip(COLOURS).zip(0..) {
            let y = top + number * BAR;
            let end = end(*value, longest);
            area.draw(&Rectangle::new(
                [(LEFT, y), (end, y + BAR - 1)],
                colour.filled(),
            ))?;
            let text = format!("{value:.2}");
            area.draw(&Text::new(text, (end + 4, y - 1), ("sans-serif", 11)))?;
        }
        top += group;
    }
    let one = end(1.0, longest);
    let line = [(one, TOP - 6), (one, height - GAP)];
    area.draw(&PathElement::new(line, BLACK.mix(0.4)))?;
    Ok(area.present()?)
}

#[expect(clippy::cast_possible_truncation, reason = "a pixel of some hundreds")]
fn end(value: f64, longest: f64) -> i32 {
    LEFT + (f64::from(RIGHT - LEFT) * value / longest) as i32
}

fn legend(plot: &Plot, area: &Area<'_>) -> Outcome<()> {
    let mut x = LEFT;
    for (part, colour) in plot.parts.iter().zip(COLOURS) {
        area.draw(&Rectangle::new([(x, 44), (x + 12, 54)], colour.filled()))?;
        area.draw(&Text::new((*part).to_owned(), (x + 18, 43), TEXT))?;
        x += 110;
    }
    Ok(())
}
