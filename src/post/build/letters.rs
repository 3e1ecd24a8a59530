//! Codes of lettering: `AAA`, `AAB`, … `ZZZ`, `AAAA`, one sequence for each customer's account.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::model::LetteringChange;

/// Letters of the first code, and the most that a code of somebody else may have to count.
const FIRST: usize = 3;
const MOST: usize = 6;

/// A code in upper case. Shorter codes go first, then the alphabet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code(String);

impl Code {
    /// Reads a code of letters; none for what is no code of this sequence.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_code = (1..=MOST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic());
        is_code.then(|| Self(text.to_ascii_uppercase()))
    }

    /// The one behind it, of at least three letters.
    fn next(&self) -> Self {
        if self.0.len() < FIRST {
            return Self("A".repeat(FIRST));
        }
        let mut letters = self.0.clone().into_bytes();
        for at in (0..letters.len()).rev() {
            if letters[at] < b'Z' {
                letters[at] += 1;
                return Self(letters.into_iter().map(char::from).collect());
            }
            letters[at] = b'A';
        }
        Self("A".repeat(letters.len() + 1))
    }

    fn is_behind(&self, other: &Self) -> bool {
        (self.0.len(), &self.0) > (other.0.len(), &other.0)
    }
}

/// The next codes of every customer's account.
#[derive(Debug, Default)]
pub(super) struct Codes {
    last: HashMap<(Box<str>, Box<str>), Code, RandomState>,
    /// Of whole accounts, where the ledger does not say the customer.
    of_account: HashMap<Box<str>, Code, RandomState>,
    after: Option<Code>,
}

impl Codes {
    /// Codes go on behind those that were used: by batches, by the ledger, and by what the configuration says.
    pub(super) fn behind(
        batches: &[LetteringChange],
        ledger: &[(Box<str>, Box<str>, Box<str>)],
        after: Option<&str>,
    ) -> Self {
        let mut codes = Self { after: after.and_then(Code::parse), ..Self::default() };
        for change in batches {
            // A code that was taken off is not given again.
            for letter in [&change.letter, &change.before].into_iter().flatten() {
                codes.used(&change.account, &change.auxiliary, &letter.code);
            }
        }
        for (account, auxiliary, code) in ledger {
            codes.used(account, auxiliary, code);
            if let Some(code) = Code::parse(code).filter(|_| auxiliary.is_empty()) {
                let last = codes.of_account.entry(account.clone()).or_insert_with(|| code.clone());
                if code.is_behind(last) {
                    *last = code;
                }
            }
        }
        codes
    }

    fn used(&mut self, account: &str, auxiliary: &str, code: &str) {
        let Some(code) = Code::parse(code) else { return };
        let last = self.last.entry((account.into(), auxiliary.into())).or_insert_with(|| code.clone());
        if code.is_behind(last) {
            *last = code;
        }
    }

    /// The next code of a customer's account.
    pub(super) fn next(&mut self, account: &str, auxiliary: &str) -> Box<str> {
        let key = (account.into(), auxiliary.into());
        let known = [self.last.get(&key), self.of_account.get(account), self.after.as_ref()];
        let last = known.into_iter().flatten().fold(None::<&Code>, |last, code| match last {
            Some(last) if !code.is_behind(last) => Some(last),
            _ => Some(code),
        });
        let code = last.map_or_else(|| Code("A".repeat(FIRST)), Code::next);
        let text = code.0.as_str().into();
        self.last.insert(key, code);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_each_other_for_each_customer() {
        let mut codes = Codes::default();
        assert_eq!(
            [codes.next("411", "A"), codes.next("411", "A"), codes.next("411", "B")],
            ["AAA".into(), "AAB".into(), "AAA".into()]
        );
        for (last, next) in
            [("AAZ", "ABA"), ("ZZZ", "AAAA"), ("AZZ", "BAA"), ("Q", "AAA"), ("aab", "AAC"), ("ZZZZ", "AAAAA")]
        {
            assert_eq!(Code::parse(last).unwrap().next().0, next, "{last}");
        }
        for wrong in ["", "12", "AA1", "É", "ABCDEFG"] {
            assert_eq!(Code::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn codes_begin_behind_those_of_the_ledger_and_of_the_configuration() {
        let ledger = [
            ("411".into(), "A".into(), "ABC".into()),
            ("411".into(), "".into(), "AAF".into()),
            ("411".into(), "A".into(), "ABB".into()),
        ];
        let mut codes = Codes::behind(&[], &ledger, None);
        assert_eq!(&*codes.next("411", "A"), "ABD");
        // The ledger does not say whose this one was.
        assert_eq!(&*codes.next("411", "B"), "AAG");
        assert_eq!(&*codes.next("4111", "B"), "AAA");
        let mut codes = Codes::behind(&[], &ledger, Some("ACF"));
        assert_eq!([&*codes.next("411", "A"), &*codes.next("411", "Z")], ["ACG", "ACG"]);
    }
}
