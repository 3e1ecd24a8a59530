//! Exports as real banks lay them out, one sample a bank: headers and peculiarities are documented, the bookings are made up.
//!
//! Most have the same three bookings: 1250.00 from Dupont for 2026-0412 on 17 June, 12.50 of fees on the 18th, 980.00 from Martin on the
//! 19th, from 1000.00 to 3217.50.

use std::path::Path;

use lettrage::config::Config;
use lettrage::model::{NoteKind, Payment, Statement, StatementFile};
use lettrage::read::{Settings, csv};

const BOOKED: &[(&str, i64)] = &[("06-17", 125_000), ("06-18", -1250), ("06-19", 98_000)];

/// What a sample holds. Amounts in minor units, days of 2026.
#[derive(Clone, Copy)]
struct Sample {
    file: &'static str,
    /// The preset, where detection alone would not do.
    preset: &'static str,
    account: &'static str,
    currency: &'static str,
    booked: &'static [(&'static str, i64)],
    not_booked: u32,
    /// Opening and closing balance.
    ends: (Option<i64>, Option<i64>),
    /// What the balance check says.
    holds: Option<bool>,
    /// Name of the other side of the booking of 17 June.
    payer: &'static str,
}

const SAMPLE: Sample = Sample {
    file: "",
    preset: "",
    account: "",
    currency: "EUR",
    booked: BOOKED,
    not_booked: 0,
    ends: (None, None),
    holds: None,
    payer: "",
};
const BALANCED: Sample = Sample { ends: (Some(100_000), Some(321_750)), holds: Some(true), ..SAMPLE };
const CLOSED: Sample = Sample { ends: (None, Some(321_750)), ..SAMPLE };

const IBAN_FR: &str = "FR7630006000011234567890189";
const IBAN_DE: &str = "DE02120300000000202051";
const IBAN_BE: &str = "BE68539007547034";
const IBAN_CH: &str = "CH9300762011623852957";

#[rustfmt::skip]
const SAMPLES: &[Sample] = &[
    Sample { file: "bnp-paribas.csv", ..SAMPLE },
    Sample { file: "societe-generale.csv", account: "0012345678901", booked: &[("06-17", 125_000), ("06-18", -1250), ("06-19", 298_000)], ..SAMPLE },
    Sample { file: "societe-generale-epargne.csv", account: "0012345678902", booked: &[("06-17", 125_000), ("06-18", -20_000)], ..SAMPLE },
    Sample { file: "banque-populaire.csv", preset: "banque-populaire", booked: &[("06-17", 125_000), ("06-18", -5000), ("06-19", 1230)], ..SAMPLE },
    Sample { file: "credit-mutuel.csv", ..BALANCED },
    Sample { file: "cic-montant.csv", ..BALANCED },
    Sample { file: "banque-postale.csv", account: "1234567X020", ..CLOSED },
    Sample { file: "banque-postale-tab.tsv", account: "1234567X020", ..CLOSED },
    Sample { file: "boursobank.csv", preset: "boursobank", account: "00040123456", ..SAMPLE },
    Sample { file: "shine.csv", preset: "shine", account: IBAN_FR, payer: "Dupont SARL", ..BALANCED },
    Sample { file: "qonto-en.csv", preset: "qonto", account: "Main account", booked: &[("06-17", 125_000), ("06-18", -1250)], not_booked: 2, payer: "Dupont SARL", ..SAMPLE },
    Sample { file: "qonto-fr.csv", booked: &[("06-17", 125_000), ("06-18", -1250)], not_booked: 1, payer: "Dupont SARL", ends: (Some(100_000), Some(223_750)), ..BALANCED },
    Sample { file: "revolut-business.csv", preset: "revolut-business", account: "EUR Main", booked: &[("06-17", 125_000), ("06-18", -1300), ("06-19", 98_000)], not_booked: 1, ends: (Some(100_000), Some(321_700)), ..BALANCED },
    Sample { file: "sparkasse-csv-camt.csv", account: IBAN_DE, booked: &[("06-17", 125_000), ("06-18", -1250)], not_booked: 1, payer: "Dupont GmbH", ..SAMPLE },
    Sample { file: "sparkasse-csv-mt940.csv", account: IBAN_DE, booked: &[("06-17", 125_000), ("06-18", -1250)], not_booked: 1, payer: "Dupont GmbH", ..SAMPLE },
    Sample { file: "dkb.csv", account: IBAN_DE, not_booked: 1, payer: "Dupont GmbH", ..CLOSED },
    Sample { file: "dkb-alt.csv", account: IBAN_DE, payer: "DUPONT GMBH", ..CLOSED },
    Sample { file: "ing-de.csv", account: IBAN_DE, payer: "Dupont GmbH", ..BALANCED },
    Sample { file: "vr-fiducia.csv", account: "25862911", payer: "Dupont GmbH", ..BALANCED },
    Sample { file: "vr-atruvia.csv", account: IBAN_DE, payer: "Dupont GmbH", ..BALANCED },
    Sample { file: "deutsche-bank.csv", payer: "Dupont GmbH", ..BALANCED },
    Sample { file: "postfinance.csv", account: IBAN_CH, currency: "CHF", ..SAMPLE },
    Sample { file: "postfinance-saldo.csv", account: IBAN_CH, currency: "CHF", ..BALANCED },
    Sample { file: "ubs.csv", account: "CH930023023012345601A", currency: "CHF", ..BALANCED },
    Sample { file: "zkb.csv", currency: "CHF", ..BALANCED },
    Sample { file: "elba.csv", ..SAMPLE },
    Sample { file: "kbc.csv", account: IBAN_BE, payer: "DUPONT NV", ..BALANCED },
    Sample { file: "fortis.csv", account: IBAN_BE, not_booked: 1, payer: "DUPONT NV", ..SAMPLE },
    Sample { file: "danske.csv", preset: "danske", currency: "DKK", not_booked: 1, ..BALANCED },
    Sample { file: "nordea.csv", currency: "DKK", payer: "Dupont ApS", ..BALANCED },
    Sample { file: "nordea-se.csv", currency: "SEK", payer: "Dupont AB", ..BALANCED },
    Sample { file: "dbs-rows.csv", preset: "dbs-rows", currency: "SGD", ..SAMPLE },
];

