//! What payers write: the numbers that they mean, and the noise around them.

use chrono::{Datelike, NaiveDate};

use super::names::{Tongue, cut};
use super::numbering::{last_digits, mistyped, reformatted, split, without_prefix};
use super::rng::Rng;
use crate::model::OpenItem;

/// How a payer refers to what is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Structured,
    Full,
    Reformatted,
    NoPrefix,
    LastDigits,
    Typo,
    Order,
    CustomerNumber,
    FreeText,
    Nothing,
}

impl Style {
    /// Drawn for one invoice. Every share is at least what the issue asks of the whole, once the kinds without text are added.
    pub(super) fn for_one(rng: &mut Rng) -> Self {
        const STYLES: [Style; 10] = [
            Style::Structured,
            Style::Full,
            Style::Reformatted,
            Style::NoPrefix,
            Style::LastDigits,
            Style::Typo,
            Style::Order,
            Style::CustomerNumber,
            Style::FreeText,
            Style::Nothing,
        ];
        STYLES[rng.weighted(&[13, 21, 12, 9, 4, 17, 4, 4, 6, 10])]
    }

    /// Drawn for a payment that nobody could tie to its invoice without a reference.
    pub(super) fn citing(rng: &mut Rng) -> Self {
        const STYLES: [Style; 5] = [Style::Structured, Style::Full, Style::Reformatted, Style::NoPrefix, Style::Typo];
        STYLES[rng.weighted(&[16, 40, 20, 12, 12])]
    }

    /// Whether the text names the document, however badly.
    pub(super) fn cites(self) -> bool {
        !matches!(self, Self::CustomerNumber | Self::FreeText | Self::Nothing)
    }
}

/// A text, and what stands in the structured field beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct Remittance {
    pub(super) text: String,
    pub(super) structured: Vec<Box<str>>,
    /// A number in it has a typing error.
    pub(super) mistyped: bool,
}

/// The text for one document.
pub(super) fn for_one(rng: &mut Rng, tongue: &Tongue, style: Style, item: &OpenItem) -> Remittance {
    let number = &*item.number;
    // Not every item has an order number.
    let style = if style == Style::Order && item.order_number.is_empty() { Style::Full } else { style };
    let mut remittance = Remittance::default();
    let cited = match style {
        Style::Structured if !item.payment_references.is_empty() => return structured(rng, item),
        Style::Structured | Style::Full => number.to_owned(),
        Style::Reformatted => reformatted(rng, number),
        Style::NoPrefix => without_prefix(rng, number),
        Style::LastDigits => last_digits(rng, number),
        Style::Typo => {
            remittance.mistyped = true;
            mistyped(rng, number)
        }
        Style::Order => format!("{} {}", tongue.order, item.order_number),
        Style::CustomerNumber => format!("{} {}", tongue.customer, item.customer_id),
        Style::FreeText => free_text(rng, tongue, item),
        Style::Nothing => String::new(),
    };
    remittance.text =
        if style.cites() && style != Style::Order { worded(rng, tongue, &cited, item.issue_date) } else { cited };
    // Only what does not end in the number is cut short: the others would be damaged references that no truth tells of.
    remittance.text = cut(&remittance.text, 140);
    remittance
}

/// The reference in its field, in the text, or in both.
fn structured(rng: &mut Rng, item: &OpenItem) -> Remittance {
    let reference = item.payment_references.first().cloned().unwrap_or_default();
    match rng.below(4) {
        0 => Remittance { text: reference.to_string(), ..Remittance::default() },
        1 => Remittance { text: item.number.to_string(), structured: vec![reference], mistyped: false },
        _ => Remittance { structured: vec![reference], ..Remittance::default() },
    }
}

/// A number among words, with things that only look like references.
fn worded(rng: &mut Rng, tongue: &Tongue, cited: &str, issued: Option<NaiveDate>) -> String {
    let word = rng.pick(tongue.invoice);
    let body = match rng.below(5) {
        0 => cited.to_owned(),
        1 => format!("{word}{cited}"),
        _ => format!("{word} {cited}"),
    };
    match rng.below(12) {
        0 => format!("{body} {}", phone(rng)),
        1 => format!("{body} {}", issued.map_or_else(String::new, |date| written_date(rng, date))),
        2 => format!("{} {body}", rng.pick(tongue.idle)),
        3 => format!("{body} {}", rng.pick(tongue.idle)),
        _ => body,
    }
}

