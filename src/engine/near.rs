//! Numbers with a typing error: looked for only where what is cited exactly leaves money unexplained.

use crate::index::{Edits, Likeness, NearFound, Reading, Search, place_of};
use crate::model::key::telling;
use crate::model::stage::{Cite, CiteClass, ItemFacts, PayerView};
use crate::model::{Currency, Payment};

use super::cites::Served;
use super::facts::{Buffers, CUTS, Cited, Facts, Indices};

/// Customers among whose items numbers with an error are looked for.
const CUSTOMERS: usize = 12;
/// Runs of letters or digits of a text in which errors are looked for: a remittance of 140 characters has some thirty, the longest
/// that a bank passes on some hundred.
const ATOMS: usize = 600;
/// Digits from which a run may be several numbers written together.
const TOGETHER: usize = 18;
/// Runs of a text that are looked for in the whole ledger.
const RUNS: usize = 6;
/// Atoms of such a run.
const RUN_ATOMS: usize = 4;
/// Letters that it may begin with.
const RUN_PREFIX: usize = 5;
/// What such a run must tell, in digits: shorter ones are one error away from anything.
const RUN_TELLING: std::ops::RangeInclusive<u8> = 6..=24;
/// Items of the amount that are compared with those that a run may mean.
const EQUAL: usize = 32;
/// Items of strangers that one run may mean when nothing but the number speaks for them.
const STRANGERS: usize = 2;
/// What a run must tell for that.
const STRANGERS_TELLING: u8 = 8;

/// Adds what a receipt cites with an error, if what it cites exactly does not explain it. Says whether a bound cut the search.
pub(super) fn cite(
    facts: &Facts,
    index: &Indices,
    payment: &Payment,
    payer: &PayerView,
    buffers: &mut Buffers,
    cited: &mut Cited,
) -> bool {
    let look = Look { facts, payer, currency: cited.currency, amount: cited.amount };
    if cited.amount <= 0 || look.repeats(&cited.cites) || look.is_explained(&cited.cites) {
        return false;
    }
    buffers.mark(payment);
    let cut_short = buffers.atoms.len() > ATOMS;
    if cut_short {
        cited.served = buffers.scan(&index.references, ATOMS, &mut Vec::new());
    }
    let served = &cited.served;
    let reading = buffers.reading(ATOMS);
    let customers = look.customers(&cited.cites, index, reading);
    // What is cited as clearly as can be is no misspelling of itself, but it may be one of another item.
    let clear = |item: u32| cited.cites.iter().any(|c| c.item == item && c.class <= CiteClass::Core);
    let mut taken = vec![false; reading.atoms.len()];
    served.iter().for_each(|s| taken[s.first..=s.last].fill(s.telling));
    let cut = cut_at(payment, reading);
    let mut found = Vec::new();
    let search = Search { reading, exact: &taken, customers: &customers, cut };
    let capped = index.numbers.find(search, |item| look.fits(item) && !clear(item), &mut found);
    taken.fill(false);
    found.iter().for_each(|f| taken[f.first..=f.last].fill(true));
    let mut near: Vec<Cite> = Vec::new();
    let mut work = Work::default();
    let compared: u32 = customers.iter().map(|c| facts.open_of[*c as usize]).sum();
    for run in found.chunk_by(|a, b| (a.first, a.last, a.piece) == (b.first, b.last, b.piece)) {
        let sharing = look.sharing(index, reading, run, compared, &mut work);
        let place = place(served, run[0].first, run[0].last) + run[0].piece;
        near.extend(run.iter().map(|f| {
            let sharing = sharing.max(look.sharing_beside(index, reading, f, &mut work));
            Cite { item: f.item, class: f.class, digits: f.digits, sharing, place }
        }));
    }
    // Whoever is known to pay does not mean the number of a stranger.
    if payer.identified().is_none() && !near.iter().any(|c| look.is_amount_of(c.item)) {
        look.anywhere(index, reading, &taken, served, &mut work, &mut near);
    }
    // The same item by a better citation at the same place, or at all where that says more than an error.
    near.retain(|n| !cited.cites.iter().any(|c| c.item == n.item && c.class < CiteClass::Tail));
    cited.cites.extend(near);
    cited.cites.sort_by_key(|c| (c.place, c.item, c.class));
    capped || cut_short
}

/// Buffers of the look-up in the whole ledger.
#[derive(Default)]
struct Work {
    run: String,
    edits: Edits,
    items: Vec<u32>,
}

struct Look<'a> {
    facts: &'a Facts,
    payer: &'a PayerView,
    currency: Currency,
    amount: i64,
}

