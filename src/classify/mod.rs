//! From weighed hypotheses to a decision: bucket, reason, flags, and the obstacle of each rival.

mod obstacle;
mod other;
#[cfg(test)]
mod tests;

pub use other::{Movement, Returned, not_receivable, returned};

use crate::config::{DifferencePolicy, Policy};
use crate::model::stage::{
    BEFORE_THE_RUN, Cite, CiteClass, Day, Draft, LedgerFacts, NO_CUSTOMER, PayerMark, ReceiptFacts,
};
use crate::model::{
    Bucket, Flag, Flags, Hypothesis, HypothesisKind, Level, Obstacle, Probability, Reason, Search, Term, Verdict,
    Weight,
};

/// Share of the proposal's probability from which a rival makes it a tie that a person must break.
const CLOSE: f64 = 0.25;
/// Least probability of an overpayment that is proposed.
const OVERPAID_LEVEL: f64 = 0.3;
/// Digits from which a number without its prefix is somebody's all the same.
const LONG_CORE: u8 = 7;
/// Probability from which a payer is taken for one who pays for all that is proposed.
const SURE_PAYER: f64 = 0.9;
/// Probability that is asked at least where nothing but the dates tells which of several items of one amount is meant.
const DATES_ALONE: f64 = 0.99;
/// Likeness from which a name counts as the customer's own when nothing but the amount stands beside it.
const RECOGNISED: f64 = 0.85;

/// Probability below which a candidate is not reckoned with when somebody else's document is cited.
const FAINT: f64 = 0.05;

/// What is known of a receipt when it is decided.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The receipt.
    pub facts: &'a ReceiptFacts,
    /// Its drafts.
    pub drafts: &'a [Draft],
    /// What speaks for and against each draft, by its position.
    pub terms: &'a dyn Fn(usize) -> Vec<Term>,
    /// Position of the chosen draft.
    pub chosen: u32,
    /// Probability of each draft.
    pub probabilities: &'a [f64],
    /// What each probability is at least: the same where the search was complete.
    pub proved: &'a [f64],
    /// What is lost when the choice is forbidden.
    pub margin: Weight,
    /// Whether the search was complete, in proposing and in choosing.
    pub search: Search,
    /// The ledger.
    pub ledger: LedgerFacts<'a>,
    /// The policy.
    pub policy: &'a Policy,
    /// The receipt (canonical) to which each item was wholly applied, if any: in this run, or by a decision that stands.
    pub taken_by: &'a dyn Fn(u32) -> Option<u32>,
    /// Whether the numbers of two items are one typing error apart.
    pub near_numbers: &'a dyn Fn(u32, u32) -> bool,
    /// The day as which the number of an item reads, if it does.
    pub day_in_number: &'a dyn Fn(u32) -> Option<Day>,
    /// Its words speak of a netted batch.
    pub batch: bool,
    /// Its words speak of money before the invoice.
    pub prepayment: bool,
    /// The payer's customer has nothing open.
    pub nothing_open: bool,
    /// Keep rivals of automatic decisions too.
    pub all_evidence: bool,
}

/// Decides one receipt. Items in the verdict are still in canonical order.
pub fn decide(case: &Case<'_>) -> Verdict {
    let proposal = proposal(case);
    let payer = case.facts.payer.identified().map(|c| c.customer);
    let mut verdict = Verdict {
        bucket: Bucket::Unmatched,
        reason: None,
        flags: Flags::NONE,
        payer,
        chosen: None,
        rivals: Vec::new(),
        probability: Probability(0),
        margin: case.margin,
        search: case.search,
        examined: case.drafts.len() as u32,
        returns: None,
    };
    let Some(at) = proposal else {
        verdict.reason = Some(reason_unmatched(case));
        verdict.flags = flags_unmatched(case);
        verdict.probability = none_probability(case);
        verdict.rivals = obstacle::rivals(case, None, None);
        return verdict;
    };
    let mut chosen = hypothesis(case, at);
    let rival = closest_rival(case, at);
    let flags = flags(case, &chosen, rival);
    let objection = objection(case, (at, &chosen), flags, rival);
    verdict.flags = flags;
    verdict.probability = chosen.probability;
    if let Some(obstacle) = objection {
        verdict.bucket = Bucket::Review;
        verdict.reason = Some(reason_review(case, &chosen, flags));
        chosen.obstacle = Some(obstacle);
        verdict.rivals = obstacle::rivals(case, Some(at), Some(&chosen));
    } else {
        verdict.bucket = Bucket::Auto;
        if case.all_evidence {
            verdict.rivals = obstacle::rivals(case, Some(at), Some(&chosen));
        }
    }
    // The payer of what is cited and paid is its customer, unless somebody else was recognised.
    if verdict.payer.is_none() && case.facts.payer.is_unknown() && verdict.bucket == Bucket::Auto {
        verdict.payer = chosen.payer;
    }
    verdict.chosen = Some(chosen);
    verdict
}

