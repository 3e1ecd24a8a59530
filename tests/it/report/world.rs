//! A run made by hand: every bucket, both directions, differences of several types, a return, two currencies and hostile texts.

use chrono::NaiveDate;
use lettrage::config::{Config, Weights};
use lettrage::model::*;
use lettrage::report::{Inputs, Lang, Run};

pub struct World {
    pub files: Vec<InputFile>,
    pub statements: Vec<Statement>,
    pub checks: Vec<Check>,
    pub notes: Vec<Note>,
    pub passed_over: Vec<String>,
    pub payments: Vec<Payment>,
    pub items: Vec<OpenItem>,
    pub reconciliation: Reconciliation,
    pub proofs: Vec<Proof>,
    pub config: Config,
    pub weights: Weights,
    statement_paths: Vec<String>,
    invoice_paths: Vec<String>,
}

impl World {
    pub fn run(&self, lang: Lang, all_evidence: bool) -> Run<'_> {
        Run {
            version: "0.1.0",
            as_of: self.reconciliation.as_of,
            id: "7f3a9c51d0e2",
            command: Inputs {
                statements: &self.statement_paths,
                invoices: &self.invoice_paths,
                customers: Some("customers.csv"),
            },
            files: &self.files,
            statements: &self.statements,
            checks: &self.checks,
            notes: &self.notes,
            passed_over: &self.passed_over,
            payments: &self.payments,
            items: &self.items,
            reconciliation: &self.reconciliation,
            proofs: &self.proofs,
            config: &self.config,
            weights: &self.weights,
            lang,
            all_evidence,
            out: Some("out"),
        }
    }

    /// The same content read in the opposite order.
    pub fn reversed(mut self) -> Self {
        let (payments, items) = (self.payments.len() as u32, self.items.len() as u32);
        let payment = |n: u32| payments - 1 - n;
        let item = |n: u32| items - 1 - n;
        for verdict in &mut self.reconciliation.verdicts {
            verdict.returns = verdict.returns.map(payment);
            for hypothesis in verdict.chosen.iter_mut().chain(&mut verdict.rivals) {
                for application in &mut hypothesis.applications {
                    application.item = item(application.item);
                }
                hypothesis.obstacle = hypothesis.obstacle.map(|obstacle| match obstacle {
                    Obstacle::OtherDocumentCited(n) => Obstacle::OtherDocumentCited(item(n)),
                    Obstacle::AlreadySettled(by) => Obstacle::AlreadySettled(by.map(payment)),
                    other => other,
                });
            }
        }
        self.payments.reverse();
        self.items.reverse();
        self.reconciliation.verdicts.reverse();
        self.reconciliation.items.reverse();
        self.reconciliation.item_payers.reverse();
        self
    }
}

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn usd() -> Currency {
    Currency::parse("USD").unwrap()
}

const BNP: &str = "FR7630004000031234567890143";
const DOLLARS: &str = "FR7630004000039876543210990";

fn payment(id: &str, date: NaiveDate, minor: i64, payer: &str, text: &str) -> Payment {
    let mut payment = Payment::new(id, date, Money::new(minor, Currency::EUR));
    payment.account = BNP.into();
    payment.value_date = Some(date);
    payment.payer_name = payer.into();
    payment.remittance = text.into();
    let entry = id.bytes().last().map_or(1, |b| u32::from(b % 10) + 1);
    payment.place = Place { file: 0, position: Position::Entry { statement: 1, entry, detail: 0 } };
    payment
}

fn item(id: &str, number: &str, minor: i64, customer: (&str, &str), due: Option<NaiveDate>) -> OpenItem {
    let mut item = OpenItem::new(id, number, Money::new(minor, Currency::EUR));
    item.customer_id = customer.0.into();
    item.customer_name = customer.1.into();
    item.due_date = due;
    item
}

fn term(field: Field, level: Level, weight: i32) -> Term {
    Term { field, level, weight: Weight(weight) }
}

