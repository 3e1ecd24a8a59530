//! A condition on an amount, as people write it: `<= 60`, `10..60`, `|x| <= 60`, several with a comma between them.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::values;

/// A condition on a signed amount in major units: every part of it must hold. Exact decimals, never floats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AmountTest {
    text: String,
    parts: Vec<Part>,
}

/// One part: an interval of the amount, or of its size.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// `|x|`: the sign does not matter.
    is_size: bool,
    range: Range,
}

/// From a lowest to a highest value, where there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Range {
    low: Option<End>,
    high: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    at: Decimal,
    is_in: bool,
}

impl AmountTest {
    /// Reads a condition. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(|part| Part::parse(part.trim())).collect::<Result<Vec<_>, _>>()?;
        let test = Self { text: text.trim().to_string(), parts };
        if test.is_possible() {
            return Ok(test);
        }
        Err(format!("no amount is all of \"{}\": parts with a comma between them must hold together", test.text))
    }

    /// Whether an amount fulfils it.
    pub fn holds(&self, amount: Decimal) -> bool {
        self.parts.iter().all(|part| part.range.holds(if part.is_size { amount.abs() } else { amount }))
    }

    /// Whether any amount at all does: one that is not negative, or one that is not positive.
    fn is_possible(&self) -> bool {
        let zero = Some(End { at: Decimal::ZERO, is_in: true });
        let halves = [Range { low: zero, high: None }, Range { low: None, high: zero }];
        halves.into_iter().zip([false, true]).any(|(half, is_negative)| {
            let range = self.parts.iter().fold(half, |range, part| match part.is_size && is_negative {
                true => range.within(part.range.turned()),
                false => range.within(part.range),
            });
            !range.is_empty()
        })
    }
}

impl Part {
    fn parse(text: &str) -> Result<Self, String> {
        let (is_size, rest) = match text.strip_prefix("|x|") {
            Some(rest) => (true, rest.trim_start()),
            None => (false, text),
        };
        let range = Range::parse(rest).map_err(|why| match text {
            "" => "a condition on the amount is empty: expected \"<= 60\", \"10..60\" or \"|x| <= 60\"".to_string(),
            _ => format!("\"{text}\" is no condition on an amount: {why}"),
        })?;
        Ok(Self { is_size, range })
    }
}

impl Range {
    fn parse(text: &str) -> Result<Self, String> {
        let number = |text: &str| values::exact(text);
        if let Some((low, high)) = text.split_once("..") {
            let ends = [number(low)?, number(high)?].map(|at| Some(End { at, is_in: true }));
            let [low, high] = ends;
            return Ok(Self { low, high });
        }
        let end = |rest: &str, is_in: bool| Ok::<_, String>(Some(End { at: number(rest)?, is_in }));
        // Longer signs first: `<` begins `<=`.
        if let Some(rest) = text.strip_prefix("<=").or_else(|| text.strip_prefix('≤')) {
            Ok(Self { low: None, high: end(rest, true)? })
        } else if let Some(rest) = text.strip_prefix(">=").or_else(|| text.strip_prefix('≥')) {
            Ok(Self { low: end(rest, true)?, high: None })
        } else if let Some(rest) = text.strip_prefix('<') {
            Ok(Self { low: None, high: end(rest, false)? })
        } else if let Some(rest) = text.strip_prefix('>') {
            Ok(Self { low: end(rest, false)?, high: None })
        } else if let Some(rest) = text.strip_prefix('=') {
            let at = end(rest, true)?;
            Ok(Self { low: at, high: at })
        } else {
            Err("expected <=, >=, <, > or = and a number with a decimal point, or low..high".to_string())
        }
    }

    fn holds(&self, value: Decimal) -> bool {
        let above = self.low.is_none_or(|low| value > low.at || (low.is_in && value == low.at));
        let below = self.high.is_none_or(|high| value < high.at || (high.is_in && value == high.at));
        above && below
    }

    /// What is in both.
    fn within(self, other: Self) -> Self {
        let narrower = |a: Option<End>, b: Option<End>, is_low: bool| match (a, b) {
            (Some(a), Some(b)) if a.at == b.at => Some(End { at: a.at, is_in: a.is_in && b.is_in }),
            (Some(a), Some(b)) => Some(if (a.at > b.at) == is_low { a } else { b }),
            (a, b) => a.or(b),
        };
        Self { low: narrower(self.low, other.low, true), high: narrower(self.high, other.high, false) }
    }

    /// The same of the opposite amounts.
    fn turned(self) -> Self {
        let turned = |end: Option<End>| end.map(|end| End { at: -end.at, is_in: end.is_in });
        Self { low: turned(self.high), high: turned(self.low) }
    }

    fn is_empty(&self) -> bool {
        matches!((self.low, self.high), (Some(low), Some(high))
            if low.at > high.at || (low.at == high.at && !(low.is_in && high.is_in)))
    }
}

impl TryFrom<String> for AmountTest {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<AmountTest> for String {
    fn from(test: AmountTest) -> Self {
        test.text
    }
}

impl fmt::Display for AmountTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(test: &str, amount: &str) -> bool {
        AmountTest::parse(test).unwrap().holds(values::exact(amount).unwrap())
    }

    #[test]
    fn signs_and_ends_are_as_written() {
        for (test, yes, no) in [
            ("<= 60", vec!["60.00", "-1000", "0"], vec!["60.01"]),
            ("< 0", vec!["-0.01"], vec!["0", "0.00", "5"]),
            (">= 10.5", vec!["10.50", "11"], vec!["10.49", "-20"]),
            ("> 10", vec!["10.01"], vec!["10.00"]),
            ("= 12.00", vec!["12", "12.0"], vec!["12.01", "-12"]),
            ("10..60", vec!["10", "60"], vec!["9.99", "60.01", "-30"]),
            ("-60 .. -10", vec!["-60", "-10"], vec!["-60.01", "30"]),
            ("|x| <= 60", vec!["60", "-60", "0"], vec!["60.01", "-60.01"]),
            ("|x| 10..60", vec!["-10", "10"], vec!["9.99", "-9.99"]),
            ("|x|<=60,<0", vec!["-60", "-0.01"], vec!["0", "60", "-60.01"]),
            ("≥ 1, ≤ 2", vec!["1", "2"], vec!["0.99", "2.01"]),
        ] {
            yes.iter().for_each(|amount| assert!(holds(test, amount), "{amount} {test}"));
            no.iter().for_each(|amount| assert!(!holds(test, amount), "{amount} {test}"));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for wrong in [
            "",
            "60",
            "<=",
            "<= a",
            "=< 60",
            "<= 12,50",
            "<= 60,",
            "10..",
            "..60",
            "10...60",
            "x <= 60",
            "|x <= 60",
            "|y| <= 60",
            "1e3",
            "= 1e3",
            "<= 1_000",
            "60..10",
            "> 1, < 1",
            "= 12, = 15",
            "|x| < 0",
            "|x| <= 60, > 60",
            "|x| = -5",
            "<= 99999999999999999999999999999999999",
        ] {
            assert!(AmountTest::parse(wrong).is_err(), "{wrong}");
        }
        // Only one of the two signs is possible, and one is enough.
        assert!(AmountTest::parse("|x| >= 10, < 0").is_ok());
        assert!(AmountTest::parse("|x| <= 0").is_ok());
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        let test = AmountTest::parse(" |x| <= 60, < 0 ").unwrap();
        assert_eq!(test.to_string(), "|x| <= 60, < 0");
        assert_eq!(serde_json::to_string(&test).unwrap(), "\"|x| <= 60, < 0\"");
    }
}
