//! Each shape in which a bank prints a name, and what else tells a customer.

use super::*;
use crate::model::key::TokenSort;

/// Words of the trade in these tests.
const TRADE: [&str; 6] = ["TRANSPORTS", "TECHNIK", "MENUISERIE", "BAU", "ATELIER", "ATELIERS"];

/// The tokens of a name that is folded already.
fn tokens(name: &str) -> Vec<NameToken> {
    let sort = |w: &str| if TRADE.contains(&w) { TokenSort::Trade } else { TokenSort::Proper };
    name.split(' ').filter(|w| !w.is_empty()).map(|w| NameToken { text: w.into(), sort: sort(w) }).collect()
}

fn named(name: &str) -> CustomerNames {
    CustomerNames { names: vec![tokens(name)], ..CustomerNames::default() }
}

fn index(names: &[&str]) -> CustomerIndex {
    CustomerIndex::build(&names.iter().map(|n| named(n)).collect::<Vec<_>>())
}

/// A ledger of which the first customers matter.
fn among_others(names: &[&str]) -> CustomerIndex {
    let others =
        "ROSSI,COSTA,NOEL,PERRIN,ARNOLD,CONTI,GROSS,LEROY,HERBST,KOSTER,VISSER,SERRANO,VITALE,WINTER,KRUGER,BRANDT";
    let mut all = names.to_vec();
    all.extend(others.split(','));
    index(&all)
}

fn view(index: &CustomerIndex, payer: &str, cut: bool) -> PayerView {
    index.identify("", &index.by_name(&tokens(payer), cut, &mut NameScratch::default()), &[])
}

fn first(index: &CustomerIndex, payer: &str) -> Option<u32> {
    view(index, payer, false).candidates.first().map(|c| c.customer)
}

fn identified(index: &CustomerIndex, payer: &str) -> Option<u32> {
    view(index, payer, false).identified().map(|c| c.customer)
}

#[test]
fn rare_tokens_identify_and_trade_words_do_not() {
    let index = among_others(&["DUPONT TRANSPORTS", "MARTIN TRANSPORTS", "MULLER SOHNE"]);
    assert_eq!(identified(&index, "DUPONT TRANSPORTS"), Some(0));
    assert_eq!(identified(&index, "MULLER SOHNE"), Some(2));
    assert_eq!(identified(&index, "SOHNE MULLER"), Some(2));
    assert_eq!(first(&index, "TRANSPORTS DURAND"), None, "names that only share a word of the trade");
    assert_eq!(first(&index, ""), None);
}

#[test]
fn equal_names_leave_the_payer_open() {
    let index = index(&["MARTIN", "MARTIN", "ROSSI"]);
    let view = view(&index, "MARTIN", false);
    assert_eq!(view.identified(), None);
    assert_eq!(view.candidates.len(), 2);
    assert_eq!(view.candidates[0].probability, view.candidates[1].probability);
}

#[test]
fn account_or_number_tells_equal_names_apart() {
    let mut customers = vec![named("MARTIN"), named("MARTIN"), named("ROSSI")];
    customers[1].ibans = vec!["FR01".into()];
    let index = CustomerIndex::build(&customers);
    let hits = index.by_name(&tokens("MARTIN"), false, &mut NameScratch::default());
    let by_account = index.identify("FR01", &hits, &[]);
    assert_eq!(by_account.identified().map(|c| (c.customer, c.mark)), Some((1, PayerMark::IbanAndName)));
    let by_number = index.identify("", &hits, &[CustomerIndex::number_hint(0)]);
    assert_eq!(by_number.identified().map(|c| c.customer), Some(0));
    // From an account that nobody is known to have, it is rather the one of whom no account is known.
    let other = index.identify("FR99", &hits, &[]);
    assert_eq!(other.candidates[0].customer, 0);
    assert!(other.candidates[0].probability > 4.0 * other.candidates[1].probability);
}

#[test]
fn a_typing_error_in_the_only_rare_word_is_found() {
    let index = among_others(&["BERTOLINI", "JOLY MENUISERIE"]);
    for payer in ["BERTOLIN", "BERTOLINNI", "BERTOLNII", "VERTOLINI", "BERTALINI"] {
        assert_eq!(first(&index, payer), Some(0), "{payer}");
    }
    for payer in ["JOLLY MENUISERIE", "JOYL MENUISERIE", "KOLY"] {
        assert_eq!(first(&index, payer), Some(1), "{payer}");
    }
    assert_eq!(first(&index, "BERNARDI"), None);
}

#[test]
fn a_typing_error_may_make_another_known_word() {
    let index = among_others(&["MARTINA HOLZ", "MARTINI", "MARTINI GLAS"]);
    assert_eq!(first(&index, "MARTINI"), Some(1), "what is exact comes first");
    assert_eq!(first(&index, "MARTINI HOLZ"), Some(0));
}

#[test]
fn words_may_be_cut_abbreviated_joined_or_split() {
    let index = among_others(&["DUPONT TRANSPORTS", "ELEKTROTECHNIK BERGMANN", "NORD LICHT", "SEIDENWEBER"]);
    assert_eq!(first(&index, "TRANSP DUPONT"), Some(0));
    assert_eq!(first(&index, "DUPONTTRANSPORTS"), Some(0));
    assert_eq!(first(&index, "ELEKTRO TECHNIK BERGMANN"), Some(1));
    assert_eq!(first(&index, "NORDLICHT"), Some(2));
    assert_eq!(first(&index, "SEIDEN WEBER"), Some(3));
    let cut = view(&index, "BERGMANN ELEKTROT", true);
    assert_eq!(cut.candidates.first().map(|c| c.customer), Some(1));
}

