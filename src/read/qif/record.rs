//! One record, and the payment that it is.

use std::collections::HashSet;

use super::super::amounts::{self, Refused};
use super::super::remarks::Remarks;
use super::super::source::{Line, Source};
use super::{Rules, date};
use crate::error::Error;
use crate::model::{Money, NoteKind, Payment, Place, Position};

/// A text with its line.
type Field<'t> = (&'t str, Line<'t>);

/// What stands between two ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Record<'t> {
    first: Option<Line<'t>>,
    date: Option<Field<'t>>,
    /// `T`
    total: Option<Field<'t>>,
    /// `U`: the same with more digits, in later versions.
    precise: Option<Field<'t>>,
    /// `P`
    payee: &'t str,
    /// `M`
    memo: &'t str,
    /// `N`: a cheque's number, or any other; an account's name.
    number: &'t str,
    /// `L`: a category, or another account in brackets.
    category: &'t str,
    /// The lines with `$`.
    splits: Vec<Line<'t>>,
    /// `E`
    split_memos: Vec<&'t str>,
}

/// What stands behind the letter of a line.
fn amount_of(line: Line<'_>) -> Field<'_> {
    (line.text.trim().get(1..).unwrap_or_default().trim(), line)
}

impl<'t> Record<'t> {
    /// The line that it begins in; `None` where nothing was found yet.
    pub(super) fn line(&self) -> Option<Line<'t>> {
        self.first
    }

    /// Takes a field of an account.
    pub(super) fn set(&mut self, letter: char, text: &'t str, line: Line<'t>) {
        self.first.get_or_insert(line);
        match letter {
            'N' => self.number = text,
            '$' => self.splits = vec![line],
            _ => {}
        }
    }

    /// A field of an account, by its letter.
    pub(super) fn text(&self, letter: char) -> Option<&'t str> {
        match letter {
            'N' => Some(self.number),
            '$' => self.splits.first().map(|line| amount_of(*line).0),
            _ => None,
        }
    }

    /// The line of an earlier field of this letter, where a record can have only one.
    pub(super) fn twice(&self, letter: char) -> Option<u32> {
        match letter {
            'D' => self.date,
            'T' => self.total,
            _ => None,
        }
        .map(|(_, line)| line.number)
    }

    /// Takes a field of a transaction. False for a letter that nobody has described.
    pub(super) fn set_transaction(&mut self, letter: char, text: &'t str, line: Line<'t>) -> bool {
        self.first.get_or_insert(line);
        match letter {
            'D' => self.date = Some((text, line)),
            'T' => self.total = Some((text, line)),
            'U' => self.precise = Some((text, line)),
            'P' => self.payee = text,
            'M' => self.memo = text,
            'N' => self.number = text,
            'L' => self.category = text,
            '$' => self.splits.push(line),
            'E' if !text.is_empty() => self.split_memos.push(text),
            // Cleared status, address, category and class of a split, its percentage, reimbursable: nothing that was booked or said.
            'E' | 'C' | 'A' | 'S' | '%' | 'F' => {}
            _ => return false,
        }
        true
    }

    /// Whether Quicken wrote it to begin an account: the payee says so, and the category is an account.
    pub(super) fn is_opening(&self) -> bool {
        self.payee.eq_ignore_ascii_case("opening balance") && self.category.starts_with('[')
    }

    /// The payment. Errors: what of it cannot be read.
    pub(super) fn read(
        &self,
        source: &Source<'_>,
        rules: &Rules,
        remarks: &mut Remarks,
    ) -> Result<Payment, Vec<Error>> {
        let mut errors = Vec::new();
        let day = self.day(source, rules).map_err(|e| errors.push(e)).ok();
        let amount = self.amount(source, rules, remarks).map_err(|e| errors.push(e)).ok();
        let (Some(day), Some(amount), Some(first)) = (day, amount, self.first) else { return Err(errors) };
        Ok(Payment {
            payer_name: self.payee.into(),
            remittance: self.remittance().into(),
            place: Place { file: 0, position: Position::Line(first.number) },
            ..Payment::new("", day, amount)
        })
    }

    fn day(&self, source: &Source<'_>, rules: &Rules) -> Result<chrono::NaiveDate, Error> {
        let missing = || match self.first {
            Some(line) => source
                .fault(line, 0, line.text.chars().count(), "E0242", "the transaction has no date")
                .label("a line that begins with D is missing"),
            None => source.fault_at_end("E0242", "the transaction has no date"),
        };
        let (text, line) = self.date.filter(|(text, _)| !text.is_empty()).ok_or_else(missing)?;
        let found = date::written(text).and_then(|w| w.day(rules.order)).filter(|d| date::is_plausible(*d));
        found.ok_or_else(|| {
            source
                .fault(line, 1, text.chars().count(), "E0242", "no such date")
                .label(format!("dates are read {} in this file", rules.order.name()))
        })
    }

    /// The total; where there is none, the sum of the splits.
    fn amount(&self, source: &Source<'_>, rules: &Rules, remarks: &mut Remarks) -> Result<Money, Error> {
        let read = |(text, line): Field<'t>| {
            amounts::money(text, rules.mark, rules.currency).map_err(|Refused { code, message, label, help }| {
                let error = source.fault(line, 1, text.chars().count(), code, message).label(label);
                help.into_iter().fold(error, Error::help)
            })
        };
        let given = [self.total, self.precise].into_iter().flatten().find(|(text, _)| !text.is_empty());
        let first = self.first.map_or(0, |line| line.number);
        let mut sum: Option<Money> = None;
        for split in self.splits.iter().map(|line| amount_of(*line)).filter(|(text, _)| !text.is_empty()) {
            let part = read(split)?;
            let total = sum.unwrap_or(Money::new(0, rules.currency)).checked_add(part);
            let too_large =
                || source.fault(split.1, 0, split.1.text.chars().count(), "E0248", "the splits add up to too much");
            sum = Some(total.ok_or_else(too_large)?);
        }
        match (given.map(read).transpose()?, sum) {
            (Some(total), None) => Ok(total),
            (Some(total), Some(sum)) => {
                if total != sum {
                    let what = "transactions whose parts do not add up to their total, taken by the total";
                    remarks.add(NoteKind::Warning, what, first);
                }
                Ok(total)
            }
            (None, Some(sum)) => {
                remarks.add(NoteKind::Assumed, "transactions without a total, taken by the sum of their parts", first);
                Ok(sum)
            }
            (None, None) => Err(match self.first {
                Some(line) => source
                    .fault(line, 0, line.text.chars().count(), "E0241", "the transaction has no amount")
                    .label("a line that begins with T is missing"),
                None => source.fault_at_end("E0241", "the transaction has no amount"),
            }),
        }
    }

    /// The words that came with the money: memo, number, memos of the splits. A payee with a digit in it is a label and more than
    /// a name; where there is no memo it is all there is, and last comes the category.
    fn remittance(&self) -> String {
        let mut out = String::new();
        let mut add = |text: &str| {
            if !text.is_empty() && !out.contains(text) {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(text);
            }
        };
        if self.memo.is_empty() || self.payee.bytes().any(|b| b.is_ascii_digit()) {
            add(self.payee);
        }
        add(self.memo);
        add(self.number);
        if self.memo.is_empty() && self.payee.is_empty() {
            add(self.category);
        }
        // Programs repeat the memo in each part. A set, since to look for thousands of them in all that went before takes long.
        let mut seen = HashSet::from([self.memo]);
        for memo in self.split_memos.iter().filter(|memo| seen.insert(memo)) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(memo);
        }
        out
    }
}
