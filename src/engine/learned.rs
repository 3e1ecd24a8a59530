//! What the receipts of this run teach about payers: which account and which name pays for which customer.
//!
//! The teachers are the confirmed receipts (`confirmed.rs`): what they cite is one customer's, to the cent. An account or a name
//! that the ledger does not know, and that paid for a customer, is likely to pay for it again: the more often it did, the likelier,
//! and the less so, the more others it paid for as well. A receipt is never its own teacher: what it cites is evidence already.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use crate::index::{CustomerIndex, Hint};
use crate::model::learned::{FactBy, FactKey};
use crate::model::stage::PayerView;

/// Weight of "for somebody else" after receipts for one customer, in receipts: after a single one, a further receipt from the
/// same account is for another customer in one case of twenty. Companies that pay for others are few.
const OTHERS: f64 = 0.05;
/// The same after receipts under one name: many bear it. And where the name is a single word, perhaps a first name.
const OTHERS_OF_NAME: f64 = 0.5;
const OTHERS_OF_WORD: f64 = 2.0;
/// How much more where the money comes from an account that never paid under it.
const OTHERS_FROM_ELSEWHERE: f64 = 4.0;
/// ... and for each further customer that it paid for.
const OTHERS_EACH: f64 = 0.5;
/// Receipts after which a customer counts as one who pays for another: a receipt's own lesson set aside, there are two more.
const SEVERAL: u32 = 3;
/// Confirmed receipts that the assumed share of unknown payers counts for.
const ASSUMED: f64 = 20.0;

/// A confirmed receipt, as it teaches.
pub(super) struct Lesson<'a> {
    /// The payment, in canonical order.
    pub(super) payment: u32,
    /// The customer whose items it pays.
    pub(super) customer: u32,
    /// Account of the payer, canonical; empty where it is not given or the ledger knows whose it is.
    pub(super) account: &'a str,
    /// Name of the payer: folded words with a blank between.
    pub(super) name: &'a str,
    /// Who the payer is as far as the ledger tells.
    pub(super) payer: &'a PayerView,
}