fn read(name: &str) -> StatementFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/csv/banks").join(name);
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    csv::read_statement(name, &std::fs::read(path).unwrap(), &settings).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Day and amount of each payment, oldest first.
fn booked(statement: &Statement) -> Vec<(String, i64)> {
    let mut out: Vec<_> =
        statement.payments.iter().map(|p| (p.booking_date.format("%m-%d").to_string(), p.amount.minor)).collect();
    out.sort();
    out
}

fn ends(statement: &Statement) -> (Option<i64>, Option<i64>) {
    (statement.opening.map(|b| b.amount.minor), statement.closing.map(|b| b.amount.minor))
}

fn first(statement: &Statement) -> &Payment {
    statement.payments.iter().min_by_key(|p| p.booking_date).unwrap()
}

fn differences(sample: &Sample) -> Vec<String> {
    let file = read(sample.file);
    let mut wrong = Vec::new();
    let mut hold = |what: &str, found: String, expected: String| {
        if found != expected {
            wrong.push(format!("{}: {what} {found}, expected {expected}", sample.file));
        }
    };
    hold("statements", file.statements.len().to_string(), "1".into());
    hold("preset", file.file.version.to_string(), sample.preset.into());
    let statement = &file.statements[0];
    hold("account", statement.account.to_string(), sample.account.into());
    hold("currency", statement.currency.unwrap().to_string(), sample.currency.into());
    let expected: Vec<(String, i64)> = sample.booked.iter().map(|(d, n)| (d.to_string(), *n)).collect();
    hold("bookings", format!("{:?}", booked(statement)), format!("{expected:?}"));
    hold("not booked", statement.not_booked.to_string(), sample.not_booked.to_string());
    hold("balances", format!("{:?}", ends(statement)), format!("{:?}", sample.ends));
    hold("check", format!("{:?}", statement.checks[0].holds), format!("{:?}", sample.holds));
    let payment = first(statement);
    let said = format!("{} {}", payment.remittance, payment.structured_references.join(" "));
    let cited = ["2026-0412", "+++090/9337/55493+++"].iter().any(|r| said.contains(r));
    hold("reference", cited.to_string(), "true".into());
    hold("payer", payment.payer_name.to_string(), sample.payer.into());
    wrong
}

