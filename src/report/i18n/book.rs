//! Labels of what people read of a book: the report of a month, the listings, proofs and the log.

use super::Lang;
use crate::model::{Author, BridgeKind, DecisionKind, Month, ProofId, Standing};

labels! {
    BookLabels, BOOK_LABELS;
    title: "Reconciliation", "État de rapprochement";
    title_month: "Reconciliation · {}", "État de rapprochement · {}";
    as_of: "as of {}", "arrêté au {}";
    whole_book: "the whole book", "tout le livre";
    open_month: "{} is not closed", "{} n’est pas clos";
    closed_month: "{} is closed, seal {}", "{} est clos, sceau {}";
    made_at: "made {} · times of the log are UTC", "établi le {} · heures du journal en UTC";
    times_utc: "times of the log are UTC", "heures du journal en UTC";
    run: "run {}", "exécution {}";
    no_run: "no run yet", "aucune exécution";
    rules_hash: "rules {}", "règles {}";
    head: "head of the log {}", "tête du journal {}";
    program: "lettrage {}", "version de lettrage : {}";
    inputs_hash: "{} input files, together {}", "{} fichiers lus, ensemble {}";
    inputs_more: "{} more in section 9", "{} autres en section 9";
    sign_off: "preparer ____________________ reviewer ____________________", "préparé par ____________________ revu par ____________________";
    sign_note: "Names in the log are what people said at the command line: signatures are given here.", "Les noms du journal sont ceux donnés à la ligne de commande : la signature se donne ici.";

    h_fails: "What does not hold", "Ce qui n’est pas vérifié";
    h_proof: "Proof", "Preuve";
    h_where: "Where every line went", "Où est allée chaque ligne";
    h_age: "Open, by age", "Ouvert, par âge";
    h_causes: "Causes", "Les causes";
    h_items: "Items", "Postes à traiter";
    h_carried: "Carried from {}", "Reporté de {}";
    h_carried_first: "Carried from the month before", "Reporté du mois précédent";
    h_people: "Decided by people", "Décidé par des personnes";
    h_differences: "Differences settled, by account", "Différences soldées, par compte";
    h_inputs: "Inputs", "Fichiers lus";
    h_rules: "Rules", "Règles";
    h_sample: "Sample for the auditor", "Échantillon pour l’auditeur";

    sheet_proof: "Proof", "Preuve";
    sheet_where: "Where", "Destination";
    sheet_age: "Ageing", "Balance âgée";
    sheet_causes: "Reasons", "Motifs";
    sheet_payments: "Open payments", "Paiements ouverts";
    sheet_items: "Open items", "Postes ouverts";
    sheet_carried: "Carried", "Reports";
    sheet_people: "Decisions", "Décisions";
    sheet_differences: "Differences", "Différences";
    sheet_inputs: "Inputs", "Fichiers";
    sheet_rules: "Rules", "Règles";
    sheet_sample: "Sample", "Échantillon";

    unexplained: "unexplained difference {}", "écart inexpliqué {}";
    bridge: "{} · {} · ledger {}", "{} · {} · grand livre {}";
    bank_statement: "bank statement, {}", "relevé de banque, {}";
    ledger_balance: "ledger {}, {}", "grand livre {}, {}";
    adjusted: "adjusted", "rectifié";
    bank_side: "bank", "banque";
    ledger_side: "ledger", "grand livre";
    not_possible: "– {} cannot be made: {}", "– {} impossible : {}";
    first_of: "shown: {} of {}", "montrées : {} sur {}";
    proof: "proof", "preuve";
    proofs_all: "all {} proofs hold", "les {} preuves sont vérifiées";
    proofs_some: "{} of {} proofs do not hold", "{} preuves sur {} en défaut";
    proofs_none: "no proof was made", "aucune preuve n’a été faite";

    proof_items: "items listed = ledger; listed − settled since − on account = open", "postes listés = grand livre ; listés − soldés depuis − au compte des clients = ouverts";
    line: "line", "ligne";
    lines: "lines", "lignes";
    decided: "decided", "décidé";
    statement: "statement", "relevé";
    standing: "where", "où";
    closing: "closing balance", "solde de clôture";
    standing_of: "{} · closing balance {} on {}", "{} · solde de clôture {} au {}";
    everything: "every line", "toutes les lignes";
    nothing_there: "No line.", "Aucune ligne.";

    age: "age", "âge";
    bank_lines: "Open bank lines by value date · {}", "Lignes de banque ouvertes par date de valeur · {}";
    open_items: "Open items by due date, each with its number · {}", "Postes ouverts par échéance, chacun avec son nombre · {}";
    days_0_7: "0–7 days", "0–7 jours";
    days_8_30: "8–30 days", "8–30 jours";
    no_open_lines: "No bank line is open.", "Aucune ligne de banque n’est ouverte.";
    no_open_items: "No item is open.", "Aucun poste n’est ouvert.";
    days: "{} d", "{} j";
    open_headline: "bank lines: {} · items: {}", "lignes de banque : {} · postes : {}";

    causes_headline: "open lines: {}", "lignes ouvertes : {}";
    cause_held: "A person set it aside until a day.", "Mis de côté par une personne jusqu’à une date.";
    cause_held_short: "held", "mis de côté";
    cause_held_action: "Decide on that day.", "Décider à cette date.";
    cause_new: "No run has looked at it yet.", "Aucune exécution ne l’a encore examiné.";
    cause_new_short: "not looked at yet", "pas encore examiné";
    cause_new_action: "lettrage run", "lancer : lettrage run";

    who_text: "payer, text, identifier", "payeur, libellé, identifiant";
    nearest: "nearest, and what is in the way", "le plus proche, et ce qui s’y oppose";
    what_to_do: "what to do", "à faire";
    items_cut: "The {} largest of {} are shown. All of them are in the workbook and in the CSV.", "Les {} plus grands sur {} sont montrés. Tous figurent dans le classeur et dans le CSV.";
    none_open: "Nothing is open.", "Rien n’est ouvert.";
    held_until: "held until {}", "mis de côté jusqu’au {}";
    held_open_end: "held", "en attente";
    missing_items: "In no list any more, and nobody has said why", "Dans aucune liste désormais, et personne n’a dit pourquoi";
    held_items: "Items set aside by a person", "Postes mis de côté par une personne";
    missing_action: "Say what became of it: settle it with a reason, or import a list that has it.", "Dire ce qu’il est devenu : le solder avec un motif, ou importer une liste où il figure.";
    missing_from: "not in {}", "absent de {}";
    proposal_of: "proposed: {}", "proposé : {}";
    cut_short: "{} {} in, {} out", "{} {} entrées, {} sorties";

    carried_headline: "{} open, {} cleared, {} still open", "{} ouverts, {} soldés, {} encore ouverts";
    carried_none: "Nothing was open when the month began.", "Rien n’était ouvert au début du mois.";
    carried_unknown: "No month before was closed: there is nothing to carry forward.", "Aucun mois précédent n’est clos : rien à reporter.";
    roll_forward: "Roll-forward · {} · {}", "Évolution · {} · {}";
    at_start: "open at start", "ouvert au début";
    cleared: "cleared", "soldé";
    new: "new", "nouveau";
    at_end: "open at end", "ouvert à la fin";
    open_before: "open before", "ouvert avant";
    open_now: "open now", "ouvert à ce jour";
    became: "what became of it", "ce qu’il est devenu";
    still_open: "still open", "encore ouvert";
    carried_list: "Each of them · {} · {}", "Chacun d’eux · {} · {}";
    payments_kind: "bank lines", "lignes de banque";
    items_kind: "items", "postes";

    people_headline: "decisions: {} · people: {}", "décisions : {} · personnes : {}";
    people_none: "No person has decided anything.", "Aucune personne n’a rien décidé.";
    by_whom: "By whom · {}", "Par qui · {}";
    decisions: "Decisions that stand · {}", "Décisions en vigueur · {}";
    operations: "Entries of the log by people", "Entrées du journal dues à des personnes";
    who: "who", "qui";
    what: "what", "quoi";
    why: "why", "pourquoi";
    when: "when", "quand";
    op: "op", "n°";
    undone: "undone by {}", "annulé par {}";
    subject: "about", "objet";
    to_items: "to what", "vers quoi";
    amount_bank: "bank amount", "montant banque";

    differences_none: "No difference was settled, and no money went outside the receivables.", "Aucune différence soldée, aucune somme hors créances.";
    settled_differences: "Differences · {}", "Différences · {}";
    settled_items: "Items settled without a payment · {}", "Postes soldés sans paiement · {}";
    outside_money: "Money that is no customer’s, or has a known home · {}", "Sommes hors créances, ou de destination connue · {}";
    ledger_account: "ledger account", "compte du grand livre";
    default_account: "(default)", "(par défaut)";
    no_reason: "(no reason given)", "(sans motif)";
    settled: "settled", "soldé";
    effect: "gain or loss", "gain ou perte";

    inputs_headline: "files: {}", "fichiers : {}";
    inputs_none: "Nothing was imported.", "Rien n’a été importé.";
    notes: "assumed, left out, odd", "supposé, laissé de côté, inhabituel";
    rules_headline: "rules: {}", "règles : {}";
    rules_none: "No rule is in force.", "Aucune règle en vigueur.";
    rule: "rule", "règle";
    condition: "what it claims", "ce qu’elle vise";
    used: "lines", "lignes visées";

    sample_headline: "{} of {} decisions of the engine, drawn by the seed {}", "{} décisions du moteur sur {}, tirées avec la graine {}";
    sample_none: "The engine has decided nothing: there is nothing to draw from.", "Le moteur n’a rien décidé : rien à tirer.";
    sample_how: "To draw it again: for every decision of the engine take BLAKE3 of seed|payment identifier, sort by it, and keep the first {}.", "Pour refaire le tirage : de chaque décision du moteur, prendre BLAKE3 de graine|identifiant du paiement, trier, et garder les {} premières.";
    evidence: "evidence", "indices";

    level_off: "auto_level {}, as configured; calibration is switched off", "auto_level {}, comme configuré ; l’étalonnage est désactivé";
    level_configured: "auto_level {}, as configured", "auto_level {}, comme configuré";
    level_tightened: "auto_level {} → {}: {} of {} automatic applications from {} on were found wrong by people", "auto_level {} → {} : {} lettrages automatiques sur {} à partir de {} ont été jugés faux par des personnes";
    level_slice: "auto_level {} → {}: {} of {} automatic applications from {} to {} were found wrong by people, more than stated", "auto_level {} → {} : {} lettrages automatiques sur {} de {} à {} ont été jugés faux par des personnes, plus qu’annoncé";
    level_loosened: "auto_level {} → {}: {} audited at random and {} decided proposals, {} of them wrong: right at least {} (95 %)", "auto_level {} → {} : {} audités au hasard et {} propositions décidées, dont {} fausses : justes au moins à {} (95 %)";
    calibrated_none: "Stated probabilities only: no person has decided a proposal one by one yet.", "Probabilités annoncées seulement : aucune proposition n’a encore été décidée une à une par une personne.";
    calibrated_on: "Calibrated on {} proposals that people decided one by one, {} of them as proposed.", "Étalonné sur {} propositions décidées une à une par des personnes, dont {} comme proposé.";
    calibrated_automatic: "People found {} of {} automatic applications wrong. Audited at random: {}, {} of them wrong.", "Des personnes ont jugé faux {} lettrages automatiques sur {}. Audités au hasard : {}, dont {} faux.";
    calibrated_bulk: "{} accepted in bulk: no evidence.", "{} acceptés en bloc : sans valeur de preuve.";
    calibrated_incomplete: "Samples that do not count because they are not complete: {}.", "Échantillons non comptés parce qu’incomplets : {}.";
    calibrated_undone: "Samples drawn and taken back: {}.", "Échantillons tirés puis retirés : {}.";

    check_sum: "{} does not add up: {} is stated, its rows make {}", "{} ne tombe pas juste : {} est indiqué, ses lignes font {}";
    check_open: "{}: {} open lines of this month are counted, {} are listed", "{} : {} lignes ouvertes de ce mois sont comptées, {} sont listées";
    check_open_money: "{}: open lines of this month make {}, those listed make {}", "{} : les lignes ouvertes de ce mois font {}, celles listées font {}";
    check_carried: "{} was carried forward, is said to be open with {}, and is listed with {}", "{} est reporté, serait ouvert pour {}, et est listé pour {}";
    check_ageing: "ageing", "balance âgée";

    signs: "Signs: ✓ holds, ✗ does not. Colour says nothing that a sign does not.", "Signes : ✓ vérifié, ✗ en défaut. La couleur ne dit rien qu’un signe ne dise.";
    footer: "The same book, program and date give the same bytes.", "Même livre, même programme et même date donnent les mêmes octets.";

    l_id: "id", "identifiant";
    l_item: "item", "poste";
    l_customer: "customer", "client";
    l_text: "payer / text", "payeur / libellé";
    l_number: "number", "numéro";
    l_due: "due", "échéance";
    l_open: "open", "ouvert";
    l_obstacle: "obstacle", "obstacle";
    l_nearest: "nearest", "plus proche";
    l_account: "account", "compte";
    l_money: "{} in, {} out", "{} entrées, {} sorties";
    l_more_lines: "{} lines", "{} lignes";
    l_one_line: "1 line", "1 ligne";
    l_more_items: "{} items", "{} postes";
    l_one_item: "1 item", "1 poste";
    l_ages: "{} new, {} carried", "{} nouvelles, {} reportées";
    l_shown: "{} shown", "{} affichées";
    l_all: "all of them: {}", "toutes : {}";
    l_nothing: "nothing to list", "rien à lister";
    st_oldest: "oldest open line {} days", "ligne ouverte la plus ancienne : {} jours";
    st_all: "nothing is open", "rien n’est ouvert";
    st_next: "next: {}", "ensuite : {}";
    st_no_accounts: "the book has no payments yet", "le livre n’a pas encore de paiements";
    st_decided: "decided", "décidées";
    st_statement: "statement", "contrôle relevé";
    log_none: "the log is empty", "le journal est vide";
    log_undone: "undone by {}", "annulé par {}";
}

