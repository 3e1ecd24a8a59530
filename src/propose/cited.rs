//! The items that the payment cites: all of them, those that add up, or one.

use crate::model::HypothesisKind;
use crate::model::stage::{Cite, CiteClass, Fit};

use super::{Proposals, push_new};

/// Choices that are looked at among what the places of a text may mean.
const CHOICES: u32 = 20_000;
/// Places whose choices are looked at: the search goes down one call for each.
const PLACES: usize = 256;
/// Choices that are proposed.
const CHOICES_KEPT: usize = 6;
/// Items that one place of the text may mean before they are left to the amount.
const MEANINGS: usize = 8;
/// Places of which each alone may be what is paid in part.
const ALONE: usize = 3;

/// Proposes equations of cited items.
pub fn propose(p: &mut Proposals<'_>) {
    let places: Vec<Vec<Meaning>> = places(p);
    let mut strong: Vec<u32> = Vec::new();
    let mut weak: Vec<u32> = Vec::new();
    for place in &places {
        match plain(place) {
            // Last digits alone may be any number: what is cited by more comes first.
            Some(one) if one.class >= CiteClass::Tail => push_new(&mut weak, one.item),
            Some(one) => push_new(&mut strong, one.item),
            None => {}
        }
    }
    let all: Vec<u32> = strong.iter().copied().chain(weak.iter().copied().filter(|n| !strong.contains(n))).collect();
    let exact = push_set(p, &strong) | push_set(p, &all);
    if !exact {
        // A date or a telephone number may be a stranger's invoice: what is cited of the payer's own stands for itself.
        let own: Vec<u32> = strong.iter().copied().filter(|n| is_likely(p, p.ledger.item(*n).customer)).collect();
        if own.len() < strong.len() {
            push_set(p, &own);
        }
        choices(p, &places);
        for place in &places {
            for meaning in place.iter().take(MEANINGS) {
                let is_plain = plain(place).is_some_and(|one| one.item == meaning.item);
                let alone = places.len() <= ALONE && is_plain && meaning.class != CiteClass::Tail;
                push_single(p, meaning.item, all.len() <= 1 && alone, alone);
            }
        }
    }
    if let Some(plan) = p.facts.instalment {
        push_single(p, plan.item, true, true);
    }
}

/// An item that a place of the text may mean.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    item: u32,
    class: CiteClass,
}

/// What a place means if nobody made a mistake: the one item that it cites best, in any way but with an error.
fn plain(place: &[Meaning]) -> Option<Meaning> {
    let sort = |m: &Meaning| match m.class {
        CiteClass::Near => 2,
        CiteClass::Tail => 1,
        _ => 0,
    };
    let best = place.iter().map(sort).min()?;
    let mut of_best = place.iter().filter(|m| sort(m) == best);
    of_best.next().copied().filter(|_| of_best.next().is_none())
}

/// What each place of the text may mean: open items in the payment's currency, those of a likely payer if there are any; else those
/// of a customer whose items other places mean beyond doubt.
fn places(p: &Proposals<'_>) -> Vec<Vec<Meaning>> {
    let mut places: Vec<Vec<Meaning>> =
        p.facts.cites.chunk_by(|a, b| a.place == b.place).map(|place| meanings(p, place)).collect();
    places.retain(|place| !place.is_empty());
    let customer = |m: &Meaning| p.ledger.item(m.item).customer;
    let certain: Vec<u32> = places
        .iter()
        .filter(|place| place.len() == 1 && place[0].class <= CiteClass::Core)
        .map(|place| customer(&place[0]))
        .collect();
    for place in places.iter_mut().filter(|place| place.len() > 1) {
        if place.iter().any(|m| certain.contains(&customer(m))) {
            place.retain(|m| certain.contains(&customer(m)));
        }
    }
    places
}

/// Whether a customer may be the payer, or one for whom he pays.
fn is_likely(p: &Proposals<'_>, customer: u32) -> bool {
    p.facts.payer.candidate(customer).is_some()
        || p.facts.payer.identified().is_some_and(|payer| p.ledger.may_pay_for(payer.customer, customer))
}

