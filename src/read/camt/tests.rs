//! Rules of the reader, each with the smallest statement that shows it.

use std::collections::BTreeMap;

use super::*;
use crate::config::Limits;
use crate::model::{CheckKind, Nature, Page, Payment, Statement};

/// A document around the inside of one statement of account `DE89…` in euro, opening 100.00.
fn document(version: &str, statement: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\">\
         <BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>\n<Stmt><Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb>\
         <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>Muster GmbH</Nm></Ownr></Acct>\
         <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
         <Dt><Dt>2026-06-01</Dt></Dt></Bal>\n{statement}</Stmt></BkToCstmrStmt></Document>"
    )
}

fn entry(amount: &str, direction: &str, more: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts>BOOK</Sts>\
         <BookgDt><Dt>2026-06-15</Dt></BookgDt>{more}</Ntry>\n"
    )
}

fn details(more: &str) -> String {
    format!("<NtryDtls><TxDtls>{more}</TxDtls></NtryDtls>")
}

fn closing(amount: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"
    )
}

fn try_read(text: &str, limits: &Limits) -> Result<StatementFile, Errors> {
    super::read("s.xml", text.as_bytes(), &Settings { limits, mappings: &BTreeMap::new() })
}

fn file(text: &str) -> StatementFile {
    try_read(text, &Limits::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn one(version: &str, statement: &str) -> Statement {
    file(&document(version, statement)).statements.remove(0)
}

fn payment(statement: &str) -> Payment {
    let mut statement = one("08", statement);
    assert_eq!(statement.payments.len(), 1);
    statement.payments.remove(0)
}

fn errors(text: &str) -> Vec<Error> {
    try_read(text, &Limits::default()).expect_err("should be refused").iter().cloned().collect()
}

fn error(statement: &str) -> Error {
    errors(&document("08", statement)).remove(0)
}

fn amounts(statement: &Statement) -> Vec<i64> {
    statement.payments.iter().map(|p| p.amount.minor).collect()
}

fn notes(text: &str) -> String {
    file(text).file.notes.iter().map(|n| format!("{}: {}\n", n.kind.word(), n.text)).collect()
}

#[test]
fn recognises_messages_by_namespace_then_by_element() {
    assert_eq!(recognise(&document("08", "")).as_deref(), Some("camt.053.001.08"));
    assert_eq!(recognise("<x:Document xmlns:x='a:camt.053.001'><y/></x:Document>").as_deref(), Some("camt.053.001"));
    assert_eq!(recognise("<Document><BkToCstmrStmt>").as_deref(), Some("camt.053"));
    assert_eq!(recognise("<Document><BkToCstmrStmtV01>").as_deref(), Some("camt.053.001.01"));
    assert_eq!(recognise("<Document><BkToCstmrAcctRpt>").as_deref(), Some("camt.052"));
    assert_eq!(recognise("<Document><BkToCstmrDbtCdtNtfctn>").as_deref(), Some("camt.054"));
    assert_eq!(recognise("<Invoice/>"), None);
    assert_eq!(recognise("no xml"), None);
}

#[test]
fn a_batch_of_02_without_transaction_amounts_takes_those_of_the_details() {
    let tx = |amount| format!("<TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">{amount}</Amt></TxAmt></AmtDtls></TxDtls>");
    let more = format!("<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>{}{}</NtryDtls>", tx("564.05"), tx("100.00"));
    let statement = one("02", &(entry("664.05", "CRDT", &more) + &closing("764.05")));
    assert_eq!(amounts(&statement), [56_405, 10_000]);
    assert_eq!((statement.entries, statement.transactions, statement.balances_ok()), (1, 2, Some(true)));
    assert_eq!(statement.payments[1].place.position.to_string(), "Stmt[1]/Ntry[1]/TxDtls[2]");
}

#[test]
fn a_reversal_does_not_turn_the_sign() {
    let reversal = payment(&entry("10.00", "CRDT", "<RvslInd>true</RvslInd>"));
    assert_eq!((reversal.amount.minor, reversal.nature), (1000, Nature::Reversal));
    let reversal = payment(&entry("10.00", "DBIT", "<RvslInd>true</RvslInd>"));
    assert_eq!((reversal.amount.minor, reversal.nature), (-1000, Nature::Reversal));
}

#[test]
fn a_returned_transfer_is_no_receipt_from_oneself() {
    let code = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>";
    let tx = "<RltdPties><Dbtr><Nm>MUSTER GMBH</Nm></Dbtr><Cdtr><Nm>Supplier SA</Nm></Cdtr></RltdPties>\
              <RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf>";
    let returned = payment(&entry("50.00", "CRDT", &format!("{code}{}", details(tx))));
    assert_eq!((returned.nature, &*returned.return_reason), (Nature::Return, "AC01"));
    assert_eq!((&*returned.payer_name, returned.amount.minor), ("Supplier SA", 5000));
}

#[test]
fn an_unpaid_collection_names_its_debtor() {
    let code = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn></BkTxCd>";
    let own = "<CdtrAcct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id></CdtrAcct>";
    let tx = format!(
        "<Refs><EndToEndId>E1</EndToEndId></Refs><RltdPties><Dbtr><Nm>Customer</Nm></Dbtr><Cdtr><Nm>We</Nm></Cdtr>{own}</RltdPties>\
         <RtrInf><Rsn><Cd>AC06</Cd></Rsn></RtrInf>"
    );
    let unpaid = payment(&entry("30.00", "DBIT", &format!("{code}{}", details(&tx))));
    assert_eq!((unpaid.nature, &*unpaid.return_reason, unpaid.amount.minor), (Nature::Return, "AC06", -3000));
    assert_eq!((&*unpaid.payer_name, &*unpaid.end_to_end_id), ("Customer", "E1"));
    // The code alone is enough.
    assert_eq!(payment(&entry("30.00", "DBIT", code)).nature, Nature::Return);
}

#[test]
fn the_party_wrapper_of_07_makes_no_difference() {
    let parties = |open: &str, close: &str| {
        details(&format!(
            "<RltdPties><Dbtr>{open}<Nm>Dupont</Nm>{close}</Dbtr><DbtrAcct><Id><IBAN>FR76</IBAN></Id></DbtrAcct>\
             <UltmtDbtr>{open}<Nm>Fils</Nm>{close}</UltmtDbtr></RltdPties>"
        ))
    };
    let plain = one("06", &entry("1.00", "CRDT", &parties("", "")));
    let wrapped =
        entry("1.00", "CRDT", &parties("<Pty>", "</Pty>")).replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>");
    let wrapped = one("08", &wrapped);
    assert_eq!(plain.payments, wrapped.payments);
    let p = &plain.payments[0];
    assert_eq!((&*p.payer_name, &*p.payer_iban, &*p.ultimate_name), ("Dupont", "FR76", "Fils"));
}

#[test]
fn a_statement_without_an_account_is_refused_by_name() {
    let text = document("09", "").replace("<Id><IBAN>DE89370400440532013000</IBAN></Id>", "");
    let found = errors(&text).remove(0);
    assert_eq!(found.code(), "E0225");
    assert!(found.to_string().contains("/Document/BkToCstmrStmt/Stmt[1]/Acct/Id"), "{found}");
}

#[test]
fn typed_remittance_amounts_of_12_are_not_taken_for_the_transaction() {
    let tx = "<Amt Ccy=\"EUR\">70.00</Amt><RmtInf><Strd><RfrdDocInf><Nb>F1</Nb></RfrdDocInf><RfrdDocAmt><RmtAmtAndTp>\
              <Tp><Cd>RMTD</Cd></Tp><Amt Ccy=\"EUR\">99.00</Amt></RmtAmtAndTp></RfrdDocAmt>\
              <CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>";
    let statement = one("12", &entry("70.00", "CRDT", &details(tx)));
    assert_eq!(amounts(&statement), [7000]);
    assert_eq!(*statement.payments[0].structured_references, ["F1".into(), "RF18539007547034".into()]);
    assert!(statement.checks.iter().all(|c| c.kind != CheckKind::Batch));
}

#[test]
fn only_booked_entries_are_money() {
    let with = |status: &str| entry("5.00", "CRDT", "").replace("<Sts>BOOK</Sts>", status);
    let statement = one(
        "08",
        &(with("<Sts><Cd>FUTR</Cd></Sts>") + &with("<Sts>PDNG</Sts>") + &with("<Sts><Cd>INFO</Cd></Sts>") + &with("")),
    );
    assert_eq!((statement.entries, statement.not_booked, statement.payments.len()), (4, 3, 1));
    assert_eq!(statement.booked_minor, 500);
    let said = notes(&document("08", &(with("<Sts>PDNG</Sts>") + &with(""))));
    assert!(said.contains("note: 1 entry not booked") && said.contains("assumed: 1 entry without a status"), "{said}");
}

#[test]
fn amounts_are_exact_or_refused_with_their_place() {
    assert_eq!(payment(&entry("\n      3294.00000\n", "CRDT", "")).amount.minor, 329_400);
    for bad in ["1.23456", "12..34", "1,50", "", "1e3", "99999999999999999999"] {
        let refused = error(&entry(bad, "CRDT", ""));
        assert_eq!(refused.code(), "E0221", "{bad}");
        assert!(refused.to_string().contains("/Stmt[1]/Ntry[1]/Amt"), "{refused}");
    }
    let refused = error(&entry("1.00", "CRDT", "").replace("Ccy=\"EUR\"", "Ccy=\"EURO\""));
    assert_eq!(refused.code(), "E0222");
}

#[test]
fn many_errors_are_shown_at_once() {
    let found = errors(&document("08", &(entry("x", "CRDT", "") + &entry("1.00", "C", "") + &entry("y", "DBIT", ""))));
    assert!(found.len() >= 3, "{found:?}");
    assert!(found.iter().all(|e| e.line().is_some()));
}

#[test]
fn a_minus_is_money_that_left() {
    for direction in ["DBIT", "CRDT"] {
        let text = entry("-50.00", direction, "");
        assert_eq!(payment(&text).amount.minor, -5000);
        assert!(notes(&document("02", &text)).contains("warning: 1 entry with a negative amount"));
    }
}

#[test]
fn details_that_do_not_add_up_leave_the_entry_whole_and_are_said() {
    let tx = |amount: &str| format!("<TxDtls><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>");
    let more = format!("<NtryDtls><Btch><NbOfTxs>3</NbOfTxs></Btch>{}{}</NtryDtls>", tx("60.00"), tx("50.00"));
    let statement = one("08", &entry("150.00", "CRDT", &more));
    assert_eq!((amounts(&statement), statement.transactions), (vec![15_000], 2));
    let check = statement.checks.iter().find(|c| c.kind == CheckKind::Batch).unwrap();
    assert_eq!(check.holds, Some(false));
    assert!(check.text.contains("2 of 3 transactions add up to 110.00, the entry is 150.00"), "{}", check.text);
    // No amounts at all.
    let more = "<NtryDtls><TxDtls/><TxDtls/></NtryDtls>";
    assert_eq!(amounts(&one("08", &entry("150.00", "CRDT", more))), [15_000]);
}

#[test]
fn a_single_transaction_of_another_amount_is_said_unless_it_comes_back_with_a_fee() {
    let of = |more: &str| {
        let tx = format!("<AmtDtls><TxAmt><Amt Ccy=\"EUR\">30.00</Amt></TxAmt></AmtDtls>{more}");
        let statement = one("08", &entry("33.00", "DBIT", &details(&tx)));
        assert_eq!(amounts(&statement), [-3300]);
        statement.checks.iter().filter(|c| c.kind == CheckKind::Batch).count()
    };
    assert_eq!(of(""), 1);
    assert_eq!(of("<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"), 0);
}

#[test]
fn signed_details_and_several_groups_of_details_add_up() {
    let tx = |amount: &str, direction: &str| {
        format!(
            "<NtryDtls><TxDtls><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd></TxDtls></NtryDtls>"
        )
    };
    let statement = one("08", &entry("80.00", "CRDT", &(tx("100.00", "CRDT") + &tx("20.00", "DBIT"))));
    assert_eq!(amounts(&statement), [10_000, -2_000]);
}

#[test]
fn the_direction_of_the_entry_wins_over_that_of_its_details() {
    let tx = |amount: &str| format!("<TxDtls><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>");
    let text = entry("30.00", "DBIT", &format!("<NtryDtls>{}{}</NtryDtls>", tx("10.00"), tx("20.00")));
    assert_eq!(amounts(&one("08", &text)), [-1000, -2000]);
    assert!(notes(&document("08", &text)).contains("other direction"));
}

#[test]
fn a_transfer_between_own_accounts_keeps_its_payer() {
    let tx = "<RltdPties><Dbtr><Nm>Muster GmbH</Nm></Dbtr><DbtrAcct><Id><IBAN>FR76</IBAN></Id></DbtrAcct>\
              <Cdtr><Nm>Muster GmbH</Nm></Cdtr></RltdPties>";
    assert_eq!(&*payment(&entry("1.00", "CRDT", &details(tx))).payer_iban, "FR76");
    let alone = "<RltdPties><Dbtr><Nm>Muster GmbH</Nm></Dbtr></RltdPties>";
    assert_eq!(&*payment(&entry("1.00", "CRDT", &details(alone))).payer_name, "Muster GmbH");
}

#[test]
fn charges_explain_a_difference() {
    let tx = |amount: &str, charges: &str| format!("<TxDtls><Amt Ccy=\"EUR\">{amount}</Amt>{charges}</TxDtls>");
    let charge = "<Chrgs><Rcrd><Amt Ccy=\"EUR\">2.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>";
    // Of the transactions: each counts net.
    let more = format!("<NtryDtls>{}{}</NtryDtls>", tx("10.00", charge), tx("20.00", ""));
    assert_eq!(amounts(&one("08", &entry("28.00", "CRDT", &more))), [800, 2000]);
    // Of the entry: a payment of its own.
    let more = format!("{charge}<NtryDtls>{}{}</NtryDtls>", tx("10.00", ""), tx("20.00", ""));
    let statement = one("08", &entry("28.00", "CRDT", &more));
    assert_eq!(amounts(&statement), [1000, 2000, -200]);
    assert_eq!(statement.payments[2].nature, Nature::Charge);
}

#[test]
fn bank_charges_are_no_receipts() {
    let code = |family: &str| {
        format!("<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>{family}</SubFmlyCd></Fmly></Domn></BkTxCd>")
    };
    assert_eq!(payment(&entry("1.00", "DBIT", &code("CHRG"))).nature, Nature::Charge);
    assert_eq!(payment(&entry("1.00", "CRDT", &code("XYZW"))).nature, Nature::Ordinary);
}

#[test]
fn the_layout_of_01() {
    let text = document("01", &entry(
        "30.00",
        "CRDT",
        "<Btch><NbOfTxs>2</NbOfTxs></Btch><TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">10.00</Amt></TxAmt></AmtDtls>\
         <RmtInf><Strd><RfrdDocInf><RfrdDocNb>F7</RfrdDocNb></RfrdDocInf><CdtrRefInf><CdtrRef>R8</CdtrRef></CdtrRefInf></Strd></RmtInf></TxDtls>\
         <TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">20.00</Amt></TxAmt></AmtDtls><RtrInf><RtrRsn><Cd>AM04</Cd></RtrRsn></RtrInf></TxDtls>",
    ))
    .replace("BkToCstmrStmt>", "BkToCstmrStmtV01>")
    .replace("<CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry>", "<Cd>OPBD</Cd>")
    .replace("<Id><IBAN>DE89370400440532013000</IBAN></Id>", "<Id><PrtryAcct><Id>123</Id></PrtryAcct></Id>")
    .replace(" xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.01\"", "");
    let file = file(&text);
    let statement = &file.statements[0];
    assert_eq!((&*file.file.version, &*statement.account), ("camt.053.001.01", "123"));
    assert_eq!((amounts(statement), statement.opening.map(|b| b.amount.minor)), (vec![1000, 2000], Some(10_000)));
    assert_eq!(*statement.payments[0].structured_references, ["F7".into(), "R8".into()]);
    assert_eq!(&*statement.payments[1].return_reason, "AM04");
}

#[test]
fn remittance_is_the_payers_text_else_the_banks() {
    let cut = "A".repeat(140);
    let of = |tx: &str, entry_text: &str| {
        payment(&entry("1.00", "CRDT", &format!("{}{entry_text}", details(tx)))).remittance
    };
    assert_eq!(*of(&format!("<RmtInf><Ustrd>{cut}</Ustrd><Ustrd>B</Ustrd></RmtInf>"), ""), format!("{cut}B"));
    assert_eq!(*of("<RmtInf><Ustrd>FAC 1</Ustrd><Ustrd>FAC 2</Ustrd></RmtInf>", ""), *"FAC 1 FAC 2");
    assert_eq!(
        *of("<RmtInf><Ustrd>Muller &amp; Sohne &#233;<![CDATA[<&]]></Ustrd></RmtInf>", ""),
        *"Muller & Sohne é<&"
    );
    assert_eq!(*of("<RmtInf><Strd><AddtlRmtInf>note</AddtlRmtInf></Strd></RmtInf>", ""), *"note");
    assert_eq!(*of("<AddtlTxInf>tx</AddtlTxInf>", "<AddtlNtryInf>entry</AddtlNtryInf>"), *"tx");
    assert_eq!(*of("", "<AddtlNtryInf>entry</AddtlNtryInf>"), *"entry");
    assert_eq!(
        *payment(&entry("1.00", "CRDT", &details("<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"))).end_to_end_id,
        *""
    );
}

#[test]
fn amounts_in_other_currencies() {
    let foreign = "<Amt Ccy=\"USD\">12.00</Amt><AmtDtls><TxAmt><Amt Ccy=\"EUR\">10.00</Amt></TxAmt></AmtDtls>";
    let two = format!("<NtryDtls><TxDtls>{foreign}</TxDtls><TxDtls>{foreign}</TxDtls></NtryDtls>");
    assert_eq!(amounts(&one("08", &entry("20.00", "CRDT", &two))), [1000, 1000]);
    let single = details("<Amt Ccy=\"USD\">12.00</Amt>");
    assert_eq!(amounts(&one("08", &entry("10.00", "CRDT", &single))), [1000]);
    let other = entry("12.00", "CRDT", "").replace("Ccy=\"EUR\"", "Ccy=\"USD\"");
    let statement = one("08", &other);
    assert_eq!((statement.payments[0].amount.currency.code(), statement.booked_minor), ("USD", 0));
    assert!(notes(&document("08", &other)).contains("another currency than the account"));
}

#[test]
fn dates_fall_back_and_are_said() {
    let without = entry("1.00", "CRDT", "<ValDt><DtTm>2026-06-14T23:59:59+02:00</DtTm></ValDt>")
        .replace("<BookgDt><Dt>2026-06-15</Dt></BookgDt>", "");
    assert_eq!(payment(&without).booking_date.to_string(), "2026-06-14");
    assert!(notes(&document("08", &without)).contains("without a booking date"));
    let refused = error(&entry("1.00", "CRDT", "").replace("2026-06-15", "2026-02-30"));
    assert_eq!(refused.code(), "E0223");
    assert!(refused.to_string().contains("/Ntry[1]/BookgDt/Dt"), "{refused}");
}

#[test]
fn copies_create_no_money() {
    let statement = one("08", &("<CpyDplctInd>DUPL</CpyDplctInd>".to_string() + &entry("1.00", "CRDT", "")));
    assert_eq!((statement.is_copy, statement.payments.len(), statement.entries), (true, 0, 1));
}

#[test]
fn balances_and_totals_are_held_against_the_entries() {
    let totals = "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>15.00</Sum></TtlNtries></TxsSummry>";
    let statement = one("08", &(closing("115.00") + totals + &entry("15.00", "CRDT", "")));
    let check = |kind| statement.checks.iter().find(|c| c.kind == kind).unwrap();
    assert_eq!(check(CheckKind::Balance).holds, Some(true));
    assert_eq!(check(CheckKind::ControlTotal).holds, Some(false));
    assert!(check(CheckKind::ControlTotal).text.contains("number of entries 2 where the entries have 1"));
    let statement = one("08", &(closing("115.01") + &entry("15.00", "CRDT", "")));
    assert!(statement.checks[0].text.contains("difference 0.01 EUR"), "{}", statement.checks[0].text);
    assert_eq!(one("08", "").checks[0].holds, None);
    let previous = document("08", &closing("100.00")).replace("OPBD", "PRCD");
    assert_eq!(file(&previous).statements[0].balances_ok(), Some(true));
}

#[test]
fn prefixes_envelopes_and_several_documents() {
    let text = document("08", &entry("1.00", "CRDT", ""));
    let prefixed = text
        .replace("xmlns=", "xmlns:n=")
        .replace("</", "\u{1}")
        .replace('<', "<n:")
        .replace('\u{1}', "</n:")
        .replace("<n:?xml", "<?xml");
    assert_eq!(file(&prefixed).statements, file(&text).statements);
    let body = text.split_once("?>").unwrap().1;
    let envelope = format!(
        "<Xchg><AppHdr xmlns=\"urn:iso:std:iso:20022:tech:xsd:head.001.001.02\"><Id>1</Id></AppHdr>{body}</Xchg>"
    );
    assert_eq!((file(&envelope).statements.len(), &*file(&envelope).file.version), (1, "camt.053.001.08"));
    assert_eq!(file(&format!("{text}\n{text}")).statements.len(), 2);
}

#[test]
fn hostile_documents_are_refused_in_bounded_time() {
    let dtd = document("08", "").replace("<Document", "<!DOCTYPE a [<!ENTITY b 'c'>]><Document");
    assert_eq!(errors(&dtd)[0].code(), "E0204");
    let deep = document("08", &format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000)));
    assert_eq!(errors(&deep)[0].code(), "E0205");
    let attributes: String = (0..100_000).map(|n| format!(" a{n}='1'")).collect();
    assert_eq!(errors(&document("08", &format!("<a{attributes}/>")))[0].code(), "E0205");
    let long = document(
        "08",
        &entry("1.00", "CRDT", &details(&format!("<RmtInf><Ustrd>{}</Ustrd></RmtInf>", "x".repeat(200_000)))),
    );
    assert_eq!(errors(&long)[0].code(), "E0205");
    let many = document("08", &entry("1.00", "CRDT", "").repeat(5));
    let refused = try_read(&many, &Limits { records: 4, ..Limits::default() }).unwrap_err();
    assert_eq!(refused.iter().next().unwrap().code(), "E0205");
    for (bad, code) in
        [("&lol;", "E0203"), ("a & b", "E0203"), ("&#0;", "E0203"), ("a < b", "E0201"), ("</Ntry>", "E0201")]
    {
        let text = document("08", &entry("1.00", "CRDT", &format!("<AddtlNtryInf>{bad}</AddtlNtryInf>")));
        assert_eq!(errors(&text)[0].code(), code, "{bad}");
    }
    assert_eq!(errors(&format!("{}rubbish", document("08", "")))[0].code(), "E0202");
}

/// The same content as another message.
fn as_message(text: &str, message: &str, element: &str, number: &str) -> String {
    text.replace("BkToCstmrStmt", message)
        .replace("<Stmt>", &format!("<{element}>"))
        .replace("</Stmt>", &format!("</{element}>"))
        .replace("camt.053", number)
}

#[test]
fn reports_and_notifications_are_read_like_statements() {
    let details = details("<Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy=\"EUR\">5.00</Amt>");
    let pending = entry("9.00", "CRDT", "").replace("BOOK", "PDNG");
    let text = document("04", &(entry("5.00", "CRDT", &details) + &pending));
    let statement = file(&text);
    for (message, element, number, kind) in [
        ("BkToCstmrAcctRpt", "Rpt", "camt.052", StatementKind::Interim),
        ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "camt.054", StatementKind::Notification),
    ] {
        let other = file(&as_message(&text, message, element, number));
        assert_eq!(other.statements[0].payments, statement.statements[0].payments);
        assert_eq!((other.statements[0].kind, other.statements[0].not_booked), (kind, 1));
        assert_eq!((&*other.file.format, &*other.file.version), (number, &*format!("{number}.001.04")));
        assert!(other.file.notes.iter().any(|n| n.text.contains(&format!("{element}[1]/Ntry[2]"))), "{:?}", other.file);
        // Version .01 has its number in the message element, and no namespace need say so.
        let first = as_message(&text, &format!("{message}V01"), element, "none");
        assert_eq!(*file(&first).file.version, format!("{number}.001.01"));
        let wrong = as_message(&document("08", &entry("1,00", "CRDT", "")), message, element, number);
        assert!(errors(&wrong)[0].to_string().contains(&format!("/{message}/{element}[1]/Ntry[1]/Amt")));
    }
}

