//! Workbooks: what is typed in cells is read as it is typed, and what a hostile or damaged one does is an error.

use std::io::{Cursor, Write as _};

use lettrage::Errors;
use lettrage::config::{Config, Limits};
use lettrage::model::{ItemFile, NoteKind, Position, StatementFile};
use lettrage::read::{self, Kind, Settings};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn config(text: &str) -> Config {
    toml::from_str(text).unwrap()
}

fn items_with(config: &Config, bytes: &[u8]) -> Result<ItemFile, Errors> {
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    read::items("open.xlsx", bytes, &settings).map(|mut files| files.remove(0))
}

fn items(bytes: &[u8]) -> ItemFile {
    items_with(&Config::default(), bytes).unwrap_or_else(|e| panic!("{e}"))
}

fn statement(bytes: &[u8]) -> StatementFile {
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    read::statements("bank.xlsx", bytes, &settings).unwrap_or_else(|e| panic!("{e}")).remove(0)
}

fn error(bytes: &[u8]) -> String {
    items_with(&Config::default(), bytes).unwrap_err().to_string()
}

fn book(write: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    write(&mut book);
    book.save_to_buffer().unwrap()
}

fn row(sheet: &mut Worksheet, row: u32, texts: &[&str]) {
    for (column, text) in texts.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
        sheet.write_string(row, column as u16, *text).unwrap();
    }
}

fn day() -> Format {
    Format::new().set_num_format("dd/mm/yyyy")
}

fn date(year: u16, month: u8, day: u8) -> ExcelDateTime {
    ExcelDateTime::from_ymd(year, month, day).unwrap()
}

fn notes(file: &ItemFile) -> Vec<&str> {
    file.file.notes.iter().map(|n| &*n.text).collect()
}

/// A title, an empty row and an empty column, numbers beside texts that are numbers, remarks beside the table, a total below it.
fn balance() -> Vec<u8> {
    book(|book| {
        let cover = book.add_worksheet().set_name("Notes").unwrap();
        cover.set_hidden(true).write_string(0, 0, "ne pas lire").unwrap();
        let sheet = book.add_worksheet().set_name("Balance").unwrap();
        sheet.set_active(true).write_string(0, 1, "Balance âgée au 30/06/2026").unwrap();
        row(
            sheet,
            2,
            &["", "N° facture", "Client", "Date facture", "Échéance", "Montant TTC", "Reste à payer", "Type"],
        );
        row(sheet, 3, &["", "2026-0412", "Dupont \"Frères\" SARL"]);
        sheet.write_datetime_with_format(3, 3, date(2026, 5, 4), &day()).unwrap();
        sheet.write_datetime_with_format(3, 4, date(2026, 6, 3), &day()).unwrap();
        sheet.write_number(3, 5, 1250.5).unwrap();
        sheet.write_number(3, 6, 0.1 + 0.2).unwrap();
        row(sheet, 4, &["", "", "Martin", "17/05/2026", "", "1 234,56", "1 234,56", "Facture", "", "à relancer"]);
        sheet.write_number(4, 1, 20260413.0).unwrap();
        row(sheet, 5, &["", "AV-7", "Martin", "", "", "", "", "Avoir"]);
        sheet.write_number(5, 5, 60.0).unwrap();
        row(sheet, 7, &["", "Total"]);
        sheet.write_number(7, 6, 1294.86).unwrap();
        book.add_worksheet().set_name("Zusatz").unwrap();
    })
}

#[test]
fn cells_are_read_as_they_are_typed() {
    let bytes = balance();
    assert_eq!(read::recognise(&bytes), Kind::Xlsx);
    let file = items(&bytes);
    assert_eq!((&*file.file.format, file.file.records, file.file.bytes), ("xlsx", 3, bytes.len() as u64));
    let [a, b, c] = file.items.as_slice() else { panic!("{:?}", file.items) };
    assert_eq!((&*a.number, &*a.customer_name), ("2026-0412", "Dupont \"Frères\" SARL"));
    assert_eq!((a.amount.minor, a.open_minor), (125_050, 30));
    assert_eq!(
        (a.issue_date.unwrap().to_string(), a.due_date.unwrap().to_string()),
        ("2026-05-04".into(), "2026-06-03".into())
    );
    assert_eq!(a.place.position, Position::Row { sheet: 2, row: 4 });
    assert_eq!(
        (&*b.number, b.amount.minor, b.issue_date.unwrap().to_string()),
        ("20260413", 123_456, "2026-05-17".into())
    );
    assert_eq!((c.amount.minor, c.open_minor), (-6000, -6000));
    let notes = notes(&file);
    let said = "sheet \"Balance\" read, the first that is visible; not read: \"Notes\" (hidden), \"Zusatz\"";
    assert!(notes.contains(&said), "{notes:#?}");
    assert!(notes.contains(&"header in row 3") && notes.contains(&"decimal comma"), "{notes:#?}");
    assert!(notes.contains(&"1 row with a balance or total, no booking, passed over (row 8)"), "{notes:#?}");
    assert!(!notes.iter().any(|n| n.contains("delimiter") || n.contains("encoding")), "{notes:#?}");
}

