//! Who approved the month, whether that still counts, and whether it was signed.

use super::steps::{State, Step, one_line};
use crate::book::Book;
use crate::cli::book::approve::{check_approvals, require_approval};
use crate::config::Config;
use crate::error::printable;
use crate::model::{ApprovalState, ApprovalStatus, ApprovalView, Month, SignatureState};
use crate::report::Lang;
use crate::report::book::{approval_lines, short_moment};

/// The step, and what the last line says of it. `config` is the configuration as a person wrote it; none where it cannot be used, or
/// where another version made the archive, which may weigh an approval otherwise.
///
/// A bad signature is wrong, and so is a closed month without the approval that its configuration wants: it could not have been closed.
/// That another approval is void, or that there is none, is a fact about the month and not about the archive.
pub(super) fn step(book: &Book, config: Option<&Config>, month: Option<Month>, closed: bool) -> (Step, String) {
    let Some((config, month)) = config.zip(month) else {
        let why = "not judged: another version, or configuration, made the archive";
        return (Step::not_done("approvals", why), "approvals not checked".to_string());
    };
    let views = match check_approvals(book, config) {
        Ok(views) => views,
        Err(error) => {
            let says = format!("they cannot be read: {}", one_line(&error));
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
    let mut found: Vec<String> = views.iter().filter(is_bad).map(told).collect();
    if closed
        && held(book, config, month)
        && let Err(error) = require_approval(book, config, month)
    {
        found.push(one_line(&error));
    }
    let step = if views.is_empty() && found.is_empty() {
        Step::not_done("approvals", "none: nobody has approved")
    } else {
        let mut step = Step::of("approvals", found, views.first().map(told).unwrap_or_default());
        if step.state == State::Holds {
            step.says.extend(views.iter().skip(1).map(told));
        }
        step
    };
    (step, summed(&views))
}

/// Whether the month was closed under this very configuration: a later one may want what that day's did not.
fn held(book: &Book, config: &Config, month: Month) -> bool {
    let now = crate::report::digest(config);
    book.month_content(month).is_ok_and(|content| content.configuration(&now) == now)
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
