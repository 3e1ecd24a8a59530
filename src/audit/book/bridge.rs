//! P3: the bank's balance and the ledger's, and the lines that lie between them.
//!
//! Lines are told apart from the day on which both sides begin. What is older and has no partner was brought forward: it is in both
//! opening balances, or it shows as unexplained.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::accounts::{Account, Key, closing, first_day, last_day};
use super::pairs::{self, Line};
use super::{account_name, end, money, part, proof};
use crate::model::{
    BankLedger, BookFacts, BookProofs, Bridge, BridgeGroup, BridgeKind, BridgeLine, InLedger, LedgerFact, PaymentFact,
    ProofId, Standing,
};

/// For each payment where the ledger has its bank line: the same pairs as in the proof, over all that the book has.
pub(super) fn in_ledger(facts: &BookFacts) -> Vec<InLedger> {
    let mut found = vec![InLedger::No; facts.payments.len()];
    for bank in &facts.banks {
        let of_bank: Vec<usize> = (facts.payments.iter().enumerate())
            .filter(|(_, p)| p.account == bank.bank && p.currency == bank.currency)
            .map(|(n, _)| n)
            .collect();
        let is_line = |l: &LedgerFact| l.account == bank.account && l.currency == bank.currency;
        let of_ledger: Vec<usize> =
            (facts.ledger.iter().enumerate()).filter(|(_, l)| is_line(l) && !l.opening).map(|(n, _)| n).collect();
        let left: Vec<Line<'_>> = of_bank.iter().map(|n| payment_line(facts, &facts.payments[*n])).collect();
        let right: Vec<Line<'_>> = of_ledger.iter().map(|n| ledger_line(&facts.ledger[*n])).collect();
        let (partners, _) = pairs::pair(&left, &right);
        let begins = begins(facts, bank);
        for (payment, partner) in of_bank.into_iter().zip(partners) {
            found[payment] = match partner {
                Some(line) => InLedger::Line(u32::try_from(of_ledger[line]).unwrap_or(u32::MAX)),
                // What is older than the ledger's lines was brought forward.
                None if begins.is_some_and(|day| facts.payments[payment].booked < day) => InLedger::Balance,
                None => InLedger::No,
            };
        }
    }
    found
}

/// The day from which a line of the bank must be among the ledger's lines to be in its balance.
fn begins(facts: &BookFacts, bank: &BankLedger) -> Option<NaiveDate> {
    let lines = facts.ledger.iter().filter(|l| l.account == bank.account && l.currency == bank.currency);
    let stated = || bank.booked_until.or(bank.stated.map(|(day, _)| day)).and_then(|day| day.succ_opt());
    lines.map(|l| l.date).min().or_else(stated)
}

pub(super) fn prove(facts: &BookFacts, accounts: &BTreeMap<Key<'_>, Account<'_>>, made: &mut BookProofs) {
    for bank in &facts.banks {
        match bridge(facts, bank, accounts) {
            Ok(bridge) => {
                let mut proof = tell(&bridge);
                if let Some(other) = contradiction(bank, &bridge) {
                    proof.holds = false;
                    proof.failures.insert(0, other.into());
                }
                made.proofs.push(proof);
                made.bridges.push(bridge);
            }
            Err(missing) => {
                let says = format!("{} ({} {}): {missing}", bank.account, account_name(&bank.bank), bank.currency);
                made.not_possible.push((ProofId::BookToBank, says.into()));
            }
        }
    }
    for (account, currency) in accounts.keys() {
        if !facts.banks.iter().any(|b| (&*b.bank, b.currency) == (*account, *currency)) {
            let says = format!("{} {currency}: no ledger account mirrors it", account_name(account));
            made.not_possible.push((ProofId::BookToBank, says.into()));
        }
    }
}

/// A balance that was stated for the day of the proof, and is not what the ledger's lines give.
fn contradiction(bank: &BankLedger, bridge: &Bridge) -> Option<String> {
    let (day, stated) = bank.stated.filter(|(day, _)| !bridge.stated && *day == bridge.in_ledger.0)?;
    let (stated, lines) = (i128::from(stated), bridge.in_ledger.1);
    (stated != lines).then(|| {
        let money = |minor| super::money(minor, bank.currency);
        format!("{}: {} was stated for {day}, the ledger's lines give {}", bank.account, money(stated), money(lines))
    })
}

/// What is known of the ledger account on the day of the proof.
struct Known<'a> {
    /// Day and minor units of its balance.
    balance: (NaiveDate, i128),
    /// Its lines up to that day, without what brings a balance forward.
    lines: Vec<&'a LedgerFact>,
    /// The day from which a line of the bank must be among its lines.
    begins: NaiveDate,
    stated: bool,
}

