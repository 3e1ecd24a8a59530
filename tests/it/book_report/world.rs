//! A book made by hand: every standing, every kind of decision, two currencies, a return, carried lines and hostile texts.

use chrono::NaiveDate;
use lettrage::model::*;
use lettrage::report::Lang;
use lettrage::report::book::*;

pub const HOSTILE: &str = "=cmd|'/c calc'!A1";
pub const MARKUP: &str = "<script>alert(1)</script> | `x` [a](http://evil.example) \u{1b}[31m\u{202e}";
const BNP: &str = "FR7630004000031234567890143";
const DOLLARS: &str = "FR7630004000039876543210990";
const RUN: &str = "7f3a9c51d0e2";

#[derive(Default)]
pub struct World {
    pub accounts: Vec<AccountStatus>,
    pub proofs: BookProofs,
    pub payments: Vec<BookPayment>,
    pub items: Vec<BookItem>,
    pub on_account: Vec<(Currency, i128)>,
    pub carried: Option<Vec<CarriedView>>,
    pub operations: Vec<Operation>,
    pub files: Vec<InputFile>,
    pub rules: Vec<RuleView>,
    pub drawn: Vec<Sampled>,
    pub prepared: Vec<Preparer>,
    pub approvals: Vec<ApprovalView>,
}

impl World {
    pub fn report(&self, lang: Lang) -> BookReport<'_> {
        BookReport {
            company: "ATELIERS NORD <& fils>",
            month: Month::parse("2026-06"),
            as_of: day(6, 30),
            lang,
            made_at: "2026-07-02 10:51 Europe/Paris",
            run: Some(RUN),
            calibration: Some(calibration()),
            rules_sha256: "51d0e2aa51d0e2aa51d0e2aa51d0e2aa51d0e2aa51d0e2aa51d0e2aa51d0e2aa",
            version: "0.1.0",
            log_head: "9b1c4e009b1c4e009b1c4e009b1c4e009b1c4e009b1c4e009b1c4e009b1c4e00",
            seal: None,
            control: ControlView { prepared: &self.prepared, approvals: &self.approvals },
            accounts: &self.accounts,
            proofs: &self.proofs,
            payments: &self.payments,
            items: &self.items,
            on_account: &self.on_account,
            carried: self.carried.as_deref(),
            operations: &self.operations,
            files: &self.files,
            rules: &self.rules,
            sample: SampleView { seed: RUN, drawn_from: 5, drawn: &self.drawn },
        }
    }

    /// Counts the month's payments again, as the book would.
    pub fn count(&mut self) {
        for account in &mut self.accounts {
            account.sums = sums(&self.payments, &account.account);
        }
    }
}

/// Three corrections of 412 have raised the level.
fn calibration() -> CalibrationRecord {
    let (configured, used) = (Probability(980_000), Probability(990_000));
    let reason = LevelReason::Tightened { wrong: 3, of: 412, from: configured, below: None };
    let counts = EvidenceCounts { decided: 34, right: 31, automatic: 412, wrong: 3, ..EvidenceCounts::default() };
    CalibrationRecord { counts, level: LevelChoice { configured, used, reason } }
}

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn payment(id: &str, date: NaiveDate, minor: i64, payer: &str, text: &str, standing: Standing) -> BookPayment {
    let mut payment = Payment::new(id, date, Money::new(minor, Currency::EUR));
    payment.account = BNP.into();
    payment.value_date = Some(date);
    payment.payer_name = payer.into();
    payment.remittance = text.into();
    payment.place = Place { file: 0, position: Position::Entry { statement: 1, entry: 7, detail: 0 } };
    BookPayment { payment, standing, decision: None, proposal: None, notes: Vec::new() }
}

fn decision(op: u64, kind: DecisionKind, author: Author, by: &str) -> Decision {
    Decision {
        op,
        payment: "".into(),
        item: "".into(),
        kind,
        author,
        by: by.into(),
        at: format!("2026-07-02T08:{:02}:07Z", op % 60).into(),
        run: if author == Author::Engine { RUN.into() } else { "".into() },
        why: "".into(),
        applications: Vec::new(),
        differences: Vec::new(),
        account: "".into(),
        reason: "".into(),
        returns: "".into(),
        until: None,
        probability: None,
    }
}

fn applied(item: &str, minor: i64) -> Applied {
    Applied { item: item.into(), minor, taken_over: false }
}

fn difference(kind: DifferenceKind, minor: i64) -> Difference {
    Difference { kind, minor }
}