/// A month as people name it: `June 2026`, in French `juin 2026`.
pub fn month(lang: Lang, month: Month) -> String {
    #[rustfmt::skip]
    const NAMES: [(&str, &str); 12] = [
        ("January", "janvier"), ("February", "février"), ("March", "mars"), ("April", "avril"), ("May", "mai"), ("June", "juin"),
        ("July", "juillet"), ("August", "août"), ("September", "septembre"), ("October", "octobre"), ("November", "novembre"),
        ("December", "décembre"),
    ];
    let (english, french) = NAMES[(month.month.max(1) - 1) as usize % 12];
    format!("{} {}", lang.pick(english, french), month.year)
}

/// Where a payment stands, for people.
pub fn standing_name(lang: Lang, standing: Standing) -> &'static str {
    let (english, french) = match standing {
        Standing::Matched => ("matched", "lettrés"),
        Standing::ByRule => ("by rule", "par règle"),
        Standing::Outside => ("outside", "hors créances"),
        Standing::Review => ("to review", "à revoir"),
        Standing::Unmatched => ("unmatched", "non lettrés"),
        Standing::Held => ("held", "en attente"),
        Standing::New => ("new", "nouveaux"),
    };
    lang.pick(english, french)
}

/// Where a single payment stands, for people.
pub fn standing_word(lang: Lang, standing: Standing) -> &'static str {
    match (lang, standing) {
        (Lang::Fr, Standing::Matched) => "lettré",
        (Lang::Fr, Standing::Unmatched) => "non lettré",
        (Lang::Fr, Standing::New) => "nouveau",
        _ => standing_name(lang, standing),
    }
}

