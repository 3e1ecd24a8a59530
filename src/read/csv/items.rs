//! An invoice list to open items.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::error::{Collector, Error, Errors};
use crate::model::money::write_minor;
use crate::model::{
    Currency, Discount, InputRole, ItemFile, ItemKind, Money, Note, NoteKind, OpenItem, Place, Position, VatPart,
    distinct,
};

use super::cells::Reader;
use super::columns::{Role, fold};
use super::item_presets::{self, Preset, Stated};
use super::records::Row;
use super::skips::Skips;
use super::table::{self, Table};
use super::{amount, detect, mapping, words};

/// The columns of an invoice list, looked up once.
struct Columns {
    id: Option<usize>,
    number: Option<usize>,
    reference: Option<usize>,
    customer_id: Option<usize>,
    name: Option<usize>,
    iban: Option<usize>,
    issue: Option<usize>,
    due: Option<usize>,
    amount: Option<usize>,
    open: Option<usize>,
    debit: Option<usize>,
    credit: Option<usize>,
    status: Option<usize>,
    currency: Option<usize>,
    kind: Option<usize>,
    order: Option<usize>,
    terms: Option<usize>,
    percent: Option<usize>,
    until: Option<usize>,
    vat: Option<usize>,
}

impl Columns {
    fn of(table: &Table<'_>) -> Self {
        let get = |role| table.columns.get(role);
        Self {
            id: get(Role::Id),
            number: get(Role::Number),
            reference: get(Role::PaymentReference),
            customer_id: get(Role::CustomerId),
            name: get(Role::Name),
            iban: get(Role::Iban),
            issue: get(Role::Booking),
            due: get(Role::Value),
            amount: get(Role::Amount),
            open: get(Role::Open),
            debit: get(Role::Debit),
            credit: get(Role::Credit),
            status: get(Role::Status),
            currency: get(Role::Currency),
            kind: get(Role::Kind),
            order: get(Role::Order),
            terms: get(Role::Terms),
            percent: get(Role::DiscountPercent),
            until: get(Role::DiscountUntil),
            vat: get(Role::Vat),
        }
    }
}

/// Reads items from an opened table.
pub(super) fn read(mut table: Table<'_>) -> Result<ItemFile, Errors> {
    let format = detect::number_format(&mut table, &[Role::Amount, Role::Open, Role::Debit, Role::Credit])?;
    let order = detect::date_order(&mut table, &[Role::Booking, Role::Value], format)?;
    let columns = Columns::of(&table);
    let constant = table.mapping.map(|(_, m)| mapping::currency(m)).transpose()?.flatten();
    let header = columns.amount.or(columns.open).or(columns.debit).and_then(|c| table.currencies[c]);
    let default = constant.or(header).or_else(|| table.common_currency()).unwrap_or(Currency::EUR);
    if columns.currency.is_none() && constant.is_none() {
        let how = if header.is_some() { "from the header of the amounts" } else { "assumed: the file names none" };
        table.assume(format!("currency {default} ({how})"));
    }
    say_absent(&mut table, &columns);
    let mut file = table.input_file(InputRole::Items);
    let mut pass = Pass::run(&table, || Pass {
        reader: Reader::new(&table, format, order),
        columns: &columns,
        default,
        negate: table.mapping.is_some_and(|(_, m)| m.negate),
        items: Vec::new(),
        customer_ids: Repeats::default(),
        names: Repeats::default(),
        ibans: Repeats::default(),
        terms: Repeats::default(),
        skips: Skips::default(),
        without_currency: 0,
        without_open: 0,
        without_id: 0,
        heading: Arc::default(),
        left: LeftOut::default(),
    })?;
    let items = std::mem::take(&mut pass.items);
    pass.skips.say(table.place_word(), &mut file.notes);
    pass.left.say(table.place_word(), &mut file.notes);
    if pass.without_currency > 0 && pass.columns.currency.is_some() {
        let text = format!("no currency in {}: {default} assumed", table::rows(pass.without_currency));
        file.notes.push(Note::new(NoteKind::Assumed, text));
    }
    if pass.without_open > 0 && pass.columns.open.is_some() {
        let text = format!("no open_amount in {}: taken as wholly open", table::rows(pass.without_open));
        file.notes.push(Note::new(NoteKind::Assumed, text));
    }
    if pass.without_id > 0 && pass.columns.id.is_some() {
        let text = format!("no item_id in {}: the number is taken for it", table::rows(pass.without_id));
        file.notes.push(Note::new(NoteKind::Assumed, text));
    }
    let rounded = pass.reader.rounded.get();
    if rounded > 0 {
        let text = format!("{rounded} amounts rounded, as the mapping allows");
        file.notes.push(Note::new(NoteKind::Warning, text));
    }
    file.records = items.len() as u64;
    Ok(ItemFile { file, items })
}

