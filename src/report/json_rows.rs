//! Payments as JSON: the lines of `run.json` and `evidence.jsonl`.
//!
//! Most bytes of a run are in these lines. They are appended member by member, in the order of [`PaymentEntry`]; a test reads
//! them back as such and compares what serde writes of it.
//!
//! [`PaymentEntry`]: super::PaymentEntry

use super::Run;
use super::bars::push_level_word;
use super::i18n::{Lang, level_text, set_text};
use super::json::Detail;
use super::rows::{has_any, has_controls, push_date, push_minor, push_number, push_position, push_shortest};
use super::view::{Decided, applied, at, hypotheses, push_obstacle, source};
use crate::model::{Hypothesis, Payment, Probability, Verdict, Weight};

/// Hypotheses of one payment in `run.json`.
const BRIEF: usize = 5;
/// Those among them that are as good as impossible, and are there for the items that they name.
const IMPOSSIBLE: usize = 3;

/// What a person looks at first, with its rank: the likeliest, and the nearest of what is out of the question.
fn brief(verdict: &Verdict) -> Vec<(&Hypothesis, u32)> {
    let mut impossible = 0;
    let mut kept = Vec::with_capacity(BRIEF);
    for (hypothesis, rank) in hypotheses(verdict).zip(1..) {
        let first = kept.is_empty();
        if !first && hypothesis.probability.0 == 0 {
            if hypothesis.applications.is_empty() || impossible == IMPOSSIBLE {
                continue;
            }
            impossible += 1;
        }
        kept.push((hypothesis, rank));
        if kept.len() == BRIEF {
            break;
        }
    }
    kept
}

/// Appends a payment with its decision.
pub(super) fn push_payment(run: &Run<'_>, (payment, verdict): Decided<'_>, detail: Detail, text: &mut Vec<u8>) {
    let currency = payment.amount.currency;
    let mut object = Object::new(text);
    object.text("payment_id", &payment.id);
    object.text("source", source(run, payment));
    object.quoted("position", |text| push_position(text, payment.place.position));
    object.text("account", &payment.account);
    object.quoted("booking_date", |text| push_date(text, payment.booking_date));
    match payment.value_date {
        Some(date) => object.quoted("value_date", |text| push_date(text, date)),
        None => object.null("value_date"),
    }
    object.quoted("amount", |text| push_minor(text, i128::from(payment.amount.minor), currency));
    object.quoted("currency", |text| text.extend_from_slice(&currency.letters()));
    object.text("payer_name", &payment.payer_name);
    object.text("payer_iban", &payment.payer_iban);
    object.text("remittance", &payment.remittance);
    object.text("bucket", verdict.bucket.word());
    object.optional("reason", verdict.reason.map(|r| r.code()));
    object.list("flags", verdict.flags.iter(), |flag, text| push_string(text, flag.word()));
    object.optional("customer_id", at(&run.reconciliation.payers, verdict.payer).map(|p| &*p.id));
    object.quoted("applied", |text| push_minor(text, applied(verdict), currency));
    object.value("probability", |text| push_fraction(text, verdict.probability));
    object.value("margin", |text| push_bits(text, verdict.margin));
    object.text("search", verdict.search.word());
    object.value("examined", |text| push_number(text, u64::from(verdict.examined)));
    object.optional("returns_payment_id", at(run.payments, verdict.returns).map(|p| &*p.id));
    let push = |(hypothesis, rank): (&Hypothesis, u32), text: &mut Vec<u8>| {
        let in_words = (detail == Detail::Whole || rank == 1).then_some(run.lang);
        push_hypothesis(run, payment, (hypothesis, rank), in_words, text);
    };
    match detail {
        Detail::Whole => object.list("hypotheses", hypotheses(verdict).zip(1..), push),
        Detail::Brief => object.list("hypotheses", brief(verdict).into_iter(), push),
    }
    object.end();
}