fn meanings(p: &Proposals<'_>, place: &[Cite]) -> Vec<Meaning> {
    let open = |c: &&Cite| {
        let item = p.ledger.item(c.item);
        item.open != 0 && item.currency == p.facts.currency
    };
    let likely = |m: &Meaning| is_likely(p, p.ledger.item(m.item).customer);
    let mut all: Vec<Meaning> = Vec::new();
    for cite in place.iter().filter(open) {
        match all.iter_mut().find(|m| m.item == cite.item) {
            Some(known) => known.class = known.class.min(cite.class),
            None => all.push(Meaning { item: cite.item, class: cite.class }),
        }
    }
    if all.iter().any(likely) {
        all.retain(likely);
    }
    all
}

/// Proposes a set; says whether it explains the amount to the cent. What a person refused explains nothing.
fn push_set(p: &mut Proposals<'_>, items: &[u32]) -> bool {
    if items.is_empty() || p.facts.refuses(items) {
        return false;
    }
    let Some(fit) = p.fit(items) else { return false };
    if let Some(draft) = p.equation(HypothesisKind::Cited, items, fit) {
        p.push(draft);
    }
    matches!(fit, Fit::Equal | Fit::Discount { .. })
}

/// One of several cited items is proposed only where it explains the amount, or where it may be paid in part (`in_part`);
/// `whatever` proposes it in any case.
fn push_single(p: &mut Proposals<'_>, item: u32, whatever: bool, in_part: bool) {
    let Some(fit) = p.fit(&[item]) else { return };
    let proposed = match fit {
        Fit::Equal | Fit::Discount { .. } | Fit::LooksLikeDiscount { .. } | Fit::Fee { .. } => true,
        Fit::Part { .. } => whatever || in_part,
        Fit::Over { .. } => whatever,
    };
    if proposed {
        push_set(p, &[item]);
    }
}

/// Every place means one of its items, or was cited for another reason: the choices that add up, less a known discount.
fn choices(p: &mut Proposals<'_>, places: &[Vec<Meaning>]) {
    if places.len() > PLACES {
        p.capped = true;
        return;
    }
    let ledger = p.ledger;
    let off = |m: &Meaning| ledger.item(m.item).discount.map_or(0, |(_, off)| off);
    let open = |m: &Meaning| ledger.item(m.item).open;
    let discounts = places.iter().flatten().any(|m| off(m) != 0);
    for discounted in [false, true] {
        if discounted && !discounts {
            return;
        }
        let options: Vec<Vec<(u32, i128)>> = places
            .iter()
            .map(|place| {
                let worth = |m: &Meaning| i128::from(open(m)) - if discounted { i128::from(off(m)) } else { 0 };
                place.iter().map(|m| (m.item, worth(m))).collect()
            })
            .collect();
        let mut search = Choices::new(options);
        search.from(0, i128::from(p.facts.amount));
        p.capped |= search.steps >= CHOICES;
        for set in search.kept {
            push_set(p, &set);
        }
    }
}

/// The search for choices that add up.
struct Choices {
    options: Vec<Vec<(u32, i128)>>,
    /// The least and the most that the places from one on can be worth.
    bounds: Vec<(i128, i128)>,
    chosen: Vec<u32>,
    kept: Vec<Vec<u32>>,
    steps: u32,
}

impl Choices {
    fn new(options: Vec<Vec<(u32, i128)>>) -> Self {
        let mut bounds = vec![(0, 0); options.len() + 1];
        for (n, place) in options.iter().enumerate().rev() {
            let worth = || place.iter().map(|o| o.1).chain([0]);
            bounds[n].0 = bounds[n + 1].0 + worth().min().unwrap_or(0);
            bounds[n].1 = bounds[n + 1].1 + worth().max().unwrap_or(0);
        }
        Self { options, bounds, chosen: Vec::new(), kept: Vec::new(), steps: 0 }
    }

