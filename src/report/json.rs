//! `run.json`, `evidence.jsonl` and their JSON Schema. Money is a decimal string beside its currency, never a number.
//!
//! The documents are written a few thousand payments at a time, so that a million of them need no memory of their own; a
//! payment is put into bytes in `json_rows.rs`.

use std::borrow::Cow;
use std::io::{self, Write};

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::digest;
use super::i18n::Lang;
use super::json_rows::push_payment;
use super::rows::write_rows;
use super::view::View;
use crate::model::money::write_minor;
use crate::model::{Balance, Bucket, Check, Currency, InputFile, Note, Proof, Statement};

/// The file that holds the whole run.
pub(super) const FILE: &str = "run.json";

/// Name and version of the format of `run.json`.
pub const RUN_SCHEMA: &str = "lettrage.run/1";

/// A whole run: `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document<'a> {
    /// `lettrage.run/1`.
    pub schema: Cow<'a, str>,
    /// The program that made it.
    pub program: ProgramEntry<'a>,
    /// Identifier of the run: a hash over inputs, configuration, weights, as-of date and version.
    pub run_id: Cow<'a, str>,
    /// The date on which ages are counted.
    pub as_of: NaiveDate,
    /// Language of the texts for people.
    pub lang: Lang,
    /// `all` when `evidence.jsonl` holds every payment, otherwise `review`.
    pub evidence: Cow<'a, str>,
    /// Inputs as the user named them.
    pub command: CommandEntry<'a>,
    /// Input files as they were found.
    pub inputs: Vec<InputEntry<'a>>,
    /// What is said about the inputs together.
    pub notes: Vec<NoteEntry<'a>>,
    /// Files that are of no known kind.
    pub passed_over: Vec<Cow<'a, str>>,
    /// SHA-256 of the configuration in its JSON form.
    pub config_sha256: String,
    /// The effective configuration.
    pub config: serde_json::Value,
    /// SHA-256 of the weights in their JSON form.
    pub weights_sha256: String,
    /// The weights in use.
    pub weights: serde_json::Value,
    /// The statements.
    pub statements: Vec<StatementEntry<'a>>,
    /// Checks of the statements against their own claims.
    pub checks: Vec<CheckEntry<'a>>,
    /// The auditor's proofs.
    pub proofs: Vec<ProofEntry<'a>>,
    /// Payments by bucket and currency.
    pub totals: Vec<TotalEntry<'a>>,
    /// Payments by reason and currency, for everything that is not automatic.
    pub reasons: Vec<TotalEntry<'a>>,
    /// Payments by flag.
    pub flags: Vec<CountEntry<'a>>,
    /// Payments in review or unmatched, by booking date and identifier, with what was thought of.
    pub payments: Vec<PaymentEntry<'a>>,
}

/// The program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramEntry<'a> {
    /// `lettrage`.
    pub name: Cow<'a, str>,
    /// Its version.
    pub version: Cow<'a, str>,
}

/// Inputs as the user named them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandEntry<'a> {
    /// Statement files and folders.
    pub statements: Vec<Cow<'a, str>>,
    /// Invoice files.
    pub invoices: Vec<Cow<'a, str>>,
    /// The customer master file.
    pub customers: Option<Cow<'a, str>>,
}

/// An input file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputEntry<'a> {
    /// `statement`, `invoices` or `customers`.
    pub role: Cow<'a, str>,
    /// Path as given; `-` is standard input.
    pub path: Cow<'a, str>,
    /// Kind of file.
    pub format: Cow<'a, str>,
    /// Version of the kind, or the name of the CSV mapping.
    pub version: Cow<'a, str>,
    /// SHA-256 of its bytes.
    pub sha256: Cow<'a, str>,
    /// Its size.
    pub bytes: u64,
    /// Records that became payments, items or customers.
    pub records: u64,
    /// What was assumed, left out, or is odd.
    pub notes: Vec<NoteEntry<'a>>,
}

