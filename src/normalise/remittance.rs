//! Words of a remittance text that say what sort of money it is. Texts are folded.

use std::sync::LazyLock;

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

/// What a phrase speaks of.
#[derive(Clone, Copy)]
enum Sense {
    Returned,
    Charge,
    Batch,
    Prepayment,
}

/// The phrases by their first letter.
static PHRASES: LazyLock<[Vec<(&'static str, Sense)>; 26]> = LazyLock::new(|| {
    let mut phrases: [Vec<_>; 26] = Default::default();
    let senses = [
        (RETURNS, Sense::Returned),
        (CHARGES, Sense::Charge),
        (BATCHES, Sense::Batch),
        (PREPAYMENTS, Sense::Prepayment),
    ];
    for (of_sense, sense) in senses {
        for phrase in of_sense {
            phrases[usize::from(phrase.as_bytes()[0] - b'A')].push((*phrase, sense));
        }
    }
    phrases
});

/// Reads the words of a folded text.
pub fn words(folded: &str) -> Words {
    let phrases = &*PHRASES;
    let mut words = Words::default();
    // One pass over the beginnings of words: a hundred searches through every text would cost more than the matching.
    let mut before = b' ';
    for (at, byte) in folded.bytes().enumerate() {
        if byte.is_ascii_uppercase() && !before.is_ascii_alphanumeric() {
            let rest = &folded[at..];
            let here = phrases[usize::from(byte - b'A')].iter().filter(|(phrase, _)| begins(rest, phrase));
            for (_, sense) in here {
                match sense {
                    Sense::Returned => words.returned = true,
                    Sense::Charge => words.charge = true,
                    Sense::Batch => words.batch = true,
                    Sense::Prepayment => words.prepayment = true,
                }
            }
        }
        before = byte;
    }
    words
}

/// Whether a text begins with a phrase, as whole words.
fn begins(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()))
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