/// The picture of one account, or what is missing for it.
fn bridge(facts: &BookFacts, bank: &BankLedger, accounts: &BTreeMap<Key<'_>, Account<'_>>) -> Result<Bridge, String> {
    let account = accounts.get(&(&*bank.bank, bank.currency)).ok_or("the book has no statement of it")?;
    let at_bank = balance(account, end(facts))?;
    let last = end(facts).unwrap_or(at_bank.0);
    let known = known(facts, bank, last)?;
    let of_bank: Vec<&PaymentFact> = account.payments.iter().filter(|p| p.booked <= last).copied().collect();
    let left: Vec<Line<'_>> = of_bank.iter().map(|p| payment_line(facts, p)).collect();
    let right: Vec<Line<'_>> = known.lines.iter().map(|l| ledger_line(l)).collect();
    let (left_paired, right_paired) = pairs::pair(&left, &right);
    let starts =
        account.statements.iter().filter_map(|s| first_day(s)).chain(account.payments.iter().map(|p| p.booked));
    let begins = starts.min().map_or(known.begins, |day| day.max(known.begins));

    let mut groups: BTreeMap<BridgeKind, Vec<BridgeLine>> = BTreeMap::new();
    let mut add = |kind, line: &Line<'_>| {
        let line = BridgeLine { name: line.name.into(), day: line.day, minor: line.minor };
        groups.entry(kind).or_default().push(line);
    };
    for (line, _) in right.iter().zip(&right_paired).filter(|(l, partner)| partner.is_none() && l.day >= begins) {
        add(if line.minor < 0 { BridgeKind::NotDebited } else { BridgeKind::NotAtBank }, line);
    }
    for ((line, payment), _) in
        left.iter().zip(&of_bank).zip(&left_paired).filter(|((l, _), partner)| partner.is_none() && l.day >= begins)
    {
        add(why(payment), line);
    }
    let groups: Vec<BridgeGroup> = groups.into_iter().map(|(kind, lines)| group(kind, lines)).collect();
    let side = |is_left: bool| -> i128 { groups.iter().filter(|g| g.kind.is_left() == is_left).map(|g| g.sum).sum() };
    let (adjusted_left, adjusted_right) = (at_bank.1 + side(true), known.balance.1 + side(false));
    Ok(Bridge {
        account: bank.account.clone(),
        bank: (&*bank.bank).into(),
        currency: bank.currency,
        at_bank,
        in_ledger: known.balance,
        stated: known.stated,
        pairs: left_paired.iter().flatten().count() as u64,
        groups,
        adjusted_left,
        adjusted_right,
        unexplained: adjusted_left - adjusted_right,
    })
}

/// The bank's balance at the end: the last one that a statement states, with the lines between it and the end.
fn balance(account: &Account<'_>, end: Option<NaiveDate>) -> Result<(NaiveDate, i128), String> {
    let stated = account.statements.iter().filter_map(|s| Some((last_day(s)?, closing(s)?)));
    let mut stated: Vec<(NaiveDate, i128)> = stated.collect();
    stated.sort_by_key(|(day, _)| *day);
    let missing = || "its statements state no closing balance".to_string();
    let Some(end) = end else { return stated.last().copied().ok_or_else(missing) };
    let lines = |from: NaiveDate, to: NaiveDate| {
        let within = account.payments.iter().filter(move |p| p.booked > from && p.booked <= to);
        within.fold((0u64, 0i128), |(count, sum), p| (count + 1, sum + i128::from(p.minor)))
    };
    if let Some((day, minor)) = stated.iter().rfind(|(day, _)| *day <= end) {
        let (count, sum) = lines(*day, end);
        return Ok((if count == 0 { *day } else { end }, minor + sum));
    }
    let (day, minor) = stated.first().ok_or_else(missing)?;
    Ok((end, minor - lines(end, *day).1))
}

