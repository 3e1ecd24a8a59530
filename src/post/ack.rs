//! What the ledger answers: a table of keys with what became of each.
//!
//! | code | error |
//! |---|---|
//! | E0732 | no table with a column of keys and one of states |
//! | E0733 | a state that says neither taken nor refused |
//! | E0734 | an amount that cannot be read |
//!
//! The columns are found by their names, in any order. Rows of one key are one answer: an entry of which a line was refused was refused.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::{Answer, Currency, Money};

/// Names of the columns, folded: without accents, blanks and signs.
const KEY: &[&str] = &[
    "key",
    "lettragekey",
    "cle",
    "clef",
    "schluessel",
    "schlussel",
    "entrykey",
    "reference",
    "ref",
    "externalid",
    "id",
];
const STATUS: &[&str] = &["status", "state", "statut", "etat", "result", "resultat", "ergebnis"];
const AMOUNT: &[&str] = &["amount", "montant", "betrag", "total"];
const DEBIT: &[&str] = &["debit", "soll"];
const CREDIT: &[&str] = &["credit", "haben"];
const MESSAGE: &[&str] =
    &["message", "error", "reason", "motif", "erreur", "meldung", "grund", "text", "libelle", "comment", "commentaire"];

/// Words of a state, folded.
const TAKEN: &[&str] = &[
    "taken",
    "accepted",
    "ok",
    "done",
    "posted",
    "imported",
    "success",
    "booked",
    "yes",
    "true",
    "1",
    "accepte",
    "acceptee",
    "importe",
    "importee",
    "comptabilise",
    "comptabilisee",
    "valide",
    "validee",
    "pris",
    "prise",
    "integre",
    "integree",
    "oui",
    "gebucht",
    "angenommen",
    "uebernommen",
    "ubernommen",
    "erledigt",
    "erfolgreich",
    "ja",
];
const REFUSED: &[&str] = &[
    "refused",
    "rejected",
    "error",
    "failed",
    "invalid",
    "no",
    "false",
    "0",
    "ko",
    "refuse",
    "refusee",
    "rejete",
    "rejetee",
    "erreur",
    "echec",
    "invalide",
    "non",
    "abgelehnt",
    "zuruckgewiesen",
    "zurueckgewiesen",
    "fehler",
    "fehlerhaft",
    "ungultig",
    "nein",
];

/// Reads answers. `path` is for messages; `short` names the file in them. Amounts are of the currency of the ledger.
///
/// Errors: E0732 to E0734, all of them.
pub fn read(path: &str, short: &str, bytes: &[u8], currency: Currency) -> Result<Vec<Answer>, Errors> {
    let text = decoded(bytes);
    let separator = separator(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut table = Table { path, short, currency, columns: None, answers: Vec::new(), of_key: HashMap::default() };
    let mut errors = Collector::default();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => return Err(no_table(path, &e.to_string()).into()),
        };
        let line = record.position().map_or(0, csv::Position::line);
        if let Err(error) = table.row(&record, line) {
            errors.push(error);
        }
    }
    if table.columns.is_none() {
        let found = text.lines().next().unwrap_or("").chars().take(80).collect::<String>();
        return Err(no_table(path, &format!("its first line is {found:?}")).into());
    }
    errors.finish(table.answers)
}

fn no_table(path: &str, found: &str) -> Error {
    Error::new(ErrorKind::Input, "E0732", "no table with the keys of entries and what became of each")
        .in_file(path)
        .label(crate::error::printable(found))
        .help("a header with  key  and  status  is needed, with ; or , or tabs between columns; amount and message may be beside them")
}

/// The text of a file: UTF-8, or Windows-1252 where it is not.
fn decoded(bytes: &[u8]) -> String {
    let (text, _) = encoding_rs::Encoding::for_bom(bytes)
        .map(|(encoding, skip)| encoding.decode_without_bom_handling(&bytes[skip..]))
        .or_else(|| std::str::from_utf8(bytes).ok().map(|text| (text.into(), false)))
        .unwrap_or_else(|| encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes));
    text.into_owned()
}

/// The sign that the header has most of.
fn separator(text: &str) -> u8 {
    let header = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("");
    let count = |sign: u8| header.bytes().filter(|b| *b == sign).count();
    [b';', b'\t', b','].into_iter().max_by_key(|sign| (count(*sign), *sign == b';')).unwrap_or(b';')
}

/// A word as it is compared: lower case, letters and digits only, without accents.
fn folded(text: &str) -> String {
    deunicode::deunicode(text).chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

#[derive(Clone, Copy, Debug)]
struct Columns {
    key: usize,
    status: usize,
    amount: Option<usize>,
    debit: Option<usize>,
    credit: Option<usize>,
    message: Option<usize>,
}

impl Columns {
    fn find(header: &csv::StringRecord) -> Option<Self> {
        let names: Vec<String> = header.iter().map(folded).collect();
        // The first name that is there counts: a column `key` goes before a column `id`.
        let find = |wanted: &[&str]| wanted.iter().find_map(|w| names.iter().position(|name| name == w));
        Some(Self {
            key: find(KEY)?,
            status: find(STATUS)?,
            amount: find(AMOUNT),
            debit: find(DEBIT),
            credit: find(CREDIT),
            message: find(MESSAGE),
        })
    }
}

struct Table<'a> {
    path: &'a str,
    short: &'a str,
    currency: Currency,
    columns: Option<Columns>,
    answers: Vec<Answer>,
    of_key: HashMap<Box<str>, usize, RandomState>,
}

