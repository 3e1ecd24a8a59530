//! A bank's CSV export to statements: one a pair of account and currency.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::error::{Collector, Error, Errors};
use crate::model::{Currency, InputRole, Money, Nature, Note, NoteKind, Payment, Place, StatementFile};

use super::amount::NumberFormat;
use super::balance::{self, Running};
use super::cells::Reader;
use super::columns::{Role, fold};
use super::date::DateOrder;
use super::frame::{self, Frame, Section, Stated, Style};
use super::records::Row;
use super::sign::{self, Convention, Plan, State};
use super::table::{self, Table};
use super::{content, date, detect, finish, mapping, skips::Skips, words};

/// The columns of a statement, looked up once.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    id: Option<usize>,
    booking: usize,
    value: Option<usize>,
    amount: Option<usize>,
    debit: Option<usize>,
    credit: Option<usize>,
    sign: Option<usize>,
    currency: Option<usize>,
    status: Option<usize>,
    balance: Option<usize>,
    account: Option<usize>,
    name: Option<usize>,
    debtor: (Option<usize>, Option<usize>),
    creditor: (Option<usize>, Option<usize>),
    iban: Option<usize>,
    structured: Option<usize>,
    end_to_end: Option<usize>,
    bank_reference: Option<usize>,
    texts: Vec<usize>,
}

impl Columns {
    fn of(table: &Table<'_>) -> Self {
        let get = |role| table.columns.get(role);
        let (booking, value) = (get(Role::Booking), get(Role::Value));
        Self {
            id: get(Role::Id),
            // Invariant: a table of payments has one of the two (`Columns::missing`).
            booking: booking.or(value).unwrap_or_default(),
            value: booking.and(value),
            amount: get(Role::Amount),
            debit: get(Role::Debit),
            credit: get(Role::Credit),
            sign: get(Role::Sign),
            currency: get(Role::Currency),
            status: get(Role::Status),
            balance: get(Role::Balance),
            account: get(Role::Account),
            name: get(Role::Name),
            debtor: (get(Role::DebtorName), get(Role::DebtorIban)),
            creditor: (get(Role::CreditorName), get(Role::CreditorIban)),
            iban: get(Role::Iban),
            structured: get(Role::Structured),
            end_to_end: get(Role::EndToEnd),
            bank_reference: get(Role::BankReference),
            texts: table.columns.all(Role::Text).to_vec(),
        }
    }

    /// Whether debits and credits have a column each.
    pub fn is_paired(&self) -> bool {
        self.debit.is_some() && self.credit.is_some()
    }

    /// The columns that may hold the row's money.
    pub fn money(&self) -> [Option<usize>; 3] {
        [self.amount, self.debit, self.credit]
    }
}

/// The currency of rows that name none, the account of the file, and what stands around its table.
#[derive(Clone, Debug)]
struct Defaults {
    currency: Currency,
    account: Box<str>,
    frame: Frame,
    /// Tables of other accounts below the first; empty where there is one account.
    sections: Vec<Section>,
}

impl Defaults {
    /// The account of a row that names none, by its first byte.
    fn account_at(&self, start: usize) -> &str {
        let behind = self.sections.partition_point(|s| s.start <= start);
        let section = behind.checked_sub(1).and_then(|n| self.sections[n].frame.account.as_deref());
        section.unwrap_or(&self.account)
    }

    /// What stands around the table of one of `statements` statements.
    fn frame_of(&self, account: &str, statements: usize) -> Frame {
        let section = self.sections.iter().find(|s| s.frame.account.as_deref() == Some(account));
        match section {
            Some(section) => section.frame.clone(),
            None if statements == 1 => self.frame.clone(),
            None => Frame::default(),
        }
    }
}

/// A statement while its rows are read.
#[derive(Debug)]
pub(super) struct Building {
    pub account: Arc<str>,
    pub currency: Currency,
    pub payments: Vec<Payment>,
    pub balances: Vec<Option<i64>>,
    pub not_booked: u32,
}

/// A balance in a row of the table, with the account and the currency of a row that names its account.
type RowBalance = (Option<(Box<str>, Currency)>, Stated);

