//! The summary on the terminal: what fails first, then counts and money, proofs, causes, and how to go on.

use super::i18n::{Labels, Lang, date, fill, flag_meaning, group, minor, part_name, percent, reason_words};
use super::table::{GLUE, Paint, Table, fold, foreign, paint, plain};
use super::view::{Buckets, Tally, View, file_name};
use super::{Run, files};
use crate::model::{Bucket, Check, CheckKind, Currency, Flag, NoteKind, Proof, ProofId};

/// The summary of a run. `width` is that of the terminal, `None` where there is none: then nothing is folded or shortened.
/// Colour repeats what signs and words say.
pub fn summary(run: &Run<'_>, width: Option<usize>, colour: bool) -> String {
    let view = View::new(run);
    let labels = run.lang.labels();
    let mut text = String::new();
    let mut line = |line: &str, indent: usize| {
        text.push_str(&fold(line, width, indent));
        text.push('\n');
    };
    for failure in failures(run) {
        line(&format!("{} {}", paint("✗", Paint::Bad, colour), paint(&failure, Paint::Bad, colour)), 2);
    }
    if failures(run).next().is_some() {
        line("", 0);
    }
    text.push_str(&counts(&view, width));
    text.push('\n');
    text.push_str(&amounts(&view, width));
    text.push('\n');
    for entry in facts(&view, colour) {
        text.push_str(&fold(&entry, width, 2));
        text.push('\n');
    }
    text.push('\n');
    let to_do = view.currencies.values().map(|b| b[1].count + b[2].count).sum::<u64>();
    if let Some(out) = run.out {
        let written = format!("{} ({})", foreign(out), files::names(run.all_evidence).join(" "));
        text.push_str(&fold(&fill(labels.files_line, &[&written]), width, 2));
        text.push('\n');
    }
    let run_line = fill(labels.run_short, &[run.id, &date(run.lang, run.as_of)]);
    let next = if to_do > 0 { labels.next_review } else { labels.next_done };
    text.push_str(&fold(&format!("{run_line} · {} · {next}", labels.nothing_posted), width, 2));
    text.push('\n');
    text
}

/// Proofs that do not hold. That of the statements only repeats the checks where they have been named.
pub(super) fn failed_proofs<'a>(run: &'a Run<'_>) -> impl Iterator<Item = &'a Proof> {
    let checks_failed = run.checks.iter().any(|c| c.holds == Some(false));
    run.proofs.iter().filter(move |p| !p.holds && (p.id != ProofId::Statement || !checks_failed))
}

/// Checks and proofs that do not hold, as sentences.
fn failures<'a>(run: &'a Run<'_>) -> impl Iterator<Item = String> + 'a {
    let labels = run.lang.labels();
    let checks = run.checks.iter().filter(|c| c.holds == Some(false)).map(|c| failed_check(labels, c));
    let proofs = failed_proofs(run).map(|p| {
        let mut what = proof_line(run.lang, p);
        for failure in &p.failures {
            what.push_str("; ");
            what.push_str(&foreign(failure));
        }
        fill(labels.proof_failed_line, &[&what])
    });
    checks.chain(proofs)
}

fn failed_check(labels: &Labels, check: &Check) -> String {
    fill(labels.failed_line, &[check_name(labels, check.kind), &foreign(&check.scope), &foreign(&check.text)])
}

/// The name of a kind of check.
pub(super) fn check_name(labels: &Labels, kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::Balance => labels.check_balance,
        CheckKind::Continuity => labels.check_continuity,
        CheckKind::ControlTotal => labels.check_control_total,
        CheckKind::Batch => labels.check_batch,
    }
}

/// An account as people name it: first four and last four characters, whole where that would be ambiguous. Where a file names
/// no account, its own name; of several such files the first, and how many more.
pub(super) fn account_name(view: &View<'_>, account: &str) -> String {
    let short = |account: &str| -> Option<String> {
        let characters: Vec<char> = account.chars().collect();
        let last = characters.len().checked_sub(4)?;
        (last > 4).then(|| {
            characters[..4].iter().chain("··".chars().collect::<Vec<_>>().iter()).chain(&characters[last..]).collect()
        })
    };
    if account.is_empty() {
        let files = view.files_without_account();
        return match (files.first(), files.len()) {
            (None, _) => view.run.lang.labels().no_account.to_string(),
            (Some(name), 1) => foreign(name),
            (Some(name), n) => format!("{} +{}", foreign(name), n - 1),
        };
    }
    let name = short(account);
    let twins = view.accounts.keys().filter(|(other, _)| *other != account && short(other) == name).count();
    foreign(&name.filter(|_| twins == 0).unwrap_or_else(|| account.to_string()))
}

