//! A small month that is sound, and one fraud after the other.

use std::sync::Arc;

use chrono::NaiveDate;

use super::prove_book;
use crate::model::{
    ApplicationFact, Author, Balance, BalanceKind, BankLedger, BookFacts, BookProofs, BridgeKind, Check, CheckKind,
    Currency, DecisionFact, DecisionKind, Difference, DifferenceKind, ItemFact, LedgerFact, Money, Month, OpeningFact,
    PaymentFact, Proof, ProofId, Standing, Statement, StatementKind,
};

const EUR: Currency = Currency::EUR;
const BNP: &str = "FR7630004000031234567890143";

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn statement(number: &str, from: NaiveDate, to: NaiveDate, opening: i64, closing: i64) -> Statement {
    let balance = |kind, minor, date| Some(Balance { kind, amount: Money::new(minor, EUR), date: Some(date) });
    Statement {
        sequence: number.into(),
        account: BNP.into(),
        currency: Some(EUR),
        from: Some(from),
        to: Some(to),
        opening: balance(BalanceKind::Opening, opening, from),
        closing: balance(BalanceKind::Closing, closing, to),
        booked_minor: i128::from(closing - opening),
        ..Statement::default()
    }
}

fn payment(id: &str, booked: NaiveDate, minor: i64, standing: Standing, decision: Option<DecisionFact>) -> PaymentFact {
    PaymentFact { id: id.into(), account: Arc::from(BNP), booked, currency: EUR, minor, standing, decision }
}

fn decision(kind: DecisionKind, author: Author, applied: &[(u32, i64)]) -> DecisionFact {
    let (by, run) = match author {
        Author::Engine => ("7f3a9c", "7f3a9c"),
        Author::Rule => ("R7", "7f3a9c"),
        Author::Person => ("amc", ""),
    };
    DecisionFact {
        kind,
        author,
        by: by.into(),
        at: "2026-07-02T08:51:07Z".into(),
        run: run.into(),
        op: 4,
        applications: applied.iter().map(|(item, minor)| applied_of(*item, *minor)).collect(),
        differences: Vec::new(),
        returns: None,
        account: Box::default(),
        reason: Box::default(),
        until: None,
    }
}

fn applied_of(item: u32, minor: i64) -> ApplicationFact {
    ApplicationFact { item, minor, taken_over: false }
}

fn item(id: &str, amount: i64, open: i64) -> ItemFact {
    ItemFact {
        id: id.into(),
        currency: EUR,
        amount,
        listed: amount,
        open,
        issued: Some(day(5, 10)),
        missing: false,
        asked: false,
        decision: None,
    }
}

fn line(account: &str, name: &str, date: NaiveDate, minor: i64) -> LedgerFact {
    let opening = name == "AN";
    LedgerFact { name: name.into(), account: account.into(), date, minor, currency: EUR, text: Box::default(), opening }
}

