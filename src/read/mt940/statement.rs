//! One message: its account, balances, movements and totals.

use chrono::NaiveDate;

use super::super::sheet::Sheet;
use super::super::source::Source;
use super::account;
use super::amount;
use super::balance::{self, Signed};
use super::date;
use super::entry::{self, AS_SENT, Entry, Frame};
use super::fields::{Field, Tag};
use super::info::{self, Info};
use super::notes::{Notes, Oddity};
use crate::error::{Collector, Error};
use crate::model::{
    Balance, BalanceKind, CheckKind, Currency, Nature, NoteKind, Page, Payment, Place, Position, Statement,
    StatementKind,
};

/// The fields of one message, in their order.
#[derive(Debug, Default)]
pub(super) struct Message<'t> {
    pub(super) fields: Vec<Field<'t>>,
    pub(super) is_942: bool,
}

/// What a message is read with.
pub(super) struct Reading<'s> {
    pub(super) source: &'s Source<'s>,
    pub(super) notes: &'s mut Notes,
    pub(super) errors: &'s mut Collector,
}

impl<'t> Message<'t> {
    pub(super) fn has(&self, tag: Tag) -> bool {
        self.fields.iter().any(|f| f.tag == tag)
    }

    pub(super) fn first(&self, tag: Tag) -> Option<&Field<'t>> {
        self.fields.iter().find(|f| f.tag == tag)
    }

    /// An interim report: its envelope says so, or it has what only the MT942 has. Its balances are no part of it.
    pub(super) fn is_interim(&self) -> bool {
        self.is_942
            || self.has(Tag::Floor)
            || (self.has(Tag::Moment) || self.has(Tag::Debits) || self.has(Tag::Credits)) && !self.has(Tag::Closing)
    }

    /// The currency of the account: that of a balance, a total or a limit.
    fn currency(&self) -> Option<Currency> {
        let of = |tags: &[Tag]| {
            self.fields.iter().filter(|f| tags.contains(&f.tag)).find_map(|f| match f.tag {
                Tag::Floor => Currency::parse(f.first().get(..3)?),
                Tag::Debits | Tag::Credits => {
                    Currency::parse(f.first().trim_start_matches(|c: char| c.is_ascii_digit()).get(..3)?)
                }
                _ => balance::currency(f.first()),
            })
        };
        of(&[Tag::Opening, Tag::Closing])
            .or_else(|| of(&[Tag::Floor, Tag::Debits, Tag::Credits]))
            .or_else(|| of(&[Tag::Available]))
    }

    /// Reads the message. `None`: an error is in the collector.
    pub(super) fn read(&self, reading: &mut Reading<'_>) -> Option<Statement> {
        let head = self.fields.first()?;
        let Some(number) = self.first(Tag::Account) else {
            reading.errors.push(
                fault(reading.source, head, "E0244", "the statement does not say which account it is of")
                    .label("no :25: follows")
                    .help(AS_SENT),
            );
            return None;
        };
        let stated = self.currency();
        let (account, suffix) = account::of_statement(number.first(), stated);
        let kind = if self.is_interim() { StatementKind::Interim } else { StatementKind::Statement };
        if !self.is_whole(kind) {
            reading.errors.push(
                fault(reading.source, head, "E0245", "the message has no entry, and no opening and closing balance")
                    .label("it is cut off, or no statement")
                    .help(AS_SENT),
            );
            return None;
        }
        let currency = stated.or(suffix);
        let mut sheet = Sheet::new(kind);
        sheet.statement.id = self.first(Tag::Reference).map_or("", |f| f.first()).into();
        let (sequence, page) = self.number();
        (sheet.statement.sequence, sheet.statement.page) = (sequence.into(), page);
        sheet.statement.account = account.into();
        sheet.statement.owner = self.owner();
        sheet.statement.currency = currency;
        let mut fill = Fill { sheet, reading, reversed: 0, currency, moment: None };
        fill.header(self);
        fill.entries(self);
        Some(fill.finish())
    }

    /// `:28C:` `5n[/5n]`: the number of the statement, and which of its pages this is.
    ///
    /// The balances say what is a page: the first opens finally and closes intermediately, and a later one opens intermediately. Where
    /// they do not fit the number behind the slash, as with banks that count there otherwise, the message stands for itself.
    fn number(&self) -> (&'t str, Option<Page>) {
        let whole = self.first(Tag::Number).map_or("", |f| f.first());
        let opening = self.first(Tag::Opening);
        let closing = self.fields.iter().rfind(|f| f.tag == Tag::Closing);
        let (Some((number, page)), Some(opening), Some(closing)) = (whole.split_once('/'), opening, closing) else {
            return (whole, None);
        };
        let is_last = !closing.is_intermediate;
        match page.trim().parse::<u32>() {
            Ok(1) if !opening.is_intermediate && !is_last => (number, Some(Page { number: 1, is_last })),
            Ok(page) if page > 1 && opening.is_intermediate => (number, Some(Page { number: page, is_last })),
            _ => (whole, None),
        }
    }

    /// Whether there is anything to hold: entries, both balances, or the head of an interim report.
    fn is_whole(&self, kind: StatementKind) -> bool {
        kind == StatementKind::Interim || self.has(Tag::Entry) || (self.has(Tag::Opening) && self.has(Tag::Closing))
    }

    /// `:NS:` in front of the movements: 22 is the owner's name.
    fn owner(&self) -> Box<str> {
        let head = self.fields.iter().take_while(|f| f.tag != Tag::Entry).find(|f| f.tag == Tag::Numbered);
        let line = head.and_then(|f| f.lines().find_map(|l| l.strip_prefix("22")));
        line.filter(|name| name.contains(char::is_alphabetic)).unwrap_or_default().trim().into()
    }

    /// Days of the opening and the closing balance.
    fn period(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let of = |tag| self.first(tag).and_then(|f| balance::day(f.first())).map(|day| day.date);
        (of(Tag::Opening), of(Tag::Closing))
    }
}

