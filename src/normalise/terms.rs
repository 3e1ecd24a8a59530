//! Payment terms as people write them, and what follows from them for items whose list gives no due date or no discount.
//!
//! A wording is understood as a whole or not at all: "50 % à la commande, solde à 30 jours" is not thirty days.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::text::fold;
use crate::model::{Discount, DueRule, EarlyPayment, EndOfMonth, InputFile, Note, NoteKind, OpenItem, Reading, Terms};

/// Longer texts are conditions of sale, not terms.
const LONGEST: usize = 200;

/// Days that nobody grants.
const MOST_DAYS: u16 = 400;

/// One word of a wording.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Number(Decimal),
    Percent(Decimal),
    Days,
    Months,
    EndOfMonth,
    /// A day of the month follows: `le 15`.
    On,
    Net,
    /// At once: `comptant`, `à réception`.
    AtOnce,
    Discount,
    /// Ends a clause.
    Comma,
    Slash,
    /// A word that changes nothing.
    Filler,
}

/// Reads a wording. `None`: it is not understood as a whole.
pub fn parse(text: &str) -> Option<Terms> {
    if text.len() > LONGEST {
        return None;
    }
    let tokens: Vec<Token> = tokens(text)?.into_iter().filter(|t| *t != Token::Filler).collect();
    let mut clauses = Clauses { tokens: &tokens, at: 0, terms: Terms::default(), due: None };
    clauses.read()?;
    let Clauses { mut terms, due, .. } = clauses;
    terms.due = due;
    (terms != Terms::default()).then_some(terms)
}

/// What a clause of days may belong to, while a wording is gone through.
struct Clauses<'t> {
    tokens: &'t [Token],
    at: usize,
    terms: Terms,
    due: Option<DueRule>,
}