/// June 2026 of one account, after a May in which two payments stayed open.
pub(super) fn june() -> BookFacts {
    use Author::{Engine, Person, Rule};
    use DecisionKind::{Apply, Hold, Outside, Return};
    let difference = |kind, minor| vec![Difference { kind, minor }];
    let on_account =
        DecisionFact { differences: difference(DifferenceKind::OnAccount, 12_000), ..decision(Apply, Person, &[]) };
    let with_fee =
        DecisionFact { differences: difference(DifferenceKind::Fee, 1_500), ..decision(Apply, Person, &[(1, 75_000)]) };
    let back = DecisionFact { returns: Some(2), ..decision(Return, Engine, &[(0, -125_000)]) };
    let charge = decision(Outside, Rule, &[]);
    let opening = |id: &str, is_payment: bool, minor| OpeningFact {
        id: id.into(),
        is_payment,
        currency: EUR,
        account: if is_payment { BNP.into() } else { Box::default() },
        minor,
    };
    let mut new = item("2026-0420", 200_000, 200_000);
    new.issued = Some(day(6, 20));
    BookFacts {
        month: Month::parse("2026-06"),
        statements: vec![
            statement("5", day(5, 1), day(5, 31), 958_000, 1_000_000),
            statement("6", day(6, 1), day(6, 15), 1_000_000, 1_123_514),
            statement("7", day(6, 16), day(6, 30), 1_123_514, 1_161_714),
        ],
        checks: Vec::new(),
        payments: vec![
            payment("H0", day(5, 20), 30_000, Standing::Held, Some(decision(Hold, Person, &[]))),
            payment("H1", day(5, 21), 12_000, Standing::Matched, Some(on_account)),
            payment("P1", day(6, 2), 125_000, Standing::Matched, Some(decision(Apply, Engine, &[(0, 125_000)]))),
            payment("P2", day(6, 10), -1_486, Standing::ByRule, Some(charge)),
            payment("P3", day(6, 26), 98_000, Standing::Unmatched, None),
            payment("P4", day(6, 28), 73_500, Standing::Matched, Some(with_fee)),
            payment("P5", day(6, 29), -125_000, Standing::Matched, Some(back)),
            payment("P6", day(6, 29), -8_300, Standing::Review, None),
        ],
        items: vec![
            item("2026-0401", 125_000, 125_000),
            item("2026-0402", 75_000, 0),
            item("2026-0403", 42_000, 42_000),
            item("A-0009", -10_000, -10_000),
            new,
        ],
        ledger: vec![
            line("512100", "AN", day(5, 1), 958_000),
            line("512100", "BQ 1", day(5, 20), 30_000),
            line("512100", "BQ 2", day(5, 22), 12_000),
            line("512100", "BQ 3", day(6, 3), 125_000),
            line("512100", "BQ 4", day(6, 27), 50_000),
            line("512100", "BQ 5", day(6, 30), -20_000),
            line("512100", "BQ 6", day(6, 30), -125_000),
            line("411DUPONT", "AN", day(5, 1), 232_000),
            line("411DUPONT", "VE 1", day(6, 20), 200_000),
        ],
        banks: vec![BankLedger {
            account: "512100".into(),
            bank: Arc::from(BNP),
            currency: EUR,
            stated: None,
            booked_until: None,
        }],
        receivable: "411".into(),
        extracted: Some(day(6, 30)),
        receivable_balance: Vec::new(),
        opening: Some(vec![
            opening("H0", true, 30_000),
            opening("H1", true, 12_000),
            opening("2026-0401", false, 125_000),
            opening("2026-0402", false, 75_000),
            opening("2026-0403", false, 42_000),
            opening("A-0009", false, -10_000),
        ]),
        opened_after: Month::parse("2026-05"),
    }
}

/// What a proof says, in the order of its parts.
fn equation(made: &BookProofs, id: ProofId, currency: Option<Currency>, nth: usize) -> (i128, Vec<(String, i128)>) {
    let proof = made.proofs.iter().filter(|p| p.id == id && p.currency == currency).nth(nth).unwrap();
    (proof.left, proof.right.iter().map(|(name, n)| (name.to_string(), *n)).collect())
}

fn parts(parts: &[(&str, i128)]) -> Vec<(String, i128)> {
    parts.iter().map(|(name, n)| ((*name).to_string(), *n)).collect()
}

/// What is true of every proof, whatever it says.
fn consistent(proof: &Proof) {
    assert_eq!(proof.holds, proof.failures.is_empty(), "what fails is named: {proof:?}");
    if proof.holds {
        assert_eq!(proof.left, proof.right.iter().map(|(_, n)| n).sum::<i128>(), "it is an equation: {proof:?}");
    }
}

/// The proofs that fail after a change.
fn failing(change: impl FnOnce(&mut BookFacts)) -> Vec<ProofId> {
    let mut facts = june();
    change(&mut facts);
    let made = prove_book(&facts);
    made.proofs.iter().for_each(consistent);
    assert_eq!(made.hold(), made.failed().next().is_none());
    let mut failing: Vec<ProofId> = made.failed().map(|p| p.id).collect();
    failing.dedup();
    failing
}

