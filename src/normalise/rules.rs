//! Which rule of the configuration claims a payment. Compiled once; what a hostile text costs is bounded by its length and the patterns'.
//!
//! `*` stands for any run of characters, also none. A pattern for texts is looked for anywhere, as whole words; one for the payer must be
//! the whole name, or the whole IBAN. Case, accents and runs of blanks do not matter.

use std::borrow::Cow;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::keys;
use super::text::fold;
use crate::config::{AmountTest, Rule, RuleConditions, is_account};
use crate::model::{Currency, Payment};

/// Fewest digits of a pattern for the payer that may be an account: `DE*` is a name.
const ACCOUNT_DIGITS: usize = 4;

/// What the rules say about a payment. Rules are numbered as in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleMatch {
    /// No rule claims it.
    None,
    /// One does; where several agree on account and reason, the first.
    One(usize),
    /// Several do, and do not agree: all that claim it, in order.
    Conflict(Vec<usize>),
}

/// Rules, ready to be asked.
#[derive(Clone, Debug)]
pub struct Rules {
    rules: Vec<Compiled>,
}

#[derive(Clone, Debug)]
struct Compiled {
    /// Its number in the configuration.
    number: usize,
    /// Number of the first rule with the same account and reason.
    outcome: usize,
    days: [Option<NaiveDate>; 2],
    currency: Option<Currency>,
    our_account: Option<Box<str>>,
    amount: Option<AmountTest>,
    text: Option<Glob>,
    payer: Option<Payer>,
}

#[derive(Clone, Debug)]
struct Payer {
    name: Glob,
    iban: Option<Glob>,
}

impl Rules {
    /// Makes rules ready. One without a condition claims nothing; [`crate::config::Config::from_toml`] refuses it.
    pub fn compile(rules: &[Rule]) -> Self {
        let compiled = rules.iter().enumerate().filter(|(_, rule)| !rule.when.is_empty()).map(|(number, rule)| {
            let same = |other: &Rule| other.account == rule.account && other.reason == rule.reason;
            let outcome = rules.iter().position(same).unwrap_or(number);
            Compiled::new(rule, number, outcome)
        });
        Self { rules: compiled.collect() }
    }

    /// What the rules say about a payment, whether money arrived or left.
    pub fn of(&self, payment: &Payment) -> RuleMatch {
        if self.rules.is_empty() {
            return RuleMatch::None;
        }
        let seen = Seen::of(payment);
        let claims: Vec<&Compiled> = self.rules.iter().filter(|rule| rule.claims(&seen)).collect();
        match claims.as_slice() {
            [] => RuleMatch::None,
            [first, rest @ ..] if rest.iter().all(|rule| rule.outcome == first.outcome) => RuleMatch::One(first.number),
            several => RuleMatch::Conflict(several.iter().map(|rule| rule.number).collect()),
        }
    }
}

impl Compiled {
    fn new(rule: &Rule, number: usize, outcome: usize) -> Self {
        let RuleConditions { text, payer, amount, our_account, currency } = &rule.when;
        Self {
            number,
            outcome,
            days: [rule.from, rule.to],
            currency: currency.as_deref().and_then(Currency::parse),
            our_account: our_account.as_deref().map(Box::from),
            amount: amount.clone(),
            text: text.as_deref().map(|pattern| Glob::new(&squeezed(fold(pattern)))),
            payer: payer.as_deref().map(Payer::new),
        }
    }

    /// Whether every condition holds; the cheap ones are asked first.
    fn claims(&self, seen: &Seen<'_>) -> bool {
        let [from, to] = self.days;
        let day = seen.payment.booking_date;
        from.is_none_or(|from| day >= from)
            && to.is_none_or(|to| day <= to)
            && self.currency.is_none_or(|currency| currency == seen.payment.amount.currency)
            && self.amount.as_ref().is_none_or(|test| test.holds(seen.amount))
            && self.text.as_ref().is_none_or(|words| words.is_in(&seen.remittance) || words.is_in(&seen.name))
            && self.payer.as_ref().is_none_or(|payer| payer.is_of(seen))
            && self.our_account.as_ref().is_none_or(|named| is_account(named, &seen.payment.account))
    }
}

impl Payer {
    fn new(pattern: &str) -> Self {
        let digits = pattern.bytes().filter(u8::is_ascii_digit).count();
        let without_blanks =
            || -> String { fold(pattern).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '*').collect() };
        Self {
            name: Glob::new(&squeezed(fold(pattern))),
            iban: (digits >= ACCOUNT_DIGITS).then(|| Glob::new(&without_blanks())),
        }
    }

    fn is_of(&self, seen: &Seen<'_>) -> bool {
        self.name.is_all_of(&seen.name)
            || self.name.is_all_of(&seen.ultimate_name)
            || self.iban.as_ref().is_some_and(|iban| iban.is_all_of(&seen.iban))
    }
}

/// A payment as the rules look at it: its texts folded once.
struct Seen<'p> {
    payment: &'p Payment,
    amount: Decimal,
    remittance: Field<'p>,
    name: Field<'p>,
    ultimate_name: Field<'p>,
    iban: Field<'p>,
}

