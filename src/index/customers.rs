//! Customers by account and by name.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::key::{NameToken, TokenSort};
use crate::model::stage::{PayerCandidate, PayerMark, PayerView};

use super::alike::{Letters, alike};

/// Customers that may share a token before it no longer leads to them.
const COMMON: usize = 400;
/// Customers that are compared with one payer.
const COMPARED: usize = 200;
/// Customers that are kept for one payer.
const KEPT: usize = 8;
/// Share of its rarity that a word of the trade keeps.
const TRADE_SHARE: f64 = 0.2;
/// Bits that an account says beyond singling out one customer of all: accounts are rarely mistaken.
const IBAN_BITS: f64 = 10.0;
/// The most that a name says beyond singling out one customer of all.
const NAME_BITS: f64 = 7.0;
/// Bits that a name says besides when nothing is missing from it and nothing is too much.
const EXACT_BITS: f64 = 2.0;
/// Bits that a name says besides when it goes with an account that is known already.
const NAME_BESIDE_IBAN: f64 = 4.0;
/// Odds that a payer is nobody whom the ledger knows, against one who is singled out just as well as chance would.
const UNKNOWN: f64 = 1.0 / 9.0;
/// The least that a word says which is no legal form: most customers bear it.
const LEAST_BITS: f64 = 0.2;
/// What a legal form says.
const LEGAL_BITS: f64 = 0.1;
/// Share of a word's bits that counts against a likeness when it stands in one name only.
const MISSING_SHARE: f64 = 0.5;
/// How far a word agrees with one that it begins: where the field may have cut it, as an abbreviation; or with one misspelt.
const CUT_SHORT: f64 = 0.95;
const ABBREVIATED: f64 = 0.6;
const MISSPELT: f64 = 0.8;
/// Words that are looked up for a beginning.
const BEGINNINGS: usize = 32;
/// Likeness from which a name counts as recognised.
const LIKE: f64 = 0.55;
/// The same for a name that stands somewhere in a text.
const LIKE_IN_TEXT: f64 = 0.75;

/// How a name is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    /// Whole, in a field of its own.
    Whole,
    /// In a field of its own, perhaps cut at its end.
    Cut,
    /// Somewhere in a text.
    Text,
}

/// The names and accounts of one customer, folded.
#[derive(Clone, Debug, Default)]
pub struct CustomerNames {
    /// Tokens of each name.
    pub names: Vec<Vec<NameToken>>,
    /// Accounts, as letters and digits.
    pub ibans: Vec<Box<str>>,
}

/// A customer whose name is like the payer's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NameHit {
    /// The customer.
    pub customer: u32,
    /// Bits by which the likeness exceeds chance.
    pub bits: f64,
    /// Share of the rarity of both names that agrees, 0 to 1.
    pub likeness: f64,
}

/// Customers by account and by tokens of their names.
#[derive(Debug, Default)]
pub struct CustomerIndex {
    names: Vec<(u32, Vec<u32>)>,
    tokens: HashMap<Box<str>, u32, FixedState>,
    texts: Vec<Box<str>>,
    letters: Vec<Letters>,
    bits: Vec<f64>,
    names_of_token: Vec<Vec<u32>>,
    sorted: Vec<u32>,
    ibans: HashMap<Box<str>, Vec<u32>, FixedState>,
    customers: usize,
    rarest: f64,
}

impl CustomerIndex {
    /// Builds the index; the position in the list is the customer.
    pub fn build(customers: &[CustomerNames]) -> Self {
        let mut index = Self { customers: customers.len(), ..Self::default() };
        let mut holders: Vec<u32> = Vec::new();
        let mut last_holder: Vec<u32> = Vec::new();
        let mut sorts: Vec<TokenSort> = Vec::new();
        for (customer, known) in (0u32..).zip(customers) {
            for iban in &known.ibans {
                let of = index.ibans.entry(iban.clone()).or_default();
                if !of.contains(&customer) {
                    of.push(customer);
                }
            }
            for name in known.names.iter().filter(|n| !n.is_empty()) {
                let mut ids = Vec::with_capacity(name.len());
                for token in name {
                    let id = *index.tokens.entry(token.text.clone()).or_insert_with(|| {
                        index.texts.push(token.text.clone());
                        index.names_of_token.push(Vec::new());
                        holders.push(0);
                        last_holder.push(u32::MAX);
                        sorts.push(token.sort);
                        index.texts.len() as u32 - 1
                    });
                    if last_holder[id as usize] != customer {
                        last_holder[id as usize] = customer;
                        holders[id as usize] += 1;
                    }
                    ids.push(id);
                }
                for id in &ids {
                    index.names_of_token[*id as usize].push(index.names.len() as u32);
                }
                index.names.push((customer, ids));
            }
        }
        index.rarest = ((customers.len() + 1) as f64).log2().max(1.0);
        index.bits = (holders.iter().zip(&sorts)).map(|(held, sort)| index.token_bits(*held, *sort)).collect();
        index.letters = index.texts.iter().map(|text| Letters::of(text)).collect();
        index.sorted = (0..index.texts.len() as u32).collect();
        index.sorted.sort_unstable_by(|a, b| index.texts[*a as usize].cmp(&index.texts[*b as usize]));
        index
    }

