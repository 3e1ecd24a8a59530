//! What accounting programs export of open customer items: a table, not code.
//!
//! A preset is found by the words of a header, in the form of [`super::columns::key`]. How sure each layout is stands in
//! `docs/formats/items.md`. What a preset does not say is read as in any other list.

use super::columns::{Columns, Role};

/// What a word for the type of a row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stated {
    /// An invoice: positive.
    Invoice,
    /// A credit note, whatever the sign that it is written with.
    CreditNote,
    /// The sign decides: negative is a credit note.
    BySign,
    /// Money received or paid back that no document is named for: no item.
    OnAccount,
}

/// How a program lays its list out.
#[derive(Debug)]
pub(super) struct Preset {
    /// Shown in notes and as the version of the file.
    pub name: &'static str,
    /// The header has one word of each group.
    signature: &'static [&'static [&'static str]],
    /// Which header is which column, the best first. An empty word is a column without header.
    columns: &'static [(Role, &'static [&'static str])],
    /// Words of the column of types that only this program has.
    pub types: &'static [(&'static str, Stated)],
    /// Types that are in no list are told by their sign (codes of journals, which each company names itself).
    pub free_types: bool,
    /// A row that names nothing but a customer stands above that customer's rows.
    pub grouped: bool,
    /// Such a row stands in the column of numbers, with sums beside it; rows of documents have a date.
    pub heading_in_number: bool,
    /// An invoice has a row for each of its lines, with its whole amount in each.
    pub by_lines: bool,
    /// The column of states holds the letters of lettrage: an entry that has one is settled.
    pub lettered: bool,
    /// Beginnings of numbers that payments have.
    pub payments: &'static [&'static str],
}

/// A preset that says nothing but its columns.
const PLAIN: Preset = Preset {
    name: "",
    signature: &[],
    columns: &[],
    types: &[],
    free_types: false,
    grouped: false,
    heading_in_number: false,
    by_lines: false,
    lettered: false,
    payments: &[],
};

