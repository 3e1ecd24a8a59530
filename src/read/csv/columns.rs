//! Which column is what: from a header's words, or as a mapping says.

use std::collections::BTreeMap;

use crate::config::csv::{ColumnRef, CsvKind, CsvMapping};
use crate::error::{Error, ErrorKind};
use crate::model::Currency;

use super::words;

/// What a column holds. Payments, invoices, customers and ledger lines share the roles that mean the same: a name, an account, two dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    Id,
    Number,
    PaymentReference,
    CustomerId,
    /// Booking date, or date of issue.
    Booking,
    /// Value date, or due date.
    Value,
    Amount,
    Debit,
    Credit,
    Sign,
    Open,
    Currency,
    Status,
    Balance,
    Account,
    DebtorName,
    CreditorName,
    DebtorIban,
    CreditorIban,
    Name,
    Iban,
    Structured,
    EndToEnd,
    BankReference,
    Text,
    Kind,
    Order,
    Terms,
    DiscountPercent,
    DiscountUntil,
    Vat,
    OtherNames,
    Group,
    PaysFor,
    UsualFee,
    VatNumber,
}

/// The synonyms of a kind of file.
pub(super) fn synonyms(kind: CsvKind) -> &'static [(Role, &'static [&'static str])] {
    match kind {
        CsvKind::Payments => words::PAYMENTS,
        CsvKind::Invoices => words::INVOICES,
        CsvKind::Customers => words::CUSTOMERS,
        CsvKind::Ledger => words::LEDGER,
    }
}

/// The canonical name of a role, as in mappings and in files that need none.
pub(super) fn canonical(kind: CsvKind, role: Role) -> &'static str {
    match (kind, role) {
        (CsvKind::Payments, Role::Id) => "payment_id",
        (CsvKind::Invoices, Role::Id) => "item_id",
        (CsvKind::Ledger, Role::CustomerId) => "auxiliary",
        (CsvKind::Ledger, Role::Group) => "lettering",
        (CsvKind::Customers, Role::Id) | (_, Role::CustomerId) => "customer_id",
        (CsvKind::Ledger, Role::Id) => "entry",
        (CsvKind::Ledger, Role::Booking) => "date",
        (CsvKind::Ledger, Role::Name) => "account_name",
        (CsvKind::Ledger, Role::Number) => "reference",
        (CsvKind::Ledger, Role::Text) => "text",
        (CsvKind::Ledger, Role::Kind) => "journal",
        (CsvKind::Ledger, Role::Open) => "foreign_amount",
        (CsvKind::Payments, Role::Booking) => "booking_date",
        (CsvKind::Payments, Role::Value) => "value_date",
        (_, Role::Booking) => "issue_date",
        (_, Role::Value) => "due_date",
        (CsvKind::Payments, Role::Name) => "payer_name",
        (CsvKind::Invoices, Role::Name) => "customer_name",
        (CsvKind::Customers, Role::Name) => "name",
        (CsvKind::Payments, Role::Iban) => "payer_iban",
        (CsvKind::Invoices, Role::Iban) => "customer_iban",
        (CsvKind::Customers, Role::Iban) => "ibans",
        (CsvKind::Ledger, Role::Iban) => "iban",
        (_, Role::Number) => "number",
        (_, Role::PaymentReference) => "payment_reference",
        (_, Role::Amount) => "amount",
        (_, Role::Debit) => "debit",
        (_, Role::Credit) => "credit",
        (_, Role::Sign) => "sign",
        (_, Role::Open) => "open_amount",
        (_, Role::Currency) => "currency",
        (_, Role::Status) => "status",
        (_, Role::Balance) => "balance",
        (_, Role::Account) => "account",
        (_, Role::DebtorName) => "debtor_name",
        (_, Role::CreditorName) => "creditor_name",
        (_, Role::DebtorIban) => "debtor_iban",
        (_, Role::CreditorIban) => "creditor_iban",
        (_, Role::Structured) => "structured_reference",
        (_, Role::EndToEnd) => "end_to_end_id",
        (_, Role::BankReference) => "bank_reference",
        (_, Role::Text) => "remittance",
        (_, Role::Kind) => "type",
        (_, Role::Order) => "order_number",
        (_, Role::Terms) => "terms",
        (_, Role::DiscountPercent) => "discount_percent",
        (_, Role::DiscountUntil) => "discount_until",
        (_, Role::Vat) => "vat",
        (_, Role::OtherNames) => "other_names",
        (_, Role::Group) => "group",
        (_, Role::PaysFor) => "pays_for",
        (_, Role::UsualFee) => "usual_fee",
        (_, Role::VatNumber) => "vat_number",
    }
}