    fn token_bits(&self, held: u32, sort: TokenSort) -> f64 {
        let rarity = ((self.customers + 1) as f64 / f64::from(held.max(1))).log2().max(LEAST_BITS);
        match sort {
            TokenSort::Proper => rarity,
            TokenSort::Trade => rarity * TRADE_SHARE,
            TokenSort::Legal => LEGAL_BITS,
        }
    }

    /// Customers whose name is like this one, likeliest first. A name of 27, 35 or 70 characters may have been cut.
    pub fn by_name(&self, payer: &[NameToken], cut: bool) -> Vec<NameHit> {
        self.find(payer, if cut { Given::Cut } else { Given::Whole })
    }

    /// Customers whose name stands somewhere in a text: what else stands there says nothing against them.
    pub fn by_text(&self, text: &[NameToken]) -> Vec<NameHit> {
        self.find(text, Given::Text)
    }

    fn find(&self, payer: &[NameToken], given: Given) -> Vec<NameHit> {
        let cut = given == Given::Cut;
        let words: Vec<Word<'_>> = payer.iter().map(|token| self.look_up(token)).collect();
        let mut leads: Vec<u32> = words.iter().filter_map(|word| word.id).collect();
        if let Some(last) = payer.last().filter(|t| cut && t.text.len() >= 3) {
            leads.extend(self.with_prefix(&last.text));
        }
        leads.sort_unstable_by(|a, b| self.bits[*b as usize].total_cmp(&self.bits[*a as usize]).then(a.cmp(b)));
        leads.dedup();
        let mut seen: Vec<u32> = Vec::new();
        for id in leads {
            let names = &self.names_of_token[id as usize];
            if names.len() > COMMON || seen.len() >= COMPARED {
                continue;
            }
            seen.extend(names);
        }
        seen.sort_unstable();
        seen.dedup();
        let mut hits: Vec<NameHit> = Vec::new();
        let mut used = Vec::new();
        for name in seen {
            let (customer, tokens) = &self.names[name as usize];
            let (bits, likeness) = self.compare(&words, tokens, given, &mut used);
            if likeness < if given == Given::Text { LIKE_IN_TEXT } else { LIKE } {
                continue;
            }
            match hits.iter_mut().find(|h| h.customer == *customer) {
                Some(hit) if hit.bits < bits => *hit = NameHit { customer: *customer, bits, likeness },
                Some(_) => {}
                None => hits.push(NameHit { customer: *customer, bits, likeness }),
            }
        }
        hits.sort_unstable_by(|a, b| b.bits.total_cmp(&a.bits).then(a.customer.cmp(&b.customer)));
        hits.truncate(KEPT);
        hits
    }

