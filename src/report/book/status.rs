//! Where the month stands, on one screen.

use super::aligned::Aligned;
use super::page::sign;
use super::sections::{proof_figures, proof_title};
use crate::model::{AccountStatus, ApprovalState, ApprovalStatus, ApprovalView, Month, Standing};
use crate::report::Lang;
use crate::report::i18n::{self, date, fill, group, minor, percent, standing_name};
use crate::report::table::{fold, foreign, plain};

/// What `status` says beside the accounts.
#[derive(Clone, Copy, Debug)]
pub struct StatusOptions<'a> {
    /// Language.
    pub lang: Lang,
    /// Width of the terminal; `None`: nothing is shortened or folded.
    pub width: Option<usize>,
    /// The month; `None`: the whole book.
    pub month: Option<Month>,
    /// Seal of the month, where it is closed.
    pub seal: Option<&'a str>,
    /// The last run.
    pub run: Option<&'a str>,
    /// Age of the oldest open line in days.
    pub oldest_days: Option<i64>,
    /// Approvals of the month, with what has become of each.
    pub approvals: &'a [ApprovalView],
    /// The command that comes next; empty: nothing is said.
    pub next: &'a str,
}

/// Counts by standing for each account and currency, whether its statements and proofs hold, and what fails by name.
pub fn status(accounts: &[AccountStatus], options: &StatusOptions<'_>) -> String {
    let (lang, l) = (options.lang, options.lang.book_labels());
    let month = options.month.map_or_else(|| l.whole_book.to_string(), |m| i18n::month(lang, m));
    let mut text = if accounts.is_empty() {
        format!("{month}{}{}\n", lang.colon(), l.st_no_accounts)
    } else {
        table(accounts, &month, options).lines(options.width)
    };
    let lines = failures(accounts, lang).into_iter().chain(void(options));
    for line in lines.chain([last(options, &month)]) {
        text.push_str(&fold(&line, options.width, 2));
        text.push('\n');
    }
    text
}

fn table(accounts: &[AccountStatus], month: &str, options: &StatusOptions<'_>) -> Aligned {
    let lang = options.lang;
    let l = lang.book_labels();
    let mut header = vec![month.to_string(), format!(">{}", l.lines), format!(">{}", l.st_decided)];
    header.extend(Standing::ALL.into_iter().map(|s| format!(">{}", standing_name(lang, s))));
    header.extend([format!(">{}", l.closing), l.st_statement.to_string(), l.proof.to_string()]);
    // Of the whole book nobody can approve anything.
    let approvable = options.month.is_some();
    let approved = if approvable { lang.approval_labels().st_approved } else { "" };
    header.extend([approved.to_string(), String::new()]);
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = Aligned::new(&header, 0);
    for account in accounts {
        let count = |n: u64| plain(&group(i128::from(n)));
        let all: u64 = account.sums.iter().map(|s| s.count).sum();
        let counts = || Standing::ALL.into_iter().zip(&account.sums);
        let decided: u64 = counts().filter(|(s, _)| s.is_decided()).map(|(_, sum)| sum.count).sum();
        let mut cells = vec![
            format!("{} {}", foreign(&account.account), account.currency),
            count(all),
            plain(&percent(lang, decided, all)),
        ];
        cells.extend(account.sums.iter().map(|s| count(s.count)));
        let closing = |(day, amount): (chrono::NaiveDate, crate::model::Money)| {
            format!("{} ({})", plain(&minor(lang, amount.minor.into(), amount.currency)), date(lang, day))
        };
        let checks: Vec<bool> = account.checks.iter().filter_map(|c| c.holds).collect();
        let proofs: Vec<bool> = account.proofs.iter().map(|p| p.holds).collect();
        cells.extend([account.closing.map(closing).unwrap_or_default(), all_hold(&checks), all_hold(&proofs)]);
        cells.extend(if approvable { approval(account, options.approvals, lang) } else { Default::default() });
        table.row(cells);
    }
    // Standings that nothing is in are left out, but for the two that people wait for.
    let empty = |n: &usize| {
        let wanted = matches!(Standing::ALL[*n], Standing::Review | Standing::Unmatched);
        !wanted && accounts.iter().all(|a| a.sums[*n].count == 0)
    };
    let empty: Vec<usize> = (0..Standing::ALL.len()).filter(empty).map(|n| n + 3).collect();
    table.without_empty(&empty)
}

/// Whether an account is approved, and the hint that it could be: all of it is decided or set aside, and proved.
fn approval(account: &AccountStatus, approvals: &[ApprovalView], lang: Lang) -> [String; 2] {
    let waits = |standing: &Standing| matches!(standing, Standing::Review | Standing::Unmatched | Standing::New);
    let mut waiting = Standing::ALL.iter().zip(&account.sums).filter(|(standing, _)| waits(standing));
    let is_ready = waiting.all(|(_, sum)| sum.count == 0)
        && !account.proofs.is_empty()
        && account.proofs.iter().all(|p| p.holds)
        && account.checks.iter().all(|c| c.holds != Some(false));
    let hint = || if is_ready { lang.approval_labels().st_hint.to_string() } else { String::new() };
    match ApprovalStatus::of(approvals, &account.account) {
        ApprovalStatus::Approved => [sign(true).to_string(), String::new()],
        ApprovalStatus::Void => [sign(false).to_string(), hint()],
        ApprovalStatus::NotApproved => ["–".to_string(), hint()],
    }
}

/// The last approval that does not stand any more, with the reason, while nothing has taken its place.
fn void(options: &StatusOptions<'_>) -> Option<String> {
    let last = options.approvals.iter().rev().find(|v| !matches!(v.state, ApprovalState::Withdrawn { .. }))?;
    if last.stands() {
        return None;
    }
    let line = super::approvals::approval_lines(options.lang, last).into_iter().next()?;
    Some(format!("✗ {line}"))
}

/// The sign of several together; a dash where there is nothing to say.
fn all_hold(of: &[bool]) -> String {
    if of.is_empty() { "–".to_string() } else { sign(of.iter().all(|h| *h)).to_string() }
}

fn failures(accounts: &[AccountStatus], lang: Lang) -> Vec<String> {
    let labels = lang.labels();
    let mut found = Vec::new();
    for account in accounts {
        for check in account.checks.iter().filter(|c| c.holds == Some(false)) {
            let kind = crate::report::summary::check_name(labels, check.kind);
            found.push(format!(
                "✗ {}",
                fill(labels.failed_line, &[kind, &foreign(&check.scope), &foreign(&check.text)])
            ));
        }
        for proof in account.proofs.iter().filter(|p| !p.holds) {
            let figures = format!("{}{}{}", proof_title(lang, proof), lang.colon(), proof_figures(lang, proof));
            found.push(format!("✗ {}", fill(labels.proof_failed_line, &[&figures])));
        }
    }
    found
}

fn last(options: &StatusOptions<'_>, month: &str) -> String {
    let l = options.lang.book_labels();
    let oldest = match options.oldest_days {
        Some(days) => fill(l.st_oldest, &[&plain(&group(days.into()))]),
        None => l.st_all.to_string(),
    };
    let run = options.run.map_or_else(|| l.no_run.to_string(), |run| fill(l.run, &[&foreign(run)]));
    let mut parts = vec![oldest, run];
    if options.month.is_some() {
        parts.push(match options.seal {
            Some(seal) => fill(l.closed_month, &[month, &seal.chars().take(12).collect::<String>()]),
            None => fill(l.open_month, &[month]),
        });
    }
    if !options.next.is_empty() {
        parts.push(fill(l.st_next, &[&foreign(options.next)]));
    }
    parts.join(" · ")
}
