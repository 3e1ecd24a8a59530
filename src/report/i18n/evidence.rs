//! Evidence in words: levels, obstacles, kinds, differences, buckets.

use super::{Lang, fill, group, minor};
use crate::model::{Bucket, Currency, DifferenceKind, Field, HypothesisKind, Level, Obstacle, Weight};

/// The name of a kind of evidence, as it stands before its bar.
pub fn field_name(lang: Lang, field: Field) -> &'static str {
    let (english, french) = match field {
        Field::Start => ("start", "départ"),
        Field::Reference => ("reference", "référence"),
        Field::Payer => ("payer", "payeur"),
        Field::Amount => ("amount", "montant"),
        Field::Date => ("date", "date"),
    };
    lang.pick(english, french)
}

/// What was observed, in a few words. `currency` is the payment's.
pub fn level_text(lang: Lang, level: Level, currency: Currency) -> String {
    let count = |n: u32, one: (&'static str, &'static str), many: (&'static str, &'static str)| {
        let (english, french) = if n == 1 { one } else { many };
        fill(lang.pick(english, french), &[&group(i128::from(n))])
    };
    let money =
        |english, french, amount: i64| fill(lang.pick(english, french), &[&minor(lang, i128::from(amount), currency)]);
    let plain = |english, french| lang.pick(english, french).to_string();
    match level {
        Level::OneOf(n) => {
            count(n, ("the only open item", "le seul poste ouvert"), ("1 of {} open items", "1 sur {} postes ouverts"))
        }
        Level::NoItem => plain("none of the loaded items", "aucun des postes chargés"),
        Level::NotListed => plain("an equation that was not listed", "une équation non énumérée"),
        Level::CitedStructured(n) => cited(lang, n, ("by structured reference", "par référence structurée")),
        Level::CitedWhole(n) => cited(lang, n, ("by the whole number", "par le numéro entier")),
        Level::CitedCore(n) => {
            cited(lang, n, ("by the number without prefix or year", "par le numéro sans préfixe ni année"))
        }
        Level::CitedTail(n) => cited(lang, n, ("by its last digits", "par ses derniers chiffres")),
        Level::CitedOrder(n) => cited(lang, n, ("by the order number", "par le numéro de commande")),
        Level::CitedFuzzy(n) => cited(lang, n, ("with one typing error", "avec une faute de frappe")),
        Level::NothingCited => plain("cites nothing known", "ne cite rien de connu"),
        Level::OthersCited(n) => count(
            n,
            ("cites another item, left out here", "cite un autre poste, laissé de côté ici"),
            ("cites {} other items, left out here", "cite {} autres postes, laissés de côté ici"),
        ),
        Level::PayerIban => plain("account is the customer’s", "le compte est celui du client"),
        Level::PayerName => plain("name is the customer’s", "le nom est celui du client"),
        Level::PayerIbanAndName => plain("account and name are the customer’s", "compte et nom sont ceux du client"),
        Level::PayerInText => plain("named in the text", "nommé dans le texte"),
        Level::PayerBefore => plain("paid for this customer before", "a déjà payé pour ce client"),
        Level::PayerForOther => plain("known to pay for this customer", "connu pour payer pour ce client"),
        Level::PayerUnknown => plain("not identified", "non identifié"),
        Level::PayerOther => plain("somebody else", "quelqu’un d’autre"),
        Level::AmountEqual => plain("equal to the cent", "égal au centime près"),
        Level::AmountLessDiscount(off) => money("equal after discount of {}", "égal après escompte de {}", off),
        Level::AmountLessFee(off) => money("short by {}, like a bank fee", "inférieur de {}, comme des frais", off),
        Level::AmountShort(off) => money("short by {}", "inférieur de {}", off),
        Level::AmountCompletes(n) => count(
            n,
            ("a part of it", "une partie"),
            ("one of {} payments that add up to it", "un des {} paiements qui en font la somme"),
        ),
        Level::AmountOver(off) => money("over by {}", "supérieur de {}", off),
        Level::AmountFree => plain("says nothing here", "ne dit rien ici"),
        Level::DaysFromDue(0) => plain("on the due date", "à l’échéance"),
        Level::DaysFromDue(days) if days < 0 => count(
            days.unsigned_abs(),
            ("1 day before due", "1 jour avant l’échéance"),
            ("{} days before due", "{} jours avant l’échéance"),
        ),
        Level::DaysFromDue(days) => count(
            days.unsigned_abs(),
            ("1 day after due", "1 jour après l’échéance"),
            ("{} days after due", "{} jours après l’échéance"),
        ),
        Level::BeforeIssue(days) => count(
            days.unsigned_abs(),
            ("1 day before the document", "1 jour avant le document"),
            ("{} days before the document", "{} jours avant le document"),
        ),
        Level::DateUnknown => plain("not known", "inconnue"),
        Level::DateNamed(n) => count(
            n,
            ("date named in the text", "date nommée dans le texte"),
            ("dates of {} items named in the text", "dates de {} postes nommées dans le texte"),
        ),
        Level::OtherDateNamed => plain("another item’s date is named", "la date d’un autre poste est nommée"),
    }
}

