//! The French file of accounting entries (FEC): LPF art. A47 A-1, 18 columns, one line an entry's line.
//!
//! Choices where the notice leaves one: tab between fields, CRLF, UTF-8 without a mark, days as `AAAAMMJJ`, decimal comma. A tab file
//! with a `|` in a text is refused by the administration's own test program, so `|` becomes `/`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::PostFile;
use super::text::{debit_credit, decimal, first_of, inert, one_line};
use crate::config::PostPolicy;
use crate::error::{Error, ErrorKind};
use crate::model::luhn::luhn;
use crate::model::{Currency, EntryKind, JournalEntry, JournalLine, Posting};

/// The columns, in the order of the law.
pub(super) const COLUMNS: [&str; 18] = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
];

/// Days as the law wants them: `AAAAMMJJ`.
const DAY: &str = "%Y%m%d";

/// Digits that begin the number of an account of the French chart.
const CHART_DIGITS: usize = 3;

/// The file and its description.
///
/// The law gives the name and no extension. `.txt` is added: every program that takes a FEC asks for it, and the administration's test
/// program opens it.
pub(super) fn write(posting: &Posting, policy: &PostPolicy) -> Result<Vec<PostFile>, Error> {
    let siren = siren(posting, policy)?;
    lettering_adds_up(posting)?;
    let mut carried = Vec::new();
    let mut made = Vec::new();
    for entry in &posting.entries {
        (if entry.kind == EntryKind::Carried { &mut carried } else { &mut made }).push(entry);
    }
    made.sort_by_key(|entry| entry.number);
    no_number_twice(&made)?;
    let mut text = header();
    for (n, entry) in carried.iter().enumerate() {
        // A series of their own: the numbers of the book are those of what it has made itself.
        push_entry(&mut text, entry, &format!("{}{:06}", field(&entry.journal), n + 1), posting.made, Purpose::Law)?;
    }
    for entry in &made {
        push_entry(&mut text, entry, &number(entry), posting.made, Purpose::Law)?;
    }
    let name = format!("{siren}FEC{}", posting.to.format(DAY));
    let about = description(posting, &siren, &format!("{name}.txt"), &carried, &made);
    Ok(vec![PostFile::new(format!("{name}.txt"), text), PostFile::new(format!("{name}_description.txt"), about)])
}

/// What the lines are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The file of the law: with codes, and one document an entry (the administration's test program reports a number that covers
    /// several). Of what is carried, each line has the document that it is about.
    Law,
    /// The import of a program that letters by itself: without codes, and with the document that each line is about.
    Import,
}

/// The first line.
pub(super) fn header() -> String {
    COLUMNS.join("\t") + "\r\n"
}

/// The number of an entry that the book has made.
pub(super) fn number(entry: &JournalEntry) -> String {
    format!("{:06}", entry.number)
}

/// Appends the lines of an entry.
///
/// # Errors
/// `E0744` an account that does not begin with three digits, or a field that must not be empty and is.
pub(super) fn push_entry(
    text: &mut String,
    entry: &JournalEntry,
    number: &str,
    made: NaiveDate,
    purpose: Purpose,
) -> Result<(), Error> {
    for line in &entry.lines {
        let account = account(entry, line)?;
        let [debit, credit] = debit_credit(line.minor, entry.currency, &nothing(entry.currency));
        let letter = line.letter.as_ref().filter(|_| purpose == Purpose::Law);
        let of_line = purpose == Purpose::Import || entry.kind == EntryKind::Carried;
        let document = if of_line { &line.document } else { &entry.document };
        let auxiliary = field(&line.auxiliary);
        let fields = [
            filled(entry, "JournalCode", field(&entry.journal))?,
            text_of(&[&entry.journal_name, &entry.journal]),
            number.to_string(),
            entry.date.format(DAY).to_string(),
            account.clone(),
            text_of(&[&line.account_name, &account]),
            auxiliary.clone(),
            if auxiliary.is_empty() { auxiliary } else { text_of(&[&line.auxiliary_name, &line.auxiliary]) },
            text_of(&[document, &entry.document, &entry.key]),
            entry.document_date.format(DAY).to_string(),
            text_of(&[&line.label, &entry.label, &line.account_name, number]),
            debit.replace('.', ","),
            credit.replace('.', ","),
            letter.map(|l| field(&l.code)).unwrap_or_default(),
            letter.map(|l| l.day.format(DAY).to_string()).unwrap_or_default(),
            made.format(DAY).to_string(),
            String::new(),
            String::new(),
        ];
        text.push_str(&fields.join("\t"));
        text.push_str("\r\n");
    }
    Ok(())
}

