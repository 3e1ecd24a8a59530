//! Notifications (camt.054, ESR): what is inside the entries of a statement.
//!
//! An entry of a notification belongs to the entry of a statement of the same account, sum and bank's reference; where the
//! reference does not tell, of the same sum and day, when there is only one; else all entries of a day together belong to the
//! one entry of their sum. It gives its transactions to an entry that came whole, and what is missing to a payment that says
//! less. It never changes what the statement booked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use chrono::NaiveDate;

use super::coverage::Coverage;
use super::delivered::{Booking, Delivered};
use super::formats::{self, alike, letters};
use super::note::{Tally, counted, places};
use super::{Ledger, Table, accounts};
use crate::model::{Currency, InputFile, Nature, Note, NoteKind, Payment, Place, Position, StatementKind};

/// Rows of a statement, and what stands in their place.
type Change = (Range<usize>, Vec<Payment>);

/// Account, currency, day and signed sum.
pub(super) type Key = (Option<u32>, Currency, NaiveDate, i128);

/// Attaches notifications to the entries that they belong to. Those of days that no statement covers count as money.
pub(super) fn attach(delivered: &mut [Delivered], ledger: &mut Ledger) {
    if !delivered.iter().any(|d| d.kind() == StatementKind::Notification) {
        return;
    }
    formats::among(delivered, &[StatementKind::Notification], &mut ledger.files);
    let mut desk = Desk::of(delivered);
    desk.by_reference();
    desk.by_amount();
    desk.by_sum_of_a_day();
    let Desk { entries, notified, belongs, unclear, .. } = desk;
    let mut notes: BTreeMap<(u32, u32), [Tally; 2]> = BTreeMap::new();
    let mut changes: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    for (target, sources) in belongs {
        let entry = &entries[target];
        let details: Vec<&Payment> = sources.iter().flat_map(|n| rows(delivered, &notified[*n])).collect();
        let own: Vec<&Payment> = rows(delivered, entry).collect();
        let change = changed(&own, &details);
        for n in &sources {
            let position = rows(delivered, &notified[*n]).next().map(|p| p.place).unwrap_or_default();
            let tally = notes.entry((position.file, own[0].place.file)).or_default();
            tally[usize::from(change.is_none())].add(position.position);
        }
        if let Some(new) = change {
            // The one row that counts; what else is in the range was dropped, and stays so.
            let row = entry.rows.clone().find(|row| !delivered[entry.at].is_dropped(*row)).unwrap_or(entry.rows.start);
            changes.entry(entry.at).or_default().push((row..row + 1, new));
        }
        for n in sources {
            delivered[notified[n].at].drop_rows(notified[n].rows.clone());
        }
    }
    for (at, mut with) in changes {
        with.sort_by_key(|(range, _)| range.start);
        delivered[at].replace(with);
    }
    say_attached(&notes, &mut ledger.files);
    settle_rest(delivered, unclear.into_iter().map(|n| notified[n].clone()).collect(), &mut ledger.files);
}

/// The rows of a booking that count.
fn rows<'d>(delivered: &'d [Delivered], booking: &Booking) -> impl Iterator<Item = &'d Payment> {
    let one = &delivered[booking.at];
    booking.rows.clone().filter(|row| !one.is_dropped(*row)).map(|row| &one.statement.payments[row])
}

/// Entries and notifications while they are brought together.
struct Desk<'d> {
    delivered: &'d [Delivered],
    /// Entries of statements and of interim reports that count.
    entries: Vec<Booking>,
    claimed: Vec<bool>,
    notified: Vec<Booking>,
    /// Whether a notification has found where it belongs, or that it cannot be told.
    done: Vec<bool>,
    /// Notifications by the entry that they belong to.
    belongs: BTreeMap<usize, Vec<usize>>,
    /// Notifications that fit several entries.
    unclear: Vec<usize>,
    /// Unclaimed entries by account, day and sum; without an account, those of all accounts.
    of_day: Table<Key, Vec<usize>>,
    /// Whether the account of a notification says nothing: a customer number of slips, or none.
    is_nameless: Vec<bool>,
}