impl Clauses<'_> {
    fn peek(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn read(&mut self) -> Option<()> {
        while let Some(token) = self.peek(0) {
            match token {
                Token::Comma | Token::Net | Token::Filler => self.at += 1,
                // A discount that is spoken of, but not how much: nothing is known.
                Token::Discount => self.at += 1,
                Token::AtOnce => {
                    self.at += 1;
                    self.set_due(DueRule::default())?;
                }
                Token::Percent(percent) => self.percent_first(percent)?,
                Token::Number(number) => self.number(number)?,
                Token::EndOfMonth => self.end_of_month_first()?,
                Token::On => {
                    let day = self.on()?;
                    self.set_due(DueRule { day, ..DueRule::default() })?;
                }
                Token::Slash | Token::Days | Token::Months => return None,
            }
        }
        Some(())
    }

    /// `2% 8 jours`, `2 % escompte à 8 jours`.
    fn percent_first(&mut self, percent: Decimal) -> Option<()> {
        self.at += 1;
        while matches!(self.peek(0), Some(Token::Discount)) {
            self.at += 1;
        }
        let Some(Token::Number(days)) = self.peek(0) else { return None };
        let counted = matches!(self.peek(1), Some(Token::Days));
        self.at += 1 + usize::from(counted);
        self.set_discount(percent, days)?;
        // `2% 10 net 30` has no word for days.
        Some(())
    }

    /// `30 jours …`, `2/10`, `10 Tage 2 % Skonto`, `30 net`.
    fn number(&mut self, number: Decimal) -> Option<()> {
        self.at += 1;
        match self.peek(0) {
            Some(Token::Slash) => {
                let Some(Token::Number(days)) = self.peek(1) else { return None };
                self.at += 2;
                self.at += usize::from(matches!(self.peek(0), Some(Token::Days)));
                self.set_discount(number, days)
            }
            Some(Token::Days) => {
                self.at += 1;
                match (self.peek(0), self.peek(1)) {
                    // The percentage belongs to the days before it, unless days of its own follow.
                    (Some(Token::Percent(percent)), next)
                        if self.terms.discount.is_none()
                            && (!matches!(next, Some(Token::Number(_))) || self.due.is_some()) =>
                    {
                        self.at += 1;
                        while matches!(self.peek(0), Some(Token::Discount)) {
                            self.at += 1;
                        }
                        self.set_discount(percent, number)
                    }
                    _ => self.span(DueRule { days: days(number)?, ..DueRule::default() }),
                }
            }
            Some(Token::Months) => {
                self.at += 1;
                let months = u8::try_from(days(number)?).ok().filter(|n| *n <= 24)?;
                self.span(DueRule { months, ..DueRule::default() })
            }
            // `net 30`, `30 net`, `60 FDM`: the word for days is left out.
            Some(Token::Net | Token::EndOfMonth) => self.span(DueRule { days: days(number)?, ..DueRule::default() }),
            None | Some(Token::Comma) if self.follows_net() || self.tokens.len() == 1 => {
                self.span(DueRule { days: days(number)?, ..DueRule::default() })
            }
            _ => None,
        }
    }

    fn follows_net(&self) -> bool {
        self.at >= 2 && matches!(self.tokens.get(self.at - 2), Some(Token::Net | Token::Slash))
    }

    /// Days or months that something is due after, with what stands behind them.
    fn span(&mut self, mut rule: DueRule) -> Option<()> {
        if matches!(self.peek(0), Some(Token::Net)) {
            self.at += 1;
        }
        if matches!(self.peek(0), Some(Token::EndOfMonth)) {
            self.at += 1;
            rule.end_of_month = EndOfMonth::Either;
        }
        if matches!(self.peek(0), Some(Token::On)) {
            rule.day = self.on()?;
        }
        self.set_due(rule)
    }

    /// `fin de mois`, `fin de mois + 45 jours`, `fin de mois le 15`.
    fn end_of_month_first(&mut self) -> Option<()> {
        self.at += 1;
        let mut rule = DueRule { end_of_month: EndOfMonth::MonthFirst, ..DueRule::default() };
        if let (Some(Token::Number(number)), Some(unit @ (Token::Days | Token::Months))) = (self.peek(0), self.peek(1))
        {
            self.at += 2;
            match unit {
                Token::Months => rule.months = u8::try_from(days(number)?).ok().filter(|n| *n <= 24)?,
                _ => rule.days = days(number)?,
            }
        }
        if matches!(self.peek(0), Some(Token::On)) {
            rule.day = self.on()?;
        }
        self.set_due(rule)
    }

    /// `le 15`.
    fn on(&mut self) -> Option<u8> {
        let Some(Token::Number(number)) = self.peek(1) else { return None };
        self.at += 2;
        u8::try_from(days(number)?).ok().filter(|day| (1..=31).contains(day))
    }

    fn set_due(&mut self, rule: DueRule) -> Option<()> {
        // Two due dates are instalments, and one of them is not the item's.
        self.due.replace(rule).is_none().then_some(())
    }

    fn set_discount(&mut self, percent: Decimal, within: Decimal) -> Option<()> {
        let sane = percent > Decimal::ZERO && percent < Decimal::from(50);
        let discount = EarlyPayment { percent, days: days(within)? };
        (sane && self.terms.discount.replace(discount).is_none()).then_some(())
    }
}

/// A whole number of days that somebody may grant.
fn days(number: Decimal) -> Option<u16> {
    let whole = u16::try_from(number).ok()?;
    (Decimal::from(whole) == number && whole <= MOST_DAYS).then_some(whole)
}

