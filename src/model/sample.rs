//! Tiny ledgers for the tests that stand beside the code of the stages.

use super::stage::{
    Cite, CiteClass, Day, Draft, ItemFacts, LedgerFacts, NO_CLASS, PayerCandidate, PayerMark, PayerView, ReceiptFacts,
};
use super::{Application, Currency, HypothesisKind, Owed};

/// The day on which receipts come and items are due.
pub(crate) const TODAY: Day = 739_000;
/// Days before [`TODAY`] on which items were issued.
pub(crate) const TERM: i32 = 30;

/// What a [`LedgerFacts`] borrows.
pub(crate) struct Ledger {
    pub(crate) items: Vec<ItemFacts>,
    pub(crate) pays_for: Vec<Vec<u32>>,
    pub(crate) usual_fee: Vec<i64>,
    pub(crate) classes: Vec<Vec<u32>>,
    pub(crate) citing: Vec<u32>,
    pub(crate) owed: Owed,
    /// Open items of each customer.
    pub(crate) open_of: Vec<u32>,
}

impl Ledger {
    /// A ledger of these items, whose customers have nothing to do with one another.
    pub(crate) fn of(items: &[ItemFacts]) -> Self {
        let customers = items.iter().filter_map(ItemFacts::owner).max().map_or(0, |last| last as usize + 1);
        let open = |n: usize| items.iter().filter(|i| i.open != 0 && i.owner() == Some(n as u32)).count() as u32;
        Self {
            items: items.to_vec(),
            pays_for: vec![Vec::new(); customers],
            usual_fee: vec![0; customers],
            classes: Vec::new(),
            citing: vec![0; items.len()],
            owed: Owed::of(items, customers),
            open_of: (0..customers).map(open).collect(),
        }
    }

    pub(crate) fn facts(&self) -> LedgerFacts<'_> {
        LedgerFacts {
            items: &self.items,
            pays_for: &self.pays_for,
            usual_fee: &self.usual_fee,
            classes: &self.classes,
            citing: &self.citing,
            owed: &self.owed,
        }
    }
}

/// An item in euros, wholly open, due today.
pub(crate) fn item(customer: u32, open: i64) -> ItemFacts {
    ItemFacts {
        customer,
        currency: Currency::EUR,
        open,
        amount: open,
        issue: Some(TODAY - TERM),
        due: Some(TODAY),
        discount: None,
        terms: 0,
        class: NO_CLASS,
        settled_by: None,
    }
}

/// A receipt of today in euros that cites nothing, from nobody known.
pub(crate) fn receipt(amount: i64) -> ReceiptFacts {
    ReceiptFacts {
        payment: 0,
        currency: Currency::EUR,
        amount,
        day: TODAY,
        cites: Vec::new(),
        payer: PayerView::default(),
        equal: Vec::new(),
        equal_count: 0,
        settled_equal: Vec::new(),
        credit_notes: 0,
        cut_off: false,
        named: Vec::new(),
        instalment: None,
        capped: false,
        refused: Box::default(),
        only_propose: false,
    }
}

/// A payer who is this customer, by account and name.
pub(crate) fn known(customer: u32) -> PayerView {
    let candidate = PayerCandidate { customer, mark: PayerMark::IbanAndName, likeness: 1.0, probability: 0.99 };
    PayerView { candidates: vec![candidate] }
}

/// A citation by a key of eight digits that only this item has; each item in a place of its own.
pub(crate) fn cite(item: u32, class: CiteClass) -> Cite {
    Cite { item, class, digits: 8, sharing: 1, place: item }
}

/// An equation without differences, not weighed yet.
pub(crate) fn draft(kind: HypothesisKind, applications: &[(u32, i64)]) -> Draft {
    let applications =
        applications.iter().map(|(item, applied)| Application { item: *item, applied: *applied }).collect();
    Draft { applications, ..Draft::unweighed(kind) }
}
