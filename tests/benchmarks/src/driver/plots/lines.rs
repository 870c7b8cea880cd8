//! Lines over an axis of numbers.

use std::path::Path;

use plotters::{
    chart::{ChartBuilder, ChartContext},
    coord::ranged1d::{Ranged, ValueFormatter},
    prelude::{
        BLACK, Cartesian2d, Circle, IntoDrawingArea, IntoLogRange, LineSeries, PathElement,
        SVGBackend, SeriesLabelPosition, WHITE,
    },
    style::Color,
};

use super::{COLOURS, Plot, Scale};
use crate::Outcome;

const SIZE: (u32, u32) = (800, 480);
const TEXT: (&str, u32) = ("sans-serif", 14);

pub(super) fn write(plot: &Plot, file: &Path) -> Outcome<()> {
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut builder = ChartBuilder::on(&area);
    builder
        .caption(plot.title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(72);
    let xs = points(plot).map(|(x, _)| x);
    let ys = points(plot).map(|(_, y)| y);
    let x = (xs.clone().fold(f64::MAX, f64::min)..xs.fold(0.0, f64::max)).log_scale();
    let (least, most) = (ys.clone().fold(f64::MAX, f64::min), ys.fold(0.0, f64::max));
    match plot.scale {
        Scale::FirstLogarithmic => {
            draw(plot, builder.build_cartesian_2d(x, 0.0..most * 1.1)?)?;
        }
        Scale::BothLogarithmic => {
            let y = (least / 1.5..most * 1.5).log_scale();
            draw(plot, builder.build_cartesian_2d(x, y)?)?;
        }
    }
    Ok(area.present()?)
}

fn points(plot: &Plot) -> impl Iterator<Item = (f64, f64)> + Clone {
    plot.lines
        .iter()
        .flat_map(|(_, points)| points.iter().copied())
}

type Chart<'a, X, Y> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<X, Y>>;

fn draw<X, Y>(plot: &Plot, mut chart: Chart<'_, X, Y>) -> Outcome<()>
where
    X: Ranged<ValueType = f64> + ValueFormatter<f64>,
    Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let [x, y] = plot.axes;
    let whole = |number: &f64| format!("{number:.0}");
    chart
        .configure_mesh()
        .x_desc(x)
        .y_desc(y)
        .x_labels(6)
        .y_labels(8)
        .x_label_formatter(&whole)
        .y_label_formatter(&whole)
        .max_light_lines(0)
        .label_style(TEXT)
        .draw()?;
    for ((name, points), colour) in plot.lines.iter().zip(COLOURS) {
        let style = colour.stroke_width(2);
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        let dots = points
            .iter()
            .map(|point| Circle::new(*point, 3, colour.filled()));
        chart.draw_series(dots)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.3))
        .label_font(TEXT)
        .draw()?;
    Ok(())
}