/// Terms of a payment that cites its items and whose payer is known.
fn good_terms(amount: Term) -> Vec<Term> {
    vec![
        term(Field::Start, Level::OneOf(2316), -11_177),
        term(Field::Reference, Level::CitedWhole(1), 13_641),
        term(Field::Payer, Level::PayerIbanAndName, 11_049),
        amount,
        term(Field::Date, Level::DaysFromDue(4), 1_249),
    ]
}

fn equal() -> Term {
    term(Field::Amount, Level::AmountEqual, 6_640)
}

fn hypothesis(kind: HypothesisKind, applications: &[(u32, i64)], terms: Vec<Term>, millionths: u32) -> Hypothesis {
    Hypothesis {
        kind,
        payer: None,
        applications: applications.iter().map(|&(item, applied)| Application { item, applied }).collect(),
        differences: Vec::new(),
        weight: terms.iter().map(|t| t.weight).sum(),
        terms,
        probability: Probability(millionths),
        flags: Flags::NONE,
        obstacle: None,
    }
}

fn less(mut hypothesis: Hypothesis, kind: DifferenceKind, minor: i64) -> Hypothesis {
    hypothesis.differences.push(Difference { kind, minor });
    hypothesis
}

fn barred(mut hypothesis: Hypothesis, payer: Option<u32>, obstacle: Obstacle) -> Hypothesis {
    hypothesis.payer = payer;
    hypothesis.obstacle = Some(obstacle);
    hypothesis
}

fn verdict(bucket: Bucket, reason: Option<Reason>, flags: &[Flag], chosen: Option<Hypothesis>) -> Verdict {
    Verdict {
        bucket,
        reason,
        flags: flags.iter().fold(Flags::NONE, |set, flag| set.with(*flag)),
        payer: None,
        probability: chosen.as_ref().map_or(Probability(12_000), |h| h.probability),
        chosen,
        rivals: Vec::new(),
        margin: Weight(12_300),
        search: Search::Complete,
        examined: 7,
        returns: None,
    }
}

fn of(payer: u32, mut verdict: Verdict) -> Verdict {
    verdict.payer = Some(payer);
    verdict
}

fn against(mut verdict: Verdict, rivals: Vec<Hypothesis>) -> Verdict {
    verdict.rivals = rivals;
    verdict
}

/// Items by position: 0 F-0412, 1 F-0398, 2 F-0288, 3 F-0301, 4 A-0017 (credit note), 5 F-0333, 6 US-77, 7 US-78, 8 settled F-0100,
/// 9 F-0500 without a due date, 10 =F-0666 with a hostile number.
fn items() -> Vec<OpenItem> {
    let (dupont, albert, nord) = (("C001", "Dupont SARL"), ("C002", "Garage Albert"), ("C003", "Nord Bâti"));
    let mut items = vec![
        item("I-01", "2026-0412", 127_500, dupont, Some(day(6, 25))),
        item("I-02", "2026-0398", 125_000, dupont, Some(day(5, 20))),
        item("I-03", "2026-0288", 45_000, albert, Some(day(6, 10))),
        item("I-04", "2026-0301", 98_000, albert, Some(day(6, 20))),
        item("I-05", "A-0017", -12_000, nord, None),
        item("I-06", "2026-0333", 72_000, nord, Some(day(3, 1))),
        item("U-01", "US-77", 98_000, ("C004", "Ohio Parts"), Some(day(7, 15))),
        item("U-02", "US-78", 98_000, ("C005", "Utah Tools"), Some(day(4, 15))),
        item("I-07", "2026-0100", 30_000, dupont, Some(day(1, 31))),
        item("I-08", "2026-0500", 50_000, nord, None),
        item("I-09", "=2026-0666", 77_700, ("@C006", "=HYPERLINK(\"x\")"), Some(day(4, 20))),
    ];
    for index in [6, 7] {
        items[index].amount.currency = usd();
    }
    items[8].open_minor = 0;
    for (line, item) in (2..).zip(&mut items) {
        item.place = Place { file: 2, position: Position::Line(line) };
    }
    items
}