#[test]
fn a_statement_in_a_workbook() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        row(sheet, 0, &["Date", "Libellé", "Débit", "Crédit", "Solde"]);
        let rows = [
            ("VIR DUPONT\n2026-0412", 0.0, 1250.0, 2250.0),
            ("FRAIS", 12.5, 0.0, 2237.5),
            ("VIR MARTIN", 0.0, 980.0, 3217.5),
        ];
        for (n, (text, debit, credit, balance)) in rows.into_iter().enumerate() {
            let n = n as u32 + 1;
            sheet
                .write_datetime_with_format(
                    n,
                    0,
                    ExcelDateTime::from_ymd(2026, 6, 16 + n as u8).unwrap().and_hms(23, 59, 59).unwrap(),
                    &day(),
                )
                .unwrap();
            sheet.write_string(n, 1, text).unwrap();
            for (column, value) in [(2, debit), (3, credit), (4, balance)] {
                if value != 0.0 {
                    sheet.write_number(n, column, value).unwrap();
                }
            }
        }
    });
    let file = statement(&bytes);
    let s = &file.statements[0];
    assert_eq!(s.payments.iter().map(|p| p.amount.minor).collect::<Vec<_>>(), [125_000, -1250, 98_000]);
    let first = &s.payments[0];
    assert_eq!((first.booking_date.to_string(), &*first.remittance), ("2026-06-17".into(), "VIR DUPONT 2026-0412"));
    assert_eq!(first.place.position, Position::Row { sheet: 1, row: 2 });
    assert_eq!((s.balances_ok(), s.opening.unwrap().amount.minor), (Some(true), 100_000));
    // A statement is no list of invoices: the error says what the sheet has.
    let error = error(&bytes);
    assert!(error.starts_with("error[E0102]") && error.contains("sheet \"Sheet1\""), "{error}");
}

#[test]
fn customers_in_a_workbook() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet().set_name("Kunden").unwrap();
        row(sheet, 0, &["Kundennummer", "Firma", "IBAN"]);
        sheet.write_number_with_format(1, 0, 42, &Format::new().set_num_format("00000")).unwrap();
        row(sheet, 1, &["", "Müller GmbH", "DE02 1203 0000 0000 2020 51"]);
        row(sheet, 2, &["00043", "Schulz AG"]);
    });
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let file = read::customers("kunden.xlsx", &bytes, &settings).unwrap();
    let ids: Vec<&str> = file.customers.iter().map(|c| &*c.id).collect();
    assert_eq!((ids, file.customers[1].place.position), (vec!["00042", "00043"], Position::Row { sheet: 1, row: 3 }));
}

#[test]
fn a_mapping_names_the_sheet_hidden_or_not() {
    let bytes = book(|book| {
        row(book.add_worksheet().set_name("Info").unwrap(), 0, &["nothing", "here"]);
        let sheet = book.add_worksheet().set_name("Offen").unwrap();
        sheet.set_hidden(true);
        row(sheet, 0, &["Nr", "Summe"]);
        row(sheet, 1, &["R-1", "1.234,56"]);
    });
    for files in ["files = [\"*.xlsx\"]", ""] {
        let text = format!(
            "[csv.x]\nkind = \"invoices\"\n{files}\nsheet = \"Offen\"\ncolumns = {{ number = \"Nr\", amount = \"Summe\" }}\n"
        );
        let file = items_with(&config(&text), &bytes).unwrap();
        assert_eq!((file.items[0].amount.minor, &*file.file.version), (123_456, "x"));
        assert!(notes(&file).contains(&"sheet \"Offen\" read; not read: \"Info\""), "{:?}", notes(&file));
    }
    let wrong = config("[csv.x]\nkind = \"invoices\"\nfiles = [\"*\"]\nsheet = \"Ofen\"\n");
    let error = items_with(&wrong, &bytes).unwrap_err().to_string();
    assert!(
        error.contains("[csv.x] names a sheet that the workbook lacks: \"Ofen\"")
            && error.contains("\"Offen\" (hidden)"),
        "{error}"
    );
    // A mapping for a sheet is none for a text without sheets.
    let settings_of = config(
        "[csv.x]\nkind = \"invoices\"\nsheet = \"Offen\"\nnegate = true\ncolumns = { number = \"number\", amount = \"amount\" }\n",
    );
    let settings = Settings { limits: &settings_of.limits, mappings: &settings_of.csv };
    let plain = read::items("a.csv", b"number;amount\nR-1;12,50\n", &settings).unwrap();
    assert_eq!(plain[0].items[0].amount.minor, 1250);
}

