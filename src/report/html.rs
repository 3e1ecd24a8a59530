//! `report.html`: the values of a run, worded and summed, for the template in `templates/report.html`.
//!
//! The template escapes every text; only the pictures of [`super::picture`] pass as they are.

use std::io::{self, Write};

use askama::Template;

use super::ageing::{Ageing, ageing};
use super::digest;
use super::i18n::{Labels, Lang, date, fill, group, minor, obstacle_text, reason_words, set_text};
use super::picture;
use super::summary::{account_name, check_name, failed_proofs, flag_row, proof_figures, proof_line, proof_name};
use super::table::foreign;
use super::view::{Buckets, Tally, View, at, candidate, candidates, obstacle};
use super::waterfall::{sign, signed_bucket};
use crate::model::Search;
use crate::model::{
    Bucket, Check, Currency, Flag, Hypothesis, InputRole, Note, NoteKind, Payment, Probability, Reason, Statement,
    Verdict,
};

/// Payments that the list shows; the others are in `unmatched.csv`.
const SHOWN: usize = 2000;
/// Candidates that are shown for one payment.
const CANDIDATES: usize = 3;

#[derive(Template)]
#[template(path = "report.html", config = "src/report/askama.toml")]
struct Report {
    l: &'static Labels,
    lang: &'static str,
    as_of: String,
    run_line: String,
    failures: Vec<CheckRow>,
    proof_failures: Vec<String>,
    accounts: Vec<AccountRow>,
    ties_differ: bool,
    proofs: Vec<ProofRow>,
    amount_alone: String,
    amount_alone_holds: bool,
    search: String,
    flows: Vec<Picture>,
    buckets: Vec<Vec<TallyRow>>,
    causes: Vec<CauseGroup>,
    items_heading: String,
    items_sums: Vec<String>,
    items_cut: Option<String>,
    items: Vec<ItemRow>,
    ageing_intro: String,
    bands: [&'static str; 6],
    ages: Vec<AgeingRow>,
    flags: Vec<FlagRow>,
    inputs: Vec<InputRow>,
    statements: Vec<StatementRow>,
    checks: Vec<CheckRow>,
    notes: Vec<String>,
    passed_over: Vec<String>,
    settings: Vec<(String, String)>,
}

struct CheckRow {
    sign: &'static str,
    state: &'static str,
    kind: &'static str,
    scope: String,
    text: String,
}

struct AccountRow {
    name: String,
    count: String,
    total: String,
    cells: Vec<(String, String)>,
    statements: String,
    ties: Option<bool>,
    is_sum: bool,
}

struct ProofRow {
    sign: &'static str,
    holds: bool,
    code: &'static str,
    currency: String,
    name: &'static str,
    figures: String,
    failures: Vec<String>,
}

struct Picture {
    intro: String,
    svg: String,
}

struct TallyRow {
    name: String,
    count: String,
    money_in: String,
    money_out: String,
    net: String,
    is_sum: bool,
}

struct CauseGroup {
    currency: String,
    rows: Vec<CauseRow>,
    sum: TallyRow,
}

struct CauseRow {
    sign: &'static str,
    class: &'static str,
    code: &'static str,
    meaning: &'static str,
    action: &'static str,
    tally: TallyRow,
}

struct ItemRow {
    sign: &'static str,
    class: &'static str,
    date: String,
    age: String,
    amount: String,
    currency: String,
    payer: String,
    text: String,
    id: String,
    code: &'static str,
    meaning: &'static str,
    candidates: Vec<CandidateRow>,
    flags: String,
    search: String,
    action: &'static str,
}

struct CandidateRow {
    name: String,
    payer: String,
    probability: String,
    why: String,
    words: &'static str,
    sets: String,
}

struct AgeingRow {
    currency: String,
    svg: Option<String>,
    bands: Vec<(String, String)>,
    invoices: (String, String),
    credit_notes: (String, String),
    on_account: String,
    balance: String,
}

struct FlagRow {
    word: &'static str,
    count: String,
    meaning: &'static str,
}

struct InputRow {
    role: &'static str,
    path: String,
    format: String,
    bytes: String,
    records: String,
    sha256: String,
    notes: Vec<String>,
}

struct StatementRow {
    name: String,
    period: String,
    opening: String,
    booked: String,
    closing: String,
    sign: &'static str,
    state: &'static str,
}

/// Writes the report.
pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    report(view).write_into(out)
}

