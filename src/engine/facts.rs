//! The run's values as the stages see them: numbered in canonical order, folded, indexed.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{Datelike, NaiveDate};
use foldhash::fast::FixedState;
use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::index::{AmountIndex, CustomerIndex, CustomerNames, NumberIndex, ReferenceIndex, Scratch};
use crate::model::key::{Atom, key_of};
use crate::model::stage::{
    Cite, CiteClass, Day, ItemFacts, LedgerFacts, NO_CLASS, NO_CUSTOMER, OF_ANYBODY, PayerView, ReceiptFacts,
};
use crate::model::{Currency, OpenItem, Owed, Payer, Payment};
use crate::normalise::{keys, names};

use super::cites::{Served, cite, is_own_number};
use super::standing::Standings;
use super::{Request, named, near};

/// Open items of equal amount that are looked at for one payment: of each likely payer, and of all.
const EQUAL: usize = 64;
/// Settled items of equal amount that are looked at for one payment without being cited.
const SETTLED: usize = 2;
/// Lengths at which banks cut texts.
pub(super) const CUTS: [usize; 4] = [27, 35, 70, 140];
/// Open credit notes that are counted for one payment.
const CREDITS: usize = 64;
/// What a number is worth that means the payer himself, too: no more than so many digits.
const DOUBTFUL_DIGITS: u8 = 4;

/// Everything that does not change while payments are looked at.
pub(super) struct Facts {
    /// Input position of each item in canonical order.
    pub(super) item_order: Vec<u32>,
    /// Input position of each payment in canonical order.
    pub(super) payment_order: Vec<u32>,
    pub(super) items: Vec<ItemFacts>,
    pub(super) payers: Vec<Payer>,
    pub(super) pays_for: Vec<Vec<u32>>,
    pub(super) usual_fee: Vec<i64>,
    pub(super) classes: Vec<Vec<u32>>,
    /// For each item, how many receipts of its amount cite it by more than last digits.
    pub(super) citing: Vec<u32>,
    /// What each customer owes.
    pub(super) owed: Owed,
    /// The same with what is settled and counts; nothing where that is none.
    around: Option<Owed>,
    /// How many items of each customer count: those that are open, and those that decisions settled since the first receipt that
    /// is not decided came. What is left of a month would look surer than it was if only what is left counted.
    pub(super) open_of: Vec<u32>,
    /// For each item one bit: whether it counts.
    open_bits: Vec<u64>,
    /// How many those of all customers are.
    pub(super) open_of_all: u32,
    /// Smallest open amount of each customer.
    pub(super) least_open: Vec<i64>,
}

/// The three look-ups.
pub(super) struct Indices {
    pub(super) references: ReferenceIndex,
    /// Whole numbers and references by customer, for numbers with a typing error.
    pub(super) numbers: NumberIndex,
    pub(super) amounts: AmountIndex,
    pub(super) customers: CustomerIndex,
}

/// A receipt with what it cites.
pub(super) struct Cited {
    /// The payment, in canonical order.
    pub(super) payment: u32,
    pub(super) currency: Currency,
    /// Minor units.
    pub(super) amount: i64,
    /// In the order of the text.
    pub(super) cites: Vec<Cite>,
    /// The runs of the text that serve a citation.
    pub(super) served: Vec<Served>,
}

impl Facts {
    pub(super) fn gather(request: &Request<'_>) -> Self {
        let item_order = order(request.items, |item| (0, &item.id));
        let payment_order = order(request.payments, |payment| (payment.booking_date.num_days_from_ce(), &payment.id));
        let payers = payers(request);
        let number: HashMap<&str, u32, FixedState> = (0u32..).zip(&payers).map(|(n, p)| (&*p.id, n)).collect();
        let items: Vec<ItemFacts> = item_order.par_iter().map(|n| item_facts(item(request, *n), &number)).collect();
        let pays_for = pays_for(request, &number, payers.len());
        let mut facts = Self {
            item_order,
            payment_order,
            items,
            payers,
            pays_for,
            usual_fee: Vec::new(),
            classes: Vec::new(),
            citing: Vec::new(),
            owed: Owed::default(),
            around: None,
            open_of_all: 0,
            open_bits: Vec::new(),
            open_of: Vec::new(),
            least_open: Vec::new(),
        };
        facts.sort_open();
        facts.usual_fee = facts.usual_fees(request);
        facts
    }