/// Stands for a letter that was lost before the file came here.
const LOST: char = char::REPLACEMENT_CHARACTER;

/// A text as it is compared with the tables of words: lower case, Latin letters without accents, words parted by one blank. A lost
/// letter stays what it is.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == LOST {
            out.push(c);
        } else if !c.is_alphanumeric() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if c < '\u{250}' {
            out.push_str(&deunicode::deunicode_char(c).unwrap_or("").to_ascii_lowercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out.trim().to_string()
}

/// A header folded, and the currency that it names: `Gutschrift in CHF` is `gutschrift` and CHF.
pub(super) fn key(header: &str) -> (String, Option<Currency>) {
    let mut tokens: Vec<&str> =
        header.split(|c: char| !c.is_alphanumeric() && !"€£$¥\u{fffd}".contains(c)).filter(|t| !t.is_empty()).collect();
    let mut currency = None;
    if let (Some(last), true) = (tokens.last(), tokens.len() > 1) {
        // Lower case is a word, not a code: `Wechselkurs all`.
        currency = words::currency(last)
            .filter(|_| last.len() != 3 || last.bytes().all(|b| b.is_ascii_uppercase()) || !last.is_ascii());
        if currency.is_some() {
            tokens.pop();
            if tokens.len() > 1 && matches!(tokens.last(), Some(&("in" | "en" | "de"))) {
                tokens.pop();
            }
        }
    }
    (fold(&tokens.join(" ")), currency)
}

/// Whether a header's key is a known name; a run of lost letters stands for as many letters, or for fewer: a letter of several bytes may
/// have been lost byte by byte. At least three letters, and most of the name, must be left.
pub(super) fn is_named(key: &str, name: &str) -> bool {
    if !key.contains(LOST) {
        return key == name;
    }
    let left = key.chars().filter(|c| c.is_alphanumeric()).count();
    if left < 3 || left <= key.chars().filter(|c| *c == LOST).count() {
        return false;
    }
    let mut rest = name;
    let mut pieces = key.split(LOST);
    // Lost letters before the piece that comes next.
    let mut lost = 0;
    if let Some(first) = pieces.next() {
        let Some(after) = rest.strip_prefix(first) else { return false };
        rest = after;
    }
    for piece in pieces {
        lost += 1;
        if piece.is_empty() {
            continue;
        }
        let Some(at) = rest.find(piece).filter(|at| (1..=lost).contains(&rest[..*at].chars().count())) else {
            return false;
        };
        (rest, lost) = (&rest[at + piece.len()..], 0);
    }
    if lost == 0 { rest.is_empty() } else { (1..=lost).contains(&rest.chars().count()) }
}

/// The columns of one file, by role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    by_role: BTreeMap<Role, Vec<usize>>,
}

impl Columns {
    /// The column of a role.
    pub fn get(&self, role: Role) -> Option<usize> {
        self.by_role.get(&role).and_then(|c| c.first().copied())
    }

    /// All columns of a role, in the order in which their texts are joined.
    pub fn all(&self, role: Role) -> &[usize] {
        self.by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    pub fn has(&self, role: Role) -> bool {
        self.by_role.contains_key(&role)
    }

    pub fn set(&mut self, role: Role, columns: Vec<usize>) {
        for taken in self.by_role.values_mut() {
            taken.retain(|c| !columns.contains(c));
        }
        self.by_role.insert(role, columns);
        self.by_role.retain(|_, c| !c.is_empty());
    }

    pub fn remove(&mut self, role: Role) {
        self.by_role.remove(&role);
    }

    /// Role and columns, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Role, &[usize])> {
        self.by_role.iter().map(|(role, c)| (*role, c.as_slice()))
    }

    /// How many columns have a role.
    pub fn count(&self) -> usize {
        self.by_role.values().map(Vec::len).sum()
    }

