//! Small books built by hand for tests of the matcher: customers, items and payments in a line each, and what was decided by name.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{Days, NaiveDate};
use lettrage::audit;
use lettrage::config::{Policy, Weights};
use lettrage::model::{
    Bucket, Currency, Customer, DifferenceKind, Flag, Flags, Hypothesis, Known, Money, OpenItem, Payment, Reason,
    Reconciliation, Search, Verdict,
};
use lettrage::{Request, reconcile};

/// Names of two rare words each, without a word in common.
pub const NAMES: [&str; 20] = [
    "Albrecht Normand",
    "Bonnard Aubrac",
    "Castelli Bressan",
    "Duvivier Cordier",
    "Eggers Dorval",
    "Fontanel Estienne",
    "Gruber Ferrand",
    "Hollander Gallois",
    "Iversen Hirsch",
    "Jacquemin Imbert",
    "Kellner Jourdan",
    "Lorenzi Kovacs",
    "Mercadier Lambert",
    "Nystrom Morvan",
    "Olivieri Nadal",
    "Pelletier Ormesson",
    "Quintana Prigent",
    "Roussel Quentin",
    "Schreiber Rostand",
    "Tomasini Savary",
];

/// A day of 2026, counted from 0.
pub fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
}

/// Everything that a run is made of.
#[derive(Clone, Default)]
pub struct Books {
    pub payments: Vec<Payment>,
    pub items: Vec<OpenItem>,
    pub customers: Vec<Customer>,
    pub policy: Policy,
    pub weights: Weights,
    pub as_of: Option<NaiveDate>,
}

/// One line for each row: what a failing property shows.
impl fmt::Debug for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        for i in &self.items {
            let (id, customer, due) = (&i.id, &i.customer_id, i.due_date);
            writeln!(f, "  item {id} of {customer}: {:?}, open {}, due {due:?}", i.amount, i.open_minor)?;
        }
        for p in &self.payments {
            let (id, name, text) = (&p.id, &p.payer_name, &p.remittance);
            writeln!(f, "  payment {id} on {}: {:?}, {name:?} {text:?} {:?}", p.booking_date, p.amount, p.nature)?;
        }
        Ok(())
    }
}

impl Books {
    /// Twenty customers with five invoices each, half of which are paid by their numbers: the company's ordinary business, in
    /// which a case stands. Numbers begin at 2026-0101, amounts are all different and end in 37.
    pub fn usual() -> Self {
        let mut books = Self::default();
        for (n, name) in (0u64..).zip(NAMES) {
            books.customer(&format!("C{n:02}"), &format!("{name} SARL"));
            for k in 0..5 {
                let number = format!("2026-{:04}", 101 + 5 * n + k);
                let amount = 10_037 + 100 * ((n * 5 + k) * 7919 % 8999) as i64;
                books.item(&number, &format!("C{n:02}"), amount, 20 + (n * 7 + k * 23) % 130);
                if k % 2 == 0 {
                    let due = 20 + (n * 7 + k * 23) % 130;
                    books.pay(&format!("B{n:02}{k}"), amount, due + n % 9, name, &format!("FACTURE {number}"));
                }
            }
        }
        books
    }

    pub fn customer(&mut self, id: &str, name: &str) -> &mut Customer {
        self.customers.push(Customer { id: id.into(), name: name.into(), ..Customer::default() });
        self.customers.last_mut().unwrap()
    }

    /// An item, open as a whole, issued thirty days before it is due; its identifier is its number.
    pub fn item(&mut self, number: &str, customer: &str, minor: i64, due: u64) -> &mut OpenItem {
        let mut item = OpenItem::new(number, number, Money::new(minor, Currency::EUR));
        item.customer_id = customer.into();
        item.customer_name =
            self.customers.iter().find(|c| &*c.id == customer).map_or_else(|| "".into(), |c| (&*c.name).into());
        item.due_date = Some(day(due));
        item.issue_date = Some(day(due) - Days::new(30));
        self.items.push(item);
        self.items.last_mut().unwrap()
    }

    pub fn pay(&mut self, id: &str, minor: i64, at: u64, payer: &str, text: &str) -> &mut Payment {
        let mut payment = Payment::new(id, day(at), Money::new(minor, Currency::EUR));
        payment.payer_name = payer.to_uppercase().into();
        payment.remittance = text.into();
        self.payments.push(payment);
        self.payments.last_mut().unwrap()
    }