fn report(view: &View<'_>) -> Report {
    let run = view.run;
    let (lang, l) = (run.lang, run.lang.labels());
    let count = |n: u64| group(i128::from(n));
    let short = |digest: String| digest.chars().take(12).collect::<String>();
    let (config, weights) = (short(digest(run.config)), short(digest(run.weights)));
    let (items_heading, items_sums, items_cut, items) = items(view);
    let accounts = accounts(view);
    Report {
        l,
        lang: lang.tag(),
        as_of: fill(l.as_of, &[&date(lang, run.as_of)]),
        run_line: fill(l.run_line, &[run.id, &config, &weights, run.version]),
        failures: run.checks.iter().filter(|c| c.holds == Some(false)).map(|c| check_row(l, c)).collect(),
        proof_failures: failed_proofs(run).map(|p| proof_line(lang, p)).collect(),
        ties_differ: accounts.iter().any(|a| a.ties == Some(false)),
        accounts,
        proofs: proofs(view),
        amount_alone: fill(l.amount_alone, &[&count(view.amount_alone)]),
        amount_alone_holds: view.amount_alone == 0,
        search: fill(l.search_line, &[&count(view.searches[0]), &count(view.searches[1])]),
        flows: pictures(view),
        buckets: buckets(view),
        causes: causes(view),
        items_heading,
        items_sums,
        items_cut,
        items,
        ageing_intro: fill(l.ageing_intro, &[&date(lang, run.as_of)]),
        bands: bands(l),
        ages: ages(view),
        flags: flags(view),
        inputs: inputs(view),
        statements: run.statements.iter().map(|s| statement_row(view, s)).collect(),
        checks: run.checks.iter().map(|c| check_row(l, c)).collect(),
        notes: run.notes.iter().map(|n| note(l, n)).collect(),
        passed_over: run.passed_over.iter().map(|p| foreign(p)).collect(),
        settings: settings(view),
    }
}

fn check_row(l: &'static Labels, check: &Check) -> CheckRow {
    let (sign, state) = state(l, check.holds);
    CheckRow { sign, state, kind: check_name(l, check.kind), scope: foreign(&check.scope), text: foreign(&check.text) }
}

fn state(l: &'static Labels, holds: Option<bool>) -> (&'static str, &'static str) {
    match holds {
        Some(true) => ("✓", l.holds),
        Some(false) => ("✗", l.fails),
        None => ("–", l.cannot_say),
    }
}

/// Accounts with their buckets, then a row for each currency that has several accounts.
fn accounts(view: &View<'_>) -> Vec<AccountRow> {
    let (lang, l) = (view.run.lang, view.run.lang.labels());
    let row = |name: String, buckets: &Buckets, currency: Currency, stated: Option<i128>, is_sum| {
        let total = View::sum(buckets);
        let money = |amount: i128| minor(lang, amount, currency);
        AccountRow {
            name,
            count: group(i128::from(total.count)),
            total: money(total.net()),
            cells: buckets.iter().map(|t| (group(i128::from(t.count)), money(t.net()))).collect(),
            statements: stated.map(money).unwrap_or_default(),
            ties: stated.map(|s| s == total.net()),
            is_sum,
        }
    };
    let mut rows = Vec::new();
    for (&currency, all) in &view.currencies {
        let accounts: Vec<_> = view.accounts.iter().filter(|((_, c), _)| *c == currency).collect();
        let mut stated_all = Some(0);
        for ((account, _), buckets) in &accounts {
            let stated = stated(view, account, currency);
            stated_all = stated_all.zip(stated).map(|(sum, one)| sum + one);
            rows.push(row(format!("{} {currency}", account_name(view, account)), buckets, currency, stated, false));
        }
        if accounts.len() > 1 {
            rows.push(row(format!("{} {currency}", l.all_accounts), all, currency, stated_all, true));
        }
    }
    rows
}

/// What the statements of an account say that was booked; `None` where no statement is of it.
fn stated(view: &View<'_>, account: &str, currency: Currency) -> Option<i128> {
    let mut of_account = view
        .run
        .statements
        .iter()
        .filter(|s| !s.is_copy && *s.account == *account && s.currency == Some(currency))
        .peekable();
    of_account.peek()?;
    Some(of_account.map(|s| s.booked_minor).sum())
}