/// One pass over the rows under one convention, or over a part of them.
struct Pass<'a, 't> {
    reader: Reader<'a, 't>,
    columns: &'a Columns,
    defaults: &'a Defaults,
    plan: &'a Plan,
    convention: Convention,
    statements: Vec<Building>,
    by_key: HashMap<(Box<str>, Currency), usize>,
    last: usize,
    /// Details of bookings that stand in a part of the file before this one.
    open_details: Vec<Detail>,
    stated: Vec<RowBalance>,
    skips: Skips,
    /// The currency that was last found in ISO 4217's list: nearly always that of the next row too.
    listed: Option<Currency>,
    unlisted: std::collections::BTreeMap<Currency, u32>,
    without_currency: u32,
}

/// Text of a booking that stands further up.
struct Detail {
    /// The statement of the row before it; `None`: that row is in a part of the file before this one.
    statement: Option<usize>,
    line: u32,
    text: Box<str>,
}

/// Reads a statement from an opened table.
pub(super) fn read(mut table: Table<'_>) -> Result<StatementFile, Errors> {
    let roles = [Role::Amount, Role::Debit, Role::Credit, Role::Balance];
    let format = detect::number_format(&mut table, &roles)?;
    let order = detect::date_order(&mut table, &[Role::Booking, Role::Value], format)?;
    let plan = sign::plan(&mut table, format)?;
    say_direction(&mut table, &plan);
    let defaults = defaults(&mut table, format, order)?;
    let columns = Columns::of(&table);
    let mut file = table.input_file(InputRole::Statement);
    let sectioned;
    let mut pass = choose(&table, (format, order), &columns, &defaults, &plan)?;
    if pass.skips.has_headers() && columns.account.is_none() {
        let sections = pass.sections();
        if !sections.is_empty() {
            table::say_sections(sections.len(), &mut file.notes);
            sectioned = Defaults { sections, ..defaults.clone() };
            pass = choose(&table, (format, order), &columns, &sectioned, &plan)?;
        }
    }
    if plan.proof.is_some() {
        let text = match pass.convention {
            Convention::Sizes { ledger: true } => {
                "signs contradict each other; the running balance adds up if debits are money in and credits money out, as in a ledger: \
                 read so. If the balance is a debt, set  negate = true  in a mapping"
            }
            _ => "signs contradict each other in some rows; read so that the running balance adds up",
        };
        file.notes.push(Note::new(NoteKind::Warning, text));
    }
    pass.skips.say(table.place_word(), &mut file.notes);
    if let Some((first, _)) = pass.unlisted.first_key_value() {
        let rows = table::rows(pass.unlisted.values().sum());
        let which = match pass.unlisted.len() {
            1 => format!("currency {first} is"),
            n => format!("{n} currencies, such as {first}, are"),
        };
        let text = format!("{which} not in ISO 4217's list ({rows}): two decimals assumed");
        file.notes.push(Note::new(NoteKind::Warning, text));
    }
    if pass.without_currency > 0 && columns.currency.is_some() {
        let text = format!("no currency in {}: {} assumed", table::rows(pass.without_currency), defaults.currency);
        file.notes.push(Note::new(NoteKind::Assumed, text));
    }
    let rounded = pass.reader.rounded.get();
    if rounded > 0 {
        let text = format!("{rounded} amounts rounded, as the mapping allows");
        file.notes.push(Note::new(NoteKind::Warning, text));
    }
    let mut built = std::mem::take(&mut pass.statements);
    if built.is_empty() {
        // A file without rows is a statement without entries.
        let (account, currency) = (&*defaults.account, defaults.currency);
        built.push(Building {
            account: account.into(),
            currency,
            payments: Vec::new(),
            balances: Vec::new(),
            not_booked: 0,
        });
    }
    let mut statements = Vec::new();
    let count = built.len();
    for building in built {
        let mut frame = pass.defaults.frame_of(&building.account, count);
        let is_of = |key: &Option<(Box<str>, Currency)>| match key {
            Some((account, currency)) => **account == *building.account && *currency == building.currency,
            None => count == 1,
        };
        frame.balances.extend(pass.stated.iter().filter(|(key, _)| is_of(key)).map(|(_, stated)| *stated));
        statements.push(finish::finish(&table, building, &columns, &frame, &mut file.notes)?);
    }
    file.records = statements.iter().map(|s| s.payments.len() as u64).sum();
    Ok(StatementFile { file, statements })
}