/// What a person said to forget: by account, name and paying customer, with the customer that it is about.
#[derive(Debug, Default)]
pub(super) struct Forgotten<'a> {
    accounts: HashSet<(&'a str, u32), FixedState>,
    names: HashSet<(&'a str, u32), FixedState>,
    pays_for: HashSet<(u32, u32), FixedState>,
}

impl<'a> Forgotten<'a> {
    /// Sorts facts; those of customers that the run does not know say nothing. `number` gives a customer's number by his identifier.
    pub(super) fn of(facts: &'a [FactKey], number: impl Fn(&str) -> Option<u32>) -> Self {
        let mut this = Self::default();
        for FactKey { by, key, customer } in facts {
            let Some(customer) = number(customer) else { continue };
            match by {
                FactBy::Account => drop(this.accounts.insert((key, customer))),
                FactBy::Name => drop(this.names.insert((key, customer))),
                FactBy::Customer => this.pays_for.extend(number(key).map(|payer| (payer, customer))),
                // No run learns fees.
                FactBy::Fee => {}
            }
        }
        this
    }
}

/// Receipts by customer, in the order of customers.
type Counts = Vec<(u32, u32)>;

/// What was learned.
#[derive(Debug, Default)]
pub(super) struct Learned {
    accounts: HashMap<String, Counts, FixedState>,
    names: HashMap<String, Counts, FixedState>,
    /// By payment: the customers of its own lesson, of its account and of its name.
    own: HashMap<u32, [Option<u32>; 2], FixedState>,
    /// Customers who paid for others several times: payer and customer, sorted.
    pub(super) pays_for: Vec<(u32, u32)>,
    /// Lessons, and those whose payer nobody recognised, each as far as it is unknown.
    lessons: f64,
    unknown: f64,
}

impl Learned {
    /// Learns from lessons in canonical order.
    pub(super) fn from(lessons: &[Lesson<'_>], forgotten: &Forgotten<'_>) -> Self {
        let mut learned = Self::default();
        let mut for_others: HashMap<(u32, u32), u32, FixedState> = HashMap::default();
        for lesson in lessons {
            learned.lessons += 1.0;
            learned.unknown += 1.0 - lesson.payer.recognised();
            let payer = lesson.payer.identified().map(|c| c.customer);
            // Who is recognised keeps his account, whomever he pays for.
            let owner = payer.unwrap_or(lesson.customer);
            let account = (!lesson.account.is_empty()).then_some(owner);
            let account = account.filter(|owner| !forgotten.accounts.contains(&(lesson.account, *owner)));
            let name = (!lesson.name.is_empty() && payer.is_none()).then_some(lesson.customer);
            let name = name.filter(|customer| !forgotten.names.contains(&(lesson.name, *customer)));
            count(&mut learned.accounts, lesson.account, account);
            count(&mut learned.names, lesson.name, name);
            learned.own.insert(lesson.payment, [account, name]);
            let for_other =
                |payer: &u32| *payer != lesson.customer && !forgotten.pays_for.contains(&(*payer, lesson.customer));
            if let Some(payer) = payer.filter(for_other) {
                *for_others.entry((payer, lesson.customer)).or_default() += 1;
            }
        }
        learned.pays_for =
            for_others.into_iter().filter(|(_, times)| *times >= SEVERAL).map(|(pair, _)| pair).collect();
        learned.pays_for.sort_unstable();
        learned
    }

    /// What other receipts say of a payer by account and name. The two are one fact: the stronger counts.
    pub(super) fn hints(&self, payment: u32, account: &str, name: &str) -> Vec<Hint> {
        let mut hints: Vec<Hint> = Vec::new();
        let (by_account, by_name) = (self.accounts.get(account), self.names.get(name));
        if by_account.is_none() && by_name.is_none() {
            return hints;
        }
        let [own_account, own_name] = self.own.get(&payment).copied().unwrap_or_default();
        let of_name = if name.contains(' ') { OTHERS_OF_NAME } else { OTHERS_OF_WORD };
        // The same name and a new account: perhaps somebody else of that name.
        let elsewhere = !account.is_empty() && by_account.is_none();
        let of_name = of_name * if elsewhere { OTHERS_FROM_ELSEWHERE } else { 1.0 };
        for (counts, own, others_first) in [(by_account, own_account, OTHERS), (by_name, own_name, of_name)] {
            let others = |(customer, times): &(u32, u32)| (*customer, times - u32::from(own == Some(*customer)));
            let of = || counts.into_iter().flatten().map(others).filter(|(_, times)| *times > 0);
            let customers = of().count();
            let elsewhere = others_first + OTHERS_EACH * customers.saturating_sub(1) as f64;
            // Each list names a customer once, in rising order: only the list before may have named him already.
            let before = hints.len();
            crate::model::steps::count(customers);
            for (customer, times) in of() {
                let hint = CustomerIndex::hint_before(customer, times, elsewhere);
                match hints[..before].binary_search_by_key(&customer, |h| h.customer) {
                    Ok(at) => hints[at].bits = hints[at].bits.max(hint.bits),
                    Err(_) => hints.push(hint),
                }
            }
        }
        hints
    }

    /// Share of the receipts for a customer's items whose payer nobody recognises: what the confirmed ones show, and as long as
    /// they are few, what is assumed.
    pub(super) fn unknown_payers(&self, assumed: f64) -> f64 {
        (self.unknown + ASSUMED * assumed) / (self.lessons + ASSUMED)
    }
}

fn count(of: &mut HashMap<String, Counts, FixedState>, key: &str, customer: Option<u32>) {
    let Some(customer) = customer else { return };
    if !of.contains_key(key) {
        of.insert(key.to_string(), Counts::new());
    }
    let Some(counts) = of.get_mut(key) else { return };
    match counts.binary_search_by_key(&customer, |(known, _)| *known) {
        Ok(at) => counts[at].1 += 1,
        Err(at) => counts.insert(at, (customer, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::known;

    fn lesson<'a>(payment: u32, customer: u32, account: &'a str, name: &'a str, payer: &'a PayerView) -> Lesson<'a> {
        Lesson { payment, customer, account, name, payer }
    }

    fn learn(lessons: &[Lesson<'_>]) -> Learned {
        Learned::from(lessons, &Forgotten::default())
    }

    fn customers(learned: &Learned, payment: u32, account: &str, name: &str) -> Vec<u32> {
        learned.hints(payment, account, name).iter().map(|h| h.customer).collect()
    }

    #[test]
    fn an_account_that_paid_for_a_customer_pays_for_it_again() {
        let nobody = PayerView::default();
        let learned = learn(&[lesson(0, 4, "FR1", "FACTORCO", &nobody)]);
        assert_eq!(customers(&learned, 9, "FR1", "SOMEBODY"), [4]);
        assert_eq!(customers(&learned, 9, "FR2", "FACTORCO"), [4], "the name is learned as well");
        assert!(customers(&learned, 9, "FR2", "SOMEBODY").is_empty());
    }

    #[test]
    fn a_receipt_is_not_its_own_teacher() {
        let nobody = PayerView::default();
        let once = [lesson(0, 4, "FR1", "FACTORCO", &nobody)];
        assert!(customers(&learn(&once), 0, "FR1", "FACTORCO").is_empty());
        let twice = [lesson(0, 4, "FR1", "", &nobody), lesson(1, 4, "FR1", "", &nobody)];
        let learned = learn(&twice);
        assert_eq!(learned.hints(0, "FR1", ""), [CustomerIndex::hint_before(4, 1, OTHERS)]);
        assert_eq!(learned.hints(7, "FR1", ""), [CustomerIndex::hint_before(4, 2, OTHERS)]);
    }

    #[test]
    fn who_paid_for_others_too_says_less() {
        let nobody = PayerView::default();
        let learned = learn(&[lesson(0, 4, "FR1", "", &nobody), lesson(1, 6, "FR1", "", &nobody)]);
        let both = learned.hints(9, "FR1", "");
        assert_eq!((both[0].customer, both[1].customer, both[0].bits), (4, 6, both[1].bits));
        assert!(both[0].bits < CustomerIndex::hint_before(4, 1, OTHERS).bits - 3.0);
    }

    #[test]
    fn a_known_payer_keeps_his_account_and_pays_for_others_after_several_times() {
        let payer = known(2);
        let lessons: Vec<Lesson<'_>> = (0..3).map(|n| lesson(n, 5, "FR1", "ALPHA", &payer)).collect();
        let learned = learn(&lessons);
        assert_eq!(customers(&learned, 9, "FR1", "ALPHA"), [2]);
        assert_eq!(learned.pays_for, [(2, 5)]);
        assert!(learn(&lessons[..2]).pays_for.is_empty(), "a receipt's own lesson and one more");
    }

    #[test]
    fn the_share_of_unknown_payers_moves_from_assumed_to_seen() {
        let nobody = PayerView::default();
        assert_eq!(Learned::default().unknown_payers(0.08), 0.08);
        let lessons: Vec<Lesson<'_>> = (0..80).map(|n| lesson(n, 1, "", "", &nobody)).collect();
        let share = learn(&lessons).unknown_payers(0.08);
        assert!((share - (80.0 + 1.6) / 100.0).abs() < 1e-9, "{share}");
    }

    #[test]
    fn what_is_forgotten_is_taught_by_nobody() {
        let (nobody, payer) = (PayerView::default(), known(2));
        let mut lessons = vec![lesson(0, 4, "FR1", "ALPHA BETA", &nobody), lesson(1, 6, "FR1", "ALPHA BETA", &nobody)];
        lessons.extend((2..5).map(|n| lesson(n, 5, "FR9", "GAMMA", &payer)));
        let key = |by, key: &str, customer: &str| FactKey { by, key: key.into(), customer: customer.into() };
        let number = |id: &str| id.strip_prefix('C')?.parse().ok();
        let forgetting = |facts: &[FactKey]| Learned::from(&lessons, &Forgotten::of(facts, number));
        let accounts = forgetting(&[key(FactBy::Account, "FR1", "C4"), key(FactBy::Account, "FR1", "X")]);
        assert_eq!(customers(&accounts, 9, "FR1", ""), [6], "the other customer of the account is not forgotten");
        assert_eq!(customers(&accounts, 9, "", "ALPHA BETA"), [4, 6], "nor the name");
        let names = forgetting(&[key(FactBy::Name, "ALPHA BETA", "C4"), key(FactBy::Name, "ALPHA BETA", "C6")]);
        assert!(customers(&names, 9, "", "ALPHA BETA").is_empty());
        assert_eq!(accounts.pays_for, [(2, 5)]);
        assert!(forgetting(&[key(FactBy::Customer, "C2", "C5")]).pays_for.is_empty());
        assert_eq!(
            forgetting(&[key(FactBy::Customer, "C5", "C2")]).pays_for,
            [(2, 5)],
            "the other way round is another fact"
        );
    }
}
