//! Which days and periods a receipt's text names, besides the documents that it cites, and how far that can be trusted.

use std::collections::BTreeMap;

use crate::config::Weights;
use crate::model::Payment;
use crate::model::frequencies::as_written;
use crate::model::key::{Atom, telling};
use crate::model::stage::{Cite, CiteClass, ItemFacts, LedgerFacts, NamedPeriod, PayerView, ReceiptFacts};
use crate::normalise::periods::{self, Text};
use crate::score::named::{Chance, names_days};

use super::confirmed::Confirmed;
use super::facts::Buffers;

/// Places of one atom in the numbers of places: as in the index of references.
const PLACES_PER_ATOM: u32 = 64;
/// Items that may share a number which is cited all the same.
const SHARING: u32 = 4;
/// Confirmed receipts that the assumed shares are worth.
const ASSUMED: f64 = 30.0;
/// How many times rarer than assumed a share, or its opposite, may become.
const FARTHEST: f64 = 5.0;
/// Share of a customer's items that a date may fit by chance and still tell something.
const MOSTLY: f64 = 0.5;

/// The days and periods that a payment names which was read into these buffers. What cites an item by its number names no date: every character serves once.
pub(super) fn named(
    payment: &Payment,
    buffers: &mut Buffers,
    cites: &[Cite],
    payer: &PayerView,
    items: &[ItemFacts],
) -> Vec<NamedPeriod> {
    let mut taken = std::mem::take(&mut buffers.taken);
    let (folded, atoms) = buffers.remittance();
    taken.clear();
    taken.resize(atoms.len(), false);
    for cite in cites.iter().filter(|c| c.sharing <= SHARING) {
        let of_payer = || payer.candidate(items[cite.item as usize].customer).is_some();
        if cite.class <= CiteClass::Whole || (cite.class == CiteClass::Core && of_payer()) {
            take(folded, atoms, cite, &mut taken);
        }
    }
    let (payer, day) = (&*payment.payer_name, payment.effective_date());
    let named = periods::find(&Text { folded, atoms, taken: &taken, payer, day });
    buffers.taken = taken;
    named
}

/// Marks the atoms of a citation: from its place on, as many as its key has digits. The remittance text comes first in what is
/// scanned for citations, so that its atoms bear the same numbers there; other places lie beyond them.
fn take(folded: &str, atoms: &[Atom], cite: &Cite, taken: &mut [bool]) {
    let first = (cite.place / PLACES_PER_ATOM) as usize;
    let mut joined = String::new();
    for at in first..atoms.len() {
        joined.push_str(atoms[at].text(folded));
        taken[at] = true;
        if telling(&joined) >= cite.digits {
            return;
        }
    }
}

/// How far dates that the text names can be trusted, as the confirmed receipts show it; the assumed shares count as
/// [`ASSUMED`] receipts more. Only receipts count whose customer has items of other dates, too: elsewhere any date fits.
pub(super) fn estimate(
    weights: &Weights,
    ledger: LedgerFacts<'_>,
    confirmed: &[Confirmed],
    receipts: &[ReceiptFacts],
) -> BTreeMap<String, Vec<f64>> {
    let mut reliable = [Share::default(); 2];
    let mut issue = Share::default();
    for found in confirmed {
        let facts = &receipts[found.receipt as usize];
        let [item] = found.items[..] else { continue };
        if facts.named.is_empty() {
            continue;
        }
        let chance = Chance::of(facts, ledger, &[found.customer]);
        let by_chance = chance.either / chance.items.max(1.0);
        if by_chance == 0.0 || by_chance > MOSTLY {
            continue;
        }
        let item = ledger.item(item);
        let has = |of: fn(&NamedPeriod, &ItemFacts) -> bool| facts.named.iter().any(|named| of(named, item));
        let fits = has(NamedPeriod::fits);
        let days = usize::from(!names_days(facts));
        // What would fit by chance is taken off on either side.
        reliable[days].add(if fits { 1.0 - by_chance } else { -by_chance }, 1.0 - by_chance);
        let (is_issue, is_due) = (has(NamedPeriod::has_issue), has(NamedPeriod::has_due));
        if is_issue != is_due {
            issue.add(if is_issue { 1.0 } else { 0.0 }, 1.0);
        }
    }
    let names = [("names_day", weights.names_day, reliable[0]), ("names_period", weights.names_period, reliable[1])];
    let names = names.into_iter().chain([("names_issue", weights.names_issue, issue)]);
    let mut estimated: BTreeMap<String, Vec<f64>> =
        names.map(|(name, assumed, share)| (name.to_string(), vec![share.of(assumed)])).collect();
    as_written(estimated.values_mut().flatten());
    estimated
}