/// Appends an hypothesis with its rank, and its terms in the words of a language.
fn push_hypothesis(
    run: &Run<'_>,
    payment: &Payment,
    (hypothesis, rank): (&Hypothesis, u32),
    in_words: Option<Lang>,
    text: &mut Vec<u8>,
) {
    let currency = payment.amount.currency;
    let mut object = Object::new(text);
    object.value("rank", |text| push_number(text, u64::from(rank)));
    object.text("kind", hypothesis.kind.word());
    object.optional("customer_id", at(&run.reconciliation.payers, hypothesis.payer).map(|p| &*p.id));
    object.value("probability", |text| push_fraction(text, hypothesis.probability));
    object.value("weight", |text| push_bits(text, hypothesis.weight));
    object.list("terms", hypothesis.terms.iter(), |term, text| {
        let mut object = Object::new(text);
        object.text("field", term.field.word());
        object.quoted("level", |text| push_level_word(text, term.level, currency));
        object.value("weight", |text| push_bits(text, term.weight));
        if let Some(lang) = in_words {
            let sets = set_text(lang, term.level);
            let mut words = level_text(lang, term.level, currency);
            if let Some(sets) = sets {
                words.push_str("; ");
                words.push_str(&sets);
            }
            object.text("text", &words);
        }
        object.end();
    });
    let items = hypothesis.applications.iter().filter_map(|a| Some((run.items.get(a.item as usize)?, a.applied)));
    object.list("applications", items, |(item, applied), text| {
        let mut object = Object::new(text);
        object.text("item_id", &item.id);
        object.text("item_number", &item.number);
        object.quoted("applied", |text| push_minor(text, i128::from(applied), item.amount.currency));
        object.quoted("currency", |text| text.extend_from_slice(&item.amount.currency.letters()));
        object.end();
    });
    object.list("differences", hypothesis.differences.iter(), |difference, text| {
        let mut object = Object::new(text);
        object.text("type", difference.kind.word());
        object.quoted("amount", |text| push_minor(text, i128::from(difference.minor), currency));
        object.end();
    });
    match hypothesis.obstacle {
        Some(obstacle) => {
            let mut words = String::new();
            push_obstacle(run, payment, obstacle, &mut words);
            object.text("obstacle", &words);
        }
        None => object.null("obstacle"),
    }
    object.end();
}

/// An object whose members are appended one by one.
struct Object<'t> {
    text: &'t mut Vec<u8>,
    begun: bool,
}

impl<'t> Object<'t> {
    fn new(text: &'t mut Vec<u8>) -> Self {
        text.push(b'{');
        Self { text, begun: false }
    }

    /// A member whose name and value need no escapes. Inlined, so that a name is a few moves of a register.
    #[inline]
    fn value(&mut self, name: &str, push: impl FnOnce(&mut Vec<u8>)) {
        self.text.extend_from_slice(if self.begun { b",\"" } else { b"\"" });
        self.begun = true;
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(b"\":");
        push(self.text);
    }

    /// A text that needs no escapes.
    #[inline]
    fn quoted(&mut self, name: &str, push: impl FnOnce(&mut Vec<u8>)) {
        self.value(name, |text| {
            text.push(b'"');
            push(text);
            text.push(b'"');
        });
    }

    #[inline]
    fn text(&mut self, name: &str, value: &str) {
        self.value(name, |text| push_string(text, value));
    }

    #[inline]
    fn null(&mut self, name: &str) {
        self.value(name, |text| text.extend_from_slice(b"null"));
    }

    #[inline]
    fn optional(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.null(name),
        }
    }

    fn list<T>(&mut self, name: &str, values: impl Iterator<Item = T>, mut push: impl FnMut(T, &mut Vec<u8>)) {
        self.value(name, |text| {
            text.push(b'[');
            for (n, value) in values.enumerate() {
                if n > 0 {
                    text.push(b',');
                }
                push(value, text);
            }
            text.push(b']');
        });
    }

    fn end(self) {
        self.text.push(b'}');
    }
}