fn say_absent(table: &mut Table<'_>, columns: &Columns) {
    match (columns.amount.or(columns.debit), columns.open) {
        (Some(_), None) => table.assume("no column open_amount: every item is taken as wholly open"),
        (None, Some(_)) => table.assume("no column amount: what is open is taken for the amount"),
        _ => {}
    }
    match (columns.id, columns.number) {
        (Some(_), None) => table.assume("no column number: item_id is taken for it"),
        (None, Some(_)) => table.assume("no column item_id: number is taken for it"),
        _ => {}
    }
    if columns.kind.is_none() {
        table.assume("no column type: a negative amount is a credit note");
    }
}

/// Values that rows of one column repeat, each kept once in a part of the file.
struct Repeats<'t, T: ?Sized> {
    known: HashMap<Cow<'t, str>, Arc<T>, foldhash::fast::RandomState>,
    /// The row before: lists are mostly sorted by customer.
    last: Option<(Cow<'t, str>, Arc<T>)>,
}

impl<T: ?Sized> Default for Repeats<'_, T> {
    fn default() -> Self {
        Self { known: HashMap::default(), last: None }
    }
}

impl<'t, T: ?Sized> Repeats<'t, T> {
    /// The value of a cell, made if no row had the same before.
    fn get(&mut self, cell: Cow<'t, str>, make: impl FnOnce(&str) -> Arc<T>) -> Arc<T> {
        if let Some((last, value)) = &self.last
            && *last == cell
        {
            return Arc::clone(value);
        }
        let value = Arc::clone(self.known.entry(cell.clone()).or_insert_with_key(|cell| make(cell)));
        self.last = Some((cell, Arc::clone(&value)));
        value
    }
}

/// What is known of the rows, or of a part of them.
struct Pass<'a, 't> {
    reader: Reader<'a, 't>,
    columns: &'a Columns,
    default: Currency,
    negate: bool,
    items: Vec<OpenItem>,
    customer_ids: Repeats<'t, str>,
    names: Repeats<'t, str>,
    ibans: Repeats<'t, [Box<str>]>,
    terms: Repeats<'t, str>,
    skips: Skips,
    without_currency: u32,
    /// Rows that leave `open_amount`, or `item_id`, empty although the list has the column.
    without_open: u32,
    without_id: u32,
    /// The customer that a row above names for those below it.
    heading: Arc<str>,
    left: LeftOut,
}

