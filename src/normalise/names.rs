//! Names of companies and people, as tokens.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::FixedState;

use crate::model::key::{NameToken, TokenSort};

use super::text::fold;

/// Legal forms, forms of address, articles and the like: they tell companies apart from people, not from one another. In the
/// order of the alphabet, umlauts as [`one_umlaut`] leaves them.
const LEGAL_FORMS: &str = "AB AG AKTIENGESELLSCHAFT AMBA AND ANONIMA ANS APS AS ASA ASBL ASSOC ASSOCIATION AUX BT BV BVBA C CIC CIE CO \
    COMPAGNIE COMPANY COOP COOPERATIE COOPERATIVA COOPERATIVE CORP CORPORATION CV D DA DAS DD DE DEGLI DEI DEL \
    DELLA DELLE DELLO DEM DEN DER DES DHR DI DIE DO DOO DOS DU E EARL EG EHF EI EIRL EK EKFM EKFR EL EN ENK EOOD \
    EPE ET ETABLISSEMENTS ETS EURL EV FA FIRMA FOR FRAU GAC GBR GESELLSCHAFT GGMBH GIE GMBH HAFTUNGSBESCHRANKT \
    HB HERR HET HF I INC INCORPORATED INH INHABER IS IVS KB KFT KG KGAA KK KS KY L LA LAS LDA LE LES LIMITADA \
    LIMITED LLC LLP LOS LP LTD LTDA MAATSCHAP MADAME MBB MBH MEVR MLLE MME MONSIEUR MR MRS MS NV OF OG OHG OOD \
    OU OY OYJ PARTG PLC PTE PTY PVT SA SAD SAPA SARL SAS SASU SAU SC SCA SCCL SCI SCIC SCM SCOP SCP SCRL SCS SDF \
    SE SEL SELARL SELAS SIA SIG SJ SL SLL SLNE SLP SLU SNC SOC SOCIEDAD SOCIEDADE SOCIETA SOCIETE SP SPA SPK \
    SPRL SPZOO SR SRA SRL SRLS SRO SS STE TEN TER THE TMI UAB UG UND UNIPESSOAL VAN VOF VOM VON VVAG VZW Y ZOO \
    ZRT ZU ZUM ZUR";

/// Words of the trade that many companies share: they say little even when few of the loaded customers bear them. In the order of
/// the alphabet, umlauts as [`one_umlaut`] leaves them.
const TRADE_WORDS: &str = "ADVIES ASSOCIATES ASSOCIES ATELIER ATELIERS BACKEREI BAKERY BAKKERIJ BATIMENT BAU BAUUNTERNEHMEN BERATUNG \
    BETRIEB BETRIEBE BOULANGERIE BOUW BOUWBEDRIJF BROS BROTHERS BUILDERS CAFE CENTER CENTRE CENTRUM COMERCIAL \
    COMMERCE COMMERCIALE CONSEIL CONSTRUCCIONES CONSTRUCOS CONSTRUCTION CONSTRUCTIONS CONSULTANTS CONSULTING \
    CONSULTORIA COSTRUZIONI DESIGN DEUTSCHLAND DIENSTEN DIENSTLEISTUNGEN DIGITAL DISTRIBUTION DRUCKEREI \
    DRUKKERIJ ELECTRIC ELECTRICITE ELEKTRO ELEKTROTECHNIK ENERGIA ENERGIE ENERGY ENGINEERING ENTERPRISE \
    ENTERPRISES ENTREPRISE ENTREPRISES ESPANA EUROPA EUROPE FIGLI FILHOS FILS FINANCE FINANCIAL FOOD FOODS \
    FORNITURE FRANCE FRATELLI FREIGHT FRERES GARAGE GEBRODERS GEBRUDER GENERAL GENERALE GESTION GLOBAL GROP \
    GROUP GROUPE GRUPO GRUPPE GRUPPO HANDEL HANDELS HANDELSGESELLSCHAFT HANDELSONDERNEMING HAULAGE HERMANOS \
    HIJOS HOLDING HOLDINGS HOTEL IMMOBILIEN IMMOBILIER IMMOBILIERE IMPIANTI IMPRENTA IMPRIMERIE INDUSTRIA \
    INDUSTRIALE INDUSTRIAS INDUSTRIE INDUSTRIES INGENIERIE INGENIEURBURO INSTALACIONES INSTALLATIEBEDRIJF \
    INSTALLATIONS INTERNATIONAL INTERNATIONALE IRMAOS ITALIA LOGISTICA LOGISTICS LOGISTIEK LOGISTIK LOGISTIQU \
    MACONNERIE MANAGEMENT MARKET MARKETING MASCHINENBAU MEDIA MENUISERIE METALLBAU NATIONAL NEDERLAND OFFICINE \
    PANADERIA PANIFICIO PARTNER PARTNERS PLOMBERIE PRINTING PRODUCTION RESTAURANT SCHREINEREI SERVICE SERVICES \
    SERVICIOS SERVICOS SERVIZI SHOP SISTEMAS SISTEMI SOHNE SOLUCIONES SOLUTION SOLUTIONS SOLUZIONI SONS \
    SPEDITION STORE STORES STUDIO SUMINISTROS SUPPLIES SUPPLY SYSTEME SYSTEMES SYSTEMS TALLERES TECHNIEK TECHNIK \
    TECHNOLOGIES TECHNOLOGY TECNICA TIPOGRAFIA TISCHLEREI TRADING TRANSPORT TRANSPORTES TRANSPORTS TRASPORTI \
    VASTGOD VERTRIEB VERWALTUNG WERKE WERKSTATT ZONEN ZOON";