impl Look<'_> {
    fn item(&self, item: u32) -> &ItemFacts {
        &self.facts.items[item as usize]
    }

    /// Whether money may be for an item: it is open and in the right currency.
    fn fits(&self, item: u32) -> bool {
        self.item(item).open != 0 && self.item(item).currency == self.currency
    }

    fn is_likely(&self, customer: u32) -> bool {
        self.payer.candidate(customer).is_some()
    }

    fn is_strong(&self, cite: &Cite) -> bool {
        cite.class <= CiteClass::Core && self.fits(cite.item)
    }

    /// Whether an amount is the receipt's, perhaps less what may be taken off.
    fn is_amount(&self, open: i128, off: i128) -> bool {
        open == i128::from(self.amount) || (off != 0 && open - off == i128::from(self.amount))
    }

    fn is_amount_of(&self, item: u32) -> bool {
        let facts = self.item(item);
        self.is_amount(i128::from(facts.open), facts.discount.map_or(0, |(_, off)| i128::from(off)))
    }

    /// Whether an item is cited that a known receipt of this amount settled: that is no misspelling of another one.
    fn repeats(&self, cites: &[Cite]) -> bool {
        cites
            .iter()
            .filter(|c| c.class <= CiteClass::Core)
            .map(|c| self.item(c.item))
            .any(|item| item.settled_by.is_some() && item.amount == self.amount && item.currency == self.currency)
    }

    /// Whether what is cited exactly adds up to the amount, or one of it does.
    fn is_explained(&self, cites: &[Cite]) -> bool {
        let (mut strong, mut all, mut count) = ((0, 0), (0, 0), 0);
        for place in cites.chunk_by(|a, b| a.place == b.place) {
            let mut meant: Vec<&Cite> = place.iter().filter(|c| self.fits(c.item)).collect();
            if meant.iter().any(|c| self.is_likely(self.item(c.item).customer)) {
                meant.retain(|c| self.is_likely(self.item(c.item).customer));
            }
            if meant.iter().any(|c| c.class <= CiteClass::Core && self.is_amount_of(c.item)) {
                return true;
            }
            let [one] = meant[..] else { continue };
            let facts = self.item(one.item);
            let (open, off) = (i128::from(facts.open), facts.discount.map_or(0, |(_, off)| i128::from(off)));
            all = (all.0 + open, all.1 + off);
            count += 1;
            if one.class <= CiteClass::Core {
                strong = (strong.0 + open, strong.1 + off);
            }
        }
        self.is_amount(strong.0, strong.1) || (count > 1 && self.is_amount(all.0, all.1))
    }

    /// Customers whose items the text may mean: likely payers, those of whom it cites an item, if only within a long run of
    /// digits, and those whom the payer may pay for.
    fn customers(&self, cites: &[Cite], index: &Indices, reading: Reading<'_>) -> Vec<u32> {
        let mut customers: Vec<u32> = self.payer.candidates.iter().map(|c| c.customer).collect();
        for cite in cites.iter().filter(|c| self.is_strong(c)) {
            customers.extend(self.item(cite.item).owner());
        }
        let mut inside = Vec::new();
        let digits = reading.atoms.iter().filter(|a| a.digits).map(|a| a.text(reading.folded));
        for run in digits.filter(|run| run.len() >= TOGETHER) {
            index.references.inside_run(run, &mut inside);
        }
        customers.extend(inside.iter().filter(|n| self.fits(**n)).filter_map(|n| self.item(*n).owner()));
        if let Some(payer) = self.payer.identified() {
            customers.extend(&self.facts.pays_for[payer.customer as usize]);
        }
        let mut seen = Vec::with_capacity(customers.len());
        customers.retain(|c| {
            let new = !seen.contains(c);
            seen.push(*c);
            new
        });
        customers.truncate(CUSTOMERS);
        customers
    }

    /// How many items of the whole ledger that count a run may mean that was found among those of a few customers.
    fn sharing(&self, index: &Indices, reading: Reading<'_>, run: &[NearFound], compared: u32, work: &mut Work) -> u32 {
        let found = run[0];
        let open = self.facts.open_of_all;
        let of_all = f64::from(open) / f64::from(compared.max(1));
        let guess = match found.likeness {
            Likeness::Same => f64::from(found.meanings),
            Likeness::OneError if found.meanings == 1 && found.missing == 0 && found.piece > 0 => 1.0,
            Likeness::OneError => {
                work.run.clear();
                reading.atoms[found.first..=found.last].iter().for_each(|a| work.run.push_str(a.text(reading.folded)));
                index.references.one_error_away(work.run.as_bytes(), &mut work.edits, &mut work.items);
                work.items.iter().filter(|n| self.facts.counts(**n)).count() as f64
            }
            // Whatever may follow, but no more than there is.
            Likeness::NoEnd => (f64::from(found.meanings) * of_all).min(10f64.powi(i32::from(found.missing))),
            Likeness::NoBeginning | Likeness::LastDigits => f64::from(open) / 10f64.powi(i32::from(found.digits)),
        };
        (guess as u32).max(found.meanings)
    }

    /// The same for a number that lies beside one of the item's customer: it may well be one of his that is not loaded.
    fn sharing_beside(&self, index: &Indices, reading: Reading<'_>, found: &NearFound, work: &mut Work) -> u32 {
        let Some(customer) = self.item(found.item).owner().filter(|_| found.likeness == Likeness::OneError) else {
            return 0;
        };
        work.run.clear();
        reading.atoms[found.first..=found.last].iter().for_each(|a| work.run.push_str(a.text(reading.folded)));
        let open = self.facts.open_of_all;
        (index.numbers.chance_beside(customer, found.item, work.run.as_bytes()) * f64::from(open)) as u32
    }

    /// Numbers with an error in the whole ledger: of whoever has an item of this very amount, and long ones in any case.
    fn anywhere(
        &self,
        index: &Indices,
        reading: Reading<'_>,
        taken: &[bool],
        served: &[Served],
        work: &mut Work,
        near: &mut Vec<Cite>,
    ) {
        let mut runs = runs(reading, taken);
        // The payer's text comes before his own reference, which is a number of his books mostly.
        let end = reading.folded.find('\n').unwrap_or(reading.folded.len());
        runs.sort_unstable_by_key(|r| (reading.atoms[r.0].start > end, std::cmp::Reverse(r.2), r.1 - r.0, r.0));
        let mut used = taken.to_vec();
        let equal: Vec<u32> = index.amounts.open(self.currency, self.amount).all().map(|e| e.1).take(EQUAL).collect();
        for (first, last, digits) in runs.into_iter().take(RUNS) {
            if used[first..=last].contains(&true) {
                continue;
            }
            work.run.clear();
            reading.atoms[first..=last].iter().for_each(|a| work.run.push_str(a.text(reading.folded)));
            index.references.one_error_away(work.run.as_bytes(), &mut work.edits, &mut work.items);
            work.items.retain(|n| self.facts.counts(*n));
            let sharing = work.items.len() as u32;
            // A number that is there as it stands is not looked for among strangers', but for this very amount.
            let is_exact = served.iter().any(|s| s.first <= last && first <= s.last);
            let few = !is_exact && digits >= STRANGERS_TELLING && work.items.len() <= STRANGERS;
            // Of a few items of the amount it is known which they are.
            let of_amount = Some(equal.as_slice()).filter(|_| !few && equal.len() < EQUAL);
            let is_equal = |n: u32| of_amount.is_none_or(|equal| equal.contains(&n));
            let meant = |n: &&u32| is_equal(**n) && self.fits(**n) && (few || self.is_amount_of(**n));
            let place = place(served, first, last);
            let class = CiteClass::Near;
            let before = near.len();
            near.extend(work.items.iter().filter(meant).map(|n| Cite { item: *n, class, digits, sharing, place }));
            if near.len() > before {
                used[first..=last].fill(true);
            }
        }
    }
}