impl Pass<'_, '_> {
    /// Reads every row, gathering errors. `new` begins a part of the file.
    fn run(table: &Table<'_>, new: impl Fn() -> Self + Sync) -> Result<Self, Errors>
    where
        Self: Send,
    {
        let mut errors = Collector::default();
        let read = |pass: &mut Self, row: &Row, rows: u64| {
            if row.is_blank(table.text) {
                return Ok(());
            }
            if row.loose {
                pass.skips.loose(row.line);
            }
            table::check_row(table, row, rows)?;
            let item = pass.item(row)?;
            pass.items.extend(item);
            Ok(())
        };
        let whole = match table.preset.is_some_and(Preset::in_order) {
            true => table.each_in_one(&mut errors, new(), read),
            false => table.each(&mut errors, new, read, Self::absorb),
        };
        for (place, first) in distinct::repeated(&whole.items, |item| &item.id) {
            errors.push(whole.repeat(place, first));
        }
        errors.finish(whole)
    }

    /// Adds the next part of the file; `left` parts are still to come.
    fn absorb(&mut self, part: Self, left: usize) {
        table::add(&mut self.items, part.items, left);
        self.skips.absorb(part.skips);
        self.left.absorb(part.left);
        self.without_currency += part.without_currency;
        self.without_open += part.without_open;
        self.without_id += part.without_id;
        self.reader.rounded.set(self.reader.rounded.get() + part.reader.rounded.get());
    }

    /// One row; `None` for what is no item: a total, a heading, money on account, what nobody owes.
    fn item(&mut self, row: &Row) -> Result<Option<OpenItem>, Error> {
        let (table, c) = (self.reader.table, self.columns);
        let text =
            |column: Option<usize>| -> Box<str> { column.map_or_else(Box::default, |c| table.cell(row, c).into()) };
        let (id, number) = (table.cell_of(row, c.id), table.cell_of(row, c.number));
        if is_total(table, row) || self.is_subtotal(row, &number) {
            self.skips.balance(row.line);
            return Ok(None);
        }
        if self.is_heading(row, &number) || self.is_no_document(row) {
            return Ok(None);
        }
        let currency = match c.currency {
            Some(column) if !table.cell(row, column).is_empty() => self.reader.currency(row, column)?,
            _ => {
                self.without_currency += 1;
                self.default
            }
        };
        let stated = self.stated(row)?;
        let amounts = self.amounts(row, currency)?;
        let is_payment = |p: &Preset| amounts.open < 0 && p.payments.iter().any(|b| starts_with(&number, b));
        if stated == Some(Stated::OnAccount) || table.preset.is_some_and(is_payment) {
            self.left.on_account(currency, amounts.open, row.line);
            return Ok(None);
        }
        if id.is_empty() && number.is_empty() {
            let column = c.id.or(c.number).unwrap_or_default();
            return Err(table
                .fault(row, column, "E0117", "the item has no identifier")
                .label("item_id or number is expected here")
                .help("give the row a number, or delete it if it is no item"));
        }
        let (amount, open, kind) = self.signed(row, stated, &amounts, currency)?;
        if self.repeats_last(&number, amount, open) {
            self.left.lines += 1;
            return Ok(None);
        }
        self.without_id += u32::from(id.is_empty());
        self.without_open += u32::from(table.cell_of(row, c.open).is_empty());
        let vat = self.vat(row, currency, kind)?;
        if open.unsigned_abs() > amount.unsigned_abs() {
            self.skips.overpaid(row.line);
        }
        Ok(Some(OpenItem {
            number: if number.is_empty() { &id } else { &number }.as_ref().into(),
            id: if id.is_empty() { number } else { id }.into(),
            seller: Arc::default(),
            payment_references: split_list(&table.cell_of(row, c.reference)),
            order_number: text(c.order),
            customer_id: self.customer_ids.get(table.cell_of(row, c.customer_id), |cell| cell.into()),
            customer_name: match c.name {
                Some(_) => self.names.get(table.cell_of(row, c.name), |cell| cell.into()),
                None => Arc::clone(&self.heading),
            },
            customer_ibans: self.ibans.get(table.cell_of(row, c.iban), |cell| split_list(cell).into()),
            issue_date: self.reader.optional_date(row, c.issue)?,
            due_date: self.reader.optional_date(row, c.due)?,
            amount: Money::new(amount, currency),
            open_minor: open,
            kind,
            terms: self.terms.get(table.cell_of(row, c.terms), |cell| cell.into()),
            due_rule: None,
            discount: self.discount(row)?,
            vat,
            place: Place { file: 0, position: table.position(row) },
        }))
    }

    /// A row that names the customer of those below it.
    fn is_heading(&mut self, row: &Row, number: &str) -> bool {
        let (table, c) = (self.reader.table, self.columns);
        let Some(preset) = table.preset.filter(|p| p.grouped) else { return false };
        let is_one = match preset.heading_in_number {
            true => !number.is_empty() && !self.is_dated(row),
            false => number.is_empty() && filled(table, row) == 1,
        };
        if is_one {
            let text = (0..row.fields.len()).map(|n| table.cell(row, n)).find(|t| !t.is_empty()).unwrap_or_default();
            self.heading = (&*text).into();
            // Where a column names the customer, headings are something else: how late the rows below are.
            self.left.headings += u32::from(c.name.is_none());
        }
        is_one
    }

    /// The sum of the rows above, in a list with such sums between its rows.
    fn is_subtotal(&self, row: &Row, number: &str) -> bool {
        let table = self.reader.table;
        let Some(preset) = table.preset else { return false };
        let first = (0..row.fields.len()).map(|n| table.cell(row, n)).find(|t| !t.is_empty()).unwrap_or_default();
        let folded = fold(&first);
        let after = |word: &&str| folded.strip_prefix(*word).filter(|rest| rest.is_empty() || rest.starts_with(' '));
        let Some(of) = item_presets::TOTALS.iter().find_map(after) else { return false };
        if !preset.heading_in_number {
            return number.is_empty() && filled(table, row) > 1;
        }
        // A customer may be called so, and is when the row is not the sum of the one before.
        let of = of.trim();
        let whole = ["aged receivable", "balance agee", "uberfallige forderungen", "receivable"];
        !self.is_dated(row) && (of.is_empty() || of == fold(&self.heading) || whole.iter().any(|w| of.starts_with(w)))
    }

    fn is_dated(&self, row: &Row) -> bool {
        let table = self.reader.table;
        [self.columns.issue, self.columns.due].iter().any(|c| !table.cell_of(row, *c).is_empty())
    }

    /// A draft, a cancelled document, an entry that is settled: by its state.
    fn is_no_document(&mut self, row: &Row) -> bool {
        let table = self.reader.table;
        let state = table.cell_of(row, self.columns.status);
        let Some(preset) = table.preset.filter(|_| !state.is_empty()) else { return false };
        if preset.lettered {
            self.left.lettered += 1;
            return true;
        }
        let word = fold(&state);
        let found = item_presets::NO_DOCUMENT.iter().find(|w| **w == word);
        if let Some(word) = found {
            *self.left.states.entry(word).or_default() += 1;
        }
        found.is_some()
    }

    /// A further line of the invoice of the row before, where each line has a row.
    fn repeats_last(&self, number: &str, amount: i64, open: i64) -> bool {
        let by_lines = self.reader.table.preset.is_some_and(|p| p.by_lines);
        by_lines
            && self
                .items
                .last()
                .is_some_and(|last| *last.number == *number && last.amount.minor == amount && last.open_minor == open)
    }

    /// Amount and what is open, as the row has them. Errors: those of an amount.
    fn amounts(&self, row: &Row, currency: Currency) -> Result<Amounts, Error> {
        let (table, c) = (self.reader.table, self.columns);
        let read = |column: Option<usize>| match column {
            Some(c) if !table.cell(row, c).is_empty() => {
                self.reader.amount(row, c, currency).map(|r| Some((if self.negate { -r.minor } else { r.minor }, c)))
            }
            _ => Ok(None),
        };
        let (mut amount, open) = (read(c.amount)?, read(c.open)?);
        if amount.is_none() {
            let (debit, credit) = (read(c.debit)?, read(c.credit)?);
            let at = debit.filter(|d| d.0 != 0).or(credit).or(debit).map(|d| d.1);
            // Only a hostile difference is beyond 63 bits; the smallest number has no size of its own.
            let owed = debit.map_or(0, |d| d.0).saturating_sub(credit.map_or(0, |d| d.0)).max(-i64::MAX);
            amount = at.map(|at| (owed, at));
        }
        if table.preset.is_some() && amount.is_some_and(|a| a.0 == 0) && open.is_some_and(|o| o.0 != 0) {
            // Programs leave the invoiced amount of a credit note at nothing, and name what is open of it.
            amount = open;
        }
        let Some(((amount, at), (open, open_at))) = amount.or(open).zip(open.or(amount)) else {
            return Err(table
                .fault(row, c.amount.or(c.open).or(c.debit).unwrap_or_default(), "E0106", "no amount in this row")
                .label("the item's amount is expected here")
                .help("give the row an amount, or delete it if it is no item"));
        };
        Ok(Amounts { amount, at, open, open_at })
    }

    /// Amount, what is open, and the kind, with the kind's sign. Error: E0118.
    fn signed(
        &self,
        row: &Row,
        stated: Option<Stated>,
        amounts: &Amounts,
        currency: Currency,
    ) -> Result<(i64, i64, ItemKind), Error> {
        let table = self.reader.table;
        let Amounts { amount, at, open, open_at } = *amounts;
        if stated == Some(Stated::CreditNote) {
            return Ok((-amount.abs(), -open.abs(), ItemKind::CreditNote));
        }
        if amount.signum() * open.signum() < 0 {
            return Err(table
                .fault(row, open_at, "E0118", "what is open has the other sign than the amount")
                .label(format!("the amount is {}", Money::new(amount, currency)))
                .help("correct the row; a credit note may be marked in the column type"));
        }
        if stated == Some(Stated::Invoice) && (amount < 0 || open < 0) {
            return Err(table
                .fault(row, if amount < 0 { at } else { open_at }, "E0118", "an invoice with a negative amount")
                .label("the type says invoice")
                .help("if it is a credit note, write credit_note in the column type"));
        }
        let kind = if amount < 0 || open < 0 { ItemKind::CreditNote } else { ItemKind::Invoice };
        Ok((amount, open, kind))
    }

    /// What the row's type says; `None` where it says nothing. Error: E0116.
    fn stated(&self, row: &Row) -> Result<Option<Stated>, Error> {
        let table = self.reader.table;
        let Some(column) = self.columns.kind else { return Ok(None) };
        let cell = table.cell(row, column);
        match &*cell {
            "invoice" => return Ok(Some(Stated::Invoice)),
            "credit_note" => return Ok(Some(Stated::CreditNote)),
            "" => return Ok(None),
            _ => {}
        }
        let word = fold(&cell);
        let own = table.preset.map_or(&[][..], |p| p.types);
        if let Some((_, stated)) = own.iter().chain(item_presets::TYPES).find(|(w, _)| *w == word) {
            return Ok(Some(*stated));
        }
        if words::INVOICE_WORDS.contains(&word.as_str()) {
            Ok(Some(Stated::Invoice))
        } else if words::CREDIT_NOTE_WORDS.contains(&word.as_str()) {
            Ok(Some(Stated::CreditNote))
        } else if table.preset.is_some_and(|p| p.free_types) {
            Ok(Some(Stated::BySign))
        } else {
            Err(table
                .fault(row, column, "E0116", format!("not a type of document: \"{cell}\""))
                .label("invoice or credit_note is expected")
                .help("correct the row; without a column type the sign of the amount decides"))
        }
    }

    fn discount(&self, row: &Row) -> Result<Option<Discount>, Error> {
        let (table, c) = (self.reader.table, self.columns);
        let percent = table.cell_of(row, c.percent);
        let until = self.reader.optional_date(row, c.until)?;
        let percent = match c.percent {
            Some(column) if !percent.is_empty() => {
                let value = self.reader.decimal(row, column, &percent)?;
                if value >= Decimal::ONE_HUNDRED {
                    return Err(table
                        .fault(row, column, "E0119", "a discount of 100 percent or more")
                        .label("a percentage below 100 is expected")
                        .help("correct the row: 2 means two percent"));
                }
                // 0 percent is how lists say that there is none.
                (!value.is_zero()).then_some(value)
            }
            _ => None,
        };
        match (percent, until) {
            (Some(percent), Some(until)) => Ok(Some(Discount { percent, until })),
            (Some(_), None) => Err(table
                .fault(
                    row,
                    c.until.or(c.percent).unwrap_or_default(),
                    "E0119",
                    "a discount without the date until which it may be taken",
                )
                .label("discount_until is expected")
                .help("give both discount_percent and discount_until, or neither")),
            _ => Ok(None),
        }
    }

    /// `20.00:4.00|10.00:1.20`: rate and tax amount. Errors: E0120, E0125 and those of an amount.
    fn vat(&self, row: &Row, currency: Currency, kind: ItemKind) -> Result<Box<[VatPart]>, Error> {
        let table = self.reader.table;
        let Some(column) = self.columns.vat else { return Ok(Box::default()) };
        let cell = table.cell(row, column);
        if cell.is_empty() {
            return Ok(Box::default());
        }
        let wrong = || {
            let mark = self.reader.format.mark.char();
            table
                .fault(row, column, "E0120", format!("VAT that cannot be read: \"{cell}\""))
                .label(format!("rate and tax are expected, such as 20{mark}00:4{mark}00|10{mark}00:1{mark}20"))
        };
        let (format, decimals) = (self.reader.format, currency.decimals());
        let mut out = Vec::with_capacity(cell.split('|').count());
        for part in cell.split('|').map(str::trim).filter(|p| !p.is_empty()) {
            let (rate, tax) = part.split_once(':').ok_or_else(wrong)?;
            let rate = self.reader.decimal(row, column, rate)?;
            // The size alone counts, whatever its sign: it gets that of the item.
            let size = match amount::plain(tax, format.mark, decimals).filter(|minor| *minor >= 0) {
                Some(minor) => minor,
                None => {
                    let parts = amount::parts(tax).ok_or_else(wrong)?;
                    amount::minor(parts.body, format, decimals).map_err(|_| wrong())?.0
                }
            };
            out.push(VatPart { rate, tax_minor: if kind == ItemKind::CreditNote { -size } else { size } });
        }
        Ok(out.into())
    }

    fn repeat(&self, place: usize, first: usize) -> Error {
        let (table, items) = (self.reader.table, &self.items);
        let line = |n: usize| match items[n].place.position {
            Position::Line(line) | Position::Row { row: line, .. } => line,
            _ => 0,
        };
        let message = format!("the item \"{}\" is in the file twice", items[place].id);
        let column = self.columns.id.or(self.columns.number).unwrap_or_default();
        let error = match row_at(table, line(place)) {
            Some(row) => table.fault(&row, column, "E0121", message),
            None => table.header_fault(column, "E0121", message),
        };
        error
            .label(format!("first on {} {}", table.place_word(), line(first)))
            .also_at(table.path, u64::from(line(first)))
            .help("an item_id is unique: remove one of the two, or give each its own")
    }
}

/// The record that begins on a line. Only for messages: it walks the file.
fn row_at(table: &Table<'_>, line: u32) -> Option<Row> {
    let (mut records, mut row) = (table.records(), Row::default());
    while records.next(&mut row).ok()? {
        if row.line == line {
            return Some(row);
        }
    }
    None
}

/// How many cells of a row hold something.
fn filled(table: &Table<'_>, row: &Row) -> usize {
    row.fields.iter().filter(|f| !table.text[f.start..f.end].trim().is_empty()).count()
}

/// Whether a number begins with a code, whatever its case: `PBNK1/2026/0001`.
fn starts_with(number: &str, code: &str) -> bool {
    number.get(..code.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(code))
}

/// The amounts of a row, each with its column.
#[derive(Clone, Copy, Debug)]
struct Amounts {
    amount: i64,
    at: usize,
    open: i64,
    open_at: usize,
}

/// What is in the list and is no item, and what was taken from such rows.
#[derive(Debug, Default)]
struct LeftOut {
    /// Count and sum, a currency.
    on_account: BTreeMap<Currency, (u32, i128)>,
    first_on_account: Option<u32>,
    states: BTreeMap<&'static str, u32>,
    lettered: u32,
    headings: u32,
    lines: u32,
}

impl LeftOut {
    fn on_account(&mut self, currency: Currency, open: i64, line: u32) {
        let (count, sum) = self.on_account.entry(currency).or_default();
        *count += 1;
        *sum += i128::from(open);
        self.first_on_account.get_or_insert(line);
    }