/// What was decided, for people.
pub fn decision_name(lang: Lang, kind: DecisionKind) -> &'static str {
    let (english, french) = match kind {
        DecisionKind::Apply => ("matched", "lettré"),
        DecisionKind::Outside => ("outside", "hors créances"),
        DecisionKind::Return => ("return", "retour"),
        DecisionKind::Hold => ("held", "en attente"),
        DecisionKind::Reject => ("rejected", "refusé"),
        DecisionKind::Settle => ("settled", "soldé"),
    };
    lang.pick(english, french)
}

/// A word of a table of words; one that is not known stays as it is.
fn known<'a>(lang: Lang, words: &[(&str, &'static str, &'static str)], word: &'a str) -> &'a str {
    words.iter().find(|(known, ..)| *known == word).map_or(word, |(_, english, french)| lang.pick(english, french))
}

/// The short name of an identity, as it stands before its figures.
pub fn proof_short(lang: Lang, id: ProofId) -> &'static str {
    let (english, french) = match id {
        ProofId::Statement => ("statement", "relevé"),
        ProofId::Coverage => ("coverage", "couverture"),
        ProofId::BookToBank => ("book to bank", "livres et banque"),
        ProofId::Items => ("sub-ledger", "auxiliaire"),
        ProofId::RollForward => ("roll-forward", "évolution"),
        ProofId::Decisions => ("decisions", "décisions"),
        ProofId::Equation => ("equations", "équations"),
        ProofId::Application => ("applications", "lettrages"),
    };
    lang.pick(english, french)
}