fn counts(view: &View<'_>, width: Option<usize>) -> String {
    let (lang, labels) = (view.run.lang, view.run.lang.labels());
    let mut table = Table::default();
    table.row(
        [
            labels.account,
            labels.payments,
            labels.auto,
            labels.of_receivable,
            labels.review,
            labels.unmatched,
            labels.not_receivable,
        ]
        .map(String::from)
        .to_vec(),
    );
    let row = |name: String, buckets: &Buckets| {
        let count = |n: u64| plain(&group(i128::from(n)));
        let all = View::sum(buckets).count;
        let mut cells = vec![name, count(all), count(buckets[0].count)];
        cells.push(plain(&percent(lang, buckets[0].count, all - buckets[3].count)));
        cells.extend(buckets[1..].iter().map(|t| count(t.count)));
        cells
    };
    for ((account, currency), buckets) in &view.accounts {
        table.row(row(format!("{} {currency}", account_name(view, account)), buckets));
    }
    if view.accounts.len() != 1 {
        let all = view
            .accounts
            .values()
            .fold(Buckets::default(), |sum, buckets| std::array::from_fn(|n| sum[n].plus(buckets[n])));
        table.row(row(labels.all_accounts.to_string(), &all));
    }
    table.lines(width)
}

fn amounts(view: &View<'_>, width: Option<usize>) -> String {
    let (lang, labels) = (view.run.lang, view.run.lang.labels());
    let mut table = Table::default();
    table.row(
        [labels.amounts, labels.total, labels.auto, labels.review, labels.unmatched, labels.not_receivable]
            .map(String::from)
            .to_vec(),
    );
    let mut row = |name: String, buckets: &Buckets, currency: Currency| {
        let net = |tally: Tally| plain(&minor(lang, tally.net(), currency));
        let mut cells = vec![name, net(View::sum(buckets))];
        cells.extend(buckets.iter().map(|t| net(*t)));
        table.row(cells);
    };
    for ((account, currency), buckets) in &view.accounts {
        row(format!("{} {currency}", account_name(view, account)), buckets, *currency);
    }
    for (currency, buckets) in &view.currencies {
        if view.accounts.keys().filter(|(_, c)| c == currency).count() > 1 {
            row(format!("{} {currency}", labels.all_accounts), buckets, *currency);
        }
    }
    table.lines(width)
}

fn facts(view: &View<'_>, colour: bool) -> Vec<String> {
    let run = view.run;
    let (lang, labels) = (run.lang, run.lang.labels());
    let count = |n: u64| group(i128::from(n));
    let mut lines = Vec::new();
    let mut ids: Vec<ProofId> = Vec::new();
    for proof in run.proofs {
        if !proof.holds {
            lines.push(format!("{} {}", paint("✗", Paint::Bad, colour), proof_line(lang, proof)));
        } else if !ids.contains(&proof.id) {
            ids.push(proof.id);
            let sign = paint("✓", Paint::Good, colour);
            lines.push(format!("{sign} {}", proofs_held(run, proof.id)));
        }
    }
    let checks = |state| run.checks.iter().filter(|c| c.holds == state).count() as u64;
    // The proof of the statements says the same, where the auditor made it.
    if !run.checks.is_empty() && run.proofs.iter().all(|p| p.id != ProofId::Statement) {
        let (held, failed) = (checks(Some(true)), checks(Some(false)));
        let sign = if failed == 0 { paint("✓", Paint::Good, colour) } else { paint("✗", Paint::Bad, colour) };
        let figures = fill(labels.checks_line, &[&count(held), &count(failed), &count(checks(None))]);
        lines.push(format!("{sign} {figures}"));
    }
    let sign =
        if view.amount_alone == 0 { paint("✓", Paint::Good, colour) } else { paint("✗", Paint::Bad, colour) };
    lines.push(format!("{sign} {}", fill(labels.amount_alone, &[&count(view.amount_alone)])));
    lines.push(fill(labels.search_line, &[&count(view.searches[0]), &count(view.searches[1])]));
    let causes = causes(view);
    if !causes.is_empty() {
        lines.push(paint(&fill(labels.causes_line, &[&causes.join(" · ")]), Paint::Strong, colour));
    }
    let flags: Vec<String> = Flag::ALL
        .into_iter()
        .zip(view.flags)
        .filter(|(_, n)| *n > 0)
        .map(|(flag, n)| format!("{}{GLUE}{}", flag.word(), count(n)))
        .collect();
    if !flags.is_empty() {
        lines.push(fill(labels.flags_line, &[&flags.join(" · ")]));
    }
    lines.extend(notes(run));
    lines
}