/// Legal forms that may be glued to the end of a word: no other word of these languages ends so, where it is long enough.
const GLUED_FORMS: [&str; 9] = ["GMBHCO", "GMBH", "SARL", "SASU", "EURL", "SCOP", "SRL", "LTD", "BVBA"];
/// Company forms that contradict one another: who is a GmbH is no AG. Each with the one under which it is compared.
const FORMS: &[(&str, &str)] = &[
    ("AB", "AB"),
    ("AG", "AG"),
    ("APS", "APS"),
    ("BV", "BV"),
    ("COOP", "COOP"),
    ("CV", "CV"),
    ("EK", "EK"),
    ("EURL", "EURL"),
    ("GBR", "GBR"),
    ("GMBH", "GMBH"),
    ("INC", "INC"),
    ("KG", "KG"),
    ("LDA", "LDA"),
    ("LIMITED", "LTD"),
    ("LLC", "LLC"),
    ("LLP", "LLP"),
    ("LTD", "LTD"),
    ("LTDA", "LDA"),
    ("MBH", "GMBH"),
    ("NV", "NV"),
    ("OHG", "OHG"),
    ("OY", "OY"),
    ("PLC", "PLC"),
    ("SA", "SA"),
    ("SARL", "SARL"),
    ("SAS", "SAS"),
    ("SASU", "SASU"),
    ("SCI", "SCI"),
    ("SCOP", "SCOP"),
    ("SL", "SL"),
    ("SLU", "SLU"),
    ("SNC", "SNC"),
    ("SPA", "SPA"),
    ("SRL", "SRL"),
    ("UG", "UG"),
    ("VOF", "VOF"),
];
/// Letters that must remain before a glued form.
const BEFORE_FORM: usize = 4;

/// The sort of a folded token.
pub fn sort_of(token: &str) -> TokenSort {
    static LISTED: OnceLock<HashMap<&str, TokenSort, FixedState>> = OnceLock::new();
    if token.len() == 1 {
        return TokenSort::Legal;
    }
    let listed = LISTED.get_or_init(|| {
        let trade = TRADE_WORDS.split_ascii_whitespace().map(|word| (word, TokenSort::Trade));
        // What is in both lists is a legal form.
        trade.chain(LEGAL_FORMS.split_ascii_whitespace().map(|word| (word, TokenSort::Legal))).collect()
    });
    listed.get(token).copied().unwrap_or(TokenSort::Proper)
}

/// The tokens of a name: folded, both ways of writing umlauts made one (`MUELLER` and `MULLER`), single letters that stand
/// together joined (`S.A.R.L.` is `SARL`), digits that are misread letters put right (`DUP0NT`), legal forms that are glued to a word
/// taken off (`JOLYSCOP`). Legal forms are left out unless nothing else remains.
pub fn tokens(name: &str) -> Vec<NameToken> {
    let mut tokens = all_tokens(name);
    if tokens.iter().any(|t| t.sort != TokenSort::Legal) {
        tokens.retain(|t| t.sort != TokenSort::Legal);
    }
    tokens
}