fn proposal(bucket: Bucket, reason: Reason, nearest: &[&str], obstacle: &str) -> Proposal {
    Proposal {
        run: RUN.into(),
        bucket,
        reason: Some(reason),
        flags: "".into(),
        probability: Probability(612_345),
        weight: 4_321,
        nearest: nearest.iter().map(|n| Box::from(*n)).collect(),
        applications: Vec::new(),
        differences: Vec::new(),
        obstacle: obstacle.into(),
        complete: true,
    }
}

fn decided() -> Vec<BookPayment> {
    let engine = |items: &[(&str, i64)]| {
        let applications = items.iter().map(|(item, minor)| applied(item, *minor)).collect();
        Decision { applications, ..decision(3, DecisionKind::Apply, Author::Engine, RUN) }
    };
    let matched = |mut payment: BookPayment, decision: Decision| {
        payment.decision = Some(decision);
        payment
    };
    let by_person = |kind, who| decision(7, kind, Author::Person, who);
    use Standing::{ByRule, Matched, Outside};
    vec![
        matched(
            payment("P-01", day(6, 3), 125_000, "DUPONT SARL", "VIR SEPA FAC 2026-0411", Matched),
            engine(&[("I-01", 125_000)]),
        ),
        matched(
            payment("P-02", day(6, 5), 122_500, "EUROPARTS GMBH", "2026-0412", Matched),
            Decision {
                applications: vec![applied("I-02", 125_000)],
                differences: vec![difference(DifferenceKind::Fee, 2_500)],
                reason: "bank-fee".into(),
                account: "627100".into(),
                why: "as in May".into(),
                ..by_person(DecisionKind::Apply, "amc")
            },
        ),
        matched(
            payment("P-03", day(6, 8), -1_486, "", "COMMISSION MVT JUIN", ByRule),
            Decision {
                account: "627100".into(),
                reason: "bank charges".into(),
                ..decision(3, DecisionKind::Outside, Author::Rule, "R12")
            },
        ),
        matched(
            payment("P-04", day(6, 10), 50_000, "AXA", "INDEMNITE", Outside),
            Decision {
                account: "758000".into(),
                reason: "=insurance".into(),
                why: "letter of 4 June".into(),
                ..by_person(DecisionKind::Outside, "hleroy")
            },
        ),
        matched(
            payment("P-05", day(6, 12), -45_000, "LEROY", "REJET PRLV", Matched),
            Decision { kind: DecisionKind::Return, returns: "P-00".into(), ..engine(&[("I-03", -45_000)]) },
        ),
        matched(
            payment("P-12", day(6, 15), 64_000, "NORD BATI", "SOLDE ESCOMPTE", Matched),
            Decision { differences: vec![difference(DifferenceKind::Discount, 1_306)], ..engine(&[("I-05", 65_306)]) },
        ),
        matched(
            payment("P-13", day(6, 15), 30_000, "NORD BATI", "ACOMPTE", Matched),
            Decision { differences: vec![difference(DifferenceKind::OnAccount, 5_000)], ..engine(&[("I-06", 25_000)]) },
        ),
    ]
}

fn open() -> Vec<BookPayment> {
    use Standing::{Held, New, Review, Unmatched};
    let with = |mut payment: BookPayment, proposal: Proposal| {
        payment.proposal = Some(proposal);
        payment
    };
    let mut held = with(
        payment("P-08", day(5, 20), 18_000, "GARAGE ALBERT", "2026-0288", Held),
        proposal(Bucket::Unmatched, Reason::DuplicatePayment, &["I-03"], "already_settled_by(P-01)"),
    );
    held.decision = Some(Decision {
        until: Some(day(7, 10)),
        why: "waits for their remittance | asked".into(),
        ..decision(9, DecisionKind::Hold, Author::Person, "hleroy")
    });
    held.notes = vec![BookNote { op: 8, who: "amc".into(), at: "2026-07-01T09:00:00Z".into(), text: "phoned".into() }];
    let mut hostile = with(
        payment("-P-10", day(4, 12), 1_999, HOSTILE, MARKUP, Unmatched),
        proposal(Bucket::Unmatched, Reason::UnknownPayer, &[], ""),
    );
    hostile.payment.place = Place { file: 1, position: Position::Line(12) };
    let mut dollars = with(
        payment("D-02", day(6, 22), 410_500, "NORTHWIND", "INV 88", Review),
        proposal(Bucket::Review, Reason::ShortPay, &["I-10"], "amount_off(-895.00, 17.8%)"),
    );
    dollars.payment.account = DOLLARS.into();
    dollars.payment.amount = Money::new(410_500, Currency::USD);
    vec![
        with(
            payment("P-06", day(6, 29), 214_000, "", "REMISE CB 27/06", Unmatched),
            proposal(Bucket::Unmatched, Reason::BatchNet, &[], ""),
        ),
        with(
            payment("P-07", day(6, 26), 98_000, "M LEROY", "VIR INST M LEROY", Review),
            proposal(Bucket::Review, Reason::Ambiguous, &["I-03", "I-04"], "rival_too_close(margin 0.4)"),
        ),
        held,
        payment("P-09", day(6, 30), 7_700, "CLIENT NOUVEAU", "FACTURE", New),
        hostile,
        with(
            payment("P-11", day(3, 1), -9_500, "", "PRLV 00871 CTRE", Unmatched),
            proposal(Bucket::Unmatched, Reason::NotInBooks, &[], ""),
        ),
        dollars,
    ]
}

