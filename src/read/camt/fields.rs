//! Which element means what: every path that is read stands here once, whatever the version.
//!
//! The layouts are those of the schemas camt.053.001.01 to .14; where a version differs, the line says so.

use std::borrow::Cow;

use super::draft::{Charge, Common, Entry, Field, Transaction, day, tidy};
use super::tag::Tag::{self, *};
use super::xml::Xml;
use crate::error::{Collector, Error};
use crate::model::{Currency, Money, MoneyError};

/// Codes that stand for "the payer gave no reference".
const NO_REFERENCE: [&str; 2] = ["NOTPROVIDED", "NOT PROVIDED"];

/// Reads the current element; what cannot be read is noted, and reading goes on.
pub(super) struct Leaf<'x, 'a> {
    pub(super) xml: &'x Xml<'a>,
    pub(super) errors: &'x mut Collector,
    /// The account's currency as far as it is known, for amounts without `Ccy`.
    pub(super) currency: Option<Currency>,
    /// Set when the element was refused: nothing more is concluded from its entry.
    pub(super) refused: bool,
}

/// Help for content that the standard does not allow: nobody but the bank can put it right.
const ASK_BANK: &str = "ask the bank for a correct file; what is guessed here would be wrong money later";

impl<'a> Leaf<'_, 'a> {
    /// The element's text, trimmed.
    pub(super) fn text(&self) -> Field<'a> {
        tidy(self.xml.raw())
    }

    fn refuse(&mut self, error: Error) {
        self.refused = true;
        let width = self.xml.value().chars().take_while(|c| *c != '\n').count();
        self.errors.push(self.xml.at(error, self.value_start(), width));
    }

    /// Refuses the element for its start tag.
    fn refuse_tag(&mut self, error: Error) {
        self.refused = true;
        let width = self.xml.start_tag().chars().count();
        self.errors.push(self.xml.at(error, self.xml.opened_at(), width));
    }

    /// Where the text itself begins, behind blanks and line breaks.
    fn value_start(&self) -> usize {
        let raw = self.xml.raw();
        self.xml.value_at() + raw.len() - raw.trim_start().len()
    }

    /// The currency of an amount: its attribute, else the account's.
    fn currency(&mut self) -> Option<Currency> {
        match self.xml.currency().map(|written| (written, Currency::parse(written))) {
            Some((_, Some(currency))) => Some(currency),
            Some((written, None)) => {
                let error = self.xml.error("E0222", format!("\"{written}\" is not a currency code"));
                self.refuse_tag(error.label("expected three letters such as EUR in the attribute Ccy").help(ASK_BANK));
                None
            }
            None if self.currency.is_some() => self.currency,
            None => {
                let error = self.xml.error("E0222", "an amount without a currency");
                self.refuse_tag(
                    error.label("expected the attribute Ccy here, or Acct/Ccy in the statement").help(ASK_BANK),
                );
                None
            }
        }
    }

    /// Reads an amount that money depends on. Anything but a plain decimal of the currency is refused, never rounded.
    pub(super) fn amount(&mut self) -> Option<Money> {
        let currency = self.currency()?;
        match Money::parse(self.xml.value(), currency) {
            Ok(amount) => Some(amount),
            Err(why) => {
                let error = amount_error(self.xml, why, currency);
                self.refuse(error);
                None
            }
        }
    }

    /// Reads an amount that is only a help: what cannot be read is not there.
    pub(super) fn lenient_amount(&self) -> Option<Money> {
        let currency = self.xml.currency().map_or(self.currency, Currency::parse)?;
        Money::parse(self.xml.value(), currency).ok()
    }

    /// Reads `CdtDbtInd`: true for credit.
    pub(super) fn direction(&mut self) -> Option<bool> {
        match self.xml.value() {
            "CRDT" => Some(true),
            "DBIT" => Some(false),
            other => {
                let error = self.xml.error("E0224", format!("\"{other}\" is no direction"));
                self.refuse(error.label("expected CRDT or DBIT").help(ASK_BANK));
                None
            }
        }
    }

    /// Reads a date or the date of a date-time.
    pub(super) fn day(&mut self) -> Option<chrono::NaiveDate> {
        let date = day(self.xml.value());
        if date.is_none() {
            let error = self.xml.error("E0223", format!("\"{}\" is not a date", self.xml.value()));
            self.refuse(error.label("expected a day that exists, as 2026-06-30").help(ASK_BANK));
        }
        date
    }

    /// Takes an element below `Ntry` that is not inside `TxDtls`.
    pub(super) fn entry(&mut self, path: &[Tag], entry: &mut Entry<'a>) {
        match path {
            [Amt] => entry.amount = self.amount(),
            [RvslInd] => entry.is_reversal = matches!(self.xml.value(), "true" | "1"),
            // A plain code up to .06, a choice from .07 on; some banks write both in one file.
            [Sts] | [Sts, Cd] | [Sts, Prtry] => entry.status = self.text(),
            // `DtTm` beside `Dt` is out of order in every version, and says the same.
            [BookgDt, Dt] | [BookgDt, DtTm] if entry.booked.is_none() => entry.booked = self.day(),
            [ValDt, Dt] | [ValDt, DtTm] if entry.value.is_none() => entry.value = self.day(),
            [AddtlNtryInf] => entry.common.additional = self.text(),
            // In .01 the batch stands directly in the entry.
            [NtryDtls, Btch, NbOfTxs] | [Btch, NbOfTxs] => {
                entry.batch_size = entry.batch_size.saturating_add(self.xml.value().parse().unwrap_or(0));
            }
            _ => self.common(path, &mut entry.common, entry.amount),
        }
    }

    /// Takes an element below `TxDtls`. `entry` is the amount of the entry around it.
    pub(super) fn transaction(&mut self, path: &[Tag], tx: &mut Transaction<'a>, entry: Option<Money>) {
        match path {
            // From .03 on.
            [Amt] => tx.amount = self.amount(),
            [Refs, EndToEndId] => {
                let text = self.text();
                if !NO_REFERENCE.iter().any(|none| text.eq_ignore_ascii_case(none)) {
                    tx.end_to_end_id = text;
                }
            }
            [Refs, AcctSvcrRef] => tx.common.bank_reference = self.text(),
            // Up to .06 the name stands in the party, from .07 on in `Pty` or, for a bank, in `Agt`.
            [RltdPties, party, Nm] | [RltdPties, party, Pty, Nm] | [RltdPties, party, Agt, FinInstnId, Nm] => {
                match party {
                    Dbtr => tx.debtor.name = self.text(),
                    Cdtr => tx.creditor.name = self.text(),
                    UltmtDbtr => tx.debtor.ultimate = self.text(),
                    UltmtCdtr => tx.creditor.ultimate = self.text(),
                    _ => {}
                }
            }
            [RltdPties, DbtrAcct, rest @ ..] => tx.debtor.account.leaf(rest, || self.text()),
            [RltdPties, CdtrAcct, rest @ ..] => tx.creditor.account.leaf(rest, || self.text()),
            [RmtInf, Ustrd] => tx.unstructured.push(self.xml.raw()),
            [RmtInf, Strd, AddtlRmtInf] => tx.additional_remittance.push(self.text()),
            // The second names are those of .01.
            [RmtInf, Strd, CdtrRefInf, Ref | CdtrRef] | [RmtInf, Strd, RfrdDocInf, Nb | RfrdDocNb] => {
                let text = self.text();
                if !text.is_empty() && !tx.references.contains(&text) {
                    tx.references.push(text);
                }
            }
            [RtrInf, Rsn | RtrRsn, Cd | Prtry] => tx.return_reason = self.text(),
            [AddtlTxInf] => append(&mut tx.common.additional, self.text()),
            _ => self.common(path, &mut tx.common, entry),
        }
    }

    /// Takes what an entry and a transaction share.
    fn common(&mut self, path: &[Tag], common: &mut Common<'a>, entry: Option<Money>) {
        match path {
            [CdtDbtInd] => common.credit = self.direction(),
            [AcctSvcrRef] => common.bank_reference = self.text(),
            [BkTxCd, Domn, Fmly, SubFmlyCd] => common.sub_family = self.text(),
            [AmtDtls, TxAmt, Amt] => {
                // In the entry's own currency this can become the amount of a payment.
                let same = entry.is_some_and(|e| self.xml.currency().and_then(Currency::parse) == Some(e.currency));
                common.transaction_amount = if same { self.amount() } else { self.lenient_amount() };
            }
            [AmtDtls, CntrValAmt, Amt] => common.counter_value = self.lenient_amount(),
            [AmtDtls, InstdAmt, Amt] => common.instructed = self.lenient_amount(),
            // Flat and repeated in .02, records with a total from .03 on.
            [Chrgs, Amt] | [Chrgs, Rcrd, Amt] => {
                if let Some(amount) = self.lenient_amount() {
                    common.charges.push(Charge { amount, credit: false });
                }
            }
            [Chrgs, CdtDbtInd] | [Chrgs, Rcrd, CdtDbtInd] => {
                if let (Some(last), "CRDT") = (common.charges.last_mut(), self.xml.value()) {
                    last.credit = true;
                }
            }
            [Chrgs, TtlChrgsAndTaxAmt] => common.charges_total = self.lenient_amount(),
            _ => {}
        }
    }
}

/// Adds a text behind another one.
fn append<'a>(to: &mut Field<'a>, more: Field<'a>) {
    if to.is_empty() {
        *to = more;
    } else if !more.is_empty() {
        *to = Cow::Owned(format!("{to} {more}"));
    }
}

fn amount_error(xml: &Xml<'_>, why: MoneyError, currency: Currency) -> Error {
    let found = xml.value();
    match why {
        MoneyError::NotANumber if found.is_empty() => {
            xml.error("E0221", "an amount is empty").label("expected a plain decimal such as 1250.00").help(ASK_BANK)
        }
        MoneyError::NotANumber => xml
            .error("E0221", format!("\"{found}\" is not an amount"))
            .label("expected a plain decimal such as 1250.00: digits, one point, nothing else")
            .help(ASK_BANK),
        MoneyError::TooManyDecimals { allowed } => xml
            .error("E0221", format!("{found} has more decimals than {currency} has"))
            .label(format!("{currency} has {allowed}; more are refused, because rounding would change money"))
            .help("ask the bank for the amount that it booked"),
        MoneyError::TooLarge => xml
            .error("E0221", format!("{found} is too large for an amount"))
            .label("expected at most 18 digits")
            .help(ASK_BANK),
    }
}