/// An error at the text of a field.
fn fault(source: &Source<'_>, field: &Field<'_>, code: &'static str, message: impl Into<Box<str>>) -> Error {
    source.fault(field.line, field.column, field.first().chars().count().max(1), code, message)
}

/// A statement that is being filled.
struct Fill<'r, 's> {
    sheet: Sheet,
    reading: &'r mut Reading<'s>,
    /// Sum of the movements marked RC and RD, signed.
    reversed: i128,
    currency: Option<Currency>,
    /// The day of an interim report.
    moment: Option<NaiveDate>,
}

impl Fill<'_, '_> {
    /// Everything but movements.
    fn header(&mut self, message: &Message<'_>) {
        for field in &message.fields {
            let line = field.line.number;
            match field.tag {
                Tag::Opening | Tag::Closing | Tag::Available => self.balance(field),
                Tag::Floor => self.floor(field),
                Tag::Moment => {
                    self.moment = field.first().get(..6).and_then(date::full).map(|day| day.date);
                }
                Tag::Debits | Tag::Credits => self.totals(field),
                Tag::Other => self.reading.notes.add(Oddity::OtherTag, line),
                _ => {}
            }
        }
        if message.fields.iter().filter(|f| f.tag == Tag::Account).count() > 1 {
            let second = message.fields.iter().filter(|f| f.tag == Tag::Account).nth(1);
            self.reading.notes.add(Oddity::SecondAccount, second.map_or(0, |f| f.line.number));
        }
    }

    fn balance(&mut self, field: &Field<'_>) {
        let kind = match field.tag {
            Tag::Available => BalanceKind::Other,
            _ if field.is_intermediate => BalanceKind::Interim,
            Tag::Opening => BalanceKind::Opening,
            _ => BalanceKind::Closing,
        };
        let found = match balance::read(self.reading.source, field, self.currency, self.reading.notes) {
            Ok(Some(Signed { amount, date })) => Balance { kind, amount, date },
            Ok(None) => {
                self.reading.notes.add(Oddity::UnreadableBalance, field.line.number);
                return;
            }
            Err(error) => return self.reading.errors.push(error),
        };
        self.sheet.balance(found);
        // A page opens and closes with intermediate balances, and its own movements lie between them.
        let statement = &mut self.sheet.statement;
        match field.tag {
            Tag::Opening if statement.opening.is_none() => statement.opening = Some(found),
            Tag::Closing => statement.closing = Some(found),
            _ => {}
        }
    }

    /// `:34F:` `3!a[1!a]15d`.
    fn floor(&mut self, field: &Field<'_>) {
        let text = field.first();
        let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        if digits.bytes().any(|b| matches!(b, b'1'..=b'9')) {
            self.reading.notes.add(Oddity::FloorLimit, field.line.number);
        }
    }

