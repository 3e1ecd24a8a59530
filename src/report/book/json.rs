//! The report for programs: one JSON document. Money is a decimal string beside its currency, never a number; dates are ISO 8601.

use std::fmt;
use std::io::Write;

use chrono::NaiveDate;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::ageing::{self, ITEM_BUCKETS, LINE_BUCKETS, is_open};
use super::approvals::{approval_signature, approval_state};
use super::lines::{COLUMNS, Shared, of_item, of_payment};
use super::page::Cell;
use super::sections::inputs_hash;
use super::views::{BookReport, CarriedView, Sampled};
use crate::error::Error;
use crate::model::money::write_minor;
use crate::model::{
    AccountStatus, ApprovalState, ApprovalStatus, ApprovalView, Author, BookPayment, Bridge, BridgeGroup,
    CalibrationRecord, Currency, Decision, EvidenceCounts, Operation, Preparer, Proof, SignatureState, Standing,
};
use crate::report::Lang;
use crate::report::json::{InputEntry, input_entry};

/// Name and version of the format of a book's report.
pub const BOOK_SCHEMA: &str = "lettrage.book/1";

/// Writes the report as one JSON document.
///
/// # Errors
/// `E0002` when `out` cannot be written.
pub fn write_json(report: &BookReport<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let mut to = std::io::BufWriter::new(&mut *out);
    let written = serde_json::to_writer_pretty(&mut to, &document(report)).map_err(std::io::Error::from);
    super::written(written.and_then(|()| to.write_all(b"\n")).and_then(|()| to.flush()))
}

/// Minor units as a plain decimal.
pub(super) struct Decimal(pub i128, pub Currency);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_minor(f, self.0, self.1)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// A row of the list, with the names of its columns in their order.
pub(super) struct ListRow<'a>(pub [Cell<'a>; COLUMNS.len()]);

impl Serialize for ListRow<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(COLUMNS.len()))?;
        for (name, cell) in COLUMNS.iter().zip(&self.0) {
            map.serialize_entry(name, &JsonCell(cell))?;
        }
        map.end()
    }
}

/// A cell as a value. What is not known is null.
struct JsonCell<'c>(&'c Cell<'c>);

impl Serialize for JsonCell<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cell::Nothing => to.serialize_none(),
            Cell::Code("") => to.serialize_none(),
            Cell::Foreign(text) => to.serialize_str(text),
            Cell::Words(text) => to.serialize_str(text),
            Cell::Code(text) => to.serialize_str(text),
            Cell::Count(count) => match i64::try_from(*count) {
                Ok(count) => to.serialize_i64(count),
                Err(_) => to.collect_str(count),
            },
            Cell::Money(minor, currency) => Decimal(*minor, *currency).serialize(to),
            Cell::Day(day) => day.serialize(to),
            // Both are exact to their last printed digit: the nearest float prints as it.
            Cell::Probability(probability) => to.serialize_f64(probability.fraction()),
            Cell::Weight(weight) => to.serialize_f64(f64::from(weight.0) / 1000.0),
            Cell::Holds(holds) => to.serialize_bool(*holds),
            Cell::Stack(cells) => to.collect_seq(cells.iter().map(JsonCell)),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    program: Program<'a>,
    company: &'a str,
    month: Option<String>,
    as_of: NaiveDate,
    made_at: Option<&'a str>,
    run_id: Option<&'a str>,
    calibration: Option<Calibrated>,
    rules_sha256: &'a str,
    log_head: &'a str,
    seal: Option<&'a str>,
    approval: Option<&'static str>,
    prepared: Vec<Prepared<'a>>,
    approvals: Vec<Approved<'a>>,
    inputs_sha256: String,
    inputs: Vec<InputEntry<'a>>,
    accounts: Vec<Account<'a>>,
    proofs: Vec<ProofEntry<'a>>,
    not_possible: Vec<NotPossible<'a>>,
    bridges: Vec<BridgeEntry<'a>>,
    ageing: Vec<Ages>,
    open: Vec<ListRow<'a>>,
    on_account: Vec<Amount>,
    carried: Option<Vec<Carried<'a>>>,
    decisions: Vec<Decided<'a>>,
    operations: &'a [Operation],
    rules: Vec<Rule<'a>>,
    sample: Sample<'a>,
}

/// On what the last run was calibrated; levels are fractions.
#[derive(Serialize)]
struct Calibrated {
    evidence: EvidenceCounts,
    auto_level: LevelUsed,
}

#[derive(Serialize)]
struct LevelUsed {
    configured: f64,
    used: f64,
    why: String,
}

