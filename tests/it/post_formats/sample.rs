//! A posting made by hand: every role of a line, every kind of entry, a partial lettering, two currencies, and texts that want to be
//! syntax wherever they come to stand.

use chrono::NaiveDate;
use lettrage::model::{
    Currency, EntryKind, ItemKind, JournalEntry, JournalLine, LetterCode, LetteringChange, LineRole, Month, Posting,
};

/// Separators, quotes, a formula, comment marks, brackets with a date, an emoji, umlauts, a mark that turns writing around.
pub(super) const HOSTILE: &str =
    "=cmd|' /C calc'!A0\t\"Müller & Söhne\"\r\n; * two  blanks [2026-01-01] date:2020-01-01, a\\b ##Fin \u{202e}😀 §";

pub(super) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

const CUSTOMERS: [(&str, &str); 4] = [
    ("C1001", "Durand Métallerie SARL"),
    ("C1002", "Brasserie Saint-Éloi"),
    ("c 1003;=", "=HYPERLINK(\"http://x\") ; Garage | Vanhoutte"),
    ("C1004", "Helvetia Apparatebau AG"),
];

fn line(role: LineRole, account: &str, name: &str, minor: i64) -> JournalLine {
    JournalLine {
        role,
        account: account.into(),
        account_name: name.into(),
        auxiliary: "".into(),
        auxiliary_name: "".into(),
        minor,
        label: "".into(),
        document: "".into(),
        item: "".into(),
        item_kind: None,
        due: None,
        letter: None,
    }
}

fn bank(minor: i64) -> JournalLine {
    line(LineRole::Bank, "512100", "Banque BNP", minor)
}

/// A line of a customer's account, about an item.
fn on_item(customer: usize, item: &str, document: &str, minor: i64, code: &str) -> JournalLine {
    let (number, name) = CUSTOMERS[customer];
    let kind = if item.starts_with('A') { ItemKind::CreditNote } else { ItemKind::Invoice };
    JournalLine {
        auxiliary: number.into(),
        auxiliary_name: name.into(),
        document: document.into(),
        item: item.into(),
        item_kind: Some(kind),
        due: Some(day(6, 15)),
        letter: (!code.is_empty()).then(|| LetterCode { code: code.into(), day: day(6, 30) }),
        ..line(LineRole::Receivable, "411000", "Clients", minor)
    }
}

fn entry(number: u64, kind: EntryKind, date: NaiveDate, label: &str, lines: Vec<JournalLine>) -> JournalEntry {
    let (journal, journal_name) = match kind {
        EntryKind::Carried => ("AN", "À-nouveaux"),
        EntryKind::Payment => ("BQ", "Banque"),
        EntryKind::Settlement | EntryKind::Reversal => ("OD", "Opérations diverses"),
    };
    let document: Box<str> = if number == 0 { "AN-2026".into() } else { format!("REF-{number:03}").into() };
    let lines = lines.into_iter().map(|l| {
        let own = if l.document.is_empty() { document.clone() } else { l.document.clone() };
        JournalLine { label: label.into(), document: own, ..l }
    });
    JournalEntry {
        key: format!("demo-{number:04}").into(),
        kind,
        journal: journal.into(),
        journal_name: journal_name.into(),
        number,
        date,
        document: document.clone(),
        document_date: date,
        label: label.into(),
        currency: Currency::EUR,
        payment: if kind == EntryKind::Payment { format!("P-{number:02}").into() } else { "".into() },
        reverses: "".into(),
        lines: lines.collect(),
    }
}

fn carried() -> JournalEntry {
    let lines = vec![
        bank(1_000_000),
        on_item(0, "F0401", "2026-0401", 120_000, "AAA"),
        on_item(0, "F0402", "2026-0402", 50_000, "aab"),
        on_item(1, "F0403", "2026-0403", 10_000, "AAA"),
        on_item(1, "F0404", "2026-0404", 8_000, "AAB"),
        on_item(1, "A0011", "A2026-011", -8_000, "AAC"),
        on_item(2, "F;0405", "F|2026;0405", 20_000, "AAA"),
        on_item(0, "F0406", "2026-0406", 30_000, ""),
        line(LineRole::Opening, "890000", "Bilan d'ouverture", -1_230_000),
    ];
    entry(0, EntryKind::Carried, day(6, 1), "Report au 01/06/2026", lines)
}

