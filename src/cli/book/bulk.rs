//! What people see before they accept in bulk: how many, how much, how many of them are expected to be wrong, which to look at first.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::import::usage;
use crate::book::Book;
use crate::book::query::Selection;
use crate::config::Config;
use crate::error::{Error, printable};
use crate::model::{Applied, BookPayment, Calibration, Currency, Money, Probability};

/// Payments of each sort that are named for a closer look.
const EACH: usize = 2;

/// Proposals whose stated probability is at least so high, with what people should know before they take them.
pub(super) fn above(book: &Book, config: &Config, p: f64) -> Result<(Vec<String>, String), Error> {
    if !(0.5..1.0).contains(&p) {
        return Err(usage(
            format!("{p} is no probability to accept from"),
            "a fraction from 0.5 and below 1 is expected, such as 0.95",
        ));
    }
    let mut rows: Vec<(BookPayment, Probability)> = Vec::new();
    for (id, probability) in book.proposed_above((p * 1e6) as u32)? {
        rows.push((book.payment(&id)?, Probability(probability)));
    }
    let all = rows.len();
    let rows = without_rivals(book, rows)?;
    let (learned, map) = super::calibration::learned(book, config)?;
    let mut text = String::new();
    // Writing to a string cannot fail.
    if rows.len() < all {
        let left = all - rows.len();
        let _ = writeln!(
            text,
            "{left} left out: together they would take more off an item than is open; choose between them"
        );
    }
    let _ = writeln!(text, "sum: {}", sums(&rows));
    let wrong = map.expected_wrong(rows.iter().map(|(_, p)| *p));
    let _ = writeln!(
        text,
        "expected to be wrong: {:.2} (95 %: {} to {}), {}",
        wrong.mean,
        wrong.low,
        wrong.high,
        calibrated_on(&learned)
    );
    // Their probability is high enough, and something else speaks against them: it says little about how often they are right.
    let objected = rows.iter().filter(|(p, _)| p.proposal.as_ref().is_some_and(|one| &*one.obstacle != "below_level"));
    let objected = objected.count();
    if objected > 0 {
        let _ = writeln!(text, "{objected} of them wait because a rule or a rival objects, whatever their probability");
    }
    let first = first(book, &rows)?;
    if !first.is_empty() {
        text.push_str("look at these first\n");
    }
    for (at, why) in first {
        let (payment, stated) = &rows[at];
        let calibrated = Probability::from_fraction(map.calibrated(*stated));
        let _ = writeln!(text, "  {}   {why}", line(payment, *stated, calibrated));
    }
    Ok((rows.iter().map(|(payment, _)| payment.payment.id.to_string()).collect(), text))
}

/// Leaves out receipts that together would take more off an item than is open of it now: which of them is right, a person must say.
fn without_rivals(
    book: &Book,
    rows: Vec<(BookPayment, Probability)>,
) -> Result<Vec<(BookPayment, Probability)>, Error> {
    let mut left: HashMap<Box<str>, i128> = HashMap::new();
    for one in book.items(&Selection::default(), false)?.rows {
        left.insert(one.item.id, i128::from(one.item.open_minor));
    }
    let applied = |(payment, _): &(BookPayment, Probability)| -> Vec<Applied> {
        let receipt = payment.payment.amount.minor > 0;
        payment.proposal.iter().filter(|_| receipt).flat_map(|one| one.applications.clone()).collect()
    };
    let open = left.clone();
    for one in rows.iter().flat_map(applied) {
        *left.entry(one.item).or_default() -= i128::from(one.minor);
    }
    let beyond = |item: &str| {
        let (open, left) = (open.get(item).copied().unwrap_or(0), left.get(item).copied().unwrap_or(0));
        !(open.min(0)..=open.max(0)).contains(&left)
    };
    Ok(rows.into_iter().filter(|row| !applied(row).iter().any(|one| beyond(&one.item))).collect())
}

/// Sums by currency: what came in, and what went out.
fn sums(rows: &[(BookPayment, Probability)]) -> String {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for (payment, _) in rows {
        *sums.entry(payment.payment.amount.currency).or_default() += i128::from(payment.payment.amount.minor);
    }
    let money = |(currency, minor): (Currency, i128)| {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = crate::model::money::write_minor(&mut text, minor, currency);
        format!("{text} {currency}")
    };
    let all: Vec<String> = sums.into_iter().map(money).collect();
    if all.is_empty() { "nothing".into() } else { all.join(", ") }
}

fn calibrated_on(learned: &Calibration) -> String {
    match (learned.counts.decided, learned.counts.right) {
        (0, _) => "by stated probabilities only, no decisions yet".into(),
        (n, right) => {
            format!("calibrated on {n} proposals that people decided one by one, {right} of them as proposed")
        }
    }
}

/// Positions to look at first, each with why: the least probable, the largest of a currency, and payers that never paid before.
fn first(book: &Book, rows: &[(BookPayment, Probability)]) -> Result<Vec<(usize, String)>, Error> {
    let mut doubtful: Vec<usize> = (0..rows.len()).collect();
    doubtful.sort_by_key(|at| (rows[*at].1, rows[*at].0.payment.id.clone()));
    let mut largest: BTreeMap<Currency, usize> = BTreeMap::new();
    for (at, (payment, _)) in rows.iter().enumerate() {
        let amount = payment.payment.amount;
        let best = largest.entry(amount.currency).or_insert(at);
        if amount.minor.unsigned_abs() > rows[*best].0.payment.amount.minor.unsigned_abs() {
            *best = at;
        }
    }
    let known = book.known_payers()?;
    let new = |at: &usize| {
        let p = &rows[*at].0.payment;
        let named = !p.payer_iban.is_empty() || !p.payer_name.is_empty();
        named && !known.contains(&*p.payer_iban) && !known.contains(&p.payer_name.to_uppercase())
    };
    let sorts = [
        ("least probable", doubtful.iter().copied().take(EACH).collect::<Vec<_>>()),
        ("largest amount", largest.into_values().take(EACH).collect()),
        ("never paid before", doubtful.iter().copied().filter(new).take(EACH).collect()),
    ];
    let mut found: Vec<(usize, String)> = Vec::new();
    for (why, positions) in sorts {
        for at in positions {
            match found.iter_mut().find(|(known, _)| *known == at) {
                Some((_, reasons)) => *reasons = format!("{reasons}, {why}"),
                None => found.push((at, why.to_string())),
            }
        }
    }
    Ok(found)
}

/// A proposal in one line: payment, probabilities, amount, payer, and the items it would take.
fn line(payment: &BookPayment, stated: Probability, calibrated: Probability) -> String {
    let p = &payment.payment;
    let money = |minor| Money::new(minor, p.amount.currency).to_string();
    let short = |p: Probability| p.to_string().chars().take(5).collect::<String>();
    let items = payment.proposal.iter().flat_map(|one| &one.applications);
    let items: Vec<String> = items.map(|a| format!("{} {}", printable(&a.item), money(a.minor))).collect();
    let payer = if p.payer_name.is_empty() { &p.remittance } else { &p.payer_name };
    let payer: String = printable(payer).chars().take(30).collect();
    format!(
        "{}  {} (calibrated {})  {} {}  {payer}  → {}",
        printable(&p.id),
        short(stated),
        short(calibrated),
        p.amount,
        p.amount.currency,
        items.join(" + ")
    )
}
