//! Facts about payers, from decisions that stand.
//!
//! A decision says: this account, under this name, paid these customers' items. What the master file knows already is no news. What it
//! does not is a fact, and the fact is *confirmed* when a person made one of the decisions: a matcher that took its own decisions for
//! confirmations would confirm its mistakes. Facts do not depend on the order of decisions.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use foldhash::fast::FixedState;
use rust_decimal::Decimal;

use crate::model::learned::{Fact, FactBy, FactKey, FactKind, FactSource, FactState, Teachings};
use crate::model::{Currency, Customer, Money};

/// Decisions of people after which a fee is usual.
const USUAL: usize = 2;
/// Customers that one account may pay for, so that it still tells anything: as many candidates as a payer may have.
const POOL: usize = 8;
/// Digits that an account needs: banks write `NOTPROVIDED` and the like where they do not say.
const DIGITS: usize = 6;
/// Words that a name needs: a single one may be a first name.
const WORDS: usize = 2;

type Map<K, V> = HashMap<K, V, FixedState>;

/// How accounts and names are compared: as the matcher does it.
#[derive(Clone, Copy, Debug)]
pub struct Folding {
    /// Letters and digits of an account.
    pub account: fn(&str) -> String,
    /// Folded words of a name with a blank between.
    pub name: fn(&str) -> String,
}

/// What is known of payers without any decision.
#[derive(Default)]
struct Master<'a> {
    /// Customers by number.
    numbers: Map<&'a str, u32>,
    ids: Vec<&'a str>,
    names: Vec<&'a str>,
    /// Words of all names of each customer.
    words: Vec<Vec<String>>,
    accounts: Map<String, Vec<u32>>,
    by_name: Map<String, Vec<u32>>,
    pays_for: HashSet<(u32, u32), FixedState>,
    fees: HashSet<u32, FixedState>,
}

/// A fact in the making: who paid, for whom.
type Raw = (FactBy, Box<str>);

/// The customers for whom the same account or name paid, each with the decisions.
type Of<'a> = BTreeMap<u32, Vec<&'a FactSource>>;

/// Everything that the decisions teach beyond the master file, in the order of kind, customer and key; and what was forgotten and no
/// decision teaches any more.
pub fn facts(teachings: &Teachings, customers: &[Customer], folding: Folding) -> Vec<Fact> {
    let master = Master::of(teachings, customers, folding);
    let (taught, written) = sort(teachings, &master, folding);
    let forgotten: HashSet<&FactKey, FixedState> = teachings.forgotten.iter().collect();
    let mut facts: Vec<Fact> = Vec::new();
    for ((by, key), of) in &taught {
        for (customer, sources) in of {
            let key = FactKey { by: *by, key: key.clone(), customer: master.ids[*customer as usize].into() };
            let shown = written.get(&key.key).copied().unwrap_or(&key.key);
            let mut fact = bare(key.clone(), &master, shown);
            fact.sources = sources.iter().map(|source| (*source).clone()).collect();
            fact.sources.sort_unstable();
            fact.sources.dedup();
            let others = of.iter().filter(|(other, _)| *other != customer);
            fact.against = others.map(|(other, of)| (master.ids[*other as usize].into(), of.len() as u32)).collect();
            judge(&mut fact, of);
            if forgotten.contains(&fact.key) {
                (fact.state, fact.why) = (FactState::Forgotten, Box::default());
            }
            facts.push(fact);
        }
    }
    choose_fees(&mut facts);
    let known: HashSet<FactKey, FixedState> = facts.iter().map(|f| f.key.clone()).collect();
    for key in teachings.forgotten.iter().filter(|key| !known.contains(key)) {
        let fact = bare(key.clone(), &master, &key.key);
        facts.push(Fact { state: FactState::Forgotten, ..fact });
    }
    facts.sort_unstable_by(|a, b| (a.kind, &a.key.customer, &a.key).cmp(&(b.kind, &b.key.customer, &b.key)));
    facts
}

/// Adds what is in use to the customers of a run, as if the master file had said it.
pub fn merge(facts: &[Fact], customers: &mut Vec<Customer>) {
    let mut at: Map<Box<str>, usize> = customers.iter().enumerate().map(|(n, c)| (c.id.clone(), n)).collect();
    let mut of = |customers: &mut Vec<Customer>, id: &str, name: &str| {
        *at.entry(id.into()).or_insert_with(|| {
            customers.push(Customer { id: id.into(), name: name.into(), ..Customer::default() });
            customers.len() - 1
        })
    };
    for fact in facts.iter().filter(|fact| fact.in_use()) {
        let FactKey { by, key, customer } = &fact.key;
        let n = match by {
            FactBy::Customer => of(customers, key, &fact.shown),
            _ => of(customers, customer, &fact.customer_name),
        };
        let one = &mut customers[n];
        match by {
            FactBy::Account => push(&mut one.ibans, key),
            FactBy::Name => push(&mut one.other_names, &fact.shown),
            FactBy::Customer => push(&mut one.pays_for, customer),
            FactBy::Fee => one.usual_fee = one.usual_fee.or(fee_of(key)),
        }
    }
}