/// Something that the program says about an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteEntry<'a> {
    /// `assumed`, `note` or `warning`.
    pub kind: Cow<'a, str>,
    /// What it says, in English.
    pub text: Cow<'a, str>,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementEntry<'a> {
    /// The bank's identifier.
    pub id: Cow<'a, str>,
    /// Sequence number, as written.
    pub sequence: Cow<'a, str>,
    /// The account.
    pub account: Cow<'a, str>,
    /// Currency of the account.
    pub currency: Option<Cow<'a, str>>,
    /// Whether it is a copy, which makes no new money.
    pub copy: bool,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// Booked opening balance.
    pub opening: Option<BalanceEntry<'a>>,
    /// Booked closing balance.
    pub closing: Option<BalanceEntry<'a>>,
    /// Sum of the booked entries, signed; null without a currency.
    pub booked: Option<String>,
    /// Entries in the file, pending too.
    pub entries: u32,
    /// Transactions in the file, pending too.
    pub transactions: u32,
    /// Entries that move no money.
    pub not_booked: u32,
    /// Whether opening + booked = closing; null where a balance is missing.
    pub balances_ok: Option<bool>,
}

/// A balance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalanceEntry<'a> {
    /// Signed amount.
    pub amount: String,
    /// Its currency.
    pub currency: Cow<'a, str>,
    /// Its date.
    pub date: Option<NaiveDate>,
}

/// A check of the input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckEntry<'a> {
    /// `balance`, `continuity`, `control_total` or `batch`.
    pub kind: Cow<'a, str>,
    /// The statement or file concerned.
    pub scope: Cow<'a, str>,
    /// Null: cannot be made.
    pub holds: Option<bool>,
    /// What was found and expected, in English.
    pub text: Cow<'a, str>,
}

/// A proof with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofEntry<'a> {
    /// `P1`, `P2`, `P4`, `EQ` or `AP`.
    pub id: Cow<'a, str>,
    /// Currency; null for counts.
    pub currency: Option<Cow<'a, str>>,
    /// Whether it holds.
    pub holds: bool,
    /// Left-hand side: money, or a count.
    pub left: String,
    /// Parts of the right-hand side.
    pub right: Vec<PartEntry<'a>>,
    /// What is wrong, when something is.
    pub failures: Vec<Cow<'a, str>>,
}

/// A part of a proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartEntry<'a> {
    /// What it is.
    pub name: Cow<'a, str>,
    /// Money, or a count.
    pub value: String,
}

/// A sum of payments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TotalEntry<'a> {
    /// The bucket.
    pub bucket: Cow<'a, str>,
    /// The reason; absent in totals per bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
    /// The currency.
    pub currency: Cow<'a, str>,
    /// Number of payments.
    pub count: u64,
    /// Sum of the positive amounts.
    #[serde(rename = "in")]
    pub money_in: String,
    /// Sum of the negative amounts, with its sign.
    #[serde(rename = "out")]
    pub money_out: String,
}

/// A number of payments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountEntry<'a> {
    /// The flag.
    pub flag: Cow<'a, str>,
    /// Number of payments.
    pub count: u64,
}

/// A payment with its decision; one line of `evidence.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentEntry<'a> {
    /// Identifier.
    pub payment_id: Cow<'a, str>,
    /// The file it was read from.
    pub source: Cow<'a, str>,
    /// Where in that file.
    pub position: String,
    /// The account that the statement is of.
    pub account: Cow<'a, str>,
    /// Booking date.
    pub booking_date: NaiveDate,
    /// Value date.
    pub value_date: Option<NaiveDate>,
    /// Signed amount.
    pub amount: String,
    /// Its currency.
    pub currency: Cow<'a, str>,
    /// The other side.
    pub payer_name: Cow<'a, str>,
    /// Its account.
    pub payer_iban: Cow<'a, str>,
    /// Text.
    pub remittance: Cow<'a, str>,
    /// `auto`, `review`, `unmatched` or `not_receivable`.
    pub bucket: Cow<'a, str>,
    /// Primary reason.
    pub reason: Option<Cow<'a, str>>,
    /// Flags.
    pub flags: Vec<Cow<'a, str>>,
    /// The payer, when identified.
    pub customer_id: Option<Cow<'a, str>>,
    /// Applied automatically; `0.00` otherwise.
    pub applied: String,
    /// Probability of the chosen hypothesis; without one, that no loaded item is meant.
    pub probability: f64,
    /// Bits lost when the chosen joint choice is forbidden.
    pub margin: f64,
    /// `complete` or `stopped`.
    pub search: Cow<'a, str>,
    /// Hypotheses that were weighed.
    pub examined: u32,
    /// The receipt that it returns.
    pub returns_payment_id: Option<Cow<'a, str>>,
    /// What was thought of, likeliest first. The first is what was applied or is proposed, unless the payment is unmatched.
    /// `run.json` holds at most five, and of those that are as good as impossible three that name items; `evidence.jsonl` holds
    /// all that were kept.
    pub hypotheses: Vec<HypothesisEntry<'a>>,
}

