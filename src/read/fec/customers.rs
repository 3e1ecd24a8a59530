//! The lines of customers: which are invoices and credit notes, and which are payments.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::entries::{Entry, Key};
use super::lettering::{self, Group};
use super::table::Row;
use super::truth::Link;
use crate::model::{Currency, Money, Note, NoteKind, OpenItem, Place, Position};

/// Accounts of customers. Doubtful ones (416), bills (413), invoices to come (418) and advances (419) are other books.
const CUSTOMERS: &str = "411";

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// An invoice, a credit note, or what else a customer owes by an entry that moved no money.
#[derive(Clone, Debug)]
pub(super) struct Owed<'s> {
    pub(super) row: Row<'s>,
    pub(super) id: Box<str>,
    pub(super) customer: &'s str,
    /// What is still open of it, in cents, with its sign.
    pub(super) open: i64,
}

/// A part of a payment: one line of the customer's account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'s> {
    /// In cents; positive is money that came in.
    pub(super) minor: i64,
    pub(super) lettering: &'s str,
}

/// What a customer paid, or got back, at once: the lines of one entry, day and document.
#[derive(Clone, Debug)]
pub(super) struct Paid<'s> {
    pub(super) row: Row<'s>,
    pub(super) id: Box<str>,
    pub(super) customer: &'s str,
    /// The account that it came through: of class 5, or one on which it waited (471 to 475).
    pub(super) bank: &'s str,
    pub(super) parts: Vec<Part<'s>>,
}

impl Paid<'_> {
    /// All parts together, in cents.
    pub(super) fn minor(&self) -> i64 {
        // Amounts are below 10^18, and parts that exceed 64 bits together are the business of nobody.
        self.parts.iter().fold(0i64, |sum, part| sum.saturating_add(part.minor))
    }
}

/// The customers' side of a file.
#[derive(Debug)]
pub(super) struct Ledger<'s> {
    pub(super) owed: Vec<Owed<'s>>,
    pub(super) paid: Vec<Paid<'s>>,
    groups: Vec<Group>,
    /// Lines of lettered groups that do not add up to nothing.
    partly_lettered: usize,
}

/// Lines that become nothing, or something that has to be said.
#[derive(Default)]
struct Counts {
    suppliers: u64,
    advances: u64,
    doubtful: u64,
    nothing: u64,
    opening: u64,
    other_credits: u64,
    foreign: u64,
}

