//! How far two names agree, word by word.
//!
//! A payer's name is compared with hundreds of customers' that share a word with it, and these are made of few words: how far
//! a word of theirs agrees with each of his is found out once for all of them.

use crate::model::key::TokenSort;

use super::alike::{Letters, alike, comparable, one_edit};

/// Share of its rarity that a word of the trade keeps.
const TRADE_SHARE: f64 = 0.2;
/// The least that a word says which is no legal form: most customers bear it.
const LEAST_BITS: f64 = 0.2;
/// What a legal form says.
const LEGAL_BITS: f64 = 0.1;
/// Share of a word's bits that counts against a likeness when it stands in the customer's name only, or in the payer's only;
/// of the latter no more than so many bits, because banks print addresses and departments behind names.
const MISSING_SHARE: f64 = 0.5;
const EXTRA_SHARE: f64 = 0.9;
const MOST_EXTRA_BITS: f64 = 8.0;
/// Share of what a cut name lacks that counts: half of it may stand behind the cut.
const MISSING_OF_CUT: f64 = 0.5;
/// How far a word agrees with one that it begins: where the field may have cut it, or as an abbreviation; less where the shorter
/// one is a whole word of other names (`MARTIN`, `MARTINELLI`).
const CUT_SHORT: f64 = 0.95;
const ABBREVIATED: f64 = 0.6;
const BEGINS_ANOTHER: f64 = 0.3;
/// How far a word agrees with one that is misspelt, and with a short one. A typing error says little against a name: who has
/// another name would have to mistype it just so. It does where what is written is another name of the ledger.
const MISSPELT: f64 = 0.95;
const MISSPELT_SHORT: f64 = 0.85;
const MISTAKEN: f64 = 0.6;
/// Letters from which a word may be misspelt, be so freely, and be two words in one.
pub(super) const SPELT: usize = 4;
pub(super) const SPELT_FREELY: usize = 5;
pub(super) const JOINED: usize = 6;
/// Likeness from which a name counts as recognised.
const LIKE: f64 = 0.55;
/// The same for a name that stands somewhere in a text.
const LIKE_IN_TEXT: f64 = 0.75;
/// What sums of a few bits may differ by for being added up in another order, far more than they can.
const ROUNDING: f64 = 1e-6;

/// How a name is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Whole, in a field of its own.
    Whole,
    /// In a field of its own, perhaps cut at its end.
    Cut,
    /// Somewhere in a text.
    Text,
}

impl Given {
    /// Likeness from which a name counts as recognised.
    pub(super) fn like(self) -> f64 {
        if self == Self::Text { LIKE_IN_TEXT } else { LIKE }
    }

    /// Share of what a customer's name has and the payer's lacks.
    fn missing_share(self) -> f64 {
        if self == Self::Cut { MISSING_OF_CUT } else { 1.0 }
    }
}

/// Bits that a word says which so many of all customers bear.
pub(super) fn bits_of(customers: usize, held: u32, sort: TokenSort) -> f64 {
    let rarity = ((customers + 1) as f64 / f64::from(held.max(1))).log2().max(LEAST_BITS);
    match sort {
        TokenSort::Proper => rarity,
        TokenSort::Trade => rarity * TRADE_SHARE,
        TokenSort::Legal => LEGAL_BITS,
    }
}

/// A word of customers' names.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) text: Box<str>,
    letters: Letters,
    pub(super) bits: f64,
}

impl Known {
    pub(super) fn new(text: Box<str>, bits: f64) -> Self {
        Self { letters: Letters::of(&text), text, bits }
    }
}

/// A word of a payer's name, looked up once for all the names that it is compared with.
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    letters: Letters,
    /// The word of customers that is the same.
    pub(super) id: Option<u32>,
    bits: f64,
}

impl<'t> Word<'t> {
    pub(super) fn new(text: &'t str, id: Option<u32>, bits: f64) -> Self {
        Self { text, letters: Letters::of(text), id, bits }
    }

