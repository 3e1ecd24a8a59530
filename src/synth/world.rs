//! The world that a seed makes: customers, their ledger, and the state that runs through it.

use std::collections::{HashSet, VecDeque};

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};
use rust_decimal::Decimal;

use super::codes;
use super::kind::{Needs, STORIES, Story};
use super::lasting::{self, Habits, Lasting};
use super::names::{self, TONGUES, Tongue};
use super::numbering::{Numbering, ReferenceScheme};
use super::remittance::Remittance;
use super::rng::Rng;
use super::{Dataset, Profile, TruthRow};
use crate::model::{Currency, Customer, Discount, Flags, ItemKind, Money, Nature, OpenItem, Payment, VatPart};

/// Days of the statements where no months are asked for: the second half of 2025.
const WINDOW: u64 = 184;
/// Days before the window on which invoices may have been issued.
const BEFORE: u64 = 420;
/// Unpaid invoices of earlier customers that are remembered, so that others can cite them.
const REMEMBERED: usize = 48;
/// Currencies of the company's accounts.
const CURRENCIES: [&str; 4] = ["EUR", "USD", "CHF", "GBP"];

/// A customer with what only the generator knows of it.
pub(super) struct Member {
    pub(super) customer: Customer,
    pub(super) tongue: &'static Tongue,
    /// The account that it pays from, known to the ledger or not.
    pub(super) account: Box<str>,
    /// Days that it is allowed, and the words for it.
    pub(super) term: i64,
    pub(super) terms: Box<str>,
    /// Cash discount: percent, days.
    pub(super) discount: Option<(i64, u64)>,
    second_series: bool,
    /// Habit of paying: days after the due date, and how far they scatter.
    delay: i64,
    scatter: i64,
    subscription: i64,
    /// What lasts beside that, where habits do.
    pub(super) habits: Habits,
}

/// Customers that belong together (mostly one), and the amounts that their invoices have.
pub(super) struct Family {
    pub(super) members: Vec<Member>,
    pub(super) currency: Currency,
    pub(super) shared_account: bool,
    /// Name of the group.
    pub(super) name: Box<str>,
    /// Amounts of invoices whose payment does not name them: no other invoice may have them, or truth would be a guess.
    unnamed: HashSet<i64>,
    amounts: HashSet<i64>,
    /// Others pay for its members: a parent, a spouse, a factor.
    pub(super) has_third_party: bool,
    /// Its banks take fees.
    pub(super) has_fees: bool,
}

/// Who stands on a payment as the other side.
#[derive(Clone, Debug)]
pub(super) struct Face {
    pub(super) name: String,
    pub(super) iban: Box<str>,
}

/// When an invoice was issued and when it is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates {
    pub(super) issue: NaiveDate,
    pub(super) due: NaiveDate,
}

/// The generator: an iterator over families of customers, each with its items, payments and truth.
///
/// Memory does not grow with the number of payments, but for the item counters of each day.
pub struct World {
    pub(super) rng: Rng,
    pub(super) numbering: Numbering,
    pub(super) start: NaiveDate,
    /// Days of the statements.
    pub(super) days: u64,
    /// What all families share in a world whose habits last.
    pub(super) lasting: Option<Lasting>,
    payments: u64,
    made: u64,
    items: u64,
    customers: u64,
    told: [u64; STORIES.len()],
    pub(super) unpaid: VecDeque<OpenItem>,
    last_name: Box<str>,
    /// Days whose date is the number of an invoice.
    dates_given: HashSet<NaiveDate>,
    /// The company's own accounts, one for each currency.
    pub(super) accounts: Vec<(Currency, Box<str>)>,
    /// What the family at hand has so far.
    pub(super) now: Dataset,
}

impl World {
    /// A world of exactly so many payments.
    pub fn new(profile: &Profile) -> Self {
        let mut rng = Rng::new(profile.seed);
        let (start, days) = match profile.months {
            0 => (NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or_default(), WINDOW),
            months => lasting::span(months),
        };
        // Invoices gather on the working days of about seven months; a full day overflows into the next ones.
        let busiest = u32::try_from(profile.payments * WINDOW / (105 * days)).unwrap_or(u32::MAX / 1000).min(2_000_000);
        let numbering = Numbering::new(&mut rng, start - Days::new(BEFORE), (BEFORE + days) as usize, busiest);
        let currencies = CURRENCIES.iter().filter_map(|code| Currency::parse(code));
        let accounts = currencies.map(|currency| (currency, codes::iban(&mut rng, "FR"))).collect();
        let lasting = (profile.months > 0).then(|| Lasting::new(&mut rng));
        Self {
            rng,
            numbering,
            start,
            days,
            lasting,
            payments: profile.payments,
            made: 0,
            items: 0,
            customers: 0,
            told: [0; STORIES.len()],
            unpaid: VecDeque::new(),
            last_name: Box::default(),
            dates_given: HashSet::new(),
            accounts,
            now: Dataset::default(),
        }
    }

