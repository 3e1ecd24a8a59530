//! Which days and periods a receipt's text names, besides the documents that it cites.

use crate::model::Payment;
use crate::model::key::{Atom, telling};
use crate::model::stage::{Cite, CiteClass, ItemFacts, NamedPeriod, PayerView};
use crate::normalise::periods::{self, Text};
use crate::normalise::text;

/// Places of one atom in the numbers of places: as in the index of references.
const PLACES_PER_ATOM: u32 = 64;
/// Items that may share a number which is cited all the same.
const SHARING: u32 = 4;

/// The days and periods that a payment names. What cites an item by its number names no date: every character serves once.
pub(super) fn named(payment: &Payment, cites: &[Cite], payer: &PayerView, items: &[ItemFacts]) -> Vec<NamedPeriod> {
    let folded = text::fold(&payment.remittance);
    let atoms = text::atoms(&folded);
    let mut taken = vec![false; atoms.len()];
    for cite in cites.iter().filter(|c| c.sharing <= SHARING) {
        let of_payer = || payer.candidate(items[cite.item as usize].customer).is_some();
        if cite.class <= CiteClass::Whole || (cite.class == CiteClass::Core && of_payer()) {
            take(&folded, &atoms, cite, &mut taken);
        }
    }
    let payer = text::fold(&payment.payer_name);
    periods::find(&Text { folded: &folded, atoms: &atoms, taken: &taken, payer: &payer, day: payment.effective_date() })
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

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::*;
    use crate::model::sample::{cite, item};
    use crate::model::{Currency, Money};

    #[test]
    fn what_cites_an_item_is_no_date() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 20).unwrap();
        let mut payment = Payment::new("P", day, Money { minor: 100, currency: Currency::EUR });
        payment.remittance = "RE 01052026 VOM 02.06.2026".into();
        let items = [item(0, 100)];
        let named_with = |cites: &[Cite]| named(&payment, cites, &PayerView::default(), &items);
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
}
