//! Approvals in words: for page 1 of the report, for `status`, and for the command that gives them.

use chrono::{Datelike as _, NaiveDate};

use super::page::ApprovalBlock;
use super::views::ControlView;
use crate::model::{Approval, ApprovalState, ApprovalStatus, ApprovalView, BadSignature, SignatureState, VoidCause};
use crate::report::Lang;
use crate::report::i18n::{self, date, fill, operation_name};
use crate::report::table::foreign;

/// Operations that are named as the reason why an approval does not stand.
const NAMED: usize = 3;
/// Digits of a hash that people compare.
const SHOWN_DIGITS: usize = 12;

/// A moment of the log without its year and in UTC: `2 Jul 09:14`, in French `02/07 09:14`.
pub fn short_moment(lang: Lang, at: &str) -> String {
    let day: Option<NaiveDate> = at.get(..10).and_then(|day| day.parse().ok());
    let (Some(day), Some(time)) = (day, at.get(11..16)) else { return foreign(at) };
    let whole = date(lang, day);
    let year = day.year().to_string();
    let short =
        whole.strip_suffix(&year).map_or(&*whole, |rest| rest.trim_end_matches([' ', '/', '\u{a0}', '\u{202f}']));
    format!("{short} {time}")
}

/// What was approved, as people name it: `June 2026`, or `512100 June 2026`.
pub fn approval_subject(lang: Lang, approval: &Approval) -> String {
    let month = i18n::month(lang, approval.month);
    match approval.account_shown() {
        "" => month,
        account => format!("{account} {month}"),
    }
}

/// Whether an approval stands, and why not.
pub fn approval_state(lang: Lang, view: &ApprovalView) -> String {
    let l = lang.approval_labels();
    match &view.state {
        ApprovalState::Standing => l.stands.to_string(),
        ApprovalState::Withdrawn { by } => fill(l.withdrawn, &[&format!("{by:04}")]),
        ApprovalState::Void { because } => {
            let is_operation = |cause: &&VoidCause| matches!(cause, VoidCause::Operation { .. });
            let operations = because.iter().filter(is_operation).count();
            let mut since: Vec<String> =
                because.iter().filter(is_operation).take(NAMED).map(|c| cause(lang, c)).collect();
            if operations > NAMED {
                since.push(fill(l.more, &[&(operations - NAMED).to_string()]));
            }
            let since = (!since.is_empty()).then(|| fill(l.since, &[&since.join(", ")]));
            let others = because.iter().filter(|c| !is_operation(c)).map(|c| cause(lang, c));
            fill(l.is_void, &[&since.into_iter().chain(others).collect::<Vec<_>>().join(", ")])
        }
    }
}

fn cause(lang: Lang, cause: &VoidCause) -> String {
    let l = lang.approval_labels();
    match cause {
        VoidCause::Operation { op, kind, who } => {
            let kind = foreign(operation_name(lang, kind));
            fill(l.operation, &[&format!("{op:04}"), &kind, &foreign(who)])
        }
        VoidCause::Configuration => l.configuration.to_string(),
        VoidCause::Proof { id } => fill(l.proof, &[id.code()]),
        VoidCause::Drift { kind, key } => fill(l.drift, &[kind, &foreign(key)]),
        VoidCause::Preparer => l.preparer.to_string(),
        VoidCause::NotListed => l.not_listed.to_string(),
        VoidCause::Unsigned => l.no_signature.to_string(),
        VoidCause::Signature => l.signature.to_string(),
        VoidCause::Unknown => l.unknown.to_string(),
    }
}

/// What the signature of somebody's approval is worth.
pub fn approval_signature(lang: Lang, who: &str, signature: &SignatureState) -> String {
    let l = lang.approval_labels();
    match signature {
        SignatureState::None => l.unsigned.to_string(),
        SignatureState::Good { key, listed: true } => fill(l.signed, &[&key.short(), &foreign(who)]),
        SignatureState::Good { key, listed: false } => fill(l.signed_unlisted, &[&key.short()]),
        SignatureState::Bad { why } => {
            let why = match why {
                BadSignature::Unreadable => l.unreadable,
                BadSignature::Mismatch => l.mismatch,
                BadSignature::OtherKey => l.other_key,
                BadSignature::OfAnother => l.of_another,
            };
            fill(l.bad_signature, &[why])
        }
    }
}

