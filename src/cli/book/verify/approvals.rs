//! Who approved the month, and whether that still counts.

use super::steps::Step;
use crate::book::Book;
use crate::cli::book::approve::check_approvals;
use crate::config::Config;
use crate::error::printable;
use crate::model::{ApprovalState, ApprovalStatus, ApprovalView, Month, SignatureState};
use crate::report::Lang;
use crate::report::book::{approval_lines, short_moment};

/// The step, and what the last line says of it. `config` is the configuration as a person wrote it; none where it cannot be used.
///
/// Only a bad signature is wrong: that an approval is void, or that there is none, is a fact about the month and not about the archive.
pub(super) fn step(book: &Book, config: Option<&Config>, month: Option<Month>) -> (Step, String) {
    let (Some(config), Some(month)) = (config, month) else {
        let step = Step::not_done("approvals", "not made: the configuration cannot be used");
        return (step, "approvals not checked".to_string());
    };
    let views = match check_approvals(book, config) {
        Ok(views) => views,
        Err(error) => {
            let says = format!("they cannot be read: {}", error.message());
            return (Step::of("approvals", vec![says], ""), "approvals not checked".to_string());
        }
    };
    let in_force = |v: &&ApprovalView| v.approval.month == month && !matches!(v.state, ApprovalState::Withdrawn { .. });
    let views: Vec<ApprovalView> = views.iter().filter(in_force).cloned().collect();
    let is_bad = |v: &&ApprovalView| matches!(v.signature, SignatureState::Bad { .. });
    let told = |v: &ApprovalView| {
        let lines = approval_lines(Lang::En, v);
        printable(&lines.iter().map(|l| l.trim()).collect::<Vec<_>>().join("; "))
    };
    let bad: Vec<String> = views.iter().filter(is_bad).map(told).collect();
    let step = match views.as_slice() {
        [] => Step::holds("approvals", "none: nobody has approved"),
        all => Step::of("approvals", bad, all.iter().map(told).collect::<Vec<_>>().join(" | ")),
    };
    (step, summed(&views))
}

fn summed(views: &[ApprovalView]) -> String {
    match ApprovalStatus::of(views, "") {
        ApprovalStatus::NotApproved => "not approved".to_string(),
        ApprovalStatus::Void => "its approval is void".to_string(),
        ApprovalStatus::Approved => {
            let by = |v: &ApprovalView| {
                let worth = match v.signature {
                    SignatureState::Good { listed: true, .. } => "signed with the listed key",
                    SignatureState::Good { listed: false, .. } => "signed with a key that is not listed",
                    _ => "not signed",
                };
                format!("{} {} ({worth})", printable(&v.approval.who), short_moment(Lang::En, &v.approval.at))
            };
            let standing = views.iter().filter(|v| v.is_whole() && v.stands());
            format!("approved by {}", standing.map(by).collect::<Vec<_>>().join(", "))
        }
    }
}
