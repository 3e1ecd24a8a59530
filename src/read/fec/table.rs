//! Lines to rows: columns by header, and everything that one line alone can be held against.

use chrono::{Datelike as _, NaiveDate};

use super::super::source::{Line, Source};
use crate::error::{Collector, Error, Errors};
use crate::model::{Currency, Money, MoneyError, Note, NoteKind};
use crate::read::Settings;

/// The columns of article A47 A-1, in its order, and the two that may stand for debit and credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    JournalCode,
    JournalLib,
    EcritureNum,
    EcritureDate,
    CompteNum,
    CompteLib,
    CompAuxNum,
    CompAuxLib,
    PieceRef,
    PieceDate,
    EcritureLib,
    Debit,
    Credit,
    EcritureLet,
    DateLet,
    ValidDate,
    Montantdevise,
    Idevise,
    Montant,
    Sens,
}

use Column::*;

impl Column {
    const ALL: [Self; 20] = [
        JournalCode,
        JournalLib,
        EcritureNum,
        EcritureDate,
        CompteNum,
        CompteLib,
        CompAuxNum,
        CompAuxLib,
        PieceRef,
        PieceDate,
        EcritureLib,
        Debit,
        Credit,
        EcritureLet,
        DateLet,
        ValidDate,
        Montantdevise,
        Idevise,
        Montant,
        Sens,
    ];

    fn name(self) -> String {
        format!("{self:?}")
    }
}

/// One line of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'s> {
    pub(super) line: Line<'s>,
    pub(super) journal: &'s str,
    pub(super) journal_name: &'s str,
    pub(super) number: &'s str,
    pub(super) date: NaiveDate,
    pub(super) account: &'s str,
    pub(super) account_name: &'s str,
    pub(super) auxiliary: &'s str,
    pub(super) auxiliary_name: &'s str,
    pub(super) piece: &'s str,
    pub(super) piece_date: Option<NaiveDate>,
    pub(super) label: &'s str,
    pub(super) lettering: &'s str,
    /// Debit less credit, in cents.
    pub(super) minor: i64,
    /// Whether the line also has an amount in a foreign currency.
    pub(super) is_foreign: bool,
}

/// What is odd and no error: how often, and where first.
#[derive(Debug, Default)]
pub(super) struct Oddities {
    found: Vec<(&'static str, u64, u32, usize)>,
}

impl Oddities {
    /// Counts one; `column` from 1.
    fn count(&mut self, what: &'static str, line: Line<'_>, column: usize) {
        match self.found.iter_mut().find(|(known, ..)| *known == what) {
            Some((_, count, ..)) => *count += 1,
            None => self.found.push((what, 1, line.number, column)),
        }
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        let text = |(what, count, line, column): &(&str, u64, u32, usize)| match count {
            1 => format!("{what} (line {line}, column {column})"),
            n => format!("{what} ({n} times, first line {line}, column {column})"),
        };
        self.found.iter().map(|one| Note::new(NoteKind::Warning, text(one))).collect()
    }
}

/// The rows of a file.
pub(super) struct Table<'s> {
    pub(super) rows: Vec<Row<'s>>,
    pub(super) oddities: Oddities,
}

/// Reads the rows. Errors are collected: E0241, E0242, E0247, E0521 to E0523, E0525.
pub(super) fn read<'s>(source: &'s Source<'_>, settings: &Settings<'_>) -> Result<Table<'s>, Errors> {
    let mut lines = source.lines();
    let header = lines.next().unwrap_or(Line { number: 1, text: "" });
    let mut reader = Reader::new(source, header, settings)?;
    let (mut rows, mut errors) = (Vec::new(), Collector::default());
    for line in lines.filter(|line| !line.text.trim().is_empty()) {
        if rows.len() as u64 >= settings.limits.records {
            return Err(source.too_many(line, settings.limits).into());
        }
        match reader.row(line) {
            Ok(row) => rows.push(row),
            Err(error) => errors.push(error),
        }
    }
    if rows.is_empty() && errors.is_empty() {
        let error = source.fault(header, 0, 1, "E0522", "a FEC without a line below its header");
        return Err(error.label("expected entries below it").help("export the file again").into());
    }
    errors.finish(Table { rows, oddities: reader.oddities })
}