/// Sorts the rows of a file.
pub(super) fn sort<'s>(rows: Vec<Row<'s>>, entries: &Map<Key<'s>, Entry<'s>>) -> (Ledger<'s>, Vec<Note>) {
    let (mut owed, mut paid): (Vec<Owed<'s>>, Vec<Paid<'s>>) = (Vec::new(), Vec::new());
    let mut ranks: Map<Key<'s>, u32> = Map::default();
    let mut known: Map<(Key<'s>, NaiveDate, &str, &str), usize> = Map::default();
    let mut counts = Counts::default();
    for row in rows {
        let key = (row.journal, row.number);
        let rank = ranks.entry(key).or_default();
        *rank += 1;
        // Every entry was gathered before.
        let Some(entry) = entries.get(&key) else { continue };
        match row.account.get(..3) {
            Some(CUSTOMERS) => {}
            Some("401") => {
                counts.suppliers += 1;
                continue;
            }
            other => {
                counts.advances += u64::from(other == Some("419"));
                counts.doubtful += u64::from(other == Some("416"));
                continue;
            }
        }
        if row.minor == 0 {
            counts.nothing += 1;
            continue;
        }
        counts.foreign += u64::from(row.is_foreign);
        let customer = if row.auxiliary.is_empty() { row.account } else { row.auxiliary };
        let is_opening = entry.is_opening();
        // A sale paid at once books invoice and payment in one entry: there the debit is the invoice.
        let bank = entry.money().filter(|_| !(is_opening || entry.is_sale && row.minor > 0));
        let Some(bank) = bank else {
            counts.opening += u64::from(is_opening);
            counts.other_credits += u64::from(row.minor < 0 && !is_opening && !entry.is_sale);
            let id = [row.journal, row.number, &rank.to_string(), row.piece].join("/");
            owed.push(Owed { open: row.minor, id: id.trim_end_matches('/').into(), customer, row });
            continue;
        };
        let part = Part { minor: -row.minor, lettering: row.lettering };
        match known.get(&(key, row.date, row.piece, customer)) {
            Some(n) => paid[*n].parts.push(part),
            None => {
                known.insert((key, row.date, row.piece, customer), paid.len());
                paid.push(Paid { row, id: Box::default(), customer, bank, parts: vec![part] });
            }
        }
    }
    name_payments(&mut paid);
    name_items(&mut owed);
    let mut ledger = Ledger { owed, paid, groups: Vec::new(), partly_lettered: 0 };
    (ledger.groups, ledger.partly_lettered) = lettering::apply(&mut ledger.owed, &ledger.paid);
    let notes = counts.notes(&ledger);
    (ledger, notes)
}

/// Journal and number of the entry; the rank in it where it holds several payments.
fn name_payments(paid: &mut [Paid<'_>]) {
    let mut several: Map<(&str, &str), u32> = Map::default();
    for one in paid.iter() {
        *several.entry((one.row.journal, one.row.number)).or_default() += 1;
    }
    let mut ranks: Map<(&str, &str), u32> = Map::default();
    let mut taken: HashSet<Box<str>> = HashSet::new();
    for one in paid.iter_mut() {
        let key = (one.row.journal, one.row.number);
        let rank = ranks.entry(key).or_default();
        *rank += 1;
        let id = format!("{}/{}", key.0, key.1);
        one.id = free(&mut taken, if several[&key] > 1 { format!("{id}/{rank}") } else { id });
    }
}

/// Journal, number, rank of the line in the entry and document are unique but for names that hold the character between them.
fn name_items(owed: &mut [Owed<'_>]) {
    let mut taken = HashSet::new();
    for one in owed {
        one.id = free(&mut taken, one.id.to_string());
    }
}

fn free(taken: &mut HashSet<Box<str>>, wanted: String) -> Box<str> {
    let mut id: Box<str> = wanted.as_str().into();
    let mut n = 1;
    while !taken.insert(id.clone()) {
        n += 1;
        id = format!("{wanted}#{n}").into();
    }
    id
}

impl<'s> Ledger<'s> {
    /// The items, and what is to be said of them.
    pub(super) fn items(&self) -> (Vec<OpenItem>, Vec<Note>) {
        let mut shared: Map<&str, Arc<str>> = Map::default();
        let mut share = |text: &'s str| Arc::clone(shared.entry(text).or_insert_with(|| text.into()));
        let items: Vec<OpenItem> = self
            .owed
            .iter()
            .map(|one| {
                let row = &one.row;
                let number = if row.piece.is_empty() { row.number } else { row.piece };
                let mut item = OpenItem::new(&*one.id, number, Money::new(row.minor, Currency::EUR));
                item.open_minor = one.open;
                item.customer_id = share(one.customer);
                item.customer_name = share(name_of(row));
                item.issue_date = Some(row.piece_date.unwrap_or(row.date));
                item.place = Place { file: 0, position: Position::Line(row.line.number) };
                item
            })
            .collect();
        let settled = items.iter().filter(|item| item.is_settled()).count();
        let mut notes = Vec::new();
        let text = format!("{settled} of {} items are settled by lettering: they are evidence, not open", items.len());
        notes.push(Note::new(NoteKind::Said, text));
        if self.partly_lettered > 0 {
            let text = format!(
                "{} lettered groups do not add up to nothing: what is left of them is open on their latest items",
                self.partly_lettered
            );
            notes.push(Note::new(NoteKind::Said, text));
        }
        let unlettered: usize =
            self.paid.iter().filter(|paid| paid.parts.iter().any(|part| part.lettering.is_empty())).count();
        if unlettered > 0 {
            let text = format!(
                "{unlettered} payments of customers are not lettered: what they paid is still among the open items \
                 (give the FEC as a statement too, and they are matched)"
            );
            notes.push(Note::new(NoteKind::Warning, text));
        }
        (items, notes)
    }

    /// Which payment settled which item.
    pub(super) fn links(&self) -> Vec<Link> {
        self.groups.iter().flat_map(|group| group.links(&self.owed, &self.paid)).collect()
    }
}

/// The customer's name: that of the auxiliary account, else of the account.
pub(super) fn name_of<'s>(row: &Row<'s>) -> &'s str {
    if row.auxiliary_name.is_empty() { row.account_name } else { row.auxiliary_name }
}

impl Counts {
    fn notes(&self, ledger: &Ledger<'_>) -> Vec<Note> {
        let (owed, paid) = (ledger.owed.len(), ledger.paid.len());
        let mut notes = vec![Note::new(NoteKind::Said, format!("accounts 411: {owed} items and {paid} payments"))];
        let mut say = |count: u64, kind: NoteKind, text: &str| {
            if count > 0 {
                notes.push(Note::new(kind, format!("{count} {text}")));
            }
        };
        say(self.suppliers, NoteKind::Said, "lines of suppliers (401) are no receivables");
        say(self.opening, NoteKind::Said, "items are carried over from the year before (à-nouveaux)");
        let text = "credits of 411 are neither of a sale nor of a bank journal: taken as credit notes";
        say(self.other_credits, NoteKind::Said, text);
        say(self.advances, NoteKind::Said, "lines of advances received (419) are left out");
        say(self.doubtful, NoteKind::Warning, "lines of doubtful customers (416) are left out");
        say(self.nothing, NoteKind::Said, "lines of 411 have the amount 0,00 and are left out");
        say(
            self.foreign,
            NoteKind::Said,
            "lines of 411 also have an amount in a foreign currency: the euro amount counts",
        );
        notes
    }
}