fn payments() -> Vec<JournalEntry> {
    use EntryKind::Payment;
    let mut hostile = entry(
        4,
        Payment,
        day(6, 12),
        HOSTILE,
        vec![
            line(LineRole::Collection, "511200", "Chèques à encaisser", 39_000),
            line(LineRole::Fee, "627000", "Services bancaires", 1_000),
            on_item(2, "F;0405", "F|2026;0405", -20_000, "AAA"),
            JournalLine {
                auxiliary: CUSTOMERS[1].0.into(),
                auxiliary_name: CUSTOMERS[1].1.into(),
                ..line(LineRole::OnAccount, "419100", "Clients, avances", -12_500)
            },
            line(LineRole::Suspense, "471000", "Compte d'attente", -7_500),
        ],
    );
    hostile.document = "+33;1\t|\"a\" EndToEnd".into();
    hostile.journal_name = "Banque | remises".into();
    let discount = vec![
        bank(117_600),
        line(LineRole::Discount, "665000", "Escomptes accordés", 2_000),
        line(LineRole::Vat, "445710", "TVA collectée", 400),
        on_item(0, "F0401", "2026-0401", -120_000, "AAA"),
    ];
    let exchange = vec![
        bank(9_500),
        line(LineRole::WriteOff, "658000", "Charges diverses", 40),
        line(LineRole::Exchange, "656000", "Pertes de change", 460),
        on_item(1, "F0403", "2026-0403", -10_000, "AAA"),
    ];
    let francs =
        vec![line(LineRole::Bank, "512300", "Banque CHF", 104_252), on_item(3, "F0449", "2026-0449", -104_252, "AAA")];
    let mut francs = entry(5, Payment, day(6, 23), "HELVETIA RECHNUNG 2026-0449", francs);
    francs.currency = Currency::CHF;
    vec![
        entry(1, Payment, day(6, 2), "VIR DURAND FACT 2026-0401", discount),
        entry(
            2,
            Payment,
            day(6, 5),
            "VIR DURAND ACOMPTE",
            vec![bank(30_000), on_item(0, "F0402", "2026-0402", -30_000, "aab")],
        ),
        entry(3, Payment, day(6, 8), "VIR SAINT-ÉLOI 2026-0403", exchange),
        hostile,
        francs,
        entry(
            6,
            Payment,
            day(6, 25),
            "INTERETS CREDITEURS",
            vec![bank(1_234), line(LineRole::Outside, "768000", "Autres produits financiers", -1_234)],
        ),
    ]
}

/// The whole posting.
pub(super) fn posting() -> Posting {
    let settled = vec![on_item(1, "F0404", "2026-0404", -8_000, "AAB"), on_item(1, "A0011", "A2026-011", 8_000, "AAC")];
    let taken_back = vec![bank(-30_000), on_item(0, "F0402", "2026-0402", 30_000, "aab")];
    let mut reversal = entry(8, EntryKind::Reversal, day(6, 30), "Annulation VIR DURAND ACOMPTE", taken_back);
    reversal.reverses = "demo-0002".into();
    let mut entries = vec![carried()];
    entries.extend(payments());
    entries.push(entry(7, EntryKind::Settlement, day(6, 30), "Avoir A2026-011 sur 2026-0404", settled));
    entries.push(reversal);
    Posting {
        company: "Ateliers Nörd | SARL".into(),
        siren: "732829320".into(),
        from: day(6, 1),
        to: day(6, 30),
        month: Month::parse("2026-06"),
        made: day(7, 2),
        currency: Currency::EUR,
        lettering: changes(&entries),
        entries,
        held: Vec::new(),
    }
}

/// The posting with euros only, for formats that hold one currency.
pub(super) fn euros() -> Posting {
    let mut posting = posting();
    posting.entries.retain(|entry| entry.currency == Currency::EUR);
    posting.lettering.retain(|change| change.currency == Currency::EUR);
    posting
}

/// Without what is brought forward: what an import is given.
pub(super) fn only_new(mut posting: Posting) -> Posting {
    posting.entries.retain(|entry| entry.kind != EntryKind::Carried);
    posting
}

fn changes(entries: &[JournalEntry]) -> Vec<LetteringChange> {
    let lines = entries.iter().flat_map(|entry| entry.lines.iter().map(move |line| (entry, line)));
    let lettered = lines.filter(|(_, line)| line.letter.is_some());
    let mut changes: Vec<LetteringChange> = lettered
        .map(|(entry, line)| LetteringChange {
            account: line.account.clone(),
            auxiliary: line.auxiliary.clone(),
            document: line.document.clone(),
            item: line.item.clone(),
            key: if entry.kind == EntryKind::Carried { "".into() } else { entry.key.clone() },
            minor: line.minor,
            currency: entry.currency,
            letter: line.letter.clone(),
            before: None,
        })
        .collect();
    // A return has opened this one again: its code is taken off.
    changes.push(LetteringChange {
        document: "2026-0398".into(),
        item: "F0398".into(),
        letter: None,
        before: Some(LetterCode { code: "AAF".into(), day: day(5, 31) }),
        ..changes[0].clone()
    });
    changes
}
