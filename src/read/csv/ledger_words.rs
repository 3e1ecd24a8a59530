//! The words of a ledger's rows: balances brought forward, totals, headings of accounts.

use super::columns::fold;

/// What the text of a row says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// A balance brought forward.
    Opening,
    /// A total or a balance of what stands above: no line.
    Total,
    /// Neither.
    Nothing,
}

/// Beginnings of the text of a balance brought forward.
const OPENING: &[&str] = &[
    "solde initial",
    "solde d ouverture",
    "solde anterieur",
    "solde precedent",
    "solde reporte",
    "solde a nouveau",
    "solde au debut",
    "solde de debut",
    "report a nouveau",
    "reports a nouveau",
    "report solde",
    "report du solde",
    "a nouveau",
    "a nouveaux",
    "opening balance",
    "opening entry",
    "balance brought forward",
    "balance b f",
    "brought forward",
    "saldovortrag",
    "eroffnungssaldo",
    "anfangsbestand",
    "anfangssaldo",
    "eb wert",
    "eb werte",
    "saldo inicial",
    "saldo iniziale",
    "beginsaldo",
];

/// Beginnings of the text of a closing balance, which no booking bears.
const CLOSING: &[&str] = &[
    "solde final",
    "solde de cloture",
    "solde de fin",
    "solde en fin",
    "solde a reporter",
    "closing balance",
    "ending balance",
    "balance carried forward",
    "balance c f",
    "carried forward",
    "endsaldo",
    "schlusssaldo",
    "saldo final",
    "saldo finale",
    "eindsaldo",
];

/// First words of a row without a day that sums up others.
const TOTALS: &[&str] = &[
    "total",
    "totaux",
    "totals",
    "sous total",
    "sous totaux",
    "subtotal",
    "grand total",
    "cumul",
    "cumuls",
    "solde",
    "soldes",
    "balance",
    "summe",
    "saldo",
    "totaal",
    "totale",
    "a reporter",
    "report",
    "mouvements",
    "net movement",
];

/// Codes of journals that bring balances forward.
const JOURNALS: [&str; 6] = ["AN", "RAN", "ANO", "ANV", "OUV", "A NOUVEAUX"];

/// What a text says. A dated row is a total only where it names a closing balance.
pub(super) fn says(text: &str, is_dated: bool) -> Says {
    // Folding is dear, and nearly every row is a line.
    const INITIALS: &str = "sraobecgtmnàSRAOBECGTMNÀ";
    if !text.trim_start().starts_with(|c| INITIALS.contains(c)) {
        return Says::Nothing;
    }
    let folded = fold(text);
    let begins =
        |phrase: &&str| folded.strip_prefix(*phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    if OPENING.iter().any(begins) {
        Says::Opening
    } else if CLOSING.iter().any(begins) || (!is_dated && TOTALS.iter().any(begins)) {
        Says::Total
    } else {
        Says::Nothing
    }
}

/// Whether a journal brings balances forward.
pub(super) fn opens(journal: &str) -> bool {
    JOURNALS.iter().any(|code| journal.eq_ignore_ascii_case(code))
}

/// The number at the beginning of a cell such as `512100 - BNP Paribas`, and what follows it.
pub(super) fn account(cell: &str) -> Option<(&str, &str)> {
    let end = cell.find(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–')).unwrap_or(cell.len());
    let (number, rest) = cell.split_at(end);
    let is_number = number.len() >= 3 && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    let is_account = is_number && number.starts_with(|c: char| c.is_ascii_digit());
    is_account.then(|| (number, rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–'))))
}

/// The account that a heading names: `512100 BNP`, `Compte : 512100`, `Account 512100 - BNP`.
pub(super) fn heading(cell: &str) -> Option<(&str, &str)> {
    const NAMES: [&str; 8] =
        ["compte général", "compte general", "compte n°", "n° compte", "compte", "account", "konto", "sachkonto"];
    let start = NAMES.iter().find_map(|name| {
        let head = cell.get(..name.len())?;
        (head.to_lowercase() == **name).then(|| cell[name.len()..].trim_start_matches([' ', ':', '\u{a0}']))
    });
    account(start.unwrap_or(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_say_what_they_are() {
        for (text, dated, expected) in [
            ("Solde initial", true, Says::Opening),
            ("À nouveaux 2026", true, Says::Opening),
            ("Report à nouveau", false, Says::Opening),
            ("Opening Balance", false, Says::Opening),
            ("Total compte 512100", false, Says::Total),
            ("TOTAL ENERGIES FAC 12", true, Says::Nothing),
            ("Solde au 30/06/2026", false, Says::Total),
            ("Solde facture 12", true, Says::Nothing),
            ("Closing balance", true, Says::Total),
            ("Report", false, Says::Total),
            ("Reportage photo", false, Says::Nothing),
            ("VIR DUPONT", true, Says::Nothing),
            ("", false, Says::Nothing),
        ] {
            assert_eq!(says(text, dated), expected, "{text}");
        }
    }

    #[test]
    fn headings_name_an_account() {
        assert_eq!(heading("512100 BNP Paribas"), Some(("512100", "BNP Paribas")));
        assert_eq!(heading("512100 - BNP Paribas"), Some(("512100", "BNP Paribas")));
        assert_eq!(heading("Compte : 512100"), Some(("512100", "")));
        assert_eq!(heading("Compte général 411DUPONT"), Some(("411DUPONT", "")));
        assert_eq!(heading("COMPTE N° 512100 – BNP"), Some(("512100", "BNP")));
        assert_eq!(heading("Grand livre"), None);
        assert_eq!(heading("12"), None);
    }
}
