//! Who paid each receipt: what its fields and its text say, and what other receipts taught.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::index::{CustomerIndex, Hint, NameHit, NameScratch};
use crate::model::Payment;
use crate::model::key::Atom;
use crate::model::stage::PayerView;
use crate::normalise::{keys, names, text};
use crate::score::estimate::PaidBy;

use super::Request;
use super::confirmed::Confirmed;
use super::distinct::{Distinct, distinct};
use super::facts::{Cited, Facts, Indices, payment};
use super::learned::{Forgotten, Learned, Lesson};
use super::standing::Taught;

/// Lengths at which banks cut names. A blank at the cut is left out, so that the name is one shorter.
const CUTS: [usize; 6] = [26, 27, 34, 35, 69, 70];
/// Bits against a customer's name that stands anywhere in a text: any of its words may be somebody's name.
const ANYWHERE_BITS: f64 = 3.0;

/// Who paid, as far as it is known.
pub(super) struct Recognised {
    /// Who may have paid each receipt.
    pub(super) payers: Vec<PayerView>,
    /// What was learned on the way.
    pub(super) learned: Learned,
    /// Of each sampled payment that is decided: how likely it is that the ledger knows its payer, and who paid for whom.
    pub(super) sampled: Vec<(f64, PaidBy)>,
}

/// Who may have paid each receipt, and what was learned on the way: from the confirmed receipts, and from what is decided. Of what
/// is decided, those teach who share an account or a name with a receipt; `sample` is looked at in any case.
pub(super) fn recognise(
    request: &Request<'_>,
    facts: &Facts,
    index: &Indices,
    receipts: &[Cited],
    (confirmed, taught, sample): (&[Confirmed], &[Taught], &[usize]),
) -> Recognised {
    // Receipts first, then what is decided.
    let number = |n: u32| match receipts.get(n as usize) {
        Some(receipt) => receipt.payment,
        None => taught[n as usize - receipts.len()].payment,
    };
    let of = |n: u32| payment(request, facts.payment_order[number(n) as usize]);
    let Distinct { of: mut senders_of, firsts } = distinct(receipts.len() + taught.len(), |n| sender(of(n)));
    let senders_of_taught = senders_of.split_off(receipts.len());
    let firsts: Vec<&Payment> = firsts.into_iter().map(of).collect();
    let wanted = match taught {
        [] => Vec::new(),
        _ => wanted(&firsts, &senders_of, sample.iter().map(|n| senders_of_taught[*n])),
    };
    let senders = senders(&firsts, |which| wanted.get(which).is_none_or(|wanted| *wanted), index);
    let seen: Vec<Seen<'_>> = (senders_of.par_iter().enumerate())
        .map_init(Buffers::default, |buffers, (n, which)| {
            Seen::of(of(n as u32), &senders[*which as usize], index, buffers)
        })
        .collect();
    let alone: Vec<Cow<'_, PayerView>> =
        (confirmed.par_iter()).map(|c| seen[c.receipt as usize].payer(index, Vec::new())).collect();
    let lessons: Vec<Lesson<'_>> = (confirmed.iter().zip(&alone))
        .map(|(c, payer)| {
            let sender = seen[c.receipt as usize].sender;
            lesson(index, (receipts[c.receipt as usize].payment, c.customer), sender, payer)
        })
        // A decision is lesson enough: the text of its payment is not read again.
        .chain(taught.iter().zip(&senders_of_taught).filter(|(_, which)| wanted[**which as usize]).map(
            |(taught, which)| {
                let sender = &senders[*which as usize];
                lesson(index, (taught.payment, taught.customer), sender, &sender.alone)
            },
        ))
        .collect();
    let number = |id: &str| facts.payer_numbered(id).map(|n| n as u32);
    let learned = Learned::from(&lessons, &Forgotten::of(request.known.forgotten, number));
    let payers = (receipts.par_iter().zip(&seen))
        .map(|(receipt, seen)| {
            let hints = learned.hints(receipt.payment, &seen.sender.account, &seen.sender.name);
            seen.payer(index, hints).into_owned()
        })
        .collect();
    let sampled = (sample.iter())
        .map(|n| {
            let payer = &senders[senders_of_taught[*n] as usize].alone;
            (payer.recognised(), paid_by(facts, payer, taught[*n].customer))
        })
        .collect();
    Recognised { payers, learned, sampled }
}

/// Which of the different senders are looked up: those of receipts, those that share an account or a name with one, and samples.
fn wanted(senders: &[&Payment], of_receipts: &[u32], sampled: impl Iterator<Item = u32>) -> Vec<bool> {
    let mut wanted = vec![false; senders.len()];
    of_receipts.iter().for_each(|which| wanted[*which as usize] = true);
    let known: Vec<(String, String)> = (senders.par_iter())
        .map(|payment| (keys::canonical(&payment.payer_iban), names::folded_words(&payment.payer_name)))
        .collect();
    let of_receipts = || known.iter().zip(&wanted).filter(|(_, wanted)| **wanted).map(|(known, _)| known);
    let accounts: HashSet<&str, FixedState> = of_receipts().map(|k| &*k.0).filter(|k| !k.is_empty()).collect();
    let names: HashSet<&str, FixedState> = of_receipts().map(|k| &*k.1).filter(|k| !k.is_empty()).collect();
    let shares = |(account, name): &(String, String)| accounts.contains(&**account) || names.contains(&**name);
    let mut shared: Vec<bool> = known.par_iter().map(shares).collect();
    sampled.for_each(|which| shared[which as usize] = true);
    wanted.iter().zip(shared).map(|(of_receipt, shared)| *of_receipt || shared).collect()
}

