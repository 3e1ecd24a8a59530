//! Receipts about which the text leaves no doubt: what they cite adds up to the cent. The habits of a payer are learned from
//! them, before anything else is weighed.

use rayon::prelude::*;

use crate::model::stage::{CiteClass, ItemFacts};

use super::facts::Cited;

/// Digits that a sole citation needs: shorter numbers meet amounts and dates by accident.
const TELLING: u8 = 5;

/// A receipt that cites, by numbers that nothing else bears, items of one customer that add up to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Confirmed {
    /// Position in the list of receipts.
    pub(super) receipt: u32,
    /// The customer whose items they are.
    pub(super) customer: u32,
    /// The items, in canonical order.
    pub(super) items: Vec<u32>,
}

/// The confirmed receipts, in their order. What was returned or is disputed (`is_out`) confirms nothing, and an item confirms the
/// first who pays it.
pub(super) fn find(items: &[ItemFacts], receipts: &[Cited], is_out: impl Fn(u32) -> bool + Sync) -> Vec<Confirmed> {
    let mut confirmed: Vec<Confirmed> = (receipts.par_iter().enumerate())
        .filter(|(_, receipt)| !is_out(receipt.payment))
        .filter_map(|(n, receipt)| cited_to_the_cent(items, n as u32, receipt))
        .collect();
    let mut paid = vec![false; items.len()];
    confirmed.retain(|found| {
        let first = found.items.iter().all(|item| !paid[*item as usize]);
        if first {
            found.items.iter().for_each(|item| paid[*item as usize] = true);
        }
        first
    });
    confirmed
}

fn cited_to_the_cent(items: &[ItemFacts], n: u32, receipt: &Cited) -> Option<Confirmed> {
    let telling = |class: CiteClass| class <= CiteClass::Core;
    let mut cited: Vec<u32> = (receipt.cites.iter())
        .filter(|c| telling(c.class) && c.sharing == 1 && c.digits >= TELLING)
        .map(|c| c.item)
        .collect();
    cited.sort_unstable();
    cited.dedup();
    let facts = |item: &u32| &items[*item as usize];
    let customer = facts(cited.first()?).owner()?;
    let fits = |item: &u32| facts(item).owner() == Some(customer) && facts(item).currency == receipt.currency;
    let sum: i128 = cited.iter().map(|item| i128::from(facts(item).open)).sum();
    let whole = cited.iter().all(|item| fits(item) && facts(item).open != 0) && sum == i128::from(receipt.amount);
    whole.then_some(Confirmed { receipt: n, customer, items: cited })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Currency;
    use crate::model::sample::{cite, item};
    use crate::model::stage::Cite;

    fn confirmed(items: &[ItemFacts], receipts: &[Cited]) -> Vec<(u32, Vec<u32>)> {
        find(items, receipts, |payment| payment == 99).into_iter().map(|c| (c.receipt, c.items)).collect()
    }

    #[test]
    fn what_is_cited_and_adds_up_confirms() {
        let items = [item(0, 60_000), item(0, 40_037), item(1, 100_037)];
        let whole = |items: &[u32]| items.iter().map(|n| cite(*n, CiteClass::Whole)).collect::<Vec<_>>();
        let paying =
            |cites: Vec<Cite>, amount| Cited { payment: 0, currency: Currency::EUR, amount, cites, served: Vec::new() };
        assert_eq!(confirmed(&items, &[paying(whole(&[1, 0]), 100_037)]), [(0, vec![0, 1])]);
        assert_eq!(confirmed(&items, &[paying(whole(&[2]), 100_037), paying(whole(&[2]), 100_037)]), [(0, vec![2])]);
        for (cites, amount) in [(whole(&[0]), 100_037), (whole(&[0, 2]), 160_037), (vec![], 60_000)] {
            assert_eq!(confirmed(&items, &[paying(cites, amount)]), []);
        }
        assert_eq!(confirmed(&items, &[paying(vec![cite(0, CiteClass::Tail)], 60_000)]), [], "last digits");
        assert_eq!(confirmed(&items, &[Cited { payment: 99, ..paying(whole(&[0]), 60_000) }]), [], "returned");
    }
}