/// Who decided, for people.
pub fn author_name(lang: Lang, author: Author) -> &'static str {
    let (english, french) = match author {
        Author::Engine => ("by engine", "par le moteur"),
        Author::Rule => ("by rule", "par règle"),
        Author::Person => ("by people", "par des personnes"),
    };
    lang.pick(english, french)
}

/// The name of a part of a proof of a book. A name that neither this nor [`part_name`](super::part_name) knows stays as it is.
pub fn book_part_name(lang: Lang, name: &str) -> &str {
    const NAMES: [(&str, &str, &str); 11] = [
        ("payments open at start", "lines open at start", "lignes ouvertes au début"),
        ("items open at start", "items open at start", "postes ouverts au début"),
        ("cleared", "cleared", "soldés"),
        ("raised", "raised", "augmentés"),
        ("new", "new", "nouveaux"),
        ("in", "in", "entrées"),
        ("out", "out", "sorties"),
        ("ledger", "ledger", "grand livre"),
        ("listed", "listed", "listés"),
        ("settled since", "settled since", "soldé depuis"),
        ("on account", "on account", "au compte des clients"),
    ];
    super::part_name(lang, known(lang, &NAMES, name))
}

/// What an operation of the log is, for people.
pub fn operation_name(lang: Lang, kind: &str) -> &str {
    const NAMES: [(&str, &str, &str); 20] = [
        ("import", "import", "import"),
        ("run", "run", "exécution"),
        ("accept", "accept", "accord"),
        ("reject", "reject", "refus"),
        ("settle", "settle", "solde"),
        ("split", "split", "partage"),
        ("hold", "hold", "attente"),
        ("note", "note", "note"),
        ("undo", "undo", "annulation"),
        ("approve", "approve", "approbation"),
        ("post", "post", "écritures"),
        ("confirm", "confirm", "accusé"),
        ("close", "close", "clôture"),
        ("reopen", "reopen", "réouverture"),
        ("init", "init", "création"),
        ("outside", "outside", "hors créances"),
        ("sample", "sample", "tirage"),
        ("audit", "audit", "audit"),
        ("forget", "forget", "oubli"),
        ("recall", "recall", "rappel"),
    ];
    known(lang, &NAMES, kind)
}

