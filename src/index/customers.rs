//! Customers by account, by name and by what a text may call them: who a payer may be.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::key::{Atom, KeyHash, NameToken, key_of, stripped, telling};
use crate::model::stage::{PayerCandidate, PayerMark, PayerView, UNKNOWN_PRIOR};

use super::likeness::{KEPT, NameHit, NameIndex, NameScratch};

/// Bits that an account says beyond singling out one customer of all: accounts are rarely mistaken.
const IBAN_BITS: f64 = 10.0;
/// The most that a name says beyond singling out one customer of all.
const NAME_BITS: f64 = 7.0;
/// Bits that a name says besides when nothing is missing from it and nothing is too much.
const EXACT_BITS: f64 = 2.0;
/// Bits that a name says besides when it goes with an account that is known already.
const NAME_BESIDE_IBAN: f64 = 4.0;
/// Bits that a customer number says beyond singling out one customer of all: it is written down for nobody else.
const NUMBER_BITS: f64 = 8.0;
/// Bits against a name whose customer has known accounts when the money comes from another one: one payment in eight comes from
/// an account that the ledger does not know, a stranger of that name always from one.
const OTHER_ACCOUNT_BITS: f64 = 3.0;
/// Odds that a payer is nobody whom the ledger knows, against one who is singled out just as well as chance would.
const UNKNOWN: f64 = UNKNOWN_PRIOR / (1.0 - UNKNOWN_PRIOR);
/// How telling a customer number must be to be found anywhere in a text, and behind a word that announces it.
const TELLING: u8 = 6;
const TELLING_ANNOUNCED: usize = 3;
/// Letters and digits of the longest number that a text is searched for, and atoms that it may be written in.
const LONGEST_NUMBER: usize = 20;
const ATOMS: usize = 5;
/// Words that announce a customer number, folded. A text is searched this many atoms back.
const ANNOUNCING: &[&str] = &[
    "CLIENT",
    "CLIENTE",
    "CLIENTS",
    "CUST",
    "CUSTNO",
    "CUSTOMER",
    "DEBITEUR",
    "DEBITEURNR",
    "DEBITOR",
    "DEBITOREN",
    "DEBITORENNR",
    "KD",
    "KDNR",
    "KLANT",
    "KLANTNR",
    "KLANTNUMMER",
    "KNR",
    "KUNDE",
    "KUNDEN",
    "KUNDENNR",
    "KUNDENNUMMER",
];
const ANNOUNCED_WITHIN: usize = 4;

/// The names, accounts and numbers of one customer, folded.
#[derive(Clone, Debug, Default)]
pub struct CustomerNames {
    /// Tokens of each name.
    pub names: Vec<Vec<NameToken>>,
    /// Accounts, as letters and digits.
    pub ibans: Vec<Box<str>>,
    /// Customer number, as letters and digits; empty where the list has none.
    pub number: Box<str>,
    /// VAT number, as letters and digits; empty where it is not known.
    pub vat_number: Box<str>,
}

/// Evidence about the payer that comes neither from his name nor from an account of master data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hint {
    /// The customer.
    pub customer: u32,
    /// What it is.
    pub mark: PayerMark,
    /// Bits beyond singling out one customer of all: [`PayerMark::Before`] as far as experience goes, [`PayerMark::Text`] on top of
    /// whatever else is known.
    pub bits: f64,
}

/// What a text calls a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Number {
    customer: u32,
    /// Found only behind a word that announces it.
    announced: bool,
}

/// Customers by account, by tokens of their names, and by their numbers.
#[derive(Debug, Default)]
pub struct CustomerIndex {
    names: NameIndex,
    ibans: HashMap<Box<str>, Vec<u32>, FixedState>,
    has_account: Vec<bool>,
    /// By hash of the canonical number; `None` where several customers share it.
    numbers: HashMap<u64, Option<Number>, FixedState>,
    /// Lengths of those numbers, a bit for each.
    lengths: u32,
    rarest: f64,
}

impl CustomerIndex {
    /// Builds the index; the position in the list is the customer.
    pub fn build(customers: &[CustomerNames]) -> Self {
        let mut index = Self {
            names: NameIndex::build(customers.iter().map(|c| &*c.names)),
            has_account: customers.iter().map(|c| !c.ibans.is_empty()).collect(),
            rarest: ((customers.len() + 1) as f64).log2().max(1.0),
            ..Self::default()
        };
        for (customer, known) in (0u32..).zip(customers) {
            for iban in &known.ibans {
                let of = index.ibans.entry(iban.clone()).or_default();
                if !of.contains(&customer) {
                    of.push(customer);
                }
            }
            index.push_numbers(customer, known);
        }
        index
    }