    fn from(&mut self, place: usize, rest: i128) {
        self.steps += 1;
        crate::model::steps::count(1);
        if self.steps >= CHOICES || self.kept.len() >= CHOICES_KEPT {
            return;
        }
        if place == self.options.len() {
            if rest == 0 && !self.chosen.is_empty() {
                self.kept.push(self.chosen.clone());
            }
            return;
        }
        let (least, most) = self.bounds[place];
        if rest < least || rest > most {
            return;
        }
        for n in 0..self.options[place].len() {
            let (item, worth) = self.options[place][n];
            if !self.chosen.contains(&item) {
                self.chosen.push(item);
                self.from(place + 1, rest - worth);
                self.chosen.pop();
            }
        }
        // Nothing of this place is paid.
        self.from(place + 1, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Policy;
    use crate::model::sample::{Ledger, cite, item, known, receipt};
    use crate::model::stage::Searched;
    use crate::model::stage::{ItemFacts, ReceiptFacts};

    /// The sets that are proposed for a receipt of customer 0, in their order; items of one place exclude one another.
    fn proposed(items: &[ItemFacts], amount: i64, cites: &[(u32, CiteClass, u32)]) -> Vec<Vec<u32>> {
        let cites = cites.iter().map(|(n, class, place)| Cite { place: *place, ..cite(*n, *class) }).collect();
        let facts = ReceiptFacts { cites, payer: known(0), ..receipt(amount) };
        let (ledger, policy) = (Ledger::of(items), Policy::default());
        let mut p = Proposals {
            facts: &facts,
            ledger: ledger.facts(),
            policy: &policy,
            limits: crate::propose::Limits::default(),
            drafts: Vec::new(),
            capped: false,
            searched: Searched::Little,
        };
        propose(&mut p);
        let items_of = |d: &crate::model::stage::Draft| d.applications.iter().map(|a| a.item).collect();
        p.drafts.iter().map(items_of).collect()
    }

    use CiteClass::{Near, Tail, Whole};

    #[test]
    fn a_place_means_the_one_of_its_items_that_adds_up() {
        let items = [item(0, 10_000), item(0, 20_000), item(0, 30_000)];
        let cites = [(0, Whole, 0), (1, Near, 64), (2, Near, 64)];
        assert_eq!(proposed(&items, 40_000, &cites), [vec![0], vec![0, 2]]);
    }

    #[test]
    fn the_payers_item_comes_before_a_strangers_at_the_same_place() {
        let items = [item(1, 10_000), item(0, 20_000)];
        assert_eq!(proposed(&items, 20_000, &[(0, Whole, 0), (1, Near, 0)]), [[1]]);
    }

    #[test]
    fn an_exact_number_stands_until_only_the_misspelt_one_adds_up() {
        let items = [item(0, 10_000), item(0, 20_000)];
        let cites = [(0, Whole, 0), (1, Near, 0)];
        assert_eq!(proposed(&items, 10_000, &cites), [[0]]);
        assert!(proposed(&items, 20_000, &cites).contains(&vec![1]));
    }

    #[test]
    fn a_list_is_tried_before_the_numbers_between() {
        let items = [item(0, 10_000), item(0, 20_000), item(0, 30_000)];
        let cites = [(0, Whole, 0), (1, Tail, 1), (2, Whole, 64)];
        assert_eq!(proposed(&items, 40_000, &cites)[0], [0, 2]);
        assert!(proposed(&items, 60_000, &cites).contains(&vec![0, 1, 2]));
    }

    #[test]
    fn choices_less_their_discounts_are_found() {
        let off = |open| ItemFacts { discount: Some((i32::MAX, open / 50)), ..item(0, open) };
        let items = [off(10_000), off(20_000), off(30_000)];
        let cites = [(0, Whole, 0), (1, Whole, 64), (2, Whole, 128)];
        assert!(proposed(&items, 39_200, &cites).contains(&vec![0, 2]));
    }

    #[test]
    fn the_search_for_choices_is_bounded() {
        let options = (0..40).map(|n| vec![(n, 10_000 + 2 * i128::from(n))]).collect();
        let mut search = Choices::new(options);
        search.from(0, 200_001);
        assert!(search.steps >= CHOICES && search.kept.is_empty());
    }
}
