//! Ledgers of a bad shape: what makes a matcher slow when it compares too much, too often.
//!
//! Each is made from a seed, and true to itself at any size, so that time and steps can be held against a normal world of as
//! many payments. Truth is known here too: what a payment says is true, and what it leaves open is flagged `ambiguous`.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate};

use super::codes;
use super::rng::Rng;
use super::{Dataset, Profile, TruthRow, generate};
use crate::model::{Currency, Customer, Flag, Flags, Money, OpenItem, Payment};

/// Days over which payments are spread.
const DAYS: u64 = 180;
/// Characters of a long text: what a bank could carry if it let everything through.
const LONG_TEXT: usize = 10_000;
/// The amount where all have the same: 100.00.
const SAME: i64 = 10_000;

/// A bad shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// One customer has all open items, and pays one or many of them at a time.
    OneCustomer,
    /// All open items are of one amount.
    OneAmount,
    /// All payments cite the same invoice.
    OneInvoice,
    /// Texts of 10,000 characters, full of digits.
    LongTexts,
    /// All customers have the same name.
    OneName,
    /// A normal world in which no payment has a text or a reference.
    NoTexts,
    /// Each payment cites its neighbour's invoice and any other one: all of them have to be decided together.
    OneComponent,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 7] = [
        Self::OneCustomer,
        Self::OneAmount,
        Self::OneInvoice,
        Self::LongTexts,
        Self::OneName,
        Self::NoTexts,
        Self::OneComponent,
    ];

    /// The word on the command line and in truth.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneCustomer => "one-customer",
            Self::OneAmount => "one-amount",
            Self::OneInvoice => "one-invoice",
            Self::LongTexts => "long-texts",
            Self::OneName => "one-name",
            Self::NoTexts => "no-texts",
            Self::OneComponent => "one-component",
        }
    }

    /// The shape of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.word() == word)
    }

    /// How many payments make the shape as large as it is to be feared: 20,000 items of one customer, 100,000 of one amount.
    pub fn payments(self) -> u64 {
        match self {
            Self::OneCustomer => 3_000,
            Self::OneAmount => 75_000,
            Self::LongTexts => 1_000,
            Self::OneInvoice | Self::OneName | Self::NoTexts | Self::OneComponent => 10_000,
        }
    }

    /// A ledger of this shape with so many payments. The same seed makes the same ledger.
    pub fn generate(self, payments: u64, seed: u64) -> Dataset {
        let mut maker = Maker::new(self, seed);
        match self {
            Self::OneCustomer => maker.one_customer(payments),
            Self::OneAmount => maker.one_amount(payments),
            Self::OneInvoice => maker.one_invoice(payments),
            Self::LongTexts => maker.long_texts(payments),
            Self::OneName => maker.one_name(payments),
            Self::NoTexts => maker.no_texts(payments, seed),
            Self::OneComponent => maker.one_component(payments),
        }
        maker.made.payments.sort_by(|a, b| (a.booking_date, &a.id).cmp(&(b.booking_date, &b.id)));
        maker.made
    }
}

/// Makes customers, items and payments, and numbers them.
struct Maker {
    shape: Shape,
    rng: Rng,
    start: NaiveDate,
    made: Dataset,
}

impl Maker {
    fn new(shape: Shape, seed: u64) -> Self {
        let start = NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or_default();
        Self { shape, rng: Rng::new(seed), start, made: Dataset::default() }
    }

    /// A customer; gives its place in the list.
    fn customer(&mut self, name: impl Into<Box<str>>, with_account: bool) -> usize {
        let n = self.made.customers.len();
        let account = codes::iban(&mut self.rng, "FR");
        self.made.customers.push(Customer {
            id: format!("C{n:06}").into(),
            name: name.into(),
            ibans: if with_account { Box::from([account]) } else { Box::default() },
            ..Customer::default()
        });
        n
    }

    /// So many customers of different names.
    fn customers(&mut self, count: u64) {
        for n in 0..count.max(1) {
            self.customer(format!("Atelier {} {n} SARL", word_of(n)), true);
        }
    }

