//! Every MT940 and MT942 file of the shared corpus, against the figures that another program found in it.

use std::collections::BTreeMap;

use lettrage::config::Limits;
use lettrage::model::{CheckKind, Nature, NoteKind, Payment, StatementFile, StatementKind};
use lettrage::read::{self, Settings};

use crate::corpus::{Known, shared, walk};

/// Files that do not load, and why. Each must end in an error with a place.
const NOT_LOADED: &[(&str, &str)] = &[(
    "mt940/wolph__mt940__cmxl_statement_details.sta",
    "one :61: and one :86: without a message around them: no account, no currency; the manifest counts no statement either",
)];

const FIRST_FOUR: &str =
    "the manifest gives the balances of the first four statements only; the test of chains below holds the others";

/// Figures of the manifest that are not ours, and why.
const OTHER_FIGURES: &[(&str, &str, &str)] = &[
    (
        "mt940/OCA__bank-statement-import__test-sns-utf8.940",
        "balances",
        "the third statement is cut off before its closing balance; the manifest leaves the gap out",
    ),
    (
        "mt940/OCA__bank-statement-import__test-sns.940",
        "balances",
        "the third statement is cut off before its closing balance; the manifest leaves the gap out",
    ),
    (
        "mt940/sandermarechal__jejik-mt940__lbbw2.txt",
        "balances",
        "its closing balance has the tag :62F without the second colon, which the manifest does not read",
    ),
    ("mt940/sandermarechal__jejik-mt940__volksbankenraiffeisenbanken.txt", "balances", FIRST_FOUR),
    ("mt940/wolph__mt940__ASNB_0708271685_09022020_164516.940.txt", "balances", FIRST_FOUR),
    ("mt940/wolph__mt940__ASNB_mt940.txt", "balances", FIRST_FOUR),
    ("mt940/wolph__mt940__ASNB_mt940_with_spaces_for_entry_date.txt", "balances", FIRST_FOUR),
    ("mt940/wolph__mt940__betterplace_sepa_mt9401.sta", "balances", FIRST_FOUR),
    (
        "mt940/wolph__mt940__self-provided_multiline.sta",
        "balances",
        "a movement stands behind the end of the message: it counts, is said, and no balance has it; the manifest counts it among the entries and not in the sum",
    ),
    (
        "mt940/wolph__mt940__self-provided_raphaelm.sta",
        "balances",
        "its closing balances have no currency and are not read by the manifest; with that of the opening ones they hold: 0 + 105000, + 40000, - 50000",
    ),
];

/// One file of the corpus, read; `None` where there is no corpus.
fn file(name: &str) -> Option<StatementFile> {
    let Some(shared) = shared() else {
        eprintln!("skipped: no shared corpus (set LETTRAGE_SHARED)");
        return None;
    };
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let bytes = std::fs::read(shared.join("corpus").join(name)).unwrap();
    let settings = Settings { limits: &limits, mappings: &mappings };
    read::statements(name, &bytes, &settings).unwrap_or_else(|e| panic!("{e}")).pop()
}

fn payments(file: &StatementFile) -> impl Iterator<Item = &Payment> {
    file.statements.iter().flat_map(|s| &s.payments)
}

#[test]
fn every_mt940_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "mt940", not_loaded: NOT_LOADED, other_figures: OTHER_FIGURES, counted: None });
}

#[test]
fn every_mt942_loads_with_the_figures_of_the_manifest() {
    walk(&Known { format: "mt942", not_loaded: &[], other_figures: &[], counted: None });
    let Some(file) = file("mt942/wolph__mt940__mBank_mt942.sta") else { return };
    assert_eq!((&*file.file.format, file.statements[0].kind), ("mt942", StatementKind::Interim));
    let totals = file.statements[0].totals;
    assert_eq!((totals.credit_entries, totals.credit_sum, totals.debit_entries), (Some(3), Some(3), Some(0)));
    let check = file.statements[0].checks.iter().find(|c| c.kind == CheckKind::ControlTotal).unwrap();
    assert_eq!(check.holds, Some(true), "{}", check.text);
}

