//! An entry becomes payments: one for each of its transactions when these add up to it, else one for the whole.
//!
//! The sign of an amount is `CdtDbtInd` alone; `RvslInd` does not turn it (ISO 20022, `ReversalIndicator`: the entry is the
//! result of a reversal, its indicator is final). The schema forbids negative amounts; where a file has one, the minus means
//! money that left, whatever the indicator says, and a warning is given. A wrong reading would show in the balances.

use chrono::NaiveDate;

use super::draft::{Entry, Party, Transaction, join};
use crate::model::{Currency, Money, Nature, Payment, Place, Position};

/// Sub-families of bank transaction codes for something that comes back (ISO external code set, Bank Transaction Codes):
/// reimbursements, unpaid and reversed direct debits, cancelled transfers, unpaid and reversed cheques.
const RETURNS: [&str; 8] = ["RRTN", "UPDD", "PRDD", "RPCR", "RRWL", "UPCQ", "CQRV", "UPCT"];

/// Sub-families for the bank's own earnings: charges, commissions with and without tax, fees, interest.
const CHARGES: [&str; 7] = ["CHRG", "COMM", "COME", "COMI", "COMT", "FEES", "INTR"];

/// What an entry is held against: the account it is on.
pub(super) struct Holder<'a> {
    pub(super) account: &'a str,
    pub(super) owner: &'a str,
}

impl Holder<'_> {
    /// Whether a party is the account's owner: same account, or the same name where no account says otherwise.
    fn is(&self, party: &Party<'_>) -> bool {
        let number = party.account.number();
        if !number.is_empty() && !self.account.is_empty() {
            return same(number, self.account);
        }
        self.bears(&party.name)
    }

    /// Whether a name is the owner's.
    fn bears(&self, name: &str) -> bool {
        !name.is_empty() && !self.owner.is_empty() && same(name, self.owner)
    }
}

/// Equal but for case, blanks and punctuation. Compared letter by letter: most parties differ in the first few.
fn same(a: &str, b: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    letters(a).eq(letters(b))
}

/// An amount with its sign.
pub(super) fn signed(amount: Money, credit: bool) -> Money {
    if credit || amount.minor < 0 { amount } else { -amount }
}

/// How an entry divides.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Division {
    /// One payment, described by the entry and by its only transaction, if it has one.
    One,
    /// One payment for each transaction, with these signed amounts.
    Each(Vec<i64>),
    /// The same, and what the bank took from the sum for itself.
    EachAndCharge(Vec<i64>, i64),
    /// One payment although there are several transactions: they have no amounts, or do not add up.
    Whole,
}

/// Decides how an entry divides, and says what does not add up. `total` is the entry's signed amount.
pub(super) fn divide(entry: &Entry<'_>, total: Money, credit: bool) -> (Division, Option<String>) {
    let amounts: Vec<Option<i64>> = entry.transactions.iter().map(|tx| amount_of(tx, total.currency, credit)).collect();
    if let ([] | [_], first) = (entry.transactions.as_slice(), amounts.first().copied().flatten()) {
        let odd = entry.transactions.first().zip(first).and_then(|(tx, amount)| {
            let charges = tx.common.charges_in(total.currency).or(entry.common.charges_in(total.currency));
            let explained = amount.unsigned_abs() == total.minor.unsigned_abs()
                || charges.is_some_and(|c| amount.checked_add(c) == Some(total.minor));
            // What comes back is booked with the other bank's fee: the original amount is no contradiction.
            (!explained && !is_return(entry, Some(tx))).then(|| {
                format!("its only transaction is of {}, the entry of {total}: the entry counts", money(amount, total))
            })
        });
        return (Division::One, odd);
    }
    let Some(parts) = amounts.iter().copied().collect::<Option<Vec<i64>>>() else {
        let without = amounts.iter().filter(|a| a.is_none()).count();
        let text = format!("{without} of its {} transactions have no amount in {}", amounts.len(), total.currency);
        return (Division::Whole, Some(format!("{text}: it counts whole, with {total}")));
    };
    let sum: i128 = parts.iter().map(|p| i128::from(*p)).sum();
    let missing = i128::from(total.minor) - sum;
    if missing == 0 {
        return (Division::Each(parts), None);
    }
    if sum == -i128::from(total.minor) {
        // Some banks give every detail the other direction; the entry's is the one that the balances follow.
        return (Division::Each(parts.iter().map(|part| -part).collect()), None);
    }
    if let Some(net) = net_of_charges(entry, &parts, total) {
        return (Division::Each(net), None);
    }
    if let (Some(charge), Ok(missing)) = (entry.common.charges_in(total.currency), i64::try_from(missing))
        && charge == missing
    {
        return (Division::EachAndCharge(parts, charge), None);
    }
    let found = i64::try_from(sum).map_or_else(|_| sum.to_string(), |sum| money(sum, total).to_string());
    let claimed = if entry.batch_size > parts.len() as u64 {
        format!("{} of {} transactions", parts.len(), entry.batch_size)
    } else {
        format!("its {} transactions", parts.len())
    };
    (Division::Whole, Some(format!("{claimed} add up to {found}, the entry is {total}: it counts whole")))
}

