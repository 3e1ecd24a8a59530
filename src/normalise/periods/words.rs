//! The words of dates in French, German, English, Dutch, Spanish and Italian, folded to upper-case ASCII.

/// How much a month's word needs beside it before it is taken for a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing: it is no other word.
    Nothing,
    /// A year, a number or a word of periods before it, or the first or last place of the text.
    Place,
    /// A year, or a word of periods before it: it is an everyday word of some language, too.
    Year,
}

use Needs::{Nothing, Place, Year};

/// A month by its word, and what the word needs.
#[rustfmt::skip]
pub(super) fn month(word: &str) -> Option<(u32, Needs)> {
    Some(match word {
        "JANVIER" | "JANUAR" | "JANUARY" | "JANUARI" | "JANNER" | "JAENNER" | "ENERO" | "GENNAIO" | "JANV" => (1, Nothing),
        "FEVRIER" | "FEBRUAR" | "FEBRUARY" | "FEBRUARI" | "FEBRERO" | "FEBBRAIO" | "FEVR" | "FEBR" => (2, Nothing),
        "MAERZ" | "MARZ" | "MARCH" | "MAART" | "MARZO" | "MRZ" => (3, Nothing),
        "AVRIL" | "APRIL" | "ABRIL" | "APRILE" => (4, Nothing),
        "MAYO" | "MAGGIO" => (5, Nothing),
        "JUIN" | "JUNI" | "JUNE" | "JUNIO" | "GIUGNO" => (6, Nothing),
        "JUILLET" | "JULI" | "JULY" | "JULIO" | "LUGLIO" | "JUIL" => (7, Nothing),
        "AOUT" | "AUGUST" | "AUGUSTUS" | "AGOSTO" => (8, Nothing),
        "SEPTEMBRE" | "SEPTEMBER" | "SEPTIEMBRE" | "SETTEMBRE" | "SEPT" => (9, Nothing),
        "OCTOBRE" | "OKTOBER" | "OCTOBER" | "OCTUBRE" | "OTTOBRE" => (10, Nothing),
        "NOVEMBRE" | "NOVEMBER" | "NOVIEMBRE" => (11, Nothing),
        "DECEMBRE" | "DEZEMBER" | "DECEMBER" | "DICIEMBRE" | "DICEMBRE" => (12, Nothing),
        "JAN" => (1, Place),
        "FEB" | "FEV" => (2, Place),
        "MARS" => (3, Place),
        "APR" | "AVR" => (4, Place),
        "MAI" | "MEI" | "MAY" => (5, Place),
        "JUN" => (6, Place),
        "JUL" => (7, Place),
        "AUG" => (8, Place),
        "SEP" => (9, Place),
        "OKT" | "OCT" => (10, Place),
        "NOV" => (11, Place),
        "DEZ" | "DEC" | "DIC" => (12, Place),
        "ENE" | "GEN" => (1, Year),
        "MAR" | "MRT" => (3, Year),
        "ABR" => (4, Year),
        "MAG" => (5, Year),
        "GIU" => (6, Year),
        "LUG" => (7, Year),
        "AGO" | "AOU" => (8, Year),
        "SET" => (9, Year),
        "OTT" => (10, Year),
        _ => return None,
    })
}

/// Words that stand before the date on which a document was issued.
pub(super) fn is_issue(word: &str) -> bool {
    matches!(
        word,
        "VOM"
            | "V"
            | "VON"
            | "DU"
            | "DATED"
            | "DATE"
            | "DD"
            | "DTD"
            | "VAN"
            | "DEL"
            | "DATUM"
            | "DATA"
            | "FECHA"
            | "EMISE"
            | "ISSUED"
            | "EMISSA"
            | "EMITIDA"
    )
}

/// Words that stand before the date on which a document is due.
pub(super) fn is_due(word: &str) -> bool {
    matches!(
        word,
        "ECH"
            | "ECHEANCE"
            | "ECHEANT"
            | "EXIGIBLE"
            | "FALLIG"
            | "FAELLIG"
            | "FALLIGKEIT"
            | "FAELLIGKEIT"
            | "DUE"
            | "VERVALDATUM"
            | "VERVALT"
            | "VERVALDAG"
            | "SCADENZA"
            | "SCAD"
            | "VTO"
            | "VENCIMIENTO"
            | "VENC"
    )
}

/// Words after which a period is named: what is paid by the month, and the month itself.
pub(super) fn is_of_a_period(word: &str) -> bool {
    matches!(
        word,
        "MIETE"
            | "LOYER"
            | "LOYERS"
            | "RENT"
            | "HUUR"
            | "ALQUILER"
            | "AFFITTO"
            | "CANONE"
            | "ABO"
            | "ABONNEMENT"
            | "ABBONAMENTO"
            | "SUBSCRIPTION"
            | "ABONO"
            | "BEITRAG"
            | "COTISATION"
            | "CONTRIBUTIE"
            | "CUOTA"
            | "MONAT"
            | "MOIS"
            | "MONTH"
            | "MAAND"
            | "MES"
            | "MESE"
            | "PERIODE"
            | "PERIOD"
            | "FACTURE"
            | "FACTURES"
            | "FACT"
            | "RECHNUNG"
            | "RECHNUNGEN"
            | "FACTUUR"
            | "FACTUREN"
            | "FATTURA"
            | "FATTURE"
            | "FACTURA"
            | "FACTURAS"
            | "INVOICE"
            | "INVOICES"
            | "FUR"
            | "FUER"
            | "POUR"
            | "VOOR"
            | "FOR"
    )
}

/// Words before telephone numbers.
pub(super) fn is_telephone(word: &str) -> bool {
    matches!(
        word,
        "TEL"
            | "TELEFON"
            | "TELEPHONE"
            | "TELEFONO"
            | "TELEFOON"
            | "PHONE"
            | "FAX"
            | "MOBIL"
            | "MOBILE"
            | "HANDY"
            | "GSM"
            | "PORTABLE"
            | "CELL"
    )
}

/// Words behind amounts.
pub(super) fn is_currency(word: &str) -> bool {
    matches!(word, "EUR" | "EURO" | "EUROS" | "CHF" | "GBP" | "USD" | "FR" | "SFR")
}

/// Words before the number of a week.
pub(super) fn is_week(word: &str) -> bool {
    matches!(word, "KW" | "KALENDERWOCHE" | "WOCHE" | "WEEK" | "WK" | "SEMAINE" | "SEM" | "SETTIMANA" | "SEMANA")
}

/// Words of a quarter that stand beside its number.
pub(super) fn is_quarter(word: &str) -> bool {
    matches!(word, "QUARTAL" | "TRIMESTRE" | "TRIM" | "QUARTER" | "KWARTAAL" | "QTR")
}

/// What is written behind the number of a day or a quarter.
pub(super) fn is_ordinal(word: &str) -> bool {
    matches!(word, "ER" | "E" | "EME" | "O" | "A" | "ST" | "ND" | "RD" | "TH")
}

/// Words between two months of which each is meant.
pub(super) fn is_and(word: &str) -> bool {
    matches!(word, "ET" | "UND" | "AND" | "EN" | "Y" | "E")
}

/// Words between the first and the last of several months.
pub(super) fn is_to(word: &str) -> bool {
    matches!(word, "BIS" | "A" | "AU" | "TO" | "TOT" | "AL")
}
