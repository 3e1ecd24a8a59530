//! Labels and sentences of the summary, the waterfall and the HTML report.

use super::Lang;

labels! {
    Labels, LABELS;
    title: "Payments and open items", "État de lettrage / rapprochement";
    as_of: "as of {}", "arrêté au {}";
    run_line: "run {} · configuration {} · weights {} · lettrage {}", "exécution {} · configuration {} · poids {} · lettrage {}";
    account: "account", "compte";
    no_account: "(no account)", "(sans compte)";
    payments: "payments", "paiements";
    auto: "auto", "automatiques";
    review: "review", "à revoir";
    unmatched: "unmatched", "non lettrés";
    not_receivable: "not receivable", "hors créances";
    of_receivable: "of receivable", "des créances";
    amounts: "amounts", "montants";
    total: "total", "somme";
    all_accounts: "all", "ensemble";
    currency: "currency", "devise";
    bucket: "where", "où";
    count: "count", "nombre";
    money_in: "in", "entrées";
    money_out: "out", "sorties";
    net: "net", "solde";
    share: "share", "part";

    holds: "holds", "vérifié";
    fails: "fails", "en défaut";
    failed_heading: "Statement checks that fail", "Contrôles de relevé en défaut";
    failed_line: "check failed: {} · {}: {}", "contrôle en défaut : {} · {} : {}";
    proof_failed_line: "proof failed: {}", "preuve en défaut : {}";
    failed_why: "The result below is only as good as the statements. Look at these first.", "Le résultat ci-dessous ne vaut que ce que valent les relevés. Voir ceci d’abord.";
    checks_line: "statement checks: {} hold, {} fail, {} cannot be made", "contrôles des relevés : {} vérifiés, {} en défaut, {} impossibles";
    proof_statement: "statements add up and follow one another", "les relevés s’additionnent et se suivent";
    proof_coverage: "every payment is in one bucket; sums equal the statements", "chaque paiement a une seule place ; les sommes égalent les relevés";
    proof_book_to_bank: "bank statement = ledger, with what each has and the other not yet", "relevé de banque = grand livre, compte tenu de ce que l’un a et l’autre pas encore";
    proof_roll_forward: "open at start − cleared + new = open at end", "ouvert au début − soldé + nouveau = ouvert à la fin";
    proof_decisions: "decided by engine, people and rules = all that is settled", "décidé par le moteur, les personnes et les règles = tout ce qui est soldé";
    proof_items: "open items loaded = settled + paid in part + rest + untouched", "postes chargés = soldés + payés en partie + reste + inchangés";
    proof_equation: "each payment’s equation holds to the cent", "l’équation de chaque paiement tombe juste au centime";
    proof_application: "no item is applied beyond what was open", "aucun poste n’est lettré au-delà de son solde";
    amount_alone: "made on amount alone: {}", "lettrés sur le seul montant : {}";
    search_line: "search complete for {}, stopped by a limit for {}", "recherche complète pour {}, arrêtée par une limite pour {}";
    causes_line: "why not: {}", "pourquoi pas : {}";
    flags_line: "flags: {}", "signes : {}";
    files_line: "written: {}", "écrits : {}";
    next_review: "next: lettrage explain PAYMENT_ID --run DIR", "ensuite : lettrage explain PAYMENT_ID --run DIR";
    next_done: "nothing is left to look at", "plus rien à examiner";
    nothing_posted: "nothing was posted", "rien n’a été comptabilisé";
    run_short: "run {} · as of {}", "exécution {} · arrêté au {}";

    bank: "bank", "banque";
    decided_auto: "AUTO", "AUTO";
    decided_review: "REVIEW", "À REVOIR";
    decided_unmatched: "UNMATCHED", "NON LETTRÉ";
    decided_not_receivable: "NOT RECEIVABLE", "HORS CRÉANCES";
    proposed: "proposed", "proposé";
    applied: "applied", "lettré";
    nearest_one: "nearest", "plus proche";
    of_open: "{} of {}", "{} sur {}";
    due_on: "due {}", "échéance {}";
    weight: "weight", "poids";
    probability: "probability {}", "probabilité {}";
    margin: "margin {} bits", "marge {} bits";
    none_probability: "probability that no loaded item is meant: {}", "probabilité qu’aucun poste chargé ne soit visé : {}";
    returns_line: "returns the receipt {}: its items are open again", "retour de l’encaissement {} : ses postes sont rouverts";
    reason_line: "reason {}: {}", "motif {} : {}";
    why_not: "why not", "pourquoi pas";
    no_rivals: "no rival was kept", "aucun rival conservé";
    search_complete: "search complete: {} hypotheses weighed, {} shown", "recherche complète : {} hypothèses pesées, {} montrées";
    bound: "an estimate, because the search stopped: proved, and used, is {} at least", "une estimation, la recherche étant arrêtée : prouvé et retenu, {} au moins";
    searched: "search complete", "recherche complète";
    search_cut: "search stopped by a limit", "recherche arrêtée par une limite";
    search_stopped: "search stopped by a limit: {} hypotheses weighed, {} shown", "recherche arrêtée par une limite : {} hypothèses pesées, {} montrées";
    more_verbose: "(-v for all)", "(-v pour toutes)";
    payer_is: "payer {} {}", "payeur {} {}";

    h_proof: "Proof", "Preuve";
    h_where: "Where everything went", "Où tout est allé";
    h_causes: "Causes before lines", "Les causes avant les lignes";
    h_items: "Unmatched and to review", "Non lettrés et à revoir";
    h_ageing: "Open items by age, after this run", "Postes ouverts par âge, après cette exécution";
    h_flags: "Flags raised", "Signes levés";
    h_inputs: "Inputs and assumptions", "Fichiers lus et hypothèses de lecture";
    h_config: "Configuration and weights", "Configuration et poids";
    proof_intro: "Every payment stands in exactly one column; the columns add up to the account, and the account to its statements.", "Chaque paiement figure dans une seule colonne ; les colonnes font le compte, et le compte ses relevés.";
    statements_say: "statements", "relevés";
    ties: "ties", "égalité";
    ties_yes: "equal", "égal";
    ties_no: "differs", "diffère";
    ties_why: "~ Where payments and statements differ: a line that stands in two files counts once, or a statement is at fault; notes and checks in section 7 say which.", "~ Là où paiements et relevés diffèrent : une ligne présente dans deux fichiers compte une fois, ou un relevé est en cause ; les remarques et contrôles de la section 7 le disent.";
    identity: "identity", "identité";
    figures: "figures", "chiffres";
    where_intro: "Money by direction (left) and by what became of it (right), in {}.", "L’argent par sens (à gauche) et par sort (à droite), en {}.";
    causes_intro: "One cause often explains many lines. Work from the top.", "Une cause explique souvent bien des lignes. Commencer par le haut.";
    causes_none: "Nothing is unmatched, and nothing waits for review.", "Rien n’est non lettré, rien n’attend de revue.";
    reason: "reason", "motif";
    meaning: "meaning", "signification";
    action: "suggested action", "action suggérée";
    items_all: "{} payments, largest first", "{} paiements, les plus grands d’abord";
    items_cut: "The {} largest of {} are shown; the others are in unmatched.csv: {}.", "Les {} plus grands sur {} sont montrés ; les autres sont dans unmatched.csv : {}.";
    date: "date", "date";
    amount: "amount", "montant";
    payer_text: "payer and text", "payeur et libellé";
    nearest: "nearest candidates, and why not", "candidats les plus proches, et pourquoi pas";
    no_candidates: "no candidate", "aucun candidat";
    age_days: "{} days", "{} jours";
    not_due: "not due", "non échu";
    days_1_30: "1–30 days", "1–30 jours";
    days_31_60: "31–60 days", "31–60 jours";
    days_61_90: "61–90 days", "61–90 jours";
    days_over_90: "over 90 days", "plus de 90 jours";
    no_due_date: "no due date", "sans échéance";
    open_invoices: "open invoices", "factures ouvertes";
    credit_notes: "credit notes", "avoirs";
    on_account: "on account", "acomptes";
    balance: "balance", "solde net";
    ageing_intro: "Days past the due date on {}. Credit notes and money on account stand apart; they are not netted against age.", "Jours de retard au {}. Les avoirs et les acomptes sont à part, sans compensation avec l’ancienneté.";
    ageing_none: "No item is open.", "Aucun poste n’est ouvert.";
    items_word: "items", "postes";
    flag: "flag", "signe";
    flags_none: "No flag was raised.", "Aucun signe levé.";
    role: "role", "rôle";
    role_statement: "statement", "relevé";
    role_invoices: "invoices", "factures";
    role_customers: "customers", "clients";
    role_ledger: "ledger", "grand livre";
    file: "file", "fichier";
    format: "format", "format";
    bytes: "bytes", "octets";
    records: "records", "enregistrements";
    statement: "statement", "relevé";
    period: "period", "période";
    opening: "opening", "solde initial";
    booked: "booked", "mouvements";
    closing: "closing", "solde final";
    adds_up: "adds up", "s’additionne";
    cannot_say: "cannot be said", "indéterminé";
    assumptions: "Assumptions and notes", "Hypothèses et remarques";
    passed_over: "Passed over:", "Laissés de côté :";
    checks: "Checks of the statements", "Contrôles des relevés";
    check_balance: "balance", "soldes";
    check_continuity: "continuity", "continuité";
    check_control_total: "control total", "total de contrôle";
    check_batch: "batch", "remise";
    note_assumed: "assumed", "supposé";
    note_said: "note", "remarque";
    note_warning: "warning", "attention";
    config_intro: "Effective values; the whole is in run.json.", "Valeurs effectives ; le tout est dans run.json.";
    signs: "Signs: ✓ holds or automatic, ~ for a person to judge, ✗ fails or unmatched, – not a customer’s money. Colour says nothing that a sign does not.", "Signes : ✓ vérifié ou automatique, ~ à juger par une personne, ✗ en défaut ou non lettré, – pas l’argent d’un client. La couleur ne dit rien qu’un signe ne dise.";
    other_causes: "other causes", "autres causes";
    footer: "Nothing was posted. The same inputs, configuration and program give the same bytes.", "Rien n’a été comptabilisé. Mêmes fichiers, même configuration et même programme donnent les mêmes octets.";
}

/// The name of a part of a proof. The auditor names parts in English; a name that is not known here stays as it is.
pub fn part_name(lang: Lang, name: &str) -> &str {
    const NAMES: [(&str, &str, &str); 16] = [
        ("auto", "auto", "automatique"),
        ("review", "review", "à revoir"),
        ("unmatched", "unmatched", "non lettré"),
        ("not_receivable", "not receivable", "hors créances"),
        ("settled", "settled", "soldés"),
        ("paid in part", "paid in part", "payés en partie"),
        ("rest of those", "rest of those", "reste de ceux-ci"),
        ("untouched", "untouched", "inchangés"),
        ("held", "hold", "vérifiés"),
        ("failed", "fail", "en défaut"),
        ("not possible", "cannot be made", "impossibles"),
        ("equations", "equations", "équations"),
        ("applications", "applications", "lettrages"),
        ("opening", "opening", "solde initial"),
        ("entries", "entries", "mouvements"),
        ("closing", "closing", "solde final"),
    ];
    NAMES.iter().find(|(known, ..)| *known == name).map_or(name, |(_, english, french)| lang.pick(english, french))
}
