//! What has become of the approvals of a book: every command that shows them, or rests on one, asks here.

use std::collections::BTreeSet;

use super::proofs::prove;
use crate::book::Book;
use crate::book::content::{MonthContent, Scope};
use crate::config::{Config, ControlPolicy};
use crate::error::{Error, ErrorKind, Errors};
use crate::model::{
    Approval, ApprovalState, ApprovalStatus, ApprovalView, BadSignature, BookProofs, Month, Preparer, ProofId,
    PublicKey, SignatureState, VoidCause, same_person,
};
use crate::report::digest;
use crate::sign;

/// Lines of a closed month that are named as the reason why an approval of it does not stand.
const NAMED: usize = 5;

/// The approvals of a month, and who prepared it.
#[derive(Debug, Default)]
pub(super) struct MonthApprovals {
    /// Oldest first, withdrawn ones as well.
    pub(super) views: Vec<ApprovalView>,
    /// Those with the most decisions first.
    pub(super) preparers: Vec<Preparer>,
}

/// Every approval of a book with what has become of it, oldest first: for archives and lists.
///
/// `config` is the configuration of the file, without balances of the command line. Errors: those of the book and of its facts.
pub(in crate::cli) fn check_approvals(book: &Book, config: &Config) -> Result<Vec<ApprovalView>, Error> {
    let months: BTreeSet<Month> = book.approvals()?.into_iter().map(|one| one.month).collect();
    let mut views = Vec::new();
    for month in months {
        views.extend(of_month(book, config, month, None)?.views);
    }
    views.sort_by_key(|view| view.approval.op);
    Ok(views)
}

/// Refuses what needs four eyes while no approval of the whole month stands. Nothing is asked for where the configuration does not
/// want it.
///
/// `config` is the configuration of the file, without balances of the command line. Error: C0024.
pub(in crate::cli) fn require_approval(book: &Book, config: &Config, month: Month) -> Result<(), Error> {
    if !config.control.four_eyes {
        return Ok(());
    }
    let views = views(book, config, month, None)?;
    let last = views.iter().rev().find(|v| v.is_whole() && matches!(v.state, ApprovalState::Void { .. }));
    let says = match ApprovalStatus::of(&views, "") {
        ApprovalStatus::Approved => return Ok(()),
        ApprovalStatus::Void => "its approval is void",
        ApprovalStatus::NotApproved => "nobody has approved the whole of it",
    };
    let error = Error::new(ErrorKind::Refused, "C0024", format!("{month} needs four eyes: {says}"));
    let error = match last {
        Some(view) => error.label(crate::report::book::approval_state(crate::report::Lang::En, view)),
        None => error.label("four_eyes is set in [control] of lettrage.toml"),
    };
    Err(error.help(format!("lettrage approve --period {month} --as WHO, by somebody who has prepared nothing of it")))
}

/// The approvals of a month, where that has any: nothing else is read otherwise. `proofs` are those of the month, where they are made
/// already.
pub(super) fn views(
    book: &Book,
    config: &Config,
    month: Month,
    proofs: Option<&BookProofs>,
) -> Result<Vec<ApprovalView>, Error> {
    if book.approvals()?.iter().all(|one| one.month != month) {
        return Ok(Vec::new());
    }
    Ok(of_month(book, config, month, proofs)?.views)
}

/// The approvals of a month, and who prepared it. `proofs` are those of the month, where they are made already.
pub(super) fn of_month(
    book: &Book,
    config: &Config,
    month: Month,
    proofs: Option<&BookProofs>,
) -> Result<MonthApprovals, Error> {
    let all = book.approvals()?;
    let content = book.month_content(month)?;
    let whole = Scope::default();
    let mut found = MonthApprovals { views: Vec::new(), preparers: content.preparers(whole) };
    if all.iter().all(|one| one.month != month) {
        return Ok(found);
    }
    let ground = Ground {
        book,
        control: &config.control,
        now: digest(config),
        failed: failed(book, config, &content, month, proofs)?,
        drift: drift(book, &content, month)?,
        content,
    };
    let mut keys: Vec<(PublicKey, &str)> = Vec::new();
    for approval in &all {
        if approval.month == month {
            found.views.push(ground.view(approval, &keys)?);
        }
        if let SignatureState::Good { key, .. } = sign::verify(approval) {
            keys.push((key, &approval.who));
        }
    }
    Ok(found)
}

/// Proofs of an open month that are false, with their accounts. A closed month had none: its close was refused otherwise.
fn failed(
    book: &Book,
    config: &Config,
    content: &MonthContent,
    month: Month,
    proofs: Option<&BookProofs>,
) -> Result<Vec<(ProofId, Box<str>)>, Error> {
    let of = |proofs: &BookProofs| proofs.failed().map(|p| (p.id, p.account.clone())).collect();
    match proofs {
        _ if content.is_closed() => Ok(Vec::new()),
        Some(proofs) => Ok(of(proofs)),
        None => Ok(of(&prove(book, config, Some(month)).map_err(first)?.1)),
    }
}