/// The tokens of a name as [`tokens`] has them, and behind them its company forms, each once: nothing speaks for a customer
/// because it is a GmbH, too, but something speaks against it where the payer is an AG.
pub fn tokens_and_forms(name: &str) -> Vec<NameToken> {
    let mut tokens = all_tokens(name);
    let is_form = |token: &NameToken| token.sort == TokenSort::Legal;
    if tokens.iter().all(is_form) {
        return tokens;
    }
    let compared =
        |form: &NameToken| FORMS.binary_search_by(|known| known.0.cmp(&form.text)).ok().map(|at| FORMS[at].1);
    let forms: Vec<&str> = tokens.iter().filter(|t| is_form(t)).filter_map(compared).collect();
    tokens.retain(|t| !is_form(t));
    for form in forms {
        if !tokens.iter().any(|t| is_form(t) && &*t.text == form) {
            tokens.push(NameToken { text: form.into(), sort: TokenSort::Legal });
        }
    }
    tokens
}

/// The words of a name as it was printed, folded, one blank between.
pub fn folded_words(name: &str) -> String {
    let folded = fold(name);
    let mut words = String::with_capacity(folded.len());
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

fn all_tokens(name: &str) -> Vec<NameToken> {
    let folded = fold(name);
    let mut tokens = Vec::new();
    let mut initials = String::new();
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        if word.len() == 1 {
            initials.push_str(word);
        } else {
            push_initials(&mut initials, &mut tokens);
            tokens.push(token(without_form(&one_umlaut(&as_letters(word)))));
        }
    }
    push_initials(&mut initials, &mut tokens);
    tokens
}

fn token(text: &str) -> NameToken {
    NameToken { text: text.into(), sort: sort_of(text) }
}

/// Words behind which a text says for whom it pays, folded, with the blanks that separate them.
const PAID_FOR: &[&str] = &[
    "POUR LE COMPTE DE",
    "P/C",
    "POUR",
    "ON BEHALF OF",
    "O/B/O",
    "B/O",
    "FOR",
    "IM AUFTRAG VON",
    "IM AUFTRAG",
    "I.A.",
    "I. A.",
    "FUR",
    "FUER",
    "NAMENS",
    "VOOR",
    "PER CONTO DI",
    "POR CUENTA DE",
];

/// What stands behind the words of a folded text that say for whom it pays: `FACTURE POUR DUPONT`, `I.A. MULLER`.
pub fn paid_for(folded: &str) -> Option<&str> {
    let bytes = folded.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let mut last = None;
    for at in 0..bytes.len() {
        if !b"POBFINV".contains(&bytes[at]) || at > 0 && is_letter(at - 1) {
            continue;
        }
        let ends = |words: &&str| bytes[at..].starts_with(words.as_bytes()).then_some(at + words.len());
        last = last.max(PAID_FOR.iter().filter_map(ends).filter(|end| !is_letter(*end)).max());
    }
    last.map(|end| &folded[end..]).filter(|behind| behind.contains(|c: char| c.is_ascii_alphabetic()))
}

/// Single letters that stood together: one word, but for an "and" or "& C." before a legal form (`& C. S.n.c.`).
fn push_initials(initials: &mut String, tokens: &mut Vec<NameToken>) {
    if initials.is_empty() {
        return;
    }
    let and = initials.bytes().take_while(|b| b"CEIY".contains(b)).count().min(2);
    let form = (1..=and).find(|at| initials.len() - at >= 2 && sort_of(&initials[*at..]) == TokenSort::Legal);
    let from = form.filter(|_| sort_of(initials) != TokenSort::Legal).unwrap_or(0);
    tokens.push(token(&initials[from..]));
    initials.clear();
}

/// A word of letters in which some were read as the digits that look like them.
fn as_letters(word: &str) -> Cow<'_, str> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let misread = |b: u8| b"0158".contains(&b);
    if digits == 0 || 3 * digits > word.len() || word.bytes().any(|b| b.is_ascii_digit() && !misread(b)) {
        return Cow::Borrowed(word);
    }
    // A number at the end of a word is a number: `AGENCE1`.
    if word.ends_with(|c: char| c.is_ascii_digit()) || word.starts_with(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.replace('0', "O").replace('1', "I").replace('5', "S").replace('8', "B"))
}

/// A word without the legal form that is glued to its end.
fn without_form(word: &str) -> &str {
    let form = GLUED_FORMS.iter().find_map(|form| word.strip_suffix(form));
    form.filter(|rest| rest.len() >= BEFORE_FORM).unwrap_or(word)
}

