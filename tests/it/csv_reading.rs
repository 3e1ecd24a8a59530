//! CSV files as companies and banks write them: canonical columns, dialects, mappings.

use lettrage::config::Config;
use lettrage::model::{ItemFile, ItemKind, NoteKind, Position, Statement, StatementFile};
use lettrage::read::{Settings, csv};

fn config(text: &str) -> Config {
    Config::from_toml(text, "lettrage.toml").unwrap()
}

fn statement_with(config: &Config, path: &str, text: &str) -> StatementFile {
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    csv::read_statement(path, text.as_bytes(), &settings).unwrap_or_else(|e| panic!("{e}"))
}

fn statement(text: &str) -> StatementFile {
    statement_with(&Config::default(), "bank.csv", text)
}

fn items(text: &str) -> ItemFile {
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    csv::read_items("items.csv", text.as_bytes(), &settings).unwrap_or_else(|e| panic!("{e}"))
}

fn amounts(statement: &Statement) -> Vec<i64> {
    statement.payments.iter().map(|p| p.amount.minor).collect()
}

fn said(file: &StatementFile, text: &str) -> bool {
    file.file.notes.iter().any(|n| n.text.contains(text))
}

#[test]
fn canonical_payments_need_no_configuration() {
    let file = statement(
        "payment_id,booking_date,value_date,amount,currency,payer_name,payer_iban,remittance,structured_reference,end_to_end_id\n\
         P1,2026-06-17,2026-06-18,1250.00,EUR,\"Dupont, SARL\",FR7630006000011234567890189,\"2026-0412 \"\"solde\"\"\",RF18539007547034|QRR2,E2E-1\n\
         P2,2026-06-17,,-12.5,EUR,,,Frais,,NOTPROVIDED\n\
         P3,2026-06-18,,0.00,USD,Acme,,zero,,\n",
    );
    assert_eq!(file.file.records, 3);
    let [eur, usd] = file.statements.as_slice() else { panic!("{} statements", file.statements.len()) };
    assert_eq!((amounts(eur), amounts(usd)), (vec![125_000, -1250], vec![0]));
    let first = &eur.payments[0];
    assert_eq!((&*first.id, &*first.payer_name, &*first.remittance), ("P1", "Dupont, SARL", "2026-0412 \"solde\""));
    assert_eq!(first.structured_references.iter().map(|r| &**r).collect::<Vec<_>>(), ["RF18539007547034", "QRR2"]);
    assert_eq!((first.value_date.unwrap().to_string(), &*first.end_to_end_id), ("2026-06-18".into(), "E2E-1"));
    assert_eq!((first.place.position, &*eur.payments[1].end_to_end_id), (Position::Line(2), ""));
    assert_eq!(eur.booked_minor, 123_750);
}