#[derive(Serialize)]
struct Program<'a> {
    name: &'static str,
    version: &'a str,
}

/// Somebody who prepared, with what they did.
#[derive(Serialize)]
struct Prepared<'a> {
    who: &'a str,
    decisions: u64,
    decisions_of_runs: u64,
    taken_back: u64,
    imports: u64,
}

#[derive(Serialize)]
struct Approved<'a> {
    op: u64,
    who: &'a str,
    at: &'a str,
    account: Option<&'a str>,
    ledger_account: Option<&'a str>,
    content: &'a str,
    rules_sha256: &'a str,
    note: &'a str,
    state: &'static str,
    state_text: String,
    signature: &'static str,
    signature_text: String,
    key: Option<String>,
    key_listed: Option<bool>,
}

#[derive(Serialize)]
struct Amount {
    currency: Currency,
    amount: Decimal,
}

#[derive(Serialize)]
struct Account<'a> {
    account: &'a str,
    currency: Currency,
    closing_date: Option<NaiveDate>,
    closing: Option<Decimal>,
    standings: Vec<StandingSum>,
}

#[derive(Serialize)]
struct StandingSum {
    standing: &'static str,
    count: u64,
    money_in: Decimal,
    money_out: Decimal,
}

#[derive(Serialize)]
struct ProofEntry<'a> {
    id: &'static str,
    account: &'a str,
    currency: Option<Currency>,
    holds: bool,
    left: String,
    right: Vec<(&'a str, String)>,
    failures: &'a [Box<str>],
}

/// What could not be proved, and what is missing for it.
#[derive(Serialize)]
struct NotPossible<'a> {
    id: &'static str,
    why: &'a str,
}

#[derive(Serialize)]
struct BridgeEntry<'a> {
    ledger_account: &'a str,
    bank_account: &'a str,
    currency: Currency,
    bank_date: NaiveDate,
    bank_balance: Decimal,
    in_books_not_at_bank: Vec<Group<'a>>,
    ledger_date: NaiveDate,
    ledger_balance: Decimal,
    at_bank_not_in_books: Vec<Group<'a>>,
    adjusted_bank: Decimal,
    adjusted_ledger: Decimal,
    unexplained: Decimal,
}

#[derive(Serialize)]
struct Group<'a> {
    label: &'static str,
    count: u64,
    amount: Decimal,
    lines: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    date: NaiveDate,
    amount: Decimal,
}

/// What is open in one currency and band.
#[derive(Serialize)]
struct Ages {
    side: &'static str,
    currency: Currency,
    age_bucket: &'static str,
    count: u64,
    amount: Decimal,
}

#[derive(Serialize)]
struct Carried<'a> {
    id: &'a str,
    side: &'static str,
    account: &'a str,
    currency: Currency,
    open_before: Decimal,
    open_now: Decimal,
    became: &'a str,
}

/// A decision that stands, with what it is about.
#[derive(Serialize)]
struct Decided<'a> {
    side: &'static str,
    id: &'a str,
    currency: Currency,
    amount: Option<Decimal>,
    standing: Option<&'static str>,
    op: u64,
    kind: &'static str,
    author: &'static str,
    by: &'a str,
    at: &'a str,
    run: &'a str,
    why: &'a str,
    account: &'a str,
    reason: &'a str,
    returns: &'a str,
    until: Option<NaiveDate>,
    applications: Vec<Applied<'a>>,
    differences: Vec<Differs>,
}

#[derive(Serialize)]
struct Applied<'a> {
    item_id: &'a str,
    amount: Decimal,
    taken_over: bool,
}

#[derive(Serialize)]
struct Differs {
    kind: &'static str,
    amount: Decimal,
}

#[derive(Serialize)]
struct Rule<'a> {
    id: &'a str,
    what: &'a str,
    account: &'a str,
    reason: &'a str,
    used: u64,
}

#[derive(Serialize)]
struct Sample<'a> {
    seed: &'a str,
    drawn_from: usize,
    drawn: Vec<Drawn<'a>>,
}

#[derive(Serialize)]
struct Drawn<'a> {
    id: &'a str,
    evidence: &'a str,
}

