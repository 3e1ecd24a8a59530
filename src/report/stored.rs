//! One payment as a run kept it, for when its inputs are gone: what `run.json` holds, in text.

use super::bars::{signed, tenths};
use super::i18n::Lang;
use super::json::{HypothesisEntry, PaymentEntry};
use crate::error::printable;
use crate::model::Weight;

/// The evidence that a run kept of a payment: every hypothesis with its terms, which add up, and its obstacle.
pub fn explain_stored(entry: &PaymentEntry<'_>, lang: Lang) -> String {
    let mut lines = vec![
        format!("{}   {} {}   {}", entry.booking_date, entry.amount, entry.currency, printable(&entry.payer_name)),
        format!("   {}", printable(&entry.remittance)),
        format!("   {} {} {}", entry.payment_id, entry.source, entry.position),
        String::new(),
        format!("{} {} [{}]", entry.bucket, entry.reason.as_deref().unwrap_or_default(), entry.flags.join("|")),
    ];
    for hypothesis in &entry.hypotheses {
        lines.push(String::new());
        lines.extend(of_hypothesis(hypothesis, lang));
    }
    lines.push(String::new());
    let search = lang.pick("search", "recherche");
    lines.push(format!("{search}: {}, {}", entry.search, entry.examined));
    let mut text = lines.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

fn of_hypothesis(hypothesis: &HypothesisEntry<'_>, lang: Lang) -> Vec<String> {
    let items: Vec<String> = (hypothesis.applications.iter())
        .map(|a| format!("{} {} {}", printable(&a.item_number), a.applied, a.currency))
        .collect();
    let named = if items.is_empty() { hypothesis.kind.to_string() } else { items.join(" + ") };
    let mut lines = vec![format!("{}  {named}   {:.6}", hypothesis.rank, hypothesis.probability)];
    // Written from whole thousandths: back to what they were.
    let weights: Vec<Weight> = hypothesis.terms.iter().map(|t| Weight((t.weight * 1000.0).round() as i32)).collect();
    let (parts, total) = tenths(&weights);
    let mark = lang.pick(".", ",");
    for (term, part) in hypothesis.terms.iter().zip(parts) {
        let observed = term.text.as_deref().unwrap_or(&term.level);
        // What a sum that comes out says stands behind the first semicolon, on a line of its own.
        let (observed, sets) = observed.split_once("; ").unwrap_or((observed, ""));
        lines.push(format!("   {:<10} {:<45} {:>7}", term.field, printable(observed), signed(part, mark)));
        lines.extend(Some(sets).filter(|s| !s.is_empty()).map(|sets| format!("   {:<10} {}", "", printable(sets))));
    }
    lines.push(format!("   {:<10} {:<45} {:>7}", lang.pick("weight", "poids"), "", signed(total, mark)));
    for difference in &hypothesis.differences {
        lines.push(format!("   {} {}", difference.kind, difference.amount));
    }
    lines.extend(hypothesis.obstacle.iter().map(|obstacle| format!("   ✗ {}", printable(obstacle))));
    lines
}