/// Who paid for a customer.
fn paid_by(facts: &Facts, payer: &PayerView, customer: u32) -> PaidBy {
    let pays_for = |payer: u32| facts.pays_for[payer as usize].binary_search(&customer).is_ok();
    if payer.candidate(customer).is_some() {
        PaidBy::Itself
    } else if payer.candidates.iter().any(|c| pays_for(c.customer)) {
        PaidBy::ForOther
    } else if payer.is_unknown() {
        PaidBy::Unknown
    } else {
        PaidBy::Other
    }
}

/// What a payment of this sender for a customer teaches.
fn lesson<'a>(
    index: &Indices,
    (payment, customer): (u32, u32),
    sender: &'a Sender,
    payer: &'a PayerView,
) -> Lesson<'a> {
    let account = if index.customers.knows_account(&sender.account) { "" } else { &sender.account };
    Lesson { payment, customer, account, name: &sender.name, payer }
}

/// The fields of a payment that say who sent it.
fn sender(payment: &Payment) -> (&str, &str, &str) {
    (&payment.payer_iban, &payment.payer_name, &payment.ultimate_name)
}

/// What the fields of one or more payments say of who sent them.
#[derive(Default)]
struct Sender {
    /// Canonical.
    account: String,
    /// Folded words of the payer's own name.
    name: String,
    /// Customers of that name, and of the one on whose behalf he acted.
    hits: Vec<NameHit>,
    /// Who that may be, as far as nothing else is known.
    alone: PayerView,
}

/// Looks up those senders of payments that are wanted. The same name is compared once.
fn senders(payments: &[&Payment], wanted: impl Fn(usize) -> bool + Sync, index: &Indices) -> Vec<Sender> {
    let given = |n: u32| {
        let payment = payments[n as usize / 2];
        match n.is_multiple_of(2) {
            _ if !wanted(n as usize / 2) => "",
            true => &*payment.payer_name,
            false => &*payment.ultimate_name,
        }
    };
    let names = distinct(2 * payments.len(), given);
    let hits: Vec<Vec<NameHit>> = (names.firsts.par_iter())
        .map_init(NameScratch::default, |scratch, first| {
            let name = given(*first);
            let cut = CUTS.contains(&name.chars().count());
            index.customers.by_name(&names::tokens_and_forms(name), cut, scratch)
        })
        .collect();
    let hits_of = |n: usize| &hits[names.of[n] as usize];
    (payments.par_iter().enumerate())
        .map(|(n, payment)| {
            if !wanted(n) {
                return Sender::default();
            }
            let account = keys::canonical(&payment.payer_iban);
            let hits = better_of(hits_of(2 * n), hits_of(2 * n + 1));
            let alone = index.customers.identify(&account, &hits, &[]);
            Sender { account, name: names::folded_words(&payment.payer_name), hits, alone }
        })
        .collect()
}

/// Hits of the payer's own name, and of the one on whose behalf he acted.
fn better_of(own: &[NameHit], ultimate: &[NameHit]) -> Vec<NameHit> {
    let mut hits = own.to_vec();
    for hit in ultimate {
        match hits.iter_mut().find(|h| h.customer == hit.customer) {
            Some(known) if known.bits < hit.bits => *known = *hit,
            Some(_) => {}
            None => hits.push(*hit),
        }
    }
    hits
}

/// Buffers of one thread.
#[derive(Default)]
struct Buffers {
    folded: String,
    atoms: Vec<Atom>,
    names: NameScratch,
}

/// What a receipt itself says of its payer.
struct Seen<'s> {
    sender: &'s Sender,
    /// Customers whom the text names, where no field does.
    named: Vec<NameHit>,
    /// What the text says of whom it is for.
    text: Vec<Hint>,
}

impl<'s> Seen<'s> {
    /// Looks a payment up.
    fn of(payment: &Payment, sender: &'s Sender, index: &Indices, buffers: &mut Buffers) -> Self {
        let Buffers { folded, atoms, names: scratch } = buffers;
        let customers = &index.customers;
        folded.clear();
        text::fold_into(&payment.remittance, folded);
        let numbered = if customers.have_numbers() {
            text::atoms_into(folded, atoms);
            customers.numbered(folded, atoms)
        } else {
            Vec::new()
        };
        // Several numbers are a list of something else.
        let mut text: Vec<Hint> = match numbered[..] {
            [one] => vec![CustomerIndex::number_hint(one)],
            _ => Vec::new(),
        };
        if payment.payer_name.is_empty() && payment.ultimate_name.is_empty() {
            // Many exports have one text for everything, the payer's name within it.
            return Self { sender, named: customers.by_text(&names::tokens(folded), scratch), text };
        }
        if let Some(behind) = names::paid_for(folded) {
            let named = customers.by_text(&names::tokens(behind), scratch);
            text.extend(named.iter().map(|hit| customers.text_hint(hit)));
        } else if text.is_empty() && sender.alone.is_unknown() {
            let named = customers.by_text(&names::tokens(folded), scratch);
            let weaker = |hint: Hint| Hint { bits: hint.bits - ANYWHERE_BITS, ..hint };
            text.extend(named.iter().map(|hit| weaker(customers.text_hint(hit))));
        }
        Self { sender, named: Vec::new(), text }
    }

    /// Who may have paid, with what others taught.
    fn payer(&self, index: &Indices, learned: Vec<Hint>) -> Cow<'s, PayerView> {
        if self.named.is_empty() && self.text.is_empty() && learned.is_empty() {
            return Cow::Borrowed(&self.sender.alone);
        }
        // A sender without a name is like nobody.
        let hits = if self.named.is_empty() { &self.sender.hits } else { &self.named };
        let mut hints = learned;
        hints.extend_from_slice(&self.text);
        Cow::Owned(index.customers.identify(&self.sender.account, hits, &hints))
    }
}
