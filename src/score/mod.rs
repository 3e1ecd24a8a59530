//! An hypothesis to its terms: log-odds that add up.
//!
//! A term weighs `log2(P(observation | hypothesis) / P(observation | chance))`. An hypothesis' weight is the sum of its terms;
//! two hypotheses of one payment compare by two to the power of the difference.

mod amount;
mod chance;
mod date;
pub mod estimate;
pub mod habit;
pub mod named;
mod payer;
mod reference;
mod spread;
mod start;
#[cfg(test)]
mod tests;

pub use chance::{Decided, measure};
pub use date::delay_of;
pub use habit::Habits;
pub use spread::Spreads;

use crate::config::Weights;
use crate::model::stage::{Draft, LedgerFacts, NO_CUSTOMER, ReceiptFacts, Searched};
use crate::model::{DifferenceKind, Field, Frequencies, HypothesisKind, Level, Term, Weight};

/// Share of the unlisted equations that would make a cited item look paid in part: hidden credit notes and deductions.
const HIDDEN_DEDUCTION: f64 = 0.008;
/// Share of the unlisted equations that would hold a cited item and others that nobody names.
const OTHERS_UNNAMED: f64 = 0.07;
/// The same where the text may have been cut off.
const CUT_OFF: f64 = 0.3;
/// Open items of the payer, in powers of two, that make an unlisted equation twice as likely.
const UNLISTED_DOUBLES: f64 = 4.0;
/// Share of the unlisted equations that are left when every set of the payer's items was looked at, or every small one: payers and
/// documents that are not loaded, deductions that nobody knows.
const NOT_IN_ANY_SET: f64 = 0.2;
const NOT_IN_SMALL_SETS: f64 = 0.4;
/// Share of a class that frozen frequencies do not hold.
const UNSEEN: f64 = 1e-3;

/// Weighs drafts against the ledger and against chance.
#[derive(Clone, Copy, Debug)]
pub struct Scorer<'a> {
    /// What is assumed of true pairs.
    pub weights: &'a Weights,
    /// What chance does.
    pub chance: &'a Frequencies,
    /// When each customer pays.
    pub habits: &'a Habits,
    /// How the amounts of large customers scatter.
    pub spreads: &'a Spreads,
    /// The ledger.
    pub ledger: LedgerFacts<'a>,
    /// Items of each customer that count: those that are open, and those that were when the receipts came.
    pub open_of: &'a [u32],
    /// The smallest open amount of each customer, in minor units of whatever currency; `i64::MAX` where nothing is open.
    pub least_open: &'a [i64],
}

/// Buffers of one thread, used again for each receipt.
#[derive(Debug, Default)]
pub struct Scratch {
    terms: Vec<Term>,
    items: Vec<u32>,
    customers: Vec<u32>,
    memo: Memo,
}

impl Scratch {
    /// Forgets what was computed for a receipt: another one begins.
    pub fn next_receipt(&mut self) {
        self.memo.clear();
    }
}

/// What the hypotheses of one receipt have in common, computed once.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// The payer's level and bits for a customer's items.
    paid_for: Vec<(u32, (Level, f64))>,
    /// For a customer, how many of the items that could be paid have a named date.
    named: Vec<(u32, named::Chance)>,
    scatters: habit::Scatters,
    /// For a customer, and for several items or one: what his habit of paying lists says.
    lists: Vec<((u32, bool), Weight)>,
    /// Log2 of the chance of the receipt's amount.
    amount: Option<f64>,
    logs: Option<Logs>,
}

/// What is remembered of a key, computed where it is asked for the first time. The keys of one receipt are few.
fn remembered<K: PartialEq, V: Copy>(memo: &mut Vec<(K, V)>, key: K, compute: impl FnOnce() -> V) -> V {
    if let Some((_, value)) = memo.iter().find(|known| known.0 == key) {
        return *value;
    }
    let value = compute();
    memo.push((key, value));
    value
}

impl Memo {
    fn clear(&mut self) {
        self.paid_for.clear();
        self.named.clear();
        self.scatters.clear();
        self.lists.clear();
        self.amount = None;
        self.logs = None;
    }
}

/// The items of an equation, and whose they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settled<'a> {
    items: &'a [u32],
    /// In rising order, each once; [`NO_CUSTOMER`] where the list names none.
    customers: &'a [u32],
}

impl Settled<'_> {
    /// Customers that the list names.
    fn owners(&self) -> &[u32] {
        match self.customers {
            [known @ .., NO_CUSTOMER] => known,
            all => all,
        }
    }
}

/// Log2 of what every hypothesis is weighed with.
#[derive(Clone, Copy, Debug)]
struct Logs {
    open_items: f64,
    prior_one: f64,
    cites_nothing: f64,
    amount_equal: f64,
}