#[test]
fn each_sample_is_read_without_configuration() {
    let wrong: Vec<String> = SAMPLES.iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_sample_has_its_expectation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/csv/banks");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        // Two accounts in one file: a test of its own.
        assert!(name == "credit-agricole.csv" || SAMPLES.iter().any(|s| s.file == name), "{name}");
    }
}

#[test]
fn several_accounts_in_one_file_are_several_statements() {
    let file = read("credit-agricole.csv");
    let [current, savings] = file.statements.as_slice() else { panic!("{} statements", file.statements.len()) };
    assert_eq!((&*current.account, &*savings.account), ("12345678901", "98765432109"));
    assert_eq!(booked(current), BOOKED.iter().map(|(d, n)| (d.to_string(), *n)).collect::<Vec<_>>());
    assert_eq!(booked(savings), [("06-30".to_string(), 10_000)]);
    assert_eq!((ends(current), ends(savings)), ((None, Some(321_750)), (None, Some(510_000))));
    // A label over several physical lines is one text.
    assert_eq!(&*first(current).remittance, "VIREMENT EN VOTRE FAVEUR DUPONT SARL FACTURE 2026-0412");
    assert_eq!(first(current).place.to_owned().position.to_string(), "line 18");
    let month = |s: &Statement| (s.from.unwrap().to_string(), s.to.unwrap().to_string());
    assert_eq!(month(current), ("2026-06-01".into(), "2026-06-30".into()));
    assert_eq!(current.closing.unwrap().date.unwrap().to_string(), "2026-06-30");
    assert!(file.file.notes.iter().any(|n| n.text.contains("2 tables")), "{:?}", file.file.notes);
}

#[test]
fn what_a_bank_says_of_itself_is_no_payers_word() {
    let file = read("banque-populaire.csv");
    let payment = first(&file.statements[0]);
    assert_eq!(
        (&*payment.bank_reference, &*payment.remittance),
        ("A6NKPSX", "DUPONT SARL VIR SEPA DUPONT SARL FACTURE 2026-0412")
    );
    assert_eq!(&*first(&read("shine.csv").statements[0]).payer_iban, "");
    assert_eq!(&*first(&read("qonto-en.csv").statements[0]).payer_iban, "");
    assert_eq!(&*first(&read("sparkasse-csv-camt.csv").statements[0]).end_to_end_id, "E2E-2026-0412");
    let zkb = read("zkb.csv");
    let collective = zkb.statements[0].payments.iter().find(|p| p.amount.minor == -1250).unwrap();
    assert!(collective.remittance.ends_with("R 17"), "{}", collective.remittance);
}

/// The two exports of a Sparkasse are of the same bookings: they must look the same, or importing both could never be noticed.
#[test]
fn two_exports_of_one_bank_are_the_same_bookings() {
    let of = |name| {
        let file = read(name);
        let side = |p: &Payment| (p.booking_date, p.amount, p.payer_name.clone(), p.payer_iban.clone());
        (file.statements[0].account.clone(), file.statements[0].payments.iter().map(side).collect::<Vec<_>>())
    };
    assert_eq!(of("sparkasse-csv-camt.csv"), of("sparkasse-csv-mt940.csv"));
}

#[test]
fn a_users_own_mapping_wins_over_a_preset() {
    let config = Config::from_toml(
        "[csv.mine]\ncolumns = { booking_date = \"Date operation\", debit = \"Debit\", credit = \"Credit\", remittance = \"Libelle simplifie\" }\n",
        "lettrage.toml",
    )
    .unwrap();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats/csv/banks/banque-populaire.csv");
    let file = csv::read_statement("bp.csv", &std::fs::read(path).unwrap(), &settings).unwrap();
    assert_eq!((&*file.file.version, &*first(&file.statements[0]).remittance), ("mine", "DUPONT SARL"));
}