/// A draft as an hypothesis with its probability and its customer.
fn hypothesis(case: &Case<'_>, at: usize) -> Hypothesis {
    let draft = &case.drafts[at];
    let payer = draft.applications.first().and_then(|a| case.ledger.item(a.item).owner());
    draft.hypothesis(payer, (case.terms)(at), Probability::from_fraction(case.probabilities[at]))
}

fn names_items(draft: &Draft) -> bool {
    !draft.applications.is_empty()
}

/// What is proposed: the joint choice where it names items, else the likeliest equation above the level of review.
fn proposal(case: &Case<'_>) -> Option<usize> {
    let chosen = case.chosen as usize;
    // Too much that is unlikely is mostly a payment for something else besides: no proposal.
    let level = |n: usize| match case.drafts[n].flags.has(Flag::Overpaid) {
        true => case.policy.review_level.max(OVERPAID_LEVEL),
        false => case.policy.review_level,
    };
    let enough = |n: &usize| case.probabilities[*n] >= level(*n);
    if names_items(&case.drafts[chosen]) && enough(&chosen) && !is_taken(case, &case.drafts[chosen]) {
        return Some(chosen);
    }
    (0..case.drafts.len())
        .filter(|n| names_items(&case.drafts[*n]))
        .filter(enough)
        .filter(|n| !is_taken(case, &case.drafts[*n]))
        .max_by(|a, b| case.probabilities[*a].total_cmp(&case.probabilities[*b]).then(b.cmp(a)))
}

/// An equal amount alone does not compete for its item: it gives way to whoever does.
fn is_taken(case: &Case<'_>, draft: &Draft) -> bool {
    draft.kind == HypothesisKind::AmountOnly
        && draft.applications.iter().any(|a| (case.taken_by)(a.item).is_some_and(|p| p != case.facts.payment))
}

/// The likeliest other equation that names items and takes something else.
fn closest_rival(case: &Case<'_>, at: usize) -> Option<(usize, f64)> {
    (0..case.drafts.len())
        .filter(|n| *n != at && names_items(&case.drafts[*n]))
        .filter(|n| case.drafts[*n].kind != HypothesisKind::Duplicate)
        .map(|n| (n, case.probabilities[n]))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

fn none_probability(case: &Case<'_>) -> Probability {
    let none = |d: &&Draft| !names_items(d);
    let p: f64 = case.drafts.iter().zip(case.probabilities).filter(|(d, _)| none(d)).map(|(_, p)| p).sum();
    Probability::from_fraction(p)
}

fn flags(case: &Case<'_>, chosen: &Hypothesis, rival: Option<(usize, f64)>) -> Flags {
    let mut flags = chosen.flags;
    let level = chosen.terms.iter().find_map(|t| match t.level {
        Level::PayerOther | Level::PayerUnknown => Some(t.level),
        _ => None,
    });
    let mistaken = number_of_a_stranger(case, chosen);
    if (level == Some(Level::PayerOther) && chosen.kind == HypothesisKind::Cited) || mistaken == Some(Mistake::Other) {
        flags = flags.with(Flag::Misapplied);
    }
    if mistaken == Some(Mistake::Typing) || chosen.applications.iter().any(|a| is_near(case, a.item)) {
        flags = flags.with(Flag::FuzzyReference);
    }
    if case.facts.payer.is_unknown() {
        flags = flags.with(Flag::UnknownPayer);
    }
    if chosen.kind == HypothesisKind::PayerAmount && !recognised(case, chosen) {
        flags = flags.with(Flag::AmountOnly);
    }
    if let [one] = chosen.applications[..] {
        // A part of it was paid before the run; parts paid within the run are found when all are decided.
        let item = case.ledger.item(one.item);
        if one.applied != 0 && item.open != 0 && item.open != item.amount {
            flags = flags.with(Flag::Instalment);
        }
    }
    if rival.is_some_and(|(_, p)| p >= CLOSE * chosen.probability.fraction()) {
        flags = flags.with(Flag::Ambiguous);
    }
    flags
}

/// Whether an item is cited with a typing error, and in no better way than that but by last digits.
fn is_near(case: &Case<'_>, item: u32) -> bool {
    let classes = || case.facts.cites.iter().filter(|c| c.item == item).map(|c| c.class);
    classes().any(|class| class == CiteClass::Near) && !classes().any(|class| class < CiteClass::Tail)
}

/// Whether account or name of the payer speak for the customer on their own, though perhaps for others, too. A faint likeness
/// does not: then the amount would be all there is.
fn recognised(case: &Case<'_>, chosen: &Hypothesis) -> bool {
    let customers = || chosen.applications.iter().map(|a| case.ledger.item(a.item).customer);
    case.facts.payer.candidates.iter().any(|c| {
        (c.mark != PayerMark::Name || c.likeness >= RECOGNISED)
            && customers().any(|customer| customer == c.customer || case.ledger.may_pay_for(c.customer, customer))
    })
}

/// Why a payment names an item of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    /// The number is one typing error away from what is proposed.
    Typing,
    /// The number is another one altogether: it or the proposal is a mistake, and only a person can tell which.
    Other,
}