    /// An invoice of a customer; gives its place in the list.
    fn invoice(&mut self, customer: usize, minor: i64) -> usize {
        let n = self.made.items.len();
        let issued = self.start - Days::new(1 + self.rng.below(60));
        let customer = &self.made.customers[customer];
        self.made.items.push(OpenItem {
            customer_id: customer.id.clone().into(),
            customer_name: customer.name.clone().into(),
            customer_ibans: customer.ibans.clone().into(),
            issue_date: Some(issued),
            due_date: Some(issued + Days::new(30)),
            ..OpenItem::new(format!("I{n:07}"), number_of(n), Money::new(minor, Currency::EUR))
        });
        n
    }

    /// A payment of a customer for these items, with this text. What it does not cite is `ambiguous` where the caller says so.
    fn payment(&mut self, customer: usize, items: &[usize], text: String, flags: Flags) -> &mut Payment {
        let n = self.made.payments.len();
        let id: Box<str> = format!("P{n:07}").into();
        let day = self.start + Days::new(self.rng.below(DAYS));
        let sum = items.iter().map(|item| self.made.items[*item].open_minor).sum();
        for item in items {
            let item = &self.made.items[*item];
            self.made.truth.push(TruthRow {
                payment_id: id.clone(),
                item_id: item.id.clone(),
                applied: Some(item.open()),
                kind: self.shape.word(),
                flags,
            });
        }
        let customer = &self.made.customers[customer];
        self.made.payments.push(Payment {
            value_date: Some(day),
            payer_name: customer.name.clone(),
            payer_iban: customer.ibans.first().cloned().unwrap_or_default(),
            remittance: text.into(),
            ..Payment::new(id, day, Money::new(sum, Currency::EUR))
        });
        &mut self.made.payments[n]
    }

    /// The numbers of some items as a payer would write them.
    fn cite(&self, items: &[usize]) -> String {
        let mut text = String::from("FACTURE");
        for item in items {
            let _ = write!(text, " {}", self.made.items[*item].number);
        }
        text
    }

    /// Half of the payments name their items, half of them pay several at once: three sevenths of the items stay open.
    fn one_customer(&mut self, payments: u64) {
        let customer = self.customer("Centrale d'Achats du Nord SA", true);
        for _ in 0..payments * 20 / 3 {
            let minor = self.rng.between(1_000, 500_000);
            self.invoice(customer, minor);
        }
        let mut next = 0;
        for n in 0..payments {
            let size = if n % 2 == 0 { 1 } else { 2 + self.rng.index(6) };
            let items: Vec<usize> = (next..next + size).collect();
            next += size;
            let cited = n % 4 < 2;
            let text = if cited { self.cite(&items) } else { "VIREMENT".into() };
            let flags = if cited || size == 1 { Flags::NONE } else { Flags::NONE.with(Flag::Ambiguous) };
            self.payment(customer, &items, text, flags);
        }
    }

    /// Of three payments two name their invoice; the third leaves open which of its customer's it pays.
    fn one_amount(&mut self, payments: u64) {
        self.customers(payments / 10);
        let customers = self.made.customers.len();
        for n in 0..payments * 4 / 3 {
            self.invoice(n as usize % customers, SAME);
        }
        for n in 0..payments {
            let (item, cited) = (n as usize, n % 3 < 2);
            let text = if cited { self.cite(&[item]) } else { "VIREMENT".into() };
            let flags = if cited { Flags::NONE } else { Flags::NONE.with(Flag::Ambiguous) };
            self.payment(item % customers, &[item], text, flags);
        }
    }

    /// Whatever is paid, the text names the first invoice; every other payment has its amount.
    fn one_invoice(&mut self, payments: u64) {
        self.customers(payments / 5);
        let customers = self.made.customers.len();
        for n in 0..payments * 4 / 3 {
            let minor = if n == 0 { SAME } else { self.rng.between(1_000, 500_000) };
            self.invoice(n as usize % customers, minor);
        }
        let text = self.cite(&[0]);
        for n in 0..payments as usize {
            let payment = self.payment(n % customers, &[n], text.clone(), Flags::NONE.with(Flag::Misapplied));
            if n % 2 == 0 {
                payment.amount.minor = SAME;
            }
        }
    }

    /// Every other text holds the number that it pays, somewhere among groups of digits.
    fn long_texts(&mut self, payments: u64) {
        self.customers(payments / 5);
        let customers = self.made.customers.len();
        for n in 0..payments * 4 / 3 {
            let minor = self.rng.between(1_000, 500_000);
            self.invoice(n as usize % customers, minor);
        }
        for n in 0..payments as usize {
            let mut text = self.digits(LONG_TEXT);
            if n.is_multiple_of(2) {
                let number = &self.made.items[n].number;
                let at = self.rng.index(LONG_TEXT - number.len() - 2);
                text.replace_range(at..at + number.len() + 2, &format!(" {number} "));
            }
            self.payment(n % customers, &[n], text, Flags::NONE);
        }
    }