fn payments() -> Vec<Payment> {
    let mut payments = vec![
        payment("P-05", day(6, 12), 51_000, "NORD BATI", "FACTURE 2026-0500"),
        payment("P-01", day(6, 3), 45_000, "GARAGE ALBERT", "FAC 2026-0288"),
        payment("P-02", day(6, 29), 125_000, "VIR SEPA DUPONT SARL", "FAC 2026-0412"),
        payment("P-03", day(6, 5), 96_040, "GARAGE ALBERT", "2026-0301 less 2%"),
        payment("P-04", day(6, 9), 60_000, "NORD BATI", "2026-0333 - avoir A-0017"),
        payment("P-06", day(6, 15), -45_000, "GARAGE ALBERT", "RETOUR VIR AC04 FAC 2026-0288"),
        payment("P-07", day(6, 18), 45_000, "GARAGE ALBERT", "FAC 2026-0288 encore"),
        payment("P-08", day(6, 19), 214_000, "=cmd|'/c calc'!A1", "<script>alert(1)</script> & \"x\"\u{1b}[31m"),
        payment("P-09", day(6, 30), -1_250, "", "COMMISSION MVT"),
        payment("P-10", day(6, 22), 98_000, "OHIO OR UTAH", ""),
        payment("P-11", day(6, 23), 30_000, "DUPONT SARL", "2026-0100"),
        payment("P-12", day(4, 3), 72_025, "SARL NORD BATI", "divers, sans réf."),
        payment("-P-13", day(6, 30), -200_000, "URSSAF", "COTISATIONS"),
    ];
    payments[9].account = DOLLARS.into();
    payments[9].amount.currency = usd();
    payments[9].place = Place { file: 1, position: Position::Line(14) };
    payments[2].payer_iban = "FR7610107001011234567890118".into();
    payments[2].end_to_end_id = "DUPONT-88213".into();
    payments
}