    /// The first and the last day of the statements.
    pub fn window(&self) -> (NaiveDate, NaiveDate) {
        (self.start, self.start + Days::new(self.days - 1))
    }

    /// One family's whole story.
    fn next_family(&mut self) -> Dataset {
        let mut family = self.family();
        self.now.customers.extend(family.members.iter().map(|member| member.customer.clone()));
        let wanted = self.family_size().min(self.payments - self.made);
        let goal = self.made + wanted;
        while self.made < goal {
            let story = self.draw_story(&family);
            self.tell(story, &mut family);
        }
        self.leave_others_open(&mut family, wanted);
        std::mem::take(&mut self.now)
    }

    /// Payments of a family: heavy-tailed, but never a tenth of a small world.
    fn family_size(&mut self) -> u64 {
        const SIZES: [(u64, i64, i64); 6] =
            [(40, 1, 2), (25, 3, 5), (20, 6, 12), (10, 13, 40), (4, 41, 150), (1, 151, 600)];
        let (_, low, high) = SIZES[self.rng.weighted(&SIZES.map(|size| size.0))];
        let size = self.rng.between(low, high) as u64;
        // As many in a month, however many months are told.
        let size = if self.lasting.is_some() { size * self.days / WINDOW } else { size };
        size.min((self.payments / 10).max(1))
    }

    /// Stories are drawn in proportion to what each still lacks, so that shares hold in small worlds too.
    fn draw_story(&mut self, family: &Family) -> Story {
        let left = self.payments - self.made;
        let mut weights = [0; STORIES.len()];
        for (n, (story, share, most, needs)) in STORIES.into_iter().enumerate() {
            let possible = most <= left
                && match needs {
                    Needs::Nothing => true,
                    Needs::Group => family.members.len() > 1,
                    Needs::Others => !self.unpaid.is_empty(),
                };
            if possible {
                let lacking = (share * (self.made + 500)).saturating_sub(self.told[n] * 10_000);
                weights[n] = if self.lasting.is_some() { lasting::weight(story, family, lacking) } else { lacking };
            }
        }
        let drawn = self.rng.weighted(&weights);
        self.told[drawn] += 1;
        STORIES[drawn].0
    }

    fn family(&mut self) -> Family {
        let tongue = &TONGUES[self.rng.weighted(&[34, 20, 14, 12, 10, 10])];
        let account = self.rng.weighted(&[94, 3, 2, 1]);
        let currency = self.accounts.get(account).map_or(Currency::EUR, |account| account.0);
        let size = if self.rng.percent(22) { self.rng.between(2, 4) } else { 1 };
        let name: Box<str> = if size > 1 { names::company(&mut self.rng, tongue).into() } else { Box::default() };
        let shared_account = size > 1 && self.rng.percent(50);
        let mut members: Vec<Member> = Vec::new();
        for _ in 0..size {
            let mut member = self.member(tongue);
            member.customer.group = name.clone();
            if shared_account && let Some(first) = members.first() {
                member.account = first.account.clone();
                member.customer.ibans = first.customer.ibans.clone();
            }
            members.push(member);
        }
        if size > 1 && self.rng.percent(40) {
            let others: Box<[Box<str>]> = members[1..].iter().map(|m| m.customer.id.clone()).collect();
            members[0].customer.pays_for = others;
        }
        let mut family = Family {
            members,
            currency,
            shared_account,
            name,
            unnamed: HashSet::new(),
            amounts: HashSet::new(),
            has_third_party: false,
            has_fees: false,
        };
        self.give_habits(&mut family);
        family
    }

