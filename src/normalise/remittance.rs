//! Words of a remittance text that say what sort of money it is. Texts are folded.

/// Words of a return, a reject or a refund, in the languages of European banks.
const RETURNS: &[&str] = &[
    "RETURN",
    "RETOUR",
    "RETOURNE",
    "REJET",
    "REJETE",
    "IMPAYE",
    "IMPAYEE",
    "IMPAYES",
    "IMPAYEES",
    "REJETS",
    "RUCKLASTSCHRIFT",
    "RUECKLASTSCHRIFT",
    "RUCKGABE",
    "RUECKGABE",
    "RUCKUBERWEISUNG",
    "RUECKUEBERWEISUNG",
    "STORNO",
    "STORNIERUNG",
    "REVERSAL",
    "REVERSED",
    "CHARGEBACK",
    "REFUND",
    "REMBOURSEMENT",
    "ANNULATION",
    "STORNERING",
    "STORNERA",
    "STORNERING",
    "TERUGBOEKING",
    "DEVOLUCION",
    "DEVUELTO",
    "INSOLUTO",
    "RIMBORSO",
    "UNPAID",
    "REFUSED",
    "RECALL",
];

/// Words of the bank's own bookings.
const CHARGES: &[&str] = &[
    "FRAIS",
    "COMMISSION",
    "COMMISSIONS",
    "AGIOS",
    "COTISATION",
    "GEBUHR",
    "GEBUEHR",
    "GEBUHREN",
    "GEBUEHREN",
    "ENTGELT",
    "KONTOFUHRUNG",
    "FEE",
    "FEES",
    "CHARGES",
    "INTERESTS",
    "INTERETS",
    "ZINSEN",
    "SPESEN",
    "KOSTEN",
    "BANKKOSTEN",
    "COMISION",
    "COMMISSIONE",
];

/// Words of batches that a provider nets: cards, wallets, cheques.
const BATCHES: &[&str] = &[
    "REMISE CB",
    "REMISE CARTE",
    "REM CB",
    "REMISE CHEQUE",
    "REMISE DE CHEQUE",
    "STRIPE",
    "SUMUP",
    "PAYPAL",
    "ADYEN",
    "WORLDLINE",
    "CONCARDIS",
    "ZETTLE",
    "MOLLIE",
    "GOCARDLESS",
    "KARTENUMSATZ",
    "CARD SETTLEMENT",
];

/// Words of money that comes before the invoice.
const PREPAYMENTS: &[&str] = &[
    "ACOMPTE",
    "AVANCE",
    "ARRHES",
    "ANZAHLUNG",
    "VORKASSE",
    "VORAUSZAHLUNG",
    "PREPAYMENT",
    "PRE PAYMENT",
    "ADVANCE",
    "DEPOSIT",
    "DOWN PAYMENT",
    "AANBETALING",
    "VOORSCHOT",
    "ANTICIPO",
    "ACCONTO",
    "PROFORMA",
    "PRO FORMA",
    "DEVIS",
    "QUOTE",
    "ANGEBOT",
];

/// What the words of a text say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// It speaks of a return.
    pub returned: bool,
    /// It speaks of charges or interest.
    pub charge: bool,
    /// It speaks of a netted batch.
    pub batch: bool,
    /// It speaks of money before the invoice.
    pub prepayment: bool,
}

/// Reads the words of a folded text.
pub fn words(folded: &str) -> Words {
    let mut words = Words::default();
    // One pass over the beginnings of words: a hundred searches through every text would cost more than the matching.
    let mut before = b' ';
    for (at, byte) in folded.bytes().enumerate() {
        if byte.is_ascii_alphabetic() && !before.is_ascii_alphanumeric() {
            let rest = &folded[at..];
            words.returned = words.returned || any(rest, RETURNS);
            words.charge = words.charge || any(rest, CHARGES);
            words.batch = words.batch || any(rest, BATCHES);
            words.prepayment = words.prepayment || any(rest, PREPAYMENTS);
        }
        before = byte;
    }
    words
}

/// Whether the text begins with one of the phrases, as whole words.
fn any(rest: &str, phrases: &[&str]) -> bool {
    let ends = |after: &str| !after.starts_with(|c: char| c.is_ascii_alphanumeric());
    phrases.iter().any(|phrase| rest.strip_prefix(phrase).is_some_and(ends))
}

/// Whether a phrase stands in a text, not inside a longer word.
pub fn contains_words(folded: &str, phrase: &str) -> bool {
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    !phrase.is_empty()
        && folded.match_indices(phrase).any(|(at, _)| {
            !inside(folded[..at].chars().next_back()) && !inside(folded[at + phrase.len()..].chars().next())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(words("REJET PRLV 0412").returned);
        assert!(!words("PROJET 0412").returned);
        assert!(words("REMISE CB 27/06").batch);
        assert!(words("FRAIS DE TENUE").charge);
        assert!(!words("FRAISES DU LOT").charge);
        assert!(words("ACOMPTE 30%").prepayment);
    }
}