    /// `:90D:`, `:90C:` `5n3!a15d`.
    fn totals(&mut self, field: &Field<'_>) {
        let text = field.first();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let count = text[..digits].parse::<u64>().ok();
        let currency = text.get(digits..digits + 3).and_then(Currency::parse);
        let (Some(count), Some(currency)) = (count, currency) else {
            let error = fault(self.reading.source, field, "E0244", "a total that cannot be read")
                .label("expected number, currency and sum, as in 12EUR1250,00")
                .help(AS_SENT);
            return self.reading.errors.push(error);
        };
        let digits = &text[digits + 3..];
        let sum = match amount::read(digits, currency, field.line.number, self.reading.notes) {
            Ok(sum) => sum.minor,
            Err(wrong) => {
                let error = fault(self.reading.source, field, wrong.code(), wrong.message(digits, currency))
                    .label(wrong.label());
                return self.reading.errors.push(error.help(AS_SENT));
            }
        };
        let totals = &mut self.sheet.statement.totals;
        let (entries, total) = match field.tag {
            Tag::Debits => (&mut totals.debit_entries, &mut totals.debit_sum),
            _ => (&mut totals.credit_entries, &mut totals.credit_sum),
        };
        (*entries, *total) = (Some(count), Some(sum));
    }

    fn entries(&mut self, message: &Message<'_>) {
        let fields = &message.fields;
        let (mut at, mut is_closed, mut has_currency) = (0, false, true);
        let period = message.period();
        while let Some(field) = fields.get(at) {
            at += 1;
            match field.tag {
                Tag::Closing => is_closed = true,
                Tag::Info => self.reading.notes.add(Oddity::InfoWithoutEntry, field.line.number),
                Tag::Entry => {
                    if is_closed {
                        self.reading.notes.add(Oddity::EntryAfterClosing, field.line.number);
                    }
                    let information =
                        fields[at..].iter().take_while(|f| matches!(f.tag, Tag::Info | Tag::Numbered)).count();
                    let below = &fields[at..at + information];
                    at += information;
                    match self.currency {
                        Some(currency) => self.entry(field, below, Frame { currency, period }),
                        None if has_currency => {
                            has_currency = false;
                            let error = fault(
                                self.reading.source,
                                field,
                                "E0243",
                                "the currency of the entry cannot be told",
                            )
                            .label("no balance or total of its message has one")
                            .help(
                                "the balances (:60F:, :62F:) are missing or damaged: take the file as the bank sent it",
                            );
                            self.reading.errors.push(error);
                        }
                        None => {}
                    }
                }
                _ => {}
            }
        }
    }

    fn entry(&mut self, field: &Field<'_>, below: &[Field<'_>], frame: Frame) {
        let entry = match entry::read(self.reading.source, field, frame, self.reading.notes) {
            Ok(entry) => entry,
            Err(error) => return self.reading.errors.push(error),
        };
        if entry.mark.is_expected {
            self.reading.notes.add(Oddity::Expected, field.line.number);
            self.sheet.not_booked(entry.amount);
            return;
        }
        if entry.mark.is_reversal {
            self.reversed += i128::from(entry.amount.minor);
        }
        self.sheet.book(payment(&entry, info::read(below), field.line.number));
    }

    fn finish(self) -> Statement {
        let Self { sheet, reading, reversed, moment, .. } = self;
        let mut statement = sheet.finish(reading.source.path);
        statement.to = statement.to.max(moment);
        if statement.opening.is_some() && statement.closing.is_none() {
            let text = format!(
                "statement {} of {} has no closing balance (:62F:): the file may be cut off",
                statement.id, statement.account
            );
            reading.notes.say(NoteKind::Warning, text);
        }
        if let Some(text) = other_reading(&statement, reversed) {
            reading.notes.say(NoteKind::Warning, text);
        }
        statement
    }
}

/// Where the balances hold only if `RC` were a credit and `RD` a debit: said, and read by the standard all the same.
fn other_reading(statement: &Statement, reversed: i128) -> Option<String> {
    let check = statement.checks.iter().find(|c| c.kind == CheckKind::Balance)?;
    if check.holds != Some(false) || reversed == 0 {
        return None;
    }
    let (opening, closing) = (statement.opening?.amount, statement.closing?.amount);
    let otherwise = i128::from(opening.minor) + statement.booked_minor - 2 * reversed;
    (opening.currency == closing.currency && otherwise == i128::from(closing.minor)).then(|| {
        format!(
            "statement {} of {}: its balances hold only if RC were a credit and RD a debit, against the standard, by which they are read: ask the bank",
            statement.id, statement.account
        )
    })
}