/// Zero, as the side of a line that has nothing: both columns must be filled.
fn nothing(currency: Currency) -> String {
    decimal(0, currency)
}

/// A text of a field: on one line, without the separators of the format, and no formula for the spreadsheet that opens it.
fn field(text: &str) -> String {
    inert(one_line(text).replace('|', "/"))
}

fn text_of(texts: &[&str]) -> String {
    field(&first_of(texts))
}

fn filled(entry: &JournalEntry, column: &str, text: String) -> Result<String, Error> {
    if !text.is_empty() {
        return Ok(text);
    }
    let message = format!("entry {} has nothing for the column {column}, which must be filled", entry.key);
    Err(Error::new(ErrorKind::Input, "E0744", message).help("[post] in lettrage.toml names accounts and journals"))
}

/// The account of a line: its first three characters are digits of the chart.
fn account(entry: &JournalEntry, line: &JournalLine) -> Result<String, Error> {
    let account = field(&line.account);
    let digits = account.bytes().take_while(u8::is_ascii_digit).count();
    if digits >= CHART_DIGITS {
        return Ok(account);
    }
    let message = format!(
        "account \"{account}\" of entry {} is none of the French chart: it begins with no three digits",
        entry.key
    );
    Err(Error::new(ErrorKind::Input, "E0744", message)
        .help("LPF art. A47 A-1 wants the numbers of the chart (PCG): set the account under [post], or in the rule that gave it"))
}

/// The nine digits that name the file.
fn siren(posting: &Posting, policy: &PostPolicy) -> Result<String, Error> {
    let given = if posting.siren.trim().is_empty() { &*policy.siren } else { &*posting.siren };
    let digits: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let wrong = if digits.is_empty() {
        "the SIREN of the company is not known".to_string()
    } else if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        format!("\"{}\" is no SIREN: it has nine digits", one_line(given))
    } else if !luhn(digits.as_bytes()) {
        format!("\"{digits}\" is no SIREN: its check digit is wrong")
    } else {
        return Ok(digits);
    };
    Err(Error::new(ErrorKind::Input, "E0741", format!("a FEC is named by the company's number, and {wrong}"))
        .help("set  siren = \"732829320\"  (nine digits, of your company) under [post] in lettrage.toml"))
}

fn no_number_twice(made: &[&JournalEntry]) -> Result<(), Error> {
    match made.windows(2).find(|pair| pair[0].number == pair[1].number) {
        None => Ok(()),
        Some(pair) => {
            let message =
                format!("entries {} and {} have the same number {}", pair[0].key, pair[1].key, pair[0].number);
            Err(Error::new(ErrorKind::CheckFailed, "E0740", message)
                .help("nothing was written; this is a fault of lettrage"))
        }
    }
}

