//! Reasons and flags in words. `docs/reasons.md` is made from the English side.

use super::Lang;
use crate::model::{Flag, Reason};

/// A reason in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonWords {
    /// A few words, for lists: `unknown payer`.
    pub short: &'static str,
    /// One sentence: what it means.
    pub meaning: &'static str,
    /// What to do about it.
    pub action: &'static str,
}

/// The words of a reason.
pub fn reason_words(lang: Lang, reason: Reason) -> ReasonWords {
    let (english, french) = both(reason);
    let [short, meaning, action] = match lang {
        Lang::En => english,
        Lang::Fr => french,
    };
    ReasonWords { short, meaning, action }
}

type Words = [&'static str; 3];

#[rustfmt::skip]
fn both(reason: Reason) -> (Words, Words) {
    match reason {
        Reason::NoCandidate => (
            ["no candidate", "The search was complete, and no open item comes near.", "Ask the payer what it is for; check whether the invoice is missing from the list."],
            ["aucun candidat", "La recherche est complète et aucun poste ouvert n’approche.", "Demander au payeur ce qu’il règle ; vérifier si la facture manque dans la liste."]),
        Reason::SearchLimit => (
            ["search stopped", "A limit ended the search before everything was examined.", "Raise the limit in the configuration and run again, or choose by hand."],
            ["recherche arrêtée", "Une limite a arrêté la recherche avant que tout soit examiné.", "Relever la limite dans la configuration et relancer, ou choisir à la main."]),
        Reason::Ambiguous => (
            ["ambiguous", "Two or more candidates are too close to tell apart.", "Choose one, or ask the payer for a remittance advice."],
            ["ambigu", "Deux candidats ou plus sont trop proches pour trancher.", "Choisir, ou demander au payeur un avis de paiement."]),
        Reason::AmountOnly => (
            ["amount only", "An equal amount is the only evidence; this is never applied automatically.", "Confirm with the payer before applying."],
            ["montant seul", "Un montant égal est le seul indice ; jamais lettré automatiquement.", "Confirmer avec le payeur avant de lettrer."]),
        Reason::ShortPay => (
            ["short payment", "One clear document, and less money than is open.", "Keep the rest open and remind, or settle it with a reason."],
            ["paiement partiel", "Un document clair, et moins d’argent que le solde ouvert.", "Laisser le reste ouvert et relancer, ou le solder avec un motif."]),
        Reason::OverPay => (
            ["overpayment", "One clear document, and more money than is open.", "Leave the surplus on the customer’s account, or refund it."],
            ["trop-perçu", "Un document clair, et plus d’argent que le solde ouvert.", "Laisser l’excédent au compte du client, ou le rembourser."]),
        Reason::DiscountTaken => (
            ["discount taken", "The difference equals a cash discount.", "Settle it if the terms allow; otherwise claim the difference."],
            ["escompte pris", "La différence est égale à un escompte.", "La solder si les conditions le permettent ; sinon réclamer la différence."]),
        Reason::FeeWithheld => (
            ["fee withheld", "The difference looks like a bank fee.", "Settle it to bank fees, or claim it from the payer."],
            ["frais retenus", "La différence ressemble à des frais bancaires.", "La solder en frais bancaires, ou la réclamer au payeur."]),
        Reason::BatchNet => (
            ["batch, net", "A card, provider or cheque batch that arrived net of fees.", "Get the settlement file of the batch and match its lines."],
            ["remise nette", "Une remise de cartes, de prestataire ou de chèques, nette de frais.", "Obtenir le relevé de la remise et en lettrer les lignes."]),
        Reason::MultiDoc => (
            ["several documents", "Several documents add up to the amount, and the payment does not cite them.", "Confirm the set of documents."],
            ["plusieurs documents", "Plusieurs documents font la somme, sans être cités par le paiement.", "Confirmer l’ensemble des documents."]),
        Reason::MultiParty => (
            ["several parties", "The documents belong to several customers.", "Confirm that one pays for the others."],
            ["plusieurs tiers", "Les documents appartiennent à plusieurs clients.", "Confirmer que l’un paie pour les autres."]),
        Reason::DuplicatePayment => (
            ["paid twice", "The document cited is already settled.", "Refund, or keep on the customer’s account; look at the earlier payment first."],
            ["payé deux fois", "Le document cité est déjà soldé.", "Rembourser, ou garder au compte du client ; voir d’abord le paiement antérieur."]),
        Reason::DuplicateLine => (
            ["line twice", "The same bank line may be in two files.", "Say whether it is a repetition or a genuine twin."],
            ["ligne en double", "La même ligne de banque figure peut-être dans deux fichiers.", "Dire si c’est une répétition ou un vrai jumeau."]),
        Reason::UnknownPayer => (
            ["unknown payer", "The payer could not be identified.", "Add the name or the account to the customer master file and run again."],
            ["payeur inconnu", "Le payeur n’a pas pu être identifié.", "Ajouter le nom ou le compte au fichier clients et relancer."]),
        Reason::Returned => (
            ["returned", "An earlier receipt came back.", "See the item open again; ask the payer to pay anew."],
            ["retourné", "Un encaissement antérieur est revenu impayé.", "Voir le poste rouvert ; demander un nouveau paiement."]),
        Reason::OtherParty => (
            ["other customer’s document", "The document cited belongs to a customer who is not the payer.", "Ask both parties; apply only when it is confirmed."],
            ["document d’un autre", "Le document cité appartient à un client qui n’est pas le payeur.", "Interroger les deux parties ; lettrer seulement après confirmation."]),
        Reason::TransferOneSided => (
            ["one-sided transfer", "A transfer between own accounts whose other side is missing.", "Load the statement of the other account."],
            ["virement interne incomplet", "Un virement entre comptes propres dont l’autre côté manque.", "Charger le relevé de l’autre compte."]),
        Reason::OwnTransfer => (
            ["own transfer", "A transfer between own accounts; both sides were found.", "Post it between the two bank accounts."],
            ["virement interne", "Un virement entre comptes propres ; les deux côtés ont été trouvés.", "Comptabiliser entre les deux comptes de banque."]),
        Reason::NotInBooksFee => (
            ["bank charge", "A bank charge or interest: no customer’s money.", "Post it to bank charges."],
            ["frais de banque", "Frais ou intérêts bancaires : pas l’argent d’un client.", "Comptabiliser en frais bancaires."]),
        Reason::NotInBooks => (
            ["no receipt", "A bank line that is not a customer’s receipt.", "Post it from its own document."],
            ["pas un encaissement", "Une ligne de banque qui n’est pas l’encaissement d’un client.", "Comptabiliser d’après sa propre pièce."]),
        Reason::OutOfPeriod => (
            ["outside the dates", "The only candidate lies outside the window of dates.", "Check the cut-off, then choose by hand."],
            ["hors période", "Le seul candidat est hors de la fenêtre de dates.", "Vérifier la coupure, puis choisir à la main."]),
        Reason::Currency => (
            ["other currency", "The payment fits only an item in another currency.", "Confirm the rate, then settle with an exchange difference."],
            ["autre devise", "Le paiement ne convient qu’à un poste dans une autre devise.", "Confirmer le cours, puis solder avec un écart de change."]),
        Reason::TypingError => (
            ["typing error", "The amounts differ as a typing error would make them.", "Compare both figures with the documents and correct the wrong one."],
            ["faute de frappe", "Les montants diffèrent comme après une faute de frappe.", "Comparer les deux chiffres aux pièces et corriger le faux."]),
        Reason::WeakEvidence => (
            ["weak evidence", "There is a candidate, and it is weak on all sides.", "Judge by hand; ask the payer when in doubt."],
            ["indices faibles", "Il y a un candidat, faible de tous côtés.", "Juger à la main ; en cas de doute, demander au payeur."]),
    }
}

/// What a flag says, in one sentence.
#[rustfmt::skip]
pub fn flag_meaning(lang: Lang, flag: Flag) -> &'static str {
    let (english, french) = match flag {
        Flag::Partial => ("Less than the item’s open amount; the rest stays open.", "Moins que le solde du poste ; le reste demeure ouvert."),
        Flag::Instalment => ("A further part of an item that was paid in part before.", "Une nouvelle part d’un poste déjà payé en partie."),
        Flag::Overpaid => ("More than is open; the surplus is on the customer’s account.", "Plus que le solde ouvert ; l’excédent est au compte du client."),
        Flag::DiscountTaken => ("Short by the cash discount.", "Diminué de l’escompte."),
        Flag::FeeWithheld => ("Short by what looks like a bank fee.", "Diminué de ce qui ressemble à des frais bancaires."),
        Flag::Duplicate => ("Pays what was already settled.", "Paie ce qui était déjà soldé."),
        Flag::Misapplied => ("Cites an item of a customer who is not the payer; never automatic.", "Cite un poste d’un client qui n’est pas le payeur ; jamais automatique."),
        Flag::Returned => ("Returns an earlier receipt; its items are open again.", "Retour d’un encaissement antérieur ; ses postes sont rouverts."),
        Flag::Prepayment => ("Paid before there was an invoice.", "Payé avant qu’il y ait une facture."),
        Flag::MultiCustomer => ("For items of several customers.", "Pour des postes de plusieurs clients."),
        Flag::UnknownPayer => ("The payer was not identified.", "Le payeur n’a pas été identifié."),
        Flag::AmountOnly => ("The equal amount is the only evidence; never automatic.", "Le montant égal est le seul indice ; jamais automatique."),
        Flag::Ambiguous => ("Rivals are too close to tell; never automatic.", "Des rivaux sont trop proches pour trancher ; jamais automatique."),
        Flag::Interchangeable => ("One of several items that nothing tells apart.", "Un poste parmi plusieurs que rien ne distingue."),
        Flag::CreditNoteNetted => ("A credit note was deducted.", "Un avoir a été déduit."),
        Flag::FuzzyReference => ("The reference was found with a typing error.", "La référence a été trouvée avec une faute de frappe."),
    };
    lang.pick(english, french)
}