#[test]
fn a_sound_month_is_proved_with_its_figures() {
    let made = prove_book(&june());
    made.proofs.iter().for_each(consistent);
    assert_eq!(made.failed().collect::<Vec<_>>(), Vec::<&Proof>::new());
    assert_eq!(made.not_possible, []);
    use ProofId::{BookToBank, Coverage, Decisions, Items, RollForward, Statement};
    let of = |id, currency, nth| equation(&made, id, currency, nth);
    // Two statements and two links between three.
    assert_eq!(of(Statement, None, 0), (4, parts(&[("held", 4), ("failed", 0), ("not possible", 0)])));
    let lines = parts(&[("opening", 1_000_000), ("in", 296_500), ("out", -134_786)]);
    assert_eq!(of(Statement, Some(EUR), 0), (1_161_714, lines));
    let counts =
        [("matched", 3), ("by_rule", 1), ("outside", 0), ("review", 1), ("unmatched", 1), ("held", 0), ("new", 0)];
    assert_eq!(of(Coverage, None, 0), (6, parts(&counts)));
    let amounts = [
        ("matched in", 198_500),
        ("matched out", -125_000),
        ("by_rule out", -1_486),
        ("review out", -8_300),
        ("unmatched in", 98_000),
    ];
    assert_eq!(of(Coverage, Some(EUR), 0), (161_714, parts(&amounts)));
    let bridge = [
        ("ledger", 1_030_000),
        ("in books, not yet at bank", -50_000),
        ("paid in books, not debited", 20_000),
        ("matched, to post", 73_500),
        ("receipts not in books", 98_000),
        ("payments not in books", -8_300),
        ("bank charges and others, by rule", -1_486),
    ];
    assert_eq!(of(BookToBank, Some(EUR), 0), (1_161_714, parts(&bridge)));
    assert_eq!(of(Items, Some(EUR), 0), (432_000, parts(&[("listed", 432_000)])));
    let since = [("listed", 432_000), ("settled since", -75_000), ("on account", -12_000)];
    assert_eq!(of(Items, Some(EUR), 1), (345_000, parts(&since)));
    let roll = |start, cleared, new| parts(&[("open at start", start), ("cleared", cleared), ("new", new)]);
    assert_eq!(of(RollForward, None, 0), (3, roll(2, -1, 2)));
    assert_eq!(of(RollForward, Some(EUR), 0), (119_700, roll(42_000, -12_000, 89_700)));
    assert_eq!(of(RollForward, None, 1), (4, roll(4, -1, 1)));
    assert_eq!(of(RollForward, Some(EUR), 1), (357_000, roll(232_000, -75_000, 200_000)));
    assert_eq!(of(Decisions, None, 0), (4, parts(&[("by engine", 2), ("by rule", 1), ("by person", 1)])));
    let decided = [("by engine", 0), ("by rule", -1_486), ("by person", 73_500)];
    assert_eq!(of(Decisions, Some(EUR), 0), (72_014, parts(&decided)));
}

#[test]
fn the_bridge_shows_both_columns_and_their_lines() {
    let made = prove_book(&june());
    let [bridge] = &*made.bridges else { panic!("one ledger account") };
    assert_eq!((bridge.at_bank, bridge.in_ledger), ((day(6, 30), 1_161_714), (day(6, 30), 1_030_000)));
    assert_eq!((bridge.adjusted_left, bridge.adjusted_right, bridge.unexplained), (1_191_714, 1_191_714, 0));
    assert_eq!((bridge.pairs, bridge.stated), (4, false));
    let kinds: Vec<BridgeKind> = bridge.groups.iter().map(|g| g.kind).collect();
    let all: Vec<BridgeKind> = BridgeKind::ALL.into_iter().filter(|kind| *kind != BridgeKind::Outside).collect();
    assert_eq!(kinds, all);
    let of = |kind| {
        let group = bridge.groups.iter().find(|g| g.kind == kind).unwrap();
        (group.count, group.sum, group.lines.iter().map(|l| l.name.to_string()).collect::<Vec<_>>())
    };
    assert_eq!(of(BridgeKind::NotAtBank), (1, 50_000, vec!["BQ 4".to_string()]));
    assert_eq!(of(BridgeKind::ToPost), (1, 73_500, vec!["P4".to_string()]));
}

type Fraud = (&'static str, fn(&mut BookFacts), &'static [ProofId]);

fn decided(facts: &mut BookFacts, payment: usize) -> &mut DecisionFact {
    facts.payments[payment].decision.as_mut().unwrap()
}