fn proofs(view: &View<'_>) -> Vec<ProofRow> {
    let (lang, l) = (view.run.lang, view.run.lang.labels());
    let row = |proof: &crate::model::Proof| ProofRow {
        sign: if proof.holds { "✓" } else { "✗" },
        holds: proof.holds,
        code: proof.id.code(),
        currency: proof.currency.map(|c| c.to_string()).unwrap_or_default(),
        name: proof_name(l, proof.id),
        figures: proof_figures(lang, proof),
        failures: proof.failures.iter().map(|f| foreign(f)).collect(),
    };
    view.run.proofs.iter().map(row).collect()
}

fn pictures(view: &View<'_>) -> Vec<Picture> {
    let l = view.run.lang.labels();
    let picture = |currency: &Currency| {
        Some(Picture { intro: fill(l.where_intro, &[currency.code()]), svg: picture::flows(view, *currency)? })
    };
    view.currencies.keys().filter_map(picture).collect()
}

fn tally_row(lang: Lang, name: String, tally: Tally, currency: Currency, is_sum: bool) -> TallyRow {
    let money = |amount| minor(lang, amount, currency);
    TallyRow {
        name,
        count: group(i128::from(tally.count)),
        money_in: money(tally.credit),
        money_out: money(tally.debit),
        net: money(tally.net()),
        is_sum,
    }
}

/// A group of rows for each currency, which ends in its sum.
fn buckets(view: &View<'_>) -> Vec<Vec<TallyRow>> {
    let (lang, l) = (view.run.lang, view.run.lang.labels());
    let mut groups = Vec::new();
    for (&currency, buckets) in &view.currencies {
        let mut rows = Vec::new();
        for (bucket, tally) in Bucket::ALL.into_iter().zip(buckets) {
            let name = format!("{} · {currency}", signed_bucket(lang, bucket));
            rows.push(tally_row(lang, name, *tally, currency, false));
        }
        rows.push(tally_row(lang, format!("{} · {currency}", l.total), View::sum(buckets), currency, true));
        groups.push(rows);
    }
    groups
}

fn causes(view: &View<'_>) -> Vec<CauseGroup> {
    let (lang, l) = (view.run.lang, view.run.lang.labels());
    let mut groups = Vec::new();
    for &currency in view.currencies.keys() {
        let mut found: Vec<(Bucket, Option<Reason>, Tally)> = view
            .reasons
            .iter()
            .filter(|((bucket, _, c), _)| *c == currency && *bucket != Bucket::NotReceivable)
            .map(|((bucket, reason, _), tally)| (*bucket, *reason, *tally))
            .collect();
        found.sort_by_key(|(bucket, reason, tally)| (std::cmp::Reverse(tally.gross()), *bucket, *reason));
        let sum = found.iter().fold(Tally::default(), |sum, (_, _, tally)| sum.plus(*tally));
        if sum.count == 0 {
            continue;
        }
        let rows = found.into_iter().map(|(bucket, reason, tally)| {
            let (code, meaning, action) = words(lang, reason);
            let name = signed_bucket(lang, bucket);
            let tally = tally_row(lang, name, tally, currency, false);
            CauseRow { sign: sign(bucket), class: picture::class(bucket), code, meaning, action, tally }
        });
        let rows = rows.collect();
        let sum = tally_row(lang, l.total.to_string(), sum, currency, true);
        groups.push(CauseGroup { currency: currency.to_string(), rows, sum });
    }
    groups
}

fn words(lang: Lang, reason: Option<Reason>) -> (&'static str, &'static str, &'static str) {
    reason.map_or(("", "", ""), |reason| {
        let words = reason_words(lang, reason);
        (reason.code(), words.meaning, words.action)
    })
}