/// An approval in a few lines: who, when, of what, whether it stands; its note; its signature.
pub fn approval_lines(lang: Lang, view: &ApprovalView) -> Vec<String> {
    let l = lang.approval_labels();
    let one = &view.approval;
    let content: String = one.content.chars().take(SHOWN_DIGITS).collect();
    let what = format!("{}, {}", foreign(&approval_subject(lang, one)), fill(l.content, &[&foreign(&content)]));
    let mut lines =
        vec![fill(l.one, &[&foreign(&one.who), &short_moment(lang, &one.at), &what, &approval_state(lang, view)])];
    if !one.note.is_empty() {
        lines.push(format!("  “{}”", foreign(&one.note)));
    }
    lines.push(format!("  {}", approval_signature(lang, &one.who, &view.signature)));
    lines
}

/// The word for a month's approvals, as it stands in capitals on page 1.
pub(super) fn status_word(lang: Lang, status: ApprovalStatus) -> &'static str {
    let l = lang.approval_labels();
    match status {
        ApprovalStatus::Approved => l.approved,
        ApprovalStatus::Void => l.void,
        ApprovalStatus::NotApproved => l.not_approved,
    }
}

/// What page 1 says: who prepared, who approved, whether that stands, and what each signature is worth.
pub(super) fn block(lang: Lang, control: ControlView<'_>) -> ApprovalBlock {
    let l = lang.approval_labels();
    let status = ApprovalStatus::of(control.approvals, "");
    let mut people: Vec<String> = Vec::new();
    if !control.prepared.is_empty() {
        let names: Vec<String> = control.prepared.iter().map(|one| foreign(&one.who)).collect();
        people.push(fill(l.prepared, &[&names.join(", ")]));
    }
    let standing = control.approvals.iter().filter(|v| v.is_whole() && v.stands());
    let approved = standing
        .map(|v| fill(l.by, &[&foreign(&v.approval.who), &short_moment(lang, &v.approval.at)]))
        .collect::<Vec<_>>();
    people.extend(approved);
    if control.approvals.is_empty() {
        people.push(l.nobody.to_string());
    }
    let mut lines = vec![people.join(" · ")];
    for view in control.approvals.iter().filter(|v| is_news(v, control.approvals)) {
        let one = &view.approval;
        let account = match one.account_shown() {
            "" => l.whole.to_string(),
            account => fill(l.account, &[&foreign(account)]),
        };
        let state = approval_state(lang, view);
        let signature = approval_signature(lang, &one.who, &view.signature);
        let note = if one.note.is_empty() { String::new() } else { format!(" “{}”", foreign(&one.note)) };
        let mut line = fill(l.one, &[&foreign(&one.who), &short_moment(lang, &one.at), &account, &state]);
        line.push_str(&format!("{}{signature}{note}", l.semicolon));
        lines.push(line);
    }
    let holds = match status {
        ApprovalStatus::Approved => Some(true),
        ApprovalStatus::Void => Some(false),
        ApprovalStatus::NotApproved => None,
    };
    ApprovalBlock { status: fill(l.status, &[status_word(lang, status)]), holds, lines }
}

/// Whether page 1 names an approval: one that stands, or the last one of its account where none does. The others, and what was
/// withdrawn, are in the log.
fn is_news(view: &ApprovalView, all: &[ApprovalView]) -> bool {
    let of_it = || all.iter().filter(|v| v.approval.account == view.approval.account);
    match view.state {
        ApprovalState::Standing => true,
        ApprovalState::Withdrawn { .. } => false,
        ApprovalState::Void { .. } => {
            let void = |v: &&ApprovalView| matches!(v.state, ApprovalState::Void { .. });
            !of_it().any(ApprovalView::stands)
                && of_it().rfind(void).is_some_and(|last| last.approval.op == view.approval.op)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_short_in_both_languages() {
        let at = "2026-07-02T09:14:00Z";
        assert_eq!(
            (short_moment(Lang::En, at), short_moment(Lang::Fr, at)),
            ("2 Jul 09:14".into(), "02/07 09:14".into())
        );
        assert_eq!(short_moment(Lang::En, "x\u{1b}"), "x\u{fffd}");
    }
}