/// The programs, the most particular layouts first.
static PRESETS: &[Preset] = &[
    Preset {
        name: "ERPNext accounts receivable",
        signature: &[
            &["voucher type", "type de reference", "type de piece", "belegtyp"],
            &["voucher no", "no de reference", "n de reference", "belegnr"],
            &["invoiced amount", "montant facture", "rechnungsbetrag"],
            &["outstanding amount", "montant impaye", "encours", "ausstehender betrag"],
        ],
        columns: &[
            (Role::Number, &["voucher no", "no de reference", "n de reference", "belegnr"]),
            (Role::Name, &["customer name", "nom du client", "kundenname", "party", "customer", "tiers", "partei"]),
            (Role::CustomerId, &["party", "customer", "tiers", "partei"]),
            (Role::Booking, &["posting date", "date de comptabilisation", "buchungsdatum"]),
            (Role::Value, &["due date", "date d echeance", "falligkeitsdatum"]),
            (Role::Kind, &["voucher type", "type de reference", "type de piece", "belegtyp"]),
            (Role::Amount, &["invoiced amount", "montant facture", "rechnungsbetrag"]),
            (Role::Open, &["outstanding amount", "montant impaye", "encours", "ausstehender betrag"]),
            (Role::Currency, &["currency", "devise", "wahrung"]),
            (Role::Order, &["customer lpo", "customer po"]),
        ],
        ..PLAIN
    },
    Preset {
        name: "Business Central customer ledger entries",
        signature: &[
            &["document type", "type document", "type de document", "belegart"],
            &["document no", "n document", "n de document", "belegnr"],
            &["customer no", "n client", "debitorennr", "debitorennummer"],
            &[
                "remaining amount",
                "remaining amt lcy",
                "montant restant",
                "montant ouvert",
                "restbetrag",
                "restbetrag mw",
            ],
        ],
        columns: &[
            (Role::Id, &["entry no", "n sequence", "n d ecriture", "lfd nr"]),
            (Role::Number, &["document no", "n document", "n de document", "belegnr"]),
            (Role::CustomerId, &["customer no", "n client", "debitorennr", "debitorennummer"]),
            (Role::Name, &["customer name", "nom client", "nom du client", "debitorenname"]),
            (
                Role::Booking,
                &[
                    "document date",
                    "date document",
                    "belegdatum",
                    "posting date",
                    "date comptabilisation",
                    "date de comptabilisation",
                    "buchungsdatum",
                ],
            ),
            (Role::Value, &["due date", "date d echeance", "date echeance", "falligkeitsdatum"]),
            (Role::Kind, &["document type", "type document", "type de document", "belegart"]),
            (
                Role::Amount,
                &["original amount", "montant initial", "ursprungsbetrag", "amount", "montant", "betrag", "amount lcy"],
            ),
            (
                Role::Open,
                &[
                    "remaining amount",
                    "montant restant",
                    "montant ouvert",
                    "restbetrag",
                    "remaining amt lcy",
                    "restbetrag mw",
                ],
            ),
            (Role::Currency, &["currency code", "code devise", "wahrungscode"]),
            (Role::Order, &["external document no", "n document externe", "n doc externe", "externe belegnummer"]),
            (Role::PaymentReference, &["payment reference", "reference paiement", "zahlungsreferenz"]),
        ],
        // Its reminders and interest are documents with an amount of their own; elsewhere the words say too little.
        types: &[
            ("finance charge memo", Stated::Invoice),
            ("reminder", Stated::Invoice),
            ("interets", Stated::Invoice),
            ("relance", Stated::Invoice),
            ("zinsrechnung", Stated::Invoice),
            ("mahnung", Stated::Invoice),
        ],
        ..PLAIN
    },
    Preset {
        name: "Odoo aged receivable",
        signature: &[
            &["at date", "a la date", "zum datum", "not due", "non du", "non echu", "nicht fallig"],
            &["1 30"],
            &["older", "plus ancien", "anciens", "alter"],
            &[
                "invoice date",
                "date de facturation",
                "rechnungsdatum",
                "due date",
                "date d echeance",
                "falligkeitsdatum",
            ],
        ],
        columns: &[
            (Role::Number, &["name", "nom", ""]),
            (Role::Booking, &["invoice date", "date de facturation", "rechnungsdatum"]),
            (Role::Value, &["due date", "date d echeance", "falligkeitsdatum", "expected date"]),
            (Role::Open, &["total", "gesamt", "summe"]),
        ],
        grouped: true,
        heading_in_number: true,
        // Odoo's own codes of journals of banks and cash.
        payments: &["bnk", "csh", "pbnk", "pcsh"],
        ..PLAIN
    },
    Preset {
        name: "Odoo invoices",
        signature: &[
            &["number", "numero", "nummer"],
            &[
                "invoice partner display name",
                "nom d affichage du partenaire de la facture",
                "anzeigename des rechnungspartners",
                "partner",
                "partenaire",
                "customer",
                "client",
            ],
            &[
                "amount due signed",
                "montant du signe",
                "falliger betrag mit vorzeichen",
                "amount due in currency signed",
                "amount due",
                "montant du",
            ],
            &["payment status", "etat du paiement", "statut de paiement", "zahlungsstatus", "status", "statut", "etat"],
        ],
        columns: &[
            (Role::Number, &["number", "numero", "nummer"]),
            (
                Role::Name,
                &[
                    "invoice partner display name",
                    "nom d affichage du partenaire de la facture",
                    "anzeigename des rechnungspartners",
                    "partner",
                    "partenaire",
                    "customer",
                    "client",
                ],
            ),
            (
                Role::Booking,
                &["invoice bill date", "invoice date", "date de facturation", "date de la facture", "rechnungsdatum"],
            ),
            (Role::Value, &["due date", "date d echeance", "falligkeitsdatum"]),
            // What the customer owes is in the document's currency.
            (
                Role::Amount,
                &[
                    "total in currency signed",
                    "total en devise signe",
                    "total signed",
                    "total signe",
                    "gesamt mit vorzeichen",
                    "total",
                ],
            ),
            (
                Role::Open,
                &[
                    "amount due in currency signed",
                    "amount due signed",
                    "montant du signe",
                    "falliger betrag mit vorzeichen",
                    "amount due",
                    "montant du",
                ],
            ),
            (Role::Currency, &["currency", "devise", "wahrung"]),
            (
                Role::PaymentReference,
                &["payment reference", "reference de paiement", "referencia de pago", "zahlungsreferenz"],
            ),
            (Role::Order, &["reference", "source document", "origin"]),
            (Role::Kind, &["type", "move type"]),
            (Role::Status, &["status", "statut", "etat"]),
        ],
        types: &[
            ("out invoice", Stated::Invoice),
            ("out refund", Stated::CreditNote),
            ("customer invoice", Stated::Invoice),
            ("customer credit note", Stated::CreditNote),
            ("facture client", Stated::Invoice),
            ("avoir client", Stated::CreditNote),
        ],
        ..PLAIN
    },
    Preset {
        name: "QuickBooks Online",
        signature: &[
            &["transaction type", "type de transaction", "type d operation"],
            &["num", "no", "n", "numero"],
            &["open balance", "solde ouvert", "solde impaye", "solde du"],
        ],
        columns: &[
            (Role::Number, &["num", "no", "n", "numero"]),
            (Role::Name, &["customer", "name", "client", "nom", "customer full name"]),
            (Role::Booking, &["date", "transaction date", "date de transaction"]),
            (Role::Value, &["due date", "date d echeance", "echeance"]),
            (Role::Kind, &["transaction type", "type de transaction", "type d operation"]),
            (Role::Amount, &["amount", "montant"]),
            (Role::Open, &["open balance", "solde ouvert", "solde impaye", "solde du"]),
            (Role::Currency, &["currency", "devise"]),
            (Role::Terms, &["terms", "modalites"]),
        ],
        grouped: true,
        ..PLAIN
    },
    Preset {
        name: "Xero aged receivables",
        signature: &[
            &["invoice date", "date"],
            &["due date"],
            &["invoice number", "number"],
            &["current", "1 month", "older"],
            &["total", "due"],
        ],
        columns: &[
            (Role::Number, &["invoice number", "number"]),
            (Role::Name, &["contact", "contact name"]),
            (Role::Booking, &["invoice date", "date"]),
            (Role::Value, &["due date"]),
            (Role::Order, &["invoice reference", "reference"]),
            (Role::Kind, &["source", "type"]),
            (Role::Open, &["total", "due"]),
            (Role::Currency, &["currency"]),
        ],
        grouped: true,
        ..PLAIN
    },
    Preset {
        name: "Xero invoices",
        signature: &[&["contactname"], &["invoicenumber"], &["invoiceamountdue"], &["total"]],
        columns: &[
            (Role::Number, &["invoicenumber"]),
            (Role::Name, &["contactname"]),
            (Role::Booking, &["invoicedate"]),
            (Role::Value, &["duedate"]),
            (Role::Order, &["reference"]),
            (Role::Amount, &["total"]),
            (Role::Open, &["invoiceamountdue"]),
            (Role::Currency, &["currency"]),
            (Role::Kind, &["type"]),
            (Role::Status, &["status"]),
        ],
        by_lines: true,
        ..PLAIN
    },
    Preset {
        name: "Sage Intacct open invoices",
        signature: &[
            &["invoice number", "invoice no"],
            &["customer id"],
            &["total due", "amount due", "transaction amount due"],
            &["state", "total amount", "transaction amount"],
        ],
        columns: &[
            (Role::Number, &["invoice number", "invoice no"]),
            (Role::CustomerId, &["customer id"]),
            (Role::Name, &["customer name", "customer"]),
            (Role::Booking, &["invoice date", "date", "gl posting date", "date created"]),
            (Role::Value, &["due date"]),
            (Role::Amount, &["transaction amount", "total amount", "amount"]),
            (Role::Open, &["transaction amount due", "total due", "amount due"]),
            (Role::Currency, &["transaction currency", "txn currency", "currency"]),
            (Role::Order, &["reference number", "po number"]),
            (Role::Status, &["state"]),
        ],
        ..PLAIN
    },
    Preset {
        name: "Sage 100 accounts of third parties",
        signature: &[
            &["compte tiers", "n compte tiers", "tiers", "n tiers"],
            &["n piece", "piece", "numero de piece", "n facture"],
            &["echeance", "date echeance", "date d echeance"],
            &["debit", "mouvement debit", "montant debit"],
            &["credit", "mouvement credit", "montant credit"],
        ],
        columns: &[
            (Role::Number, &["n facture", "n piece", "piece", "numero de piece"]),
            (Role::CustomerId, &["compte tiers", "n compte tiers", "tiers", "n tiers"]),
            (Role::Name, &["intitule", "intitule tiers", "intitule du tiers", "nom", "raison sociale"]),
            (Role::Booking, &["date piece", "date de piece", "date", "date ecriture"]),
            (Role::Value, &["echeance", "date echeance", "date d echeance"]),
            (Role::Debit, &["debit", "mouvement debit", "montant debit"]),
            (Role::Credit, &["credit", "mouvement credit", "montant credit"]),
            (Role::Currency, &["devise"]),
            (Role::Kind, &["code journal", "journal", "c j"]),
            (Role::Status, &["lettrage", "lettre", "let"]),
        ],
        types: &[
            ("ve", Stated::BySign),
            ("vt", Stated::BySign),
            ("vte", Stated::BySign),
            ("ven", Stated::BySign),
            ("bq", Stated::OnAccount),
            ("bqe", Stated::OnAccount),
            ("bnq", Stated::OnAccount),
            ("bq1", Stated::OnAccount),
            ("bq2", Stated::OnAccount),
            ("ca", Stated::OnAccount),
            ("cai", Stated::OnAccount),
            ("cais", Stated::OnAccount),
        ],
        free_types: true,
        lettered: true,
        ..PLAIN
    },
    Preset {
        name: "Pennylane customer invoices",
        signature: &[
            &["numero de facture", "numero", "n de facture"],
            &["client", "nom du client", "tiers"],
            &["montant ttc", "total ttc", "ttc"],
            &["restant du", "reste a payer", "montant restant du", "solde restant", "restant a payer"],
            &["statut", "statut de paiement", "statut du paiement"],
        ],
        columns: &[
            (Role::Number, &["numero de facture", "n de facture", "numero"]),
            (Role::Name, &["nom du client", "client", "tiers"]),
            (Role::CustomerId, &["numero client", "reference client", "id client"]),
            (Role::Booking, &["date de facture", "date d emission", "date de facturation", "date"]),
            (Role::Value, &["date d echeance", "echeance"]),
            (Role::Amount, &["montant ttc", "total ttc", "ttc"]),
            (Role::Open, &["montant restant du", "restant du", "reste a payer", "solde restant", "restant a payer"]),
            (Role::Currency, &["devise"]),
            (Role::Kind, &["type", "type de document"]),
            (Role::Status, &["statut", "statut de paiement", "statut du paiement"]),
        ],
        ..PLAIN
    },
];