fn document<'a>(report: &'a BookReport<'a>) -> Document<'a> {
    let shared = Shared { as_of: report.as_of, files: report.files, rules_sha256: report.rules_sha256 };
    let payments = report.payments.iter().filter(|p| is_open(p)).map(|p| ListRow(of_payment(p, shared)));
    let items = report.items.iter().filter(|i| i.item.open_minor != 0).map(|i| ListRow(of_item(i, shared)));
    let rule = |r: &'a super::RuleView| Rule {
        id: &r.id,
        what: &r.what,
        account: &r.account,
        reason: &r.reason,
        used: r.used,
    };
    let drawn = |s: &'a Sampled| Drawn { id: &s.payment.payment.id, evidence: &s.evidence };
    Document {
        schema: BOOK_SCHEMA,
        program: Program { name: "lettrage", version: report.version },
        company: report.company,
        month: report.month.map(|m| m.to_string()),
        as_of: report.as_of,
        made_at: Some(report.made_at).filter(|at| !at.is_empty()),
        run_id: report.run,
        calibration: report.calibration.as_ref().map(calibrated),
        rules_sha256: report.rules_sha256,
        log_head: report.log_head,
        seal: report.seal,
        approval: report.month.map(|_| ApprovalStatus::of(report.control.approvals, "").word()),
        prepared: report.control.prepared.iter().map(prepared).collect(),
        approvals: report.control.approvals.iter().map(approved).collect(),
        inputs_sha256: inputs_hash(report),
        inputs: report.files.iter().map(input_entry).collect(),
        accounts: report.accounts.iter().map(account).collect(),
        proofs: report.proofs.proofs.iter().map(proof).collect(),
        not_possible: report.proofs.not_possible.iter().map(|(id, why)| NotPossible { id: id.code(), why }).collect(),
        bridges: report.proofs.bridges.iter().map(bridge).collect(),
        ageing: ages(report),
        open: payments.chain(items).collect(),
        on_account: report.on_account.iter().map(|(c, m)| Amount { currency: *c, amount: Decimal(*m, *c) }).collect(),
        carried: report.carried.map(|all| all.iter().map(carried).collect()),
        decisions: decisions(report),
        operations: report.operations,
        rules: report.rules.iter().map(rule).collect(),
        sample: Sample {
            seed: report.sample.seed,
            drawn_from: report.sample.drawn_from,
            drawn: report.sample.drawn.iter().map(drawn).collect(),
        },
    }
}

fn prepared(one: &Preparer) -> Prepared<'_> {
    Prepared {
        who: &one.who,
        decisions: one.decisions,
        decisions_of_runs: one.by_runs,
        taken_back: one.taken_back,
        imports: one.imports,
    }
}

fn approved(view: &ApprovalView) -> Approved<'_> {
    let one = &view.approval;
    let (signature, listed) = match &view.signature {
        SignatureState::None => ("none", None),
        SignatureState::Good { listed, .. } => ("good", Some(*listed)),
        SignatureState::Bad { .. } => ("bad", None),
    };
    fn some(text: &str) -> Option<&str> {
        Some(text).filter(|text| !text.is_empty())
    }
    Approved {
        op: one.op,
        who: &one.who,
        at: &one.at,
        account: some(&one.account),
        ledger_account: some(&one.ledger),
        content: &one.content,
        rules_sha256: &one.configuration,
        note: &one.note,
        state: match view.state {
            ApprovalState::Standing => "standing",
            ApprovalState::Void { .. } => "void",
            ApprovalState::Withdrawn { .. } => "withdrawn",
        },
        state_text: approval_state(Lang::En, view),
        signature,
        signature_text: approval_signature(Lang::En, &one.who, &view.signature),
        key: one.signed.as_ref().map(|(key, _)| key.to_string()),
        key_listed: listed,
    }
}

fn calibrated(record: &CalibrationRecord) -> Calibrated {
    let (configured, used) = (record.level.configured.fraction(), record.level.used.fraction());
    let why = super::calibration::level_words(Lang::En, &record.level);
    Calibrated { evidence: record.counts, auto_level: LevelUsed { configured, used, why } }
}

fn account(status: &AccountStatus) -> Account<'_> {
    let currency = status.currency;
    let sum = |(standing, sum): (Standing, &crate::model::Sum)| StandingSum {
        standing: standing.word(),
        count: sum.count,
        money_in: Decimal(sum.credit, currency),
        money_out: Decimal(sum.debit, currency),
    };
    Account {
        account: &status.account,
        currency,
        closing_date: status.closing.map(|(day, _)| day),
        closing: status.closing.map(|(_, amount)| Decimal(amount.minor.into(), amount.currency)),
        standings: Standing::ALL.into_iter().zip(&status.sums).map(sum).collect(),
    }
}

fn proof(proof: &Proof) -> ProofEntry<'_> {
    let figure = |value: i128| proof.currency.map_or_else(|| value.to_string(), |c| Decimal(value, c).to_string());
    ProofEntry {
        id: proof.id.code(),
        account: &proof.account,
        currency: proof.currency,
        holds: proof.holds,
        left: figure(proof.left),
        right: proof.right.iter().map(|(name, value)| (&**name, figure(*value))).collect(),
        failures: &proof.failures,
    }
}