/// Reads one line after the other.
struct Reader<'s, 'f> {
    source: &'s Source<'f>,
    separator: char,
    /// Where each column stands.
    places: [Option<usize>; Column::ALL.len()],
    width: usize,
    field_bytes: usize,
    oddities: Oddities,
    /// The fields of the line at hand.
    fields: Vec<&'s str>,
}

impl<'s, 'f> Reader<'s, 'f> {
    /// Finds the columns. Error: E0521.
    fn new(source: &'s Source<'f>, header: Line<'s>, settings: &Settings<'_>) -> Result<Self, Errors> {
        let separator = if header.text.contains('\t') { '\t' } else { '|' };
        let names: Vec<&str> = header.text.split(separator).map(str::trim).collect();
        let find = |column: Column| {
            let name = column.name();
            names.iter().position(|n| n.eq_ignore_ascii_case(&name))
        };
        let places = Column::ALL.map(find);
        let has = |column: Column| places[column as usize].is_some();
        let mut missing: Vec<Column> =
            [JournalCode, EcritureNum, EcritureDate, CompteNum].into_iter().filter(|c| !has(*c)).collect();
        if !(has(Debit) && has(Credit) || has(Montant) && has(Sens)) {
            missing.extend([Debit, Credit]);
        }
        if !missing.is_empty() {
            let listed = missing.iter().map(|c| c.name()).collect::<Vec<_>>().join(", ");
            let error = source.fault(header, 0, header.text.chars().count(), "E0521", format!("no column {listed}"));
            let error = error.label("the names of the columns are those of the law (LPF art. A47 A-1)");
            return Err(error.help("export the FEC again; Montant and Sens may stand for Debit and Credit").into());
        }
        let mut oddities = Oddities::default();
        let rest = [
            JournalLib,
            CompteLib,
            CompAuxNum,
            CompAuxLib,
            PieceRef,
            PieceDate,
            EcritureLib,
            EcritureLet,
            DateLet,
            ValidDate,
            Montantdevise,
            Idevise,
        ];
        if rest.into_iter().any(|c| !has(c)) {
            oddities.count("not all of the 18 columns of the law are there", header, 1);
        }
        Ok(Self {
            source,
            separator,
            places,
            width: names.len(),
            field_bytes: settings.limits.field_bytes as usize,
            oddities,
            fields: Vec::with_capacity(names.len() + 1),
        })
    }