/// What a file was loaded as, for people.
pub fn role_name(lang: Lang, role: &str) -> &str {
    const NAMES: [(&str, &str, &str); 4] = [
        ("statement", "statement", "relevé"),
        ("invoices", "invoices", "factures"),
        ("customers", "customers", "clients"),
        ("ledger", "general ledger", "grand livre"),
    ];
    known(lang, &NAMES, role)
}

/// Why lines stand on one side of the bank reconciliation only.
pub fn bridge_name(lang: Lang, kind: BridgeKind) -> &'static str {
    let french = match kind {
        BridgeKind::NotAtBank => "dans les livres, pas encore en banque",
        BridgeKind::NotDebited => "payé dans les livres, non débité",
        BridgeKind::ToPost => "lettré, à comptabiliser",
        BridgeKind::ReceiptNotInBooks => "encaissements absents des livres",
        BridgeKind::PaymentNotInBooks => "décaissements absents des livres",
        BridgeKind::Outside => "hors créances",
        BridgeKind::ByRule => "frais et autres, par règle",
    };
    lang.pick(kind.words(), french)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_words_are_in_both_languages() {
        let june = Month { year: 2026, month: 6 };
        assert_eq!((month(Lang::En, june), month(Lang::Fr, june)), ("June 2026".into(), "juin 2026".into()));
        for standing in Standing::ALL {
            assert_ne!(standing_name(Lang::En, standing), standing_name(Lang::Fr, standing));
        }
        for kind in DecisionKind::ALL {
            assert_ne!(decision_name(Lang::En, kind), decision_name(Lang::Fr, kind));
        }
        for kind in BridgeKind::ALL {
            assert_ne!(bridge_name(Lang::En, kind), bridge_name(Lang::Fr, kind));
        }
        assert_eq!(book_part_name(Lang::Fr, "settled since"), "soldé depuis");
        assert_eq!(book_part_name(Lang::Fr, "written by hand"), "written by hand");
        assert_eq!(operation_name(Lang::Fr, "undo"), "annulation");
        assert_eq!(role_name(Lang::En, "ledger"), "general ledger");
    }
}