/// Words for the type of a row, in every list. What is in none of these is an error.
pub(super) const TYPES: &[(&str, Stated)] = &[
    ("sales invoice", Stated::BySign),
    ("journal entry", Stated::BySign),
    ("ecriture de journal", Stated::BySign),
    ("opening balance", Stated::BySign),
    ("receivable invoice", Stated::Invoice),
    ("credit memo", Stated::CreditNote),
    ("sales credit memo", Stated::CreditNote),
    ("sales credit note", Stated::CreditNote),
    ("receivable credit note", Stated::CreditNote),
    ("facture d avoir", Stated::CreditNote),
    ("payment", Stated::OnAccount),
    ("payment entry", Stated::OnAccount),
    ("customer payment", Stated::OnAccount),
    ("overpayment", Stated::OnAccount),
    ("receivable overpayment", Stated::OnAccount),
    ("prepayment", Stated::OnAccount),
    ("receivable prepayment", Stated::OnAccount),
    ("refund", Stated::OnAccount),
    ("deposit", Stated::OnAccount),
    ("paiement", Stated::OnAccount),
    ("reglement", Stated::OnAccount),
    ("encaissement", Stated::OnAccount),
    ("remboursement", Stated::OnAccount),
    ("zahlung", Stated::OnAccount),
    ("erstattung", Stated::OnAccount),
];