#[test]
fn each_fraud_is_found_by_its_proof() {
    use ProofId::{BookToBank as P3, Coverage as P2, Decisions as P6, Items as P4, RollForward as P5, Statement as P1};
    let frauds: [Fraud; 26] = [
        ("a statement between the two is missing", |f| move_later(f, 100), &[P1]),
        ("a reader found wrong totals", |f| f.checks.push(total(Some(false))), &[P1]),
        ("a line was dropped", |f| drop(f.payments.remove(4)), &[P1, P2, P3]),
        (
            "a line of money from nowhere",
            |f| f.payments.push(payment("X", day(6, 9), 5, Standing::New, None)),
            &[P1, P2, P3],
        ),
        ("the same payment twice", twins, &[P2]),
        ("it stands where nobody put it", |f| f.payments[0].standing = Standing::Review, &[P2]),
        ("an entry of the ledger was changed", |f| f.ledger[0].minor += 1, &[P3]),
        ("the ledger's lines of the year before", |f| f.ledger[0].opening = false, &[P3]),
        ("a cent of an item", |f| f.items[2].open -= 1, &[P4]),
        ("an item settled twice", settled_twice, &[P4]),
        ("the ledger is told a settlement that it never booked", taken_over, &[P4]),
        ("an invoice that the ledger does not have", |f| f.ledger[8].minor -= 1, &[P4]),
        ("an open payment of May is gone", |f| drop_from_may(f), &[P5]),
        ("an open payment of May has changed", |f| opening(f, 0).minor += 1, &[P5]),
        ("a payment of May is open again", |f| drop(f.opening.as_mut().unwrap().remove(0)), &[P5]),
        ("an item of May is gone", |f| opening(f, 4).id = "2026-0399".into(), &[P5]),
        ("the opening list has one twice", |f| opening(f, 1).id = "H0".into(), &[P5]),
        ("nobody decided", |f| decided(f, 5).by = "".into(), &[P6]),
        ("some time", |f| decided(f, 5).at = "2026-07-02".into(), &[P6]),
        ("no operation", |f| decided(f, 1).op = 0, &[P6]),
        ("the engine without a run", |f| decided(f, 2).run = "".into(), &[P6]),
        ("a rule without a run", |f| decided(f, 3).run = "".into(), &[P6]),
        ("a cent of a difference", |f| decided(f, 5).differences[0].minor += 1, &[P6]),
        ("a return of nothing", |f| decided(f, 6).returns = None, &[P6]),
        ("a return of another receipt", |f| decided(f, 6).returns = Some(5), &[P6]),
        ("a payment in another currency", |f| f.items[1].currency = Currency::CHF, &[P4, P5, P6]),
    ];
    let found = frauds.map(|(what, change, _)| (what, failing(change)));
    assert_eq!(found, frauds.map(|(what, _, expected)| (what, expected.to_vec())));
}

/// Both balances of the second statement of June, and of the ledger, are higher: a movement between the two is missing.
fn move_later(facts: &mut BookFacts, minor: i64) {
    let last = &mut facts.statements[2];
    for balance in [&mut last.opening, &mut last.closing] {
        balance.as_mut().unwrap().amount.minor += minor;
    }
    facts.ledger[0].minor += minor;
}

fn total(holds: Option<bool>) -> Check {
    Check {
        kind: CheckKind::ControlTotal,
        scope: format!("june.xml: statement 7 of {BNP}").into(),
        holds,
        text: "sum".into(),
    }
}

/// A payment is entered twice, and another vanishes, so that every sum stays.
fn twins(facts: &mut BookFacts) {
    facts.payments[7].minor = -10_000;
    facts.statements[2].booked_minor -= 1_700 - 98_000;
    facts.statements[2].closing.as_mut().unwrap().amount.minor -= 1_700 - 98_000;
    let twin = facts.payments[4].clone();
    facts.payments.push(twin);
}

/// Of an item that is listed with less, as much is taken as before.
fn settled_twice(facts: &mut BookFacts) {
    (facts.items[1].listed, facts.items[1].open) = (70_000, -5_000);
    facts.ledger[8].minor -= 5_000;
}

/// Listed as if it had been settled, without a list that says so.
fn taken_over(facts: &mut BookFacts) {
    decided(facts, 5).applications[0].taken_over = true;
}