    /// Sorts what is open: by customer, by class, and counted.
    fn sort_open(&mut self) {
        let items = &mut self.items;
        let mut owed = Owed::of(items, self.payers.len());
        self.classes = classes(items, &owed);
        owed.set_classes(items);
        // A credit note leaves room for any other item.
        let least = |customer| owed.by(customer).iter().map(|e| e.open.max(0)).min().unwrap_or(i64::MAX);
        self.least_open = (0..self.payers.len() as u32).into_par_iter().map(least).collect();
        self.owed = owed;
        self.count(&[]);
    }

    /// Counts what is open, and these settled items besides.
    pub(super) fn count(&mut self, settled: &[u32]) {
        let bits = |of: &[ItemFacts]| of.iter().rev().fold(0, |bits, i| bits << 1 | u64::from(i.open != 0));
        self.open_bits = self.items.chunks(64).map(bits).collect();
        self.around = (!settled.is_empty()).then(|| {
            let mut around = self.items.clone();
            for n in settled {
                self.open_bits[*n as usize / 64] |= 1 << (n % 64);
                let item = &mut around[*n as usize];
                item.open = if item.open == 0 { item.amount } else { item.open };
            }
            Owed::of(&around, self.payers.len())
        });
        let all = self.around.as_ref().unwrap_or(&self.owed);
        self.open_of = (0..self.payers.len() as u32).into_par_iter().map(|c| all.by(c).len() as u32).collect();
        self.open_of_all = self.open_of.iter().sum();
    }

    /// Whether an item counts among those that a payment may mean by chance: one bit, so that many can be asked.
    pub(super) fn counts(&self, item: u32) -> bool {
        self.open_bits[item as usize / 64] & 1 << (item % 64) != 0
    }

    /// Opens items again by what returns of this run take back of decisions that stand: items and minor units.
    pub(super) fn reopen(&mut self, request: &Request<'_>, taken_back: &[(u32, i64)], settled: &[u32]) {
        for (n, minor) in taken_back {
            let open = self.items[*n as usize].open.saturating_add(*minor);
            let discount = discount_of(item(request, self.item_order[*n as usize]), open);
            self.items[*n as usize] = ItemFacts { open, discount, ..self.items[*n as usize] };
        }
        self.items.iter_mut().for_each(|item| item.class = NO_CLASS);
        self.sort_open();
        self.count(settled);
    }

    /// Adds who pays for whom to what the master file says: pairs of payer and customer.
    pub(super) fn add_pays_for(&mut self, pairs: &[(u32, u32)]) {
        for (payer, customer) in pairs {
            let others = &mut self.pays_for[*payer as usize];
            if let Err(at) = others.binary_search(customer) {
                others.insert(at, *customer);
            }
        }
    }