/// States in which a document is none that anybody owes.
pub(super) const NO_DOCUMENT: &[&str] = &[
    "draft",
    "cancelled",
    "canceled",
    "void",
    "voided",
    "deleted",
    "reversed",
    "brouillon",
    "annule",
    "annulee",
    "entwurf",
    "storniert",
    "abgebrochen",
];

/// Beginnings of a row that sums up those above it.
pub(super) const TOTALS: &[&str] =
    &["total", "totals", "sous total", "subtotal", "summe", "gesamt", "totaal", "totale"];

impl Preset {
    /// Whether a row is understood only with those above it.
    pub fn in_order(&self) -> bool {
        self.grouped || self.by_lines
    }

    /// Whether the list is complete without a column of this role: what general words find would be something else.
    fn owns(&self, role: Role) -> bool {
        matches!(role, Role::Id | Role::Amount | Role::Open | Role::Debit | Role::Credit | Role::Status | Role::Vat)
            || self.columns.iter().any(|(own, _)| *own == role)
    }
}

/// The preset whose header has these keys, and its columns; `general` are those that general words find.
pub(super) fn find(keys: &[String], general: &Columns) -> Option<(&'static Preset, Columns)> {
    let (preset, mut columns) = own(keys)?;
    let taken: Vec<usize> = columns.iter().flat_map(|(_, list)| list.to_vec()).collect();
    for (role, list) in general.iter().filter(|(role, _)| !preset.owns(*role)) {
        if list.iter().all(|n| !taken.contains(n)) {
            columns.set(role, list.to_vec());
        }
    }
    Some((preset, columns))
}

