//! Numbers and names of the ledger's accounts.

use crate::config::{LedgerPolicy, PostPolicy};
use crate::model::{ItemText, JournalLine, LineRole};

/// The accounts of a book: those of `[post]` and `[ledger]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accounts<'a> {
    pub(super) post: &'a PostPolicy,
    pub(super) ledger: &'a LedgerPolicy,
}

/// Names of accounts by how their numbers begin, the longest first (PCG, ANC regulation 2022-06).
const NAMES: [(&str, &str); 24] = [
    ("44571", "TVA collectée"),
    ("4191", "Clients, avances et acomptes reçus"),
    ("4455", "Taxes sur le chiffre d'affaires à décaisser"),
    ("5112", "Chèques à encaisser"),
    ("401", "Fournisseurs"),
    ("411", "Clients"),
    ("416", "Clients douteux"),
    ("421", "Personnel, rémunérations dues"),
    ("431", "Sécurité sociale"),
    ("471", "Compte d'attente"),
    ("511", "Valeurs à l'encaissement"),
    ("512", "Banque"),
    ("580", "Virements internes"),
    ("606", "Achats non stockés"),
    ("613", "Locations"),
    ("627", "Services bancaires"),
    ("654", "Pertes sur créances irrécouvrables"),
    ("656", "Pertes de change sur créances"),
    ("658", "Charges diverses de gestion courante"),
    ("665", "Escomptes accordés"),
    ("756", "Gains de change sur créances"),
    ("758", "Produits divers de gestion courante"),
    ("768", "Autres produits financiers"),
    ("89", "Bilan d'ouverture"),
];

impl Accounts<'_> {
    /// The name of an account: as `[post.names]` says, else the one that is built in, else its number.
    pub(super) fn name(&self, account: &str) -> Box<str> {
        if let Some(name) = self.post.names.get(account) {
            return name.as_str().into();
        }
        let built_in = NAMES.iter().find(|(beginning, _)| account.starts_with(beginning));
        built_in.map_or_else(|| account.into(), |(_, name)| (*name).into())
    }

    /// A line on an account that is no customer's.
    pub(super) fn line(&self, role: LineRole, account: &str, minor: i64, label: &str) -> JournalLine {
        JournalLine {
            role,
            account: account.into(),
            account_name: self.name(account),
            auxiliary: Box::default(),
            auxiliary_name: Box::default(),
            minor,
            label: label.into(),
            document: Box::default(),
            item: Box::default(),
            item_kind: None,
            due: None,
            letter: None,
        }
    }

    /// A line on a customer's account about an item.
    pub(super) fn receivable(&self, id: &str, item: &ItemText, minor: i64, label: &str) -> JournalLine {
        let account = self.post.receivable_of(&item.customer);
        let own = self.post.customers_have_accounts();
        let name = if own && !item.name.is_empty() { (*item.name).into() } else { self.name(&account) };
        JournalLine {
            account_name: name,
            auxiliary: if own { Box::default() } else { (*item.customer).into() },
            auxiliary_name: if own { Box::default() } else { (*item.name).into() },
            document: item.number.clone(),
            item: id.into(),
            item_kind: Some(item.kind),
            due: item.due,
            ..self.line(LineRole::Receivable, &account, minor, label)
        }
    }

    /// Whether the ledger keeps money there of which it is not said yet whose it is.
    pub(super) fn waits(&self, account: &str) -> bool {
        account.starts_with(&self.ledger.suspense)
            || account.starts_with(&self.ledger.on_account)
            || self.post.through.as_deref() == Some(account)
    }
}