/// The sub-family of a transaction's own code, else of its entry's.
fn code<'t>(entry: &'t Entry<'_>, tx: Option<&'t Transaction<'_>>) -> &'t str {
    match tx {
        Some(tx) if !tx.common.sub_family.is_empty() => &tx.common.sub_family,
        _ => &entry.common.sub_family,
    }
}

fn is_return(entry: &Entry<'_>, tx: Option<&Transaction<'_>>) -> bool {
    tx.is_some_and(|tx| tx.is_return) || RETURNS.contains(&code(entry, tx))
}

fn money(minor: i64, like: Money) -> Money {
    Money::new(minor, like.currency)
}

/// The transactions net of their own charges, when that is what adds up to the entry.
fn net_of_charges(entry: &Entry<'_>, parts: &[i64], total: Money) -> Option<Vec<i64>> {
    let net: Vec<i64> = entry
        .transactions
        .iter()
        .zip(parts)
        .map(|(tx, part)| part.checked_add(tx.common.charges_in(total.currency).unwrap_or(0)))
        .collect::<Option<_>>()?;
    (net.iter().map(|p| i128::from(*p)).sum::<i128>() == i128::from(total.minor)).then_some(net)
}

/// The signed amount of a transaction in the entry's currency. Up to .02 there is no `TxDtls/Amt`; from .07 on it may be absent
/// again, or be in another currency: then the details of the amount are asked, the instructed amount last.
fn amount_of(tx: &Transaction<'_>, currency: Currency, entry_credit: bool) -> Option<i64> {
    [tx.amount, tx.common.transaction_amount, tx.common.counter_value, tx.common.instructed]
        .into_iter()
        .flatten()
        .find(|amount| amount.currency == currency)
        .map(|amount| signed(amount, tx.common.credit.unwrap_or(entry_credit)).minor)
}

/// The amount of an entry in the account's currency, from the details of its amount, when it is stated in another one.
pub(super) fn in_account_currency(entry: &Entry<'_>, currency: Currency) -> Option<Money> {
    let of = |common: &super::draft::Common<'_>| {
        [common.transaction_amount, common.counter_value]
            .into_iter()
            .flatten()
            .find(|amount| amount.currency == currency)
    };
    of(&entry.common).or_else(|| match entry.transactions.as_slice() {
        [only] => only.amount.filter(|amount| amount.currency == currency).or_else(|| of(&only.common)),
        _ => None,
    })
}

/// What is the same for all payments of an entry.
pub(super) struct Frame<'f, 'a> {
    pub(super) entry: &'f Entry<'a>,
    pub(super) holder: Holder<'f>,
    pub(super) booked: NaiveDate,
    pub(super) statement: u32,
    pub(super) number: u32,
}

