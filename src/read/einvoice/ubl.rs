//! Where everything stands in UBL 2.1: `Invoice` and `CreditNote` (EN 16931-3-2).

use super::Reading;
use super::draft::{Party, RawVat, Terms, add};

impl Reading<'_> {
    /// An element of UBL begins; `path` is that below the root.
    pub(super) fn ubl_opens(&mut self, path: &[&str]) {
        match path {
            ["PaymentTerms"] => self.draft.terms.push(Terms::default()),
            ["TaxTotal", "TaxSubtotal"] => self.draft.vat.push(RawVat::default()),
            _ => {}
        }
    }

    /// A leaf of UBL ends; `path` is that below the root.
    pub(super) fn ubl_leaf(&mut self, path: &[&str]) {
        let found = self.found();
        let text = self.xml.value();
        let draft = &mut self.draft;
        match path {
            ["CustomizationID"] => Party::keep(&mut draft.profile, text),
            ["ID"] => draft.number = draft.number.take().or(Some(found)),
            ["InvoiceTypeCode" | "CreditNoteTypeCode"] => draft.type_code = Some(found),
            ["IssueDate"] => draft.issue = Some(found),
            ["DocumentCurrencyCode"] => draft.currency = Some(found),
            // A credit note has no due date of its own; instalments have several.
            ["DueDate"] | ["PaymentMeans", "PaymentDueDate"] => draft.due.push(found),
            ["OrderReference", "ID"] => Party::keep(&mut draft.order, text),
            ["BillingReference", "InvoiceDocumentReference" | "CreditNoteDocumentReference", "ID"] => {
                add(&mut draft.prior, text);
            }
            ["AccountingSupplierParty", "Party", rest @ ..] => ubl_party(&mut draft.seller, rest, text),
            ["AccountingCustomerParty", "Party", rest @ ..] => ubl_party(&mut draft.buyer, rest, text),
            ["PayeeParty", rest @ ..] => ubl_party(&mut draft.payee, rest, text),
            ["PaymentMeans", "PaymentID"] => add(&mut draft.payment_references, text),
            ["PaymentMeans", "PayeeFinancialAccount", "ID"] => add(&mut draft.accounts, text),
            ["PaymentTerms", rest @ ..] => {
                if let Some(terms) = draft.terms.last_mut() {
                    match rest {
                        ["Note"] if terms.text.is_empty() => text.clone_into(&mut terms.text),
                        ["Note"] => {
                            terms.text.push('\n');
                            terms.text.push_str(text);
                        }
                        ["PaymentDueDate"] => terms.due = Some(found),
                        ["Amount"] => terms.part = Some(found),
                        ["SettlementDiscountPercent"] => terms.discount.percent = Some(found),
                        ["SettlementPeriod", "EndDate"] => terms.discount.until = Some(found),
                        _ => {}
                    }
                }
            }
            ["TaxTotal", "TaxSubtotal", rest @ ..] => {
                if let Some(part) = draft.vat.last_mut() {
                    match rest {
                        ["TaxAmount"] => part.tax = Some(found),
                        ["TaxCategory", "Percent"] | ["Percent"] => part.rate = Some(found),
                        ["TaxCategory", "TaxScheme", "ID"] => text.clone_into(&mut part.tax_kind),
                        _ => {}
                    }
                }
            }
            ["LegalMonetaryTotal", "TaxInclusiveAmount"] => draft.total.push(found),
            ["LegalMonetaryTotal", "PrepaidAmount"] => draft.prepaid.push(found),
            ["LegalMonetaryTotal", "PayableRoundingAmount"] => draft.rounding.push(found),
            ["LegalMonetaryTotal", "PayableAmount"] => draft.payable.push(found),
            _ => {}
        }
        // The VAT number and the tax number of a party have the same elements: the scheme stands behind the number.
        self.ubl_tax_number(path);
    }

    fn ubl_tax_number(&mut self, path: &[&str]) {
        let (role, rest) = match path {
            [role @ ("AccountingSupplierParty" | "AccountingCustomerParty"), "Party", "PartyTaxScheme", rest @ ..] => {
                (*role, rest)
            }
            _ => return,
        };
        match rest {
            ["CompanyID"] => self.xml.value().clone_into(&mut self.tax_number),
            ["TaxScheme", "ID"] if self.xml.value().eq_ignore_ascii_case("VAT") => {
                let party =
                    if role == "AccountingSupplierParty" { &mut self.draft.seller } else { &mut self.draft.buyer };
                Party::keep(&mut party.vat, &self.tax_number);
            }
            _ => {}
        }
    }
}

fn ubl_party(party: &mut Party, path: &[&str], text: &str) {
    match path {
        ["PartyLegalEntity", "RegistrationName"] => Party::keep(&mut party.name, text),
        ["PartyName", "Name"] => Party::keep(&mut party.trade_name, text),
        ["PartyIdentification", "ID"] => Party::keep(&mut party.id, text),
        ["PartyLegalEntity", "CompanyID"] => Party::keep(&mut party.legal_id, text),
        _ => {}
    }
}