fn statement(text: &str) -> StatementFile {
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    csv::read_statement("bank.csv", text.as_bytes(), &settings).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn stated_balances_that_do_not_add_up_are_reported() {
    let text = "Date;Libellé;Montant\n17/06/2026;VIR A;12,50\n18/06/2026;VIR B;-2,50\nSolde initial;;100,00\nSolde final;;111,00\n";
    let file = statement(text);
    let statement = &file.statements[0];
    assert_eq!((ends(statement), statement.checks[0].holds), ((Some(10_000), Some(11_100)), Some(false)));
    assert!(statement.checks[0].text.contains("difference 1.00 EUR"), "{}", statement.checks[0].text);
}

#[test]
fn a_stated_balance_that_contradicts_the_running_one_is_said() {
    let text = "Date;Libellé;Montant;Solde\n17/06/2026;VIR A;12,50;112,50\n18/06/2026;VIR B;-2,50;110,00\nSolde final;;;111,00\n";
    let file = statement(text);
    assert_eq!(ends(&file.statements[0]), (Some(10_000), Some(11_000)));
    let warned = |text: &str| file.file.notes.iter().any(|n| n.kind == NoteKind::Warning && n.text.contains(text));
    assert!(warned("states a balance of 111.00 as closing"), "{:?}", file.file.notes);
}

#[test]
fn tabs_divide_statements_and_lists_alike() {
    // A comma and a semicolon inside a cell need no quotes where a tab divides.
    let statement = statement(
        "Date\tLibellé\tMontant\n17/06/2026\tVIR DUPONT; 2026-0412, solde\t1 250,00\n18/06/2026\tFRAIS\t-12,50\n",
    );
    assert_eq!(booked(&statement.statements[0]), [("06-17".into(), 125_000), ("06-18".into(), -1250)]);
    assert_eq!(&*first(&statement.statements[0]).remittance, "VIR DUPONT; 2026-0412, solde");
    assert!(statement.file.notes.iter().any(|n| &*n.text == "delimiter tab"));
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let items = "Numéro\tClient\tDate facture\tÉchéance\tMontant TTC\tReste à payer\n2026-0412\tDupont, Durand; Cie\t17/05/2026\t17/06/2026\t1 250,00\t1 250,00\n";
    let items = csv::read_items("items.tsv", items.as_bytes(), &settings).unwrap_or_else(|e| panic!("{e}"));
    let item = &items.items[0];
    assert_eq!((&*item.number, &*item.customer_name, item.open().minor), ("2026-0412", "Dupont, Durand; Cie", 125_000));
    let customers = "customer_id\tname\nC1\tDupont, Durand; Cie\n";
    let customers = csv::read_customers("c.tsv", customers.as_bytes(), &settings).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((&*customers.customers[0].id, &*customers.customers[0].name), ("C1", "Dupont, Durand; Cie"));
}

#[test]
fn a_column_can_be_left_out_by_a_mapping() {
    let config =
        Config::from_toml("[csv.mine]\nfiles = [\"*\"]\ncurrency = \"CHF\"\ncolumns = { currency = [] }\n", "l.toml")
            .unwrap();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let text = "Date;Libellé;Montant;Devise\n17/06/2026;VIR A;12,50;EURO1\n";
    let file = csv::read_statement("bank.csv", text.as_bytes(), &settings).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(file.statements[0].currency.unwrap().code(), "CHF");
}

#[test]
fn two_unsigned_columns_are_told_apart_by_the_balance() {
    let header = "Date,Label,Amount,Amount2,Balance\n";
    let rows = "2026-06-01,a,0.00,33.50,66.50\n2026-06-02,b,1533.50,0.00,1600.00\n";
    assert_eq!(
        booked(&statement(&format!("{header}{rows}")).statements[0]),
        [("06-01".into(), -3350), ("06-02".into(), 153_350)]
    );
}

#[test]
fn columns_without_header_are_told_apart_by_balance_or_by_texts() {
    let balanced = "01.06.2026;a;;10,00;110,00\n02.06.2026;b;25,00;;85,00\n03.06.2026;c;5,00;;80,00\n";
    let file = statement(balanced);
    assert_eq!(booked(&file.statements[0]), [("06-01".into(), 1000), ("06-02".into(), -2500), ("06-03".into(), -500)]);
    let cash = "01.06.2026;Bankomat 1;;10,00\n02.06.2026;Gehalt;25,00;\n03.06.2026;Bankomat 2;;5,00\n";
    let file = statement(cash);
    assert_eq!(booked(&file.statements[0]), [("06-01".into(), -1000), ("06-02".into(), 2500), ("06-03".into(), -500)]);
    assert!(file.file.notes.iter().any(|n| n.kind == NoteKind::Warning && n.text.contains("texts of 2 rows")));
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    for silent in [cash.replace("Bankomat", "Kauf"), cash.replace("Gehalt", "Bankomat 3")] {
        assert!(csv::read_statement("bank.csv", silent.as_bytes(), &settings).is_err(), "{silent}");
    }
}