/// Words, as they are after folding, of French, English, German, Dutch, Italian and Spanish.
const WORDS: &[(&[&str], Token)] = &[
    (
        &[
            "jours", "jour", "jrs", "j", "days", "day", "d", "tage", "tagen", "tag", "t", "dagen", "dag", "giorni",
            "gg", "dias", "jd",
        ],
        Token::Days,
    ),
    (
        &["mois", "months", "month", "monate", "monat", "maanden", "maand", "mesi", "mese", "meses", "mes"],
        Token::Months,
    ),
    (&["fdm", "eom", "monatsende", "ultimo", "maandeinde"], Token::EndOfMonth),
    (&["le", "on", "am", "il", "el"], Token::On),
    (&["net", "nets", "nette", "netto", "n", "neto"], Token::Net),
    (
        &["comptant", "immediat", "immediate", "immediately", "sofort", "contado", "cash", "contant", "prepayment"],
        Token::AtOnce,
    ),
    (&["escompte", "discount", "skonto", "sconto", "descuento", "korting", "remise"], Token::Discount),
    (
        &[
            "a",
            "de",
            "des",
            "du",
            "la",
            "date",
            "facture",
            "emission",
            "facturation",
            "d",
            "plus",
            "within",
            "after",
            "from",
            "invoice",
            "of",
            "the",
            "in",
            "if",
            "paid",
            "due",
            "terms",
            "payment",
            "paiement",
            "reglement",
            "payable",
            "calendaires",
            "calendar",
            "innerhalb",
            "von",
            "nach",
            "ab",
            "rechnungsdatum",
            "rein",
            "ohne",
            "abzug",
            "mit",
            "zahlbar",
            "bis",
            "zum",
            "binnen",
            "na",
            "factuurdatum",
            "data",
            "fattura",
            "dalla",
            "pour",
            "sous",
            "si",
            "par",
            "virement",
            "transfer",
            "vorkasse",
            "en",
            "fecha",
            "factura",
            "or",
            "sinon",
            "else",
            "otherwise",
            "and",
            "et",
            "und",
            "th",
            "er",
            "st",
            "nd",
            "rd",
            "following",
            "suivant",
            "condition",
            "conditions",
            "echeance",
        ],
        Token::Filler,
    ),
];

/// Several words that are one.
const PHRASES: &[(&str, &str)] = &[
    ("fin de mois", " fdm "),
    ("fin du mois", " fdm "),
    ("fin mois", " fdm "),
    ("end of the month", " eom "),
    ("end of month", " eom "),
    ("einde maand", " eom "),
    ("ende des monats", " eom "),
    ("fine mese", " eom "),
    ("fin de mes", " eom "),
    ("a reception de facture", " comptant "),
    ("a reception de la facture", " comptant "),
    ("a reception", " comptant "),
    ("due on receipt", " comptant "),
    ("upon receipt", " comptant "),
    ("on receipt", " comptant "),
    ("due immediately", " comptant "),
];

/// The words of a wording; `None` where one is not known.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut text = fold(text).to_lowercase();
    for (phrase, word) in PHRASES {
        if text.contains(phrase) {
            text = text.replace(phrase, word);
        }
    }
    let mut tokens = Vec::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '0'..='9' => {
                let (token, length) = number(rest)?;
                tokens.push(token);
                length
            }
            'a'..='z' => {
                let length = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
                let word = &rest[..length];
                // `30 d` are days; `date d'émission` has a letter that means nothing.
                let alone = word.len() == 1 && !matches!(tokens.last(), Some(Token::Number(_)));
                let word = if alone && word != "n" { "a" } else { word };
                tokens.push(WORDS.iter().find(|(words, _)| words.contains(&word)).map(|(_, token)| *token)?);
                length
            }
            ',' | ';' | '.' | '(' | ')' | ':' => {
                tokens.push(Token::Comma);
                1
            }
            '/' => {
                tokens.push(Token::Slash);
                1
            }
            '+' | '-' | '\'' => 1,
            c if c.is_whitespace() => c.len_utf8(),
            _ => return None,
        };
        rest = &rest[length..];
    }
    // `n/30` is `net 30`.
    for at in 1..tokens.len() {
        if tokens[at] == Token::Slash && tokens[at - 1] == Token::Net {
            tokens[at] = Token::Filler;
        }
    }
    Some(tokens)
}

