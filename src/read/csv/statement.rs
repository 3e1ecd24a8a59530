//! A bank's CSV export to statements: one a pair of account and currency.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::{
    Balance, BalanceKind, Check, CheckKind, ControlTotals, Currency, InputRole, Money, Nature, Note, NoteKind, Payment,
    Place, Position, Statement, StatementFile, StatementKind,
};

use super::balance::{self, Running};
use super::cells::Reader;
use super::columns::{Role, fold};
use super::records::Row;
use super::sign::{self, Convention, Plan, State};
use super::table::{self, Table};
use super::{content, date, detect, mapping, skips::Skips, words};

/// The columns of a statement, looked up once.
#[derive(Clone, Debug)]
struct Columns {
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

    /// The columns that may hold the row's money.
    fn money(&self) -> [Option<usize>; 3] {
        [self.amount, self.debit, self.credit]
    }
}

/// The currency of rows that name none, and the account of the file, with how they are known.
#[derive(Clone, Debug)]
struct Defaults {
    currency: Currency,
    account: Box<str>,
}

/// A statement while its rows are read.
#[derive(Debug)]
struct Building {
    account: Arc<str>,
    currency: Currency,
    payments: Vec<Payment>,
    balances: Vec<Option<i64>>,
    not_booked: u32,
}

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
    let defaults = defaults(&mut table)?;
    let columns = Columns::of(&table);
    let mut file = table.input_file(InputRole::Statement);
    let mut chosen = None;
    for convention in &plan.candidates {
        let new = || Pass::new(Reader::new(&table, format, order), &columns, &defaults, &plan, *convention);
        let result = Pass::run(&table, new);
        if plan.proof.is_none() {
            chosen = Some(result?);
            break;
        }
        if let Some(pass) = result.ok().filter(Pass::proven) {
            let text = "signs contradict each other in some rows; read so that the running balance adds up";
            file.notes.push(Note::new(NoteKind::Warning, text));
            chosen = Some(pass);
            break;
        }
    }
    let Some(pass) = chosen else {
        // Invariant: a plan without proof has a candidate, which either was chosen or has returned its errors.
        return Err(plan
            .proof
            .unwrap_or_else(|| Error::new(ErrorKind::Input, "E0111", "no reading of the amounts fits"))
            .into());
    };
    pass.skips.say(&mut file.notes);
    for (currency, rows) in &pass.unlisted {
        let text =
            format!("currency {currency} is not in ISO 4217's list ({}): two decimals assumed", table::rows(*rows));
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
    let mut statements = Vec::new();
    let mut built = pass.statements;
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
    for building in built {
        statements.push(finish(&table, building, &columns, &mut file.notes)?);
    }
    file.records = statements.iter().map(|s| s.payments.len() as u64).sum();
    Ok(StatementFile { file, statements })
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
fn defaults(table: &mut Table<'_>) -> Result<Defaults, Error> {
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
            (None, None, None) => (Currency::EUR, Some("assumed: the file names none")),
        },
    };
    if let Some(how) = how.filter(|_| !table.columns.has(Role::Currency)) {
        table.assume(format!("currency {currency} ({how})"));
    }
    let mut account: Box<str> = table.mapping.and_then(|(_, m)| m.account.as_deref()).unwrap_or("").into();
    if account.is_empty() && !table.columns.has(Role::Account) {
        let words = |c: char| !(c.is_alphanumeric());
        if let Some(iban) = table.preamble.split(words).find(|t| content::looks_like_iban(t)) {
            account = iban.into();
            table.assume(format!("account {iban} (from the lines above the header)"));
        }
    }
    Ok(Defaults { currency, account })
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
                    self.skips.balance(row.line);
                    return Ok(());
                }
                self.entry(row, date)
            }
            Some(_) => Err(self.no_money(row)),
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
            self.skips.balance(row.line);
            return Ok(());
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
        let number = self.columns.money().iter().flatten().any(|c| self.reader.is_number(&table.cell(row, *c)));
        if cell.is_empty() && !has_money {
            return self.detail(row);
        }
        if date::resembles(cell) || number || (cell.is_empty() && first.is_empty()) {
            return Err(self.reader.no_date(row, column));
        }
        self.skips.other(row.line);
        Ok(())
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
        !named && self.columns.texts.iter().any(|c| words::BALANCE_ROWS.contains(&fold(&table.cell(row, *c)).as_str()))
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
            if cell.is_empty() { Cow::Borrowed(&self.defaults.account) } else { account(&cell) };
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
            place: Place { file: 0, position: Position::Line(row.line) },
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
            [one] => table.cell(row, *one).into(),
            several => {
                let mut out: Vec<std::borrow::Cow<'_, str>> = Vec::with_capacity(several.len());
                for column in several {
                    let cell = table.cell(row, *column);
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
            Convention::TwoColumns { negative, either } => self.two_columns(row, currency, negative, either)?,
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

    fn two_columns(&self, row: &Row, currency: Currency, negative: bool, either: bool) -> Result<i64, Error> {
        let table = self.reader.table;
        let read = |column: Option<usize>| match column {
            Some(c) if !is_nil(&table.cell(row, c)) => self.reader.amount(row, c, currency).map(|r| r.minor),
            _ => Ok(0),
        };
        let (debit, credit) = (read(self.columns.debit)?, read(self.columns.credit)?);
        let column = self.columns.debit.unwrap_or_default();
        if debit != 0 && credit != 0 {
            return Err(table
                .fault(row, column, "E0111", "the row has a debit and a credit")
                .label("only one of the two may hold an amount")
                .help("split the row, or name the column of the signed amount in a mapping"));
        }
        if !either && debit != 0 && (debit < 0) != negative {
            let (this, others) = if negative { ("positive", "negative") } else { ("negative", "positive") };
            return Err(table
                .fault(row, column, "E0111", format!("a {this} debit among {others} ones"))
                .label("which way did this money go?")
                .help("correct the row: put a correction in the credit column"));
        }
        Ok(if negative { credit + debit } else { credit - debit })
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

/// A statement from its rows, held against its running balance. Error: E0113.
fn finish(table: &Table<'_>, building: Building, columns: &Columns, notes: &mut Vec<Note>) -> Result<Statement, Error> {
    let Building { account, currency, payments, balances, not_booked } = building;
    let amounts: Vec<i64> = payments.iter().map(|p| p.amount.minor).collect();
    let order = balance::running(&amounts, &balances);
    let known = balances.iter().filter(|b| b.is_some()).count();
    let scope = if account.is_empty() { table.path.to_string() } else { format!("{} {account}", table.path) };
    let mut checks = Vec::new();
    let (mut opening, mut closing) = (None, None);
    if let Some((first, last)) = balance::ends(&amounts, &balances, order) {
        let balance = |kind, minor| Balance { kind, amount: Money::new(minor, currency), date: None };
        opening = Some(balance(BalanceKind::Opening, first));
        closing = Some(balance(BalanceKind::Closing, last));
        let way = if order == Running::NewestFirst { "newest first" } else { "oldest first" };
        let text = format!(
            "the running balance adds up over {known} rows, {way}: {} to {}",
            Money::new(first, currency),
            Money::new(last, currency)
        );
        checks.push(Check { kind: CheckKind::Balance, scope: scope.into(), holds: Some(true), text: text.into() });
    } else if known > 1 {
        let turned: Vec<i64> = amounts.iter().map(|a| a.saturating_neg()).collect();
        if known > 2 && balance::running(&turned, &balances) != Running::No {
            return Err(reversed(table, columns));
        }
        let text = format!("the running balance does not add up row by row ({known} rows): not used");
        notes.push(Note::new(NoteKind::Warning, text.clone()));
        checks.push(Check { kind: CheckKind::Balance, scope: scope.into(), holds: None, text: text.into() });
    } else {
        let text = if known == 1 { "one balance only in the file" } else { "no balances in the file" };
        let text = format!("{text}: opening + entries = closing cannot be checked");
        checks.push(Check { kind: CheckKind::Balance, scope: scope.into(), holds: None, text: text.into() });
    }
    let days = || payments.iter().map(|p| p.booking_date);
    let entries = payments.len() as u32 + not_booked;
    Ok(Statement {
        kind: StatementKind::Statement,
        id: Box::default(),
        sequence: Box::default(),
        account: (&*account).into(),
        page: None,
        owner: Box::default(),
        currency: Some(currency),
        is_copy: false,
        from: days().min(),
        to: days().max(),
        opening,
        closing,
        balances: opening.into_iter().chain(closing).collect(),
        totals: ControlTotals::default(),
        entries,
        transactions: entries,
        not_booked,
        booked_minor: amounts.iter().map(|a| i128::from(*a)).sum(),
        payments,
        checks,
    })
}

fn reversed(table: &Table<'_>, columns: &Columns) -> Error {
    let column = columns.money().into_iter().flatten().next().unwrap_or_default();
    table
        .header_fault(column, "E0113", "the running balance says that the signs are the other way round")
        .label("with every sign turned, the balance adds up")
        .help("if the balance is right, set  negate = true  in a mapping for this file")
}
/// Whether a text is another one, or goes on behind it with a new word.
fn begins_with_words(long: &str, short: &str) -> bool {
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}
