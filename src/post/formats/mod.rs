//! Entries as files: each format in a module of its own, all from the same values.
//!
//! | module | what it writes |
//! |---|---|
//! | `csv` | every field of every line, and the lettering |
//! | `fec` | the French file of accounting entries |
//! | `chart`, `plain_text`, `hledger`, `beancount` | the chart as a tree of accounts; journals of plain-text accounting |
//! | `odoo`, `business_central`, `sage_pnm`, `pennylane`, `quickbooks`, `xero` | imports of accounting programs |
//! | `text` | texts on one line, decimals, tables, limits |
//!
//! Nothing is rounded, dropped or cut in silence: an entry that does not balance is refused, and what a format cannot hold is an error
//! or is written in its documentation (`docs/formats/post.md`).

mod beancount;
mod business_central;
mod chart;
mod csv;
mod fec;
mod hledger;
mod odoo;
mod pennylane;
mod plain_text;
mod quickbooks;
mod sage_pnm;
mod text;
mod xero;

use crate::config::PostPolicy;
use crate::error::{Error, ErrorKind};
use crate::model::{EntryKind, JournalEntry, Posting};

/// A file that an accounting program takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostFormat {
    /// Our own journal: every field that an entry has.
    Csv,
    /// The French file of accounting entries (LPF art. A47 A-1).
    Fec,
    /// A journal of hledger.
    Hledger,
    /// A ledger of Beancount.
    Beancount,
    /// Odoo: import of journal entries (`account.move`).
    Odoo,
    /// Microsoft Dynamics 365 Business Central: general journal lines.
    BusinessCentral,
    /// Sage 100: `.PNM`, fixed width.
    SagePnm,
    /// Pennylane: its import of entries in the columns of a FEC.
    Pennylane,
    /// QuickBooks Online: import of journal entries.
    QuickBooks,
    /// Xero: import of manual journals.
    Xero,
}

impl PostFormat {
    /// Every format, in the order in which they are listed.
    pub const ALL: [Self; 10] = [
        Self::Csv,
        Self::Fec,
        Self::Hledger,
        Self::Beancount,
        Self::Odoo,
        Self::BusinessCentral,
        Self::SagePnm,
        Self::Pennylane,
        Self::QuickBooks,
        Self::Xero,
    ];

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Fec => "fec",
            Self::Hledger => "hledger",
            Self::Beancount => "beancount",
            Self::Odoo => "odoo",
            Self::BusinessCentral => "bc",
            Self::SagePnm => "sage-pnm",
            Self::Pennylane => "pennylane",
            Self::QuickBooks => "quickbooks",
            Self::Xero => "xero",
        }
    }

    /// The format that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// Whether one file holds entries of several currencies without an exchange rate for each.
    ///
    /// Odoo and Business Central take the rate of the day from their own tables. The others keep their amounts in the currency of the
    /// ledger: entries of another currency have to wait for a rate.
    pub fn takes_currencies(self) -> bool {
        match self {
            Self::Csv | Self::Hledger | Self::Beancount | Self::Odoo | Self::BusinessCentral => true,
            Self::Fec | Self::SagePnm | Self::Pennylane | Self::QuickBooks | Self::Xero => false,
        }
    }

    /// Whether lines that the ledger has already belong into the file, so that each lettering code adds up within it.
    ///
    /// An import that gets them would book them a second time; a FEC is a statement of what the books hold.
    pub fn carries_items(self) -> bool {
        self == Self::Fec
    }
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostFile {
    /// Its name, without a folder.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl PostFile {
    fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// Writes what is posted in a format: one or more files, the journal first. The same posting gives the same bytes.
///
/// # Errors
/// `E0740` an entry that does not balance, has fewer than two lines or a line of nothing; `E0742` an entry of a currency that the
/// format cannot hold; `E0741` a FEC without the company's number; `E0743` an identifier that is too long for the format; `E0744` an
/// account or a name that the format must have; `E0745` lettering of a FEC that does not add up.
pub fn write(format: PostFormat, posting: &Posting, policy: &PostPolicy) -> Result<Vec<PostFile>, Error> {
    for entry in &posting.entries {
        check(entry)?;
        if !format.takes_currencies() && entry.currency != posting.currency {
            return Err(other_currency(format, entry, posting));
        }
    }
    match format {
        PostFormat::Csv => Ok(csv::write(posting)),
        PostFormat::Fec => fec::write(posting, policy),
        PostFormat::Hledger => Ok(plain_text::write(posting, &hledger::TONGUE)),
        PostFormat::Beancount => Ok(plain_text::write(posting, &beancount::TONGUE)),
        PostFormat::Odoo => Ok(odoo::write(posting)),
        PostFormat::BusinessCentral => business_central::write(posting),
        PostFormat::SagePnm => sage_pnm::write(posting),
        PostFormat::Pennylane => pennylane::write(posting),
        PostFormat::QuickBooks => quickbooks::write(posting),
        PostFormat::Xero => Ok(xero::write(posting, policy)),
    }
}

/// The entries that a program is to book: not those that the ledger has already.
fn booked(posting: &Posting) -> impl Iterator<Item = &JournalEntry> {
    posting.entries.iter().filter(|entry| entry.kind != EntryKind::Carried)
}

/// A key as an identifier of letters, digits, `-` and `_`. Two keys that differ stay different.
fn identifier(key: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if key.chars().all(allowed) { key.to_string() } else { chart::part(key) }
}

/// An entry that is not one is a fault of ours: it never reaches a ledger.
fn check(entry: &JournalEntry) -> Result<(), Error> {
    let wrong = if entry.imbalance() != 0 {
        "it does not balance"
    } else if entry.lines.len() < 2 {
        "it has fewer than two lines"
    } else if entry.lines.iter().any(|line| line.minor == 0) {
        "one of its lines moves nothing"
    } else {
        return Ok(());
    };
    let message = format!("entry {} cannot be written: {wrong}", entry.key);
    Err(Error::new(ErrorKind::CheckFailed, "E0740", message).help("nothing was written; this is a fault of lettrage"))
}

fn other_currency(format: PostFormat, entry: &JournalEntry, posting: &Posting) -> Error {
    let message = format!(
        "{} holds amounts in {} only, and entry {} is in {}",
        format.word(),
        posting.currency,
        entry.key,
        entry.currency
    );
    Error::new(ErrorKind::Input, "E0742", message).help(
        "csv, hledger, beancount, odoo and bc hold several currencies; post this entry there, or by hand with its rate",
    )
}
