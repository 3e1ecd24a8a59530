//! From the header of an invoice to an open item: signs, what is open, and what a person should know.

use crate::model::{ItemKind, Money, Note, NoteKind, OpenItem, VatPart};

use super::header::{Header, Syntax};

/// Types of UNTDID 1001 that take money back (EN 16931, BT-3, with those that the French reform adds: 502, 503).
const CREDIT_NOTES: [&str; 13] =
    ["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"];

/// Types of invoices whose claim was sold: 393 and 396 factored, 501, 502, 472 and 473 their self-billed and corrective kin.
const FACTORED: [&str; 6] = ["393", "396", "472", "473", "501", "502"];

/// An open item, and what is to be said of it.
pub(super) struct Made {
    pub(super) item: OpenItem,
    pub(super) notes: Vec<Note>,
}

/// Makes an open item of a header.
pub(super) fn item(header: &Header) -> Made {
    let mut notes = vec![Note::new(NoteKind::Said, origin(header))];
    let is_credit = header.syntax == Syntax::UblCreditNote || CREDIT_NOTES.contains(&&*header.type_code);
    let payable = payable(header, &mut notes);
    let total = header.total.unwrap_or_else(|| {
        notes.push(Note::new(NoteKind::Assumed, "no amount with VAT (BT-112): the payable amount is taken for it"));
        payable
    });
    balance(header, total, payable, &mut notes);
    let negative = total.minor < 0 || (total.is_zero() && payable.minor < 0);
    if is_credit && negative {
        let text = "a credit note with a negative amount: taken as money back, as the positive ones are";
        notes.push(Note::new(NoteKind::Warning, text));
    }
    let turn = |minor: i64| if is_credit && !negative { -minor } else { minor };
    let open = turn(payable.minor);
    let mut amount = Money::new(turn(total.minor), total.currency);
    if amount.minor.signum() * open.signum() < 0 || (amount.is_zero() && open != 0) {
        let text = format!(
            "of {total} {} are payable {payable}: the item is that balance, because it has the other sign",
            total.currency
        );
        notes.push(Note::new(NoteKind::Said, text));
        amount.minor = open;
    }
    let mut item = OpenItem::new(&*header.number, &*header.number, amount);
    item.open_minor = open;
    if is_credit {
        item.kind = ItemKind::CreditNote;
    }
    item.seller = match &*header.seller_id {
        "" => &*header.seller,
        id => id,
    }
    .into();
    item.payment_references = header.payment_references.clone().into();
    if !is_placeholder(&header.order) {
        item.order_number = header.order.clone();
    }
    item.customer_id = (&*header.buyer_id).into();
    item.customer_name = (&*header.buyer).into();
    item.issue_date = header.issue;
    item.due_date = header.due.last().map(|last| last.due);
    item.terms = (&*header.terms).into();
    item.discount = header.discount;
    item.vat = header.vat.iter().map(|(rate, tax)| VatPart { rate: *rate, tax_minor: turn(*tax) }).collect();
    remarks(header, is_credit, &mut notes);
    Made { item, notes }
}

/// What UBL demands where there is no order of the buyer.
fn is_placeholder(order: &str) -> bool {
    ["NA", "N/A", "NONE", "-"].iter().any(|none| order.eq_ignore_ascii_case(none))
}

/// The amount due, computed where the profile has no element for it.
fn payable(header: &Header, notes: &mut Vec<Note>) -> Money {
    let zero = Money::new(0, header.currency);
    header.payable.unwrap_or_else(|| {
        let total = header.total.unwrap_or(zero);
        let prepaid = header.prepaid.unwrap_or(zero);
        let left = total.checked_add(-prepaid).unwrap_or(total);
        let text = format!("no payable amount (ZUGFeRD 1 need not have one): total less prepaid, {left}, is taken");
        notes.push(Note::new(NoteKind::Assumed, text));
        left
    })
}

/// Payable = total − prepaid + rounding (BR-CO-16). The payable amount counts in any case.
fn balance(header: &Header, total: Money, payable: Money, notes: &mut Vec<Note>) {
    let minor = |amount: Option<Money>| i128::from(amount.map_or(0, |a| a.minor));
    let expected = i128::from(total.minor) - minor(header.prepaid) + minor(header.rounding);
    if expected == i128::from(payable.minor) || header.total.is_none() {
        return;
    }
    let note = match (header.prepaid, header.rounding) {
        // The smallest profiles do not say what was paid in advance.
        (None, None) => {
            let text = format!("of {total} only {payable} are payable; the document does not say why");
            Note::new(NoteKind::Said, text)
        }
        _ => {
            let text = format!(
                "{payable} is payable, which is not total less prepaid ({total}, BR-CO-16): the payable amount counts"
            );
            Note::new(NoteKind::Warning, text)
        }
    };
    notes.push(note);
}

/// Whose claim it is, and where it is to be paid: who runs this can see whether it is theirs.
fn origin(header: &Header) -> String {
    let mut text = match &*header.type_code {
        "" => format!("number {} of", header.number),
        code => format!("type {code}, number {} of", header.number),
    };
    match (&*header.seller, &*header.seller_id) {
        ("", "") => text.push_str(" a seller without a name"),
        (name, "") => text.push_str(&format!(" {name}")),
        ("", id) => text.push_str(&format!(" {id}")),
        (name, id) => text.push_str(&format!(" {name} ({id})")),
    }
    if !header.accounts.is_empty() {
        text.push_str(&format!(", to be paid to {}", header.accounts.join(" or ")));
    }
    text
}

fn remarks(header: &Header, is_credit: bool, notes: &mut Vec<Note>) {
    let mut note = |kind, text: String| notes.push(Note::new(kind, text));
    if header.due.len() > 1 {
        let days: Vec<String> = header
            .due
            .iter()
            .map(|i| i.amount.map_or_else(|| i.due.to_string(), |amount| format!("{amount} on {}", i.due)))
            .collect();
        note(NoteKind::Said, format!("due on {} days, of which the last counts: {}", days.len(), days.join(", ")));
    }
    if !header.prior_invoices.is_empty() {
        let what = if is_credit { "it takes back, wholly or in part," } else { "it follows" };
        note(NoteKind::Said, format!("{what} {}", header.prior_invoices.join(", ")));
    }
    if !header.payee.is_empty() && header.payee != header.seller {
        note(NoteKind::Said, format!("to be paid to {}, who is not the seller", header.payee));
    }
    match &*header.type_code {
        "" if header.syntax != Syntax::UblCreditNote => {
            note(NoteKind::Assumed, "no type (BT-3): taken as an invoice".to_string());
        }
        "325" => note(NoteKind::Warning, "type 325 is a pro forma invoice: nothing is owed for it".to_string()),
        code if FACTORED.contains(&code) => {
            note(NoteKind::Warning, format!("type {code}: the claim was sold, so the factor is paid for it"));
        }
        code if header.syntax == Syntax::UblCreditNote && !CREDIT_NOTES.contains(&code) => {
            note(
                NoteKind::Warning,
                format!("a CreditNote of type {code}, which is none of a credit note: taken as one"),
            );
        }
        _ => {}
    }
    if header.issue.is_none() {
        note(NoteKind::Warning, "no date of issue".to_string());
    }
}