/// An equation, weighed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HypothesisEntry<'a> {
    /// From 1, among all that were kept: ranks of what `run.json` leaves out are missing there.
    pub rank: u32,
    /// Which generator proposed it.
    pub kind: Cow<'a, str>,
    /// Whose items.
    pub customer_id: Option<Cow<'a, str>>,
    /// Probability, six decimals, rounded down.
    pub probability: f64,
    /// Sum of the terms, in bits, three decimals.
    pub weight: f64,
    /// What speaks for and against it.
    pub terms: Vec<TermEntry<'a>>,
    /// What it takes off which item.
    pub applications: Vec<ApplicationEntry<'a>>,
    /// Typed differences.
    pub differences: Vec<DifferenceEntry<'a>>,
    /// Why it was not applied automatically.
    pub obstacle: Option<String>,
}

/// One bar of the waterfall.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermEntry<'a> {
    /// `start`, `reference`, `payer`, `amount` or `date`.
    pub field: Cow<'a, str>,
    /// What was observed: a stable word, with figures in parentheses.
    pub level: String,
    /// Its weight in bits.
    pub weight: f64,
    /// The same in words, in the language of the run. `run.json` has it for the first hypothesis of a payment only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What an hypothesis takes off one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationEntry<'a> {
    /// Identifier of the item.
    pub item_id: Cow<'a, str>,
    /// Its number.
    pub item_number: Cow<'a, str>,
    /// Taken off it, settled differences included; with the item's sign.
    pub applied: String,
    /// The item's currency.
    pub currency: Cow<'a, str>,
}

/// A typed difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DifferenceEntry<'a> {
    /// `open_rest`, `on_account`, `discount`, `fee`, `write_off` or `fx`.
    #[serde(rename = "type")]
    pub kind: Cow<'a, str>,
    /// Its amount in the payment's currency.
    pub amount: String,
}

/// The JSON Schema of `run.json`, indented.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Document<'static>);
    schema.insert("title".into(), RUN_SCHEMA.into());
    // A schema is JSON already, so that writing it as text cannot fail.
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// Writes `run.json`: the head indented, then one payment a line.
pub(super) fn write_run(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&document(view))?;
    // Invariant: `payments` is the last field of a Document, and is empty here.
    let head = text.strip_suffix("[]\n}").unwrap_or(&text);
    out.write_all(head.as_bytes())?;
    let rows = view.order_to_look_at();
    if rows.is_empty() {
        return out.write_all(b"[]\n}\n");
    }
    out.write_all(b"[\n    ")?;
    write_rows(rows, out, |n, row, text| {
        text.extend_from_slice(if n > 0 { b",\n    " } else { b"" });
        push_payment(view.run, view.one(*row), Detail::Brief, text);
    })?;
    out.write_all(b"\n  ]\n}\n")
}

/// Writes every payment with its decision and what is kept of its evidence, one a line.
pub(super) fn write_payments(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_rows(view.order(), out, |_, row, text| {
        push_payment(view.run, view.one(*row), Detail::Whole, text);
        text.push(b'\n');
    })
}

/// How much of the evidence is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Everything that was kept.
    Whole,
    /// What a person looks at first: see [`brief`].
    Brief,
}

fn money(minor: i128, currency: Currency) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_minor(&mut text, minor, currency);
    text
}

/// A currency is `Copy` and small; its code has to be owned by the document.
fn code(currency: Currency) -> Cow<'static, str> {
    Cow::Owned(currency.code().to_string())
}