/// Reads every row under the plan's convention, or under the one of several that the running balance proves.
fn choose<'a, 't>(
    table: &'a Table<'t>,
    (format, order): (NumberFormat, DateOrder),
    columns: &'a Columns,
    defaults: &'a Defaults,
    plan: &'a Plan,
) -> Result<Pass<'a, 't>, Errors> {
    let run = |convention| {
        Pass::run(table, || Pass::new(Reader::new(table, format, order), columns, defaults, plan, convention))
    };
    let Some(proof) = &plan.proof else {
        // Invariant: a plan has a candidate.
        return run(plan.candidates.first().copied().unwrap_or(Convention::Signed));
    };
    let mut chosen: Option<Pass<'_, '_>> = None;
    for convention in &plan.candidates {
        let Some(pass) = run(*convention).ok().filter(Pass::proven) else { continue };
        // Two readings that add up and differ prove neither.
        if chosen.as_ref().is_some_and(|known| known.moved() != pass.moved()) {
            return Err(proof.clone().into());
        }
        chosen.get_or_insert(pass);
    }
    chosen.ok_or_else(|| proof.clone().into())
}

fn say_direction(table: &mut Table<'_>, plan: &Plan) {
    let text = match plan.candidates.first() {
        Some(Convention::TwoColumns { negative: true, .. }) => "debits are negative already",
        Some(Convention::Word) => "amounts are unsigned, the direction is a word",
        _ => return,
    };
    table.assume(text);
}

/// Currency and account where no column has them. Errors: E0115.
fn defaults(table: &mut Table<'_>, format: NumberFormat, order: DateOrder) -> Result<Defaults, Error> {
    let named = table.mapping.map(|(_, m)| mapping::currency(m)).transpose()?.flatten();
    let money = [Role::Amount, Role::Debit, Role::Credit].map(|r| table.columns.get(r));
    let header = money.iter().flatten().find_map(|c| table.currencies[*c]);
    let cell = || {
        let mut found = None;
        table.walk(50, |row| {
            let cells = money.iter().flatten().map(|c| table.cell(row, *c));
            found = found.or_else(|| cells.filter_map(|c| super::amount::parts(&c).and_then(|p| p.currency)).next());
        });
        found
    };
    let preamble = || common_currency(table.preamble);
    let (currency, how) = match named {
        Some(currency) => (currency, None),
        None => match (header, cell(), preamble()) {
            (Some(c), ..) => (c, Some("from the header of the amounts")),
            (None, Some(c), _) => (c, Some("from the sign beside the amounts")),
            (None, None, Some(c)) => (c, Some("from the lines above the header")),
            // Said with the rows that leave it empty.
            (None, None, None) => match table.common_currency() {
                Some(currency) => (currency, None),
                None => (Currency::EUR, Some("assumed: the file names none")),
            },
        },
    };
    if let Some(how) = how.filter(|_| !table.columns.has(Role::Currency)) {
        table.assume(format!("currency {currency} ({how})"));
    }
    let style = Style { format, order, decimals: currency.decimals() };
    let frame = frame::read(table.preamble, table.delimiter, style);
    let mut account: Box<str> = table.mapping.and_then(|(_, m)| m.account.as_deref()).unwrap_or("").into();
    if let Some(found) = frame.account.as_ref().filter(|_| account.is_empty() && !table.columns.has(Role::Account)) {
        account.clone_from(found);
        table.assume(format!("account {found} (from the lines above the header)"));
    }
    Ok(Defaults { currency, account, frame, sections: Vec::new() })
}

/// The one common currency that a text names in capitals.
fn common_currency(text: &str) -> Option<Currency> {
    const COMMON: [&str; 15] =
        ["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "SGD", "AUD", "CAD", "JPY"];
    let mut found: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|t| COMMON.contains(t)).collect();
    found.dedup();
    match found.as_slice() {
        [one] => Currency::parse(one),
        _ => None,
    }
}

