//! Pictures as inline SVG: where the money went, and how old the open items are.
//!
//! Only our own words and figures enter a picture, so that nothing of a bank file can be markup here. Shapes carry their text beside
//! them, and each destination has its own pattern: nothing is told by colour alone. Coordinates are tenths of a pixel as integers.

use std::fmt::Write as _;

use super::ageing::Ageing;
use super::i18n::{bucket_name, group, minor, reason_words};
use super::view::{Tally, View};
use super::waterfall::sign;
use crate::model::{Bucket, Currency, Reason};

/// A destination: bucket, and for what is left to a person the reason (`None` gathers the rarest).
struct Target {
    bucket: Bucket,
    name: String,
    tally: Tally,
}

/// Destinations that a bucket may have beside "other causes".
const CAUSES: usize = 6;
/// Height of all the money, in tenths of a pixel: at most, and for each destination.
const HEIGHT: i128 = 2200;
const HEIGHT_OF_ONE: i128 = 450;
/// Least height of a destination: one line of text.
const LINE: i128 = 200;
/// Left edge of the sources, right edge of the ribbons, in tenths of a pixel.
const LEFT: i128 = 1750;
const RIGHT: i128 = 4600;
const NODE: i128 = 120;

/// A flow diagram of one currency: directions on the left, what became of the money on the right. `None` when nothing moved.
pub(super) fn flows(view: &View<'_>, currency: Currency) -> Option<String> {
    let (lang, labels) = (view.run.lang, view.run.lang.labels());
    let targets = targets(view, currency);
    let all = targets.iter().fold(Tally::default(), |sum, t| sum.plus(t.tally));
    if all.gross() == 0 {
        return None;
    }
    let height = HEIGHT.min(HEIGHT_OF_ONE * targets.len() as i128);
    let scale = |amount: i128| (amount * height / all.gross()).max(i128::from(amount != 0) * 10);
    let sources = [(labels.money_in, all.credit), (labels.money_out, all.debit)];
    let mut shapes = String::new();
    let mut source_y = [LINE / 2; 2];
    let mut y = LINE / 2;
    for (n, (name, amount)) in sources.into_iter().enumerate().filter(|(_, s)| s.1 != 0) {
        let parts: i128 = targets.iter().map(|t| scale(direction(t.tally, n))).sum();
        source_y[n] = y;
        node(&mut shapes, LEFT, y, parts, "source");
        let text = format!("{name} {}", minor(lang, amount, currency));
        label(&mut shapes, LEFT - 70, y + parts / 2, "end", &text);
        y += parts.max(LINE) + LINE;
    }
    let left_end = y;
    y = 0;
    for target in &targets {
        let heights = [0, 1].map(|n| scale(direction(target.tally, n)));
        let height: i128 = heights.iter().sum();
        let top = y + (LINE - height).max(0) / 2;
        let mut at = top;
        for n in 0..2 {
            if heights[n] > 0 {
                ribbon(&mut shapes, source_y[n], at, heights[n], class(target.bucket));
                source_y[n] += heights[n];
                at += heights[n];
            }
        }
        node(&mut shapes, RIGHT, top, height, class(target.bucket));
        let amounts = [target.tally.credit, target.tally.debit].into_iter().filter(|a| *a != 0);
        let amounts: Vec<_> = amounts.map(|a| minor(lang, a, currency)).collect();
        let (sign, count) = (sign(target.bucket), group(i128::from(target.tally.count)));
        let text = format!("{sign} {} · {count} · {}", target.name, amounts.join(" · "));
        label(&mut shapes, RIGHT + NODE + 70, top + height / 2, "start", &text);
        y += height.max(LINE) + 40;
    }
    let total = left_end.max(y) + 40;
    let title = labels.h_where;
    Some(format!(
        "<svg class=\"flows\" viewBox=\"0 0 980 {}\" role=\"img\" aria-label=\"{title}, {currency}\">{shapes}</svg>",
        pixels(total)
    ))
}

fn direction(tally: Tally, source: usize) -> i128 {
    if source == 0 { tally.credit } else { -tally.debit }
}