impl Frame<'_, '_> {
    /// The payment of one transaction, or of an entry without transactions. `detail` 0 is the entry itself.
    pub(super) fn payment(&self, tx: Option<&Transaction<'_>>, amount: Money, detail: u32) -> Payment {
        let entry = self.entry;
        let mut payment = Payment::new("", self.booked, amount);
        payment.value_date = entry.value;
        payment.bank_reference = (&*entry.common.bank_reference).into();
        payment.nature = self.nature(tx);
        payment.place =
            Place { file: 0, position: Position::Entry { statement: self.statement, entry: self.number, detail } };
        let Some(tx) = tx else {
            payment.remittance = (&*entry.common.additional).into();
            return payment;
        };
        let other = self.other_side(tx, amount.minor >= 0, payment.nature == Nature::Return);
        if payment.nature == Nature::Ordinary && self.holder.bears(&other.name) {
            payment.nature = Nature::OwnTransfer;
        }
        payment.payer_name = (&*other.name).into();
        payment.ultimate_name = (&*other.ultimate).into();
        payment.payer_iban = other.account.number().into();
        payment.remittance = remittance(tx, entry);
        payment.structured_references = tx.references.iter().map(|r| (&**r).into()).collect();
        payment.end_to_end_id = (&*tx.end_to_end_id).into();
        payment.return_reason = (&*tx.return_reason).into();
        if !tx.common.bank_reference.is_empty() {
            payment.bank_reference = (&*tx.common.bank_reference).into();
        }
        payment
    }

    /// One payment for several transactions: it carries all of their references, and nobody's name.
    pub(super) fn whole(&self, amount: Money) -> Payment {
        let mut payment = self.payment(None, amount, 0);
        if payment.remittance.is_empty() {
            let texts: Vec<Box<str>> =
                self.entry.transactions.iter().map(|tx| remittance(tx, self.entry)).filter(|t| !t.is_empty()).collect();
            payment.remittance = texts.join(" ").into();
        }
        let mut references: Vec<Box<str>> = Vec::new();
        for reference in self.entry.transactions.iter().flat_map(|tx| &tx.references) {
            if !references.iter().any(|known| **known == **reference) {
                references.push((&**reference).into());
            }
        }
        payment.structured_references = references.into();
        if self.entry.transactions.iter().any(|tx| tx.is_return) {
            payment.nature = Nature::Return;
        }
        payment
    }

    /// What the bank took from a batch for itself.
    pub(super) fn charge(&self, amount: Money) -> Payment {
        let mut payment = self.payment(None, amount, 0);
        payment.nature = Nature::Charge;
        payment
    }

    fn nature(&self, tx: Option<&Transaction<'_>>) -> Nature {
        if is_return(self.entry, tx) {
            Nature::Return
        } else if self.entry.is_reversal {
            Nature::Reversal
        } else if CHARGES.contains(&code(self.entry, tx)) {
            Nature::Charge
        } else {
            Nature::Ordinary
        }
    }

    /// Who is on the other side: the debtor of money that arrived, the creditor of money that left, unless that is the owner.
    /// A returned transfer names the owner as debtor, because the roles stay those of the original.
    fn other_side<'t, 'b>(&self, tx: &'t Transaction<'b>, arrived: bool, is_return: bool) -> &'t Party<'b> {
        let (expected, opposite) = if arrived { (&tx.debtor, &tx.creditor) } else { (&tx.creditor, &tx.debtor) };
        let unnamed = is_return && expected.is_empty() && !self.holder.is(opposite);
        let own = self.holder.is(expected) && !opposite.is_empty() && !self.holder.is(opposite);
        if own || unnamed { opposite } else { expected }
    }
}

/// The payer's free text; where there is none, what the bank says of the transaction, else of the entry.
fn remittance(tx: &Transaction<'_>, entry: &Entry<'_>) -> Box<str> {
    if let ([only], []) = (tx.unstructured.as_slice(), tx.additional_remittance.as_slice()) {
        // By far the most frequent case: one text, nothing to join.
        let text = super::draft::tidy(std::borrow::Cow::Borrowed(only));
        if !text.is_empty() {
            return text.into();
        }
    }
    let mut text = join(&tx.unstructured);
    for more in tx.additional_remittance.iter().filter(|more| !more.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(more);
    }
    if !text.is_empty() {
        return text.into();
    }
    let bank = if tx.common.additional.is_empty() { &entry.common.additional } else { &tx.common.additional };
    (&**bank).into()
}
