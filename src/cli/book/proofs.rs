//! The proofs of a book, for every command that needs them.

use chrono::NaiveDate;

use super::import::usage;
use crate::audit;
use crate::book::Book;
use crate::config::Config;
use crate::error::{Error, Errors};
use crate::model::{BookFacts, BookProofs, Month, ProofId};

/// Balances of ledger accounts that a person gives on the command line.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Balances {
    /// Balance of a ledger account: ACCOUNT=AMOUNT, or ACCOUNT=AMOUNT@DATE
    #[arg(long, value_name = "ACCOUNT=AMOUNT")]
    ledger_balance: Vec<String>,
}

impl Balances {
    /// Balances as they were given before.
    pub(super) fn given(ledger_balance: Vec<String>) -> Self {
        Self { ledger_balance }
    }

    /// What was given.
    pub(super) fn texts(&self) -> &[String] {
        &self.ledger_balance
    }

    /// The configuration with these balances in it. `day` is that of a balance which names none.
    pub(super) fn over(&self, mut config: Config, day: Option<NaiveDate>) -> Result<Config, Error> {
        for text in &self.ledger_balance {
            let wrong = |why: &str| {
                usage(
                    format!("--ledger-balance {text}: {why}"),
                    "ACCOUNT=AMOUNT@DATE, such as 512100=163073.45@2026-06-30",
                )
            };
            let (account, rest) = text.split_once('=').ok_or_else(|| wrong("there is no ="))?;
            let (amount, at) = match rest.split_once('@') {
                Some((amount, at)) => (amount, Some(at.parse().map_err(|_| wrong("the day cannot be read"))?)),
                None => (rest, day),
            };
            let plain = super::parts::plain(amount);
            let balance =
                rust_decimal::Decimal::from_str_exact(&plain).map_err(|_| wrong("the amount cannot be read"))?;
            let ledger = &mut config.ledger;
            if ledger.is_receivable(account) {
                (ledger.receivable_balance, ledger.receivable_at) = (Some(balance), at);
                continue;
            }
            let known = ledger.bank.iter_mut().find(|b| b.account == account);
            let bank = known.ok_or_else(|| wrong("no [[ledger.bank]] of lettrage.toml has this account"))?;
            (bank.balance, bank.at) = (Some(balance), at);
        }
        Ok(config)
    }
}

/// Reads the rows of the book and proves them. Errors: those of [`Book::facts`].
pub(super) fn prove(book: &Book, config: &Config, month: Option<Month>) -> Result<(BookFacts, BookProofs), Errors> {
    let facts = book.facts(month, &config.ledger)?;
    let mut proofs = audit::prove_book(&facts);
    let sealed = match month {
        Some(month) => book.periods()?.into_iter().find(|p| p.month == month),
        None => None,
    };
    if let Some(period) = sealed
        && book.has_list_since(period.op)?
    {
        // The items are those of a later day, the ledger's balance is that of the month: they held when it was closed.
        proofs.proofs.retain(|p| p.id != ProofId::Items);
        let why = format!(
            "{} is sealed, and a later list of items has come since: its seal has the items of its end",
            period.month
        );
        proofs.not_possible.push((ProofId::Items, why.into()));
    }
    Ok((facts, proofs))
}

/// The month that commands are about when nobody says: the first that is not closed and has payments.
pub(super) fn current_month(book: &Book) -> Result<Option<Month>, Error> {
    let last = book.last_booking()?.map(Month::of);
    let next = book.closed_through()?.map(Month::next);
    Ok(match (next, last) {
        (Some(next), Some(last)) if next <= last => Some(next),
        (Some(_), _) => book.closed_through()?,
        (None, _) => book.first_booking()?.map(Month::of),
    })
}