/// Lines of a closed month that are others than the sealed ones.
fn drift(book: &Book, content: &MonthContent, month: Month) -> Result<Vec<VoidCause>, Error> {
    if !content.is_closed() {
        return Ok(Vec::new());
    }
    let of_month = book.drift()?.into_iter().filter(|drift| drift.month == month);
    Ok(of_month.take(NAMED).map(|drift| VoidCause::Drift { kind: drift.kind, key: drift.key }).collect())
}

/// The first of several errors.
pub(super) fn first(errors: Errors) -> Error {
    let first = errors.iter().next().cloned();
    // Errors are never empty.
    first.unwrap_or_else(|| Error::new(ErrorKind::CheckFailed, "E0705", "the book cannot be read"))
}

/// What approvals of a month are held against.
struct Ground<'a> {
    book: &'a Book,
    control: &'a ControlPolicy,
    /// SHA-256 of the configuration that holds now.
    now: String,
    failed: Vec<(ProofId, Box<str>)>,
    drift: Vec<VoidCause>,
    content: MonthContent,
}

impl Ground<'_> {
    fn view(&self, approval: &Approval, earlier: &[(PublicKey, &str)]) -> Result<ApprovalView, Error> {
        let signature = self.signature(approval, earlier);
        let state = match approval.undone_by {
            Some(by) => ApprovalState::Withdrawn { by },
            None => match self.causes(approval, &signature)? {
                because if because.is_empty() => ApprovalState::Standing,
                because => ApprovalState::Void { because },
            },
        };
        Ok(ApprovalView { approval: approval.clone(), state, signature })
    }

    /// Whether the list of approvers that we have is the one that held: of a month that was closed under another configuration it is not,
    /// and whoever has left since may have approved.
    fn list_held(&self) -> bool {
        self.content.configuration(&self.now) == self.now
    }

    fn signature(&self, approval: &Approval, earlier: &[(PublicKey, &str)]) -> SignatureState {
        let state = sign::verify(approval);
        let SignatureState::Good { key, .. } = state else { return state };
        let listed = self.control.approver(&approval.who).and_then(|one| one.key);
        match key_of_another(self.control, &key, &approval.who, earlier) {
            Some(why) if self.list_held() || why == KeyOf::Signer => {
                SignatureState::Bad { why: BadSignature::OfAnother }
            }
            _ if self.list_held() && listed.is_some_and(|listed| listed != key) => {
                SignatureState::Bad { why: BadSignature::OtherKey }
            }
            _ => SignatureState::Good { key, listed: listed == Some(key) },
        }
    }

    fn causes(&self, approval: &Approval, signature: &SignatureState) -> Result<Vec<VoidCause>, Error> {
        let scope = Scope { account: &approval.account, ledger: &approval.ledger };
        let mut causes = Vec::new();
        if self.content.hash(scope, &self.now, &self.failed) != *approval.content {
            causes.extend(self.book.changes_since(approval)?);
            if self.content.configuration(&self.now) != &*approval.configuration {
                causes.push(VoidCause::Configuration);
            }
            let concerns = |account: &str| approval.account.is_empty() || approval.account == account.into();
            causes.extend(self.failed.iter().filter(|(_, a)| concerns(a)).map(|(id, _)| VoidCause::Proof { id: *id }));
            if causes.is_empty() {
                causes.push(VoidCause::Unknown);
            }
        }
        causes.extend(self.drift.iter().cloned());
        if matches!(signature, SignatureState::Bad { .. }) {
            causes.push(VoidCause::Signature);
        }
        if self.list_held() {
            let listed = self.control.approver(&approval.who);
            if listed.is_none() && !self.control.approver.is_empty() {
                causes.push(VoidCause::NotListed);
            }
            if listed.is_some_and(|one| one.key.is_some()) && *signature == SignatureState::None {
                causes.push(VoidCause::Unsigned);
            }
        }
        if has_prepared(&self.content.preparers(scope), &approval.who, self.control).is_some() {
            causes.push(VoidCause::Preparer);
        }
        Ok(causes)
    }
}

/// How it is known whose a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyOf {
    /// The configuration says so.
    Listed,
    /// They signed with it before.
    Signer,
}

/// Whether a key is that of another person than the one who approves. `earlier` are keys that have signed, with the names.
pub(super) fn key_of_another(
    control: &ControlPolicy,
    key: &PublicKey,
    who: &str,
    earlier: &[(PublicKey, &str)],
) -> Option<KeyOf> {
    if earlier.iter().any(|(known, name)| known == key && !same_person(name, who)) {
        return Some(KeyOf::Signer);
    }
    control.owner(key).filter(|owner| !same_person(&owner.name, who)).map(|_| KeyOf::Listed)
}

/// What a person did to prepare, whatever way the name was typed; none for who did nothing that keeps from approving.
pub(super) fn has_prepared(preparers: &[Preparer], who: &str, control: &ControlPolicy) -> Option<Preparer> {
    let mut all = Preparer { who: who.into(), ..Preparer::default() };
    for one in preparers.iter().filter(|one| same_person(&one.who, who)) {
        all.decisions += one.decisions;
        all.by_runs += one.by_runs;
        all.taken_back += one.taken_back;
        all.imports += if control.importers_may_approve { 0 } else { one.imports };
    }
    (all.decisions + all.by_runs + all.taken_back + all.imports > 0).then_some(all)
}