#[test]
fn errors_name_sheet_row_column_and_header() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet().set_name("Balance").unwrap();
        row(sheet, 1, &["Number", "Customer", "Due date", "Amount"]);
        row(sheet, 2, &["A-1", "Dupont"]);
        sheet.write_number(2, 3, 12.345).unwrap();
        row(sheet, 3, &["A-2", "Martin", "31/06/2026", "12.50"]);
        row(sheet, 4, &["A-3", "Weber"]);
        sheet.write_number(4, 2, 46190.0).unwrap();
        sheet.write_number(4, 3, 5.0).unwrap();
        row(sheet, 5, &["A-4", "Weber"]);
        sheet.write_formula(5, 3, rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A")).unwrap();
        row(sheet, 6, &["A-5", "Weber", "", "x"]);
        sheet.write_number(6, 8, 1.0).unwrap();
    });
    let error = error(&bytes);
    let expected = "\
error[E0109]: more decimals than EUR has
  --> open.xlsx:3:4   sheet \"Balance\", row 3, column D \"Amount\"
  |
3 | A-1 | Dupont |  | 12.345
  |                   ^^^^^^ 2 decimals are allowed; only zeros may follow them
  |
  = help: amounts are never rounded in silence: correct the row, or allow it with  repair_float = true  in a mapping";
    assert!(error.starts_with(expected), "{error}");
    for part in [
        "row 4, column C \"Due date\"",
        "there is no such date: \"31/06/2026\"",
        "row 5, column C \"Due date\"",
        "a number that is not shown as a date",
        "error[E0383]: a formula has failed in this cell: #N/A",
        "row 6, column D \"Amount\"",
        "not an amount: \"x\"",
    ] {
        assert!(error.contains(part), "{part}\n{error}");
    }
}

#[test]
fn merged_cells_give_their_text_to_their_rows_and_never_an_amount() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        row(sheet, 0, &["Customer", "Number", "Amount", "Open amount"]);
        sheet.merge_range(1, 0, 3, 0, "Dupont SARL", &Format::new()).unwrap();
        sheet.merge_range(1, 3, 3, 3, "12.50", &Format::new()).unwrap();
        for (n, number) in ["A-1", "A-2", "A-3"].iter().enumerate() {
            sheet.write_string(n as u32 + 1, 1, *number).unwrap();
            sheet.write_number(n as u32 + 1, 2, 20.0).unwrap();
        }
        row(sheet, 4, &["Martin", "B-1", "5"]);
    });
    let file = items(&bytes);
    let read: Vec<(&str, i64)> = file.items.iter().map(|i| (&*i.customer_name, i.open_minor)).collect();
    assert_eq!(read, [("Dupont SARL", 1250), ("Dupont SARL", 2000), ("Dupont SARL", 2000), ("Martin", 500)]);
    assert!(
        notes(&file).contains(&"the text of merged cells counts for each of their rows (2 cells)"),
        "{:?}",
        notes(&file)
    );
}

#[test]
fn a_percentage_is_the_one_that_is_seen() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        row(sheet, 0, &["Number", "Amount", "Discount percent", "Discount until"]);
        for (n, format) in ["0%", "0.0\" %\"", "General"].iter().enumerate() {
            let n = n as u32 + 1;
            sheet.write_string(n, 0, format!("A-{n}")).unwrap();
            sheet.write_number(n, 1, 100.0).unwrap();
            let value = if *format == "0%" { 0.02 } else { 2.0 };
            sheet.write_number_with_format(n, 2, value, &Format::new().set_num_format(*format)).unwrap();
            sheet.write_datetime_with_format(n, 3, date(2026, 6, 10), &day()).unwrap();
        }
    });
    for item in items(&bytes).items {
        let discount = item.discount.unwrap();
        assert_eq!(
            (discount.percent.normalize().to_string(), discount.until.to_string()),
            ("2".into(), "2026-06-10".into())
        );
    }
}

