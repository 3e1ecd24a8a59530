use super::*;
use crate::read::mt940::fields::Fields;
use crate::read::mt940::notes::Notes;
use crate::read::source::Lines;

fn info(text: &str) -> Info {
    let text = format!(":86:{text}");
    let field = Fields::new(&text, Lines::of(&text)).next(&mut Notes::default()).unwrap();
    read(&[field])
}

#[test]
fn german_subfields_are_one_text() {
    let found = info(
        "166?00GUTSCHRIFT?100399?20EREF+EndToEndId TFNR 22 004?21 00001?22\nSVWZ+Verw CTSc-01 BC-PPP TF?23Nr 22 004?30DRESDEFF508?31DE1450880\n0500194785000?32KARL?33        KAUFMANN?34000",
    );
    assert_eq!((found.code, found.label.as_str()), (Some(166), "GUTSCHRIFT"));
    assert_eq!(
        (found.end_to_end.as_str(), found.remittance.as_str()),
        ("EndToEndId TFNR 22 004 00001", "Verw CTSc-01 BC-PPP TFNr 22 004")
    );
    assert_eq!((found.name.as_str(), found.account.as_str()), ("KARL KAUFMANN", "DE14508800500194785000"));
}

#[test]
fn a_subfield_that_is_not_full_ends_a_word() {
    let found = info("171?00SEPA?20SVWZ+E-MOBILITY ABRECHNUNG?21NR. 28 ZU VERTRAG 9433, KUN?22DENNUMMER 11111");
    assert_eq!(found.remittance, "E-MOBILITY ABRECHNUNG NR. 28 ZU VERTRAG 9433, KUNDENNUMMER 11111");
}

#[test]
fn keywords_may_be_glued_and_cut() {
    let found = info(
        "109?20EREF+A1.200080779.400143254?21.4961336 KREF+SEPA-DA202006?2201221740 MREF+0852HW CRED+?23DE41EON OAMT+11,85SVWZ+Text?24ABWA+Mutter AG?34914",
    );
    assert_eq!((found.end_to_end.as_str(), found.remittance.as_str()), ("A1.200080779.400143254.4961336", "Text"));
    assert_eq!(
        (found.ultimate_originator.as_str(), found.is_return, found.reason.as_str()),
        ("Mutter AG", true, "914")
    );
    let cut = info(
        "835?22EREF+ 1234567890123 PAYPAL?23MREF+ 12AB234CD6E7F CRED+ A?24B12CDE0000000000000000034 S?25VWZ+ SPOTIFY",
    );
    assert_eq!((cut.end_to_end.as_str(), cut.remittance.as_str()), ("1234567890123 PAYPAL", "SPOTIFY"));
    assert_eq!(info("166?20EREF+NOTPROVIDED?21SVWZ+X").end_to_end, "");
}

#[test]
fn an_identifier_ends_with_its_subfield() {
    let found = info("106?20EREF+VZ1?21MREF+000000?22CRED+XX0?23Folgenr. 007");
    assert_eq!((found.end_to_end.as_str(), found.remittance.as_str()), ("VZ1", "Folgenr. 007"));
}

#[test]
fn banks_that_repeat_everything_in_the_purpose() {
    let found = info(
        "166?00UEBERWEISUNG?20SVWZ+Musical Sonja Schulz C\n?21D EREF: ZV1 IBAN: DE8850010517828?225756556 BIC: SAKSDE55 ?31DE88500105178285756556\n?32Schulz",
    );
    assert_eq!((found.remittance.as_str(), found.end_to_end.as_str()), ("Musical Sonja Schulz CD", "ZV1"));
    let name = info("166?20WOHNBAU GMBH?21EREF+NOTPROVIDED?22SVWZ+RG 1?32Wohnbau GmbH");
    assert_eq!(name.remittance, "RG 1");
}