/// What reading the files left to say, at most a few lines: warnings first, then what was left out or passed over. What was only
/// guessed (delimiter, encoding, …) stands in the report.
fn notes(run: &Run<'_>) -> Vec<String> {
    const SHOWN: usize = 8;
    let labels = run.lang.labels();
    let of_files = run.files.iter().flat_map(|f| f.notes.iter().map(move |n| (n, Some(file_name(&f.path)))));
    let mut found: Vec<_> = of_files.chain(run.notes.iter().map(|n| (n, None))).collect();
    found.retain(|(note, _)| note.kind != NoteKind::Assumed);
    found.sort_by_key(|(note, _)| note.kind != NoteKind::Warning);
    let place = |file: Option<&str>| file.map(|f| format!("{}{}", foreign(f), run.lang.colon())).unwrap_or_default();
    let mut lines: Vec<String> =
        found.iter().map(|(note, file)| format!("! {}{}", place(*file), foreign(&note.text))).collect();
    lines.extend(run.passed_over.iter().map(|path| format!("! {} {}", labels.passed_over, foreign(path))));
    if lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        lines.push(format!("! … +{more}"));
    }
    lines
}

/// Reasons of what is left to a person, most frequent first: `5 unknown payer`.
fn causes(view: &View<'_>) -> Vec<String> {
    let mut counts = std::collections::BTreeMap::new();
    for ((bucket, reason, _), tally) in &view.reasons {
        if let (Bucket::Review | Bucket::Unmatched, Some(reason)) = (bucket, reason) {
            *counts.entry(*reason).or_insert(0u64) += tally.count;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
    let words = |reason| reason_words(view.run.lang, reason).short;
    counts.into_iter().map(|(reason, n)| format!("{}{GLUE}{}", group(i128::from(n)), glued(words(reason)))).collect()
}

/// Words that stay on one line.
fn glued(words: &str) -> String {
    words.replace(' ', &GLUE.to_string())
}

/// What a proof claims.
pub(super) fn proof_name(labels: &Labels, id: ProofId) -> &'static str {
    match id {
        ProofId::Statement => labels.proof_statement,
        ProofId::Coverage => labels.proof_coverage,
        ProofId::BookToBank => labels.proof_book_to_bank,
        ProofId::Items => labels.proof_items,
        ProofId::RollForward => labels.proof_roll_forward,
        ProofId::Decisions => labels.proof_decisions,
        ProofId::Equation => labels.proof_equation,
        ProofId::Application => labels.proof_application,
    }
}

/// The figures of a proof: `198 384.63 = opening 184 220.15 + entries 14 164.48`.
pub(super) fn proof_figures(lang: Lang, proof: &Proof) -> String {
    let figure = |value: i128| proof.currency.map_or_else(|| group(value), |c| minor(lang, value, c));
    let mut text = figure(proof.left);
    for (n, (name, value)) in proof.right.iter().enumerate() {
        text.push_str(if n == 0 { " = " } else { " + " });
        text.push_str(&foreign(part_name(lang, name)));
        text.push(' ');
        text.push_str(&figure(*value));
    }
    text
}

/// A proof that holds, on one line for all its currencies: what it claims and what it is about. The parts of the sums are in
/// the tables above, in the report and in run.json.
fn proofs_held(run: &Run<'_>, id: ProofId) -> String {
    let lang = run.lang;
    let held: Vec<&Proof> = run.proofs.iter().filter(|p| p.id == id && p.holds).collect();
    let figure = |proof: &Proof| match proof.currency {
        None if id == ProofId::Statement => proof_figures(lang, proof),
        None => group(proof.left),
        Some(currency) => format!("{}{GLUE}{currency}", minor(lang, proof.left, currency)),
    };
    // Currencies in which nothing happened are proved too, and say nothing; all of them are in the report.
    let busy: Vec<String> = held.iter().filter(|p| p.currency.is_none() || p.left != 0).map(|p| figure(p)).collect();
    let colon = if busy.is_empty() { "" } else { lang.colon() };
    format!("{}  {}{colon}{}", id.code(), proof_name(lang.labels(), id), busy.join(" · "))
}

/// A proof on one line of a terminal, with all its figures.
pub fn proof_line(lang: Lang, proof: &Proof) -> String {
    let currency = proof.currency.map(|c| format!(" {c}")).unwrap_or_default();
    let name = proof_name(lang.labels(), proof.id);
    format!("{}{currency}  {name}{}{}", proof.id.code(), lang.colon(), proof_figures(lang, proof))
}

/// The meaning of a flag beside its word, for reports.
pub(super) fn flag_row(lang: Lang, flag: Flag) -> (&'static str, &'static str) {
    (flag.word(), flag_meaning(lang, flag))
}