    /// The roles without which a file of this kind cannot be read, as canonical names; empty when all are there.
    pub fn missing(&self, kind: CsvKind) -> Vec<&'static str> {
        let mut out = Vec::new();
        match kind {
            CsvKind::Payments => {
                if !self.has(Role::Booking) && !self.has(Role::Value) {
                    out.push("booking_date");
                }
                if !self.has(Role::Amount) && !self.has(Role::Debit) && !self.has(Role::Credit) {
                    out.push("amount");
                }
            }
            CsvKind::Invoices => {
                if !self.has(Role::Id) && !self.has(Role::Number) {
                    out.push("number");
                }
                if !self.has(Role::Amount) && !self.has(Role::Open) {
                    out.push("amount");
                }
            }
            CsvKind::Ledger => {
                if !self.has(Role::Booking) {
                    out.push("date");
                }
                if !self.has(Role::Amount) && (!self.has(Role::Debit) || !self.has(Role::Credit)) {
                    out.push(if self.has(Role::Debit) {
                        "credit"
                    } else if self.has(Role::Credit) {
                        "debit"
                    } else {
                        "amount"
                    });
                }
            }
            CsvKind::Customers => {
                if !self.has(Role::Id) {
                    out.push("customer_id");
                }
                if self.count() < 2 {
                    out.push("name");
                }
            }
        }
        out
    }
}

/// Finds columns by their headers. `accept` looks at the content where a header alone does not tell (`Type`, `Info`).
pub(super) fn by_header(kind: CsvKind, keys: &[String], accept: impl Fn(Role, usize) -> bool) -> Columns {
    let mut columns = Columns::default();
    let mut taken = vec![false; keys.len()];
    for (role, names) in synonyms(kind) {
        // The earliest name wins; of two columns with the same name, the first.
        let ranked = |k: &String| names.iter().position(|n| is_named(k, n));
        let mut found: Vec<(usize, usize)> = keys
            .iter()
            .enumerate()
            .filter(|(n, _)| !taken[*n])
            .filter_map(|(n, k)| Some((ranked(k)?, n)))
            .filter(|(_, n)| accept(*role, *n))
            .collect();
        if *role == Role::Text {
            found.sort_by_key(|(_, n)| *n);
        } else {
            found.sort_unstable();
            found.truncate(1);
        }
        let found: Vec<usize> = found.into_iter().map(|(_, n)| n).collect();
        found.iter().for_each(|n| taken[*n] = true);
        if !found.is_empty() {
            columns.set(*role, found);
        }
    }
    // A column named just `IBAN` or `Kontonummer` is the other side's where there is another side; where there is none, it is the account's.
    let other_side = [Role::Name, Role::DebtorName, Role::CreditorName].iter().any(|r| columns.has(*r));
    let lone = columns
        .get(Role::Iban)
        .filter(|c| matches!(keys[*c].as_str(), "iban" | "kontonummer") && !other_side && !columns.has(Role::Account));
    if let (CsvKind::Payments, Some(column)) = (kind, lone) {
        columns.set(Role::Account, vec![column]);
    }
    columns
}

/// What a mapping's canonical names and its other column keys stand for.
pub(super) fn mapped<'m>(
    mapping_name: &str,
    mapping: &'m CsvMapping,
) -> Result<Vec<(Role, String, &'m ColumnRef)>, Error> {
    let known: Vec<(Role, &str)> =
        synonyms(mapping.kind).iter().map(|(role, _)| (*role, canonical(mapping.kind, *role))).collect();
    let mut out = Vec::new();
    for (name, column) in &mapping.columns {
        let Some((role, _)) = known.iter().find(|(_, canonical)| canonical == name) else {
            let near = nearest(name, known.iter().map(|(_, n)| *n));
            let error = Error::new(
                ErrorKind::Input,
                "E0115",
                format!("the mapping [csv.{mapping_name}] names the column \"{name}\", which is not a canonical name"),
            );
            let list = known.iter().map(|(_, n)| *n).collect::<Vec<_>>().join(", ");
            return Err(match near {
                Some(near) => error.help(format!("did you mean \"{near}\"?")),
                None => error,
            }
            .help(format!("the names are: {list}")));
        };
        out.push((*role, format!("columns.{name}"), column));
    }
    out.extend(mapping.sign_column.iter().map(|c| (Role::Sign, "sign_column".to_string(), c)));
    out.extend(mapping.status_column.iter().map(|c| (Role::Status, "status_column".to_string(), c)));
    Ok(out)
}

