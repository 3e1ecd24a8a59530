//! Who approved the month, whether that still counts, and whether it was signed.

use super::steps::{Step, one_line};
use crate::archive::Manifest;
use crate::book::Book;
use crate::cli::book::approve::{check_approvals, require_approval};
use crate::config::Config;
use crate::model::{ApprovalState, ApprovalStatus, ApprovalView, BadSignature, Month, SignatureState};
use crate::report::Lang;
use crate::report::book::{approval_lines, short_moment};

/// The step, and what the last line says of it. `file` is the configuration of the file; none when another version made the archive.
pub(super) fn step(book: &Book, manifest: &Manifest, file: Option<&Config>) -> (Step, String) {
    let Some((file, month)) = file.zip(Month::parse(&manifest.month)) else {
        return not_judged(book);
    };
    let views = match check_approvals(book, file) {
        Ok(views) => views,
        Err(error) => return (Step::of("approvals", vec![one_line(&error)], ""), String::new()),
    };
    let mut found: Vec<String> = views.iter().filter_map(forged).collect();
    if manifest.closed
        && let Err(error) = require_approval(book, file, month)
    {
        found.push(one_line(&error));
    }
    let of_month: Vec<ApprovalView> = views.into_iter().filter(|v| v.approval.month == month).collect();
    let says = amounts_to(&of_month);
    let lines: Vec<String> = of_month.iter().flat_map(|view| approval_lines(Lang::En, view)).collect();
    let step = match lines.split_first() {
        _ if !found.is_empty() => Step::of("approvals", found, ""),
        None => Step::not_done("approvals", "none of this month"),
        Some((first, more)) => {
            let mut step = Step::holds("approvals", first.clone());
            step.says.extend(more.iter().cloned());
            step
        }
    };
    (step, says)
}

/// Another version may weigh an approval otherwise: only that there are some is said.
fn not_judged(book: &Book) -> (Step, String) {
    let count = book.approvals().map_or(0, |all| all.len());
    let says = match count {
        0 => return (Step::not_done("approvals", "none"), "not approved".to_string()),
        1 => "1 approval, not judged".to_string(),
        n => format!("{n} approvals, not judged"),
    };
    (Step::not_done("approvals", format!("{says}: another version made the archive")), says)
}

/// A signature that is over other words, or cannot be read: an approval that was not given so.
fn forged(view: &ApprovalView) -> Option<String> {
    let bad = matches!(view.signature, SignatureState::Bad { why: BadSignature::Mismatch | BadSignature::Unreadable });
    bad.then(|| {
        format!(
            "the approval of operation {:04} by {} has a signature that is not over it",
            view.approval.op, view.approval.who
        )
    })
}

/// Who approved the whole month, or that nobody did, in a few words.
fn amounts_to(views: &[ApprovalView]) -> String {
    let by = |view: &ApprovalView| {
        let signed = match view.signature {
            SignatureState::Good { listed: true, .. } => ", signed with the listed key",
            SignatureState::Good { listed: false, .. } => ", signed with a key that is not listed",
            _ => ", not signed",
        };
        format!("approved by {} {}{signed}", view.approval.who, short_moment(Lang::En, &view.approval.at))
    };
    let whole = || views.iter().filter(|v| v.is_whole());
    if let Some(last) = whole().rfind(|v| v.stands()) {
        return by(last);
    }
    match (ApprovalStatus::of(views, ""), whole().any(|v| matches!(v.state, ApprovalState::Void { .. }))) {
        (ApprovalStatus::Void, _) | (_, true) => "its approval is void".to_string(),
        _ if views.iter().any(ApprovalView::stands) => "approved in part".to_string(),
        _ => "not approved".to_string(),
    }
}