/// Heading, sums of everything, what is left out, and the rows.
fn items(view: &View<'_>) -> (String, Vec<String>, Option<String>, Vec<ItemRow>) {
    let (lang, l) = (view.run.lang, view.run.lang.labels());
    let mut found: Vec<(&Payment, &Verdict)> = view.to_look_at().collect();
    let all = found.len();
    // Amounts of several currencies are compared by their figures alone: no rate is known, and each has its sums in the heading.
    found.sort_by_key(|(p, _)| std::cmp::Reverse(p.amount.minor.unsigned_abs()));
    let hidden = found.split_off(all.min(SHOWN));
    let count = |n: usize| group(n as i128);
    let cut = (!hidden.is_empty())
        .then(|| fill(l.items_cut, &[&count(SHOWN), &count(all), &sums(lang, l, &hidden).join(" · ")]));
    let heading = fill(l.items_all, &[&count(all)]);
    let everything: Vec<_> = found.iter().chain(&hidden).copied().collect();
    let rows = found.iter().map(|(p, v)| item_row(view, p, v)).collect();
    (heading, sums(lang, l, &everything), cut, rows)
}

fn sums(lang: Lang, l: &Labels, payments: &[(&Payment, &Verdict)]) -> Vec<String> {
    let mut sums = std::collections::BTreeMap::<Currency, (usize, i128, i128)>::new();
    for (payment, _) in payments {
        let (count, money_in, money_out) = sums.entry(payment.amount.currency).or_default();
        *count += 1;
        *if payment.amount.minor < 0 { money_out } else { money_in } += i128::from(payment.amount.minor);
    }
    let text = |(currency, (count, money_in, money_out)): (Currency, (usize, i128, i128))| {
        let money = |amount| minor(lang, amount, currency);
        let count = group(count as i128);
        let (money_in, money_out) = (money(money_in), money(money_out));
        format!("{count} {currency}{}{money_in} {}, {money_out} {}", lang.colon(), l.money_in, l.money_out)
    };
    sums.into_iter().map(text).collect()
}

fn item_row(view: &View<'_>, payment: &Payment, verdict: &Verdict) -> ItemRow {
    let run = view.run;
    let lang = run.lang;
    let (code, meaning, action) = words(lang, verdict.reason);
    let age = (run.as_of - payment.effective_date()).num_days();
    ItemRow {
        sign: sign(verdict.bucket),
        class: picture::class(verdict.bucket),
        date: date(lang, payment.booking_date),
        age: fill(lang.labels().age_days, &[&group(i128::from(age))]),
        amount: minor(lang, i128::from(payment.amount.minor), payment.amount.currency),
        currency: payment.amount.currency.to_string(),
        payer: foreign(&payment.payer_name),
        text: foreign(&payment.remittance),
        id: foreign(&payment.id),
        code,
        meaning,
        candidates: candidates(verdict).take(CANDIDATES).map(|h| candidate_row(view, payment, h)).collect(),
        flags: verdict.flags.iter().map(Flag::word).collect::<Vec<_>>().join(", "),
        search: search_words(lang, verdict),
        action,
    }
}

/// How far the choice is from the next one, and whether everything was looked at.
fn search_words(lang: Lang, verdict: &Verdict) -> String {
    let l = lang.labels();
    let search = match verdict.search {
        Search::Complete => l.searched,
        Search::Stopped => l.search_cut,
    };
    match verdict.chosen {
        Some(_) => {
            let margin = verdict.margin.to_string().replace('-', "−").replace('.', lang.pick(".", ","));
            format!("{} · {search}", fill(l.margin, &[&margin]))
        }
        None => search.to_string(),
    }
}

fn candidate_row(view: &View<'_>, payment: &Payment, hypothesis: &Hypothesis) -> CandidateRow {
    let run = view.run;
    CandidateRow {
        name: foreign(&candidate(run, hypothesis)),
        payer: at(&run.reconciliation.payers, hypothesis.payer).map(|p| foreign(&p.name)).unwrap_or_default(),
        probability: probability(run.lang, hypothesis.probability),
        why: hypothesis.obstacle.map(|o| foreign(&obstacle(run, payment, o))).unwrap_or_default(),
        words: hypothesis.obstacle.map_or("", |o| obstacle_text(run.lang, o)),
        sets: hypothesis.terms.iter().find_map(|t| set_text(run.lang, t.level)).unwrap_or_default(),
    }
}

/// Four decimals, rounded down: `0.9996`.
fn probability(lang: Lang, probability: Probability) -> String {
    let mut text = probability.to_string().replace('.', lang.pick(".", ","));
    text.truncate(text.len() - 2);
    text
}