impl<'a, 't> Pass<'a, 't> {
    fn new(
        reader: Reader<'a, 't>,
        columns: &'a Columns,
        defaults: &'a Defaults,
        plan: &'a Plan,
        convention: Convention,
    ) -> Self {
        Self {
            reader,
            columns,
            defaults,
            plan,
            convention,
            statements: Vec::new(),
            by_key: HashMap::new(),
            last: 0,
            open_details: Vec::new(),
            stated: Vec::new(),
            skips: Skips::default(),
            listed: None,
            unlisted: std::collections::BTreeMap::new(),
            without_currency: 0,
        }
    }

    /// Reads every row, gathering errors. `new` begins a part of the file.
    fn run(table: &Table<'_>, new: impl Fn() -> Self + Sync) -> Result<Self, Errors>
    where
        Self: Send,
    {
        let mut errors = Collector::default();
        let read = |pass: &mut Self, row: &Row, rows: u64| {
            table::check_row(table, row, rows)?;
            pass.row(row)
        };
        let whole = table.each(&mut errors, new, read, Self::absorb);
        errors.finish(whole)
    }

    /// Adds the next part of the file; `left` parts are still to come.
    fn absorb(&mut self, part: Self, left: usize) {
        let places: Vec<usize> = part.statements.iter().map(|s| self.place(&s.account, s.currency)).collect();
        for Detail { statement, line, text } in part.open_details {
            // Without a statement it is that of the last row of the parts before.
            let at = statement.and_then(|n| places.get(n).copied()).unwrap_or(self.last);
            match self.statements.get_mut(at).and_then(|s| s.payments.last_mut()) {
                Some(payment) => {
                    add_detail(payment, text);
                    self.skips.detail(line);
                }
                None => self.skips.other(line),
            }
        }
        if let Some(last) = places.get(part.last) {
            self.last = *last;
        }
        for (at, new) in places.into_iter().zip(part.statements) {
            let known = &mut self.statements[at];
            table::add(&mut known.payments, new.payments, left);
            table::add(&mut known.balances, new.balances, left);
            known.not_booked += new.not_booked;
        }
        self.stated.extend(part.stated);
        self.skips.absorb(part.skips);
        for (currency, rows) in part.unlisted {
            *self.unlisted.entry(currency).or_default() += rows;
        }
        self.without_currency += part.without_currency;
        self.reader.rounded.set(self.reader.rounded.get() + part.reader.rounded.get());
    }

    fn row(&mut self, row: &Row) -> Result<(), Error> {
        let table = self.reader.table;
        if row.is_blank(table.text) {
            return Ok(());
        }
        if row.loose {
            self.skips.loose(row.line);
        }
        let mapping = table.mapping.map(|(_, m)| m);
        let status = table.cell_of(row, self.columns.status);
        let state = if status.is_empty() { State::Booked } else { sign::state(&status, mapping) };
        if state == State::Unknown {
            self.skips.unknown_state(&status);
        }
        let booking = table.cell(row, self.columns.booking);
        // A row without booking date but with value date is booked by its value date.
        let dated =
            if booking.is_empty() { self.columns.value.unwrap_or(self.columns.booking) } else { self.columns.booking };
        let cell = table.cell(row, dated);
        let has_money = self.columns.money().iter().flatten().any(|c| !is_nil(&table.cell(row, *c)));
        match date::parse(&cell, self.reader.order) {
            Some(_) if state == State::Pending => self.pending(row),
            Some(date) if has_money => {
                if self.is_balance_row(row) {
                    return self.balance_row(row);
                }
                self.entry(row, date)
            }
            Some(_) => Err(self.no_money(row)),
            None if state == State::Pending && self.has_number(row) => self.pending(row),
            None => self.undated(row, dated, &cell, has_money),
        }
    }

    /// A row without a date: a detail of the booking above, a pending one, a total, a footer; or an error.
    fn undated(&mut self, row: &Row, column: usize, cell: &str, has_money: bool) -> Result<(), Error> {
        let table = self.reader.table;
        let first = table.cell(row, 0);
        if !cell.is_empty() && sign::state(cell, None) == State::Pending {
            return self.pending(row);
        }
        let texts: Vec<_> =
            std::iter::once(&0).chain(&self.columns.texts).map(|c| fold(&table.cell(row, *c))).collect();
        if texts.iter().any(|t| words::BALANCE_WORDS.iter().any(|w| t.starts_with(w))) {
            return self.balance_row(row);
        }
        if table
            .names
            .iter()
            .enumerate()
            .filter(|(n, _)| *n < row.fields.len())
            .all(|(n, name)| **name == *table.cell(row, n))
        {
            self.skips.header(row.line);
            return Ok(());
        }
        let number = self.has_number(row);
        if cell.is_empty() && !has_money {
            return self.detail(row);
        }
        if date::resembles(cell) || number || (cell.is_empty() && first.is_empty()) {
            return Err(self.reader.no_date(row, column));
        }
        match self.stated(row) {
            Some(stated) => {
                self.stated.push((None, stated));
                self.skips.balance(row.line);
            }
            None => self.skips.other(row.line),
        }
        Ok(())
    }

    /// Whether a column for money holds a number.
    fn has_number(&self, row: &Row) -> bool {
        let table = self.reader.table;
        self.columns.money().iter().flatten().any(|c| self.reader.is_number(&table.cell(row, *c)))
    }

    fn style(&self) -> Style {
        Style { format: self.reader.format, order: self.reader.order, decimals: self.defaults.currency.decimals() }
    }

    /// The balance that a row tells by its words alone.
    fn stated(&self, row: &Row) -> Option<Stated> {
        frame::stated(&frame::cells(self.reader.table.text, row), self.style())
    }

    /// A row with a balance or a total: what it tells is kept, if it tells which balance it is.
    fn balance_row(&mut self, row: &Row) -> Result<(), Error> {
        self.skips.balance(row.line);
        let table = self.reader.table;
        let Some(end) = frame::end(&frame::cells(table.text, row)) else { return Ok(()) };
        let has_account = self.columns.account.is_some_and(|c| !table.cell(row, c).is_empty());
        let currency = if has_account { self.currency(row)? } else { self.defaults.currency };
        let key = has_account.then(|| (account(&table.cell_of(row, self.columns.account)).into(), currency));
        let date = date::parse(&table.cell(row, self.columns.booking), self.reader.order);
        // In the columns for money its sign is that of a booking.
        let in_columns = if self.has_number(row) { self.minor(row, currency).ok() } else { None };
        let stated = match in_columns {
            Some(minor) => Some(Stated { end, minor, date }),
            None => self.stated(row),
        };
        self.stated.extend(stated.map(|s| (key, s)));
        Ok(())
    }

    /// The tables of other accounts below the first.
    fn sections(&self) -> Vec<Section> {
        let table = self.reader.table;
        let is_booking = |row: &Row| {
            let dated = [Some(self.columns.booking), self.columns.value];
            dated.iter().flatten().any(|c| date::parse(&table.cell(row, *c), self.reader.order).is_some())
        };
        frame::sections(table.text, table.records(), &table.names, &self.defaults.frame, self.style(), is_booking)
    }

    /// Text below a booking, without date and amount, belongs to it.
    fn detail(&mut self, row: &Row) -> Result<(), Error> {
        let text = self.text(row);
        if text.is_empty() {
            self.skips.other(row.line);
            return Ok(());
        }
        match self.statements.get_mut(self.last).and_then(|s| s.payments.last_mut()) {
            Some(payment) => {
                add_detail(payment, text);
                self.skips.detail(row.line);
            }
            None => {
                let statement = (self.last < self.statements.len()).then_some(self.last);
                self.open_details.push(Detail { statement, line: row.line, text });
            }
        }
        Ok(())
    }

    fn no_money(&mut self, row: &Row) -> Error {
        let table = self.reader.table;
        let column = self.columns.money().into_iter().flatten().next().unwrap_or_default();
        table
            .fault(row, column, "E0106", "no amount in this row")
            .label("a row with a date moves money: its amount is expected here")
            .help("delete the row if it is none, or name the amount's column in a mapping")
    }

    fn pending(&mut self, row: &Row) -> Result<(), Error> {
        let currency = self.currency(row)?;
        let at = self.statement(row, currency);
        self.statements[at].not_booked += 1;
        self.skips.pending(row.line);
        Ok(())
    }

    fn is_balance_row(&self, row: &Row) -> bool {
        let table = self.reader.table;
        // Only where nobody is named, and the whole text is such a word: a customer may be called Total.
        let named = [self.columns.name, self.columns.iban, self.columns.id]
            .iter()
            .flatten()
            .any(|c| !table.cell(row, *c).is_empty());
        // The longest of these texts has 23 letters: most cells need no look at their words.
        let says_balance = |cell: &str| cell.len() <= 30 && words::BALANCE_ROWS.contains(&fold(cell).as_str());
        !named && self.columns.texts.iter().chain(&self.columns.end_to_end).any(|c| says_balance(&table.cell(row, *c)))
    }

    fn currency(&mut self, row: &Row) -> Result<Currency, Error> {
        let table = self.reader.table;
        match self.columns.currency {
            Some(column) if !table.cell(row, column).is_empty() => {
                let currency = self.reader.currency(row, column)?;
                if self.listed == Some(currency) {
                    return Ok(currency);
                }
                if words::is_listed(currency) {
                    self.listed = Some(currency);
                } else {
                    *self.unlisted.entry(currency).or_default() += 1;
                }
                Ok(currency)
            }
            _ => {
                self.without_currency += 1;
                Ok(self.defaults.currency)
            }
        }
    }

    /// The statement that a row belongs to.
    fn statement(&mut self, row: &Row, currency: Currency) -> usize {
        let cell = self.reader.table.cell_of(row, self.columns.account);
        let account: Cow<'_, str> =
            if cell.is_empty() { Cow::Borrowed(self.defaults.account_at(row.start)) } else { account(&cell) };
        if self.statements.get(self.last).is_none_or(|s| s.currency != currency || *s.account != *account) {
            self.last = self.place(&account, currency);
        }
        self.last
    }

    /// The statement of an account and a currency, begun if there is none yet.
    fn place(&mut self, account: &str, currency: Currency) -> usize {
        let next = self.statements.len();
        let at = *self.by_key.entry((account.into(), currency)).or_insert(next);
        if at == next {
            self.statements.push(Building {
                account: account.into(),
                currency,
                payments: Vec::new(),
                balances: Vec::new(),
                not_booked: 0,
            });
        }
        at
    }

    fn entry(&mut self, row: &Row, date: NaiveDate) -> Result<(), Error> {
        let table = self.reader.table;
        let currency = self.currency(row)?;
        let minor = self.minor(row, currency)?;
        let value_date = self.reader.optional_date(row, self.columns.value)?;
        let at = self.statement(row, currency);
        let text =
            |column: Option<usize>| -> Box<str> { column.map_or_else(Box::default, |c| table.cell(row, c).into()) };
        let (name, iban) = self.other_side(row, minor);
        let end_to_end = table.cell_of(row, self.columns.end_to_end);
        let known = self.columns.balance.filter(|c| !table.cell(row, *c).is_empty());
        let balance = known.and_then(|c| self.reader.amount(row, c, currency).ok()).map(|b| b.minor);
        if known.is_some() && balance.is_none() {
            self.skips.unread_balance(row.line);
        }
        let payment = Payment {
            id: text(self.columns.id),
            account: Arc::clone(&self.statements[at].account),
            booking_date: date,
            value_date,
            amount: Money::new(minor, currency),
            payer_name: name,
            ultimate_name: Box::default(),
            payer_iban: iban,
            remittance: self.text(row),
            structured_references: references(&table.cell_of(row, self.columns.structured)),
            end_to_end_id: if end_to_end.eq_ignore_ascii_case("NOTPROVIDED") {
                Box::default()
            } else {
                end_to_end.into()
            },
            bank_reference: text(self.columns.bank_reference),
            nature: Nature::Ordinary,
            return_reason: Box::default(),
            place: Place { file: 0, position: table.position(row) },
        };
        let statement = &mut self.statements[at];
        if self.columns.balance.is_some() {
            statement.balances.push(balance);
        }
        statement.payments.push(payment);
        Ok(())
    }

    /// Name and account of the other side: the debtor of a receipt, the creditor of a payment made.
    fn other_side(&self, row: &Row, minor: i64) -> (Box<str>, Box<str>) {
        let table = self.reader.table;
        let (same, against) = if minor >= 0 {
            (self.columns.debtor, self.columns.creditor)
        } else {
            (self.columns.creditor, self.columns.debtor)
        };
        let pick = |own: Option<usize>, by_side: Option<usize>, other_side: Option<usize>| -> Box<str> {
            // With only one of debtor and creditor in the file, that column is the other side whatever the direction.
            let column = own.or(by_side).or(other_side.filter(|_| by_side.is_none()));
            column.map_or_else(Box::default, |c| table.cell(row, c).into())
        };
        let both = self.columns.debtor.0.is_some() && self.columns.creditor.0.is_some();
        let name = pick(if both { None } else { self.columns.name }, same.0, against.0);
        let iban = pick(self.columns.iban, same.1, against.1);
        (name, iban)
    }

    /// All text columns, each text once.
    fn text(&self, row: &Row) -> Box<str> {
        let table = self.reader.table;
        match self.columns.texts.as_slice() {
            [] => Box::default(),
            [one] => on_one_line(table.cell(row, *one)).into(),
            several => {
                let mut out: Vec<std::borrow::Cow<'_, str>> = Vec::with_capacity(several.len());
                for column in several {
                    let cell = on_one_line(table.cell(row, *column));
                    // Banks repeat the short label at the beginning of the long one.
                    if !cell.is_empty() && !out.iter().any(|known| begins_with_words(known, &cell)) {
                        out.retain(|known| !begins_with_words(&cell, known));
                        out.push(cell);
                    }
                }
                out.join(" ").into()
            }
        }
    }

    /// The row's money with its sign. Errors: those of an amount, E0111, E0126.
    fn minor(&self, row: &Row, currency: Currency) -> Result<i64, Error> {
        let minor = match self.convention {
            Convention::TwoColumns { negative, either } => {
                let (debit, credit) = self.sides(row, currency)?;
                self.two_columns(row, (debit, credit), negative, either)?
            }
            Convention::Sizes { ledger } => {
                let (debit, credit) = self.sides(row, currency)?;
                let moved = credit.abs() - debit.abs();
                if ledger { -moved } else { moved }
            }
            _ => self.one_column(row, currency)?,
        };
        let negate = self.reader.table.mapping.is_some_and(|(_, m)| m.negate);
        Ok(if negate { -minor } else { minor })
    }

    fn one_column(&self, row: &Row, currency: Currency) -> Result<i64, Error> {
        let table = self.reader.table;
        // Invariant: a convention of one column is planned only where there is an amount column.
        let column = self.columns.amount.unwrap_or_default();
        let read = self.reader.amount(row, column, currency)?;
        let minor = match read.credit {
            Some(credit) if read.minor >= 0 => {
                if credit {
                    read.minor
                } else {
                    -read.minor
                }
            }
            _ => read.minor,
        };
        let (Some(word), false) = (self.columns.sign, self.convention == Convention::Signed) else { return Ok(minor) };
        let cell = table.cell(row, word);
        let mapping = table.mapping.map(|(_, m)| m);
        let credit = if cell.is_empty() { self.plan.blank_is_credit } else { sign::direction(&cell, mapping) };
        let Some(credit) = credit else {
            let message = if cell.is_empty() {
                "no direction in this row".to_string()
            } else {
                format!("not a word for a direction: \"{cell}\"")
            };
            return Err(table
                .fault(row, word, "E0126", message)
                .label("debit or credit is expected here")
                .help("correct the row, or list the words for debits in a mapping:  debit_words = [\"…\"]"));
        };
        let agrees = match self.convention {
            Convention::Word => minor >= 0,
            Convention::SignedAndWord => minor == 0 || credit == (minor > 0),
            _ => true,
        };
        if !agrees {
            return Err(table
                .fault(row, column, "E0111", "sign and direction contradict each other")
                .label(format!("\"{cell}\" says {}", if credit { "credit" } else { "debit" }))
                .help("correct the row, or name the sign_column and debit_words in a mapping"));
        }
        Ok(if credit { minor.abs() } else { -minor.abs() })
    }

    /// What stands in the debit and in the credit column; one of the two is zero. Errors: those of an amount, E0111.
    fn sides(&self, row: &Row, currency: Currency) -> Result<(i64, i64), Error> {
        let table = self.reader.table;
        let read = |column: Option<usize>| match column {
            Some(c) if !is_nil(&table.cell(row, c)) => self.reader.amount(row, c, currency).map(|r| r.minor),
            _ => Ok(0),
        };
        let (debit, credit) = (read(self.columns.debit)?, read(self.columns.credit)?);
        if debit != 0 && credit != 0 {
            return Err(table
                .fault(row, self.columns.debit.unwrap_or_default(), "E0111", "the row has a debit and a credit")
                .label("only one of the two may hold an amount")
                .help("split the row, or name the column of the signed amount in a mapping"));
        }
        Ok((debit, credit))
    }

    fn two_columns(&self, row: &Row, sides: (i64, i64), negative: bool, either: bool) -> Result<i64, Error> {
        let (debit, credit) = sides;
        if !either && debit != 0 && (debit < 0) != negative {
            let (this, others) = if negative { ("positive", "negative") } else { ("negative", "positive") };
            let (table, column) = (self.reader.table, self.columns.debit.unwrap_or_default());
            return Err(table
                .fault(row, column, "E0111", format!("a {this} debit among {others} ones"))
                .label("which way did this money go?")
                .help("correct the row: put a correction in the credit column"));
        }
        Ok(if negative { credit + debit } else { credit - debit })
    }

    /// Every amount, statement by statement.
    fn moved(&self) -> Vec<i64> {
        self.statements.iter().flat_map(|s| s.payments.iter().map(|p| p.amount.minor)).collect()
    }

    /// Whether every statement's running balance adds up.
    fn proven(&self) -> bool {
        let holds = |s: &Building| {
            let amounts: Vec<i64> = s.payments.iter().map(|p| p.amount.minor).collect();
            balance::running(&amounts, &s.balances) != Running::No
        };
        !self.statements.is_empty() && self.statements.iter().all(holds)
    }
}

/// A text of several physical lines as one.
fn on_one_line(cell: Cow<'_, str>) -> Cow<'_, str> {
    if cell.as_bytes().contains(&b'\n') || cell.as_bytes().contains(&b'\r') {
        Cow::Owned(cell.split_whitespace().collect::<Vec<_>>().join(" "))
    } else {
        cell
    }
}

/// Adds the text of a row below a booking to it.
fn add_detail(payment: &mut Payment, text: Box<str>) {
    payment.remittance =
        if payment.remittance.is_empty() { text } else { format!("{} {text}", payment.remittance).into() };
}

/// The references of a cell, parted by `|`, without what stands for none.
fn references(cell: &str) -> Box<[Box<str>]> {
    if cell.is_empty() {
        return Box::default();
    }
    let says_something = |r: &&str| !r.is_empty() && !r.bytes().all(|b| b == b'*' || b == b'/');
    cell.split('|').map(str::trim).filter(says_something).map(Box::from).collect()
}

/// An account as it is compared: without the blanks of a printed IBAN and without a quote that a damaged line has left.
fn account(cell: &str) -> Cow<'_, str> {
    let cell = cell.trim_matches('"');
    if cell.contains(' ') && content::looks_like_iban(cell) {
        Cow::Owned(cell.replace(' ', ""))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Nothing in a cell, in one of the ways in which banks write that.
fn is_nil(cell: &str) -> bool {
    cell.is_empty() || cell == "-" || cell == "–"
}

/// Whether a text is another one, or goes on behind it with a new word.
fn begins_with_words(long: &str, short: &str) -> bool {
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}
