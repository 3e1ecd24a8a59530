//! Payment terms: the text for people, and the cash discount that is structured in it or beside it.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::draft::{Found, RawDiscount, Terms};
use super::header::Values;
use super::xml::in_one_line;
use crate::model::{Discount, Money, Note, NoteKind};

/// The text of all terms, and the best discount of those that are structured. `base` is what is to be paid.
pub(super) fn conclude(
    all: &[Terms],
    issue: Option<NaiveDate>,
    base: Option<Money>,
    values: &mut Values<'_, '_, '_>,
) -> (Box<str>, Option<Discount>) {
    let (mut texts, mut discounts): (Vec<String>, Vec<Discount>) = (Vec::new(), Vec::new());
    for terms in all {
        let (text, codes) = split(&terms.text);
        let text = in_one_line(&text).into_owned();
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
        for code in codes {
            match skonto(code, issue, base, values) {
                Some(discount) => discounts.push(discount),
                None => values.warn(format!("the cash discount \"#{code}#\" is left out: {WHY}")),
            }
        }
        if terms.discount.percent.as_ref().is_some_and(|f| Decimal::from_str_exact(&f.text).is_ok_and(|d| !d.is_zero()))
        {
            match structured(&terms.discount, issue, base, values) {
                Some(discount) => discounts.push(discount),
                None => values.warn(format!("a cash discount of the payment terms is left out: {WHY}")),
            }
        }
    }
    discounts.sort_by_key(|d| (d.percent, d.until));
    discounts.dedup();
    let best = discounts.pop();
    if let (Some(best), false) = (best, discounts.is_empty()) {
        let others: Vec<String> = discounts.iter().map(|d| format!("{} % until {}", d.percent, d.until)).collect();
        let text = format!(
            "of several cash discounts {} % until {} counts, not {}",
            best.percent,
            best.until,
            others.join(", ")
        );
        values.notes.push(Note::new(NoteKind::Said, text));
    }
    (texts.join("; ").into(), best)
}

/// What a discount needs to be used.
const WHY: &str = "it needs a percentage of the whole amount below 100, and days from a known date";

/// The text without the codes of XRechnung, and the codes: lines such as `#SKONTO#TAGE=14#PROZENT=2.00#` (BT-20, BR-DE-18).
fn split(text: &str) -> (String, Vec<&str>) {
    let (mut plain, mut codes) = (String::new(), Vec::new());
    for line in text.lines() {
        let code = line.trim();
        match code.strip_prefix('#').and_then(|c| c.strip_suffix('#')) {
            Some(inner) if inner.starts_with("SKONTO#") => codes.push(inner),
            // A surcharge for late payment: nothing is due for it yet.
            Some(inner) if inner.starts_with("VERZUG#") => {}
            _ => {
                plain.push_str(line);
                plain.push('\n');
            }
        }
    }
    (plain, codes)
}

fn skonto(code: &str, issue: Option<NaiveDate>, base: Option<Money>, values: &Values<'_, '_, '_>) -> Option<Discount> {
    let (mut days, mut percent, mut whole) = (None, None, true);
    for part in code.split('#').skip(1) {
        match part.split_once('=') {
            Some(("TAGE", n)) => days = n.parse().ok(),
            Some(("PROZENT", n)) => percent = Decimal::from_str_exact(n).ok(),
            Some(("BASISBETRAG", n)) => {
                let found = Found { text: n.to_string(), ..Found::default() };
                whole = values.lenient(&found) == base;
            }
            _ => return None,
        }
    }
    discount(percent, issue, days).filter(|_| whole)
}

fn structured(
    raw: &RawDiscount,
    issue: Option<NaiveDate>,
    base: Option<Money>,
    values: &mut Values<'_, '_, '_>,
) -> Option<Discount> {
    let percent = raw.percent.as_ref().and_then(|f| Decimal::from_str_exact(&f.text).ok());
    if raw.base.as_ref().is_some_and(|f| values.lenient(f) != base) {
        return None;
    }
    if let Some(until) = raw.until.as_ref().and_then(|f| values.day(f, "end of the discount")) {
        return discount(percent, Some(until), Some(0));
    }
    let from = match &raw.from {
        Some(found) => Some(values.day(found, "beginning of the discount")?),
        None => issue,
    };
    // UN/ECE recommendation 20 has DAY; other units are none that a term of days can be computed from.
    if !matches!(&*raw.unit, "" | "DAY") {
        return None;
    }
    let days = match &raw.period {
        Some(found) => Decimal::from_str_exact(&found.text).ok().filter(Decimal::is_integer)?.try_into().ok()?,
        // Without a period the date itself is the last day.
        None if raw.from.is_some() => 0,
        None => return None,
    };
    discount(percent, from, Some(days))
}

fn discount(percent: Option<Decimal>, from: Option<NaiveDate>, days: Option<u32>) -> Option<Discount> {
    let percent = percent.filter(|p| *p > Decimal::ZERO && *p < Decimal::ONE_HUNDRED)?.normalize();
    let until = from?.checked_add_days(Days::new(u64::from(days.filter(|days| *days <= 3_660)?)))?;
    Some(Discount { percent, until })
}