impl Scorer<'_> {
    fn logs(&self, memo: &mut Memo) -> Logs {
        *memo.logs.get_or_insert_with(|| Logs {
            open_items: self.chance.open_items.max(1.0).log2(),
            prior_one: self.weights.prior_one.log2(),
            cites_nothing: self.weights.cites_nothing.log2(),
            amount_equal: self.weights.amount_equal.log2(),
        })
    }

    /// Gives all drafts of one receipt their weights. `searched`: which sets of the likely payers' items were looked at.
    pub fn weigh(&self, facts: &ReceiptFacts, drafts: &mut Vec<Draft>, searched: Searched, scratch: &mut Scratch) {
        self.weigh_telling(facts, drafts, searched, scratch, |_, _, _| {});
    }

    /// The same; `tell` is told the terms of each draft, with its position.
    fn weigh_telling(
        &self,
        facts: &ReceiptFacts,
        drafts: &mut Vec<Draft>,
        searched: Searched,
        scratch: &mut Scratch,
        mut tell: impl FnMut(usize, &Draft, &[Term]),
    ) {
        scratch.next_receipt();
        let mut weigh = |drafts: &mut [Draft], n: usize| {
            self.observe(facts, drafts, n, searched, false, scratch);
            drafts[n].weight = scratch.terms.iter().map(|t| t.weight).sum();
            tell(n, &drafts[n], &scratch.terms);
        };
        for n in 0..drafts.len() {
            weigh(drafts, n);
        }
        let unlisted = drafts.iter().find(|d| d.kind == HypothesisKind::Unlisted).cloned();
        let cited = (0u32..)
            .zip(drafts.iter())
            .filter(|(_, d)| d.kind == HypothesisKind::Cited)
            .max_by(|(_, a), (_, b)| a.weight.cmp(&b.weight).then_with(|| b.applications.cmp(&a.applications)));
        if let (Some(unlisted), Some((cited, _))) = (unlisted, cited) {
            drafts.push(Draft { holds: Some(cited), ..unlisted });
            let last = drafts.len() - 1;
            weigh(drafts, last);
        }
    }

    /// What speaks for and against a draft, for people: the terms whose weights were added up. The buffers hold nothing of another
    /// receipt.
    pub fn terms(
        &self,
        facts: &ReceiptFacts,
        drafts: &[Draft],
        n: usize,
        searched: Searched,
        scratch: &mut Scratch,
    ) -> Vec<Term> {
        self.observe(facts, drafts, n, searched, true, scratch);
        scratch.terms.clone()
    }

    /// Leaves the terms of a draft in the buffer. `shown`: with the figures that only people need.
    fn observe(
        &self,
        facts: &ReceiptFacts,
        drafts: &[Draft],
        n: usize,
        searched: Searched,
        shown: bool,
        scratch: &mut Scratch,
    ) {
        let draft = &drafts[n];
        match draft.kind {
            HypothesisKind::None => self.none(facts, &mut scratch.terms),
            HypothesisKind::Unlisted => match draft.holds.map(|cited| &drafts[cited as usize]) {
                None => self.unlisted(facts, searched, &mut scratch.terms),
                Some(cited) => {
                    self.equation(facts, cited, shown, scratch);
                    self.unlisted_with_cited(facts, cited, searched, &mut scratch.terms);
                }
            },
            _ => self.equation(facts, draft, shown, scratch),
        }
    }

    fn equation(&self, facts: &ReceiptFacts, draft: &Draft, shown: bool, scratch: &mut Scratch) {
        let Scratch { terms, items, customers, memo } = scratch;
        items.clear();
        items.extend(draft.applications.iter().map(|a| a.item));
        customers.clear();
        customers.extend(items.iter().map(|n| self.ledger.item(*n).customer));
        customers.sort_unstable();
        customers.dedup();
        let settled = Settled { items, customers };
        terms.clear();
        if draft.kind == HypothesisKind::Duplicate {
            let start = self.weights.prior_duplicate.log2() - self.chance.open_items.max(1.0).log2();
            let amount = items.first().map_or(0, |n| self.ledger.item(*n).amount);
            terms.extend([
                term(Field::Start, Level::OneOf(self.chance.open_items as u32), start),
                self.cited(facts, items, memo),
                self.paid_by(facts, customers, memo),
                self.amount_of_repeat(facts, amount, memo),
            ]);
        } else {
            terms.extend([
                self.start_of_payer(facts, settled, draft, shown, memo),
                self.cited(facts, items, memo),
                self.paid_by(facts, customers, memo),
                self.amount(facts, draft, memo),
                match draft.kind {
                    HypothesisKind::AmountOnly => self.date_of_amount(facts, items, memo),
                    _ => self.date(facts, items, memo),
                },
            ]);
        }
        terms.extend(self.named(facts, settled, draft.kind, draft.pattern, memo));
    }

    fn none(&self, facts: &ReceiptFacts, terms: &mut Vec<Term>) {
        terms.clear();
        terms.extend([term(Field::Start, Level::NoItem, self.weights.prior_none.log2()), self.paid_by_nobody(facts)]);
    }

    /// The start of an equation, corrected by whether its customer pays single items or lists.
    fn start_of_payer(
        &self,
        facts: &ReceiptFacts,
        settled: Settled<'_>,
        draft: &Draft,
        shown: bool,
        memo: &mut Memo,
    ) -> Term {
        let items = settled.items;
        let start = self.start(facts, settled, draft, shown, memo);
        let Some(first) = items.first() else { return start };
        let customer = self.ledger.item(*first).customer;
        let several = items.len() > 1;
        let weight = remembered(&mut memo.lists, (customer, several), || {
            let own = self.habits.lists(customer, facts.payment);
            let anybody = self.habits.lists_of_anybody();
            Weight::from_bits(if several { own / anybody } else { (1.0 - own) / (1.0 - anybody) }.log2())
        });
        Term { weight: start.weight + weight, ..start }
    }

    /// Prior of an equation that no generator listed: the likelier, the more open items the payer has.
    fn prior_unlisted(&self, facts: &ReceiptFacts, searched: Searched) -> f64 {
        let payer = facts.payer.candidates.first();
        let open = payer.map_or(0, |c| self.open_of.get(c.customer as usize).copied().unwrap_or(0));
        let left = match searched {
            Searched::AllSets => NOT_IN_ANY_SET,
            Searched::SmallSets => NOT_IN_SMALL_SETS,
            Searched::Little => 1.0,
        };
        (self.weights.prior_unlisted * left * (1.0 + f64::from(1 + open).log2() / UNLISTED_DOUBLES)).log2()
    }

    /// An equation that no generator listed, of other items than those cited.
    fn unlisted(&self, facts: &ReceiptFacts, searched: Searched, terms: &mut Vec<Term>) {
        terms.clear();
        terms.extend([
            term(Field::Start, Level::NotListed, self.prior_unlisted(facts, searched)),
            term(Field::Reference, Level::NothingCited, self.weights.cites_nothing.log2()),
            self.unlisted_payer(facts),
            term(Field::Amount, Level::AmountFree, 0.0),
        ]);
    }

    /// An equation that no generator listed and in which what is cited has a part: with other items of the customer, or less a
    /// deduction. It keeps what speaks for the cited items, and needs them as much as the listed ones do: `terms` are those of the
    /// draft that settles them, and become its own.
    fn unlisted_with_cited(&self, facts: &ReceiptFacts, cited: &Draft, searched: Searched, terms: &mut Vec<Term>) {
        let part = |field: Field| terms.iter().filter(|t| t.field == field).map(|t| t.weight.bits()).sum::<f64>();
        let has = |kind| cited.difference.filter(|d| d.kind == kind).map(|d| d.minor);
        let deduction = has(DifferenceKind::OpenRest).or(has(DifferenceKind::WriteOff)).is_some();
        // A surplus smaller than anything else that is open leaves no room for another item beside the cited ones.
        let no_room = has(DifferenceKind::OnAccount).is_some_and(|surplus| surplus < self.least_open_beside(cited));
        let share = match deduction || no_room {
            _ if facts.cut_off => CUT_OFF,
            true => HIDDEN_DEDUCTION,
            false => OTHERS_UNNAMED,
        };
        let start = self.prior_unlisted(facts, searched) + share.log2();
        let reference = part(Field::Start) - self.weights.prior_one.log2() + part(Field::Reference);
        let items = cited.applications.len() as u32;
        let own = [
            term(Field::Start, Level::NotListed, start),
            term(Field::Reference, Level::CitedAmongOthers(items), reference),
            term(Field::Payer, self.unlisted_payer(facts).level, part(Field::Payer)),
            term(Field::Amount, Level::AmountFree, 0.0),
        ];
        // The cited items were paid on this day, and their dates are named, whatever else was paid.
        terms.retain(|t| t.field == Field::Date);
        terms.splice(..0, own);
    }

    /// The smallest open amount of the customer whose items a draft settles; nothing, where that is not known.
    fn least_open_beside(&self, draft: &Draft) -> i64 {
        let customer = draft.applications.first().map(|a| self.ledger.item(a.item).customer);
        customer.and_then(|c| self.least_open.get(c as usize).copied()).unwrap_or(0)
    }
}

fn term(field: Field, level: Level, bits: f64) -> Term {
    Term { field, level, weight: Weight::from_bits(bits) }
}