fn item(id: &str, minor: i64, open: i64, customer: &str, due: Option<NaiveDate>) -> BookItem {
    let mut item = OpenItem::new(id, id.replace("I-", "2026-03"), Money::new(minor, Currency::EUR));
    item.open_minor = open;
    item.customer_id = "C-1".into();
    item.customer_name = customer.into();
    item.issue_date = due.map(|due| due - chrono::Days::new(30));
    item.due_date = due;
    item.place = Place { file: 1, position: Position::Line(4) };
    BookItem {
        item,
        listed_minor: minor,
        listed_at: Some(day(6, 30)),
        missing_from: "".into(),
        decision: None,
        notes: Vec::new(),
    }
}

fn items() -> Vec<BookItem> {
    let mut dispute = item("I-09", 30_000, 30_000, "Dupuis & Fils", Some(day(4, 20)));
    dispute.decision = Some(Decision {
        until: Some(day(7, 31)),
        why: "dispute about the delivery".into(),
        ..decision(10, DecisionKind::Hold, Author::Person, "amc")
    });
    let gone = BookItem {
        missing_from: "inbox/open_items_july.csv".into(),
        ..item("I-08", 9_900, 9_900, "@SUM(A1)", Some(day(6, 1)))
    };
    let mut dollars = item("I-10", 500_000, 500_000, "Northwind", None);
    dollars.item.amount.currency = Currency::USD;
    let mut written_off = item("I-11", 1_240, 0, "Leroy", Some(day(1, 15)));
    written_off.decision = Some(Decision {
        applications: vec![applied("I-11", 1_240)],
        account: "654000".into(),
        reason: "small-difference".into(),
        why: "not worth a letter".into(),
        ..decision(11, DecisionKind::Settle, Author::Person, "hleroy")
    });
    vec![
        item("I-03", 45_000, 45_000, "Leroy", Some(day(6, 25))),
        item("I-04", 100_000, 40_000, "Nord Bâti", Some(day(3, 1))),
        item("I-07", -6_000, -6_000, "Nord Bâti", None),
        item("I-12", 70_000, 70_000, "Nord Bâti", Some(day(7, 15))),
        gone,
        dispute,
        dollars,
        written_off,
    ]
}

fn sums(payments: &[BookPayment], account: &str) -> [Sum; 7] {
    let mut sums = [Sum::default(); 7];
    let june = |p: &&BookPayment| Month::of(p.payment.booking_date) == Month { year: 2026, month: 6 };
    for payment in payments.iter().filter(june).filter(|p| &*p.payment.account == account) {
        let at = Standing::ALL.iter().position(|s| *s == payment.standing).unwrap();
        sums[at].add(payment.payment.amount.minor);
    }
    sums
}

fn proof(id: ProofId, account: &str, currency: Option<Currency>, left: i128, right: &[(&str, i128)]) -> Proof {
    let holds = right.iter().map(|(_, value)| value).sum::<i128>() == left;
    let right = right.iter().map(|(name, value)| (Box::from(*name), *value)).collect();
    Proof { id, account: account.into(), currency, holds, left, right, failures: Vec::new() }
}