/// The parts of a small workbook, which a test may change.
fn parts(sheet: &str) -> Vec<(&'static str, String)> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    vec![
        (
            "_rels/.rels",
            format!(
                "{HEAD}<Relationships xmlns=\"{RELS}\"><Relationship Id=\"r\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><workbookPr date1904=\"1\"/><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "{HEAD}<Relationships xmlns=\"{RELS}\"><Relationship Id=\"r1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "{HEAD}<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!(
                "{HEAD}<sst xmlns=\"{MAIN}\" uniqueCount=\"4\"><si><t>Number</t></si><si><t>Due date</t></si><si><t>Amount</t></si><si><r><t>A</t></r><r><t>-1</t></r></si></sst>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "{HEAD}<worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:C2\"/><sheetData>{sheet}</sheetData></worksheet>"
            ),
        ),
    ]
}

const ROWS: &str = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>\
                    <row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c><c r=\"B2\" s=\"1\"><v>44728.5</v></c><c r=\"C2\"><v>12.50</v></c></row>";

fn pack(parts: &[(&str, String)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The small workbook with one text of one part replaced.
fn changed(part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut parts = parts(ROWS);
    let (_, content) = parts.iter_mut().find(|(name, _)| name.contains(part)).unwrap();
    assert!(content.contains(from), "{part} {from}");
    *content = content.replace(from, to);
    pack(&parts)
}

#[test]
fn days_are_counted_from_1904_where_the_workbook_says_so() {
    let file = items(&pack(&parts(ROWS)));
    let item = &file.items[0];
    assert_eq!(
        (&*item.number, item.amount.minor, item.due_date.unwrap().to_string()),
        ("A-1", 1250, "2026-06-17".into())
    );
    let file = items(&changed("workbook.xml", "date1904=\"1\"", "date1904=\"0\""));
    assert_eq!(file.items[0].due_date.unwrap().to_string(), "2022-06-16");
}

#[test]
fn hostile_workbooks_are_refused() {
    let doctype = "<!DOCTYPE a [<!ENTITY b \"c\">]><sst";
    for (part, from, to, said) in [
        ("sharedStrings", "<sst", doctype, "declares a document type"),
        ("sharedStrings", "uniqueCount=\"4\"", "uniqueCount=\"9000000000000\"", "promises more texts than it has"),
        ("sheet1", "r=\"C2\"", "r=\"ZZZZZZZZZ2\"", "none that a sheet can have"),
        ("sheet1", "<row r=\"2\">", "<row r=\"4000000000\">", "none that a sheet can have"),
        ("sheet1", "A1:C2", "C2:A1", "a range of cells is none"),
        ("sheet1", "r=\"C2\"", "r=\"A2\"", "not in their order"),
        ("sheet1", "<row r=\"2\"><c r=\"A2\"", "<row r=\"1\"><c r=\"A1\"", "not in their order"),
        ("sheet1", "<v>3</v>", "<v>77</v>", "shared strings"),
        ("sheet1", "</sheetData></worksheet>", "", "cut off or damaged"),
        ("workbook.xml.rels", "sheet1.xml", "sheet7.xml", "not found"),
        ("workbook.xml.rels", "Id=\"r1\"", "Id=\"r2\"", "where its sheets are"),
    ] {
        let error = error(&changed(part, from, to));
        assert!(error.starts_with("error[E0381]") && error.contains(said), "{from} {to}: {error}");
    }
}

#[test]
fn caps_hold_for_what_really_unpacks() {
    // Ten megabytes of blanks in a part that nobody asks for.
    let mut bomb = parts(ROWS);
    bomb.push(("xl/media/image1.png", " ".repeat(10 << 20)));
    let bomb = pack(&bomb);
    let limits = |limits: Limits| Config { limits, ..Config::default() };
    let error = |config: &Config, bytes: &[u8]| items_with(config, bytes).unwrap_err().to_string();
    let found = error(&limits(Limits { file_bytes: 5 << 20, ..Limits::default() }), &bomb);
    assert!(found.starts_with("error[E0015]") && found.contains("file_bytes"), "{found}");
    let found = error(&limits(Limits { inflate_ratio: 20, ..Limits::default() }), &bomb);
    assert!(found.starts_with("error[E0015]") && found.contains("inflate_ratio"), "{found}");
    let found = error(&limits(Limits { members: 3, ..Limits::default() }), &bomb);
    assert!(found.starts_with("error[E0015]") && found.contains("members"), "{found}");
    let found = error(
        &limits(Limits { records: 1, ..Limits::default() }),
        &pack(&parts(&format!(
            "{ROWS}{}",
            ROWS.replace("r=\"1\"", "r=\"3\"")
                .replace("r=\"2\"", "r=\"4\"")
                .replace("1\" t", "3\" t")
                .replace("A2", "A4")
                .replace("B2", "B4")
                .replace("C2", "C4")
        ))),
    );
    assert!(found.contains("error[E0124]: more than 1 rows"), "{found}");
    let found = error(
        &limits(Limits { field_bytes: 3, ..Limits::default() }),
        &changed("sharedStrings", "<t>-1</t>", "<t>-12345</t>"),
    );
    assert!(found.contains("error[E0124]: a field longer than 3 bytes"), "{found}");
    // One long text in the file, and a hundred thousand cells that share it.
    let cells: String =
        (3..100_000).map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\" t=\"s\"><v>0</v></c></row>")).collect();
    let mut shared = parts(&format!("{ROWS}{cells}"));
    shared[4].1 = shared[4].1.replace("<t>Number</t>", &format!("<t>{}</t>", "x".repeat(30_000)));
    let found = error(&Config::default(), &pack(&shared));
    assert!(found.starts_with("error[E0015]") && found.contains("share a long text"), "{found}");
}