fn own(keys: &[String]) -> Option<(&'static Preset, Columns)> {
    let has = |word: &&str| keys.iter().any(|key| key == word);
    let preset = PRESETS.iter().find(|p| p.signature.iter().all(|group| group.iter().any(has)))?;
    let mut columns = Columns::default();
    let mut taken = vec![false; keys.len()];
    for (role, names) in preset.columns {
        let place =
            names.iter().find_map(|name| keys.iter().zip(&taken).position(|(key, taken)| key == name && !taken));
        if let Some(n) = place {
            taken[n] = true;
            columns.set(*role, vec![n]);
        }
    }
    Some((preset, columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::csv::CsvKind;

    #[test]
    fn every_signature_leads_to_its_own_preset_and_to_columns_that_suffice() {
        for preset in PRESETS {
            for n in 0..4 {
                // The nth word of each group, and a column without header.
                let mut keys: Vec<String> = vec![String::new()];
                keys.extend(preset.signature.iter().map(|g| g[n.min(g.len() - 1)].to_string()));
                keys.extend(preset.columns.iter().map(|(_, names)| names[0].to_string()));
                let (found, columns) = find(&keys, &Columns::default()).unwrap();
                assert_eq!(found.name, preset.name, "{keys:?}");
                assert!(columns.has(Role::Number), "{}", preset.name);
                let money = [Role::Amount, Role::Open, Role::Debit].iter().any(|r| columns.has(*r));
                assert!(money, "{}", preset.name);
                assert!(columns.missing(CsvKind::Invoices).len() <= 1);
            }
        }
    }

    #[test]
    fn words_are_folded() {
        let all = PRESETS
            .iter()
            .flat_map(|p| p.signature.iter().copied().flatten().chain(p.columns.iter().flat_map(|(_, n)| n.iter())));
        for word in all.chain(NO_DOCUMENT).chain(TOTALS) {
            assert_eq!(super::super::columns::fold(word), *word);
        }
    }
}