fn proofs() -> Vec<Proof> {
    let eur = Some(Currency::EUR);
    let bridge = [
        ("ledger", 16_307_345),
        ("in books, not yet at bank", -431_000),
        ("paid in books, not debited", 1_274_650),
        ("matched, to post", 2_148_030),
        ("receipts not in books", 709_244),
        ("payments not in books", -148_320),
        ("bank charges and others, by rule", -21_486),
    ];
    let open = [("payments open at start", 55_499), ("cleared", -45_000), ("new", 319_700)];
    let counts =
        [("matched", 5), ("by_rule", 1), ("outside", 1), ("review", 1), ("unmatched", 1), ("held", 0), ("new", 1)];
    vec![
        proof(
            ProofId::Statement,
            BNP,
            eur,
            19_838_463,
            &[("opening", 18_422_015), ("in", 61_248_090), ("out", -59_831_642)],
        ),
        proof(ProofId::Coverage, BNP, None, 10, &counts),
        proof(
            ProofId::Coverage,
            BNP,
            eur,
            664_714,
            &[
                ("matched in", 341_500),
                ("matched out", -45_000),
                ("outside in", 50_000),
                ("by_rule out", -1_486),
                ("new in", 319_700),
            ],
        ),
        proof(ProofId::BookToBank, BNP, eur, 19_838_463, &bridge),
        proof(ProofId::Items, "", eur, 148_290_733, &[("listed", 148_290_733)]),
        proof(ProofId::RollForward, BNP, eur, 330_199, &open),
        proof(ProofId::Decisions, "", None, 7, &[("by engine", 4), ("by rule", 1), ("by person", 2)]),
    ]
}

fn bridges() -> Vec<Bridge> {
    let group = |kind, count: u64, sum: i128, lines: Vec<BridgeLine>| BridgeGroup { kind, count, sum, lines };
    let line = |name: &str, minor| BridgeLine { name: name.into(), day: day(6, 29), minor };
    let of = |name: &str, parts: &[i64]| parts.iter().map(|minor| line(name, *minor)).collect::<Vec<_>>();
    vec![Bridge {
        account: "512100".into(),
        bank: BNP.into(),
        currency: Currency::EUR,
        at_bank: (day(6, 30), 19_838_463),
        in_ledger: (day(6, 30), 16_307_345),
        stated: false,
        pairs: 1_143,
        groups: vec![
            group(BridgeKind::NotAtBank, 3, 431_000, of("BQ|5521", &[200_000, 200_000, 31_000])),
            group(BridgeKind::NotDebited, 5, -1_274_650, of("=BQ 5530", &[-1_000_000, -274_650])),
            group(BridgeKind::ToPost, 37, 2_148_030, of("P-01", &[125_000])),
            group(BridgeKind::ReceiptNotInBooks, 10, 709_244, of("P-06", &[214_000])),
            group(BridgeKind::PaymentNotInBooks, 5, -148_320, of("P-11", &[-9_500])),
            group(BridgeKind::ByRule, 6, -21_486, of("P-03", &[-1_486])),
        ],
        adjusted_left: 18_994_813,
        adjusted_right: 18_994_813,
        unexplained: 0,
    }]
}

fn operations() -> Vec<Operation> {
    let operation = |seq: u64, who: &str, kind: &str, summary: &str, why: &str| Operation {
        seq,
        at: format!("2026-07-02T08:{seq:02}:07Z").into(),
        who: who.into(),
        kind: kind.into(),
        summary: summary.into(),
        why: why.into(),
        run: "".into(),
        rules: "".into(),
        undone_by: None,
        hash: format!("{seq:064x}").into(),
    };
    let mut undone = operation(12, "amc", "accept", "31 lines, weight ≥ 12", "");
    undone.undone_by = Some(13);
    vec![
        operation(1, "amc", "import", "inbox/BNP_juin.xml: 12 payments", ""),
        operation(3, "amc", "run", "run 7f3a9c51d0e2: 5 of 14 decided", ""),
        operation(7, "amc", "settle", "P-02 ↔ I-02, bank-fee 25.00", "as in May"),
        operation(9, "hleroy", "hold", "P-08 until 2026-07-10", MARKUP),
        undone,
        operation(13, "amc", "undo", "op 12", ""),
    ]
}

fn files() -> Vec<InputFile> {
    let file = |path: &str, role, format: &str, sha: char, note: Note| InputFile {
        path: path.into(),
        role,
        format: format.into(),
        version: "".into(),
        sha256: sha.to_string().repeat(64).into(),
        bytes: 12_345,
        records: 12,
        notes: vec![note],
    };
    vec![
        file(
            "inbox/BNP_juin.xml",
            InputRole::Statement,
            "camt.053",
            'a',
            Note::new(NoteKind::Said, "1 pending entry left out"),
        ),
        file(
            "inbox/open|items.csv",
            InputRole::Items,
            "csv",
            'b',
            Note::new(NoteKind::Assumed, "delimiter ';', decimal comma"),
        ),
    ]
}

