//! Before anything is matched: which booked transactions are receipts, which return one, and which are neither.

use std::collections::HashSet;

use chrono::Datelike;
use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::classify::{self, Movement};
use crate::model::stage::{MovementFacts, ReturnLink};
use crate::model::{Bucket, Currency, Nature, Payment, Reason, Verdict};
use crate::normalise::remittance::{Words, contains_words, words};
use crate::normalise::{keys, text};
use crate::propose::returns;

use super::Request;
use super::facts::{Buffers, Facts, Indices, minor, payment};
use super::own::OwnAccounts;
use super::standing::Standings;

/// The booked transactions, sorted out. All numbers are in canonical order.
pub(super) struct Movements {
    /// Those that may be a customer's money.
    pub(super) receipts: Vec<u32>,
    /// Words of each payment's text.
    pub(super) words: Vec<Words>,
    /// Verdicts for those that are neither receipts nor returns.
    pub(super) others: Vec<(u32, Verdict)>,
    /// Debits that return an earlier receipt, and whether that is sure enough to take it back without a person.
    pub(super) returns: Vec<(u32, ReturnLink, bool)>,
    /// For each payment, whether what it brought was returned.
    returned: Vec<bool>,
}

impl Movements {
    /// What sure returns take back of decisions that stand: items and minor units, as they are open again.
    pub(super) fn taken_back(&self, standing: &Standings<'_>) -> Vec<(u32, i64)> {
        let sure = self.returns.iter().filter(|(.., sure)| *sure);
        let applied = sure.flat_map(|(_, link, _)| standing.applied(link.receipt));
        applied.filter(|a| a.applied != 0).map(|a| (a.item, a.applied)).collect()
    }

    /// Whether what a receipt brought was returned.
    pub(super) fn is_returned(&self, payment: u32) -> bool {
        self.returned[payment as usize]
    }
}

/// Sorts out what is not decided yet. Of what is decided, receipts may be returned, and some were.
pub(super) fn sort_out(request: &Request<'_>, facts: &Facts, index: &Indices, standing: &Standings<'_>) -> Movements {
    let own = OwnAccounts::gather(request);
    let rules: Vec<String> = request.policy.not_receivable.iter().map(|r| text::fold(&r.text).into_owned()).collect();
    // Verdicts are large and few.
    let seen: Vec<(Words, Option<Box<Verdict>>)> = (facts.payment_order.par_iter().enumerate())
        .map(|(n, input)| {
            if standing.is_decided(n as u32) {
                return Default::default();
            }
            let payment = payment(request, *input);
            let folded = text::fold(&payment.remittance);
            let words = words(&folded);
            let is_named = || {
                let name = text::fold(&payment.payer_name);
                rules.iter().any(|rule| contains_words(&folded, rule) || contains_words(&name, rule))
            };
            let by_rule = !rules.is_empty() && is_named();
            let movement = Movement {
                nature: payment.nature,
                debit: payment.amount.minor < 0,
                charge: words.charge,
                own_transfer: own.other_leg(payment),
                by_rule,
            };
            (words, classify::not_receivable(movement).map(Box::new))
        })
        .collect();
    let links = link_returns(request, facts, index, standing, &seen);
    let mut movements = Movements {
        receipts: Vec::new(),
        words: seen.iter().map(|s| s.0).collect(),
        others: Vec::new(),
        returns: Vec::new(),
        returned: vec![false; seen.len()],
    };
    for receipt in standing.taken_back() {
        movements.returned[receipt as usize] = true;
    }
    for (n, ((_, verdict), link)) in (0u32..).zip(seen.into_iter().zip(links)) {
        match (link, verdict) {
            _ if standing.is_decided(n) => {}
            (Some(link), _) => {
                // A return that a person must confirm takes nothing back yet: its receipt still uses up what it settles.
                // What an undecided receipt settled is known later: a person may have refused to take just that back.
                let doubted = standing.is_only_proposed(n)
                    || (!standing.refused(n).is_empty() && !standing.is_decided(link.receipt));
                let sure = link.probability >= request.policy.auto_level && !doubted;
                movements.returned[link.receipt as usize] = sure;
                movements.returns.push((n, link, sure));
            }
            (None, Some(verdict)) => movements.others.push((n, *verdict)),
            (None, None) => movements.receipts.push(n),
        }
    }
    movements
}

