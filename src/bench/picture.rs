//! Time against size as SVG: both axes logarithmic, so that a straight line at 45 degrees is work that grows with the payments.
//!
//! Everything that a shape or colour says stands in words too, and the description holds every figure.

use std::fmt::Write as _;

use super::text::{grouped, significant};
use super::{Bench, Row, Spread};

/// The picture, and the area of the plot in it, in pixels.
const SIZE: (f64, f64) = (820.0, 520.0);
const LEFT: f64 = 84.0;
const RIGHT: f64 = 610.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 430.0;

/// Draws the median of each size with its fastest and slowest run; `before` stands beside it in grey.
pub fn picture(bench: &Bench, before: Option<&Bench>) -> String {
    let points = || bench.rows.iter().chain(before.into_iter().flat_map(|b| &b.rows));
    let across = Axis::of(points().map(|row| row.payments as f64), LEFT, RIGHT);
    let up = Axis::of(points().flat_map(|row| [row.wall_seconds.min, row.wall_seconds.max]), BOTTOM, TOP);
    let plot = Plot { across, up };
    let (width, height) = SIZE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title description\">\n\
         <title id=\"title\">Time of a whole run against the number of payments</title>\n\
         <desc id=\"description\">{}</desc>\n\
         <style>{STYLE}</style>\n<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n",
        escaped(&described(bench, before))
    );
    heading(&mut svg, bench);
    plot.grid(&mut svg);
    plot.linear(&mut svg, &normal(bench));
    if let Some(before) = before {
        plot.series(&mut svg, &normal(before), "before");
    }
    plot.series(&mut svg, &normal(bench), "now");
    plot.shapes(&mut svg, bench);
    legend(&mut svg, bench, before);
    svg.push_str("</svg>\n");
    svg
}

const STYLE: &str = "text{font:13px system-ui,'Segoe UI','Helvetica Neue',Arial,sans-serif;fill:#222}\
.big{font-size:17px;font-weight:600}.soft{fill:#555;font-size:12px}.end{text-anchor:end}.middle{text-anchor:middle}\
.paper{fill:#fff}.grid{stroke:#ddd}.fine{stroke:#f0f0f0}.axis{stroke:#222}.lead{stroke:#c9a08c}.linear{stroke:#777;stroke-dasharray:2 4}\
.now{stroke:#1f5f8b;fill:#1f5f8b}.before{stroke:#999;fill:#999;stroke-dasharray:7 4}.line{fill:none;stroke-width:2}\
.shape{fill:#fff;stroke:#a3461d;stroke-width:2}";

/// Rows of normal companies by size.
fn normal(bench: &Bench) -> Vec<&Row> {
    let mut rows: Vec<&Row> = bench.rows.iter().filter(|row| row.shape.is_none()).collect();
    rows.sort_by_key(|row| row.payments);
    rows
}

fn described(bench: &Bench, before: Option<&Bench>) -> String {
    let told = |bench: &Bench| {
        let of = |row: &Row| format!("{} payments: {}", row.name(), seconds(&row.wall_seconds));
        bench.rows.iter().map(of).collect::<Vec<_>>().join("; ")
    };
    let saved = before.map_or_else(String::new, |before| format!(" The saved bench: {}.", told(before)));
    format!("Both axes are logarithmic. {}.{saved}", told(bench))
}

fn seconds(spread: &Spread) -> String {
    format!("{} s", significant(spread.median))
}

fn heading(svg: &mut String, bench: &Bench) {
    let machine = &bench.machine;
    let lines = [
        ("big", "Time of a whole run against the number of payments".to_string()),
        (
            "soft",
            format!(
                "lettrage {}, {}, {} threads, median of {} runs with fastest and slowest",
                bench.program.version, machine.cpu, bench.threads, bench.runs
            ),
        ),
    ];
    for (n, (class, text)) in lines.iter().enumerate() {
        let y = 30.0 + 22.0 * n as f64;
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(svg, "<text class=\"{class}\" x=\"{LEFT}\" y=\"{y}\">{}</text>", escaped(text));
    }
}

/// Whole decades of one axis, and the pixels that they cover.
struct Axis {
    first: i32,
    last: i32,
    from: f64,
    to: f64,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let logs: Vec<f64> = values.filter(|v| *v > 0.0 && v.is_finite()).map(f64::log10).collect();
        let low = logs.iter().copied().fold(f64::INFINITY, f64::min);
        let high = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // A saved file may hold any figure: the axes stay within what can be drawn.
        let [low, high] = [low, high].map(|v| if v.is_finite() { v.clamp(-9.0, 12.0) } else { 0.0 });
        let first = low.floor() as i32;
        Self { first, last: (high.ceil() as i32).max(first + 1), from, to }
    }

    fn at(&self, value: f64) -> f64 {
        let span = f64::from(self.last - self.first);
        let part = (value.max(1e-9).log10() - f64::from(self.first)) / span;
        ((self.from + part.clamp(0.0, 1.0) * (self.to - self.from)) * 10.0).round() / 10.0
    }

    fn decades(&self) -> impl Iterator<Item = f64> {
        (self.first..=self.last).map(|n| 10f64.powi(n))
    }

    /// 2 to 9 times each decade.
    fn between(&self) -> impl Iterator<Item = f64> {
        (self.first..self.last).flat_map(|n| (2..10).map(move |k| f64::from(k) * 10f64.powi(n)))
    }
}

struct Plot {
    across: Axis,
    up: Axis,
}