fn bands(l: &'static Labels) -> [&'static str; 6] {
    [l.not_due, l.days_1_30, l.days_31_60, l.days_61_90, l.days_over_90, l.no_due_date]
}

fn ages(view: &View<'_>) -> Vec<AgeingRow> {
    let (lang, l) = (view.run.lang, view.run.lang.labels());
    let row = |(currency, ageing): (Currency, Ageing)| {
        let money = |amount| minor(lang, amount, currency);
        let sum = |sum: super::ageing::Sum| (group(i128::from(sum.count)), money(sum.minor));
        AgeingRow {
            currency: currency.to_string(),
            svg: picture::ages(view, currency, &ageing, &bands(l)),
            bands: ageing.bands.into_iter().map(sum).collect(),
            invoices: sum(ageing.invoices()),
            credit_notes: sum(ageing.credit_notes),
            on_account: money(ageing.on_account),
            balance: money(ageing.balance()),
        }
    };
    ageing(view).into_iter().map(row).collect()
}

fn flags(view: &View<'_>) -> Vec<FlagRow> {
    let raised = Flag::ALL.into_iter().zip(view.flags).filter(|(_, count)| *count > 0);
    let row = |(flag, count): (Flag, u64)| {
        let (word, meaning) = flag_row(view.run.lang, flag);
        FlagRow { word, count: group(i128::from(count)), meaning }
    };
    raised.map(row).collect()
}

fn note(l: &Labels, note: &Note) -> String {
    let kind = match note.kind {
        NoteKind::Assumed => l.note_assumed,
        NoteKind::Said => l.note_said,
        NoteKind::Warning => l.note_warning,
    };
    format!("{kind}: {}", foreign(&note.text))
}

fn inputs(view: &View<'_>) -> Vec<InputRow> {
    let l = view.run.lang.labels();
    let row = |file: &crate::model::InputFile| InputRow {
        role: match file.role {
            InputRole::Statement => l.role_statement,
            InputRole::Items => l.role_invoices,
            InputRole::Customers => l.role_customers,
            InputRole::Ledger => l.role_ledger,
        },
        path: foreign(&file.path),
        format: foreign(if file.version.is_empty() { &file.format } else { &file.version }),
        bytes: group(i128::from(file.bytes)),
        records: group(i128::from(file.records)),
        sha256: file.sha256.to_string(),
        notes: file.notes.iter().map(|n| note(l, n)).collect(),
    };
    view.run.files.iter().map(row).collect()
}

fn statement_row(view: &View<'_>, statement: &Statement) -> StatementRow {
    let (lang, l) = (view.run.lang, view.run.lang.labels());
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| String::from("…"), |d| date(lang, d));
    let balance = |balance: Option<crate::model::Balance>| {
        balance.map_or_else(|| String::from("–"), |b| minor(lang, i128::from(b.amount.minor), b.amount.currency))
    };
    let (sign, state) = state(l, statement.balances_ok());
    let currency = statement.currency.map(|c| c.to_string()).unwrap_or_default();
    StatementRow {
        name: format!("{} {currency} {}", account_name(view, &statement.account), foreign(&statement.id)),
        period: format!("{} – {}", day(statement.from), day(statement.to)),
        opening: balance(statement.opening),
        booked: statement.currency.map_or_else(String::new, |c| minor(lang, statement.booked_minor, c)),
        closing: balance(statement.closing),
        sign,
        state,
    }
}

/// Configuration and weights as `key = value`, as deep as they go: no list made by hand that could grow old.
fn settings(view: &View<'_>) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    for (name, value) in [
        ("matching", serde_json::to_value(&view.run.config.matching)),
        ("limits", serde_json::to_value(&view.run.config.limits)),
        ("csv", serde_json::to_value(&view.run.config.csv)),
        ("weights", serde_json::to_value(view.run.weights)),
    ] {
        flatten(name, &value.unwrap_or_default(), &mut settings);
    }
    settings
}

fn flatten(name: &str, value: &serde_json::Value, settings: &mut Vec<(String, String)>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                flatten(&format!("{name}.{key}"), value, settings);
            }
        }
        serde_json::Value::String(text) => settings.push((name.to_string(), foreign(text))),
        other => settings.push((name.to_string(), foreign(&other.to_string()))),
    }
}