/// Links debits with the receipts that they return. What is no customer's money at all takes no part.
fn link_returns(
    request: &Request<'_>,
    facts: &Facts,
    index: &Indices,
    standing: &Standings<'_>,
    seen: &[(Words, Option<Box<Verdict>>)],
) -> Vec<Option<ReturnLink>> {
    let takes_part = |n: usize| match &seen[n].1 {
        None => true,
        // A bank that returns money often takes its fee with it, and says both.
        Some(v) => v.bucket == Bucket::Unmatched || v.reason == Some(Reason::NotInBooks) || seen[n].0.returned,
    };
    let mut links = vec![None; seen.len()];
    let undecided = (0u32..).zip(&facts.payment_order).filter(|(n, _)| !standing.is_decided(*n));
    let wanted = Wanted::gather(undecided.map(|(_, input)| payment(request, *input)));
    if wanted.amounts.is_empty() {
        return links;
    }
    // Each receipt is returned once, and a debit that is decided returns what the decision says.
    let returned: HashSet<u32, FixedState> = standing.taken_back().collect();
    let may_take_part = |n: usize, payment: &Payment| match standing.is_decided(n as u32) {
        true => payment.amount.minor > 0 && standing.may_be_returned(n as u32),
        false => takes_part(n),
    };
    // Only debits and what they may return are looked at: that is one payment of many.
    let all: Vec<MovementFacts> = (facts.payment_order.par_iter().enumerate())
        .filter(|(n, input)| {
            let payment = payment(request, **input);
            wanted.concerns(payment) && may_take_part(*n, payment) && !returned.contains(&(*n as u32))
        })
        .map_init(Buffers::default, |buffers, (n, input)| {
            let payment = payment(request, *input);
            MovementFacts {
                payment: n as u32,
                currency: payment.amount.currency,
                amount: payment.amount.minor,
                day: payment.booking_date.num_days_from_ce(),
                marked: matches!(payment.nature, Nature::Return | Nature::Reversal),
                worded: seen[n].0.returned,
                iban: keys::canonical(&payment.payer_iban).into(),
                name: text::fold(&payment.payer_name).into(),
                end_to_end_id: payment.end_to_end_id.clone(),
                bank_reference: payment.bank_reference.clone(),
                cited: index.cited_whole(payment, buffers),
                text: match payment.amount.minor {
                    ..0 => text::fold(&payment.remittance).into(),
                    _ => Box::default(),
                },
            }
        })
        .collect();
    let fee_limit = |currency: Currency| minor(request.policy.fee_limit, currency);
    let may_return = |debit: u32, receipt: u32| !standing.refuses_return(debit, receipt);
    let linked = returns::pair(&all, request.policy.return_days, fee_limit, may_return);
    for (movement, link) in all.iter().zip(linked) {
        links[movement.payment as usize] = link;
    }
    links
}

/// What debits may return: receipts of one of their amounts, or with one of their references.
#[derive(Default)]
struct Wanted<'r> {
    amounts: HashSet<(Currency, i64), FixedState>,
    references: HashSet<&'r str, FixedState>,
}

impl<'r> Wanted<'r> {
    fn gather(payments: impl Iterator<Item = &'r Payment>) -> Self {
        let mut wanted = Self::default();
        for debit in payments.filter(|p| p.amount.minor < 0) {
            wanted.amounts.insert((debit.amount.currency, -debit.amount.minor));
            if !debit.end_to_end_id.is_empty() {
                wanted.references.insert(&debit.end_to_end_id);
            }
        }
        wanted
    }

    /// Whether a payment is a debit, or a receipt that one may return.
    fn concerns(&self, payment: &Payment) -> bool {
        payment.amount.minor < 0
            || self.amounts.contains(&(payment.amount.currency, payment.amount.minor))
            || (!payment.end_to_end_id.is_empty() && self.references.contains(&*payment.end_to_end_id))
    }
}