impl<'d> Desk<'d> {
    fn of(delivered: &'d [Delivered]) -> Self {
        let is_notice = |d: &Delivered| d.kind() == StatementKind::Notification;
        let known: BTreeSet<Option<u32>> = delivered.iter().filter(|d| !is_notice(d)).map(|d| d.account).collect();
        let is_nameless: Vec<bool> = delivered
            .iter()
            .map(|d| is_notice(d) && !known.contains(&d.account) && !accounts::is_iban(&d.statement.account))
            .collect();
        let any = is_nameless.contains(&true);
        let told: BTreeSet<Option<u32>> = delivered.iter().filter(|d| is_notice(d)).map(|d| d.account).collect();
        let (mut entries, mut notified) = (Vec::new(), Vec::new());
        for (n, one) in delivered.iter().enumerate().filter(|(_, d)| !d.is_superseded) {
            if is_notice(one) {
                notified.extend(one.bookings(n));
            } else if any || told.contains(&one.account) {
                entries.extend(one.bookings(n));
            }
        }
        let mut of_day: Table<Key, Vec<usize>> = HashMap::default();
        for (n, entry) in entries.iter().enumerate() {
            let account = delivered[entry.at].account;
            of_day.entry((account, entry.currency, entry.day, entry.minor)).or_default().push(n);
            if any && account.is_some() {
                of_day.entry((None, entry.currency, entry.day, entry.minor)).or_default().push(n);
            }
        }
        let (claimed, done) = (vec![false; entries.len()], vec![false; notified.len()]);
        let (belongs, unclear) = (BTreeMap::new(), Vec::new());
        Self { delivered, entries, claimed, notified, done, belongs, unclear, of_day, is_nameless }
    }

    fn key(&self, n: usize, minor: i128) -> Key {
        let b = &self.notified[n];
        let account = if self.is_nameless[b.at] { None } else { self.delivered[b.at].account };
        (account, b.currency, b.day, minor)
    }

    fn claim(&mut self, entry: usize, sources: Vec<usize>) {
        self.claimed[entry] = true;
        sources.iter().for_each(|n| self.done[*n] = true);
        self.belongs.insert(entry, sources);
    }