fn verdicts() -> Vec<Verdict> {
    use HypothesisKind as Kind;
    let short = term(Field::Amount, Level::AmountLessFee(2_500), -3_449);
    let weak = |level, weight| vec![term(Field::Start, Level::OneOf(2), -1_000), term(Field::Amount, level, weight)];
    let fee =
        less(hypothesis(Kind::Cited, &[(0, 125_000)], good_terms(short), 999_600), DifferenceKind::OpenRest, 2_500);
    let discount = term(Field::Amount, Level::AmountLessDiscount(1_960), 5_004);
    let over = term(Field::Amount, Level::AmountOver(1_000), -2_950);
    let mut returned = verdict(
        Bucket::Auto,
        Some(Reason::Returned),
        &[Flag::Returned],
        Some(hypothesis(
            Kind::Return,
            &[(2, -45_000)],
            vec![term(Field::Reference, Level::CitedWhole(1), 9_000)],
            999_000,
        )),
    );
    returned.returns = Some(1);
    let mut stopped = verdict(Bucket::Unmatched, Some(Reason::SearchLimit), &[], None);
    stopped.search = Search::Stopped;
    let duplicate = hypothesis(Kind::Duplicate, &[(2, 45_000)], good_terms(equal()), 412_345);
    let ohio = hypothesis(Kind::AmountOnly, &[(6, 98_000)], weak(Level::AmountEqual, 4_000), 480_000);
    let utah = hypothesis(Kind::AmountOnly, &[(7, 98_000)], weak(Level::AmountEqual, 3_600), 420_000);
    vec![
        of(
            2,
            verdict(
                Bucket::Auto,
                None,
                &[Flag::Overpaid],
                Some(less(
                    hypothesis(Kind::Cited, &[(9, 50_000)], good_terms(over), 998_200),
                    DifferenceKind::OnAccount,
                    1_000,
                )),
            ),
        ),
        of(
            1,
            verdict(
                Bucket::Auto,
                None,
                &[],
                Some(hypothesis(Kind::Cited, &[(2, 45_000)], good_terms(equal()), 999_999)),
            ),
        ),
        against(
            of(0, verdict(Bucket::Auto, None, &[Flag::Partial, Flag::FeeWithheld], Some(fee))),
            vec![
                barred(
                    hypothesis(Kind::PayerAmount, &[(1, 125_000)], weak(Level::AmountEqual, 600), 300),
                    Some(0),
                    Obstacle::OtherDocumentCited(0),
                ),
                barred(
                    hypothesis(Kind::None, &[], vec![term(Field::Start, Level::NoItem, -9_800)], 100),
                    None,
                    Obstacle::BelowLevel(Probability(100)),
                ),
            ],
        ),
        of(
            1,
            verdict(
                Bucket::Auto,
                None,
                &[Flag::DiscountTaken],
                Some(less(
                    hypothesis(Kind::Cited, &[(3, 98_000)], good_terms(discount), 999_100),
                    DifferenceKind::Discount,
                    1_960,
                )),
            ),
        ),
        of(
            2,
            verdict(
                Bucket::Auto,
                None,
                &[Flag::CreditNoteNetted],
                Some(hypothesis(Kind::Cited, &[(5, 72_000), (4, -12_000)], good_terms(equal()), 999_900)),
            ),
        ),
        of(1, returned),
        against(
            of(
                1,
                verdict(
                    Bucket::Review,
                    Some(Reason::WeakEvidence),
                    &[],
                    Some(barred(duplicate, Some(1), Obstacle::BelowLevel(Probability(412_345)))),
                ),
            ),
            vec![barred(
                hypothesis(Kind::Part, &[(3, 45_000)], weak(Level::AmountShort(53_000), -6_000), 1_000),
                Some(1),
                Obstacle::AlreadySettled(Some(3)),
            )],
        ),
        against(
            verdict(Bucket::Unmatched, Some(Reason::UnknownPayer), &[Flag::UnknownPayer], None),
            vec![barred(
                hypothesis(Kind::Part, &[(10, 77_700)], weak(Level::AmountOver(136_300), -8_000), 900),
                None,
                Obstacle::AmountOff(136_300),
            )],
        ),
        verdict(Bucket::NotReceivable, Some(Reason::NotInBooksFee), &[], None),
        against(
            verdict(
                Bucket::Review,
                Some(Reason::AmountOnly),
                &[Flag::UnknownPayer, Flag::AmountOnly, Flag::Ambiguous],
                Some(barred(ohio, Some(3), Obstacle::RivalTooClose(Weight(400)))),
            ),
            vec![barred(utah, Some(4), Obstacle::RivalTooClose(Weight(400)))],
        ),
        against(
            of(0, verdict(Bucket::Unmatched, Some(Reason::DuplicatePayment), &[Flag::Duplicate], None)),
            vec![barred(
                hypothesis(Kind::Cited, &[(8, 30_000)], good_terms(equal()), 0),
                Some(0),
                Obstacle::AlreadySettled(None),
            )],
        ),
        stopped,
        verdict(Bucket::NotReceivable, Some(Reason::NotInBooks), &[], None),
    ]
}

fn statement(account: &str, currency: Currency, opening: i64, booked: i64, entries: u32) -> Statement {
    let balance = |kind, minor, date| Balance { kind, amount: Money::new(minor, currency), date: Some(date) };
    let opening = balance(BalanceKind::Opening, opening, day(5, 31));
    let closing = balance(BalanceKind::Closing, opening.amount.minor + booked, day(6, 30));
    Statement {
        id: "2026-06".into(),
        sequence: "6".into(),
        account: account.into(),
        owner: "Ateliers Nord".into(),
        currency: Some(currency),
        from: Some(day(6, 1)),
        to: Some(day(6, 30)),
        opening: Some(opening),
        closing: Some(closing),
        balances: vec![opening, closing],
        entries,
        transactions: entries,
        booked_minor: i128::from(booked),
        ..Statement::default()
    }
}

fn file(path: &str, role: InputRole, format: &str, version: &str, notes: &[&str]) -> InputFile {
    InputFile {
        path: path.into(),
        role,
        format: format.into(),
        version: version.into(),
        sha256: format!("{:0>64}", format.len() * 1_000_003 + path.len()).into(),
        bytes: 18_204,
        records: 12,
        notes: notes.iter().map(|n| Note::new(NoteKind::Assumed, *n)).collect(),
    }
}