    pub(super) fn ledger(&self) -> LedgerFacts<'_> {
        LedgerFacts {
            items: &self.items,
            pays_for: &self.pays_for,
            usual_fee: &self.usual_fee,
            classes: &self.classes,
            citing: &self.citing,
            owed: &self.owed,
        }
    }

    /// For each customer, the usual fee of the master file in minor units of the currency that most items are in; 0: none.
    fn usual_fees(&self, request: &Request<'_>) -> Vec<i64> {
        let mut fees = vec![0; self.payers.len()];
        if request.customers.iter().all(|c| c.usual_fee.is_none()) {
            return fees;
        }
        let mut currencies: BTreeMap<Currency, usize> = BTreeMap::new();
        self.items.iter().for_each(|i| *currencies.entry(i.currency).or_default() += 1);
        let main = currencies.into_iter().max_by_key(|of| of.1).map_or(Currency::EUR, |of| of.0);
        for customer in request.customers {
            if let (Some(fee), Some(n)) = (customer.usual_fee, self.payer_numbered(&customer.id)) {
                fees[n] = minor(fee, main);
            }
        }
        fees
    }

    /// The number of a customer by his identifier.
    pub(super) fn payer_numbered(&self, id: &str) -> Option<usize> {
        self.payers.binary_search_by(|p| (*p.id).cmp(id)).ok()
    }

    pub(super) fn index(&self, request: &Request<'_>) -> Indices {
        let references = ReferenceIndex::build(self.items.len(), |n, keys| {
            let item = item(request, self.item_order[n as usize]);
            keys::number_keys(&item.number, keys);
            item.payment_references.iter().for_each(|r| keys::reference_keys(r, keys));
            keys::order_keys(&item.order_number, keys);
        });
        Indices {
            references,
            numbers: self.numbers(request),
            amounts: AmountIndex::build(&self.items),
            customers: CustomerIndex::build(&self.customer_names(request)),
        }
    }

    /// The look-ups of what is open, after items were opened again.
    pub(super) fn renew(&self, request: &Request<'_>, index: &mut Indices) {
        index.numbers = self.numbers(request);
        index.amounts = AmountIndex::build(&self.items);
    }

    fn numbers(&self, request: &Request<'_>) -> NumberIndex {
        NumberIndex::build(self.around.as_ref().unwrap_or(&self.owed), |n, give| {
            let item = item(request, self.item_order[n as usize]);
            keys::number_texts(&item.number, &mut *give);
            item.payment_references.iter().for_each(|r| give(&keys::as_canonical(r)));
        })
    }

    /// The distinct names and accounts of each customer, from the master file and from the items.
    fn customer_names(&self, request: &Request<'_>) -> Vec<CustomerNames> {
        let mut known: Vec<(Vec<&str>, Vec<&str>)> = vec![Default::default(); self.payers.len()];
        let mut vat_numbers: Vec<Box<str>> = vec![Box::default(); self.payers.len()];
        for customer in request.customers {
            if let Some(n) = self.payer_numbered(&customer.id) {
                known[n].0.push(&customer.name);
                known[n].0.extend(customer.other_names.iter().map(|name| &**name));
                known[n].1.extend(customer.ibans.iter().map(|iban| &**iban));
                vat_numbers[n] = keys::canonical(&customer.vat_number).into();
            }
        }
        let mut owner = vec![NO_CUSTOMER; request.items.len()];
        self.items.iter().zip(&self.item_order).for_each(|(facts, input)| owner[*input as usize] = facts.customer);
        // In the order of the input, in which they lie in memory: the names are sorted anyway.
        for (item, owner) in request.items.iter().zip(owner).filter(|(_, owner)| *owner != NO_CUSTOMER) {
            let known = &mut known[owner as usize];
            // A customer's items mostly carry the same name: the last ones are enough to see that.
            if !known.0.iter().rev().take(4).any(|name| *name == &*item.customer_name) {
                known.0.push(&item.customer_name);
            }
            for iban in item.customer_ibans.iter() {
                if !known.1.iter().rev().take(4).any(|known| *known == &**iban) {
                    known.1.push(iban);
                }
            }
        }
        (known.into_par_iter().zip(vat_numbers).zip(&self.payers))
            .map(|(((mut given, accounts), vat_number), payer)| {
                given.sort_unstable();
                given.dedup();
                let mut names: Vec<_> =
                    given.into_iter().map(names::tokens_and_forms).filter(|n| !n.is_empty()).collect();
                names.sort_unstable();
                names.dedup();
                let mut ibans: Vec<Box<str>> = accounts.into_iter().map(|iban| keys::canonical(iban).into()).collect();
                ibans.sort_unstable();
                ibans.dedup();
                ibans.retain(|iban| !iban.is_empty());
                CustomerNames { names, ibans, number: keys::canonical(&payer.id).into(), vat_number }
            })
            .collect()
    }

    /// What each receipt cites. `receipts` are payments in canonical order.
    pub(super) fn cited(&self, request: &Request<'_>, index: &Indices, receipts: &[u32]) -> Vec<Cited> {
        (receipts.par_iter())
            .map_init(Buffers::default, |buffers, n| {
                let payment = payment(request, self.payment_order[*n as usize]);
                let mut cites = Vec::new();
                let served = cite(payment, index, buffers, &mut cites);
                Cited { payment: *n, currency: payment.amount.currency, amount: payment.amount.minor, cites, served }
            })
            .collect()
    }

    /// Counts the receipts of an item's amount that cite it by more than last digits.
    pub(super) fn count_citing(&mut self, receipts: &[ReceiptFacts]) {
        // Sums do not depend on the order in which threads add.
        let citing: Vec<AtomicU32> = (0..self.items.len()).map(|_| AtomicU32::new(0)).collect();
        receipts.par_iter().for_each(|receipt| {
            let cites = |c: &Cite| c.class != CiteClass::Tail && self.items[c.item as usize].open == receipt.amount;
            for (n, cite) in receipt.cites.iter().enumerate().filter(|(_, c)| cites(c)) {
                if !receipt.cites[..n].iter().any(|c| c.item == cite.item && cites(c)) {
                    citing[cite.item as usize].fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        self.citing = citing.into_iter().map(AtomicU32::into_inner).collect();
    }

    /// What is known of each receipt before anything is proposed.
    pub(super) fn receipts(
        &self,
        request: &Request<'_>,
        index: &Indices,
        standing: &Standings<'_>,
        (cited, payers): (Vec<Cited>, Vec<PayerView>),
    ) -> Vec<ReceiptFacts> {
        (cited.into_par_iter().zip(payers))
            .map_init(Buffers::default, |buffers, (mut cited, payer)| {
                let payment = payment(request, self.payment_order[cited.payment as usize]);
                self.doubt_customer_numbers(request, &payer, &mut cited.cites);
                buffers.read(payment);
                let capped = near::cite(self, index, payment, &payer, buffers, &mut cited);
                let receipt = self.receipt(cited.payment, payment, index, payer, cited.cites, buffers);
                let refused = standing.refused(receipt.payment).into();
                let only_propose = standing.is_only_proposed(receipt.payment);
                ReceiptFacts { capped, refused, only_propose, ..receipt }
            })
            .collect()
    }

    /// A payer's own customer number may be somebody's invoice number: it means the customer first, the invoice hardly.
    fn doubt_customer_numbers(&self, request: &Request<'_>, payer: &PayerView, cites: &mut [Cite]) {
        for cite in cites.iter_mut().filter(|c| c.class <= CiteClass::Core) {
            let number = &*item(request, self.item_order[cite.item as usize]).number;
            let mut own = payer.candidates.iter().map(|c| &*self.payers[c.customer as usize].id);
            if own.any(|id| is_own_number(id, number, cite.class)) {
                (cite.class, cite.digits) = (CiteClass::Tail, cite.digits.min(DOUBTFUL_DIGITS));
            }
        }
    }

    /// What is known of one receipt whose payer was looked up, and what it cites.
    fn receipt(
        &self,
        n: u32,
        payment: &Payment,
        index: &Indices,
        payer: PayerView,
        cites: Vec<Cite>,
        buffers: &mut Buffers,
    ) -> ReceiptFacts {
        let (currency, amount) = (payment.amount.currency, payment.amount.minor);
        let near = self.customers_near(&payer);
        let dates = named::named(payment, buffers, &cites, &payer, &self.items);
        let mut owners: Vec<u32> = cites.iter().map(|c| self.items[c.item as usize].customer).collect();
        owners.extend(payer.candidates.first().map(|c| c.customer));
        owners.sort_unstable();
        owners.dedup();
        let open = index.amounts.open(currency, amount);
        let mut equal: Vec<u32> = near.iter().flat_map(|c| open.of(*c).take(EQUAL)).collect();
        let of_near = equal.len();
        for (customer, item) in open.all().take(EQUAL) {
            // Of strangers' items a few stand for all, unless a date tells them apart, or something of the stranger is cited.
            let counts = equal.len() < OF_ANYBODY || !dates.is_empty() || owners.binary_search(&customer).is_ok();
            if counts && !equal[..of_near].contains(&item) {
                equal.push(item);
            }
        }
        let settled = index.amounts.settled(currency, amount);
        let mut settled_equal: Vec<u32> = Vec::new();
        if settled.count() > 0 {
            // Of those that were settled, the one whose date is named says most.
            let is_named = |n: &u32| dates.iter().any(|period| period.fits(&self.items[*n as usize]));
            let settled_of = || near.iter().flat_map(|c| settled.of(*c));
            settled_equal.extend(settled_of().filter(is_named).take(SETTLED));
            settled_equal.extend(settled_of().take(SETTLED));
            keep_first(&mut settled_equal);
            settled_equal.truncate(SETTLED);
        }
        let credit_notes: usize = owners.iter().map(|c| index.amounts.credits_of(currency, *c)).sum();
        ReceiptFacts {
            payment: n,
            currency,
            amount,
            day: payment.effective_date().num_days_from_ce(),
            equal: equal.as_slice().into(),
            equal_count: open.count() as u32,
            settled_equal,
            credit_notes: credit_notes.min(CREDITS) as u32,
            cites,
            payer,
            cut_off: CUTS.contains(&payment.remittance.chars().count()),
            named: dates,
            instalment: None,
            capped: false,
            refused: Box::default(),
            only_propose: false,
        }
    }

    /// Likely payers, and those for whom they may pay.
    fn customers_near(&self, payer: &PayerView) -> Vec<u32> {
        let mut near: Vec<u32> = payer.candidates.iter().map(|c| c.customer).collect();
        for n in 0..near.len() {
            near.extend(&self.pays_for[near[n] as usize]);
        }
        keep_first(&mut near);
        near
    }
}

impl Indices {
    /// What a movement that is no receipt cites by whole numbers.
    pub(super) fn cited_whole(&self, payment: &Payment, buffers: &mut Buffers) -> Vec<u32> {
        let mut cites = Vec::new();
        cite(payment, self, buffers, &mut cites);
        cites.retain(|c| c.class <= CiteClass::Core && c.sharing == 1);
        cites.into_iter().map(|c| c.item).collect()
    }
}

/// Buffers of one thread.
#[derive(Default)]
pub(super) struct Buffers {
    pub(super) scratch: Scratch,
    /// What was read of a payment, folded.
    pub(super) folded: String,
    /// Where its remittance text ends.
    pub(super) remittance: usize,
    pub(super) atoms: Vec<Atom>,
    pub(super) otherwise: Vec<bool>,
    pub(super) joined: String,
    pub(super) taken: Vec<bool>,
}

/// Leaves the first of each number where it stands.
fn keep_first(numbers: &mut Vec<u32>) {
    let mut seen = Vec::with_capacity(numbers.len());
    numbers.retain(|n| {
        let new = !seen.contains(n);
        if new {
            seen.push(*n);
        }
        new
    });
}

/// An amount of the configuration in minor units of a currency; what does not fit is no limit.
pub(super) fn minor(amount: Decimal, currency: Currency) -> i64 {
    let factor = Decimal::from(10u64.pow(currency.decimals()));
    amount.checked_mul(factor).and_then(|minor| minor.to_i64()).unwrap_or(i64::MAX)
}

pub(super) fn item<'r>(request: &Request<'r>, n: u32) -> &'r OpenItem {
    &request.items[n as usize]
}

pub(super) fn payment<'r>(request: &Request<'r>, n: u32) -> &'r Payment {
    &request.payments[n as usize]
}