    /// The reference of an entry as a whole.
    fn reference(&self, booking: &Booking, references: &Table<Place, &'d str>) -> &'d str {
        let first = &self.delivered[booking.at].statement.payments[booking.rows.start];
        if let Some(reference) = references.get(&whole_place(first.place)) {
            return reference;
        }
        let shared = rows(self.delivered, booking).all(|p| p.bank_reference == first.bank_reference);
        if shared { &first.bank_reference } else { "" }
    }

    fn by_reference(&mut self) {
        let of_entries: Table<Place, &'d str> =
            self.delivered.iter().flat_map(|d| &d.statement.entry_references).map(|(p, r)| (*p, &**r)).collect();
        let mut known: Table<(Option<u32>, Currency, i128, &str), Vec<usize>> = HashMap::default();
        for (n, entry) in self.entries.iter().enumerate() {
            let reference = self.reference(entry, &of_entries);
            if !reference.is_empty() {
                let account = self.delivered[entry.at].account;
                known.entry((account, entry.currency, entry.minor, reference)).or_default().push(n);
            }
        }
        let mut fitting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (n, notice) in self.notified.iter().enumerate() {
            let reference = self.reference(notice, &of_entries);
            let account = self.delivered[notice.at].account;
            if let Some([entry]) = known.get(&(account, notice.currency, notice.minor, reference)).map(Vec::as_slice) {
                fitting.entry(*entry).or_default().push(n);
            }
        }
        // Only what is unique on both sides: references are not proven to be.
        for (entry, sources) in fitting.into_iter().filter(|(_, sources)| sources.len() == 1) {
            self.claim(entry, sources);
        }
    }

    fn by_amount(&mut self) {
        let mut open: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for n in (0..self.notified.len()).filter(|n| !self.done[*n]) {
            open.entry(self.key(n, self.notified[n].minor)).or_default().push(n);
        }
        for (key, mut notices) in open {
            let Some(entries) = self.of_day.get(&key) else { continue };
            let mut entries: Vec<usize> = entries.iter().copied().filter(|n| !self.claimed[*n]).collect();
            // The same payer, when there is only one.
            if notices.len() > 1 || entries.len() > 1 {
                for n in std::mem::take(&mut notices) {
                    let mut fits = entries.iter().filter(|e| self.names_alike(**e, n));
                    match (fits.next().copied(), fits.next()) {
                        (Some(entry), None) => {
                            entries.retain(|e| *e != entry);
                            self.claim(entry, vec![n]);
                        }
                        _ => notices.push(n),
                    }
                }
            }
            match (entries.as_slice(), notices.as_slice()) {
                ([], _) | (_, []) => {}
                ([entry], [notice]) => {
                    if !self.contradict(*entry, *notice) {
                        self.claim(*entry, vec![*notice]);
                    }
                }
                _ => {
                    let fit = |n: &usize| entries.iter().any(|e| !self.contradict(*e, *n));
                    let told: Vec<usize> = notices.iter().copied().filter(fit).take(entries.len()).collect();
                    for n in told {
                        self.done[n] = true;
                        self.unclear.push(n);
                    }
                    // Nothing else may take these entries: which is whose is not known.
                    entries.iter().for_each(|e| self.claimed[*e] = true);
                }
            }
        }
    }

    fn by_sum_of_a_day(&mut self) {
        let mut days: BTreeMap<(usize, Currency, NaiveDate), Vec<usize>> = BTreeMap::new();
        for n in (0..self.notified.len()).filter(|n| !self.done[*n]) {
            let notice = &self.notified[n];
            days.entry((notice.at, notice.currency, notice.day)).or_default().push(n);
        }
        for sources in days.into_values().filter(|sources| sources.len() > 1) {
            let sum = sources.iter().map(|n| self.notified[*n].minor).sum();
            let Some(entries) = self.of_day.get(&self.key(sources[0], sum)) else { continue };
            let whole = |n: &&usize| !self.claimed[**n] && self.entries[**n].payments == 1;
            let mut fits = entries.iter().filter(whole);
            if let (Some(entry), None) = (fits.next().copied(), fits.next()) {
                self.claim(entry, sources);
            }
        }
    }

    /// The only payments of an entry and of a notification.
    fn singles(&self, entry: usize, notice: usize) -> Option<(&Payment, &Payment)> {
        let (entry, notice) = (&self.entries[entry], &self.notified[notice]);
        let single = entry.payments == 1 && notice.payments == 1;
        single.then(|| rows(self.delivered, entry).next().zip(rows(self.delivered, notice).next()))?
    }

    fn names_alike(&self, entry: usize, notice: usize) -> bool {
        self.singles(entry, notice).is_some_and(|(a, b)| alike(a, b))
    }

    /// Whether both name the payer's account or reference, and another one.
    fn contradict(&self, entry: usize, notice: usize) -> bool {
        let differ = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && !letters(a).eq(letters(b));
        self.singles(entry, notice)
            .is_some_and(|(a, b)| differ(&a.payer_iban, &b.payer_iban) || differ(&a.end_to_end_id, &b.end_to_end_id))
    }
}

/// The place of the entry that a transaction is in.
fn whole_place(place: Place) -> Place {
    match place.position {
        Position::Entry { statement, entry, .. } => {
            Place { position: Position::Entry { statement, entry, detail: 0 }, ..place }
        }
        _ => place,
    }
}

/// What an entry becomes with the details of a notification; `None` when it says as much already.
fn changed(own: &[&Payment], details: &[&Payment]) -> Option<Vec<Payment>> {
    let [own] = own else { return None };
    if let [detail] = details {
        let enriched = enriched(own, detail);
        return (enriched != **own).then(|| vec![enriched]);
    }
    let of_entry = |detail: &&Payment| {
        let mut payment = (*detail).clone();
        payment.id = Box::default();
        payment.account = own.account.clone();
        payment.booking_date = own.booking_date;
        payment.value_date = own.value_date.or(detail.value_date);
        payment
    };
    Some(details.iter().map(of_entry).collect())
}

/// A payment with what a notification says where it says nothing itself.
fn enriched(own: &Payment, detail: &Payment) -> Payment {
    let mut payment = own.clone();
    let silent = own.payer_name.is_empty() && own.payer_iban.is_empty() && own.structured_references.is_empty();
    let fill = |to: &mut Box<str>, from: &str| {
        if to.is_empty() {
            *to = from.into();
        }
    };
    // Without a payer, the text is the bank's own word for the entry.
    if silent && own.end_to_end_id.is_empty() && !detail.remittance.is_empty() {
        payment.remittance.clone_from(&detail.remittance);
    }
    fill(&mut payment.remittance, &detail.remittance);
    fill(&mut payment.payer_name, &detail.payer_name);
    fill(&mut payment.payer_iban, &detail.payer_iban);
    fill(&mut payment.ultimate_name, &detail.ultimate_name);
    fill(&mut payment.end_to_end_id, &detail.end_to_end_id);
    fill(&mut payment.return_reason, &detail.return_reason);
    if payment.structured_references.is_empty() {
        payment.structured_references.clone_from(&detail.structured_references);
    }
    if payment.nature == Nature::Ordinary {
        payment.nature = detail.nature;
    }
    payment
}

fn say_attached(notes: &BTreeMap<(u32, u32), [Tally; 2]>, files: &mut [InputFile]) {
    for ((notice, statement), [given, known]) in notes {
        let path = files[*statement as usize].path.clone();
        let notes = &mut files[*notice as usize].notes;
        if given.count > 0 {
            let text = counted(given.count, "entry gives its", "entries give their");
            let text = format!("{text} details to the statement in {path}, which counts ({})", places(given));
            notes.push(Note::new(NoteKind::Said, text));
        }
        if known.count > 0 {
            let text = counted(known.count, "entry repeats", "entries repeat");
            let text = format!("{text} what the statement in {path} says already: no money ({})", places(known));
            notes.push(Note::new(NoteKind::Said, text));
        }
    }
}

/// What belongs to no entry: no money on days that a statement covers, money on others.
fn settle_rest(delivered: &mut [Delivered], unclear: Vec<Booking>, files: &mut [InputFile]) {
    let coverage = Coverage::of(delivered);
    let mut several: BTreeMap<u32, Tally> = BTreeMap::new();
    for booking in unclear {
        let one = &mut delivered[booking.at];
        several.entry(one.file).or_default().add(one.statement.payments[booking.rows.start].place.position);
        one.drop_rows(booking.rows);
    }
    for (file, tally) in several {
        let text = counted(tally.count, "entry fits", "entries fit");
        let text =
            format!("{text} several entries of that amount and day: details not used, no money ({})", places(&tally));
        files[file as usize].notes.push(Note::new(NoteKind::Warning, text));
    }
    for (n, one) in delivered.iter_mut().enumerate().filter(|(_, d)| d.kind() == StatementKind::Notification) {
        let (mut strange, mut money) = (Tally::default(), Tally::default());
        for booking in one.bookings(n) {
            let position = one.statement.payments[booking.rows.start].place.position;
            if coverage.has(one.account, booking.day) {
                strange.add(position);
                one.drop_rows(booking.rows);
            } else {
                money.add(position);
            }
        }
        one.is_superseded = money.count == 0;
        let notes = &mut files[one.file as usize].notes;
        if strange.count > 0 {
            let text = counted(strange.count, "entry fits", "entries fit");
            let text = format!(
                "{text} no entry of the statement that covers the day: no money, the statement counts ({})",
                places(&strange)
            );
            notes.push(Note::new(NoteKind::Warning, text));
        }
        if money.count > 0 {
            let text = counted(money.count, "entry of a day", "entries of days");
            let text = format!(
                "{text} without a statement: money, but nothing proves that none is missing ({})",
                places(&money)
            );
            notes.push(Note::new(NoteKind::Warning, text));
        }
    }
}