/// A number, with the sign of per cent behind it, and its length.
fn number(text: &str) -> Option<(Token, usize)> {
    let digits = |from: usize| text[from..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |n| from + n);
    let mut end = digits(0);
    let mut written = text[..end].to_string();
    if text[end..].starts_with(['.', ',']) && text[end + 1..].starts_with(|c: char| c.is_ascii_digit()) {
        let decimals = digits(end + 1);
        written.push('.');
        written.push_str(&text[end + 1..decimals]);
        end = decimals;
    }
    let value: Decimal = written.parse().ok()?;
    let behind = text[end..].trim_start();
    let blanks = text.len() - end - behind.len();
    match behind.starts_with('%') {
        true => Some((Token::Percent(value.normalize()), end + blanks + 1)),
        false => Some((Token::Number(value), end)),
    }
}

/// What was found in one file's terms.
#[derive(Default)]
struct Found {
    due: u64,
    discount: u64,
    /// Items whose wording has two readings and whose list gives no date.
    two_readings: u64,
    /// Items whose own due date is none that the wording gives.
    other_date: (u64, Option<Box<str>>),
    not_understood: (u64, Option<Box<str>>),
}

/// Gives items the rule of their terms, and the due date and the discount that their list lacks. What a list states is never
/// changed.
///
/// `reading` decides for wordings that the law reads in two ways, unless the same file has due dates that settle it.
pub fn apply(items: &mut [OpenItem], files: &mut [InputFile], reading: Reading) {
    let mut known: HashMap<Arc<str>, Option<Terms>> = HashMap::new();
    for item in items.iter() {
        if !item.terms.is_empty() && !known.contains_key(&item.terms) {
            known.insert(Arc::clone(&item.terms), parse(&item.terms));
        }
    }
    if known.is_empty() {
        return;
    }
    let readings = readings(items, &known, files.len(), reading);
    let mut found: Vec<Found> = (0..files.len()).map(|_| Found::default()).collect();
    for item in items.iter_mut().filter(|item| !item.terms.is_empty()) {
        let file = item.place.file as usize;
        let (Some(found), Some(reading)) = (found.get_mut(file), readings.get(file)) else { continue };
        match known.get(&item.terms).copied().flatten() {
            Some(terms) => give(item, terms, *reading, found),
            None => {
                found.not_understood.0 += 1;
                found.not_understood.1.get_or_insert_with(|| (&*item.terms).into());
            }
        }
    }
    for ((file, found), used) in files.iter_mut().zip(found).zip(&readings) {
        say(file, found, *used, *used != reading);
    }
}

/// How each file reads the wordings that have two readings: as its own due dates do, else as is set.
fn readings(items: &[OpenItem], known: &HashMap<Arc<str>, Option<Terms>>, files: usize, set: Reading) -> Vec<Reading> {
    let mut votes = vec![[0u64; 2]; files];
    for item in items {
        let Some(rule) = known.get(&item.terms).copied().flatten().and_then(|t| t.due) else { continue };
        let (Some(issued), Some(stated), true) = (item.issue_date, item.due_date, rule.has_two_readings()) else {
            continue;
        };
        let Some(votes) = votes.get_mut(item.place.file as usize) else { continue };
        let fits = [Reading::DaysFirst, Reading::MonthFirst].map(|r| rule.due(issued, r) == Some(stated));
        if fits[0] != fits[1] {
            votes[usize::from(fits[1])] += 1;
        }
    }
    votes
        .into_iter()
        .map(|[days, month]| match days.cmp(&month) {
            std::cmp::Ordering::Greater => Reading::DaysFirst,
            std::cmp::Ordering::Less => Reading::MonthFirst,
            std::cmp::Ordering::Equal => set,
        })
        .collect()
}