fn proof(id: ProofId, currency: Option<Currency>, right: &[(&str, i128)]) -> Proof {
    Proof {
        id,
        account: Box::default(),
        currency,
        holds: true,
        left: right.iter().map(|(_, value)| value).sum(),
        right: right.iter().map(|(name, value)| ((*name).into(), *value)).collect(),
        failures: Vec::new(),
    }
}

pub fn world() -> World {
    let (payments, items, verdicts) = (payments(), items(), verdicts());
    let mut outcomes = vec![ItemOutcome::default(); items.len()];
    for verdict in verdicts.iter().filter(|v| v.bucket == Bucket::Auto) {
        for application in &verdict.chosen.as_ref().unwrap().applications {
            let outcome = &mut outcomes[application.item as usize];
            outcome.applied += application.applied;
            if verdict.returns.is_some() {
                outcome.reopened -= application.applied;
            } else {
                outcome.payments += 1;
            }
        }
    }
    let payer = |id: &str, name: &str| Payer { id: id.into(), name: name.into() };
    let booked = payments.iter().filter(|p| &*p.account == BNP).map(|p| p.amount.minor).sum();
    let checks = vec![
        Check {
            kind: CheckKind::Balance,
            scope: format!("statements/bnp.xml, {BNP} 2026-06").into(),
            holds: Some(true),
            text: "184220.15 + entries = closing".into(),
        },
        Check {
            kind: CheckKind::Continuity,
            scope: "statements/bnp.xml".into(),
            holds: None,
            text: "only one statement of this account".into(),
        },
        Check {
            kind: CheckKind::ControlTotal,
            scope: "statements/usd.csv".into(),
            holds: Some(false),
            text: "says 2 entries, has 1".into(),
        },
    ];
    World {
        files: vec![
            file("statements/bnp.xml", InputRole::Statement, "camt.053", "camt.053.001.08", &[]),
            file("statements/usd.csv", InputRole::Statement, "csv", "", &["delimiter ';'", "decimal mark ','"]),
            file("invoices.csv", InputRole::Items, "csv", "canonical", &["encoding UTF-8"]),
            file("customers.csv", InputRole::Customers, "csv", "canonical", &[]),
        ],
        statements: vec![
            statement(BNP, Currency::EUR, 18_422_015, booked, 12),
            statement(DOLLARS, usd(), 100_000, 98_000, 1),
        ],
        checks,
        notes: vec![Note::new(NoteKind::Said, "1 row stands in two files and counts once")],
        passed_over: vec!["statements/notes.txt".into()],
        reconciliation: Reconciliation {
            frequencies: Default::default(),
            as_of: day(6, 30),
            verdicts,
            items: outcomes,
            payers: vec![
                payer("C001", "Dupont SARL"),
                payer("C002", "Garage Albert"),
                payer("C003", "Nord Bâti"),
                payer("C004", "Ohio Parts"),
                payer("C005", "Utah Tools"),
                payer("@C006", "=HYPERLINK(\"x\")"),
            ],
            item_payers: [0, 0, 1, 1, 2, 2, 3, 4, 0, 2, 5].map(Some).to_vec(),
        },
        proofs: vec![
            Proof {
                holds: false,
                failures: vec!["statements/usd.csv: says 2 entries, has 1".into()],
                ..proof(ProofId::Statement, None, &[("held", 1), ("failed", 1), ("not possible", 1)])
            },
            proof(
                ProofId::Coverage,
                Some(Currency::EUR),
                &[("auto", 332_040), ("review", 45_000), ("unmatched", 316_025), ("not_receivable", -201_250)],
            ),
            proof(
                ProofId::Items,
                Some(Currency::EUR),
                &[("settled", 208_000), ("paid in part", 125_000), ("rest of those", 2_500), ("untouched", 247_700)],
            ),
            proof(ProofId::Equation, None, &[("equations", 6)]),
            proof(ProofId::Application, None, &[("applications", 7)]),
        ],
        config: Config::default(),
        weights: Weights::default(),
        statement_paths: vec!["statements".into()],
        invoice_paths: vec!["invoices.csv".into()],
        payments,
        items,
    }
}
