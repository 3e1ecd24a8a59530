//! A bench as text, for the terminal and for Markdown.

use super::compare::{Change, Comparison, Figure, Verdict};
pub use super::table::Layout;
use super::table::Table;
use super::{Bench, Row, Share, Spread, says};
use crate::synth::Shape;

/// Digits in groups of three: `1,000,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Three significant digits, and no more decimals than a millionth.
pub(super) fn significant(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 99.95 => 0,
        v if v >= 9.995 => 1,
        v if v >= 0.9995 => 2,
        v if v >= 0.09995 => 3,
        v if v >= 0.009_995 => 4,
        _ => 5,
    };
    format!("{value:.decimals$}")
}

fn spread(spread: &Spread) -> String {
    if !spread.is_repeated() {
        return significant(spread.median);
    }
    format!("{} ({}..{})", significant(spread.median), significant(spread.min), significant(spread.max))
}

/// Megabytes of a million bytes.
fn megabytes(bytes: f64) -> String {
    let megabytes = bytes / 1e6;
    if megabytes >= 9.95 { grouped(megabytes.round() as u64) } else { format!("{megabytes:.1}") }
}

fn share(share: Share) -> String {
    share.rate.map_or_else(|| "–".to_string(), |rate| format!("{rate:.4}"))
}

/// The whole bench, and what changed since a saved one.
pub fn render(bench: &Bench, comparison: Option<&Comparison>, layout: Layout) -> String {
    let mut parts = vec![head(bench, layout), sizes(bench, layout), stages(bench, layout)];
    if bench.rows.iter().any(|row| row.shape.is_some()) {
        parts.push(shapes(bench, layout));
    }
    parts.push(data(bench, layout));
    if let Some(comparison) = comparison {
        parts.push(changes(comparison, layout));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn title(text: &str, layout: Layout) -> String {
    match layout {
        Layout::Plain => format!("{text}\n"),
        Layout::Markdown => format!("### {text}\n\n"),
    }
}

fn head(bench: &Bench, layout: Layout) -> String {
    let machine = &bench.machine;
    let memory = machine
        .memory_bytes
        .map_or_else(|| "unknown memory".to_string(), |b| format!("{:.0} GB of memory", b as f64 / 1e9));
    let lines = [
        format!("lettrage {} (build {})", bench.program.version, short(&bench.program.sha256)),
        format!("{}, {} cores, {memory}, {}", machine.cpu, machine.cores, machine.os),
        format!(
            "{} runs of each size after {} that do not count; {} threads; whole process, from files to files; {}",
            bench.runs, bench.warmup, bench.threads, bench.measured_at
        ),
    ];
    match layout {
        Layout::Plain => lines.map(|line| line + "\n").concat(),
        Layout::Markdown => lines.map(|line| format!("- {line}\n")).concat(),
    }
}

/// The first hexadecimal digits of a hash: enough to tell two apart by eye.
fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

fn sizes(bench: &Bench, layout: Layout) -> String {
    let mut table = Table::new([
        "payments",
        "items",
        "wall s (min..max)",
        "payments/s",
        "peak MB",
        "written MB",
        "precision",
        "coverage",
        "proposals",
        "wrong",
    ]);
    for row in &bench.rows {
        table.row([
            row.name(),
            grouped(row.items),
            spread(&row.wall_seconds),
            grouped(row.payments_per_second as u64),
            row.peak_memory_bytes.as_ref().map_or_else(|| "unknown".to_string(), |m| megabytes(m.median)),
            megabytes(row.output_bytes as f64),
            share(row.quality.precision),
            share(row.quality.coverage),
            share(row.quality.proposals),
            grouped(row.quality.wrong),
        ]);
    }
    if table.is_empty() { String::new() } else { table.render(layout) }
}

fn stages(bench: &Bench, layout: Layout) -> String {
    let mut names: Vec<&str> = Vec::new();
    for stage in bench.rows.iter().flat_map(|row| &row.stages) {
        if !names.contains(&stage.name.as_str()) {
            names.push(&stage.name);
        }
    }
    let mut table = Table::new(std::iter::once("stage, s".to_string()).chain(bench.rows.iter().map(Row::name)));
    let of = |row: &Row, name: &str| {
        let stage = row.stages.iter().find(|stage| stage.name == name);
        stage.map_or_else(|| "–".to_string(), |stage| significant(stage.seconds.median))
    };
    for name in names {
        table.row(std::iter::once(name.to_string()).chain(bench.rows.iter().map(|row| of(row, name))));
    }
    title("Median seconds of each stage", layout) + &table.render(layout)
}

fn shapes(bench: &Bench, layout: Layout) -> String {
    let mut table = Table::new(["shape", "payments", "items", "wall s", "normal s", "times", "peak MB", "normal MB"]);
    for (row, normal) in bench.shapes() {
        let memory = |row: &Row| row.peak_memory_bytes.as_ref().map_or("unknown".to_string(), |m| megabytes(m.median));
        let absent = || "–".to_string();
        let word = row.shape.as_deref().unwrap_or_default();
        table.row([
            Shape::parse(word).map_or(word.to_string(), |shape| format!("{word}: {}", says(shape))),
            grouped(row.payments),
            grouped(row.items),
            significant(row.wall_seconds.median),
            normal.map_or_else(absent, |n| significant(n.wall_seconds.median)),
            normal.map_or_else(absent, |n| format!("{:.1}", row.wall_seconds.median / n.wall_seconds.median.max(1e-9))),
            memory(row),
            normal.map_or_else(absent, memory),
        ]);
    }
    title("Bad shapes against a normal run of as many payments", layout) + &table.render(layout)
}

fn data(bench: &Bench, layout: Layout) -> String {
    let mut table = Table::new(["data", "seed", "read MB", "sha256", ""]);
    for row in &bench.rows {
        table.row([
            row.name(),
            bench.seed.to_string(),
            megabytes(row.input_bytes as f64),
            short(&row.data_sha256).to_string(),
            (if row.data_reused { "reused" } else { "generated" }).to_string(),
        ]);
    }
    table.render(layout)
}

fn changes(comparison: &Comparison, layout: Layout) -> String {
    let mut text = title("Since the saved bench", layout);
    let mut table = Table::new(["payments", "figure", "before", "after", "change", ""]);
    for change in &comparison.changes {
        let payments = grouped(change.payments);
        table.row([
            change.shape.as_ref().map_or(payments.clone(), |shape| format!("{shape} {payments}")),
            change.figure.clone(),
            shown(change, change.before),
            shown(change, change.after),
            percent(change),
            change.verdict.words().to_string(),
        ]);
    }
    if !table.is_empty() {
        text += &table.render(layout);
    }
    for note in &comparison.notes {
        text += &match layout {
            Layout::Plain => format!("note: {note}\n"),
            Layout::Markdown => format!("\nNote: {note}\n"),
        };
    }
    text
}

fn percent(change: &Change) -> String {
    let changed = change.percent.filter(|_| change.verdict != Verdict::Same);
    changed.map_or_else(|| "–".to_string(), |percent| format!("{percent:+.1} %"))
}

fn shown(change: &Change, value: Option<f64>) -> String {
    let Some(value) = value else { return "–".to_string() };
    match change.unit {
        Figure::Seconds => format!("{} s", significant(value)),
        Figure::Bytes => format!("{} MB", megabytes(value)),
        Figure::Share => format!("{value:.4}"),
        Figure::Count => grouped(value as u64),
    }
}