fn cited(lang: Lang, items: u32, how: (&'static str, &'static str)) -> String {
    let how = lang.pick(how.0, how.1);
    match items {
        0 | 1 => fill(lang.pick("cited {}", "cité {}"), &[how]),
        n => fill(lang.pick("{} items cited {}", "{} postes cités {}"), &[&group(i128::from(n)), how]),
    }
}

/// Every obstacle once, with figures of nothing: for the documentation and its test.
pub const OBSTACLES: [Obstacle; 12] = [
    Obstacle::OtherDocumentCited(0),
    Obstacle::AmountOff(0),
    Obstacle::AlreadySettled(None),
    Obstacle::OtherPayer,
    Obstacle::DateOutside(0),
    Obstacle::Currency,
    Obstacle::Sign,
    Obstacle::PartOfBetterGroup,
    Obstacle::RivalTooClose(Weight(0)),
    Obstacle::Rule,
    Obstacle::BelowLevel(crate::model::Probability(0)),
    Obstacle::NotExamined,
];

/// What an obstacle means, in one sentence part.
#[rustfmt::skip]
pub fn obstacle_text(lang: Lang, obstacle: Obstacle) -> &'static str {
    let (english, french) = match obstacle {
        Obstacle::OtherDocumentCited(_) => ("the payment cites another document", "le paiement cite un autre document"),
        Obstacle::AmountOff(_) => ("the amount differs", "le montant diffère"),
        Obstacle::AlreadySettled(_) => ("already settled", "déjà soldé"),
        Obstacle::OtherPayer => ("the payer is somebody else", "le payeur est quelqu’un d’autre"),
        Obstacle::DateOutside(_) => ("the date is outside what is usual", "la date sort de l’ordinaire"),
        Obstacle::Currency => ("another currency", "une autre devise"),
        Obstacle::Sign => ("the wrong sign", "le mauvais signe"),
        Obstacle::PartOfBetterGroup => ("part of a group that explains the payment better", "partie d’un groupe qui explique mieux le paiement"),
        Obstacle::RivalTooClose(_) => ("a rival is too close", "un rival est trop proche"),
        Obstacle::Rule => ("a rule of the policy objects", "une règle de la politique s’y oppose"),
        Obstacle::BelowLevel(_) => ("not probable enough", "pas assez probable"),
        Obstacle::NotExamined => ("a limit ended the search first", "une limite a arrêté la recherche avant"),
    };
    lang.pick(english, french)
}

/// Every kind of hypothesis, for the documentation and its test.
pub const HYPOTHESIS_KINDS: [HypothesisKind; 13] = [
    HypothesisKind::Cited,
    HypothesisKind::PayerAmount,
    HypothesisKind::AmountOnly,
    HypothesisKind::ExactSum,
    HypothesisKind::Due,
    HypothesisKind::Part,
    HypothesisKind::Duplicate,
    HypothesisKind::OnAccount,
    HypothesisKind::Return,
    HypothesisKind::OwnTransfer,
    HypothesisKind::NotReceivable,
    HypothesisKind::None,
    HypothesisKind::Unlisted,
];