    /// How far it agrees with a word of a customer, 0 to 1: equal, cut short, abbreviated, or a letter apart.
    fn agreement(&self, id: u32, known: &Known, may_be_cut: bool) -> f64 {
        if self.id == Some(id) {
            return 1.0;
        }
        if !comparable((self.text.len(), self.letters), (known.text.len(), known.letters)) {
            return 0.0;
        }
        let text = &*known.text;
        let shortest = self.text.len().min(text.len());
        if shortest >= 3 && (text.starts_with(self.text) || self.text.starts_with(text)) {
            let payer_is_short = self.text.len() < text.len();
            return match self.id {
                _ if may_be_cut && payer_is_short => CUT_SHORT,
                // So long a beginning is hardly another's; a letter too much is a typing error.
                None if shortest >= SPELT_FREELY || self.text.len().abs_diff(text.len()) == 1 => MISSPELT_SHORT,
                None => ABBREVIATED,
                // Singular and plural, or `MARTIN` and `MARTINI`.
                Some(_) if self.text.len().abs_diff(text.len()) == 1 => MISTAKEN,
                Some(_) => BEGINS_ANOTHER,
            };
        }
        let (this, other) = ((self.text, self.letters), (text, known.letters));
        let freely = shortest >= SPELT_FREELY;
        if !(freely && alike(this, other) || shortest >= SPELT && one_edit(this, other)) {
            return 0.0;
        }
        match self.id {
            Some(_) => MISTAKEN,
            None if freely => MISSPELT,
            None => MISSPELT_SHORT,
        }
    }

    /// Whether it may be two words of a customer, written as one.
    pub(super) fn may_be_joined(&self) -> bool {
        self.id.is_none() && self.text.len() >= JOINED
    }

    /// Whether a word of customers stands at its beginning or at its end.
    fn begins_or_ends_with(&self, known: &Known) -> bool {
        known.letters.are_within(self.letters)
            && (self.text.starts_with(&*known.text) || self.text.ends_with(&*known.text))
    }

    /// Where it is two neighbouring words of this customer.
    fn two_in_one(&self, known: &[Known], customer: &[u32], used: &[bool]) -> Option<usize> {
        if !self.may_be_joined() {
            return None;
        }
        (0..customer.len().saturating_sub(1)).find(|at| {
            let rest = self.text.strip_prefix(&*known[customer[*at] as usize].text);
            !used[*at] && !used[at + 1] && rest == Some(&*known[customer[at + 1] as usize].text)
        })
    }
}

/// How far two names agree.
pub(super) struct Compared {
    /// By how much more than by chance.
    pub(super) bits: f64,
    /// Share of the rarity of both that agrees.
    pub(super) likeness: f64,
    /// Word for word, though perhaps misspelt or abbreviated.
    pub(super) whole: bool,
}

/// With which words of a payer a word of customers agrees.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    /// A bit for each word of the payer that may be this one; the last bit for all from there on.
    words: u64,
    /// Its shares in the list of them.
    shares: (u32, u32),
}

const LAST_BIT: usize = 63;

/// What was found out about the words of customers for one payer: buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// For each word of customers, in which round it was met, and its row.
    of_word: Vec<(u32, u32)>,
    round: u32,
    /// The first is of all words that agree with none.
    rows: Vec<Row>,
    /// Words of the payer, each with how far it agrees.
    shares: Vec<(u32, f64)>,
    used: Vec<bool>,
}

impl Rows {
    /// Begins with another payer.
    pub(super) fn begin(&mut self, known: usize) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 || self.of_word.len() != known {
            self.of_word.clear();
            self.of_word.resize(known, (0, 0));
            self.round = 1;
        }
        self.rows.clear();
        self.rows.push(Row::default());
        self.shares.clear();
    }
}

/// Numbers that were met, to be forgotten at once.
#[derive(Debug, Default)]
pub(super) struct Marks {
    met: Vec<u32>,
    round: u32,
}