fn bridge(view: &Bridge) -> BridgeEntry<'_> {
    let money = |minor| Decimal(minor, view.currency);
    let groups = |left: bool| {
        view.groups.iter().filter(|g| g.kind.is_left() == left).map(|g| bridge_group(g, view.currency)).collect()
    };
    BridgeEntry {
        ledger_account: &view.account,
        bank_account: &view.bank,
        currency: view.currency,
        bank_date: view.at_bank.0,
        bank_balance: money(view.at_bank.1),
        in_books_not_at_bank: groups(true),
        ledger_date: view.in_ledger.0,
        ledger_balance: money(view.in_ledger.1),
        at_bank_not_in_books: groups(false),
        adjusted_bank: money(view.adjusted_left),
        adjusted_ledger: money(view.adjusted_right),
        unexplained: money(view.unexplained),
    }
}

fn bridge_group(group: &BridgeGroup, currency: Currency) -> Group<'_> {
    let lines = group.lines.iter();
    Group {
        label: group.kind.key(),
        count: group.count,
        amount: Decimal(group.sum, currency),
        lines: lines.map(|l| Line { name: &l.name, date: l.day, amount: Decimal(l.minor.into(), currency) }).collect(),
    }
}

fn ages(report: &BookReport<'_>) -> Vec<Ages> {
    let mut found = Vec::new();
    for (currency, sums) in ageing::lines(report.payments, report.as_of) {
        for (age_bucket, sum) in LINE_BUCKETS.into_iter().zip(sums) {
            let amount = Decimal(sum.credit + sum.debit, currency);
            found.push(Ages { side: "bank", currency, age_bucket, count: sum.count, amount });
        }
    }
    for (currency, ageing) in ageing::items(report) {
        let bands = ITEM_BUCKETS.into_iter().zip(ageing.bands);
        for (age_bucket, sum) in bands.chain([(ageing::CREDIT_NOTE, ageing.credit_notes)]) {
            let amount = Decimal(sum.minor, currency);
            found.push(Ages { side: "open_item", currency, age_bucket, count: sum.count, amount });
        }
    }
    found
}

fn carried(one: &CarriedView) -> Carried<'_> {
    Carried {
        id: &one.id,
        side: if one.is_payment { "bank" } else { "open_item" },
        account: &one.account,
        currency: one.currency,
        open_before: Decimal(one.minor.into(), one.currency),
        open_now: Decimal(one.open_now.into(), one.currency),
        became: &one.became,
    }
}

/// Decisions of people and rules, and what goes outside the receivables. Those of the engine about receivables are in its runs.
fn decisions<'a>(report: &'a BookReport<'a>) -> Vec<Decided<'a>> {
    let payment = |p: &'a BookPayment| {
        let amount = p.payment.amount;
        let decision = p.decision.as_ref()?;
        let money = Decimal(amount.minor.into(), amount.currency);
        let shown =
            decision.author != Author::Engine || !decision.differences.is_empty() || !decision.account.is_empty();
        shown.then(|| decided("bank", &p.payment.id, amount.currency, Some(money), Some(p.standing.word()), decision))
    };
    let payments = report.payments.iter().filter_map(payment);
    let items = report.items.iter().filter_map(|i| {
        Some(decided("open_item", &i.item.id, i.item.amount.currency, None, None, i.decision.as_ref()?))
    });
    payments.chain(items).collect()
}

fn decided<'a>(
    side: &'static str,
    id: &'a str,
    currency: Currency,
    amount: Option<Decimal>,
    standing: Option<&'static str>,
    decision: &'a Decision,
) -> Decided<'a> {
    let applied = |a: &'a crate::model::Applied| Applied {
        item_id: &a.item,
        amount: Decimal(a.minor.into(), currency),
        taken_over: a.taken_over,
    };
    let differs =
        |d: &crate::model::Difference| Differs { kind: d.kind.word(), amount: Decimal(d.minor.into(), currency) };
    Decided {
        side,
        id,
        currency,
        amount,
        standing,
        op: decision.op,
        kind: decision.kind.word(),
        author: decision.author.word(),
        by: &decision.by,
        at: &decision.at,
        run: &decision.run,
        why: &decision.why,
        account: &decision.account,
        reason: &decision.reason,
        returns: &decision.returns,
        until: decision.until,
        applications: decision.applications.iter().map(applied).collect(),
        differences: decision.differences.iter().map(differs).collect(),
    }
}