fn push(list: &mut Box<[Box<str>]>, text: &str) {
    if !list.iter().any(|known| **known == *text) {
        let mut longer = std::mem::take(list).into_vec();
        longer.push(text.into());
        *list = longer.into();
    }
}

/// The key of a fee.
fn fee_key(minor: i64, currency: Currency) -> Box<str> {
    format!("{} {currency}", Money::new(minor, currency)).into()
}

/// A fee in major units, from its key.
fn fee_of(key: &str) -> Option<Decimal> {
    key.split(' ').next()?.parse().ok()
}

impl<'a> Master<'a> {
    fn of(teachings: &'a Teachings, customers: &'a [Customer], folding: Folding) -> Self {
        let mut this = Self::default();
        for taught in &teachings.customers {
            let n = this.number(&taught.id, taught.names.first().map_or("", |name| name));
            taught.names.iter().for_each(|name| this.add_name(n, name, folding));
            taught.ibans.iter().for_each(|iban| this.add_account(n, iban, folding));
        }
        for customer in customers {
            let n = this.number(&customer.id, &customer.name);
            if !customer.name.is_empty() {
                this.names[n as usize] = &customer.name;
            }
            let names = std::iter::once(&customer.name).chain(customer.other_names.iter());
            names.for_each(|name| this.add_name(n, name, folding));
            customer.ibans.iter().for_each(|iban| this.add_account(n, iban, folding));
            if customer.usual_fee.is_some() {
                this.fees.insert(n);
            }
        }
        let mut groups: Map<&str, Vec<u32>> = Map::default();
        for customer in customers {
            let Some(n) = this.numbers.get(&*customer.id).copied() else { continue };
            let others: Vec<u32> = customer.pays_for.iter().filter_map(|o| this.numbers.get(&**o).copied()).collect();
            this.pays_for.extend(others.into_iter().map(|other| (n, other)));
            if !customer.group.is_empty() {
                groups.entry(&customer.group).or_default().push(n);
            }
        }
        for members in groups.values() {
            for member in members {
                this.pays_for.extend(members.iter().map(|other| (*member, *other)));
            }
        }
        this
    }

    fn number(&mut self, id: &'a str, name: &'a str) -> u32 {
        if let Some(n) = self.numbers.get(id) {
            return *n;
        }
        let n = self.ids.len() as u32;
        self.numbers.insert(id, n);
        self.ids.push(id);
        self.names.push(name);
        self.words.push(Vec::new());
        n
    }

    fn add_name(&mut self, n: u32, name: &str, folding: Folding) {
        let folded = (folding.name)(name);
        if folded.is_empty() {
            return;
        }
        self.words[n as usize].extend(folded.split(' ').map(str::to_string));
        add(self.by_name.entry(folded).or_default(), n);
    }

    fn add_account(&mut self, n: u32, iban: &str, folding: Folding) {
        let account = (folding.account)(iban);
        if !account.is_empty() {
            add(self.accounts.entry(account).or_default(), n);
        }
    }

    /// Whether a name is one of the customer's own as a bank may print it: every word is one of his, or the beginning of one.
    fn is_like(&self, name: &str, customer: u32) -> bool {
        let own = &self.words[customer as usize];
        let likeness = |word: &str| own.iter().any(|o| o == word || (word.len() >= 3 && o.starts_with(word)));
        !own.is_empty() && name.split(' ').all(likeness)
    }
}

fn add(list: &mut Vec<u32>, n: u32) {
    if !list.contains(&n) {
        list.push(n);
    }
}