fn give(item: &mut OpenItem, terms: Terms, reading: Reading, found: &mut Found) {
    if let (Some(rule), Some(issued)) = (terms.due, item.issue_date) {
        let day = |reading| rule.due(issued, reading);
        match item.due_date {
            None => {
                item.due_date = day(reading);
                item.due_rule = Some(rule.settled(reading));
                found.due += u64::from(item.due_date.is_some());
                found.two_readings +=
                    u64::from(rule.has_two_readings() && day(Reading::DaysFirst) != day(Reading::MonthFirst));
            }
            Some(stated) => {
                let fitting =
                    [reading, Reading::DaysFirst, Reading::MonthFirst].into_iter().find(|r| day(*r) == Some(stated));
                item.due_rule = fitting.map(|reading| rule.settled(reading));
                if fitting.is_none() {
                    found.other_date.0 += 1;
                    found.other_date.1.get_or_insert_with(|| item.number.clone());
                }
            }
        }
    }
    if let (None, Some(early), Some(issued)) = (item.discount, terms.discount, item.issue_date) {
        let until = issued.checked_add_days(chrono::Days::new(early.days.into()));
        item.discount = until.map(|until| Discount { percent: early.percent, until });
        found.discount += u64::from(item.discount.is_some());
    }
}

fn say(file: &mut InputFile, found: Found, reading: Reading, from_the_list: bool) {
    let items = |n: u64| if n == 1 { "1 item".to_string() } else { format!("{n} items") };
    let mut say = |kind, text: String| file.notes.push(Note::new(kind, text));
    if found.due > 0 {
        say(NoteKind::Said, format!("due date of {} worked out from the terms", items(found.due)));
    }
    if found.two_readings > 0 {
        let (how, other) = match reading {
            Reading::DaysFirst => ("the days, then the end of that month", "month_first"),
            Reading::MonthFirst => ("the end of the month, then the days", "days_first"),
        };
        let why = match from_the_list {
            true => "as the due dates of this list are".to_string(),
            false => format!("set  end_of_month = \"{other}\"  under [terms] for the other reading"),
        };
        let text = format!("terms with \"end of month\" of {} read as {how}: {why}", items(found.two_readings));
        say(NoteKind::Assumed, text);
    }
    if found.discount > 0 {
        say(NoteKind::Said, format!("discount of {} worked out from the terms", items(found.discount)));
    }
    if let (n @ 1.., Some(first)) = found.other_date {
        let text =
            format!("the due date of {} is none that the terms give: the date counts (first: {first})", items(n));
        say(NoteKind::Said, text);
    }
    if let (n @ 1.., Some(first)) = found.not_understood {
        let text =
            format!("terms of {} not understood, no date was worked out from them (first: \"{first}\")", items(n));
        say(NoteKind::Said, text);
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::{Currency, InputRole, Money};

    fn due(text: &str) -> Option<String> {
        parse(text).and_then(|t| t.due).map(|d| d.to_string())
    }

    fn discount(text: &str) -> Option<(String, u16)> {
        parse(text).and_then(|t| t.discount).map(|d| (d.percent.to_string(), d.days))
    }

    #[test]
    fn wordings_of_the_trade_are_rules() {
        for (text, expected) in [
            ("30 jours", "30 days"),
            ("30 jours net", "30 days"),
            ("30j", "30 days"),
            ("Net 30", "30 days"),
            ("n/30", "30 days"),
            ("30 days", "30 days"),
            ("30 jours date de facture", "30 days"),
            ("à 60 jours date d'émission de facture", "60 days"),
            ("30 jours fin de mois", "30 days end of month"),
            ("45 jours fin de mois", "45 days end of month"),
            ("45 j FDM", "45 days end of month"),
            ("60 FDM", "60 days end of month"),
            ("fin de mois + 45 jours", "end of month, then 45 days"),
            ("Fin de mois 45 jours", "end of month, then 45 days"),
            ("30 jours fin de mois le 15", "30 days end of month, on day 15"),
            ("fin de mois le 10", "end of month, on day 10"),
            ("fin de mois", "end of month"),
            ("2 mois", "2 months"),
            ("comptant", "0 days"),
            ("À réception de facture", "0 days"),
            ("Due on receipt", "0 days"),
            ("30 Tage netto", "30 days"),
            ("zahlbar innerhalb von 14 Tagen ohne Abzug", "14 days"),
            ("30 dagen netto", "30 days"),
        ] {
            assert_eq!(due(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn discounts_are_rules() {
        let two = |days| Some(("2".to_string(), days));
        for (text, expected, net) in [
            ("2/10 net 30", two(10), Some("30 days")),
            ("2/10, n/30", two(10), Some("30 days")),
            ("2% 10, net 30", two(10), Some("30 days")),
            ("2% 8 jours", two(8), None),
            ("2 % 8 jours, 30 jours net", two(8), Some("30 days")),
            ("escompte 2% sous 8 jours, sinon 45 jours fin de mois", two(8), Some("45 days end of month")),
            ("14 Tage 2% Skonto, 30 Tage netto", two(14), Some("30 days")),
            ("14 Tage 2 % Skonto 30 Tage netto", two(14), Some("30 days")),
            ("2,0% 10 days, 30 days net", two(10), Some("30 days")),
        ] {
            assert_eq!(discount(text), expected, "{text}");
            assert_eq!(due(text).as_deref(), net, "{text}");
        }
        assert_eq!(discount("1.5% 10 days net 30"), Some(("1.5".into(), 10)));
    }

    #[test]
    fn what_is_not_wholly_understood_is_no_rule() {
        for text in [
            "",
            "selon contrat",
            "50% à la commande, solde à 30 jours",
            "30 jours puis 60 jours",
            "30 et 60 jours",
            "escompte",
            "2%",
            "30/60/90",
            "9999 jours",
            "30,5 jours",
            "virement",
            &"30 jours ".repeat(100),
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    fn item(id: &str, terms: &str, due: Option<&str>) -> OpenItem {
        let mut item = OpenItem::new(id, id, Money::new(1000, Currency::EUR));
        item.terms = terms.into();
        item.issue_date = Some("2026-01-15".parse().unwrap());
        item.due_date = due.map(|d| d.parse().unwrap());
        item
    }

    fn file() -> InputFile {
        InputFile {
            path: "i.csv".into(),
            role: InputRole::Items,
            format: "csv".into(),
            version: Box::default(),
            sha256: Box::default(),
            bytes: 0,
            records: 0,
            notes: Vec::new(),
        }
    }

    #[test]
    fn dates_that_a_list_lacks_follow_from_its_terms() {
        let mut items = [
            item("A", "45 jours fin de mois", None),
            item("B", "2/10 net 30", None),
            item("C", "30 jours", Some("2026-02-20")),
            item("D", "selon accord", None),
        ];
        let mut files = [file()];
        apply(&mut items, &mut files, Reading::MonthFirst);
        let date = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        assert_eq!(items[0].due_date, date("2026-03-17"));
        assert_eq!(items[0].due_rule.unwrap().to_string(), "end of month, then 45 days");
        assert_eq!((items[1].due_date, items[1].discount.map(|d| d.until)), (date("2026-02-14"), date("2026-01-25")));
        assert_eq!((items[2].due_date, items[2].due_rule), (date("2026-02-20"), None));
        assert_eq!((items[3].due_date, items[3].due_rule), (None, None));
        let notes: Vec<&str> = files[0].notes.iter().map(|n| &*n.text).collect();
        assert_eq!(notes.len(), 5, "{notes:?}");
        assert!(notes[1].contains("days_first") && notes[4].contains("selon accord"), "{notes:?}");
    }

    #[test]
    fn the_due_dates_of_a_list_say_how_it_reads_the_end_of_the_month() {
        let mut items =
            [item("A", "45 jours fin de mois", None), item("B", "45 jours fin de mois", Some("2026-03-17"))];
        let mut files = [file()];
        apply(&mut items, &mut files, Reading::DaysFirst);
        assert_eq!(items[0].due_date, items[1].due_date);
        assert!(files[0].notes.iter().any(|n| n.text.contains("as the due dates of this list are")));
    }
}