impl Plot {
    fn grid(&self, svg: &mut String) {
        let upright = |svg: &mut String, x: f64, class: &str| {
            let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{x} {TOP}V{BOTTOM}\"/>");
        };
        let level = |svg: &mut String, y: f64, class: &str| {
            let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{LEFT} {y}H{RIGHT}\"/>");
        };
        self.across.between().for_each(|v| upright(svg, self.across.at(v), "fine"));
        self.up.between().for_each(|v| level(svg, self.up.at(v), "fine"));
        for value in self.across.decades() {
            let x = self.across.at(value);
            upright(svg, x, "grid");
            let (y, text) = (BOTTOM + 20.0, grouped(value.round() as u64));
            let _ = writeln!(svg, "<text class=\"middle\" x=\"{x}\" y=\"{y}\">{text}</text>");
        }
        for value in self.up.decades() {
            let y = self.up.at(value);
            level(svg, y, "grid");
            let (x, down) = (LEFT - 8.0, y + 4.0);
            let _ = writeln!(svg, "<text class=\"end\" x=\"{x}\" y=\"{down}\">{}</text>", decade_of_seconds(value));
        }
        let _ = writeln!(svg, "<path class=\"axis\" fill=\"none\" d=\"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}\"/>");
        let (middle, below) = ((LEFT + RIGHT) / 2.0, BOTTOM + 42.0);
        let _ = writeln!(svg, "<text class=\"middle\" x=\"{middle}\" y=\"{below}\">payments</text>");
    }

    /// What the largest size would take if time grew as the smallest says.
    fn linear(&self, svg: &mut String, rows: &[&Row]) {
        let ([first, ..], [.., last]) = (rows, rows) else { return };
        if first.payments == last.payments {
            return;
        }
        let each = first.wall_seconds.median / first.payments as f64;
        let (x1, y1) = (self.across.at(first.payments as f64), self.up.at(first.wall_seconds.median));
        let (x2, y2) = (self.across.at(last.payments as f64), self.up.at(each * last.payments as f64));
        let _ = writeln!(svg, "<path class=\"linear\" fill=\"none\" d=\"M{x1} {y1}L{x2} {y2}\"/>");
    }

    fn series(&self, svg: &mut String, rows: &[&Row], class: &str) {
        let place = |row: &Row| (self.across.at(row.payments as f64), self.up.at(row.wall_seconds.median));
        let line: Vec<String> = rows.iter().map(|row| place(row)).map(|(x, y)| format!("{x} {y}")).collect();
        if line.len() > 1 {
            let _ = writeln!(svg, "<path class=\"line {class}\" style=\"fill:none\" d=\"M{}\"/>", line.join("L"));
        }
        for row in rows {
            let (x, y) = place(row);
            let (top, bottom) = (self.up.at(row.wall_seconds.max), self.up.at(row.wall_seconds.min));
            let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{x} {top}V{bottom}\"/>");
            let _ = writeln!(svg, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>");
            if class == "now" {
                let (x, y, text) = (x - 9.0, y - 9.0, seconds(&row.wall_seconds));
                let anchor = if x < LEFT + 60.0 { "" } else { " class=\"end\"" };
                let _ = writeln!(svg, "<text{anchor} x=\"{x}\" y=\"{y}\">{text}</text>");
            }
        }
    }

    /// Bad shapes as diamonds; their names stand in the margin in the order of their height, never on one another.
    fn shapes(&self, svg: &mut String, bench: &Bench) {
        let mut rows: Vec<&Row> = bench.rows.iter().filter(|row| row.shape.is_some()).collect();
        rows.sort_by(|a, b| b.wall_seconds.median.total_cmp(&a.wall_seconds.median));
        let mut free = TOP;
        for row in rows {
            let (x, y) = (self.across.at(row.payments as f64), self.up.at(row.wall_seconds.median));
            let label = y.max(free);
            free = label + 17.0;
            let _ = writeln!(svg, "<path class=\"lead\" fill=\"none\" d=\"M{x} {y}L{RIGHT} {label}\"/>");
            diamond(svg, x, y);
            let (x, y) = (RIGHT + 8.0, label + 4.0);
            let text = escaped(&format!("{}: {}", row.shape.as_deref().unwrap_or(""), seconds(&row.wall_seconds)));
            let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\">{text}</text>");
        }
    }
}

fn diamond(svg: &mut String, x: f64, y: f64) {
    let (left, right, high, low) = (x - 5.0, x + 5.0, y - 5.0, y + 5.0);
    let _ = writeln!(svg, "<path class=\"shape\" d=\"M{left} {y}L{x} {high}L{right} {y}L{x} {low}Z\"/>");
}

fn decade_of_seconds(value: f64) -> String {
    if value >= 1.0 { format!("{} s", grouped(value.round() as u64)) } else { format!("{value} s") }
}

fn legend(svg: &mut String, bench: &Bench, before: Option<&Bench>) {
    let mut x = LEFT;
    let y = BOTTOM + 70.0;
    let has_shapes = bench.rows.iter().any(|row| row.shape.is_some());
    let entries = [
        (true, "line now", "this run"),
        (before.is_some(), "line before", "the saved run"),
        (true, "linear", "in proportion to the smallest size"),
        (has_shapes, "shape", "bad shapes"),
    ];
    for (_, class, text) in entries.into_iter().filter(|(shown, ..)| *shown) {
        let (end, up, words) = (x + 30.0, y - 4.0, x + 38.0);
        if class == "shape" {
            diamond(svg, x + 15.0, up);
        } else {
            let _ = writeln!(svg, "<path class=\"{class}\" style=\"fill:none\" d=\"M{x} {up}H{end}\"/>");
        }
        let _ = writeln!(svg, "<text class=\"soft\" x=\"{words}\" y=\"{y}\">{text}</text>");
        x = words + 6.5 * text.len() as f64 + 24.0;
    }
}

/// Text that cannot be markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