/// A payment of May goes, with everything that the statements and the ledger say of it.
fn drop_from_may(facts: &mut BookFacts) {
    facts.payments[0].booked = day(4, 30);
    facts.payments[0].id = "H9".into();
    facts.payments[0].standing = Standing::Outside;
    facts.payments[0].decision = Some(decision(DecisionKind::Outside, Author::Person, &[]));
}

fn opening(facts: &mut BookFacts, n: usize) -> &mut OpeningFact {
    &mut facts.opening.as_mut().unwrap()[n]
}

#[test]
fn a_receipt_comes_back_once() {
    let again = |facts: &mut BookFacts| {
        // A second return of P1, which a person put on account: its own equation holds.
        let mut twice = decision(DecisionKind::Return, Author::Person, &[]);
        twice.returns = Some(2);
        twice.differences = vec![Difference { kind: DifferenceKind::OnAccount, minor: -98_000 }];
        facts.payments[4] = payment("P3", day(6, 26), -98_000, Standing::Matched, Some(twice));
        facts.statements[2].booked_minor -= 196_000;
        facts.statements[2].closing.as_mut().unwrap().amount.minor -= 196_000;
    };
    assert_eq!(failing(again), [ProofId::Decisions]);
}

#[test]
fn what_cannot_be_made_is_said_and_not_held() {
    let missing = |change: fn(&mut BookFacts)| {
        let mut facts = june();
        change(&mut facts);
        let made = prove_book(&facts);
        assert!(made.hold(), "{:?}", made.failed().collect::<Vec<_>>());
        for (id, _) in &made.not_possible {
            let same = made.proofs.iter().filter(|p| p.id == *id && p.currency.is_some());
            assert!(same.count() <= 3);
        }
        made.not_possible.into_iter().map(|(id, why)| format!("{} {why}", id.code())).collect::<Vec<_>>()
    };
    let bank = format!("512100 ({BNP} EUR)");
    assert_eq!(
        missing(|f| f.ledger.clear()),
        [
            format!("P3 {bank}: neither ledger lines nor a balance of the ledger are given"),
            "P4 EUR: neither lines nor a balance of the ledger's 411… accounts are given".to_string(),
        ]
    );
    assert_eq!(missing(|f| f.banks.clear()), [format!("P3 {BNP} EUR: no ledger account mirrors it")]);
    let without_balances = missing(|f| {
        for statement in &mut f.statements {
            (statement.opening, statement.closing) = (None, None);
        }
    });
    let bank_balance = format!("P3 {bank}: its statements state no closing balance");
    assert_eq!(without_balances, [format!("P1 {BNP} EUR: its statements state no balances"), bank_balance]);
    let stated_later = missing(|f| {
        f.ledger.retain(|l| l.account.starts_with("411"));
        f.banks[0].stated = Some((day(7, 5), 1_000));
    });
    assert!(stated_later[0].contains("the balance of the ledger is that of 2026-07-05"), "{stated_later:?}");
}

#[test]
fn a_stated_balance_does_where_there_are_no_lines() {
    let stated = |until: Option<NaiveDate>, minor: i64| {
        let mut facts = june();
        facts.ledger.retain(|l| l.account.starts_with("411"));
        facts.banks[0].stated = Some((day(6, 30), minor));
        facts.banks[0].booked_until = until;
        prove_book(&facts).bridges.remove(0)
    };
    // Everything up to the 26th is in the balance; P4, P5 and P6 are not.
    let bridge = stated(Some(day(6, 26)), 1_221_514);
    assert_eq!((bridge.unexplained, bridge.stated, bridge.pairs), (0, true, 0));
    let groups: Vec<(BridgeKind, u64)> = bridge.groups.iter().map(|g| (g.kind, g.count)).collect();
    assert_eq!(groups, [(BridgeKind::ToPost, 2), (BridgeKind::PaymentNotInBooks, 1)]);
    assert_eq!(stated(Some(day(6, 26)), 1_221_500).unexplained, 14);
    assert_eq!(stated(None, 1_161_714).unexplained, 0);
}