/// Whether the payment cites, instead of what is proposed, an item of somebody who is neither the payer nor its customer.
fn number_of_a_stranger(case: &Case<'_>, chosen: &Hypothesis) -> Option<Mistake> {
    // Whoever of several it is (a group's account, equal names): none of them has to do with what is cited.
    let payers = &case.facts.payer;
    if payers.is_unknown() {
        return None;
    }
    let items = || chosen.applications.iter().map(|a| a.item);
    if case.facts.cites.iter().any(|c| c.class <= CiteClass::Core && items().any(|n| n == c.item)) {
        return None;
    }
    let known = |customer: u32| {
        customer == NO_CUSTOMER
            || (payers.candidates.iter().filter(|c| c.probability >= FAINT))
                .any(|c| customer == c.customer || case.ledger.may_pay_for(c.customer, customer))
            || items().any(|n| case.ledger.item(n).customer == customer)
    };
    // What a place nearly names besides is a guess; what it does name is a stranger's.
    let whole = |c: &&Cite| {
        let telling = c.class <= CiteClass::Whole || (c.class == CiteClass::Core && c.digits >= LONG_CORE);
        telling && !is_date_of(case, c.item, chosen)
    };
    let mut of_strangers = (case.facts.cites.chunk_by(|a, b| a.place == b.place))
        .filter(|place| place.iter().filter(whole).all(|c| !known(case.ledger.item(c.item).customer)))
        .flat_map(|place| place.iter().filter(whole))
        .peekable();
    of_strangers.peek()?;
    let nearly = |place: u32| case.facts.cites.iter().any(|c| c.place == place && items().any(|n| n == c.item));
    let near = of_strangers.any(|c| nearly(c.place) || items().any(|n| (case.near_numbers)(c.item, n)));
    Some(if near { Mistake::Typing } else { Mistake::Other })
}

/// Whether the number of an item reads as a day on which what is proposed was issued or due: then the text means the day.
fn is_date_of(case: &Case<'_>, item: u32, chosen: &Hypothesis) -> bool {
    let Some(day) = (case.day_in_number)(item) else { return false };
    chosen.applications.iter().map(|a| case.ledger.item(a.item)).any(|i| i.issue == Some(day) || i.due == Some(day))
}

/// Why the proposal is not applied automatically, if something objects.
fn objection(
    case: &Case<'_>,
    (at, chosen): (usize, &Hypothesis),
    flags: Flags,
    rival: Option<(usize, f64)>,
) -> Option<Obstacle> {
    if let Some(by) = repeats_standing(case, at) {
        return Some(Obstacle::AlreadySettled(Some(by)));
    }
    let forbidden = [Flag::Misapplied, Flag::AmountOnly, Flag::Duplicate].into_iter().any(|f| flags.has(f));
    let asks = |flag: Flag, policy: DifferencePolicy| flags.has(flag) && policy == DifferencePolicy::Review;
    let by_policy = asks(Flag::Partial, case.policy.partial)
        || asks(Flag::FeeWithheld, case.policy.fee)
        || asks(Flag::DiscountTaken, case.policy.discount)
        || asks(Flag::Overpaid, case.policy.overpaid);
    let strangers = flags.has(Flag::MultiCustomer) && !belong_together(case, chosen);
    // Too much from one who pays for several customers: for whose account is it?
    let whose = flags.has(Flag::Overpaid) && flags.has(Flag::MultiCustomer);
    if forbidden || by_policy || strangers || whose {
        return Some(Obstacle::Rule);
    }
    // A tie is never automatic, however low the level.
    if let Some((rival, _)) = rival.filter(|_| flags.has(Flag::Ambiguous)) {
        let margin = chosen.weight.0.saturating_sub(case.drafts[rival].weight.0);
        return Some(Obstacle::RivalTooClose(Weight(margin)));
    }
    if let Some(days) = doubtful_before_issue(chosen) {
        return Some(Obstacle::DateOutside(-days));
    }
    // What is only estimated is never enough.
    let proved = Probability::from_fraction(case.proved[at]);
    let level = if only_dates_tell(case, at, chosen) { DATES_ALONE } else { 0.0 }.max(case.policy.auto_level);
    if proved.fraction() < level {
        return Some(Obstacle::BelowLevel(proved));
    }
    case.facts.only_propose.then_some(Obstacle::Rule)
}