/// The place of a run: that of the exact citation with which it shares atoms, so that they exclude one another.
fn place(served: &[Served], first: usize, last: usize) -> u32 {
    let overlaps = served.iter().find(|s| s.first <= last && first <= s.last);
    place_of(overlaps.map_or(first, |s| s.first))
}

/// Runs of free atoms that may be numbers: first atom, last atom, what they tell.
fn runs(reading: Reading<'_>, taken: &[bool]) -> Vec<(usize, usize, u8)> {
    let atoms = reading.atoms;
    let mut runs = Vec::new();
    for first in 0..atoms.len() {
        let mut run = String::new();
        // A word is no prefix, and letters behind digits are no beginning.
        let letters = !atoms[first].digits;
        if letters && (atoms[first].glued || atoms[first].end - atoms[first].start > RUN_PREFIX) {
            continue;
        }
        for last in first..atoms.len().min(first + RUN_ATOMS) {
            let far = last > first && atoms[last].start - atoms[last - 1].end > 1;
            if taken[last] || reading.otherwise[last] || far {
                break;
            }
            run.push_str(atoms[last].text(reading.folded));
            let digits = telling(&run);
            let whole = atoms.get(last + 1).is_none_or(|next| !next.glued);
            if whole && atoms[last].digits && RUN_TELLING.contains(&digits) {
                runs.push((first, last, digits));
            }
        }
    }
    runs
}

/// The last atom of a text that the bank cut.
fn cut_at(payment: &Payment, reading: Reading<'_>) -> Option<usize> {
    let text = &payment.remittance;
    if !CUTS.contains(&text.chars().count()) || !text.ends_with(char::is_alphanumeric) {
        return None;
    }
    // What follows it comes behind a line break.
    let end = reading.folded.find('\n').unwrap_or(reading.folded.len());
    reading.atoms.iter().rposition(|a| a.end == end)
}