    /// Tokens that begin with a cut one, a few at most.
    fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = u32> + '_ {
        let start = self.sorted.partition_point(|id| &*self.texts[*id as usize] < prefix);
        let prefix = prefix.to_string();
        self.sorted[start..]
            .iter()
            .copied()
            .take_while(move |id| self.texts[*id as usize].starts_with(&prefix))
            .take(BEGINNINGS)
    }

    fn look_up<'t>(&self, token: &'t NameToken) -> Word<'t> {
        let id = self.tokens.get(&token.text).copied();
        let bits = id.map_or_else(|| self.token_bits(1, token.sort), |id| self.bits[id as usize]);
        Word { text: &token.text, letters: Letters::of(&token.text), id, bits }
    }

    /// How much more alike two names are than by chance, and the share of both that agrees. `used` is a buffer.
    fn compare(&self, payer: &[Word<'_>], customer: &[u32], given: Given, used: &mut Vec<bool>) -> (f64, f64) {
        used.clear();
        used.resize(customer.len(), false);
        let (mut agreed, mut payer_bits) = (0.0, 0.0);
        for (n, word) in payer.iter().enumerate() {
            let own = word.bits;
            let last = given == Given::Cut && n + 1 == payer.len();
            let best = (customer.iter().enumerate())
                .filter(|(at, _)| !used[*at])
                .map(|(at, id)| (at, *id, self.agreement(word, *id, last)))
                .max_by(|a, b| a.2.total_cmp(&b.2).then(b.0.cmp(&a.0)))
                .filter(|(_, _, share)| *share > 0.0);
            payer_bits += own;
            if let Some((at, id, share)) = best {
                used[at] = true;
                let bits = self.bits[id as usize];
                agreed += share * bits;
                // A token that is only like its fellow counts as much as that one does.
                payer_bits += bits - own;
            }
        }
        let customer_bits: f64 = customer.iter().map(|id| self.bits[*id as usize]).sum();
        // Half of what a cut name lacks may stand behind the cut.
        let missing = if given == Given::Cut { 0.5 } else { 1.0 } * (customer_bits - agreed).max(0.0);
        let extra = if given == Given::Text { 0.0 } else { (payer_bits - agreed).max(0.0) };
        let likeness = agreed / (agreed + missing.max(extra)).max(f64::MIN_POSITIVE);
        (agreed - MISSING_SHARE * (missing + extra), likeness)
    }

    /// How far two tokens agree, 0 to 1: equal, cut short, abbreviated, or a letter apart.
    fn agreement(&self, payer: &Word<'_>, customer: u32, may_be_cut: bool) -> f64 {
        if payer.id == Some(customer) {
            return 1.0;
        }
        let text = &*self.texts[customer as usize];
        if payer.text.len() >= 3 && text.starts_with(payer.text) {
            return if may_be_cut { CUT_SHORT } else { ABBREVIATED };
        }
        let long = payer.text.len() >= 5 && text.len() >= 5;
        if long && alike((payer.text, payer.letters), (text, self.letters[customer as usize])) { MISSPELT } else { 0.0 }
    }

    /// Who a payer may be, from the account and from the names that are like his.
    pub fn identify(&self, iban: &str, by_name: &[NameHit]) -> PayerView {
        let owners: &[u32] = self.ibans.get(iban).map_or(&[], Vec::as_slice);
        let mut scored: Vec<(u32, PayerMark, f64, f64)> = Vec::new();
        for customer in owners.iter().take(KEPT) {
            // An account that several share says that it is one of them, and leaves it to the name which.
            scored.push((*customer, PayerMark::Iban, 1.0, self.rarest + IBAN_BITS - (owners.len() as f64).log2()));
        }
        for hit in by_name {
            let exact = if hit.likeness > 0.999 { EXACT_BITS } else { 0.0 };
            let bits = (hit.bits + exact).min(self.rarest + NAME_BITS);
            match scored.iter_mut().find(|s| s.0 == hit.customer) {
                Some(known) => *known = (known.0, PayerMark::IbanAndName, hit.likeness, known.3 + NAME_BESIDE_IBAN),
                None => scored.push((hit.customer, PayerMark::Name, hit.likeness, bits)),
            }
        }
        let odds = |bits: f64| (bits - self.rarest).exp2();
        let total: f64 = scored.iter().map(|s| odds(s.3)).sum::<f64>() + UNKNOWN;
        let mut candidates: Vec<PayerCandidate> = (scored.into_iter())
            .map(|(customer, mark, likeness, bits)| PayerCandidate {
                customer,
                mark,
                likeness,
                probability: odds(bits) / total,
            })
            .collect();
        candidates.sort_unstable_by(|a, b| b.probability.total_cmp(&a.probability).then(a.customer.cmp(&b.customer)));
        candidates.truncate(KEPT);
        PayerView { candidates }
    }
}

/// A token of a payer's name, looked up once for all the names that it is compared with.
struct Word<'t> {
    text: &'t str,
    letters: Letters,
    /// The token of customers that is the same.
    id: Option<u32>,
    bits: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::key::TokenSort;

    /// The tokens of a name that is folded already.
    fn tokens(name: &str) -> Vec<NameToken> {
        let sort = |w: &str| if w == "TRANSPORTS" { TokenSort::Trade } else { TokenSort::Proper };
        name.split(' ').filter(|w| !w.is_empty()).map(|w| NameToken { text: w.into(), sort: sort(w) }).collect()
    }

    fn index(names: &[&str]) -> CustomerIndex {
        let customers: Vec<CustomerNames> =
            names.iter().map(|n| CustomerNames { names: vec![tokens(n)], ibans: vec![] }).collect();
        CustomerIndex::build(&customers)
    }

    fn best(index: &CustomerIndex, payer: &str) -> Option<u32> {
        index.identify("", &index.by_name(&tokens(payer), false)).identified().map(|c| c.customer)
    }

    #[test]
    fn rare_tokens_identify_and_trade_words_do_not() {
        let names =
            "DUPONT TRANSPORTS,MARTIN TRANSPORTS,MULLER SOHNE,BERG,ROSSI,COSTA,NOEL,PERRIN,ARNOLD,CONTI,GROSS,LEROY";
        let index = index(&names.split(',').collect::<Vec<_>>());
        assert_eq!(best(&index, "DUPONT TRANSPORTS"), Some(0));
        assert_eq!(best(&index, "MULLER SOHNE"), Some(2));
        assert_eq!(best(&index, "SOHNE MULLER"), Some(2));
        assert_eq!(best(&index, "TRANSPORTS DURAND"), None);
        assert_eq!(best(&index, ""), None);
    }

    #[test]
    fn equal_names_leave_the_payer_open() {
        let index = index(&["MARTIN", "MARTIN", "ROSSI"]);
        let view = index.identify("", &index.by_name(&tokens("MARTIN"), false));
        assert_eq!(view.identified(), None);
        assert_eq!(view.candidates.len(), 2);
        assert_eq!(view.candidates[0].probability, view.candidates[1].probability);
    }
}