fn carried() -> Vec<CarriedView> {
    let carried = |id: &str, is_payment: bool, minor: i64, open_now: i64, became: &str| CarriedView {
        id: id.into(),
        is_payment,
        account: if is_payment { BNP.into() } else { "".into() },
        currency: Currency::EUR,
        minor,
        open_now,
        became: became.into(),
    };
    vec![
        carried("P-08", true, 18_000, 18_000, ""),
        carried("-P-10", true, 1_999, 1_999, ""),
        carried("P-11", true, -9_500, -9_500, ""),
        carried("P-00", true, 45_000, 0, "matched with I-03, op 2; came back as P-05"),
        carried("I-01", false, 125_000, 0, "paid by P-01, op 3"),
        carried("I-04", false, 100_000, 40_000, "paid in part, op 2"),
        carried("I-09", false, 30_000, 30_000, ""),
    ]
}

pub fn world() -> World {
    let mut payments = decided();
    payments.extend(open());
    let account = |account: &str, currency, closing| AccountStatus {
        account: account.into(),
        currency,
        sums: sums(&payments, account),
        closing: Some((day(6, 30), Money::new(closing, currency))),
        checks: vec![Check {
            kind: CheckKind::Balance,
            scope: account.into(),
            holds: Some(true),
            text: "opening + entries = closing".into(),
        }],
        proofs: proofs().into_iter().filter(|p| &*p.account == account).collect(),
    };
    let accounts = vec![account(BNP, Currency::EUR, 19_838_463), account(DOLLARS, Currency::USD, 1_000_000)];
    let drawn = vec![Sampled {
        payment: payments[0].clone(),
        evidence: "bank   3 Jun 2026  +1 250.00 EUR\n  reference cited by the whole number   +13.6 │███\n  <b>not markup</b>\u{1b}[1m"
            .into(),
    }];
    let rule = |id: &str, what: &str, account: &str, reason: &str, used| RuleView {
        id: id.into(),
        what: what.into(),
        account: account.into(),
        reason: reason.into(),
        used,
    };
    World {
        accounts,
        proofs: BookProofs {
            proofs: proofs(),
            bridges: bridges(),
            not_possible: vec![(ProofId::BookToBank, format!("{DOLLARS} USD: no ledger account mirrors it").into())],
        },
        payments,
        items: items(),
        on_account: vec![(Currency::EUR, 5_000)],
        carried: Some(carried()),
        operations: operations(),
        files: files(),
        rules: vec![rule("R12", "text COMMISSION MVT*, amount -60 .. 0", "627100", "bank charges", 1)],
        drawn,
        prepared: prepared(),
        approvals: approvals(),
    }
}

fn prepared() -> Vec<Preparer> {
    let amc = Preparer { who: "amc".into(), decisions: 3, by_runs: 40, taken_back: 1, imports: 5 };
    vec![amc, Preparer { who: HOSTILE.into(), imports: 1, ..Preparer::default() }]
}

/// One that stands and is signed, one of an account that is void, one that was withdrawn.
fn approvals() -> Vec<ApprovalView> {
    let key = PublicKey(std::array::from_fn(|n| n as u8));
    let approval = |op: u64, who: &str, note: &str| Approval {
        op,
        who: who.into(),
        at: format!("2026-07-02T09:{op:02}:00Z").into(),
        month: Month::parse("2026-06").unwrap(),
        account: "".into(),
        ledger: "".into(),
        content: "9b1c4e009b1c4e00".into(),
        configuration: "51d0e2".into(),
        note: note.into(),
        signed: None,
        broken: "".into(),
        book: "".into(),
        after: "".into(),
        undone_by: None,
    };
    let because = vec![
        VoidCause::Operation { op: 11, kind: "accept".into(), who: MARKUP.into() },
        VoidCause::Configuration,
        VoidCause::Proof { id: ProofId::BookToBank },
        VoidCause::Drift { kind: "payment".into(), key: MARKUP.into() },
    ];
    let of_account = Approval { account: BNP.into(), ledger: "512100".into(), ..approval(10, MARKUP, MARKUP) };
    let signed = Approval { signed: Some((key, Signature([7; 64]))), ..approval(14, "hleroy", HOSTILE) };
    vec![
        ApprovalView { approval: of_account, state: ApprovalState::Void { because }, signature: SignatureState::None },
        ApprovalView {
            approval: approval(12, "dp", ""),
            state: ApprovalState::Withdrawn { by: 13 },
            signature: SignatureState::Bad { why: BadSignature::Mismatch },
        },
        ApprovalView {
            approval: signed,
            state: ApprovalState::Standing,
            signature: SignatureState::Good { key, listed: true },
        },
    ]
}