#[test]
fn test_messages_are_said() {
    let with = |text: &str| document("08", "").replace("</MsgId>", &format!("</MsgId><AddtlInf>{text}</AddtlInf>"));
    assert!(notes(&with("SPS/1.7/TEST")).contains("warning: the bank marks this message as a test"));
    assert!(!notes(&with("SPS/1.7/PROD/TESTIMONIAL")).contains("test"));
}

#[test]
fn a_statement_of_several_pages_says_which_one_it_is() {
    let page =
        |number: u32, last: bool| format!("<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{last}</LastPgInd></StmtPgntn>");
    let of = |pages: &str| one("08", &(pages.to_string() + &closing("900.00") + &entry("15.00", "CRDT", "")));
    let second = of(&page(2, false));
    assert_eq!(second.page, Some(Page { number: 2, is_last: false }));
    let whole = of(&page(1, true));
    assert_eq!(whole.page, None);
    // The pages of the message matter where they may cut the statement.
    let message = |pages: &str, closed: &str| {
        let text = document("02", &(closing(closed) + &entry("15.00", "CRDT", "")));
        let pages = pages.replace("StmtPgntn", "MsgPgntn");
        file(&text.replace("</MsgId>", &format!("</MsgId>{pages}"))).statements.remove(0).page
    };
    assert_eq!(message(&page(1, false), "115.00"), None);
    assert_eq!(message(&page(1, false), "900.00"), Some(Page { number: 1, is_last: false }));
    assert_eq!(message(&page(1, true), "900.00"), None);
}