    /// Adds what the next part of the file has.
    fn absorb(&mut self, other: Self) {
        for (currency, (count, sum)) in other.on_account {
            let all = self.on_account.entry(currency).or_default();
            *all = (all.0 + count, all.1 + sum);
        }
        self.first_on_account = self.first_on_account.or(other.first_on_account);
        for (state, count) in other.states {
            *self.states.entry(state).or_default() += count;
        }
        self.lettered += other.lettered;
        self.headings += other.headings;
        self.lines += other.lines;
    }

    fn say(&self, place: &str, notes: &mut Vec<Note>) {
        let first = self.first_on_account.unwrap_or_default();
        for (currency, (count, sum)) in &self.on_account {
            let rows = table::rows(*count);
            let mut total = String::new();
            // Writing to a string cannot fail.
            let _ = write_minor(&mut total, *sum, *currency);
            notes.push(Note::new(
                NoteKind::Warning,
                format!(
                    "{rows} with payments or refunds that are on account, {total} {currency} in all, left out (first: {place} {first}): they are no documents, and the customers owe that much less or more"
                ),
            ));
        }
        for (state, count) in &self.states {
            notes.push(Note::new(
                NoteKind::Said,
                format!("{} with the state \"{state}\" left out", table::rows(*count)),
            ));
        }
        let mut say = |count: u32, what: &str| {
            if count > 0 {
                notes.push(Note::new(NoteKind::Said, format!("{} {what}", table::rows(count))));
            }
        };
        say(self.lettered, "with a letter of lettrage are settled and left out");
        say(self.headings, "with a customer's name alone, which counts for the rows below");
        say(self.lines, "with further lines of the invoice above, which counts once");
    }
}

/// A total below the list: its word in the first cell that holds anything, and little else in the row.
fn is_total(table: &Table<'_>, row: &Row) -> bool {
    // Sheets may have empty columns before their table.
    let first = (0..row.fields.len()).map(|n| table.cell(row, n)).find(|c| !c.is_empty()).unwrap_or_default();
    // Folding is dear and nearly every row is an item: look at the first letter before.
    if !first.starts_with(['t', 'T', 's', 'S']) {
        return false;
    }
    let filled = row.fields.iter().filter(|f| !table.text[f.start..f.end].trim().is_empty()).count();
    filled <= 4 && ["total", "totals", "summe", "totaal", "totale"].contains(&fold(&first).as_str())
}

/// Several values in one cell, parted by `|`.
pub(super) fn split_list(cell: &str) -> Box<[Box<str>]> {
    if cell.is_empty() {
        return Box::default();
    }
    if !cell.contains('|') {
        return Box::new([cell.into()]);
    }
    cell.split('|').map(str::trim).filter(|v| !v.is_empty()).map(Box::from).collect()
}