/// `AE`, `OE`, `UE` become the bare vowel, on both sides of every comparison.
fn one_umlaut(word: &str) -> Cow<'_, str> {
    let is_umlaut = |pair: &[u8]| pair[1] == b'E' && b"AOU".contains(&pair[0]);
    if !word.as_bytes().windows(2).any(is_umlaut) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(word.replace("AE", "A").replace("OE", "O").replace("UE", "U"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(name: &str) -> Vec<String> {
        tokens(name).into_iter().map(|t| t.text.to_string()).collect()
    }

    #[test]
    fn tokens_are_what_tells_names_apart() {
        assert_eq!(texts("Société Dupont S.A.R.L."), ["DUPONT"]);
        assert_eq!(texts("Müller GmbH & Co. KG"), texts("MUELLER GMBH"));
        assert_eq!(texts("Bertolini & Figli S.p.A."), ["BERTOLINI", "FIGLI"]);
        assert_eq!(texts("SARL"), ["SARL"]);
        assert!(texts(" - ").is_empty());
    }

    #[test]
    fn legal_forms_of_many_countries_carry_nothing() {
        let names = "DUPONT SASU,Dupont e.K.,DUPONT & C. S.n.c.,Dupont Sp. z o.o.,Dupont Lda.,Dupont A/S,DUPONT OY,Dupont S. Coop.,\
                     Sté Dupont,Ets. DUPONT,Dupont GmbH+Co.,Dupont B.V.,DUPONT S.L.U.,Dupont y C. S.A.,Dupont Unipessoal Lda";
        for name in names.split(',') {
            assert_eq!(texts(name.trim()), ["DUPONT"], "{name}");
        }
    }

    #[test]
    fn company_forms_stand_behind_the_name() {
        let texts = |name| tokens_and_forms(name).into_iter().map(|t| t.text.to_string()).collect::<Vec<_>>();
        assert_eq!(texts("Müller GmbH & Co. KG"), ["MULLER", "GMBH", "KG"]);
        assert_eq!(texts("DUPONT LIMITED"), texts("Dupont Ltd."));
        assert_eq!(texts("Sté S.A.R.L."), ["STE", "SARL"]);
        assert!(FORMS.is_sorted_by(|a, b| a.0 < b.0) && FORMS.iter().all(|f| sort_of(f.0) == TokenSort::Legal));
    }

    #[test]
    fn glued_forms_and_misread_letters_are_put_right() {
        assert_eq!(texts("JOLYSCOP"), ["JOLY"]);
        assert_eq!(texts("MULLERGMBH"), texts("Müller GmbH"));
        assert_eq!(texts("DUP0NT"), ["DUPONT"]);
        assert_eq!(texts("S.N.C.F."), ["SNCF"]);
        // Too little would remain, and numbers stay numbers.
        assert_eq!(texts("SCOP LTD B2B AGENCE1 1822DIREKT"), ["B2B", "AGENCE1", "1822DIREKT"]);
    }

    #[test]
    fn a_text_says_for_whom_it_pays() {
        assert_eq!(paid_for("FACTURE 12 POUR DUPONT SARL"), Some(" DUPONT SARL"));
        assert_eq!(paid_for("I.A. MULLER GMBH"), Some(" MULLER GMBH"));
        assert_eq!(paid_for("B/O ACME LTD"), Some(" ACME LTD"));
        for text in ["FORMATION POURBOIRE", "PAYMENT FOR 2026-12", "", "FORD"] {
            assert_eq!(paid_for(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_words_that_say_for_whom_count() {
        assert_eq!(paid_for("POUR A FOR B"), Some(" B"));
        assert_eq!(paid_for("O/B/O/B/O X"), Some(" X"));
        assert_eq!(paid_for("POUR LE COMPTE DE X"), Some(" X"));
        assert_eq!(paid_for("IM AUFTRAG VONBANK"), Some(" VONBANK"));
        assert!(
            PAID_FOR.iter().all(|words| paid_for(&format!("{words} X")) == Some(" X")),
            "each begins as it is looked for"
        );
    }

    #[test]
    fn the_tables_are_in_order() {
        for words in [LEGAL_FORMS, TRADE_WORDS] {
            let words: Vec<&str> = words.split_ascii_whitespace().collect();
            assert!(words.is_sorted_by(|a, b| a < b), "out of order or twice");
        }
    }
}