#[test]
fn allocations_and_copies_of_instructions_of_13_change_nothing() {
    let allocation = "<UndrlygAllcn><Amt Ccy=\"EUR\">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Acct><Id><IBAN>FR76</IBAN>\
                      </Id></Acct></UndrlygAllcn>";
    let copy = format!("<InstrCpy>{}</InstrCpy>", "x".repeat(20_000));
    let document = "<RmtInf><Strd><RfrdDocInf><Nb>F1</Nb><RltdDt><Tp><Cd>INDA</Cd></Tp><Dt>2026-06-01</Dt></RltdDt>\
                    </RfrdDocInf></Strd></RmtInf>";
    let tx = |more: &str| format!("<Amt Ccy=\"EUR\">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>{more}{document}");
    let plain = one("13", &entry("5.00", "CRDT", &details(&tx(""))));
    let with = one("13", &entry("5.00", "CRDT", &details(&tx(&format!("{allocation}{copy}")))));
    assert_eq!(with, plain);
    assert_eq!(*plain.payments[0].structured_references, ["F1".into()]);
}

#[test]
fn no_cut_and_no_damage_makes_it_panic() {
    let tx = "<Refs><EndToEndId>E</EndToEndId></Refs><Amt Ccy=\"EUR\">5.00</Amt><RltdPties><Dbtr><Nm>Ü &amp; Ö</Nm></Dbtr></RltdPties>\
              <RmtInf><Ustrd><![CDATA[x]]>y</Ustrd></RmtInf>";
    let text = document("08", &(entry("5.00", "CRDT", &details(tx)) + &closing("105.00")));
    let bytes = text.as_bytes();
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    for cut in 0..bytes.len() {
        let refused = super::read("s.xml", &bytes[..cut], &settings);
        // What ends before the root begins is an empty document: no error of this reader.
        let blank = text.find("<Document").is_some_and(|root| cut <= root);
        assert!(refused.is_err() || blank, "cut at {cut}");
    }
    // A small linear congruential generator: the same damage in every run.
    let mut state: u64 = 0x2545_F491_4F6C_DD1D;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..4_000 {
        let mut damaged = bytes.to_vec();
        for _ in 0..=random(3) {
            let at = random(damaged.len());
            match random(3) {
                0 => damaged[at] = random(256) as u8,
                1 => {
                    damaged.remove(at);
                }
                _ => damaged.insert(at, b"<>&/\"'=!?[]-;#x0"[random(16)]),
            }
        }
        if let Err(found) = super::read("s.xml", &damaged, &settings) {
            let _ = found.to_string();
        }
    }
}