#[test]
fn what_is_no_workbook_of_today_is_told_apart() {
    let old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on".to_vec();
    assert!(error(&old).contains("old Excel or Word file (save it as XLSX or CSV)"), "{}", error(&old));
    let mut locked = old.clone();
    locked.extend("EncryptedPackage".bytes().flat_map(|b| [b, 0]));
    assert!(error(&locked).contains("protected by a password"), "{}", error(&locked));
    let ods = pack(&[("mimetype", "x".into()), ("content.xml", "<a/>".into())]);
    assert!(error(&ods).contains("save it as CSV or XLSX"), "{}", error(&ods));
    let empty = book(|book| {
        book.add_worksheet();
    });
    assert!(error(&empty).contains("the workbook's sheets are empty"), "{}", error(&empty));
}

#[test]
fn empty_sheets_before_the_list_are_passed_over() {
    let bytes = book(|book| {
        book.add_worksheet();
        let sheet = book.add_worksheet();
        row(sheet, 0, &["Number", "Amount"]);
        row(sheet, 1, &["A-1", "5"]);
    });
    let file = items(&bytes);
    assert_eq!(file.items[0].place.position, Position::Row { sheet: 2, row: 2 });
    assert!(
        notes(&file)[0].contains("the first visible one that is not empty; not read: \"Sheet1\""),
        "{:?}",
        notes(&file)
    );
    assert_eq!(file.file.notes[0].kind, NoteKind::Said);
}

/// Every cut, and many changed bytes: an error or a list, never a panic. The reader of the syntax is not ours.
#[test]
fn damaged_workbooks_end_in_errors() {
    let config = Config::default();
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let read = |bytes: &[u8]| {
        let _ = read::items("a.xlsx", bytes, &settings).map_err(|e| e.to_string());
        let _ = lettrage::read::xlsx::read_statement("a.xlsx", bytes, &settings).map_err(|e| e.to_string());
    };
    let whole = balance();
    for cut in (0..whole.len()).step_by(17) {
        read(&whole[..cut]);
    }
    let mut seed = 20_260_617_u64;
    let mut next = |below: usize| {
        // xorshift64: the same bytes on every machine.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for _ in 0..300 {
        let mut bytes = whole.clone();
        for _ in 0..=next(4) {
            let at = next(bytes.len());
            bytes[at] = next(256) as u8;
        }
        read(&bytes);
    }
    // Inside of the parts, where checksums do not help.
    let fresh = parts(ROWS);
    for _ in 0..1500 {
        let mut changed = fresh.clone();
        for _ in 0..=next(3) {
            let part = next(changed.len());
            let content = &mut changed[part].1;
            let (at, with) =
                (next(content.len()), [">", "<", "\"", "9", "Z", "=", "/", " ", "&", "99999999999"][next(10)]);
            content.replace_range(at..at + 1, with);
        }
        read(&pack(&changed));
    }
}