/// What banks put below `:61:` that nobody wrote: codes of transactions, original amounts and charges.
const CODED: [&str; 4] = ["/TRCD/", "/OCMT/", "/CHGS/", "/IACC/"];

/// Puts a movement and what is told of it together.
fn payment(entry: &Entry<'_>, mut info: Info, line: u32) -> Payment {
    from_reference(entry, &mut info);
    let nature = nature(entry, &info);
    let mut payment = Payment::new("", entry.booking, entry.amount);
    payment.value_date = Some(entry.value);
    payment.place = Place { file: 0, position: Position::Line(line) };
    payment.nature = nature;
    if nature == Nature::Return {
        payment.return_reason = info.reason.into();
    }
    let (mine, other) = match entry.mark.is_debit {
        false => (info.ultimate_originator, info.ultimate_other),
        true => (info.ultimate_other, info.ultimate_originator),
    };
    payment.ultimate_name = if mine.is_empty() { other } else { mine }.into();
    payment.structured_references = info.structured.into();
    payment.end_to_end_id = info.end_to_end.into();
    payment.bank_reference = entry.bank_reference.into();
    let is_coded = CODED.iter().any(|code| entry.supplement.starts_with(code));
    let is_taken = is_coded || entry.supplement == info.account || entry.supplement == info.name;
    let supplement = if is_taken { "" } else { entry.supplement.as_str() };
    payment.remittance = [info.remittance.as_str(), supplement, &info.label]
        .into_iter()
        .find(|t| !t.is_empty())
        .unwrap_or_default()
        .into();
    payment.payer_name = info.name.into();
    payment.payer_iban = info.account.into();
    payment
}

/// What stands in the reference of `:61:` and the line below it: with Dutch banks the account and the name of the other side.
fn from_reference(entry: &Entry<'_>, info: &mut Info) {
    let reference = entry.reference;
    // Rabobank before SEPA: 16 characters of account, then the name.
    let fixed = reference.char_indices().nth(16).map(|(at, _)| reference.split_at(at));
    // ASN and SNS: the account, below it the name, and both again at the beginning of the information.
    let again = format!("{reference} {}", entry.supplement);
    let is_again = !reference.is_empty() && !entry.supplement.is_empty() && info.remittance.starts_with(&again);
    if account::is_iban(reference) || is_again {
        if info.account.is_empty() {
            info.account = reference.into();
        }
        if info.name.is_empty() {
            info.name.clone_from(&entry.supplement);
        }
        if is_again {
            info.remittance = info.remittance[again.len()..].trim_start().into();
        }
    } else if let Some((number, name)) = fixed.filter(|(number, _)| number.contains("  ")) {
        let number = entry::real(number);
        if info.account.is_empty() && number.bytes().any(|b| b.is_ascii_digit()) {
            info.account = number.into();
        }
        if info.name.is_empty() {
            info.name = name.trim().into();
        }
    } else if info.end_to_end.is_empty() && is_owners(entry) {
        info.end_to_end = reference.into();
    }
    // Rabobank: the account below.
    let account = entry.supplement.as_str();
    if info.account.is_empty() && account::looks_like_iban(account) {
        info.account = account.into();
    }
}

/// Whether a reference of `:61:` is that of the order: of a transfer, not the name of the keyword that has it in `:86:`, and not
/// longer than 16 characters.
fn is_owners(entry: &Entry<'_>) -> bool {
    let is_transfer = entry.kind.get(1..) == Some("TRF");
    is_transfer && entry.reference.len() <= 16 && entry.reference.bytes().any(|b| b.is_ascii_digit())
}

/// Returns first: a returned direct debit is marked as a reversal, too. Charges only where money leaves.
fn nature(entry: &Entry<'_>, info: &Info) -> Nature {
    let kind = entry.kind.get(1..).unwrap_or_default();
    let is_charge = matches!(kind, "CHG" | "COM" | "INT") || matches!(info.code, Some(805 | 808 | 814));
    if info.is_return || kind == "RTI" {
        Nature::Return
    } else if entry.mark.is_reversal {
        Nature::Reversal
    } else if is_charge && entry.mark.is_debit {
        Nature::Charge
    } else {
        Nature::Ordinary
    }
}
