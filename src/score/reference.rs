//! What the payment cites, against how often a number of ours stands in a text without being meant.

use crate::model::stage::{Cite, CiteClass, ReceiptFacts};
use crate::model::{Field, Level, Term};

use super::{Memo, Scorer, term};

/// Digits from which a key no longer meets other numbers by accident.
const SAFE_DIGITS: u8 = 6;
/// How much likelier a shorter key strays, for each digit that it lacks.
const STRAY_PER_DIGIT: f64 = 5.0;
/// A true payment that cites most of its items leaves one out.
const LEFT_OUT: f64 = 0.03;
/// A true payment cites the number of an earlier item of its amount, which is settled, instead of its own.
const STALE: f64 = 0.01;
/// Days after a known receipt for an item within which whoever cites it again repeats himself: what comes later has an old text.
const REPEATS: i32 = 45;
/// A credit note that is taken off is not named so often.
const UNNAMED_CREDIT: f64 = 0.4;
/// The most that one citation says.
const MOST_BITS: f64 = 40.0;

impl Scorer<'_> {
    /// The reference's term of an equation.
    pub(super) fn cited(&self, facts: &ReceiptFacts, items: &[u32], memo: &mut Memo) -> Term {
        let cited = self.places_of(facts, items);
        let Some(strongest) = cited.iter().map(|c| c.class).min() else {
            let open = |c: &Cite| self.ledger.item(c.item).open != 0 && c.class <= CiteClass::Whole;
            let others = facts.cites.iter().filter(|c| open(c)).count() as u32;
            let level = if others > 0 { Level::OthersCited(others) } else { Level::NothingCited };
            let silent = self.logs(memo).cites_nothing;
            return term(Field::Reference, level, self.stale(facts, items).map_or(silent, |bits| bits.max(silent)));
        };
        let bits: f64 = cited.iter().map(|c| self.bits_of(c)).sum();
        let is_cited = |item: &&u32| cited.iter().any(|c| c.item == **item);
        let left_out: f64 = (items.iter().filter(|item| !is_cited(item)))
            .map(|item| if self.ledger.item(*item).open < 0 { UNNAMED_CREDIT } else { LEFT_OUT }.log2())
            .sum();
        let count = cited.len() as u32;
        let level = match strongest {
            CiteClass::Structured => Level::CitedStructured(count),
            CiteClass::Whole => Level::CitedWhole(count),
            CiteClass::Core => Level::CitedCore(count),
            CiteClass::Order => Level::CitedOrder(count),
            CiteClass::Tail => Level::CitedTail(count),
            CiteClass::Near => Level::CitedFuzzy(count),
        };
        term(Field::Reference, level, bits + left_out)
    }

    /// What it says for an item that the number of an earlier one is cited, which is settled and was of the same customer and amount:
    /// a standing order keeps the text that it was given once.
    fn stale(&self, facts: &ReceiptFacts, items: &[u32]) -> Option<f64> {
        let [item] = items else { return None };
        let item = self.ledger.item(*item);
        let earlier = facts.cites.iter().filter(|c| c.class <= CiteClass::Core).filter(|c| {
            let cited = self.ledger.item(c.item);
            let long_ago = cited.settled_by.is_none_or(|(_, day)| facts.day - day > REPEATS);
            cited.open == 0 && cited.customer == item.customer && cited.amount == item.open && long_ago
        });
        earlier.map(|c| self.bits_of(c) + STALE.log2()).max_by(f64::total_cmp)
    }

    /// The citation of each item that says most. An item counts once, and so does a place of the text: it cannot mean an item and
    /// be a misspelling of another as well.
    fn places_of<'f>(&self, facts: &'f ReceiptFacts, items: &[u32]) -> Vec<&'f Cite> {
        let mut of_items: Vec<&Cite> = facts.cites.iter().filter(|c| items.contains(&c.item)).collect();
        of_items.sort_by(|a, b| self.bits_of(b).total_cmp(&self.bits_of(a)).then(a.class.cmp(&b.class)));
        let mut cited: Vec<&Cite> = Vec::with_capacity(items.len());
        for cite in of_items {
            if !cited.iter().any(|c| c.item == cite.item || c.place == cite.place) {
                cited.push(cite);
            }
        }
        cited
    }

    /// What one citation says of one item: the rarer its key, the more.
    fn bits_of(&self, cite: &Cite) -> f64 {
        let w = self.weights;
        let missing = i32::from(SAFE_DIGITS.saturating_sub(cite.digits));
        let (known, stray) = match cite.class {
            CiteClass::Structured => (w.cites_whole, w.stray_structured),
            CiteClass::Whole => (w.cites_whole, w.stray_whole),
            CiteClass::Core => (w.cites_core, w.stray_core),
            CiteClass::Order => (w.cites_order, w.stray_order),
            CiteClass::Tail => (w.cites_tail, w.stray_tail),
            CiteClass::Near => (w.cites_near, w.stray_near),
        };
        let stray = (stray * STRAY_PER_DIGIT.powi(missing)).min(2.0);
        let per_item = stray * f64::from(cite.sharing) / self.chance.open_items.max(1.0);
        (known / per_item).log2().clamp(-2.0, MOST_BITS)
    }
}