    fn member(&mut self, tongue: &'static Tongue) -> Member {
        self.customers += 1;
        // Customers of equal names exist in every ledger.
        let same_name = self.rng.percent(1) && !self.last_name.is_empty();
        let rng = &mut self.rng;
        let name = if same_name { std::mem::take(&mut self.last_name) } else { names::company(rng, tongue).into() };
        self.last_name = name.clone();
        let account = codes::iban(rng, tongue.country);
        let ibans = if rng.percent(70) { Box::from([account.clone()]) } else { Box::default() };
        let other_names = if rng.percent(6) { Box::from([names::company(rng, tongue).into()]) } else { Box::default() };
        let usual_fee = rng.percent(10).then(|| Decimal::new(rng.pick(&[500, 750, 1000, 1500, 2500]), 2));
        let term = rng.pick(&[14, 15, 30, 30, 30, 45, 60]);
        let discount = rng.percent(30).then(|| (rng.pick(&[2, 2, 3]), rng.pick(&[10, 14])));
        let customer = Customer {
            id: format!("C{:07}", scrambled(self.customers, 4_782_969, 10_000_000)).into(),
            name,
            other_names,
            ibans,
            usual_fee,
            vat_number: if rng.percent(60) {
                format!("{}{}", tongue.country, rng.digits(11)).into()
            } else {
                Box::default()
            },
            ..Customer::default()
        };
        Member {
            customer,
            tongue,
            account,
            term,
            terms: match discount {
                Some((percent, days)) => format!("{percent}/{days} net {term}").into(),
                None => format!("net {term}").into(),
            },
            discount,
            second_series: rng.percent(15),
            delay: rng.pick(&[-5, -2, 0, 0, 1, 2, 3, 5, 8, 14, 21, 30]),
            scatter: rng.pick(&[0, 1, 2, 3, 5]),
            subscription: rng.pick(&[1990, 2990, 4900, 4990, 9900, 12_000, 19_900, 25_000, 49_900, 120_000]),
            habits: Habits::default(),
        }
    }

    /// Invoices that nobody pays in these statements: open ones, and settled ones that are evidence only.
    fn leave_others_open(&mut self, family: &mut Family, payments: u64) {
        let count = payments * 15 / 100 + u64::from(self.rng.below(100) < payments * 15 % 100);
        for _ in 0..count {
            let who = self.rng.index(family.members.len());
            let settled = self.rng.percent(40);
            let paid = if settled {
                self.start - Days::new(1 + self.rng.below(200))
            } else if self.lasting.is_some() {
                self.forgotten_since()
            } else {
                self.start + Days::new(30 + self.rng.below(self.days - 20))
            };
            let dates = self.dates(&family.members[who], paid);
            let amount = self.amount(family, who, true);
            let item = self.invoice(family, who, dates, amount);
            if settled {
                self.now.items[item].open_minor = 0;
            } else if self.unpaid.len() < REMEMBERED || self.rng.percent(20) {
                self.unpaid.truncate(REMEMBERED - 1);
                self.unpaid.push_front(self.now.items[item].clone());
            }
        }
    }

    /// A working day of the window, with so many days after it.
    pub(super) fn day(&mut self, room: u64) -> NaiveDate {
        let day = self.start + Days::new(self.rng.below(self.days - room));
        match day.weekday() {
            Weekday::Sat => day - Days::new(if day > self.start { 1 } else { 0 }),
            Weekday::Sun => day + Days::new(1),
            _ => day,
        }
        .min(self.start + Days::new(self.days - 1 - room.min(self.days - 1)))
    }

    /// The dates of an invoice that this customer, with its habit, pays on a day.
    pub(super) fn dates(&mut self, member: &Member, paid: NaiveDate) -> Dates {
        let scatter = member.scatter;
        let late = member.delay + self.rng.between(0, scatter) + self.rng.between(0, scatter) - scatter;
        self.issued(member, paid - Days::new((late + member.term).max(0) as u64))
    }

    /// The day on which this customer, with its habit, pays an invoice: inside the window, and never before it is issued.
    pub(super) fn paid_on(&mut self, member: &Member, dates: Dates) -> NaiveDate {
        let scatter = member.scatter;
        let late = member.delay + self.rng.between(0, scatter) + self.rng.between(0, scatter) - scatter;
        let (first, last) = self.window();
        (dates.due + TimeDelta::days(late)).max(dates.issue).clamp(first, last)
    }

    /// The dates of an invoice issued on a day, or on the Friday before.
    pub(super) fn issued(&mut self, member: &Member, day: NaiveDate) -> Dates {
        let back = match day.weekday() {
            Weekday::Sat => 1,
            Weekday::Sun => 2,
            _ => 0,
        };
        let issue = day - Days::new(back);
        Dates { issue, due: issue + Days::new(member.term as u64) }
    }

    /// An invoice amount. `named`: the payment will name the invoice, so other invoices may have the same amount.
    pub(super) fn amount(&mut self, family: &mut Family, who: usize, named: bool) -> i64 {
        let amount = self.any_amount(&family.members[who], named);
        self.free_amount(family, amount, named)
    }