    pub fn request(&self) -> Request<'_> {
        Request {
            payments: &self.payments,
            items: &self.items,
            customers: &self.customers,
            policy: &self.policy,
            weights: &self.weights,
            as_of: self.as_of,
            all_evidence: true,
            known: Known::default(),
        }
    }

    /// Runs the matcher, and the auditor over what it did.
    pub fn run(&self) -> Run<'_> {
        let reconciliation = reconcile(&self.request());
        let proofs = audit::prove(&audit::Books {
            statements: &[],
            checks: &[],
            payments: &self.payments,
            items: &self.items,
            reconciliation: &reconciliation,
        });
        for proof in proofs {
            assert!(proof.holds, "{:?}", proof);
        }
        Run { books: self, reconciliation }
    }

    /// The same books with the chance part of a run frozen.
    pub fn frozen(mut self) -> Self {
        self.weights.frequencies = Some(reconcile(&self.request()).frequencies);
        self
    }
}

/// What was decided, by name.
pub struct Run<'a> {
    pub books: &'a Books,
    pub reconciliation: Reconciliation,
}

impl Run<'_> {
    pub fn verdict(&self, payment: &str) -> &Verdict {
        let at = self.books.payments.iter().position(|p| &*p.id == payment);
        &self.reconciliation.verdicts[at.unwrap_or_else(|| panic!("no payment {payment}"))]
    }

    /// What an hypothesis takes from which item.
    pub fn applied(&self, hypothesis: &Hypothesis) -> Vec<(&str, i64)> {
        hypothesis.applications.iter().map(|a| (&*self.books.items[a.item as usize].id, a.applied)).collect()
    }

    /// Bucket, reason, flags and applications of a payment, as a reader writes them.
    pub fn says(&self, payment: &str) -> Said<'_> {
        let v = self.verdict(payment);
        (v.bucket, v.reason, v.flags.iter().collect(), v.chosen.iter().flat_map(|c| self.applied(c)).collect())
    }

    pub fn differences(&self, payment: &str) -> Vec<(DifferenceKind, i64)> {
        self.verdict(payment).chosen.iter().flat_map(|c| &c.differences).map(|d| (d.kind, d.minor)).collect()
    }

    /// What is taken off an item after the run.
    pub fn taken(&self, item: &str) -> i64 {
        let at = self.books.items.iter().position(|i| &*i.id == item);
        self.reconciliation.items[at.unwrap_or_else(|| panic!("no item {item}"))].applied
    }

    /// Everything that was decided about each payment, by identifier, so that two runs can be compared.
    pub fn decisions(&self) -> BTreeMap<String, Decision> {
        (self.books.payments.iter().zip(&self.reconciliation.verdicts))
            .map(|(p, v)| (p.id.to_string(), self.decision(v)))
            .collect()
    }

    fn decision(&self, v: &Verdict) -> Decision {
        Decision {
            bucket: v.bucket,
            reason: v.reason,
            flags: v.flags,
            payer: v.payer.map(|n| self.reconciliation.payers[n as usize].id.to_string()),
            chosen: v.chosen.as_ref().map(|c| self.equation(c)),
            rivals: v.rivals.iter().map(|h| (self.equation(h), h.probability.0)).collect(),
            probability: v.probability.0,
            margin: v.margin.0,
            search: v.search,
            returns: v.returns.map(|n| self.books.payments[n as usize].id.to_string()),
        }
    }

    fn equation(&self, hypothesis: &Hypothesis) -> Equation {
        let mut applied: Vec<(String, i64)> =
            self.applied(hypothesis).into_iter().map(|(id, minor)| (id.to_string(), minor)).collect();
        applied.sort();
        Equation {
            kind: hypothesis.kind.word(),
            applied,
            differences: hypothesis.differences.iter().map(|d| (d.kind, d.minor)).collect(),
            obstacle: hypothesis.obstacle.map(|o| o.word()),
        }
    }
}

/// Bucket, reason, flags, and what is taken from which item.
pub type Said<'a> = (Bucket, Option<Reason>, Vec<Flag>, Vec<(&'a str, i64)>);

/// A verdict by names instead of positions.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub bucket: Bucket,
    pub reason: Option<Reason>,
    pub flags: Flags,
    pub payer: Option<String>,
    pub chosen: Option<Equation>,
    pub rivals: Vec<(Equation, u32)>,
    pub probability: u32,
    pub margin: i32,
    pub search: Search,
    pub returns: Option<String>,
}

/// An hypothesis by names.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    pub kind: &'static str,
    pub applied: Vec<(String, i64)>,
    pub differences: Vec<(DifferenceKind, i64)>,
    pub obstacle: Option<&'static str>,
}
