//! Names of companies and people, as tokens.

use crate::model::key::{NameToken, TokenSort};

use super::text::fold;

/// Legal forms: they tell companies apart from people, not from one another.
const LEGAL_FORMS: &[&str] = &[
    "SARL",
    "SAS",
    "SASU",
    "SA",
    "EURL",
    "SNC",
    "SCI",
    "SCOP",
    "SELARL",
    "EI",
    "EIRL",
    "SCA",
    "SCS",
    "GIE",
    "GMBH",
    "AG",
    "KG",
    "KGAA",
    "OHG",
    "UG",
    "EK",
    "EV",
    "GBR",
    "MBH",
    "SE",
    "LTD",
    "LIMITED",
    "LLP",
    "PLC",
    "INC",
    "LLC",
    "CORP",
    "CORPORATION",
    "CO",
    "BV",
    "NV",
    "VOF",
    "CV",
    "BVBA",
    "SPRL",
    "SRL",
    "SPA",
    "SAPA",
    "SL",
    "SLU",
    "SLL",
    "SCP",
    "SC",
    "PVT",
    "PTY",
    "LDA",
    "KK",
    "AB",
    "AS",
    "ASA",
    "OY",
    "OYJ",
    "APS",
    "KS",
    "SRO",
    "ZOO",
    "KFT",
    "OOD",
    "STE",
    "SOCIETE",
    "ETS",
    "ETABLISSEMENTS",
    "FIRMA",
    "MME",
    "MR",
    "MONSIEUR",
    "MADAME",
    "HERR",
    "FRAU",
    "AND",
    "ET",
    "UND",
    "DE",
    "DES",
    "DU",
    "LA",
    "LE",
    "LES",
    "DER",
    "DIE",
    "THE",
    "Y",
    "E",
    "EN",
    "VAN",
    "D",
    "L",
];

/// Words of the trade that many companies share: they say little even when few of the loaded customers bear them.
const TRADE_WORDS: &[&str] = &[
    "TRANSPORT",
    "TRANSPORTS",
    "SERVICE",
    "SERVICES",
    "CONSULTING",
    "CONSULTANTS",
    "CONSEIL",
    "GROUP",
    "GROUPE",
    "GRUPPE",
    "HOLDING",
    "HOLDINGS",
    "INTERNATIONAL",
    "FRANCE",
    "DEUTSCHLAND",
    "EUROPE",
    "SOLUTIONS",
    "SOLUTION",
    "TECHNOLOGIES",
    "TECHNOLOGY",
    "TECHNIK",
    "TRADING",
    "HANDEL",
    "HANDELS",
    "INDUSTRIE",
    "INDUSTRIES",
    "ENGINEERING",
    "SYSTEMS",
    "SYSTEMES",
    "SYSTEME",
    "PARTNERS",
    "PARTNER",
    "ASSOCIES",
    "FILS",
    "FRERES",
    "SONS",
    "BROS",
    "SOHNE",
    "FIGLI",
    "HIJOS",
    "FILHOS",
    "ZONEN",
    "ENTREPRISE",
    "ENTREPRISES",
    "ENTERPRISES",
    "BATIMENT",
    "CONSTRUCTION",
    "CONSTRUCTIONS",
    "BAU",
    "COMMERCE",
    "COMERCIAL",
    "MARKETING",
    "MANAGEMENT",
    "VERWALTUNG",
    "LOGISTICS",
    "LOGISTIQUE",
    "LOGISTIK",
    "DISTRIBUTION",
    "PRODUCTION",
    "DESIGN",
    "STUDIO",
    "MEDIA",
    "DIGITAL",
    "GARAGE",
    "HOTEL",
    "RESTAURANT",
    "IMMOBILIER",
    "IMMOBILIEN",
    "FINANCE",
    "FINANCIAL",
    "ENERGY",
    "ENERGIE",
    "FOOD",
    "FOODS",
    "CENTRE",
    "CENTER",
    "GLOBAL",
    "GENERAL",
    "NATIONAL",
];

/// The sort of a folded token.
pub fn sort_of(token: &str) -> TokenSort {
    if LEGAL_FORMS.contains(&token) {
        TokenSort::Legal
    } else if TRADE_WORDS.contains(&token) {
        TokenSort::Trade
    } else {
        TokenSort::Proper
    }
}

/// The tokens of a name: folded, both ways of writing umlauts made one (`MUELLER` and `MULLER`), single letters that stand
/// together joined (`S.A.R.L.` is `SARL`). Legal forms are left out unless nothing else remains.
pub fn tokens(name: &str) -> Vec<NameToken> {
    let folded = fold(name);
    let mut tokens: Vec<String> = Vec::new();
    let mut initials = String::new();
    let finish = |initials: &mut String, tokens: &mut Vec<String>| {
        if !initials.is_empty() {
            tokens.push(std::mem::take(initials));
        }
    };
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        if word.len() == 1 {
            initials.push_str(word);
        } else {
            finish(&mut initials, &mut tokens);
            tokens.push(one_umlaut(word));
        }
    }
    finish(&mut initials, &mut tokens);
    let mut tokens: Vec<NameToken> =
        tokens.into_iter().map(|text| NameToken { sort: sort_of(&text), text: text.into() }).collect();
    if tokens.iter().any(|t| t.sort != TokenSort::Legal) {
        tokens.retain(|t| t.sort != TokenSort::Legal);
    }
    tokens
}

/// `AE`, `OE`, `UE` become the bare vowel, on both sides of every comparison.
fn one_umlaut(word: &str) -> String {
    word.replace("AE", "A").replace("OE", "O").replace("UE", "U")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_what_tells_names_apart() {
        let texts = |name| tokens(name).into_iter().map(|t| t.text.to_string()).collect::<Vec<_>>();
        assert_eq!(texts("Société Dupont S.A.R.L."), ["DUPONT"]);
        assert_eq!(texts("Müller GmbH & Co. KG"), texts("MUELLER GMBH"));
        assert_eq!(texts("Bertolini & Figli S.p.A."), ["BERTOLINI", "FIGLI"]);
        assert_eq!(texts("SARL"), ["SARL"]);
        assert!(texts(" - ").is_empty());
    }
}