#[test]
fn what_a_balance_brings_forward_is_not_counted_again() {
    // The next year begins with what the lines of the one before add up to.
    assert_eq!(failing(|f| f.ledger.push(line("512100", "AN", day(6, 25), 1_125_000))), []);
    assert_eq!(failing(|f| f.ledger.push(line("512100", "AN", day(6, 25), 1_125_001))), [ProofId::BookToBank]);
}

#[test]
fn a_month_is_proved_with_statements_that_reach_over_its_end() {
    let weeks = |facts: &mut BookFacts| {
        // One statement from May into June, one into July.
        facts.statements[0] = statement("5", day(5, 1), day(5, 20), 958_000, 988_000);
        facts.statements[1] = statement("6", day(5, 21), day(6, 15), 988_000, 1_123_514);
        facts.statements[2] = statement("7", day(6, 16), day(7, 4), 1_123_514, 1_161_814);
        facts.payments.push(payment("P7", day(7, 2), 100, Standing::New, None));
    };
    assert_eq!(failing(weeks), []);
    let wrong = |facts: &mut BookFacts| {
        weeks(facts);
        facts.payments[8].minor += 1;
    };
    assert_eq!(failing(wrong), [ProofId::Statement, ProofId::Coverage]);
}

#[test]
fn overlapping_statements_follow_each_other_whatever_file_keeps_their_rows() {
    // The second begins with rows of the first. They count in the second, so the first keeps less.
    let overlap = |facts: &mut BookFacts| {
        facts.statements[2] = statement("7", day(6, 9), day(6, 30), 1_125_000, 1_161_714);
        facts.statements[1].booked_minor += 1_486;
        facts.statements[1].opening.as_mut().unwrap().amount.minor -= 1_486;
    };
    assert_eq!(failing(overlap), []);
    let gap = |facts: &mut BookFacts| {
        overlap(facts);
        move_later(facts, 7);
    };
    assert_eq!(failing(gap), [ProofId::Statement]);
}

#[test]
fn without_balances_the_numbers_of_the_statements_must_follow() {
    let numbers = |facts: &mut BookFacts, last: &str| {
        for statement in &mut facts.statements {
            (statement.opening, statement.closing) = (None, None);
        }
        facts.statements[2].sequence = last.into();
    };
    assert_eq!(failing(|f| numbers(f, "7")), []);
    assert_eq!(failing(|f| numbers(f, "8")), [ProofId::Statement]);
}

#[test]
fn later_payments_leave_what_was_open_at_the_end() {
    // In July the last item is paid, and the ledger has booked it: at the end of June it was open.
    let paid_later = |facts: &mut BookFacts| {
        let mut applied = decision(DecisionKind::Apply, Author::Engine, &[(4, 200_000)]);
        applied.applications[0].taken_over = true;
        facts.payments.push(payment("P7", day(7, 2), 200_000, Standing::Matched, Some(applied)));
        (facts.items[4].listed, facts.items[4].open) = (0, 0);
        facts.ledger[8].minor = 0;
        facts.statements.push(statement("8", day(7, 1), day(7, 31), 1_161_714, 1_361_714));
    };
    let mut facts = june();
    paid_later(&mut facts);
    let made = prove_book(&facts);
    assert_eq!(made.failed().collect::<Vec<_>>(), Vec::<&Proof>::new());
    assert_eq!(equation(&made, ProofId::RollForward, Some(EUR), 1).0, 357_000);
}

#[test]
fn an_intraday_report_counts_until_its_statement_comes() {
    let report = |facts: &mut BookFacts, booked: i128| {
        (facts.month, facts.opening, facts.opened_after) = (None, None, None);
        let mut interim = statement("", day(7, 1), day(7, 1), 0, 100);
        (interim.kind, interim.booked_minor) = (StatementKind::Interim, booked);
        (interim.opening, interim.closing) = (None, None);
        facts.statements.push(interim);
        facts.payments.push(payment("P7", day(7, 1), 100, Standing::New, None));
    };
    assert_eq!(failing(|facts| report(facts, 100)), []);
    assert_eq!(failing(|facts| report(facts, 99)), [ProofId::Statement, ProofId::Coverage]);
}

#[test]
fn a_book_without_anything_holds() {
    let made = prove_book(&BookFacts::default());
    made.proofs.iter().for_each(consistent);
    assert!(made.hold() && made.bridges.is_empty());
}