fn document<'a>(view: &View<'a>) -> Document<'a> {
    let run = view.run;
    let given = |list: &'a [String]| list.iter().map(|s| Cow::from(s.as_str())).collect();
    Document {
        schema: RUN_SCHEMA.into(),
        program: ProgramEntry { name: "lettrage".into(), version: run.version.into() },
        run_id: run.id.into(),
        as_of: run.as_of,
        lang: run.lang,
        evidence: if run.all_evidence { "all" } else { "review" }.into(),
        command: CommandEntry {
            statements: given(run.command.statements),
            invoices: given(run.command.invoices),
            customers: run.command.customers.map(Cow::from),
        },
        inputs: run.files.iter().map(input_entry).collect(),
        notes: run.notes.iter().map(note_entry).collect(),
        passed_over: given(run.passed_over),
        config_sha256: digest(run.config),
        config: serde_json::to_value(run.config).unwrap_or_default(),
        weights_sha256: digest(run.weights),
        weights: serde_json::to_value(run.weights).unwrap_or_default(),
        statements: run.statements.iter().map(statement_entry).collect(),
        checks: run.checks.iter().map(check_entry).collect(),
        proofs: run.proofs.iter().map(proof_entry).collect(),
        totals: totals(view),
        reasons: reasons(view),
        flags: flags(view),
        payments: Vec::new(),
    }
}

pub(super) fn input_entry(file: &InputFile) -> InputEntry<'_> {
    InputEntry {
        role: file.role.word().into(),
        path: (&*file.path).into(),
        format: (&*file.format).into(),
        version: (&*file.version).into(),
        sha256: (&*file.sha256).into(),
        bytes: file.bytes,
        records: file.records,
        notes: file.notes.iter().map(note_entry).collect(),
    }
}

fn note_entry(note: &Note) -> NoteEntry<'_> {
    NoteEntry { kind: note.kind.word().into(), text: (&*note.text).into() }
}

fn check_entry(check: &Check) -> CheckEntry<'_> {
    CheckEntry {
        kind: check.kind.word().into(),
        scope: (&*check.scope).into(),
        holds: check.holds,
        text: (&*check.text).into(),
    }
}

fn statement_entry(statement: &Statement) -> StatementEntry<'_> {
    let balance = |balance: Balance| BalanceEntry {
        amount: balance.amount.to_string(),
        currency: code(balance.amount.currency),
        date: balance.date,
    };
    StatementEntry {
        id: (&*statement.id).into(),
        sequence: (&*statement.sequence).into(),
        account: (&*statement.account).into(),
        currency: statement.currency.map(code),
        copy: statement.is_copy,
        from: statement.from,
        to: statement.to,
        opening: statement.opening.map(balance),
        closing: statement.closing.map(balance),
        booked: statement.currency.map(|c| money(statement.booked_minor, c)),
        entries: statement.entries,
        transactions: statement.transactions,
        not_booked: statement.not_booked,
        balances_ok: statement.balances_ok(),
    }
}

fn proof_entry(proof: &Proof) -> ProofEntry<'_> {
    let figure = |value: i128| proof.currency.map_or_else(|| value.to_string(), |c| money(value, c));
    ProofEntry {
        id: proof.id.code().into(),
        currency: proof.currency.map(code),
        holds: proof.holds,
        left: figure(proof.left),
        right: proof
            .right
            .iter()
            .map(|(name, value)| PartEntry { name: (&**name).into(), value: figure(*value) })
            .collect(),
        failures: proof.failures.iter().map(|f| (&**f).into()).collect(),
    }
}

fn totals(view: &View<'_>) -> Vec<TotalEntry<'static>> {
    let mut totals = Vec::new();
    for (currency, buckets) in &view.currencies {
        for (bucket, tally) in Bucket::ALL.iter().zip(buckets) {
            totals.push(TotalEntry {
                bucket: bucket.word().into(),
                reason: None,
                currency: code(*currency),
                count: tally.count,
                money_in: money(tally.credit, *currency),
                money_out: money(tally.debit, *currency),
            });
        }
    }
    totals
}

fn reasons(view: &View<'_>) -> Vec<TotalEntry<'static>> {
    let entry = |(&(bucket, reason, currency), tally): (&(Bucket, Option<crate::model::Reason>, Currency), &_)| {
        let tally: &super::view::Tally = tally;
        TotalEntry {
            bucket: bucket.word().into(),
            reason: Some(reason.map_or("", |r| r.code()).into()),
            currency: code(currency),
            count: tally.count,
            money_in: money(tally.credit, currency),
            money_out: money(tally.debit, currency),
        }
    };
    view.reasons.iter().map(entry).collect()
}

fn flags(view: &View<'_>) -> Vec<CountEntry<'static>> {
    let flags = crate::model::Flag::ALL.into_iter().zip(view.flags);
    flags.filter(|(_, count)| *count > 0).map(|(f, count)| CountEntry { flag: f.word().into(), count }).collect()
}