/// The files whose balances the manifest gives in part: every statement holds, and opens as the one before of its account closed.
#[test]
fn statements_hold_and_follow_each_other_where_the_manifest_stops() {
    for (name, _, _) in OTHER_FIGURES.iter().filter(|(_, _, why)| *why == FIRST_FOUR) {
        let Some(file) = file(name) else { return };
        let mut closed: BTreeMap<&str, _> = BTreeMap::new();
        for (n, statement) in file.statements.iter().enumerate() {
            assert_eq!(statement.balances_ok(), Some(true), "{name}: statement {}", n + 1);
            let (opening, closing) = (statement.opening.unwrap().amount, statement.closing.unwrap().amount);
            if let Some(before) = closed.insert(&*statement.account, closing) {
                assert_eq!(opening, before, "{name}: statement {}", n + 1);
            }
        }
    }
}

#[test]
fn a_reversed_credit_is_a_debit() {
    let Some(file) = file("mt940/wolph__mt940__betterplace_sepa_mt9401.sta") else { return };
    // domain.md §10, vector 11: the other reading would move the closing balance by 409.76.
    let reversed: Vec<_> = payments(&file).filter(|p| p.amount.minor == -20_488).collect();
    assert_eq!(reversed.len(), 2);
    assert!(file.file.notes.iter().all(|n| n.kind != NoteKind::Warning), "{:?}", file.file.notes);
    let returned = payments(&file).filter(|p| p.nature == Nature::Return).count();
    assert_eq!(returned, 19, "17 of code 159, two of type RTI");
}

#[test]
fn the_code_page_of_dos_is_read() {
    let Some(file) = file("mt940/wolph__mt940__self-provided_raiffeisen-cmi.sta") else { return };
    assert!(payments(&file).any(|p| p.remittance.contains("napi összevont utánvét")), "{:?}", file.statements[0]);
    assert!(file.file.notes.iter().any(|n| n.text.contains("CP852")));
}

#[test]
fn pages_become_one_statement() {
    let pages = [
        ":20:A\n:25:1/2\n:28C:7/1\n:60F:C261230EUR10,\n:61:2612311231C5,NTRFONE\n:62M:C261231EUR15,\n-\n",
        ":20:B\n:25:1/2\n:28C:7/2\n:60M:C261231EUR15,\n:61:2612311231D3,NTRFTWO\n:62F:C261231EUR12,\n-\n",
    ];
    let (limits, mappings) = (Limits::default(), BTreeMap::new());
    let settings = Settings { limits: &limits, mappings: &mappings };
    let ledger = |texts: &[&str]| {
        let files = texts.iter().enumerate().flat_map(|(n, text)| {
            read::statements(&format!("{n}.sta"), text.as_bytes(), &settings).unwrap_or_else(|e| panic!("{e}"))
        });
        lettrage::normalise::ledger::gather(files.collect()).unwrap_or_else(|e| panic!("{e}"))
    };
    // In one file, or in one each, in any order.
    for texts in [vec![&*pages.concat()], vec![pages[1], pages[0]]] {
        let whole = ledger(&texts);
        let [statement] = &*whole.statements else { panic!("{:?}", whole.statements) };
        let balances = [statement.opening, statement.closing].map(|b| b.unwrap().amount.minor);
        assert_eq!((balances, whole.payments.len(), statement.balances_ok()), ([1000, 1200], 2, Some(true)));
        assert_eq!((&*statement.sequence, statement.page), ("7", None));
    }
    // A page that is missing is said.
    let half = ledger(&pages[..1]);
    assert!(
        half.files[0].notes.iter().any(|n| n.text.contains("page 2 of a statement is missing")),
        "{:?}",
        half.files
    );
}