/// Appends a string, escaped where it has to be (RFC 8259, section 7).
fn push_string(text: &mut Vec<u8>, value: &str) {
    if has_any(value.as_bytes(), *b"\"\\") || has_controls(value.as_bytes()) {
        // Writing a string to memory cannot fail.
        let _ = serde_json::to_writer(text, value);
        return;
    }
    text.push(b'"');
    text.extend_from_slice(value.as_bytes());
    text.push(b'"');
}

/// Appends a probability as the shortest number that reads back as its fraction: `0.9996`, `0.0`, `2e-6`.
fn push_fraction(text: &mut Vec<u8>, probability: Probability) {
    match probability.0 {
        // So small a number is written with an exponent.
        millionths @ 1..=9 => {
            push_number(text, u64::from(millionths));
            text.extend_from_slice(b"e-6");
        }
        millionths => push_shortest(text, false, millionths, 6),
    }
}

/// Appends bits as the shortest number that reads back as them: `-13.6`, `0.0`.
fn push_bits(text: &mut Vec<u8>, weight: Weight) {
    push_shortest(text, weight.0 < 0, weight.0.unsigned_abs(), 3);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Application, Bucket, Flags, HypothesisKind, Search};

    fn hypothesis(millionths: u32, items: u32) -> Hypothesis {
        Hypothesis {
            kind: if items == 0 { HypothesisKind::None } else { HypothesisKind::Cited },
            payer: None,
            applications: (0..items).map(|item| Application { item, applied: 1 }).collect(),
            differences: Vec::new(),
            terms: Vec::new(),
            weight: Weight(0),
            probability: Probability(millionths),
            flags: Flags::NONE,
            obstacle: None,
        }
    }

    fn ranks(chosen: Option<Hypothesis>, rivals: Vec<Hypothesis>) -> Vec<u32> {
        let verdict = Verdict {
            bucket: Bucket::Review,
            reason: None,
            flags: Flags::NONE,
            payer: None,
            chosen,
            rivals,
            probability: Probability(0),
            margin: Weight(0),
            search: Search::Complete,
            examined: 0,
            returns: None,
        };
        brief(&verdict).into_iter().map(|(_, rank)| rank).collect()
    }

    fn text(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        push(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn numbers_are_as_serde_writes_them() {
        for millionths in (0..=1_000_000).chain([u32::MAX]) {
            let probability = Probability(millionths);
            let expected = serde_json::to_string(&probability.fraction()).unwrap();
            assert_eq!(text(|t| push_fraction(t, probability)), expected);
        }
        for thousandths in (-70_000..70_000).chain([i32::MIN, i32::MAX]) {
            let weight = Weight(thousandths);
            assert_eq!(text(|t| push_bits(t, weight)), serde_json::to_string(&weight.bits()).unwrap());
        }
    }

    #[test]
    fn strings_are_as_serde_writes_them() {
        let all: String = ('\0'..='\u{ff}').chain("’\u{2028}\u{10ffff}".chars()).collect();
        for value in ["", "plain é", "a\"b", "\\", "tab\there", &all] {
            assert_eq!(text(|t| push_string(t, value)), serde_json::to_string(value).unwrap());
        }
    }

    #[test]
    fn the_brief_list_has_the_likeliest_and_the_nearest_of_the_impossible() {
        let likely = |n: u32| (0..n).map(|_| hypothesis(1000, 1)).collect::<Vec<_>>();
        assert_eq!(ranks(Some(hypothesis(0, 1)), likely(7)), [1, 2, 3, 4, 5]);
        assert_eq!(ranks(None, vec![hypothesis(0, 0)]), [1], "something is always there");
        let impossible = vec![hypothesis(0, 0), hypothesis(0, 1), hypothesis(0, 2), hypothesis(0, 1), hypothesis(0, 1)];
        assert_eq!(ranks(Some(hypothesis(999_999, 1)), impossible), [1, 3, 4, 5]);
        assert_eq!(ranks(Some(hypothesis(999_999, 1)), vec![hypothesis(1, 0), hypothesis(0, 0)]), [1, 2]);
    }
}