impl Marks {
    /// Forgets all; numbers are below `size`.
    pub(super) fn clear(&mut self, size: usize) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 || self.met.len() != size {
            self.met.clear();
            self.met.resize(size, 0);
            self.round = 1;
        }
    }

    /// Marks a number; whether it was not met before.
    pub(super) fn first(&mut self, number: u32) -> bool {
        std::mem::replace(&mut self.met[number as usize], self.round) != self.round
    }
}

/// The comparison of one payer's name with those of customers.
pub(super) struct Comparison<'a, 't> {
    pub(super) known: &'a [Known],
    pub(super) payer: &'a [Word<'t>],
    pub(super) given: Given,
}

impl Comparison<'_, '_> {
    #[inline]
    fn row<'r>(&self, id: u32, rows: &'r mut Rows) -> &'r Row {
        let (round, row) = rows.of_word[id as usize];
        let row = if round == rows.round { row } else { self.new_row(id, rows) };
        &rows.rows[row as usize]
    }

    fn new_row(&self, id: u32, rows: &mut Rows) -> u32 {
        let known = &self.known[id as usize];
        let (mut words, first) = (0, rows.shares.len() as u32);
        for (n, word) in self.payer.iter().enumerate() {
            let last = self.given == Given::Cut && n + 1 == self.payer.len();
            let share = word.agreement(id, known, last);
            if share > 0.0 {
                rows.shares.push((n as u32, share));
            }
            if share > 0.0 || word.may_be_joined() && word.begins_or_ends_with(known) {
                words |= 1 << n.min(LAST_BIT);
            }
        }
        let mut row = 0;
        if words != 0 {
            row = rows.rows.len() as u32;
            rows.rows.push(Row { words, shares: (first, rows.shares.len() as u32) });
        }
        rows.of_word[id as usize] = (rows.round, row);
        row
    }

    /// Compares with the name of a customer, whose words together say so many bits; `None` where it is not like the payer's.
    pub(super) fn with(&self, customer: &[u32], customer_bits: f64, rows: &mut Rows) -> Option<Compared> {
        let compared = self.compare(customer, customer_bits, rows);
        (compared.likeness >= self.given.like()).then_some(compared)
    }

    /// Whether the words that agree at all are enough: most names are ruled out here, for the one word that they share. The words
    /// of the customer's name come rarest first, so that one or two that agree with none are enough against it.
    pub(super) fn may_be_like(&self, rarest: &[u32], customer_bits: f64, rows: &mut Rows) -> bool {
        let least = self.given.like() - ROUNDING;
        let enough = |agreed: f64, lacking: f64| agreed >= least * (agreed + lacking);
        let (mut agreed, mut missing, mut words) = (customer_bits, 0.0, 0);
        for id in rarest {
            let row = self.row(*id, rows);
            words |= row.words;
            if row.words == 0 {
                let bits = self.known[*id as usize].bits;
                (agreed, missing) = (agreed - bits, missing + bits);
                if !enough(agreed, self.given.missing_share() * missing) {
                    return false;
                }
            }
        }
        let lacks = |n: usize| words & (1 << n.min(LAST_BIT)) == 0;
        let extra = || self.payer.iter().enumerate().filter(|(n, _)| lacks(*n)).map(|(_, word)| word.bits).sum();
        self.given == Given::Text || enough(agreed, extra())
    }

    /// How far the two names agree.
    fn compare(&self, customer: &[u32], customer_bits: f64, rows: &mut Rows) -> Compared {
        let mut used = std::mem::take(&mut rows.used);
        used.clear();
        used.resize(customer.len(), false);
        let (mut agreed, mut payer_bits, mut extra_words) = (0.0, 0.0, 0);
        for (n, word) in (0u32..).zip(self.payer) {
            if let Some(at) = word.two_in_one(self.known, customer, &used) {
                used[at..at + 2].fill(true);
                let bits = self.known[customer[at] as usize].bits + self.known[customer[at + 1] as usize].bits;
                agreed += bits;
                payer_bits += bits;
                continue;
            }
            let best = (customer.iter().enumerate())
                .filter(|(at, _)| !used[*at])
                .filter_map(|(at, id)| Some((at, *id, self.share(n, *id, rows)?)))
                .max_by(|a, b| a.2.total_cmp(&b.2).then(b.0.cmp(&a.0)));
            if let Some((at, id, share)) = best {
                used[at] = true;
                let bits = self.known[id as usize].bits;
                agreed += share * bits;
                // A token that is only like its fellow counts as much as that one does.
                payer_bits += bits;
            } else {
                payer_bits += word.bits;
                extra_words += 1;
            }
        }
        let missing = self.given.missing_share() * (customer_bits - agreed).max(0.0);
        let extra = if self.given == Given::Text { 0.0 } else { (payer_bits - agreed).max(0.0) };
        let likeness = agreed / (agreed + missing.max(extra)).max(f64::MIN_POSITIVE);
        let bits = agreed - MISSING_SHARE * missing - (EXTRA_SHARE * extra).min(MOST_EXTRA_BITS);
        let whole = extra_words == 0 && used.iter().all(|used| *used);
        rows.used = used;
        Compared { bits, likeness, whole }
    }

    /// How far a word of the payer agrees with one of the customer, where it does.
    fn share(&self, n: u32, id: u32, rows: &mut Rows) -> Option<f64> {
        let (from, to) = self.row(id, rows).shares;
        rows.shares[from as usize..to as usize].iter().find(|(word, _)| *word == n).map(|(_, share)| *share)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Words that begin one another, are misspelt, and are two in one.
    const KNOWN: [&str; 9] = ["MARTIN", "MARTINELLI", "DUPONT", "DUP", "ONT", "ELEKTRO", "TECHNIK", "BERTOLINI", "AG"];
    const GIVEN: [&str; 9] =
        ["MARTIN", "MARTIM", "MARTINE", "DUPONT", "DUPNOT", "ELEKTROTECHNIK", "BERTOLINNI", "TECH", "LYON"];

    proptest! {
        #[test]
        fn no_name_that_is_like_the_payers_is_ruled_out(
            payer in proptest::collection::vec(0..GIVEN.len(), 1..5),
            customers in proptest::collection::vec(proptest::collection::vec(0..KNOWN.len() as u32, 1..4), 1..9),
            bits in proptest::collection::vec(0.1f64..17.0, KNOWN.len() + GIVEN.len()),
        ) {
            let known: Vec<Known> = KNOWN.iter().zip(&bits).map(|(text, bits)| Known::new((*text).into(), *bits)).collect();
            let words: Vec<Word<'_>> = (payer.iter())
                .map(|n| {
                    let id = KNOWN.iter().position(|known| *known == GIVEN[*n]);
                    Word::new(GIVEN[*n], id.map(|id| id as u32), bits[id.unwrap_or(KNOWN.len() + n)])
                })
                .collect();
            let mut rows = Rows::default();
            for given in [Given::Whole, Given::Cut, Given::Text] {
                let comparison = Comparison { known: &known, payer: &words, given };
                rows.begin(known.len());
                for customer in &customers {
                    let customer_bits = customer.iter().map(|id| known[*id as usize].bits).sum();
                    let likeness = comparison.compare(customer, customer_bits, &mut rows).likeness;
                    let mut rarest = customer.clone();
                    rarest.sort_by(|a, b| known[*b as usize].bits.total_cmp(&known[*a as usize].bits));
                    let ruled_out = !comparison.may_be_like(&rarest, customer_bits, &mut rows);
                    prop_assert!(!ruled_out || likeness < given.like(), "{:?} {:?}", given, customer);
                    let found = comparison.with(customer, customer_bits, &mut rows).map(|compared| compared.likeness);
                    prop_assert_eq!(found, (likeness >= given.like()).then_some(likeness));
                }
            }
        }
    }
}