    fn push_numbers(&mut self, customer: u32, known: &CustomerNames) {
        let number = &*known.number;
        if number.bytes().any(|b| b.is_ascii_digit()) {
            // Digits alone stand for many things: such a number must be announced.
            let letters = number.bytes().any(|b| b.is_ascii_alphabetic());
            self.push_number(customer, number, !letters || telling(number) < TELLING);
            let digits = stripped(number.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
            if digits != number && digits.bytes().all(|b| b.is_ascii_digit()) {
                self.push_number(customer, digits, true);
            }
        }
        let vat = &*known.vat_number;
        if vat.bytes().filter(u8::is_ascii_digit).count() >= 8 {
            self.push_number(customer, vat, false);
            // A French VAT number ends with the company's nine digits (SIREN), behind a key of two characters.
            if let Some(siren) = vat.strip_prefix("FR").filter(|rest| rest.len() == 11).map(|rest| &rest[2..]) {
                self.push_number(customer, siren, false);
            }
        }
    }

    fn push_number(&mut self, customer: u32, number: &str, announced: bool) {
        if (TELLING_ANNOUNCED..=LONGEST_NUMBER).contains(&number.len()) {
            let new = Number { customer, announced };
            let known = self.numbers.entry(key_of(number)).or_insert(Some(new));
            if known.is_some_and(|known| known.customer != customer) {
                *known = None;
            }
            self.lengths |= 1 << number.len();
        }
    }

    /// Customers whose name is like this one, likeliest first. A name of 27, 35 or 70 characters may have been cut.
    pub fn by_name(&self, payer: &[NameToken], cut: bool, scratch: &mut NameScratch) -> Vec<NameHit> {
        self.names.by_name(payer, cut, scratch)
    }

    /// Customers whose name stands somewhere in a text: what else stands there says nothing against them.
    pub fn by_text(&self, text: &[NameToken], scratch: &mut NameScratch) -> Vec<NameHit> {
        self.names.by_text(text, scratch)
    }

    /// Whether master data or an item ties this account to a customer.
    pub fn knows_account(&self, iban: &str) -> bool {
        self.ibans.contains_key(iban)
    }

    /// Whether any customer has a number that a text may call him by.
    pub fn have_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// The customers whose number, VAT number or company number stands in a folded text, in its order.
    pub fn numbered(&self, folded: &str, atoms: &[Atom]) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        for first in 0..atoms.len() {
            let (mut hash, mut length) = (KeyHash::new(), 0);
            for (at, atom) in atoms.iter().enumerate().skip(first).take(ATOMS) {
                // One separator at most stands within a number.
                if at > first && atom.start > atoms[at - 1].end + 1 {
                    break;
                }
                let text = atom.text(folded);
                (hash, length) = (hash.with(text), length + text.len());
                if length > LONGEST_NUMBER {
                    break;
                }
                let ends = atoms.get(at + 1).is_none_or(|next| !next.glued);
                if !ends || atoms[first].glued || self.lengths & (1 << length) == 0 {
                    continue;
                }
                let number = self.numbers.get(&hash.finish()).copied().flatten();
                let valid = |n: &Number| !n.announced || announced(folded, &atoms[..first]);
                if let Some(number) = number.filter(valid).filter(|n| !found.contains(&n.customer)) {
                    found.push(number.customer);
                }
            }
        }
        found
    }

    /// Evidence of a customer number in the text.
    pub fn number_hint(customer: u32) -> Hint {
        Hint { customer, mark: PayerMark::Text, bits: NUMBER_BITS }
    }

    /// Evidence of a name that the text gives as the one that is paid for.
    pub fn text_hint(&self, hit: &NameHit) -> Hint {
        let bits = (hit.bits - self.rarest).min(NAME_BITS);
        Hint { customer: hit.customer, mark: PayerMark::Text, bits }
    }

    /// Evidence of earlier receipts: so many were this customer's, and a further one would be for somebody else with `others`
    /// weight. The odds against nobody known are those of the two.
    pub fn hint_before(customer: u32, receipts: u32, others: f64) -> Hint {
        Hint { customer, mark: PayerMark::Before, bits: (f64::from(receipts) * UNKNOWN / others).log2() }
    }