/// The receipt that settled what the proposal would pay once more, where a decision that stands says so.
fn repeats_standing(case: &Case<'_>, at: usize) -> Option<u32> {
    let draft = &case.drafts[at];
    let repeat = draft.kind == HypothesisKind::Duplicate && draft.after == BEFORE_THE_RUN;
    draft.applications.first().filter(|_| repeat).and_then(|a| (case.taken_by)(a.item))
}

/// Money that comes before the document and does not name it, or does not settle it, is more likely for an earlier one, which is
/// not loaded, or the number means something else: how many days before.
fn doubtful_before_issue(chosen: &Hypothesis) -> Option<i32> {
    let cites = |t: &Term| matches!(t.level, Level::NothingCited | Level::OthersCited(_));
    let uncited = chosen.terms.iter().any(cites);
    let before = |t: &Term| match t.level {
        Level::BeforeIssue(days) => Some(days),
        _ => None,
    };
    chosen.terms.iter().find_map(before).filter(|_| uncited || !chosen.differences.is_empty())
}

/// Whether nothing but the dates speaks for this item against another of its amount: it is not cited, and neither is the other.
fn only_dates_tell(case: &Case<'_>, at: usize, chosen: &Hypothesis) -> bool {
    let silent = |kind: HypothesisKind| kind == HypothesisKind::PayerAmount;
    let rivals = || case.drafts.iter().enumerate().filter(|(n, _)| *n != at);
    silent(chosen.kind) && rivals().any(|(n, d)| silent(d.kind) && case.probabilities[n] >= 1e-3)
}

/// Whether the payer is one of several customers, or pays for all of them.
fn belong_together(case: &Case<'_>, chosen: &Hypothesis) -> bool {
    let customers: Vec<u32> = chosen.applications.iter().map(|a| case.ledger.item(a.item).customer).collect();
    let pays_for_all = |payer: u32| customers.iter().all(|c| *c == payer || case.ledger.may_pay_for(payer, *c));
    // Members of a group that share an account are one payer here, whichever of them it is.
    let candidates = case.facts.payer.candidates.iter().filter(|c| pays_for_all(c.customer));
    candidates.map(|c| c.probability).sum::<f64>() >= SURE_PAYER
}

fn reason_review(case: &Case<'_>, chosen: &Hypothesis, flags: Flags) -> Reason {
    let by_flag = [
        (Flag::Duplicate, Reason::DuplicatePayment),
        (Flag::Misapplied, Reason::OtherParty),
        (Flag::AmountOnly, Reason::AmountOnly),
        (Flag::Ambiguous, Reason::Ambiguous),
        (Flag::MultiCustomer, Reason::MultiParty),
        (Flag::DiscountTaken, Reason::DiscountTaken),
        (Flag::FeeWithheld, Reason::FeeWithheld),
        (Flag::Overpaid, Reason::OverPay),
        (Flag::Partial, Reason::ShortPay),
    ];
    if let Some((_, reason)) = by_flag.into_iter().find(|(flag, _)| flags.has(*flag)) {
        return reason;
    }
    if case.search == Search::Stopped {
        return Reason::SearchLimit;
    }
    let early = chosen.terms.iter().any(|t| matches!(t.level, Level::BeforeIssue(_)));
    match (early, flags.has(Flag::UnknownPayer)) {
        (true, _) => Reason::OutOfPeriod,
        (_, true) => Reason::UnknownPayer,
        _ if matches!(chosen.kind, HypothesisKind::ExactSum | HypothesisKind::Due) => Reason::MultiDoc,
        _ => Reason::WeakEvidence,
    }
}

fn reason_unmatched(case: &Case<'_>) -> Reason {
    let facts = case.facts;
    let other_currency = |item: u32| case.ledger.item(item).currency != facts.currency;
    let mut whole = facts.cites.iter().filter(|c| c.class <= CiteClass::Whole).peekable();
    if whole.peek().is_some() && whole.all(|c| other_currency(c.item)) {
        Reason::Currency
    } else if case.search == Search::Stopped {
        Reason::SearchLimit
    } else if case.batch {
        Reason::BatchNet
    } else if facts.payer.is_unknown() && facts.cites.is_empty() {
        Reason::UnknownPayer
    } else {
        Reason::NoCandidate
    }
}

fn flags_unmatched(case: &Case<'_>) -> Flags {
    let mut flags = Flags::NONE;
    if case.facts.payer.is_unknown() {
        flags = flags.with(Flag::UnknownPayer);
    }
    let identified = case.facts.payer.identified().is_some();
    if identified && (case.prepayment || case.nothing_open) {
        flags = flags.with(Flag::Prepayment);
    }
    flags
}