impl<'p> Seen<'p> {
    fn of(payment: &'p Payment) -> Self {
        let field = |text: &'p str| Field::new(squeezed(fold(text)));
        Self {
            payment,
            amount: payment.amount.to_decimal(),
            remittance: field(&payment.remittance),
            name: field(&payment.payer_name),
            ultimate_name: field(&payment.ultimate_name),
            iban: Field::new(keys::as_canonical(&payment.payer_iban)),
        }
    }
}

/// A folded text, and which pairs of neighbouring characters it has.
struct Field<'p> {
    text: Cow<'p, str>,
    pairs: Pairs,
}

impl<'p> Field<'p> {
    fn new(text: Cow<'p, str>) -> Self {
        let mut pairs = Pairs::default();
        pairs.add(&text);
        Self { text, pairs }
    }
}

/// Pairs of neighbouring characters, each at one of 256 places: what lacks a pair of a pattern cannot have the pattern, and most texts
/// lack one.
#[derive(Clone, Copy, Debug, Default)]
struct Pairs([u64; 4]);

impl Pairs {
    fn add(&mut self, text: &str) {
        for pair in text.as_bytes().windows(2) {
            let place = pair[0].wrapping_mul(37).wrapping_add(pair[1].wrapping_mul(5));
            self.0[usize::from(place >> 6)] |= 1 << (place & 63);
        }
    }

    fn has(&self, wanted: &Self) -> bool {
        self.0.iter().zip(wanted.0).all(|(has, wanted)| has & wanted == wanted)
    }
}

/// A pattern: pieces that follow each other, with anything between them.
#[derive(Clone, Debug)]
struct Glob {
    /// Pieces between stars; none is empty.
    pieces: Vec<Box<str>>,
    open_start: bool,
    open_end: bool,
    pairs: Pairs,
}

impl Glob {
    /// Compiles a pattern that is folded.
    fn new(pattern: &str) -> Self {
        let pieces: Vec<Box<str>> = pattern.split('*').filter(|piece| !piece.is_empty()).map(Box::from).collect();
        let mut pairs = Pairs::default();
        pieces.iter().for_each(|piece| pairs.add(piece));
        Self { pieces, open_start: pattern.starts_with('*'), open_end: pattern.ends_with('*'), pairs }
    }

    /// Whether it stands in a text as whole words: an end without a star is not inside a longer word.
    ///
    /// The leftmost place of each piece leaves the most for the pieces after it, so nothing is ever tried again.
    fn is_in(&self, field: &Field<'_>) -> bool {
        if !field.pairs.has(&self.pairs) || self.pieces.is_empty() {
            return false;
        }
        let (text, last) = (&*field.text, self.pieces.len() - 1);
        let mut at = 0;
        for (n, piece) in self.pieces.iter().enumerate() {
            let starts_word = n == 0 && !self.open_start;
            let ends_word = n == last && !self.open_end;
            match find(text, at, piece, starts_word, ends_word) {
                Some(place) => at = place + piece.len(),
                None => return false,
            }
        }
        true
    }

    /// Whether it is a text from beginning to end.
    fn is_all_of(&self, field: &Field<'_>) -> bool {
        if !field.pairs.has(&self.pairs) {
            return false;
        }
        let Some((last, before)) = self.pieces.split_last() else { return false };
        let text = &*field.text;
        if before.is_empty() && !self.open_start && !self.open_end {
            return text == &**last;
        }
        let mut at = 0;
        for (n, piece) in before.iter().enumerate() {
            let rest = &text.as_bytes()[at..];
            at += match n == 0 && !self.open_start {
                true if rest.starts_with(piece.as_bytes()) => piece.len(),
                true => return false,
                false => match text.get(at..).and_then(|rest| rest.find(&**piece)) {
                    Some(place) => place + piece.len(),
                    None => return false,
                },
            };
        }
        let rest = text.get(at..).unwrap_or("");
        match (before.is_empty() && !self.open_start, self.open_end) {
            (true, _) => rest.starts_with(&**last),
            (false, true) => rest.contains(&**last),
            (false, false) => rest.ends_with(&**last),
        }
    }
}

/// The first place of a piece from a byte on where words begin and end as they must.
///
/// A place that fails is left for the next one where it may succeed, not for the next byte: a long run of one letter costs no more than
/// any other text.
fn find(text: &str, from: usize, piece: &str, starts_word: bool, ends_word: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_inside = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    // Where the run of letters and digits ends that holds the byte before.
    let end_of_word = |at: usize| at + bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let mut from = from;
    loop {
        // Folded texts are ASCII: every byte is a boundary of characters.
        let place = from + text.get(from..)?.find(piece)?;
        let end = place + piece.len();
        if starts_word && place > 0 && is_inside(bytes.get(place - 1)) {
            from = end_of_word(place) + 1;
        } else if ends_word && is_inside(bytes.get(end)) {
            // The piece cannot end before this word does.
            from = if starts_word { place + 1 } else { end_of_word(end) - piece.len() };
        } else {
            return Some(place);
        }
    }
}

/// A text without blanks around it and with one for each run of them: banks pad their texts.
fn squeezed(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_blank = |b: u8| b.is_ascii_whitespace();
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()].into_iter().flatten().any(|b| is_blank(*b));
    let inside = bytes.windows(2).any(|pair| is_blank(pair[0]) && is_blank(pair[1]));
    if !ends && !inside && !bytes.iter().any(|b| is_blank(*b) && *b != b' ') {
        return text;
    }
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    Cow::Owned(squeezed)
}

#[cfg(test)]
mod tests;