fn targets(view: &View<'_>, currency: Currency) -> Vec<Target> {
    let (lang, labels) = (view.run.lang, view.run.lang.labels());
    let buckets = view.currencies.get(&currency).copied().unwrap_or_default();
    let mut targets = Vec::new();
    for (bucket, tally) in Bucket::ALL.into_iter().zip(buckets).filter(|(_, t)| t.count > 0) {
        if matches!(bucket, Bucket::Auto | Bucket::NotReceivable) {
            targets.push(Target { bucket, name: bucket_name(lang, bucket).to_string(), tally });
            continue;
        }
        let mut causes: Vec<(Option<Reason>, Tally)> = view
            .reasons
            .iter()
            .filter(|((b, _, c), _)| (*b, *c) == (bucket, currency))
            .map(|((_, reason, _), tally)| (*reason, *tally))
            .collect();
        causes.sort_by_key(|(reason, tally)| (std::cmp::Reverse(tally.gross()), *reason));
        let rest = causes.split_off(causes.len().min(CAUSES));
        let name = |words: &str| format!("{}{}{words}", bucket_name(lang, bucket), lang.colon());
        for (reason, tally) in causes {
            let words = reason.map_or(labels.other_causes, |r| reason_words(lang, r).short);
            targets.push(Target { bucket, name: name(words), tally });
        }
        if !rest.is_empty() {
            let tally = rest.iter().fold(Tally::default(), |sum, (_, t)| sum.plus(*t));
            targets.push(Target { bucket, name: name(labels.other_causes), tally });
        }
    }
    targets
}

/// Class of a bucket in the style sheet.
pub(super) fn class(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Auto => "auto",
        Bucket::Review => "review",
        Bucket::Unmatched => "unmatched",
        Bucket::NotReceivable => "other",
    }
}

fn pixels(tenths: i128) -> String {
    format!("{}.{}", tenths / 10, tenths.abs() % 10)
}

fn node(shapes: &mut String, x: i128, y: i128, height: i128, class: &str) {
    let (x, y, height) = (pixels(x), pixels(y), pixels(height.max(10)));
    // Writing to a String cannot fail, here and below.
    let _ = write!(shapes, "<rect class=\"node {class}\" x=\"{x}\" y=\"{y}\" width=\"12\" height=\"{height}\"/>");
}

fn ribbon(shapes: &mut String, from: i128, to: i128, height: i128, class: &str) {
    let (start, end, middle) = (LEFT + NODE, RIGHT, (LEFT + NODE + RIGHT) / 2);
    let [start, end, middle] = [start, end, middle].map(pixels);
    let [top, bottom] = [pixels(from), pixels(from + height)];
    let [end_top, end_bottom] = [pixels(to), pixels(to + height)];
    let _ = write!(
        shapes,
        "<path class=\"ribbon {class}\" d=\"M{start} {top}C{middle} {top} {middle} {end_top} {end} {end_top}\
         V{end_bottom}C{middle} {end_bottom} {middle} {bottom} {start} {bottom}Z\"/>"
    );
}

fn label(shapes: &mut String, x: i128, y: i128, anchor: &str, text: &str) {
    let (x, y) = (pixels(x), pixels(y + 40));
    let _ = write!(shapes, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>");
}

/// Bars of the open invoices by age. `names` are the bands'.
pub(super) fn ages(view: &View<'_>, currency: Currency, ageing: &Ageing, names: &[&str]) -> Option<String> {
    const WIDTH: i128 = 5600;
    let largest = ageing.bands.iter().map(|b| b.minor).max().filter(|m| *m > 0)?;
    let mut shapes = String::new();
    let mut y = 0;
    for (n, (band, name)) in ageing.bands.iter().zip(names).enumerate().filter(|(_, (b, _))| b.count > 0) {
        let width = (band.minor * WIDTH / largest).max(10);
        label(&mut shapes, 1400, y + 100, "end", name);
        let (top, long) = (pixels(y + 30), pixels(width));
        let _ = write!(shapes, "<rect class=\"age a{n}\" x=\"150\" y=\"{top}\" width=\"{long}\" height=\"14\"/>");
        let text = format!("{} · {}", minor(view.run.lang, band.minor, currency), group(i128::from(band.count)));
        label(&mut shapes, 1500 + width + 80, y + 100, "start", &text);
        y += 220;
    }
    let title = view.run.lang.labels().h_ageing;
    let height = pixels(y);
    Some(format!(
        "<svg class=\"ages\" viewBox=\"0 0 980 {height}\" role=\"img\" aria-label=\"{title}, {currency}\">{shapes}</svg>"
    ))
}