/// Customer number of an item; for items without one, the name they carry.
fn customer_key(item: &OpenItem) -> &str {
    if item.customer_id.is_empty() { &item.customer_name } else { &item.customer_id }
}

/// The best name of each customer: whether an item names him so, and the name.
type Names<'r> = HashMap<&'r str, (bool, &'r str), FixedState>;

/// Every customer that the master file or an item names, sorted by number.
fn payers(request: &Request<'_>) -> Vec<Payer> {
    // Master data first, then the smallest name: not the order of the input decides.
    fn smaller<'r>(names: &mut Names<'r>, id: &'r str, name: (bool, &'r str)) {
        names.entry(id).and_modify(|known| *known = name.min(*known)).or_insert(name);
    }
    let mut names = (request.items.par_chunks(request.items.len().div_ceil(rayon::current_num_threads()).max(1)))
        .map(|items| {
            let mut names = Names::default();
            items.iter().for_each(|i| smaller(&mut names, customer_key(i), (true, &*i.customer_name)));
            names
        })
        .reduce(Names::default, |mut all, more| {
            more.into_iter().for_each(|(id, name)| smaller(&mut all, id, name));
            all
        });
    request.customers.iter().for_each(|c| smaller(&mut names, &c.id, (false, &c.name)));
    let mut payers: Vec<Payer> = (names.into_iter().filter(|(id, _)| !id.is_empty()))
        .map(|(id, (_, name))| Payer { id: id.into(), name: name.into() })
        .collect();
    payers.par_sort_unstable_by(|a, b| a.id.cmp(&b.id));
    payers
}