#[test]
fn other_separators_and_none() {
    let plus =
        info("000+20Plata           +30302410000+31RO89RZBR0000060003480121\n+32RUSSMEDIA PRESS SRL+33/\n+23FACT 1");
    assert_eq!(
        (plus.name.as_str(), plus.account.as_str(), plus.remittance.as_str()),
        ("RUSSMEDIA PRESS SRL", "RO89RZBR0000060003480121", "Plata FACT 1")
    );
    let greater = info("000>100133967858\n>20 HUUR>21 KANTOOR - FEB 2010");
    assert_eq!(greater.remittance, "HUUR KANTOOR - FEB 2010");
    let lines = info("229\n?00BONIFICATION\n?20FACTURE 12?30X?32ABC");
    assert_eq!((lines.remittance.as_str(), lines.name.as_str()), ("FACTURE 12", "ABC"));
    for plain in ["911 TRANSAKCJA", "025-20 Comision", "400+x", "1234567"] {
        assert_eq!((info(plain).remittance.as_str(), info(plain).code), (plain, None));
    }
    let old = info("051?20Gehalt?3050060400?31 84756 4700?32MUELLER");
    assert_eq!(old.account, "50060400/847564700");
}

#[test]
fn keywords_between_slashes() {
    let abn = info(
        "/TRTP/SEPA OVERBOEKING/IBAN/FR12345678901234/BIC/GEFRADAM\n/NAME/QASD JGRED/REMI/Factuur 1/2 van mei/EREF/NOTPRO\nVIDED",
    );
    assert_eq!((abn.name.as_str(), abn.account.as_str()), ("QASD JGRED", "FR12345678901234"));
    assert_eq!(
        (abn.remittance.as_str(), abn.end_to_end.as_str(), abn.label.as_str()),
        ("Factuur 1/2 van mei", "", "SEPA OVERBOEKING")
    );
    let ing = info(
        "/RTRN/MS03//EREF/2012//CNTP/NL32INGB0000012345/INGBNL2A/J.Janssen///REMI/USTD//Factuurnr 123456 Klantnr 00123/",
    );
    assert_eq!(
        (ing.name.as_str(), ing.account.as_str(), ing.end_to_end.as_str()),
        ("J.Janssen", "NL32INGB0000012345", "2012")
    );
    assert_eq!(
        (ing.is_return, ing.reason.as_str(), ing.remittance.as_str()),
        (true, "MS03", "Factuurnr 123456 Klantnr 00123")
    );
    let structured = info("/EREF/1//REMI/STRD/CUR/9001123412341234/");
    assert_eq!(
        (&*structured.structured, structured.remittance.as_str()),
        (&[Box::<str>::from("9001123412341234")][..], "")
    );
    let rabo = info("/ORDP//NAME/R. SMITH/ADDR/Green market 74/REMI//ISDT/2014-01-02");
    assert_eq!((rabo.name.as_str(), rabo.remittance.as_str()), ("R. SMITH", ""));
    let ultimate = info("/BENM//NAME/A/ULTD//NAME/B/REMI/c");
    assert_eq!((ultimate.name.as_str(), ultimate.ultimate_originator.as_str()), ("A", "B"));
    assert_eq!(info("/PT/FT/PY/SOMETHING").remittance, "/PT/FT/PY/SOMETHING");
}

#[test]
fn plain_lines_join_where_they_were_cut() {
    let full = format!("{:x<65}", "MITTEILUNGEN: 1 SONNE");
    assert_eq!(info(&format!("first\n{full}\nNGLAESER\n\nlast")).remittance, format!("first {full}NGLAESER last"));
    let padded = format!("{:65}", "dit is een test");
    assert_eq!(info(&format!(" \n{padded}\n{padded}\ntwee")).remittance, "dit is een test dit is een test twee");
}

#[test]
fn labels_of_two_banks() {
    let mbank = info(
        "911 TRANSAKCJA; Z RACH.: \n56114010810000267002001001; OD: JAN NOWAK  \nUL. NIJAKA 1; TYT.: FAKTURA 12   ; \nTNR: 1.010001",
    );
    assert_eq!((mbank.name.as_str(), mbank.account.as_str()), ("JAN NOWAK UL. NIJAKA 1", "56114010810000267002001001"));
    assert_eq!((mbank.remittance.as_str(), mbank.label.as_str()), ("FAKTURA 12", "911 TRANSAKCJA"));
    let knab = info("FACTUUR 201403110\nREK: NL65INGB0123456789/NAAM: PICQER");
    assert_eq!(
        (knab.name.as_str(), knab.account.as_str(), knab.remittance.as_str()),
        ("PICQER", "NL65INGB0123456789", "FACTUUR 201403110")
    );
}
