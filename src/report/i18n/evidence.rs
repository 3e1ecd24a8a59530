//! Evidence in words: levels, obstacles, kinds, differences, buckets.

use super::{Lang, fill, group, minor};
use crate::model::stage::Pattern;
use crate::model::{
    Bucket, Currency, DifferenceKind, DueRule, EndOfMonth, Field, Hypothesis, HypothesisKind, Level, Obstacle, Weight,
};

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

/// A due rule that has an end of month in it, for behind the date it gives: the same wording has two readings. `None` for plain days.
pub fn due_rule(lang: Lang, rule: DueRule) -> Option<String> {
    let count = |n: u32, english: [&'static str; 2], french: [&'static str; 2]| {
        let many = usize::from(n > 1);
        (n > 0).then(|| fill(lang.pick(english[many], french[many]), &[&n.to_string()]))
    };
    let months = count(rule.months.into(), ["{} month", "{} months"], ["{} mois", "{} mois"]);
    let days = count(rule.days.into(), ["{} day", "{} days"], ["{} jour", "{} jours"]);
    let span: Vec<String> = months.into_iter().chain(days).collect();
    let (span, end) = (span.join(lang.pick(" and ", " et ")), lang.pick("end of month", "fin de mois"));
    let then = lang.pick(", then ", ", puis ");
    let text = match rule.end_of_month {
        EndOfMonth::None => return None,
        _ if span.is_empty() => end.to_string(),
        EndOfMonth::DaysFirst => format!("{span}{then}{end}"),
        EndOfMonth::MonthFirst => format!("{end}{then}{span}"),
        EndOfMonth::Either => format!("{span} {end}"),
    };
    Some(match rule.day {
        0 => text,
        day => format!("{text}{}", fill(lang.pick(", on day {}", ", le {}"), &[&day.to_string()])),
    })
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
        Level::SetOf { pattern, items, of, .. } => set_of(lang, pattern, items, of),
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
        Level::CitedAmongOthers(n) => count(
            n,
            ("the cited item, among others", "le poste cité, parmi d’autres"),
            ("the {} cited items, among others", "les {} postes cités, parmi d’autres"),
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

/// What a set of items is among all that are owed.
fn set_of(lang: Lang, pattern: Pattern, items: u32, of: u32) -> String {
    let text = match pattern {
        Pattern::Any => lang.pick("any {} of {} items", "{} postes quelconques sur {}"),
        Pattern::AllOpen => lang.pick("all that is open: {} of {} items", "tout ce qui est ouvert : {} postes sur {}"),
        Pattern::AllDue => lang.pick("all that is due: {} of {} items", "tout ce qui est échu : {} postes sur {}"),
        Pattern::Oldest => lang.pick("the {} oldest of {} items", "les {} plus anciens de {} postes"),
        Pattern::Run => lang.pick("{} in a row, of {} items", "{} à la suite, sur {} postes"),
        Pattern::Named => lang.pick("of the period named: {} of {} items", "de la période nommée : {} postes sur {}"),
    };
    fill(text, &[&group(i128::from(items)), &group(i128::from(of))])
}

/// Why a sum that comes out proves little or much: how many sets there are, and how many would come out by accident.
pub fn set_text(lang: Lang, level: Level) -> Option<String> {
    let Level::SetOf { pattern, items, of, accidents } = level else { return None };
    let of_text = group(i128::from(of));
    let Some(thousandths) = accidents else {
        let sets = match pattern {
            Pattern::AllOpen | Pattern::Named => 1,
            Pattern::AllDue => 3,
            Pattern::Oldest => u64::from(of),
            // From any item to any later one, by due date or by date of the document.
            Pattern::Any | Pattern::Run => u64::from(of) * u64::from(of.saturating_sub(1)),
        };
        let text = lang.pick(
            "sets of this kind: {} at most, so that hardly one adds up by accident",
            "ensembles de cette sorte : {} au plus ; rares sont ceux qui tombent juste",
        );
        return Some(fill(text, &[&group(i128::from(sets))]));
    };
    let sets = sets_of(items, of).map_or_else(|| fill(lang.pick("over {}", "plus de {}"), &[&group(MANY_SETS)]), group);
    let mark = lang.pick(".", ",");
    let by_accident = match thousandths {
        0 => format!("0{mark}001"),
        1..=9_999 => format!("{}{mark}{:03}", thousandths / 1000, thousandths % 1000),
        more => group(i128::from(more / 1000)),
    };
    let text = match thousandths {
        0 => lang.pick(
            "{} sets of {} out of {}; fewer than {} add up to this amount by accident",
            "{} ensembles de {} sur {} ; moins de {} font cette somme par hasard",
        ),
        _ => lang.pick(
            "{} sets of {} out of {}; about {} add up to this amount by accident",
            "{} ensembles de {} sur {} ; environ {} font cette somme par hasard",
        ),
    };
    Some(fill(text, &[&sets, &group(i128::from(items)), &of_text, &by_accident]))
}

/// Sets beyond this number are not counted.
const MANY_SETS: i128 = 1_000_000_000;

/// How many sets of so many can be made out of `of`; `None` where they are too many to be counted.
fn sets_of(items: u32, of: u32) -> Option<i128> {
    let mut sets: i128 = 1;
    for n in 0..i128::from(items.min(of - items.min(of))) {
        sets = sets * (i128::from(of) - n) / (n + 1);
        if sets > MANY_SETS {
            return None;
        }
    }
    Some(sets)
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
        HypothesisKind::Due => ("what is due, the oldest, or items in a row", "ce qui est échu, le plus ancien, ou une suite de postes"),
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

/// What an hypothesis without items claims: of the equations that are not listed, those with what is cited stand apart.
pub fn claim(lang: Lang, hypothesis: &Hypothesis) -> &'static str {
    match hypothesis.terms.iter().any(|t| matches!(t.level, Level::CitedAmongOthers(_))) {
        true => lang.pick(
            "what it cites, with others or less something",
            "ce qui est cité, avec d’autres ou moins une retenue",
        ),
        false => kind_name(lang, hypothesis.kind),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pattern: Pattern, items: u32, of: u32, accidents: Option<u32>) -> Level {
        Level::SetOf { pattern, items, of, accidents }
    }

    #[test]
    fn a_set_says_its_kind_and_how_many_there_are() {
        let any = set(Pattern::Any, 6, 24, Some(412));
        assert_eq!(level_text(Lang::En, any, Currency::EUR), "any 6 of 24 items");
        let text = |level, lang| set_text(lang, level).unwrap().replace('\u{202f}', " ");
        assert_eq!(text(any, Lang::En), "134 596 sets of 6 out of 24; about 0.412 add up to this amount by accident");
        let many = set(Pattern::Any, 20, 200, Some(7_123_456));
        assert_eq!(
            text(many, Lang::En),
            "over 1 000 000 000 sets of 20 out of 200; about 7 123 add up to this amount by accident"
        );
        assert!(text(set(Pattern::Any, 2, 9, Some(0)), Lang::Fr).contains("moins de 0,001"));
        assert!(text(set(Pattern::AllDue, 6, 24, None), Lang::En).contains(": 3 at most"));
        assert!(text(set(Pattern::Run, 6, 24, None), Lang::En).contains(": 552 at most"));
        assert_eq!(set_text(Lang::En, Level::OneOf(3)), None);
    }

    #[test]
    fn sets_are_counted_until_they_are_too_many() {
        assert_eq!((sets_of(2, 4), sets_of(5, 5), sets_of(3, 2)), (Some(6), Some(1), Some(1)));
        assert_eq!(sets_of(100, 200), None);
    }
}