/// What each decision teaches, by account, name, paying customer and fee; and how each was written.
fn sort<'a>(
    teachings: &'a Teachings,
    master: &Master<'a>,
    folding: Folding,
) -> (BTreeMap<Raw, Of<'a>>, Map<Box<str>, &'a str>) {
    let mut taught: BTreeMap<Raw, Of<'a>> = BTreeMap::new();
    let mut written: Map<Box<str>, &'a str> = Map::default();
    let mut accounts: Map<&str, String> = Map::default();
    let mut names: Map<&str, String> = Map::default();
    for teaching in &teachings.receipts {
        let account =
            accounts.entry(&teaching.account).or_insert_with(|| (folding.account)(&teaching.account)).as_str();
        let name = names.entry(&teaching.name).or_insert_with(|| (folding.name)(&teaching.name)).as_str();
        let owners = master.accounts.get(account);
        let bearers = master.by_name.get(name);
        for customer in &teaching.customers {
            let mut put = |by, key: Box<str>| {
                taught.entry((by, key)).or_default().entry(*customer).or_default().push(&teaching.source)
            };
            let owns = owners.is_some_and(|o| o.contains(customer));
            let bears = bearers.is_some_and(|o| o.contains(customer));
            // Who is known pays for the other one; his account and name are his own.
            let payer = match (owners.map(Vec::as_slice), bearers.map(Vec::as_slice)) {
                _ if owns || bears => None,
                (Some([one]), _) | (None, Some([one])) => Some(*one),
                _ => None,
            };
            if let Some(payer) = payer {
                if !master.pays_for.contains(&(payer, *customer)) {
                    put(FactBy::Customer, master.ids[payer as usize].into());
                }
                continue;
            }
            if owners.is_none() && account.bytes().filter(u8::is_ascii_digit).count() >= DIGITS {
                put(FactBy::Account, account.into());
                let shown = written.entry(account.into()).or_insert(&teaching.account);
                *shown = (*shown).min(&teaching.account);
            }
            let unknown = bearers.is_none() && !master.is_like(name, *customer);
            if !name.is_empty() && unknown && (owners.is_none() || owns) {
                put(FactBy::Name, name.into());
                let shown = written.entry(name.into()).or_insert(&teaching.name);
                *shown = (*shown).min(&teaching.name);
            }
        }
    }
    for fee in teachings.fees.iter().filter(|fee| !master.fees.contains(&fee.customer)) {
        let key = (FactBy::Fee, fee_key(fee.minor, fee.currency));
        taught.entry(key).or_default().entry(fee.customer).or_default().push(&fee.source);
    }
    (taught, written)
}

/// A fact of which only the key is known.
fn bare(key: FactKey, master: &Master<'_>, shown: &str) -> Fact {
    let name = |id: &str| master.numbers.get(id).map_or("", |n| master.names[*n as usize]);
    let kind = match key.by {
        FactBy::Account => FactKind::Iban,
        FactBy::Name => FactKind::Name,
        FactBy::Customer => FactKind::ThirdParty,
        FactBy::Fee => FactKind::Fee,
    };
    let shown = if key.by == FactBy::Customer { name(&key.key) } else { shown };
    Fact {
        id: identifier(&key),
        kind,
        customer_name: name(&key.customer).into(),
        shown: shown.into(),
        state: FactState::Seen,
        why: Box::default(),
        sources: Vec::new(),
        against: Vec::new(),
        key,
    }
}

fn identifier(key: &FactKey) -> Box<str> {
    let text = serde_json::json!([key.by.word(), key.key, key.customer]).to_string();
    blake3::hash(text.as_bytes()).to_hex()[..12].into()
}

/// Says what a fact is worth, from all that the same account, name, customer or fee did.
fn judge(fact: &mut Fact, of: &Of<'_>) {
    let alone = of.len() == 1;
    if !alone && matches!(fact.key.by, FactBy::Account | FactBy::Name) {
        fact.kind = FactKind::ThirdParty;
    }
    if matches!(fact.key.by, FactBy::Customer | FactBy::Fee) {
        fact.against.clear();
    }
    let confirmed = fact.confirmed_by().count();
    if confirmed == 0 {
        return;
    }
    let doubt = match fact.key.by {
        FactBy::Account if of.len() > POOL => Some(format!("the account pays for {} customers", of.len())),
        FactBy::Name if !alone => Some(format!("the name also paid for {}", named(&fact.against))),
        FactBy::Name if fact.key.key.split(' ').count() < WORDS => Some("a single word may be anybody's name".into()),
        FactBy::Fee if confirmed < USUAL => Some(format!("once is not usual: {USUAL} decisions are needed")),
        _ => None,
    };
    match doubt {
        None => fact.state = FactState::Confirmed,
        Some(why) => (fact.state, fact.why) = (FactState::Doubtful, why.into()),
    }
}

/// Of several fees of a customer the one that most decisions of people name is usual.
fn choose_fees(facts: &mut [Fact]) {
    let of_fee = |fact: &&Fact| fact.key.by == FactBy::Fee && fact.in_use();
    let mut most: Map<Box<str>, (usize, u32)> = Map::default();
    for fact in facts.iter().filter(of_fee) {
        let (best, equals) = most.entry(fact.key.customer.clone()).or_default();
        let times = fact.confirmed_by().count();
        match times.cmp(best) {
            Ordering::Greater => (*best, *equals) = (times, 1),
            Ordering::Equal => *equals += 1,
            Ordering::Less => {}
        }
    }
    for fact in facts.iter_mut().filter(|f| of_fee(&&**f)) {
        let Some((best, equals)) = most.get(&fact.key.customer) else { continue };
        if *equals > 1 || fact.confirmed_by().count() < *best {
            (fact.state, fact.why) = (FactState::Doubtful, "another fee is as usual".into());
        }
    }
}

/// The first customers of a list.
fn named(customers: &[(Box<str>, u32)]) -> String {
    let first: Vec<&str> = customers.iter().take(3).map(|(id, _)| &**id).collect();
    let more = if customers.len() > 3 { format!(" and {} more", customers.len() - 3) } else { String::new() };
    first.join(", ") + &more
}
