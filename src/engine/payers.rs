//! Who paid each receipt: what its fields and its text say, and what other receipts taught.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::index::{CustomerIndex, Hint, NameHit};
use crate::model::Payment;
use crate::model::key::Atom;
use crate::model::stage::PayerView;
use crate::normalise::{keys, names, text};

use super::Request;
use super::confirmed::Confirmed;
use super::facts::{Cited, Facts, Indices, payment};
use super::learned::{Learned, Lesson};

/// Lengths at which banks cut names. A blank at the cut is left out, so that the name is one shorter.
const CUTS: [usize; 6] = [26, 27, 34, 35, 69, 70];
/// Bits against a customer's name that stands anywhere in a text: any of its words may be somebody's name.
const ANYWHERE_BITS: f64 = 3.0;

/// Customers by each distinct name of a payer.
type ByName<'r> = HashMap<&'r str, Vec<NameHit>, FixedState>;

/// Who may have paid each receipt, and what was learned on the way.
pub(super) fn recognise(
    request: &Request<'_>,
    facts: &Facts,
    index: &Indices,
    receipts: &[Cited],
    confirmed: &[Confirmed],
) -> (Vec<PayerView>, Learned) {
    let by_name = payers_by_name(request, facts, index, receipts);
    let of = |receipt: &Cited| payment(request, facts.payment_order[receipt.payment as usize]);
    let seen: Vec<Seen> =
        (receipts.par_iter()).map_init(Vec::new, |atoms, r| Seen::of(of(r), index, &by_name, atoms)).collect();
    let alone: Vec<PayerView> = (confirmed.par_iter()).map(|c| seen[c.receipt as usize].payer(index, &[])).collect();
    let lessons: Vec<Lesson<'_>> = (confirmed.iter().zip(&alone))
        .map(|(c, payer)| {
            let receipt = &receipts[c.receipt as usize];
            let account = &seen[c.receipt as usize].account;
            Lesson {
                payment: receipt.payment,
                customer: c.customer,
                account: if index.customers.knows_account(account) { String::new() } else { account.clone() },
                name: names::folded_words(&of(receipt).payer_name),
                payer,
            }
        })
        .collect();
    let learned = Learned::from(&lessons);
    let payers = (receipts.par_iter().zip(&seen))
        .map(|(receipt, seen)| {
            if learned.is_empty() {
                return seen.payer(index, &[]);
            }
            let name = names::folded_words(&of(receipt).payer_name);
            seen.payer(index, &learned.hints(receipt.payment, &seen.account, &name))
        })
        .collect();
    (payers, learned)
}

/// Customers by each distinct name of a payer: the same name is compared once.
fn payers_by_name<'r>(request: &Request<'r>, facts: &Facts, index: &Indices, receipts: &[Cited]) -> ByName<'r> {
    let mut distinct: Vec<&str> = (receipts.par_iter())
        .map(|r| payment(request, facts.payment_order[r.payment as usize]))
        .flat_map_iter(|p| [&*p.payer_name, &*p.ultimate_name])
        .collect();
    distinct.par_sort_unstable();
    distinct.dedup();
    (distinct.into_par_iter())
        .map(|name| {
            let cut = CUTS.contains(&name.chars().count());
            (name, index.customers.by_name(&names::tokens_and_forms(name), cut))
        })
        .collect::<Vec<_>>()
        .into_iter()
        .collect()
}

/// What a receipt itself says of its payer.
struct Seen {
    /// Canonical.
    account: String,
    hits: Vec<NameHit>,
    /// What the text says of whom it is for.
    text: Vec<Hint>,
}

impl Seen {
    /// Looks a payment up. `atoms` is a buffer.
    fn of(payment: &Payment, index: &Indices, by_name: &ByName<'_>, atoms: &mut Vec<Atom>) -> Self {
        let customers = &index.customers;
        let account = keys::canonical(&payment.payer_iban);
        let folded = text::fold(&payment.remittance);
        text::atoms_into(&folded, atoms);
        let numbered = customers.numbered(&folded, atoms);
        // Several numbers are a list of something else.
        let mut text: Vec<Hint> = match numbered[..] {
            [one] => vec![CustomerIndex::number_hint(one)],
            _ => Vec::new(),
        };
        if payment.payer_name.is_empty() && payment.ultimate_name.is_empty() {
            // Many exports have one text for everything, the payer's name within it.
            return Self { account, hits: customers.by_text(&names::tokens(&folded)), text };
        }
        let hits = hits_of(payment, by_name);
        if let Some(behind) = names::paid_for(&folded) {
            let named = customers.by_text(&names::tokens(behind));
            text.extend(named.iter().map(|hit| customers.text_hint(hit)));
        } else if text.is_empty() && customers.identify(&account, &hits, &[]).is_unknown() {
            let named = customers.by_text(&names::tokens(&folded));
            let weaker = |hint: Hint| Hint { bits: hint.bits - ANYWHERE_BITS, ..hint };
            text.extend(named.iter().map(|hit| weaker(customers.text_hint(hit))));
        }
        Self { account, hits, text }
    }

    /// Who may have paid, with what others taught.
    fn payer(&self, index: &Indices, learned: &[Hint]) -> PayerView {
        match learned {
            [] => index.customers.identify(&self.account, &self.hits, &self.text),
            _ => index.customers.identify(&self.account, &self.hits, &[learned, &self.text].concat()),
        }
    }
}

/// Hits of the payer's own name, and of the one on whose behalf he acted.
fn hits_of(payment: &Payment, by_name: &ByName<'_>) -> Vec<NameHit> {
    let of = |name: &str| by_name.get(name).cloned().unwrap_or_default();
    let mut hits = of(&payment.payer_name);
    for hit in of(&payment.ultimate_name) {
        match hits.iter_mut().find(|h| h.customer == hit.customer) {
            Some(known) if known.bits < hit.bits => *known = hit,
            Some(_) => {}
            None => hits.push(hit),
        }
    }
    hits
}