/// The positions of values in the order of a day and an identifier.
fn order<T: Sync>(values: &[T], key: impl Fn(&T) -> (i32, &str) + Sync) -> Vec<u32> {
    // The day and the first characters in one number tell most of them apart without another look at the values.
    let mut keyed: Vec<(u128, u32)> = (values.par_iter().enumerate())
        .map(|(n, value)| {
            let (day, id) = key(value);
            let day = day.cast_unsigned() ^ 1 << 31;
            let mut first = [0; 16];
            let length = id.len().min(12);
            first[4..4 + length].copy_from_slice(&id.as_bytes()[..length]);
            (u128::from(day) << 96 | u128::from_be_bytes(first), n as u32)
        })
        .collect();
    keyed.par_sort_unstable_by(|a, b| {
        let full = || key(&values[a.1 as usize]).cmp(&key(&values[b.1 as usize]));
        a.0.cmp(&b.0).then_with(full)
    });
    keyed.into_iter().map(|(_, n)| n).collect()
}

fn item_facts(item: &OpenItem, number: &HashMap<&str, u32, FixedState>) -> ItemFacts {
    let day = |date: Option<NaiveDate>| date.map(|d| d.num_days_from_ce());
    ItemFacts {
        customer: number.get(customer_key(item)).copied().unwrap_or(NO_CUSTOMER),
        currency: item.amount.currency,
        open: item.open_minor,
        amount: item.amount.minor,
        issue: day(item.issue_date),
        due: day(item.due_date),
        discount: discount_of(item, item.open_minor),
        terms: key_of(&keys::canonical(&item.terms)),
        class: NO_CLASS,
        settled_by: None,
    }
}