    /// Who a payer may be: from the account, from the names that are like his, and from what else is known. Account, name and
    /// earlier receipts are one fact that is seen several times; what the text says is another.
    pub fn identify(&self, iban: &str, by_name: &[NameHit], hints: &[Hint]) -> PayerView {
        let owners: &[u32] = self.ibans.get(iban).map_or(&[], Vec::as_slice);
        let mut scored: Vec<Scored> = Vec::new();
        for customer in owners.iter().take(KEPT) {
            // An account that several share says that it is one of them, and leaves it to the name which.
            let bits = IBAN_BITS - (owners.len() as f64).log2();
            scored.push(Scored { customer: *customer, mark: PayerMark::Iban, likeness: 1.0, bits });
        }
        // Earlier receipts name a customer once, so that only an owner can be there already.
        let owners = scored.len();
        for hint in hints.iter().filter(|h| h.mark == PayerMark::Before) {
            let bits = hint.bits.min(IBAN_BITS);
            crate::model::steps::count(owners);
            match scored[..owners].iter_mut().find(|s| s.customer == hint.customer) {
                Some(known) => known.bits = known.bits.max(bits),
                None => scored.push(Scored { customer: hint.customer, mark: hint.mark, likeness: 1.0, bits }),
            }
        }
        for hit in by_name {
            let exact = if hit.likeness > 0.999 { EXACT_BITS } else { 0.0 };
            let bits = (hit.bits - self.rarest + exact).min(NAME_BITS);
            crate::model::steps::count(scored.len());
            if let Some(known) = scored.iter_mut().find(|s| s.customer == hit.customer) {
                known.mark = if known.mark == PayerMark::Iban { PayerMark::IbanAndName } else { known.mark };
                known.likeness = hit.likeness;
                known.bits = known.bits.max(bits) + NAME_BESIDE_IBAN;
                continue;
            }
            let elsewhere = !iban.is_empty() && self.has_account.get(hit.customer as usize) == Some(&true);
            let bits = bits - if elsewhere { OTHER_ACCOUNT_BITS } else { 0.0 };
            scored.push(Scored { customer: hit.customer, mark: PayerMark::Name, likeness: hit.likeness, bits });
        }
        for hint in hints.iter().filter(|h| h.mark == PayerMark::Text) {
            match scored.iter_mut().find(|s| s.customer == hint.customer) {
                Some(known) => known.bits += hint.bits.max(0.0),
                None => scored.push(Scored {
                    customer: hint.customer,
                    mark: hint.mark,
                    likeness: 1.0,
                    bits: hint.bits.min(NUMBER_BITS),
                }),
            }
        }
        view(scored)
    }
}

/// A customer with the evidence that he is the payer.
struct Scored {
    customer: u32,
    mark: PayerMark,
    likeness: f64,
    /// Beyond singling out one customer of all.
    bits: f64,
}

fn view(mut scored: Vec<Scored>) -> PayerView {
    // From here on, odds.
    scored.iter_mut().for_each(|s| s.bits = s.bits.exp2());
    let total: f64 = scored.iter().map(|s| s.bits).sum::<f64>() + UNKNOWN;
    let mut candidates: Vec<PayerCandidate> = (scored.into_iter())
        .map(|Scored { customer, mark, likeness, bits }| PayerCandidate {
            customer,
            mark,
            likeness,
            probability: bits / total,
        })
        .collect();
    candidates.sort_unstable_by(|a, b| b.probability.total_cmp(&a.probability).then(a.customer.cmp(&b.customer)));
    candidates.truncate(KEPT);
    // Held for every payment to the end: room for thousands of one name would add up.
    candidates.shrink_to_fit();
    PayerView { candidates }
}

/// Whether a word before a number announces it as the customer's.
fn announced(folded: &str, before: &[Atom]) -> bool {
    let near = &before[before.len().saturating_sub(ANNOUNCED_WITHIN)..];
    // Another number between the word and this one is the one that was announced.
    let from = near.iter().rposition(|atom| atom.digits).map_or(0, |at| at + 1);
    near[from..].iter().any(|atom| ANNOUNCING.contains(&atom.text(folded)))
}

#[cfg(test)]
#[path = "customers_tests.rs"]
mod tests;
