//! Transfers between the company's own accounts: one movement on two statements, and no customer's money on either.

use std::collections::HashMap;

use chrono::Datelike;
use foldhash::fast::FixedState;
use rayon::prelude::*;

use crate::model::{Currency, Nature, Payment};
use crate::normalise::keys;

use super::Request;

/// Days between the two legs of an own transfer.
const BETWEEN_LEGS: i32 = 7;

/// What moved, by currency and signed amount: the account and the day.
type Moves<'r> = HashMap<(Currency, i64), Vec<(&'r str, i32)>, FixedState>;

/// The accounts whose statements were loaded, and the possible other legs of own transfers.
pub(super) struct OwnAccounts<'r> {
    accounts: HashMap<Box<str>, (), FixedState>,
    moves: Moves<'r>,
}

impl<'r> OwnAccounts<'r> {
    pub(super) fn gather(request: &Request<'r>) -> Self {
        let mut own = Self { accounts: HashMap::default(), moves: Moves::default() };
        let mut last = "";
        for payment in request.payments.iter().filter(|p| !p.account.is_empty()) {
            if last != &*payment.account {
                last = &payment.account;
                own.accounts.insert(keys::canonical(last).into(), ());
            }
        }
        let mut moves = Moves::default();
        let transfers: Vec<&Payment> = request.payments.par_iter().filter(|p| own.is_transfer(p)).collect();
        for payment in transfers {
            moves.entry((payment.amount.currency, -payment.amount.minor)).or_default();
        }
        if !moves.is_empty() {
            for payment in request.payments {
                if let Some(moves) = moves.get_mut(&(payment.amount.currency, payment.amount.minor)) {
                    moves.push((&payment.account, payment.booking_date.num_days_from_ce()));
                }
            }
        }
        own.moves = moves;
        own
    }

    /// Whether the other side is the company itself: by an account of its own, or because the bank names its owner.
    fn is_transfer(&self, payment: &Payment) -> bool {
        if payment.nature == Nature::OwnTransfer {
            return true;
        }
        if payment.payer_iban.is_empty() || self.accounts.is_empty() || payment.nature != Nature::Ordinary {
            return false;
        }
        let other = keys::as_canonical(&payment.payer_iban);
        self.accounts.contains_key(&*other) && other != keys::as_canonical(&payment.account)
    }

    /// For an own transfer: whether its other leg was found, on another account and within a few days.
    pub(super) fn other_leg(&self, payment: &Payment) -> Option<bool> {
        if !self.is_transfer(payment) {
            return None;
        }
        let day = payment.booking_date.num_days_from_ce();
        let moves = self.moves.get(&(payment.amount.currency, -payment.amount.minor));
        let is_leg = |m: &(&str, i32)| m.0 != &*payment.account && (m.1 - day).abs() <= BETWEEN_LEGS;
        Some(moves.is_some_and(|moves| moves.iter().any(is_leg)))
    }
}