/// Words, perhaps with a date, a month or a telephone number; nothing that names the document.
fn free_text(rng: &mut Rng, tongue: &Tongue, item: &OpenItem) -> String {
    let idle = rng.pick(tongue.idle);
    match (rng.below(4), item.issue_date) {
        (0, Some(date)) => format!("{} {}", rng.pick(tongue.invoice), written_date(rng, date)),
        (1, Some(date)) => format!("{idle} {:02}/{}", date.month(), date.year()),
        (2, _) => format!("{idle} TEL {}", phone(rng)),
        _ => idle.to_owned(),
    }
}

/// A text that names no document at all.
pub(super) fn idle(rng: &mut Rng, tongue: &Tongue) -> String {
    if rng.percent(50) { String::new() } else { rng.pick(tongue.idle).to_owned() }
}

fn written_date(rng: &mut Rng, date: NaiveDate) -> String {
    date.format(rng.pick(&["%d.%m.%Y", "%d/%m/%y", "%Y%m%d", "%d%m%Y", "%d.%m."])).to_string()
}

fn phone(rng: &mut Rng) -> String {
    format!("{}{}", rng.pick(&["06", "01", "+49 30 ", "0800 ", "020 "]), rng.digits(8))
}

/// How a list of documents is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListStyle {
    /// Every number whole.
    Full,
    /// The first whole, of the others only the digits that differ.
    SharedPrefix,
    /// From the first to the last, where the numbers follow one another.
    Range,
    /// Some are left out.
    LeftOut,
    /// One has a typing error.
    Typo,
    /// Cut by the bank.
    Cut,
    /// None is named.
    Uncited,
}

impl ListStyle {
    pub(super) fn draw(rng: &mut Rng) -> Self {
        const STYLES: [ListStyle; 7] = [
            ListStyle::Full,
            ListStyle::SharedPrefix,
            ListStyle::Range,
            ListStyle::LeftOut,
            ListStyle::Typo,
            ListStyle::Cut,
            ListStyle::Uncited,
        ];
        STYLES[rng.weighted(&[24, 18, 10, 10, 10, 8, 20])]
    }
}

/// The text for several documents, in the order in which they are given.
pub(super) fn for_list(rng: &mut Rng, tongue: &Tongue, style: ListStyle, items: &[&OpenItem]) -> Remittance {
    let numbers: Vec<&str> = items.iter().map(|item| &*item.number).collect();
    let separator = rng.pick(&[", ", " ", "/", "; ", " + ", ","]);
    let mut is_mistyped = false;
    let list = match style {
        ListStyle::Uncited => return Remittance { text: idle(rng, tongue), ..Remittance::default() },
        ListStyle::Range if consecutive(&numbers) => {
            let (_, last) = split(numbers[numbers.len() - 1]);
            let to = rng.pick(&[" - ", " à ", " bis ", " to ", "-"]);
            format!("{}{to}{last}", numbers[0])
        }
        ListStyle::Range | ListStyle::SharedPrefix => shared_prefix(&numbers, separator),
        ListStyle::LeftOut => {
            let mut kept: Vec<&str> = numbers.clone();
            for _ in 0..(numbers.len() / 4).max(1) {
                kept.remove(rng.index(kept.len()));
            }
            kept.join(separator)
        }
        ListStyle::Typo => {
            is_mistyped = true;
            let wrong = rng.index(numbers.len());
            let typed = mistyped(rng, numbers[wrong]);
            numbers
                .iter()
                .enumerate()
                .map(|(n, number)| if n == wrong { &*typed } else { number })
                .collect::<Vec<_>>()
                .join(separator)
        }
        ListStyle::Full | ListStyle::Cut => numbers.join(separator),
    };
    let text = format!("{} {list}", rng.pick(tongue.invoice));
    let length = if style == ListStyle::Cut { 35 } else { 140 };
    Remittance { text: cut(&text, length), structured: Vec::new(), mistyped: is_mistyped }
}

fn consecutive(numbers: &[&str]) -> bool {
    let value = |number: &str| split(number).1.parse::<u64>().ok();
    numbers.len() > 2
        && numbers.windows(2).all(|pair| {
            split(pair[0]).0 == split(pair[1]).0
                && matches!((value(pair[0]), value(pair[1])), (Some(a), Some(b)) if b == a + 1)
        })
}

/// `INV/2025/00123, 124, 130`: of the later numbers only the digits that differ, at least two.
fn shared_prefix(numbers: &[&str], separator: &str) -> String {
    let first = numbers[0];
    let mut text = first.to_owned();
    for number in &numbers[1..] {
        let common = first.bytes().zip(number.bytes()).take_while(|(a, b)| a == b).count();
        let same_head = split(first).0 == split(number).0 && number.len() == first.len();
        let start = if same_head { common.min(number.len() - 2.min(number.len())) } else { 0 };
        text.push_str(separator);
        // Numbers are ASCII: any cut is at a character.
        text.push_str(&number[start..]);
    }
    text
}