impl Table<'_> {
    fn row(&mut self, record: &csv::StringRecord, line: u64) -> Result<(), Error> {
        let Some(columns) = self.columns else {
            self.columns = Columns::find(record);
            return Ok(());
        };
        let cell = |column: usize| record.get(column).unwrap_or("");
        let key = cell(columns.key);
        if key.is_empty() {
            return Ok(());
        }
        let answer = Answer {
            key: key.into(),
            taken: self.taken(cell(columns.status), line)?,
            message: columns.message.map_or("", cell).into(),
            place: format!("{}:{line}", self.short).into(),
            minor: self.minor(&columns, record, line)?,
        };
        match self.of_key.get(key) {
            None => {
                self.of_key.insert(key.into(), self.answers.len());
                self.answers.push(answer);
            }
            Some(n) => join(&mut self.answers[*n], answer),
        }
        Ok(())
    }

    fn taken(&self, word: &str, line: u64) -> Result<bool, Error> {
        let folded = folded(word);
        match (TAKEN.contains(&&*folded), REFUSED.contains(&&*folded)) {
            (true, _) => Ok(true),
            (_, true) => Ok(false),
            _ => Err(Error::new(ErrorKind::Input, "E0733", format!("not a state of an entry: {word:?}"))
                .in_file(self.path)
                .at(line, 1)
                .label("taken or refused is expected, or a word for one of them: accepted, ok, rejected, error")
                .help("nothing was recorded: replace the word in the file")),
        }
    }

    /// The amount of a row, without its sign: a debit, a credit being the other side of the same entry.
    fn minor(&self, columns: &Columns, record: &csv::StringRecord, line: u64) -> Result<Option<i64>, Error> {
        let cell = |column: Option<usize>| column.and_then(|c| record.get(c)).filter(|text| !text.is_empty());
        let (text, of_credit) = match (cell(columns.debit), cell(columns.amount), cell(columns.credit)) {
            (Some(text), ..) => (text, false),
            (None, Some(text), _) => (text, false),
            (None, None, Some(text)) => (text, true),
            (None, None, None) => return Ok(None),
        };
        let read = Money::parse(&plain(text), self.currency).ok().and_then(|m| m.minor.checked_abs());
        let minor = read.ok_or_else(|| {
            Error::new(ErrorKind::Input, "E0734", format!("not an amount: {text:?}"))
                .in_file(self.path)
                .at(line, 1)
                .label(format!("an amount in {} is expected, such as 1250.00 or 1 250,00", self.currency))
                .help("nothing was recorded: correct the amount, or leave the column out")
        })?;
        // A row of a credit beside rows of debits repeats them.
        Ok(Some(minor).filter(|_| !(of_credit && columns.debit.is_some())))
    }
}

/// Further rows of one key: other lines of the same entry.
fn join(known: &mut Answer, other: Answer) {
    known.minor = match (known.minor, other.minor) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    };
    if known.taken && !other.taken {
        (known.taken, known.message, known.place) = (false, other.message, other.place);
    }
}

/// An amount with a decimal point: the last of `,` and `.` divides, unless it stands before three digits and there are several.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    let last = text.rfind([',', '.']);
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        match c {
            ',' | '.' if Some(at) == last => out.push('.'),
            ',' | '.' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(text: &str) -> Vec<(String, bool, String, Option<i64>)> {
        let read = read("in/ack.csv", "ack.csv", text.as_bytes(), Currency::EUR).unwrap();
        read.into_iter().map(|a| (a.key.into(), a.taken, format!("{} {}", a.message, a.place), a.minor)).collect()
    }

    #[test]
    fn columns_are_found_in_any_order_and_language() {
        let one = |key: &str, taken, message: &str, minor| (key.to_string(), taken, message.to_string(), minor);
        assert_eq!(
            answers("status;key;message\nok;L1;\nrefused;L2;period closed\n"),
            [one("L1", true, " ack.csv:2", None), one("L2", false, "period closed ack.csv:3", None)]
        );
        assert_eq!(
            answers("\u{feff}Clé,Montant,Statut,Motif\nL1,\"1 250,00\",Accepté,\nL2,12.5,rejeté,période close\n"),
            [one("L1", true, " ack.csv:2", Some(125_000)), one("L2", false, "période close ack.csv:3", Some(1_250))]
        );
        assert_eq!(
            answers("Schlüssel\tStatus\tSoll\nL1\tgebucht\t1.250,00\n"),
            [one("L1", true, " ack.csv:2", Some(125_000))]
        );
    }

    #[test]
    fn rows_of_one_key_are_one_answer() {
        let read = answers(
            "key,status,debit,credit,message\nL1,ok,1188.00,,\nL1,ok,12.00,,\nL1,error,,1200.00,account closed\n",
        );
        assert_eq!(read, [("L1".to_string(), false, "account closed ack.csv:4".to_string(), Some(120_000))]);
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        let code = |text: &str| {
            let errors = read("ack.csv", "ack.csv", text.as_bytes(), Currency::EUR).unwrap_err();
            let first = errors.iter().next().unwrap().clone();
            (first.code(), first.line())
        };
        assert_eq!(code(""), ("E0732", None));
        assert_eq!(code("a;b\n1;2\n"), ("E0732", None));
        assert_eq!(code("key;status\nL1;perhaps\n"), ("E0733", Some(2)));
        assert_eq!(code("key;status;amount\nL1;ok;1.2.3x\n"), ("E0734", Some(2)));
        assert_eq!(code("\0\u{1}binary"), ("E0732", None));
    }
}