    /// The amount, or a larger one where it would make truth a guess.
    pub(super) fn free_amount(&mut self, family: &mut Family, amount: i64, named: bool) -> i64 {
        let mut amount = amount;
        let clashes = |family: &Family, amount: i64| match named {
            true => family.unnamed.contains(&amount),
            false => family.amounts.contains(&amount),
        };
        while clashes(family, amount) {
            amount += self.rng.between(1, 9_999);
        }
        family.amounts.insert(amount);
        if !named {
            family.unnamed.insert(amount);
        }
        amount
    }

    fn any_amount(&mut self, member: &Member, named: bool) -> i64 {
        let rng = &mut self.rng;
        match rng.below(10) {
            // Subscriptions and round sums repeat.
            0 | 1 if named => member.subscription,
            2 => rng.pick(&[100, 150, 200, 250, 300, 400, 500, 750, 1000, 1200, 1500, 2000, 2500, 5000]) * 100,
            // Quantity times price, with VAT.
            3..=5 => rng.between(1, 200) * rng.pick(&[250, 495, 990, 1250, 1995, 4500, 12_500]) * 6 / 5,
            _ => {
                let size = 10_i64.pow(rng.between(3, 6) as u32);
                rng.between(size, size * 10)
            }
        }
    }

    /// Writes an invoice into the ledger; gives its index.
    pub(super) fn invoice(&mut self, family: &Family, who: usize, dates: Dates, amount: i64) -> usize {
        let member = &family.members[who];
        let number = match self.misleading_number(member, dates.issue) {
            Some(number) => number,
            None => self.numbering.invoice(member.second_series, dates.issue),
        };
        let mut item = self.item(member, number, dates, Money::new(amount, family.currency));
        item.discount = member.discount.map(|(percent, days)| Discount {
            percent: Decimal::new(percent * 100, 2),
            until: dates.issue + Days::new(days),
        });
        self.now.items.push(item);
        self.now.items.len() - 1
    }

    /// One invoice of a hundred has a number that reads as something else: its customer's number, the date of its day, or
    /// another invoice's number with a digit more. No ledger is without them.
    fn misleading_number(&mut self, member: &Member, issue: NaiveDate) -> Option<String> {
        /// Of so many invoices, one has a number of each sort.
        const ONE_OF: u64 = 331;
        let given = |number: &str| self.now.items.iter().any(|item| &*item.number == number);
        let number = match self.items % ONE_OF {
            7 => member.customer.id[1..].to_owned(),
            107 if self.dates_given.insert(issue) => return Some(issue.format("%Y%m%d").to_string()),
            207 => {
                let other = &self.now.items.last().filter(|item| item.kind == ItemKind::Invoice)?.number;
                let last = other.bytes().last().filter(u8::is_ascii_digit)?;
                // Never the last digit again: a typing error would make one number of the other.
                let more = (u64::from(last - b'0') + 1 + self.items / ONE_OF % 8) % 10;
                format!("{other}{more}")
            }
            _ => return None,
        };
        (!given(&number)).then_some(number)
    }

    /// Writes a credit note; `amount` is positive.
    pub(super) fn credit_note(&mut self, family: &Family, who: usize, dates: Dates, amount: i64) -> usize {
        let number = self.numbering.credit_note(dates.issue);
        let item = self.item(&family.members[who], number, dates, Money::new(-amount, family.currency));
        self.now.items.push(item);
        self.now.items.len() - 1
    }

    fn item(&mut self, member: &Member, number: String, dates: Dates, amount: Money) -> OpenItem {
        self.items += 1;
        let id = format!("I{:09}", scrambled(self.items, 387_420_489, 1_000_000_000));
        let references = if self.rng.percent(40) && amount.minor > 0 { self.reference(member, &number) } else { None };
        let rate = self.rng.pick(&[2000, 2000, 2000, 1000, 550]);
        let mut item = OpenItem::new(id, number, amount);
        item.payment_references = references.into_iter().collect();
        item.order_number = if self.rng.percent(45) { self.order_number() } else { Box::default() };
        item.customer_id = (&*member.customer.id).into();
        item.customer_name = (&*member.customer.name).into();
        item.customer_ibans = member.customer.ibans.clone().into();
        item.issue_date = Some(dates.issue);
        item.due_date = Some(dates.due);
        item.kind = if amount.minor < 0 { ItemKind::CreditNote } else { ItemKind::Invoice };
        item.terms = (&*member.terms).into();
        // Tax contained in a gross amount, to the nearest cent.
        let tax = (amount.minor * rate * 2 / (10_000 + rate) + amount.minor.signum()) / 2;
        item.vat = Box::new([VatPart { rate: Decimal::new(rate, 2), tax_minor: tax }]);
        item
    }