    fn get(&self, column: Column) -> &'s str {
        self.places[column as usize].and_then(|n| self.fields.get(n)).map_or("", |field| field.trim())
    }

    /// Characters in front of a column of the line at hand.
    fn start(&self, column: Column) -> usize {
        let n = self.places[column as usize].unwrap_or(0);
        self.fields.iter().take(n).map(|field| field.chars().count() + 1).sum()
    }

    fn fault(&self, line: Line<'s>, column: Column, code: &'static str, message: String) -> Error {
        let n = self.places[column as usize].unwrap_or(0);
        let width = self.fields.get(n).map_or(1, |field| field.chars().count());
        self.source
            .fault(line, self.start(column), width, code, message)
            .context(format!("column \"{}\"", column.name()))
    }

    fn odd(&mut self, what: &'static str, line: Line<'s>, column: Column) {
        let at = self.start(column) + 1;
        self.oddities.count(what, line, at);
    }

    fn row(&mut self, line: Line<'s>) -> Result<Row<'s>, Error> {
        self.split(line)?;
        for column in [EcritureNum, CompteNum] {
            if self.get(column).is_empty() {
                let message = format!("{} is empty", column.name());
                let error = self.fault(line, column, "E0525", message).label("the law wants it filled");
                return Err(error.help("without it a line belongs to no entry or no account: export the FEC again"));
            }
        }
        for (column, what) in [(CompteLib, "CompteLib is empty"), (EcritureLib, "EcritureLib is empty")] {
            if self.get(column).is_empty() && self.places[column as usize].is_some() {
                self.odd(what, line, column);
            }
        }
        let date = self.date(line)?;
        let piece_date = self.other_day(line, PieceDate, "PieceDate is no day, and left out");
        for column in [DateLet, ValidDate] {
            self.other_day(line, column, "DateLet or ValidDate is no day");
        }
        let minor = self.minor(line)?;
        Ok(Row {
            line,
            journal: self.get(JournalCode),
            journal_name: self.get(JournalLib),
            number: self.get(EcritureNum),
            date,
            account: self.get(CompteNum),
            account_name: self.get(CompteLib),
            auxiliary: self.get(CompAuxNum),
            auxiliary_name: self.get(CompAuxLib),
            piece: self.get(PieceRef),
            piece_date,
            label: self.get(EcritureLib),
            lettering: self.get(EcritureLet),
            minor,
            is_foreign: !matches!(self.get(Idevise), "" | "EUR"),
        })
    }

    /// Splits a line. Errors: E0522, E0247.
    fn split(&mut self, line: Line<'s>) -> Result<(), Error> {
        self.fields.clear();
        self.fields.extend(line.text.split(self.separator));
        if self.fields.len() == self.width + 1 && self.ends_with_separator() {
            self.fields.pop();
            let end = line.text.chars().count();
            self.oddities.count("a separator at the end of a line", line, end);
        }
        let found = self.fields.len();
        if found != self.width {
            let (label, at, help) = if found > self.width {
                // Free text is where a separator that is none comes from.
                let help = "remove the separator from the text in the accounting program, and export the FEC again";
                ("a separator inside a text, as in a label, divides it", self.start(EcritureLib), help)
            } else {
                let end = line.text.chars().count().saturating_sub(1);
                ("fields are missing, or the line is cut off", end, "export the FEC again, whole")
            };
            let what = if self.separator == '\t' { "tabs" } else { "'|'" };
            let message = format!("{found} fields between {what}, where the header has {}", self.width);
            return Err(self.source.fault(line, at, 1, "E0522", message).label(label).help(help));
        }
        if let Some(long) = self.fields.iter().position(|field| field.len() > self.field_bytes) {
            let at = self.fields.iter().take(long).map(|f| f.chars().count() + 1).sum();
            let message = format!("a field has more than {} characters", self.field_bytes);
            let error = self.source.fault(line, at, 1, "E0247", message);
            return Err(error.help("raise  field_bytes  under [limits] in the configuration if it is genuine"));
        }
        if self.separator == '\t'
            && let Some(byte) = line.text.find('|')
        {
            let at = line.text[..byte].chars().count() + 1;
            self.oddities.count("'|' inside a text: the test tool of the tax authority refuses the file", line, at);
        }
        Ok(())
    }

    /// Whether one field too many is an empty one at the end, and not a text that was divided further in front: then amounts would
    /// not stand where amounts belong.
    fn ends_with_separator(&self) -> bool {
        let amounts = if self.places[Debit as usize].is_some() { [Debit, Credit] } else { [Montant, Montant] };
        let filled = amounts.map(|column| self.get(column));
        self.fields.last().is_some_and(|last| last.trim().is_empty())
            && filled.iter().any(|text| !text.is_empty())
            && filled
                .iter()
                .all(|text| text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'-' | b'+')))
    }

    /// The day of the entry. Error: E0242.
    fn date(&self, line: Line<'s>) -> Result<NaiveDate, Error> {
        let text = self.get(EcritureDate);
        day(text).ok_or_else(|| {
            let message = match text {
                "" => "EcritureDate is empty".to_string(),
                _ if as_date(text).is_some() => format!("\"{text}\" is outside of the years 1900 to 2099"),
                _ => format!("\"{text}\" is not a date"),
            };
            self.fault(line, EcritureDate, "E0242", message)
                .label("expected a day that exists, as 20260630")
                .help("correct the entry in the accounting program, and export the FEC again")
        })
    }

    /// A day that no money hangs on: empty where it is none, and said.
    fn other_day(&mut self, line: Line<'s>, column: Column, what: &'static str) -> Option<NaiveDate> {
        let text = self.get(column);
        let found = day(text);
        if found.is_none() && !text.is_empty() {
            self.odd(what, line, column);
        }
        found
    }

    /// Debit less credit. Errors: E0241, E0523.
    fn minor(&mut self, line: Line<'s>) -> Result<i64, Error> {
        if self.places[Debit as usize].is_none() {
            let minor = self.amount(line, Montant)?.ok_or_else(|| self.no_amount(line, Montant))?;
            return match self.get(Sens) {
                "D" | "d" | "+1" | "1" => Ok(minor),
                "C" | "c" | "-1" => Ok(-minor),
                other => {
                    let message = format!("Sens is \"{other}\"");
                    let error = self.fault(line, Sens, "E0523", message).label("expected D or C, +1 or -1");
                    Err(error.help("without it nobody can say who owes whom: export the FEC again"))
                }
            };
        }
        let (debit, credit) = (self.amount(line, Debit)?, self.amount(line, Credit)?);
        match (debit, credit) {
            (Some(debit), Some(credit)) if debit != 0 && credit != 0 => {
                let error = self.fault(line, Credit, "E0523", "both debit and credit in one line".to_string());
                Err(error.label(format!("the debit is {}", self.get(Debit))).help(
                    "a line is one of the two (test tool of the tax authority): correct the entry, and export the FEC again",
                ))
            }
            (None, None) => Err(self.no_amount(line, Debit)),
            (debit, credit) => {
                if debit.is_none() || credit.is_none() {
                    self.odd("debit or credit is left empty instead of 0,00", line, Debit);
                }
                // Both are within 18 digits.
                Ok(debit.unwrap_or(0) - credit.unwrap_or(0))
            }
        }
    }

    fn no_amount(&self, line: Line<'s>, column: Column) -> Error {
        let error = self.fault(line, column, "E0523", "neither debit nor credit".to_string());
        error.label("an amount is expected here, 0,00 if there is none").help("export the FEC again")
    }

    /// An amount: digits with a comma (a point is tolerated), and a sign on either side. Error: E0241.
    fn amount(&mut self, line: Line<'s>, column: Column) -> Result<Option<i64>, Error> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        if text.contains('.') {
            self.odd("decimal point where the law has a comma", line, column);
        }
        let (negative, digits) = match (text.strip_prefix(['-', '+']), text.strip_suffix(['-', '+'])) {
            (Some(rest), None) => (text.starts_with('-'), rest),
            (None, Some(rest)) => (text.ends_with('-'), rest),
            _ => (false, text),
        };
        let plain = if digits.starts_with(['-', '+']) { String::new() } else { digits.replacen(',', ".", 1) };
        match Money::parse(plain.trim(), Currency::EUR) {
            // Two of these are subtracted, and many are added: 18 digits leave room for that.
            Ok(amount) if amount.minor.unsigned_abs() < 1_000_000_000_000_000_000 => {
                Ok(Some(if negative { -amount.minor } else { amount.minor }))
            }
            Ok(_) | Err(MoneyError::TooLarge) => Err(self.bad_amount(line, column, "is too large for an amount")),
            Err(MoneyError::TooManyDecimals { .. }) => {
                Err(self.bad_amount(line, column, "has more than two decimals: rounding would change money"))
            }
            Err(MoneyError::NotANumber) => Err(self.bad_amount(line, column, "is not an amount")),
        }
    }

    fn bad_amount(&self, line: Line<'s>, column: Column, why: &str) -> Error {
        self.fault(line, column, "E0241", format!("\"{}\" {why}", self.get(column)))
            .label("expected digits with a decimal comma, as 1250,00, without separators of thousands")
            .help("correct the entry in the accounting program, and export the FEC again")
    }
}

/// `AAAAMMJJ`.
fn as_date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| text[range].parse::<u32>().ok();
    NaiveDate::from_ymd_opt(i32::try_from(part(0..4)?).ok()?, part(4..6)?, part(6..8)?)
}

/// A day of the years that the law's own test tool accepts.
fn day(text: &str) -> Option<NaiveDate> {
    as_date(text).filter(|date| (1900..=2099).contains(&date.year()))
}
