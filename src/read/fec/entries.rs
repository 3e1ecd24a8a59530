//! Entries: the lines of one number in one journal. They balance, and their accounts say what they record.

use std::collections::HashMap;

use super::super::source::{Line, Source};
use super::table::Row;
use crate::error::{Collector, Errors};
use crate::model::{Currency, money::write_minor};

/// Journal and number of an entry.
pub(super) type Key<'s> = (&'s str, &'s str);

/// What is known of an entry from all of its lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'s> {
    first: Line<'s>,
    sum: i128,
    /// The account of class 5 that it moves money on: that of a bank where there is one.
    bank: Option<&'s str>,
    /// The account on which money waits until somebody knows whose it is (471 to 475), where it moves some.
    waiting: Option<&'s str>,
    /// Whether it books turnover (class 70 to 74).
    pub(super) is_sale: bool,
    /// Whether every account is one of a balance sheet.
    balance_sheet: bool,
    /// Whether it has capital or reserves (class 1).
    equity: bool,
    named_opening: bool,
    is_first: bool,
}

impl<'s> Entry<'s> {
    /// The account that the money of a customer came through: of class 5, else the one on which it waited. Many companies enter bank
    /// lines against 471 when they arrive, and move them to 411 when it is known what they are.
    pub(super) fn money(&self) -> Option<&'s str> {
        self.bank.or(self.waiting)
    }

    /// Whether it carries balances over from the year before: it says so, or is the first one and holds a balance sheet with capital.
    pub(super) fn is_opening(&self) -> bool {
        self.named_opening || (self.is_first && self.balance_sheet && self.equity)
    }
}

/// Gathers the entries of a file. Errors: E0524, collected.
pub(super) fn gather<'s>(
    source: &Source<'_>,
    rows: &[Row<'s>],
) -> Result<HashMap<Key<'s>, Entry<'s>, foldhash::fast::RandomState>, Errors> {
    let mut entries: HashMap<Key<'s>, Entry<'s>, foldhash::fast::RandomState> = HashMap::default();
    let mut order: Vec<Key<'s>> = Vec::new();
    for row in rows {
        let key = (row.journal, row.number);
        let is_first = entries.is_empty();
        let entry = entries.entry(key).or_insert_with(|| {
            order.push(key);
            Entry {
                first: row.line,
                sum: 0,
                bank: None,
                waiting: None,
                is_sale: false,
                balance_sheet: true,
                equity: false,
                named_opening: is_opening(row),
                is_first,
            }
        });
        entry.sum += i128::from(row.minor);
        entry.is_sale |= row.account.starts_with('7') && row.account.as_bytes().get(1).is_some_and(|b| *b <= b'4');
        entry.balance_sheet &= matches!(row.account.as_bytes().first(), Some(b'1'..=b'5'));
        entry.equity |= row.account.starts_with('1');
        // Cheques go through 511 on their way; where an entry has both, the bank is the account.
        if row.account.starts_with('5') && entry.bank.is_none_or(|known| !known.starts_with("512")) {
            entry.bank = Some(row.account);
        }
        if row.account.starts_with("47") && row.account.as_bytes().get(2).is_some_and(|b| (b'1'..=b'5').contains(b)) {
            entry.waiting.get_or_insert(row.account);
        }
    }
    let mut errors = Collector::default();
    for key in order {
        let entry = &entries[&key];
        if entry.sum != 0 {
            let mut difference = String::new();
            // Writing to a string cannot fail.
            let _ = write_minor(&mut difference, entry.sum, Currency::EUR);
            let message = format!("entry {} of journal {} does not balance", key.1, key.0);
            let width = entry.first.text.chars().count();
            errors.push(
                source
                    .fault(entry.first, 0, width, "E0524", message)
                    .label(format!("it begins here; debits less credits are {difference}"))
                    .help("lines of it are missing, or its amounts are wrong: export the FEC again, whole"),
            );
        }
    }
    errors.finish(entries)
}

/// Whether a line says that it carries balances over: by its journal, or by its label.
fn is_opening(row: &Row<'_>) -> bool {
    const CODES: [&str; 5] = ["AN", "RAN", "ANO", "ANV", "OUV"];
    let says = |text: &str| {
        let text = text.to_lowercase().replace('-', " ");
        ["a nouveau", "à nouveau", "ouverture"].iter().any(|word| text.contains(word)) && !text.contains("compte")
    };
    let coded = CODES.iter().any(|code| row.journal.eq_ignore_ascii_case(code));
    coded || says(row.journal_name) || says(row.label)
}