    pub(super) fn order_number(&mut self) -> Box<str> {
        format!("{}{}", self.rng.pick(&["45", "PO-", "BC"]), self.rng.digits(8)).into()
    }

    fn reference(&mut self, member: &Member, number: &str) -> Option<Box<str>> {
        let reference = match self.numbering.scheme {
            ReferenceScheme::None => return None,
            ReferenceScheme::Rf => codes::rf(number),
            ReferenceScheme::Ogm => codes::ogm(scrambled(self.items, 387_420_489, 10_000_000_000)),
            ReferenceScheme::Qrr => codes::qrr(member.customer.id[1..].parse().unwrap_or(0), self.items),
        };
        Some(reference.into())
    }

    /// Name and account under which a customer's payment arrives.
    pub(super) fn face(&mut self, member: &Member) -> Face {
        if self.lasting.is_some() {
            return self.lasting_face(member);
        }
        let name = match member.customer.other_names.first() {
            Some(other) if self.rng.percent(25) => other.to_string(),
            _ => names::printed(&mut self.rng, &member.customer.name),
        };
        let iban = match self.rng.below(100) {
            0..=6 => codes::iban(&mut self.rng, member.tongue.country),
            7..=10 => Box::default(),
            _ => member.account.clone(),
        };
        Face { name, iban }
    }

    /// Somebody whom the ledger does not know.
    pub(super) fn stranger(&mut self, tongue: &Tongue) -> Face {
        let rng = &mut self.rng;
        let name = if rng.percent(40) { names::person(rng, tongue) } else { names::company(rng, tongue) };
        Face { name: names::printed(rng, &name), iban: codes::iban(rng, tongue.country) }
    }

    /// Writes a payment into the statement; gives its index.
    pub(super) fn payment(&mut self, day: NaiveDate, amount: Money, face: &Face, remittance: Remittance) -> usize {
        self.made += 1;
        let id = format!("P{:09}", scrambled(self.made, 387_420_489, 1_000_000_000));
        let mut payment = Payment::new(id, day, amount);
        // Money that left counts from the day before at most; what arrives is booked on its value date or a day later.
        payment.value_date = Some(if self.rng.percent(85) || day == self.start { day } else { day - Days::new(1) });
        let account = self.accounts.iter().find(|(currency, _)| *currency == amount.currency);
        payment.account = account.map(|(_, iban)| (&**iban).into()).unwrap_or_default();
        payment.payer_name = face.name.as_str().into();
        payment.payer_iban = face.iban.clone();
        payment.remittance = remittance.text.into();
        payment.structured_references = remittance.structured.into();
        if self.rng.percent(45) {
            payment.end_to_end_id = format!("{}{}", self.rng.pick(&["", "PAY", "E2E-"]), self.rng.digits(10)).into();
        }
        payment.nature = Nature::Ordinary;
        self.now.payments.push(payment);
        self.now.payments.len() - 1
    }

    /// Records what is true of a payment: each item with what it takes off it.
    pub(super) fn truth(&mut self, payment: usize, kind: &'static str, flags: Flags, links: &[(usize, i64)]) {
        let payment_id = &self.now.payments[payment].id;
        if links.is_empty() {
            self.now.truth.push(TruthRow {
                payment_id: payment_id.clone(),
                item_id: Box::default(),
                applied: None,
                kind,
                flags,
            });
        }
        for &(item, applied) in links {
            let item = &self.now.items[item];
            let applied = Some(Money::new(applied, item.amount.currency));
            self.now.truth.push(TruthRow {
                payment_id: payment_id.clone(),
                item_id: item.id.clone(),
                applied,
                kind,
                flags,
            });
        }
    }
}

impl Iterator for World {
    type Item = Dataset;

    fn next(&mut self) -> Option<Dataset> {
        (self.made < self.payments).then(|| self.next_family())
    }
}

/// A number that looks drawn by lot, different for each counter below `modulus`; `factor` has no divisor in common with it.
fn scrambled(counter: u64, factor: u64, modulus: u64) -> u64 {
    // The product of two numbers below 2^64 fits 128 bits.
    (u128::from(counter) * u128::from(factor) % u128::from(modulus)) as u64
}