/// Finds a mapping's column among the headers: its indices, or the name that is not there.
pub(super) fn locate(column: &ColumnRef, keys: &[String], names: &[Box<str>]) -> Result<Vec<usize>, String> {
    match column {
        ColumnRef::Number(n) => (*n as usize)
            .checked_sub(1)
            .filter(|n| *n < names.len())
            .map(|n| vec![n])
            .ok_or_else(|| format!("column {n} (the file has {})", names.len())),
        ColumnRef::Name(name) => {
            let wanted = fold(name);
            let exact = names.iter().position(|n| **n == **name);
            let folded = || names.iter().position(|n| fold(n) == wanted);
            let cut = || keys.iter().position(|k| *k == wanted && !k.is_empty());
            exact.or_else(folded).or_else(cut).map(|n| vec![n]).ok_or_else(|| format!("\"{name}\""))
        }
        ColumnRef::Several(list) => {
            let mut out = Vec::new();
            for column in list {
                out.extend(locate(column, keys, names)?);
            }
            Ok(out)
        }
    }
}

/// The nearest of some names, if one is near enough to be meant.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = fold(name);
    names
        .map(|n| (strsim::jaro_winkler(&wanted, &fold(n)), n))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, n)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(header: &[&str]) -> Columns {
        let keys: Vec<String> = header.iter().map(|h| key(h).0).collect();
        by_header(CsvKind::Payments, &keys, |role, _| role != Role::Sign)
    }

    #[test]
    fn a_header_gives_its_currency_away() {
        assert_eq!(key("Betrag (€)"), ("betrag".into(), Some(Currency::EUR)));
        assert_eq!(key("Gutschrift in CHF"), ("gutschrift".into(), Currency::parse("CHF")));
        assert_eq!(key("Montant(EUROS)"), ("montant".into(), Some(Currency::EUR)));
        assert_eq!(key("Montant operation en euro"), ("montant operation".into(), Some(Currency::EUR)));
        assert_eq!(key("Date d'opération"), ("date d operation".into(), None));
        assert_eq!(key("payment_id"), ("payment id".into(), None));
    }

    #[test]
    fn lost_letters_stand_for_any() {
        for (header, name, expected) in [
            ("DATA LAN\u{fffd}AMENTO", "data lancamento", true),
            ("HIST\u{fffd}\u{fffd}RICO", "historico", true),
            ("Libell\u{fffd}", "libelle", true),
            ("\u{fffd}\u{fffd}", "id", false),
            ("D\u{fffd}b", "dab", false),
            ("Libell\u{fffd}", "libelles", false),
            ("Libell\u{fffd}", "libel", false),
            ("D\u{fffd}bit", "debit", true),
            ("D\u{fffd}bit", "debits", false),
        ] {
            assert_eq!(is_named(&key(header).0, name), expected, "{header} {name}");
        }
    }

    #[test]
    fn better_names_win() {
        let columns =
            found(&["Date", "Buchungstag", "Valutadatum", "Verwendungszweck", "Betrag", "Waehrung", "Buchungstext"]);
        assert_eq!(columns.get(Role::Booking), Some(1));
        assert_eq!(columns.get(Role::Value), Some(2));
        assert_eq!(columns.get(Role::Amount), Some(4));
        assert_eq!(columns.all(Role::Text), [3, 6]);
    }

    #[test]
    fn canonical_headers_are_complete() {
        for kind in [CsvKind::Payments, CsvKind::Invoices, CsvKind::Customers, CsvKind::Ledger] {
            let names: Vec<&str> = synonyms(kind).iter().map(|(role, _)| canonical(kind, *role)).collect();
            let keys: Vec<String> = names.iter().map(|n| key(n).0).collect();
            let columns = by_header(kind, &keys, |_, _| true);
            for (n, (role, _)) in synonyms(kind).iter().enumerate() {
                if !matches!(role, Role::Sign) {
                    assert_eq!(columns.get(*role), Some(n), "{}", names[n]);
                }
            }
        }
    }

    #[test]
    fn a_lone_iban_is_the_accounts_when_there_is_no_other_side() {
        assert_eq!(found(&["IBAN", "Datum", "Betrag"]).get(Role::Account), Some(0));
        assert_eq!(found(&["IBAN", "Datum", "Betrag", "Empfänger"]).get(Role::Iban), Some(0));
    }
}
