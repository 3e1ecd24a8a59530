//! Where everything stands in UN/CEFACT Cross Industry Invoice: D16B (EN 16931-3-3), and the `CrossIndustryDocument` of ZUGFeRD 1, which
//! has the same elements in sections with older names.

use super::Reading;
use super::draft::{Draft, Found, Party, RawVat, Terms, add};

impl Reading<'_> {
    /// An element of CII begins; `path` is that below the root.
    pub(super) fn cii_opens(&mut self, path: &[&str]) {
        let Some(path) = settlement(path) else { return };
        match path {
            ["SpecifiedTradePaymentTerms"] => self.draft.terms.push(Terms::default()),
            ["ApplicableTradeTax"] => self.draft.vat.push(RawVat::default()),
            _ => {}
        }
    }

    /// A leaf of CII ends; `path` is that below the root.
    pub(super) fn cii_leaf(&mut self, path: &[&str]) {
        let found = self.found();
        let (text, scheme) = (self.xml.value(), &*self.xml.attributes.scheme);
        let unit = &*self.xml.attributes.unit;
        let draft = &mut self.draft;
        match path {
            [
                "ExchangedDocumentContext" | "SpecifiedExchangedDocumentContext",
                "GuidelineSpecifiedDocumentContextParameter",
                "ID",
            ] => Party::keep(&mut draft.profile, text),
            ["ExchangedDocument" | "HeaderExchangedDocument", rest @ ..] => match rest {
                ["ID"] => draft.number = draft.number.take().or(Some(found)),
                ["TypeCode"] => draft.type_code = Some(found),
                ["IssueDateTime", ..] => draft.issue = Some(found),
                _ => {}
            },
            [
                "SupplyChainTradeTransaction" | "SpecifiedSupplyChainTradeTransaction",
                "ApplicableHeaderTradeAgreement" | "ApplicableSupplyChainTradeAgreement",
                rest @ ..,
            ] => match rest {
                ["SellerTradeParty", rest @ ..] => cii_party(&mut draft.seller, rest, text, scheme),
                ["BuyerTradeParty", rest @ ..] => cii_party(&mut draft.buyer, rest, text, scheme),
                ["BuyerOrderReferencedDocument", "IssuerAssignedID" | "ID"] => Party::keep(&mut draft.order, text),
                _ => {}
            },
            _ => {
                if let Some(rest) = settlement(path) {
                    cii_settlement(draft, rest, found, scheme, unit);
                }
            }
        }
    }
}

/// The rest of a path inside the section about payment, which is the header's and not that of a line.
fn settlement<'p, 'a>(path: &'p [&'a str]) -> Option<&'p [&'a str]> {
    match path {
        [
            "SupplyChainTradeTransaction" | "SpecifiedSupplyChainTradeTransaction",
            "ApplicableHeaderTradeSettlement" | "ApplicableSupplyChainTradeSettlement",
            rest @ ..,
        ] => Some(rest),
        _ => None,
    }
}

fn cii_party(party: &mut Party, path: &[&str], text: &str, scheme: &str) {
    match path {
        ["Name"] => Party::keep(&mut party.name, text),
        ["ID"] => Party::keep(&mut party.id, text),
        ["SpecifiedLegalOrganization", "ID"] => Party::keep(&mut party.legal_id, text),
        ["SpecifiedLegalOrganization", "TradingBusinessName"] => Party::keep(&mut party.trade_name, text),
        ["SpecifiedTaxRegistration", "ID"] if scheme == "VA" => Party::keep(&mut party.vat, text),
        _ => {}
    }
}

fn cii_settlement(draft: &mut Draft, path: &[&str], found: Found, scheme: &str, unit: &str) {
    match path {
        ["PaymentReference"] => add(&mut draft.payment_references, &found.text),
        ["InvoiceCurrencyCode"] => draft.currency = Some(found),
        ["PayeeTradeParty", rest @ ..] => cii_party(&mut draft.payee, rest, &found.text, scheme),
        ["SpecifiedTradeSettlementPaymentMeans", "PayeePartyCreditorFinancialAccount", "IBANID" | "ProprietaryID"] => {
            add(&mut draft.accounts, &found.text)
        }
        ["InvoiceReferencedDocument", "IssuerAssignedID"] => add(&mut draft.prior, &found.text),
        ["SpecifiedTradePaymentTerms", rest @ ..] => cii_terms(draft, rest, found, unit),
        ["ApplicableTradeTax", rest @ ..] => {
            let Some(part) = draft.vat.last_mut() else { return };
            match rest {
                ["CalculatedAmount"] => part.tax = Some(found),
                ["RateApplicablePercent" | "ApplicablePercent"] => part.rate = Some(found),
                ["TypeCode"] => part.tax_kind = found.text,
                _ => {}
            }
        }
        ["SpecifiedTradeSettlementHeaderMonetarySummation" | "SpecifiedTradeSettlementMonetarySummation", amount] => {
            match *amount {
                "GrandTotalAmount" => draft.total.push(found),
                "TotalPrepaidAmount" => draft.prepaid.push(found),
                "RoundingAmount" => draft.rounding.push(found),
                "DuePayableAmount" => draft.payable.push(found),
                _ => {}
            }
        }
        _ => {}
    }
}

fn cii_terms(draft: &mut Draft, path: &[&str], found: Found, unit: &str) {
    let Some(terms) = draft.terms.last_mut() else { return };
    match path {
        ["Description"] if terms.text.is_empty() => terms.text = found.text,
        ["Description"] => {
            terms.text.push('\n');
            terms.text.push_str(&found.text);
        }
        ["DueDateDateTime", ..] => terms.due = Some(found),
        ["PartialPaymentAmount"] => terms.part = Some(found),
        ["ApplicableTradePaymentDiscountTerms", rest @ ..] => match rest {
            ["CalculationPercent"] => terms.discount.percent = Some(found),
            ["BasisAmount"] => terms.discount.base = Some(found),
            ["BasisPeriodMeasure"] => {
                unit.clone_into(&mut terms.discount.unit);
                terms.discount.period = Some(found);
            }
            ["BasisDateTime", ..] => terms.discount.from = Some(found),
            _ => {}
        },
        _ => {}
    }
}