    /// Digits in groups of 1 to 14, with blanks, hyphens, slashes or points between them.
    fn digits(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length + 16);
        while text.len() < length {
            let group = 1 + self.rng.index(14);
            text.push_str(&self.rng.digits(group));
            text.push(self.rng.pick(&[' ', ' ', ' ', '-', '/', '.']));
        }
        text.truncate(length);
        text
    }

    /// The name says nothing; half of the customers have a known account, half of the payments name their invoice.
    fn one_name(&mut self, payments: u64) {
        for n in 0..(payments / 4).max(1) {
            self.customer("Dupont SARL", n % 2 == 0);
        }
        let customers = self.made.customers.len();
        for n in 0..payments * 4 / 3 {
            let minor = self.rng.between(1_000, 500_000);
            self.invoice(n as usize % customers, minor);
        }
        for n in 0..payments as usize {
            let text = if self.rng.percent(50) { self.cite(&[n]) } else { "VIREMENT".into() };
            self.payment(n % customers, &[n], text, Flags::NONE);
        }
    }

    fn no_texts(&mut self, payments: u64, seed: u64) {
        self.made = generate(&Profile::new(payments, seed));
        for payment in &mut self.made.payments {
            payment.remittance = Box::default();
            payment.structured_references = Box::default();
            payment.end_to_end_id = Box::default();
        }
    }

    /// All amounts are equal, so that each payment could be for any of the three that it names.
    fn one_component(&mut self, payments: u64) {
        self.customers(payments / 5);
        let customers = self.made.customers.len();
        for n in 0..=payments {
            self.invoice(n as usize % customers, SAME);
        }
        for n in 0..payments as usize {
            let any = self.rng.index(payments as usize + 1);
            let text = self.cite(&[n, n + 1, any]);
            self.payment(n % customers, &[n], text, Flags::NONE.with(Flag::Ambiguous));
        }
    }
}

/// A number of six digits or more that no neighbour resembles: neighbours differ in most digits.
fn number_of(n: usize) -> String {
    // 7,368,787 is prime and no divisor of ten million, so that ten million numbers are all different.
    format!("F{:07}", (n as u64 * 7_368_787 + 1_234_567) % 10_000_000)
}

/// A pronounceable word for a number.
fn word_of(n: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "bru", "cla"];
    let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..4).map(|k| SYLLABLES[(mixed >> (60 - 4 * k)) as usize & 15]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_seed_gives_the_same_shape_and_the_size_that_was_asked_for() {
        for shape in Shape::ALL {
            let data = shape.generate(200, 3);
            assert_eq!(data.payments.len(), 200, "{shape:?}");
            assert_eq!(data, shape.generate(200, 3));
            assert_eq!(Shape::parse(shape.word()), Some(shape));
            let numbers: HashSet<_> = data.items.iter().map(|item| &item.number).collect();
            assert_eq!(numbers.len(), data.items.len(), "{shape:?}");
            let told: HashSet<_> = data.truth.iter().map(|row| &row.payment_id).collect();
            assert_eq!(told.len(), 200, "{shape:?}");
        }
    }

    #[test]
    fn each_is_as_bad_as_it_says() {
        let made = |shape: Shape| shape.generate(300, 1);
        let data = made(Shape::OneCustomer);
        assert_eq!((data.customers.len(), data.items.len()), (1, 2000));
        assert!(made(Shape::OneAmount).items.iter().all(|item| item.open_minor == SAME));
        let data = made(Shape::OneInvoice);
        assert!(data.payments.iter().all(|p| p.remittance.ends_with(&*data.items[0].number)));
        let data = made(Shape::LongTexts);
        assert!(data.payments.iter().all(|p| p.remittance.len() == LONG_TEXT));
        let names: HashSet<_> = made(Shape::OneName).customers.into_iter().map(|c| c.name).collect();
        assert_eq!(names.len(), 1);
        assert!(made(Shape::NoTexts).payments.iter().all(|p| p.remittance.is_empty()));
        assert!(made(Shape::OneComponent).payments.iter().all(|p| p.remittance.split(' ').count() == 4));
    }
}