/// A share that is counted.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    hits: f64,
    all: f64,
}

impl Share {
    fn add(&mut self, hits: f64, all: f64) {
        self.hits += hits;
        self.all += all;
    }

    /// The share, with an assumed one: neither it nor its opposite becomes many times rarer than assumed.
    fn of(self, assumed: f64) -> f64 {
        let share = (self.hits + assumed * ASSUMED) / (self.all + ASSUMED);
        share.clamp(assumed / FARTHEST, 1.0 - (1.0 - assumed) / FARTHEST)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::*;
    use crate::model::sample::{Ledger, TODAY, cite, item, receipt};
    use crate::model::stage::DateRole;
    use crate::model::{Currency, Money};

    #[test]
    fn what_cites_an_item_is_no_date() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 20).unwrap();
        let mut payment = Payment::new("P", day, Money { minor: 100, currency: Currency::EUR });
        payment.remittance = "RE 01052026 VOM 02.06.2026".into();
        let items = [item(0, 100)];
        let named_with = |cites: &[Cite]| {
            let mut buffers = Buffers::default();
            buffers.read(&payment);
            named(&payment, &mut buffers, cites, &PayerView::default(), &items)
        };
        assert_eq!(named_with(&[]).len(), 2);
        let whole = Cite { digits: 8, place: PLACES_PER_ATOM, ..cite(0, CiteClass::Whole) };
        let left = named_with(&[whole]);
        let issued = NaiveDate::from_ymd_opt(2026, 6, 2).unwrap().num_days_from_ce();
        assert_eq!(left.iter().map(|n| n.from).collect::<Vec<_>>(), [issued]);
        assert_eq!(named_with(&[Cite { sharing: 9, ..whole }]).len(), 2, "too many bear the number");
        assert_eq!(
            named_with(&[Cite { class: CiteClass::Core, ..whole }]).len(),
            2,
            "a stranger's number without prefix"
        );
    }

    #[test]
    fn what_confirmed_receipts_name_corrects_what_is_assumed() {
        // A customer with an item for each of ten months; each is cited, and the text names a month beside it.
        let months: Vec<ItemFacts> = (0..10)
            .map(|n| ItemFacts { issue: Some(TODAY - 300 + 30 * n), due: Some(TODAY - 290 + 30 * n), ..item(0, 100) })
            .collect();
        let ledger = Ledger::of(&months);
        let estimated = |months_off: i32| {
            let of = |n: u32| {
                let from = TODAY - 305 + 30 * ((n as i32 + months_off) % 10);
                let named = vec![NamedPeriod { from, to: from + 29, role: DateRole::Any }];
                ReceiptFacts { payment: n, named, ..receipt(100) }
            };
            let receipts: Vec<ReceiptFacts> = (0..100).map(|n| of(n % 10)).collect();
            let confirmed: Vec<Confirmed> =
                (0..100).map(|n| Confirmed { receipt: n, customer: 0, items: vec![n % 10] }).collect();
            let weights = Weights::default();
            let found = estimate(&weights, ledger.facts(), &confirmed, &receipts);
            assert_eq!(found["names_day"], [weights.names_day], "no day was named");
            found["names_period"][0] - weights.names_period
        };
        assert!(estimated(0) > 0.0, "always the month that is paid");
        assert!(estimated(1) < -0.5, "always the month after it");
    }
}