/// The same three bookings as seven banks would export them.
#[test]
fn one_month_in_seven_dresses_is_the_same_money() {
    let dresses = [
        "\u{feff}Date;Libellé;Débit euros;Crédit euros;\n17/06/2026;VIR DUPONT;;1\u{a0}250,00;\n18/06/2026;FRAIS;12,50;;\n19/06/2026;VIR MARTIN;;980,00;\n",
        "Date de comptabilisation;Libelle simplifie;Debit;Credit\n17/06/2026;VIR DUPONT;;+1250,00\n18/06/2026;FRAIS;-12,50;\n19/06/2026;VIR MARTIN;;+980,00\n",
        "\"Konto\";\"DE02120300000000202051\"\n\n\"Buchungstag\";\"Verwendungszweck\";\"Betrag (EUR)\"\n\"17.06.26\";\"VIR DUPONT\";\"1.250,00\"\n\"18.06.26\";\"FRAIS\";\"-12,50\"\n\"19.06.26\";\"VIR MARTIN\";\"980,00\"\n",
        "Datum;Soll/Haben;Betrag;Verwendungszweck\n17.06.2026;H;1.250,00;VIR DUPONT\n18.06.2026;S;12,50;FRAIS\n19.06.2026;H;980,00;VIR MARTIN\n",
        "\"Datum\",\"Af Bij\",\"Bedrag (EUR)\",\"Mededelingen\"\n\"20260617\",\"Bij\",\"1250,00\",\"VIR DUPONT\"\n\"20260618\",\"Af\",\"12,50\",\"FRAIS\"\n\"20260619\",\"Bij\",\"980,00\",\"VIR MARTIN\"\n",
        "Date\tDescription\tAmount\n06/17/2026\tVIR DUPONT\t\"1,250.00\"\n06/18/2026\tFRAIS\t(12.50)\n06/19/2026\tVIR MARTIN\t980.00\n",
        "Fecha|Concepto|Importe|Saldo\n2026-06-17 10:11:12|VIR DUPONT|1'250.00|2'250.00\n2026-06-18 10:11:12|FRAIS|12.50-|2'237.50\n2026-06-19 10:11:12|VIR MARTIN|980.00|3'217.50\n",
    ];
    for text in dresses {
        for text in [text.to_string(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
            let file = statement(&text);
            let s = &file.statements[0];
            assert_eq!(amounts(s), [125_000, -1250, 98_000], "{text}");
            let days: Vec<String> = s.payments.iter().map(|p| p.booking_date.to_string()).collect();
            assert_eq!(days, ["2026-06-17", "2026-06-18", "2026-06-19"], "{text}");
            assert_eq!(&*s.payments[0].remittance, "VIR DUPONT");
            assert!(said(&file, "delimiter ") && said(&file, "encoding UTF-8") && said(&file, "decimal "), "{text}");
        }
    }
}

#[test]
fn latin_1_is_guessed_and_said() {
    let bytes = b"Date;Libell\xe9;Montant\n17/06/2026;VIR CAF\xc9 DU PORT;12,50\n";
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let file = csv::read_statement("sg.csv", bytes, &settings).unwrap();
    assert_eq!(&*file.statements[0].payments[0].remittance, "VIR CAFÉ DU PORT");
    assert!(said(&file, "encoding windows-1252 (guessed)"));
}

#[test]
fn pending_rows_are_counted_and_no_money() {
    let file = statement(
        "Date;Libellé;Montant;Statut\n17/06/2026;VIR A;12,50;Comptabilisé\n18/06/2026;VIR B;99,00;En attente\n",
    );
    let s = &file.statements[0];
    assert_eq!((s.entries, s.not_booked, s.booked_minor), (2, 1, 1250));
    assert!(said(&file, "1 row not booked, left out (line 3)"));
}

#[test]
fn a_running_balance_gives_opening_and_closing() {
    let file = statement(
        "Date,Description,Amount,Balance\n2026-06-03,C,5.00,115.00\n2026-06-02,B,-20.00,110.00\n2026-06-01,A,30.00,130.00\n",
    );
    let s = &file.statements[0];
    assert_eq!((s.opening.unwrap().amount.minor, s.closing.unwrap().amount.minor), (10_000, 11_500));
    assert_eq!((s.balances_ok(), s.checks[0].holds), (Some(true), Some(true)));
}

#[test]
fn ambiguous_dates_are_said_with_their_number() {
    let file = statement("Date,Description,Amount\n03/04/2026,A,5.00\n25/04/2026,B,-2.00\n");
    assert!(said(&file, "dates day first (DD/MM/YYYY): 1 can only be that, 1 would also read as MM/DD"));
    let file = statement("Date,Description,Amount\n03/04/2026,A,5.00\n02/05/2026,B,-2.00\n");
    assert!(file.file.notes.iter().any(|n| n.kind == NoteKind::Warning && n.text.contains("also read as MM/DD")));
    let file = statement("Date,Description,Amount\n03/04/2026,A,$5.00\n02/05/2026,B,-$2.00\n");
    assert_eq!(file.statements[0].payments[0].booking_date.to_string(), "2026-03-04");
}

#[test]
fn a_payer_called_total_is_not_a_total() {
    let file = statement("Date;Nom;Libellé;Montant\n17/06/2026;TOTAL ENERGIES;Total facture 12;12,50\n");
    assert_eq!(amounts(&file.statements[0]), [1250]);
}

#[test]
fn canonical_invoices_with_everything() {
    let file = items(
        "item_id,number,payment_reference,customer_id,customer_name,customer_iban,issue_date,due_date,amount,open_amount,currency,type,order_number,terms,discount_percent,discount_until,vat\n\
         1,2026-0412,RF18539007547034|000-1,C1,Dupont SARL,FR76A|FR76B,2026-05-01,2026-06-01,120.00,100.00,EUR,invoice,PO-7,30 jours,2.5,2026-05-10,20.00:4.00|10.00:1.20\n\
         2,AV-1,,C1,Dupont SARL,,2026-05-02,,60.00,60.00,EUR,credit_note,,,,,20:10\n\
         3,AV-2,,C1,Dupont SARL,,2026-05-02,,-60.00,-20.00,EUR,credit_note,,,,,\n\
         4,2026-0400,,C2,Martin,,2026-04-01,,3000,0,JPY,invoice,,,,,\n",
    );
    let [a, b, c, d] = file.items.as_slice() else { panic!("{} items", file.items.len()) };
    assert_eq!((a.amount.minor, a.open_minor, a.kind), (12_000, 10_000, ItemKind::Invoice));
    assert_eq!(
        (a.payment_references.len(), a.customer_ibans.len(), &*a.order_number, &*a.terms),
        (2, 2, "PO-7", "30 jours")
    );
    let discount = a.discount.unwrap();
    assert_eq!((discount.percent.to_string(), discount.until.to_string()), ("2.5".into(), "2026-05-10".into()));
    assert_eq!(
        a.vat.iter().map(|v| (v.rate.to_string(), v.tax_minor)).collect::<Vec<_>>(),
        [("20.00".into(), 400), ("10.00".into(), 120)]
    );
    assert_eq!((b.amount.minor, b.open_minor, b.vat[0].tax_minor), (-6000, -6000, -1000));
    assert_eq!((c.amount.minor, c.open_minor, c.kind), (-6000, -2000, ItemKind::CreditNote));
    assert_eq!((d.amount.minor, d.is_settled(), d.place.position), (3000, true, Position::Line(5)));
}

#[test]
fn optional_columns_of_invoices_may_be_absent_and_what_stands_in_is_said() {
    let file = items(
        "N° facture;Client;Échéance;Reste à payer (EUR)\n2026-0412;Dupont SARL;01/06/2026;1 250,00\nAV-3;Dupont SARL;;-50,00\n",
    );
    let (a, b) = (&file.items[0], &file.items[1]);
    assert_eq!((&*a.id, &*a.number, a.amount.minor, a.open_minor), ("2026-0412", "2026-0412", 125_000, 125_000));
    assert_eq!((b.kind, b.open_minor, b.due_date), (ItemKind::CreditNote, -5000, None));
    let notes: Vec<&str> = file.file.notes.iter().map(|n| &*n.text).collect();
    assert!(notes.contains(&"no column amount: what is open is taken for the amount"), "{notes:?}");
    assert!(notes.contains(&"no column type: a negative amount is a credit note"), "{notes:?}");
    assert!(notes.contains(&"currency EUR (from the header of the amounts)"), "{notes:?}");
}

#[test]
fn cells_of_an_invoice_that_are_empty_and_what_stands_in_is_said() {
    let file = items("item_id,number,amount,open_amount\n1,A-1,10.00,\n,A-2,20.00,5.00\n");
    assert_eq!(file.items.iter().map(|i| (&*i.id, i.open_minor)).collect::<Vec<_>>(), [("1", 1000), ("A-2", 500)]);
    for text in ["no open_amount in 1 row: taken as wholly open", "no item_id in 1 row: the number is taken for it"] {
        assert!(file.file.notes.iter().any(|n| &*n.text == text), "{:?}", file.file.notes);
    }
}

#[test]
fn a_short_label_that_the_long_one_repeats_is_not_said_twice() {
    let file = statement(
        "Date;Libellé;Détail de l'écriture;Montant\n\
         17/06/2026;VIR RECU 68;VIR RECU 68 DE: DUPONT;1250,00\n18/06/2026;VIR RECU 6;VIR RECU 68 DE: X;2,00\n",
    );
    let texts: Vec<&str> = file.statements[0].payments.iter().map(|p| &*p.remittance).collect();
    assert_eq!(texts, ["VIR RECU 68 DE: DUPONT", "VIR RECU 6 VIR RECU 68 DE: X"]);
}

#[test]
fn customers_with_lists() {
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let text = "customer_id,name,other_names,ibans,group,pays_for,usual_fee,vat_number\nC1,Dupont SARL,Dupont|Ets Dupont,FR76A,Nord,C2|C3,4.50,FR123\n";
    let file = csv::read_customers("customers.csv", text.as_bytes(), &settings).unwrap();
    let c = &file.customers[0];
    assert_eq!((&*c.id, c.other_names.len(), c.pays_for.len(), &*c.group), ("C1", 2, 2, "Nord"));
    assert_eq!(c.usual_fee.unwrap().to_string(), "4.50");
}

#[test]
fn a_mapping_by_number_reads_a_file_without_header() {
    let config = config(
        "[csv.old]\nfiles = [\"old_*.csv\"]\nheader = false\nskip_lines = 1\ndate = \"MM/DD/YYYY\"\ncurrency = \"USD\"\naccount = \"123\"\n\
         columns = { booking_date = 1, debit = 4, credit = 3, remittance = [2, 5] }\n",
    );
    let text = "Exported today\n03/04/2026,Invoice 7,100.00,,thanks\n03/05/2026,Fee,,2.50,\n";
    let file = statement_with(&config, "in/old_june.csv", text);
    let s = &file.statements[0];
    assert_eq!((amounts(s), &*s.account, s.currency.unwrap().code()), (vec![10_000, -250], "123", "USD"));
    assert_eq!(
        (&*s.payments[0].remittance, s.payments[0].booking_date.to_string()),
        ("Invoice 7 thanks", "2026-03-04".into())
    );
    assert_eq!((&*file.file.version, s.payments[1].place.position), ("old", Position::Line(3)));
}

#[test]
fn a_mapping_without_files_is_for_headers_that_have_its_columns() {
    let config = config(
        "[csv.shop]\ncurrency = \"CHF\"\nnegate = true\ncolumns = { booking_date = \"Wann\", amount = \"Wieviel\" }\n",
    );
    let file =
        statement_with(&config, "x.csv", "Wann;Wieviel;Text\n01.06.2026;-12,50;Rechnung 7\n02.06.2026;3,00;Storno\n");
    assert_eq!((amounts(&file.statements[0]), &*file.file.version), (vec![1250, -300], "shop"));
    let other = statement_with(&config, "y.csv", "Datum;Betrag\n01.06.2026;-12,50\n");
    assert_eq!((amounts(&other.statements[0]), &*other.file.version), (vec![-1250], ""));
}

#[test]
fn words_of_a_mapping_decide_direction_and_state() {
    let config = config(
        "[csv.bank]\nfiles = [\"*\"]\nsign_column = \"Kind\"\ndebit_words = [\"weg\"]\nstatus_column = \"Done\"\nbooked_words = [\"y\"]\n",
    );
    let text = "Date,Amount,Kind,Done\n2026-06-01,12.50,weg,y\n2026-06-02,7.00,her,y\n2026-06-03,1.00,her,n\n";
    let file = statement_with(&config, "x.csv", text);
    assert_eq!((amounts(&file.statements[0]), file.statements[0].not_booked), (vec![-1250, 700], 1));
}

#[test]
fn rounding_is_allowed_by_a_mapping_only_counted_and_said() {
    let text = "Date,Amount,Description\n2026-06-01,19.989999999999998,A\n2026-06-02,0.30000000000000004,B\n2026-06-03,5.00,C\n";
    let file = statement_with(&config("[csv.float]\nfiles = [\"*\"]\nrepair_float = true\n"), "x.csv", text);
    assert_eq!(amounts(&file.statements[0]), [1999, 30, 500]);
    assert!(said(&file, "2 amounts rounded, as the mapping allows"));
}

#[test]
fn csv_is_recognised_by_its_content() {
    assert!(csv::looks_like_csv(b"a;b;c\n1;2;3\n"));
    assert!(csv::looks_like_csv(b"\xef\xbb\xbfDate,Amount\n"));
    assert!(csv::looks_like_csv(b"booking_date,amount\n2026-06-01,12.00\n"), "a quiet month");
    for other in [
        &b"<?xml version=\"1.0\"?><a b=\"1,2\"/>"[..],
        b"{\"a\": 1, \"b\": 2}",
        b"PK\x03\x04\0\0,,",
        b"plain words\nand more\n",
        b"",
    ] {
        assert!(!csv::looks_like_csv(other), "{}", String::from_utf8_lossy(other));
    }
}

proptest::proptest! {
    /// Whatever a file holds, reading it ends in records or in errors that can be shown.
    #[test]
    fn no_text_makes_a_reader_panic(
        head in proptest::sample::select(vec![
            "payment_id,booking_date,amount,currency,remittance\n",
            "Date;Libellé;Débit;Crédit;Solde\n",
            "item_id;number;amount;open_amount;type;vat;discount_percent;discount_until\n",
            "customer_id,name,ibans,usual_fee\n",
            "",
        ]),
        rows in proptest::collection::vec(
            proptest::collection::vec(
                "(-?[0-9]{0,3}[.,]?[0-9]{0,3} ?€?|2026-0[0-9]-[0-3][0-9]|[0-3][0-9]/[01][0-9]/26|\"[a-zé\"\n ]{0,4}\"?|[DC]|EUR|\\PC{0,6})",
                0..7,
            ),
            0..6,
        ),
        delimiter in proptest::sample::select(vec![";", ",", "\t"]),
    ) {
        let body: Vec<String> = rows.iter().map(|cells| cells.join(delimiter)).collect();
        let text = format!("{head}{}", body.join("\n"));
        let config = Config::default();
        let settings = Settings { limits: &config.limits, mappings: &config.csv };
        let shown = |e: lettrage::Errors| e.to_string().len();
        let _ = csv::read_statement("a", text.as_bytes(), &settings).map_err(shown);
        let _ = csv::read_items("a", text.as_bytes(), &settings).map_err(shown);
        let _ = csv::read_customers("a", text.as_bytes(), &settings).map_err(shown);
        csv::looks_like_csv(text.as_bytes());
    }
}

/// How long a million canonical rows take. Run by hand: `cargo test --release --test it csv_speed -- --ignored --nocapture`.
#[test]
#[ignore = "measures, asserts nothing about time"]
fn csv_speed() {
    use std::fmt::Write;
    let mut payments = String::from(
        "payment_id,booking_date,value_date,amount,currency,payer_name,payer_iban,remittance,structured_reference,end_to_end_id\n",
    );
    for n in 0..1_000_000 {
        let (day, cents) = (n % 28 + 1, n % 100);
        writeln!(payments, "P{n},2026-06-{day:02},2026-06-{day:02},{n}.{cents:02},EUR,Customer {n} SARL,FR76300060000112345{n:08},Invoice 2026-{n:07} thanks,,E2E-{n}").unwrap();
    }
    let mut invoices = String::from(
        "item_id,number,payment_reference,customer_id,customer_name,customer_iban,issue_date,due_date,amount,open_amount,currency,type\n",
    );
    for n in 0..1_300_000 {
        let (day, cents) = (n % 28 + 1, n % 100);
        writeln!(invoices, "I{n},2026-{n:07},RF{n:09},C{n},Customer {n} SARL,FR76300060000112345{n:08},2026-05-{day:02},2026-06-{day:02},{n}.{cents:02},{n}.{cents:02},EUR,invoice").unwrap();
    }
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let start = std::time::Instant::now();
    let file = csv::read_statement("payments.csv", payments.as_bytes(), &settings).unwrap();
    let read = start.elapsed();
    let list = csv::read_items("invoices.csv", invoices.as_bytes(), &settings).unwrap();
    println!(
        "{} payments ({} MB) in {read:?}, {} invoices ({} MB) in {:?}",
        file.file.records,
        payments.len() >> 20,
        list.items.len(),
        invoices.len() >> 20,
        start.elapsed() - read
    );
    assert_eq!((file.file.records, list.items.len()), (1_000_000, 1_300_000));
}

#[test]
fn a_row_that_leaves_its_currency_empty_is_in_that_of_the_others() {
    let (limits, mappings) = (lettrage::config::Limits::default(), Default::default());
    let settings = lettrage::read::Settings { limits: &limits, mappings: &mappings };
    let text = "number,amount,currency\nA-1,100.00,CHF\nA-2,50.00,CHF\nA-3,150.00,\n";
    let file = lettrage::read::items("i.csv", text.as_bytes(), &settings).unwrap().remove(0);
    assert!(file.items.iter().all(|item| item.amount.currency.code() == "CHF"));
    assert!(
        file.file.notes.iter().any(|n| n.text.contains("no currency in 1 row: CHF assumed")),
        "{:?}",
        file.file.notes
    );
    let text =
        "booking_date;amount;currency;remittance\n2026-06-01;10.00;DKK;a\n2026-06-02;20.00;;b\n2026-06-03;5.00;DKK;c\n";
    let file = lettrage::read::statements("s.csv", text.as_bytes(), &settings).unwrap().remove(0);
    assert_eq!((file.statements.len(), file.statements[0].booked_minor), (1, 3500));
}