/// Lines with the same code in upper case add up to zero within their account.
fn lettering_adds_up(posting: &Posting) -> Result<(), Error> {
    let mut sums: BTreeMap<(&str, &str, &str), i128> = BTreeMap::new();
    for line in posting.entries.iter().flat_map(|entry| &entry.lines) {
        if let Some(letter) = &line.letter {
            *sums.entry((&line.account, &line.auxiliary, &letter.code)).or_default() += i128::from(line.minor);
        }
    }
    let is_whole = |code: &str| !code.bytes().any(|b| b.is_ascii_lowercase());
    match sums.into_iter().find(|((_, _, code), sum)| *sum != 0 && is_whole(code)) {
        None => Ok(()),
        Some(((account, auxiliary, code), sum)) => {
            let left = decimal(sum, posting.currency);
            let message =
                format!("the lines of code {code} on account {account} {auxiliary} do not add up: {left} is left");
            Err(Error::new(ErrorKind::CheckFailed, "E0745", message)
                .help("nothing was written; this is a fault of lettrage"))
        }
    }
}

/// What has to go with the file (LPF art. A47 A-1, last paragraph): in French, for those who will read it.
fn description(
    posting: &Posting,
    siren: &str,
    name: &str,
    carried: &[&JournalEntry],
    made: &[&JournalEntry],
) -> String {
    let mut text = String::new();
    let mut say = |line: &str| {
        text.push_str(line);
        text.push_str("\r\n");
    };
    let journals: BTreeSet<(&str, &str)> =
        carried.iter().chain(made).map(|entry| (&*entry.journal, &*entry.journal_name)).collect();
    let lines = |entries: &[&JournalEntry]| entries.iter().map(|entry| entry.lines.len()).sum::<usize>();
    let total: i128 = carried.iter().chain(made).flat_map(|e| &e.lines).map(|l| i128::from(l.minor.max(0))).sum();
    let total = decimal(total, posting.currency).replace('.', ",");
    say(&format!("Description du fichier {name}"));
    say("");
    say(&format!("Société         : {}", one_line(&posting.company)));
    say(&format!("SIREN           : {siren}"));
    say(&format!("Période         : du {} au {}", posting.from.format("%d/%m/%Y"), posting.to.format("%d/%m/%Y")));
    say(&format!("Monnaie         : {} ; les autres monnaies n'y sont pas", posting.currency));
    say("Forme           : fichier à plat, article A. 47 A-1 du LPF, 18 colonnes, une ligne d'en-tête");
    say("Jeu de caractères : UTF-8 sans marque d'ordre ; zones séparées par une tabulation ; fin de ligne CR LF");
    say("Dates           : AAAAMMJJ ; montants : virgule décimale, sans séparateur de milliers");
    say(&format!("Écritures       : {} reprises ({} lignes)", carried.len(), lines(carried)));
    say(&format!("                  {} de la période ({} lignes)", made.len(), lines(made)));
    say(&format!("Total           : {total} au débit, {total} au crédit"));
    say("");
    say("Journaux");
    for (code, label) in journals {
        say(&format!("  {} {}", one_line(code), one_line(label)));
    }
    say("");
    for line in EXPLAINED {
        say(line);
    }
    text
}

/// What a reader has to know, and cannot see in the file.
const EXPLAINED: [&str; 13] = [
    "Contenu",
    "  Les écritures établies à partir des relevés bancaires et de leur rapprochement avec les factures. Ce n'est pas la",
    "  comptabilité entière de l'exercice : les ventes, les achats et les autres journaux n'y sont que repris.",
    "  Les écritures reprises viennent d'abord, numérotées à part (AN000001, …) ; elles sont déjà dans la comptabilité et",
    "  ne doivent pas y être importées une seconde fois. Les suivantes portent un numéro continu, dans l'ordre de validation.",
    "  ValidDate est le jour où le fichier a été établi.",
    "Lettrage",
    "  EcritureLet vaut pour un compte de tiers : les lignes d'un même code en majuscules s'annulent ; un code en",
    "  minuscules est un lettrage partiel. DateLet est le jour du lettrage.",
    "Textes",
    "  Une barre verticale est remplacée par « / », une tabulation ou un saut de ligne par un espace. Un texte qu'un tableur",
    "  prendrait pour une formule (premier caractère = + - @) est précédé d'une apostrophe.",
    "  Logiciel : lettrage.",
];