/// The last day of an item's cash discount, and what it takes off, where so much is open that it can be taken.
fn discount_of(item: &OpenItem, open: i64) -> Option<(Day, i64)> {
    item.discount.and_then(|d| {
        // Percent of the gross amount, rounded to the minor unit half away from zero, as invoices print it.
        let off = Decimal::from(item.amount.minor) * d.percent / Decimal::ONE_HUNDRED;
        let off = off.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero).to_i64()?;
        (off > 0 && off < open).then(|| (d.until.num_days_from_ce(), off))
    })
}

/// Interchangeable items: open invoices of one customer, of one currency, amount, due date, terms and discount. Equal amounts that are
/// due on different days (a rent, a subscription) are not: the date tells them apart, or nobody does. Their numbers are written into
/// the facts; members stand in the order in which they are settled, the oldest due first.
fn classes(items: &mut [ItemFacts], owed: &Owed) -> Vec<Vec<u32>> {
    let key = |i: &ItemFacts| (i.currency, i.open, i.due, i.discount, i.terms);
    let runs: Vec<Vec<u32>> = ((0..owed.customers() as u32).into_par_iter())
        .map_init(Vec::new, |order, customer| {
            order.clear();
            order.extend(owed.by(customer).iter().filter(|e| e.open > 0).map(|e| e.item));
            order.sort_unstable_by_key(|n| (key(&items[*n as usize]), *n));
            (order.chunk_by(|a, b| key(&items[*a as usize]) == key(&items[*b as usize])))
                .filter(|run| run.len() > 1)
                .map(<[u32]>::to_vec)
                .collect::<Vec<_>>()
        })
        .flatten_iter()
        .collect();
    for (class, members) in (0u32..).zip(&runs) {
        for member in members {
            items[*member as usize].class = class;
        }
    }
    runs
}

/// For each customer, those for whom he may pay: members of his group, and whom the master file or the policy names.
fn pays_for(request: &Request<'_>, number: &HashMap<&str, u32, FixedState>, payers: usize) -> Vec<Vec<u32>> {
    let mut result = vec![Vec::new(); payers];
    let mut groups: HashMap<&str, Vec<u32>, FixedState> = HashMap::default();
    for customer in request.customers {
        let Some(n) = number.get(&*customer.id).copied() else { continue };
        result[n as usize].extend(customer.pays_for.iter().filter_map(|other| number.get(&**other).copied()));
        if !customer.group.is_empty() {
            groups.entry(&customer.group).or_default().push(n);
        }
    }
    for rule in &request.policy.pays_for {
        let Some(n) = number.get(&*rule.payer).copied() else { continue };
        let others = rule.customers.iter().filter_map(|other| number.get(&**other).copied());
        result[n as usize].extend(others.filter(|other| *other != n));
    }
    for members in groups.values() {
        for member in members {
            result[*member as usize].extend(members.iter().filter(|other| *other != member));
        }
    }
    for others in &mut result {
        others.sort_unstable();
        others.dedup();
    }
    result
}
