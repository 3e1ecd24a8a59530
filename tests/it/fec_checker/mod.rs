//! The FEC that is written keeps the rules of the official notice, by a checker that shares nothing with the writer.

mod books;
mod rules;

use std::path::Path;

use rules::faults;

fn golden() -> (String, String) {
    let name = "732829320FEC20260630.txt";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/post/fec").join(name);
    (name.into(), std::fs::read_to_string(path).unwrap())
}

/// The golden file has a number less on purpose: the entry in francs is not in it.
fn without_gap(text: &str) -> String {
    let mut text = text
        .replace("\t000006\t", "\t000005\t")
        .replace("\t000007\t", "\t000006\t")
        .replace("\t000008\t", "\t000007\t");
    // Its journal has a second name on purpose, too.
    text = text.replace("BQ\tBanque / remises\t", "BQ\tBanque\t");
    text
}

#[test]
fn the_golden_fec_keeps_every_rule() {
    let (name, text) = golden();
    assert_eq!(faults(&name, without_gap(&text).as_bytes()), Vec::<String>::new());
    let found = faults(&name, text.as_bytes());
    assert_eq!(found.len(), 2, "{found:?}");
}

/// Each fault is planted into a file without any, and has to be found.
#[test]
fn planted_faults_are_found() {
    let (name, text) = golden();
    let text = without_gap(&text);
    let first = "BQ\tBanque\t000001\t20260602\t512100\tBanque BNP\t\t\tREF-001\t20260602\tVIR DURAND FACT 2026-0401\t1176,00\t0,00\t\t\t20260702\t\t\r\n";
    assert!(text.contains(first));
    let line = |with: &str| text.replace(first, with);
    let cell = |from: &str, to: &str| line(&first.replace(from, to));
    let moved = {
        let at = text.find("OD\tOp").unwrap();
        let rows: Vec<&str> = text[at..].split_inclusive("\r\n").collect();
        format!("{}{}{}{}{}", &text[..at], rows[0], rows[2], rows[1], rows[3])
    };
    let (head, body) = text.split_once("\r\n").unwrap();
    let planted: Vec<(&str, String, &str)> = vec![
        ("another order of columns", text.replacen("JournalCode\tJournalLib", "JournalLib\tJournalCode", 1), "header"),
        ("a column less", text.replacen("\tIdevise", "", 1), "header"),
        ("no header", body.to_string(), "header"),
        ("a byte order mark", format!("\u{feff}{text}"), "byte order mark"),
        ("LF alone", text.replace("\r\n", "\n"), "CR LF"),
        ("no end of the last record", text.trim_end().to_string(), "CR LF"),
        ("a separator at the end", line(&first.replace("\r\n", "\t\r\n")), "19 fields"),
        ("a tab in a label", cell("VIR DURAND", "VIR\tDURAND"), "19 fields"),
        ("a bar in a label", cell("VIR DURAND", "VIR | DURAND"), "| in a text"),
        ("a line end in a label", cell("VIR DURAND", "VIR\nDURAND"), "control character"),
        ("an empty record", format!("{head}\r\n\r\n{body}"), "empty record"),
        ("a decimal point", cell("1176,00", "1176.00"), "amounts"),
        ("a separator of thousands", cell("1176,00", "1 176,00"), "amounts"),
        ("a sign", cell("1176,00", "-1176,00"), "amounts"),
        ("an empty credit", cell("1176,00\t0,00", "1176,00\t"), "Credit is empty"),
        ("both sides", cell("1176,00\t0,00", "1177,00\t1,00"), "both debit and credit"),
        ("neither side", cell("1176,00", "0,00"), "neither debit nor credit"),
        ("a cent too much", cell("1176,00", "1176,01"), "does not balance"),
        ("a day that is none", cell("000001\t20260602", "000001\t20260631"), "is no day"),
        ("a day with hyphens", cell("\t20260702", "\t2026-07-02"), "is no day"),
        ("a year out of bounds", cell("REF-001\t20260602", "REF-001\t21010602"), "is no day"),
        ("a day after the closing", text.replace("000001\t20260602", "000001\t20260701"), "after the closing day"),
        ("an account of letters", cell("512100", "BANK"), "CompteNum"),
        ("no name of the account", cell("Banque BNP", ""), "CompteLib is empty"),
        ("no label", cell("VIR DURAND FACT 2026-0401", ""), "EcritureLib is empty"),
        ("no validation", cell("\t20260702", "\t"), "ValidDate is empty"),
        ("validation that goes back", cell("\t20260702", "\t20260703"), "goes back"),
        ("one number, two days", cell("000001\t20260602", "000001\t20260603"), "several journals, days"),
        ("one number, two journals", cell("BQ\tBanque", "OD\tOpérations diverses"), "several journals, days"),
        ("a gap in the numbers", text.replace("\t000007\t", "\t000009\t"), "goes from 6 to 9"),
        ("numbers that go back", text.replace("\t000007\t", "\t000002\t"), "goes from 6 to 2"),
        ("an entry in two parts", moved, "goes on behind another"),
        (
            "what is carried at the end",
            format!("{text}{}", text.lines().nth(1).unwrap().to_string() + "\r\n"),
            "come first",
        ),
        ("a code without a day", text.replacen("\tAAA\t20260630\t", "\tAAA\t\t", 1), "one without the other"),
        ("a code that does not add up", text.replacen("\tAAA\t20260630\t", "\tAAZ\t20260630\t", 1), "does not add up"),
        ("a partial code that adds up", text.replace("\tAAB\t", "\taac\t"), "adds up, and is partial"),
        ("a currency without an amount", cell("20260702\t\t", "20260702\t\tUSD"), "Montantdevise"),
        ("an auxiliary without a name", text.replacen("Durand Métallerie SARL", "", 1), "CompAuxLib"),
    ];
    for (what, text, says) in planted {
        let found = faults(&name, text.as_bytes());
        assert!(found.iter().any(|fault| fault.contains(says)), "{what}: {found:?}");
    }
    for name in [
        "fec.txt",
        "732829321FEC20260630.txt",
        "732829320FEC20260631.txt",
        "732829320FEC202606.txt",
        "é32829320FEC2026063.txt",
    ] {
        assert!(faults(name, text.as_bytes()).iter().any(|fault| fault.starts_with("name")), "{name}");
    }
    let mut latin = text.as_bytes().to_vec();
    latin[200] = 0xe9;
    assert_eq!(faults(&name, &latin), ["not UTF-8"]);
}
