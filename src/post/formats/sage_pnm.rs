//! Sage 100: `.PNM`, one line of fixed width an entry's line, code page 1252, CRLF.
//!
//! | columns | what |
//! |---|---|
//! | 1–3 | journal |
//! | 4–9 | day, `JJMMAA` |
//! | 10–11 | type of document: `RC` (payment of a customer) or `OD` |
//! | 12–24 | account |
//! | 25 | `X` where a customer follows |
//! | 26–38 | customer |
//! | 39–51 | document |
//! | 52–76 | label |
//! | 77 | way of payment: none |
//! | 78–83 | due, `JJMMAA` |
//! | 84 | `D` or `C` |
//! | 85–104 | amount, to the right, two decimals, point |
//! | 105 | `N` |
//! | 106–112 | number of the line, to the right |
//!
//! No specification of Sage was at hand: the layout is one that others have found in real files. Try it with a copy of the company first.

use chrono::NaiveDate;

use super::text::{ansi, decimal, first_of, whole};
use super::{PostFile, PostFormat, booked, csv};
use crate::error::{Error, ErrorKind};
use crate::model::{EntryKind, JournalEntry, JournalLine, Posting};

/// Bytes of the company's name, which is the first line.
const COMPANY: usize = 30;
const JOURNAL: usize = 3;
const ACCOUNT: usize = 13;
const LABEL: usize = 25;
const AMOUNT: usize = 20;
const NUMBER: usize = 7;

pub(super) fn write(posting: &Posting) -> Result<Vec<PostFile>, Error> {
    let mut out = left(&ansi(&posting.company), COMPANY);
    out.extend_from_slice(b"\r\n");
    let lines = booked(posting).flat_map(|entry| entry.lines.iter().map(move |line| (entry, line)));
    for (n, (entry, line)) in lines.enumerate() {
        push(&mut out, entry, line, n + 1)?;
    }
    Ok(vec![PostFile::new("sage.pnm", out), csv::lettering(posting)])
}

fn push(out: &mut Vec<u8>, entry: &JournalEntry, line: &JournalLine, number: usize) -> Result<(), Error> {
    let whole = |text: &str, most, what| whole(text, most, what, PostFormat::SagePnm, &entry.key);
    if entry.currency.decimals() != 2 {
        let message = format!("sage-pnm writes amounts with two decimals, and {} has none or others", entry.currency);
        return Err(Error::new(ErrorKind::Input, "E0742", message).help("write another format, such as csv"));
    }
    let kind = if entry.kind == EntryKind::Payment { "RC" } else { "OD" };
    out.extend(left(&ansi(&whole(&entry.journal, JOURNAL, "journal")?), JOURNAL));
    out.extend(short(Some(entry.date)));
    out.extend_from_slice(kind.as_bytes());
    out.extend(left(&ansi(&whole(&line.account, ACCOUNT, "account")?), ACCOUNT));
    out.push(if line.auxiliary.is_empty() { b' ' } else { b'X' });
    out.extend(left(&ansi(&whole(&line.auxiliary, ACCOUNT, "customer")?), ACCOUNT));
    // The end of a document's number is what tells it from others.
    out.extend(left(tail(&ansi(&first_of(&[&line.document, &entry.document])), ACCOUNT), ACCOUNT));
    out.extend(left(&ansi(&first_of(&[&line.label, &entry.label])), LABEL));
    out.push(b' ');
    out.extend(short(line.due));
    out.push(if line.minor < 0 { b'C' } else { b'D' });
    out.extend(format!("{:>AMOUNT$}", decimal(i128::from(line.minor).abs(), entry.currency)).bytes());
    out.push(b'N');
    out.extend(format!("{:>NUMBER$}", number % 10_000_000).bytes());
    out.extend_from_slice(b"\r\n");
    Ok(())
}

/// To the left of a field, cut at its width and filled up with blanks. A byte is a character in this code page.
fn left(text: &[u8], width: usize) -> Vec<u8> {
    let mut field = text[..text.len().min(width)].to_vec();
    field.resize(width, b' ');
    field
}

/// The last bytes of a text.
fn tail(text: &[u8], width: usize) -> &[u8] {
    &text[text.len().saturating_sub(width)..]
}

fn short(day: Option<NaiveDate>) -> Vec<u8> {
    day.map_or_else(|| " ".repeat(6), |day| day.format("%d%m%y").to_string()).into_bytes()
}