#[test]
fn common_words_may_make_a_rare_name() {
    let names = ["RENAUD", "RENAUD BOIS", "RENAUD PAPIER", "RENAUD METAL", "MARTIN BOIS", "MARTIN PAPIER"];
    let index = among_others(&names);
    assert_eq!(identified(&index, "RENAUD"), Some(0));
    assert_eq!(identified(&index, "PAPIER MARTIN"), Some(5));
}

#[test]
fn a_name_cut_within_a_word_leaves_both_that_begin_so() {
    let index = among_others(&["ATELIER MARCHAND", "ATELIERS MARCHAL"]);
    let found = view(&index, "ATELIER MARCHA", false).candidates;
    assert_eq!(found.len(), 2);
    assert!(found[0].probability < 4.0 * found[1].probability, "{found:?}");
    let in_text = index.by_text(&tokens("VIR RECU DE ATELIER MARCHA MOTIF REGLEMENT"), &mut NameScratch::default());
    assert_eq!(in_text.iter().map(|hit| hit.customer).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn company_forms_say_nothing_unless_they_contradict() {
    let form = |name: &str, form: &str| {
        let mut tokens = tokens(name);
        tokens.push(NameToken { text: form.into(), sort: TokenSort::Legal });
        tokens
    };
    let mut customers: Vec<CustomerNames> = ["ROSSI", "COSTA", "NOEL", "PERRIN"].map(named).to_vec();
    customers[0].names = vec![form("ROSSI", "GMBH")];
    let index = CustomerIndex::build(&customers);
    let probability = |payer: &[NameToken]| {
        let view = index.identify("", &index.by_name(payer, false, &mut NameScratch::default()), &[]);
        view.candidate(0).map_or(0.0, |c| c.probability)
    };
    assert_eq!(probability(&form("ROSSI", "GMBH")), probability(&tokens("ROSSI")));
    assert!(probability(&form("ROSSI", "AG")) < 0.8 * probability(&tokens("ROSSI")));
    assert_eq!(probability(&form("VITALE", "GMBH")), 0.0);
}

#[test]
fn a_word_that_begins_another_known_name_is_not_its_abbreviation() {
    let index = among_others(&["MARTIN", "MARTINELLI"]);
    let view = view(&index, "MARTIN", false);
    assert_eq!(view.identified().map(|c| c.customer), Some(0));
}

#[test]
fn initials_are_weak_evidence_both_ways() {
    let index = among_others(&["BAYERISCHE MOTOREN WERKE", "RATP"]);
    for (payer, customer) in [("BMW", 0), ("REGIE AUTONOME TRANSPORTS PARIS", 1)] {
        let found = view(&index, payer, false).candidates;
        assert_eq!(found.first().map(|c| c.customer), Some(customer), "{payer}");
        assert!(found[0].probability < 0.9 && found[0].likeness < 0.85);
    }
}

#[test]
fn two_common_words_find_the_name_that_bears_both() {
    let mut names: Vec<String> = (0..500).map(|n| format!("ALFA {n}")).collect();
    names.extend((0..500).map(|n| format!("BRAVO {n}")));
    names.push("ALFA BRAVO".to_string());
    let index = index(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(first(&index, "BRAVO ALFA"), Some(1000));
}

#[test]
fn earlier_receipts_identify_like_an_account_and_more_of_them_better() {
    let index = among_others(&["DUPONT"]);
    let after = |receipts| index.identify("FR77", &[], &[CustomerIndex::hint_before(5, receipts, 0.05)]);
    let (one, five) = (after(1).candidates[0], after(5).candidates[0]);
    assert_eq!((one.customer, one.mark), (5, PayerMark::Before));
    assert!(one.probability > 0.9 && one.probability < five.probability && five.probability < 0.999);
    // An account that pays for several is a third party's: nobody is clearly meant.
    let hints = [CustomerIndex::hint_before(5, 2, 0.55), CustomerIndex::hint_before(6, 1, 0.55)];
    let several = index.identify("FR77", &[], &hints);
    assert_eq!(several.identified(), None);
    assert!(several.candidates[0].probability < 0.7);
}

#[test]
fn numbers_of_customers_are_found_in_a_text() {
    let with = |number: &str, vat: &str| CustomerNames {
        number: number.into(),
        vat_number: vat.into(),
        ..CustomerNames::default()
    };
    let customers = [with("C0012345", ""), with("700123", "FR40303265045"), with("MAXHUBER", ""), with("K77", "")];
    let index = CustomerIndex::build(&customers);
    let found = |folded: &str| {
        let mut atoms: Vec<Atom> = Vec::new();
        let mut at = 0;
        for run in folded.as_bytes().chunk_by(|a, b| {
            (a.is_ascii_digit() == b.is_ascii_digit()) && (a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric())
        }) {
            if run[0].is_ascii_alphanumeric() {
                let glued = atoms.last().is_some_and(|last| last.end == at);
                atoms.push(Atom { start: at, end: at + run.len(), digits: run[0].is_ascii_digit(), glued });
            }
            at += run.len();
        }
        index.numbered(folded, &atoms)
    };
    assert_eq!(found("FACTURE 77 C0012345"), [0]);
    assert_eq!(found("C-0012345"), [0]);
    assert_eq!(found("KD.-NR. 12345"), [0]);
    assert_eq!(found("KLANTNR: 700123"), [1]);
    assert_eq!(found("CUSTOMER NO. K77"), [3]);
    assert_eq!(found("SIREN 303 265 045"), [1]);
    assert_eq!(found("FR40 303265045"), [1]);
    // Digits alone, parts of longer numbers, and a number behind the one that was announced.
    for text in ["12345", "700123", "K77", "RC0012345", "C00123456", "KUNDE 4711 RECHNUNG 700123", "MAXHUBER"] {
        assert!(found(text).is_empty(), "{text}");
    }
}