/// The ledger's balance on a day, from its lines; from a stated balance where there are none.
fn known<'a>(facts: &'a BookFacts, bank: &BankLedger, last: NaiveDate) -> Result<Known<'a>, String> {
    let of_account = || facts.ledger.iter().filter(|l| l.account == bank.account);
    let Some(first) = of_account().filter(|l| l.currency == bank.currency).map(|l| l.date).min() else {
        if let Some(line) = of_account().next() {
            return Err(format!("its ledger lines are in {}", line.currency));
        }
        return stated(facts, bank, last);
    };
    let until = |to: NaiveDate| of_account().filter(move |l| l.currency == bank.currency && l.date <= to);
    if first > last {
        return Err(format!("its ledger lines begin on {first}, after {last}"));
    }
    let brought = until(last).filter(|l| l.opening).map(|l| l.date).max();
    let sum = |lines: &mut dyn Iterator<Item = &LedgerFact>| lines.map(|l| i128::from(l.minor)).sum::<i128>();
    let minor = match (brought, bank.stated) {
        // A balance brought forward holds all that was before.
        (Some(day), _) => sum(&mut until(last).filter(|l| if l.opening { l.date == day } else { l.date >= day })),
        (None, Some((day, stated))) if day <= last => {
            i128::from(stated) + sum(&mut until(last).filter(|l| l.date > day))
        }
        (None, Some((day, stated))) => i128::from(stated) - sum(&mut until(day).filter(|l| l.date > last)),
        (None, None) => sum(&mut until(last)),
    };
    let lines = until(last).filter(|l| !l.opening).collect();
    Ok(Known { balance: (last, minor), lines, begins: first, stated: false })
}

/// A balance that was stated, without lines: what the bank booked after it is not in it.
fn stated<'a>(facts: &BookFacts, bank: &BankLedger, last: NaiveDate) -> Result<Known<'a>, String> {
    let (day, minor) = bank.stated.ok_or("neither ledger lines nor a balance of the ledger are given")?;
    let first = facts.month.map(|month| month.first());
    if day > last || first.is_some_and(|first| day < first) {
        return Err(format!(
            "the balance of the ledger is that of {day}; one up to {last} and not before the month is needed"
        ));
    }
    let until = bank.booked_until.unwrap_or(day);
    let begins = until.succ_opt().ok_or("the day of the balance is beyond the calendar")?;
    Ok(Known { balance: (day, i128::from(minor)), lines: Vec::new(), begins, stated: true })
}

fn payment_line<'a>(facts: &'a BookFacts, payment: &'a PaymentFact) -> Line<'a> {
    let applied = payment.decision.iter().flat_map(|d| &d.applications);
    let items = applied.filter_map(|a| facts.items.get(a.item as usize)).map(|item| &*item.id);
    let names = std::iter::once(&*payment.id).chain(items).collect();
    Line { day: payment.booked, minor: payment.minor, name: &payment.id, text: "", names }
}

fn ledger_line(line: &LedgerFact) -> Line<'_> {
    Line { day: line.date, minor: line.minor, name: &line.name, text: &line.text, names: Vec::new() }
}

/// Why a line of the bank is not in the ledger.
fn why(payment: &PaymentFact) -> BridgeKind {
    match payment.standing {
        Standing::ByRule => BridgeKind::ByRule,
        Standing::Outside => BridgeKind::Outside,
        Standing::Matched => BridgeKind::ToPost,
        _ if payment.minor < 0 => BridgeKind::PaymentNotInBooks,
        _ => BridgeKind::ReceiptNotInBooks,
    }
}

fn group(kind: BridgeKind, mut lines: Vec<BridgeLine>) -> BridgeGroup {
    lines.sort_by(|a, b| (a.day, &a.name, a.minor).cmp(&(b.day, &b.name, b.minor)));
    let (count, sum) = (lines.len() as u64, lines.iter().map(|l| i128::from(l.minor)).sum());
    lines.truncate(BridgeGroup::LISTED);
    BridgeGroup { kind, count, sum, lines }
}

/// The picture as an equation: bank = ledger + what only the bank has − what only the ledger has.
fn tell(bridge: &Bridge) -> crate::model::Proof {
    let mut parts = vec![part("ledger", bridge.in_ledger.1)];
    for group in &bridge.groups {
        parts.push(part(group.kind.words(), if group.kind.is_left() { -group.sum } else { group.sum }));
    }
    let failures = if bridge.unexplained == 0 {
        Vec::new()
    } else {
        vec![format!(
            "{} unexplained: bank {} on {} is {} adjusted, ledger {} on {} is {} adjusted",
            money(bridge.unexplained, bridge.currency),
            money(bridge.at_bank.1, bridge.currency),
            bridge.at_bank.0,
            money(bridge.adjusted_left, bridge.currency),
            money(bridge.in_ledger.1, bridge.currency),
            bridge.in_ledger.0,
            money(bridge.adjusted_right, bridge.currency)
        )]
    };
    proof(ProofId::BookToBank, &bridge.bank, Some(bridge.currency), bridge.at_bank.1, parts, failures)
}
