//! Tables of ledger lines: columns, sides, balances brought forward, and what is no line.

use std::collections::BTreeMap;

use super::*;
use crate::config::csv::CsvMapping;
use crate::config::{Config, Limits};
use crate::read::{self, Settings};

fn with(mappings: &BTreeMap<String, CsvMapping>, text: &str) -> Result<LedgerFile, Errors> {
    let limits = Limits::default();
    read::ledger("gl.csv", text.as_bytes(), &Settings { limits: &limits, mappings })
}

fn ledger(text: &str) -> LedgerFile {
    with(&BTreeMap::new(), text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Account, day, cents, whether brought forward.
fn short(file: &LedgerFile) -> Vec<(&str, String, i64, bool)> {
    file.lines.iter().map(|l| (&*l.account, l.date.to_string(), l.amount.minor, l.opening)).collect()
}

fn says(file: &LedgerFile, text: &str) -> bool {
    file.file.notes.iter().any(|note| note.text.contains(text))
}

#[test]
fn canonical_columns_need_nothing_else() {
    let file = ledger(
        "date,account,account_name,debit,credit,currency,text,reference,entry\n\
         2026-06-02,512100,BNP,1200.00,,EUR,VIR DUPONT,REL-2,BQ/412\n\
         2026-06-05,512100,BNP,,36.41,EUR,FRAIS,REL-5,BQ/418\n",
    );
    assert_eq!(
        short(&file),
        [("512100", "2026-06-02".into(), 120_000, false), ("512100", "2026-06-05".into(), -3641, false)]
    );
    let line = &file.lines[0];
    let texts = [&*line.label, &*line.text, &*line.reference, &*line.entry];
    assert_eq!(texts, ["BNP", "VIR DUPONT", "REL-2", "BQ/412"]);
    assert_eq!((file.file.records, file.file.role, &*file.file.format), (2, InputRole::Ledger, "csv"));
}

#[test]
fn lettering_and_auxiliary_accounts_are_kept() {
    let canonical =
        ledger("date,account,auxiliary,debit,credit,text,lettering\n2026-06-02,411000,C1001,,1200.00,VIR,AAB\n");
    let french = ledger(
        "Date;Compte;Compte auxiliaire;Libellé;Débit;Crédit;Lettrage\n02/06/2026;411000;C1001;VIR;;1200,00;AAB\n",
    );
    for file in [canonical, french] {
        let line = &file.lines[0];
        assert_eq!(
            [&*line.account, &*line.auxiliary, &*line.lettering, &*line.text],
            ["411000", "C1001", "AAB", "VIR"]
        );
    }
}

#[test]
fn one_column_of_amounts_is_signed_or_has_a_side() {
    let signed = ledger("Date;Compte;Montant;Libellé\n02/06/2026;512100;1200,00;A\n05/06/2026;512100;-36,41;B\n");
    let sided =
        ledger("Date;Compte;Montant;Sens;Libellé\n02/06/2026;512100;1200,00;D;A\n05/06/2026;512100;36,41;C;B\n");
    let marked = ledger("Date;Compte;Montant;Libellé\n02/06/2026;512100;1200,00 D;A\n05/06/2026;512100;36,41 C;B\n");
    for file in [signed, sided, marked] {
        let cents: Vec<i64> = file.lines.iter().map(|l| l.amount.minor).collect();
        assert_eq!(cents, [120_000, -3641]);
    }
}

#[test]
fn a_negative_credit_is_a_debit_taken_back_and_empty_sides_are_nothing() {
    let file = ledger(
        "Date;Compte;Débit;Crédit;Libellé\n02/06/2026;512100;0,00;-15,00;Extourne\n05/06/2026;512100;0,00;0,00;Nul\n",
    );
    assert_eq!(file.lines.iter().map(|l| l.amount.minor).collect::<Vec<_>>(), [1500, 0]);
}

#[test]
fn balances_brought_forward_are_marked_and_dated() {
    let file = ledger(
        "Date;Journal;Compte;Libellé;Débit;Crédit;Solde\n\
         ;;512100;Solde initial;48215,37;;\n\
         ;;411000;Report à nouveau;;;250,00 C\n\
         01/01/2026;AN;401000;Fournisseurs;;10,00;\n\
         05/06/2026;BQ;512100;FRAIS;;36,41;\n\
         03/06/2026;BQ;512100;VIR;1,00;;\n\
         04/06/2026;VE;411000;Facture;2,00;;\n",
    );
    let expected = [
        ("512100", "2026-06-03", 4_821_537, true),
        ("411000", "2026-06-04", -25_000, true),
        ("401000", "2026-01-01", -1000, true),
        ("512100", "2026-06-05", -3641, false),
        ("512100", "2026-06-03", 100, false),
        ("411000", "2026-06-04", 200, false),
    ];
    assert_eq!(short(&file), expected.map(|(account, day, minor, opening)| (account, day.to_string(), minor, opening)));
    assert!(
        says(&file, "3 accounts, 2026-06-03 to 2026-06-05; 3 lines bring balances forward"),
        "{:?}",
        file.file.notes
    );
}

#[test]
fn totals_and_remarks_are_passed_over_and_counted() {
    let file = ledger(
        "Date;Compte;Libellé;Débit;Crédit;Solde\n\
         02/06/2026;512100;TOTAL ENERGIES;;80,00;\n\
         Edité le 3 juillet;;;;;\n\
         ;;Total compte 512100;0,00;80,00;\n\
         30/06/2026;512100;Solde final;;80,00;\n\
         ;;Solde initial;;;\n",
    );
    assert_eq!(short(&file), [("512100", "2026-06-02".to_string(), -8000, false)]);
    assert!(says(&file, "3 rows with a balance or total"), "{:?}", file.file.notes);
    assert!(says(&file, "1 row of another shape"), "{:?}", file.file.notes);
}

#[test]
fn a_line_without_a_day_is_no_total_when_it_has_a_document() {
    let rows = "Date;Compte;Libellé;Pièce;Débit;Crédit\n;512100;TOTAL ENERGIES;F-12;;80,00\n";
    let errors = with(&BTreeMap::new(), rows).unwrap_err();
    assert!(errors.iter().all(|e| (e.code(), e.line()) == ("E0105", Some(2))), "{errors}");
}

#[test]
fn the_currency_beside_a_foreign_amount_is_not_the_lines() {
    let file =
        ledger("Date;Compte;Libellé;Débit;Crédit;Montant devise;Devise\n02/06/2026;512100;VIR;1200,00;;1300,00;USD\n");
    assert_eq!(file.lines[0].amount, Money::new(120_000, Currency::EUR));
    let file = ledger("Date;Compte;Libellé;Débit;Crédit;Devise\n02/06/2026;512100;VIR;1200,00;;USD\n");
    assert_eq!(file.lines[0].amount, Money::new(120_000, Currency::USD));
}

#[test]
fn a_page_of_one_account_is_named_by_a_mapping() {
    let text = "Date;Libellé;Débit;Crédit\n02/06/2026;VIR;1200,00;\n";
    let config =
        Config::from_toml("[csv.gl]\nkind = \"ledger\"\nfiles = [\"gl*.csv\"]\naccount = \"512100\"\n", "c.toml")
            .unwrap();
    assert_eq!(short(&with(&config.csv, text).unwrap()), [("512100", "2026-06-02".to_string(), 120_000, false)]);
    let errors = with(&BTreeMap::new(), text).unwrap_err();
    assert!(errors.iter().all(|e| e.code() == "E0531"), "{errors}");
    let named = "[csv.gl]\nkind = \"ledger\"\nfiles = [\"gl*\"]\ncolumns = { date = \"Tag\", account = 2, amount = \"Wert\" }\n";
    let config = Config::from_toml(named, "c.toml").unwrap();
    let file = with(&config.csv, "Tag;K;Wert\n02.06.2026;512100;-1,50\n").unwrap();
    assert_eq!(short(&file), [("512100", "2026-06-02".to_string(), -150, false)]);
}

#[test]
fn a_mapping_may_say_that_a_ledger_is_a_statement() {
    let text = "Date;Journal;Compte;Libellé;Débit;Crédit\n02/06/2026;BQ;512100;VIR DUPONT;1200,00;\n03/06/2026;BQ;512100;FRAIS;;5,00\n";
    let config = Config::from_toml("[csv.own]\nfiles = [\"gl*\"]\nnegate = true\n", "c.toml").unwrap();
    let read = |mappings| {
        let limits = Limits::default();
        read::statements("gl.csv", text.as_bytes(), &Settings { limits: &limits, mappings })
    };
    let files = read(&config.csv).unwrap();
    let cents: Vec<i64> = files[0].statements.iter().flat_map(|s| &s.payments).map(|p| p.amount.minor).collect();
    assert_eq!(cents, [120_000, -500]);
    assert!(read(&BTreeMap::new()).unwrap_err().iter().all(|e| e.code() == "E0012"));
}

#[test]
fn a_table_is_recognised_where_nothing_else_has_its_columns() {
    use crate::read::Kind;
    let kind = |text: &str| read::recognise(text.as_bytes());
    let line = "02/06/2026;BQ;512100;VIR;1200,00;\n03/06/2026;BQ;411000;VIR;;1200,00\n";
    assert_eq!(kind(&format!("Date;Journal;Compte;Libellé;Débit;Crédit\n{line}")), Kind::Ledger);
    // No journal and no entry: a bank writes that too.
    assert_eq!(kind("Date;Compte;Libellé;Débit;Crédit\n02/06/2026;512100;VIR;1200,00;\n"), Kind::Csv);
    // A bank's account number, a list of open items, a statement.
    let account = line.replace("512100", "00031234567").replace("411000", "00031234567");
    assert_eq!(kind(&format!("Date;Journal;Compte;Libellé;Débit;Crédit\n{account}")), Kind::Csv);
    assert_eq!(kind(&format!("Date;Journal;Compte;Echéance;Débit;Crédit\n{line}")), Kind::Csv);
    assert_eq!(kind("Date;Libellé;Débit;Crédit;Solde\n02/06/2026;VIR;1200,00;;1,00\n"), Kind::Csv);
}