/// What a kind of hypothesis claims.
#[rustfmt::skip]
pub fn kind_name(lang: Lang, kind: HypothesisKind) -> &'static str {
    let (english, french) = match kind {
        HypothesisKind::Cited => ("the items that it cites", "les postes cités"),
        HypothesisKind::PayerAmount => ("one item of the payer with this amount", "un poste du payeur de ce montant"),
        HypothesisKind::AmountOnly => ("one item with this amount, payer unknown", "un poste de ce montant, payeur inconnu"),
        HypothesisKind::ExactSum => ("several items of the payer that add up", "plusieurs postes du payeur qui font la somme"),
        HypothesisKind::Due => ("everything due up to a date", "tout ce qui est échu à une date"),
        HypothesisKind::Part => ("part of an item", "une part d’un poste"),
        HypothesisKind::Duplicate => ("the same again: already settled before", "encore le même : déjà soldé"),
        HypothesisKind::OnAccount => ("money on the customer’s account", "un acompte au compte du client"),
        HypothesisKind::Return => ("an earlier receipt that came back", "un encaissement antérieur revenu"),
        HypothesisKind::OwnTransfer => ("a transfer between own accounts", "un virement entre comptes propres"),
        HypothesisKind::NotReceivable => ("not a customer’s money", "pas l’argent d’un client"),
        HypothesisKind::None => ("none of the loaded items", "aucun des postes chargés"),
        HypothesisKind::Unlisted => ("some equation that was not listed", "une équation non énumérée"),
    };
    lang.pick(english, french)
}

/// The name of a type of difference.
#[rustfmt::skip]
pub fn difference_name(lang: Lang, kind: DifferenceKind) -> &'static str {
    let (english, french) = match kind {
        DifferenceKind::OpenRest => ("open rest", "reste ouvert"),
        DifferenceKind::OnAccount => ("on account", "au compte du client"),
        DifferenceKind::Discount => ("cash discount", "escompte"),
        DifferenceKind::Fee => ("bank fee", "frais bancaires"),
        DifferenceKind::WriteOff => ("write-off", "passé en perte"),
        DifferenceKind::Fx => ("exchange difference", "écart de change"),
    };
    lang.pick(english, french)
}

/// What happens with a difference, with `{}` for its amount.
#[rustfmt::skip]
pub fn difference_effect(lang: Lang, kind: DifferenceKind) -> &'static str {
    let (english, french) = match kind {
        DifferenceKind::OpenRest => ("applied with what arrived; the rest of {} stays open", "lettré à hauteur de l’encaissement ; le reste de {} demeure ouvert"),
        DifferenceKind::OnAccount => ("the surplus of {} goes on the customer’s account", "l’excédent de {} va au compte du client"),
        DifferenceKind::Discount => ("the discount of {} is settled", "l’escompte de {} est soldé"),
        DifferenceKind::Fee => ("the fee of {} is settled as a bank fee", "les frais de {} sont soldés en frais bancaires"),
        DifferenceKind::WriteOff => ("{} is written off by an explicit policy", "{} passe en perte selon une règle explicite"),
        DifferenceKind::Fx => ("{} is an exchange difference", "{} est un écart de change"),
    };
    lang.pick(english, french)
}

/// The name of a bucket, for people.
pub fn bucket_name(lang: Lang, bucket: Bucket) -> &'static str {
    let (english, french) = match bucket {
        Bucket::Auto => ("automatic", "automatique"),
        Bucket::Review => ("to review", "à revoir"),
        Bucket::Unmatched => ("unmatched", "non lettré"),
        Bucket::NotReceivable => ("not receivable", "hors créances"),
    };
    lang.pick(english, french)
}
