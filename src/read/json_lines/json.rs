//! One JSON text (RFC 8259), with the place of every value and numbers as they are written.
//!
//! Our own, because money must never pass through a float, a key that occurs twice must be an error, and every value needs its
//! column.

use std::borrow::Cow;

/// Values of one text: no record needs more, and a hostile one could hold many times its size in memory.
const MOST_VALUES: usize = 10_000;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value<'t> {
    /// First byte, and the byte behind the last.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) data: Data<'t>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Data<'t> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'t str),
    Text(Cow<'t, str>),
    List(Vec<Value<'t>>),
    Object(Vec<Member<'t>>),
}

/// A name of an object with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member<'t> {
    /// First byte of the name, its quote.
    pub(super) start: usize,
    pub(super) name: Cow<'t, str>,
    pub(super) value: Value<'t>,
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The byte at which it shows.
    pub(super) at: usize,
    pub(super) message: &'static str,
    /// The text ends too early.
    pub(super) is_cut: bool,
    /// A cap is reached.
    pub(super) is_cap: bool,
}

/// Reads a text that is one value, nested to at most `depth` levels.
pub(super) fn parse(text: &str, depth: u32) -> Result<Value<'_>, Fault> {
    let mut parser = Parser { text, at: 0, left: MOST_VALUES };
    parser.blanks();
    let value = parser.value(depth)?;
    parser.blanks();
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.fault("something stands behind the end of the object")),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    left: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn fault(&self, message: &'static str) -> Fault {
        Fault { at: self.at, message, is_cut: self.at >= self.text.len(), is_cap: false }
    }

    fn cap(&self, message: &'static str) -> Fault {
        Fault { at: self.at, message, is_cut: false, is_cap: true }
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: u32) -> Result<Value<'t>, Fault> {
        if depth == 0 {
            return Err(self.cap("nested deeper than is allowed"));
        }
        self.left = self.left.checked_sub(1).ok_or_else(|| self.cap("more than 10000 values in one line"))?;
        let start = self.at;
        let data = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Data::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Data::Number(self.number()?),
            _ => self.literal()?,
        };
        Ok(Value { start, end: self.at, data })
    }

    fn literal(&mut self) -> Result<Data<'t>, Fault> {
        for (word, data) in [("null", Data::Null), ("true", Data::Bool(true)), ("false", Data::Bool(false))] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(data);
            }
        }
        Err(self.fault("a value is expected here"))
    }

    fn object(&mut self, depth: u32) -> Result<Data<'t>, Fault> {
        self.at += 1;
        let mut members: Vec<Member<'t>> = Vec::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(Data::Object(members));
        }
        loop {
            self.blanks();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.fault("a key in double quotes is expected here"));
            }
            let name = self.string()?;
            self.blanks();
            if !self.take(b':') {
                return Err(self.fault("a colon is expected between a key and its value"));
            }
            self.blanks();
            let value = self.value(depth - 1)?;
            members.push(Member { start, name, value });
            self.blanks();
            if self.take(b'}') {
                return Ok(Data::Object(members));
            }
            if !self.take(b',') {
                return Err(self.fault("a comma, or the end of the object, is expected here"));
            }
        }
    }

    fn list(&mut self, depth: u32) -> Result<Data<'t>, Fault> {
        self.at += 1;
        let mut values = Vec::new();
        self.blanks();
        if self.take(b']') {
            return Ok(Data::List(values));
        }
        loop {
            self.blanks();
            values.push(self.value(depth - 1)?);
            self.blanks();
            if self.take(b']') {
                return Ok(Data::List(values));
            }
            if !self.take(b',') {
                return Err(self.fault("a comma, or the end of the list, is expected here"));
            }
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<&'t str, Fault> {
        let start = self.at;
        self.take(b'-');
        let first = self.peek();
        let whole = self.digits();
        if whole == 0 || (whole > 1 && first == Some(b'0')) {
            return Err(Fault { at: start, ..self.fault("a number of this form is no JSON") });
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.fault("digits are expected behind the point"));
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(self.fault("digits are expected in the exponent"));
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Fault> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        let mut copied = start;
        loop {
            match self.peek() {
                None => return Err(self.fault("a text is never closed")),
                Some(b'"') => {
                    let rest = &self.text[copied..self.at];
                    self.at += 1;
                    return Ok(match owned {
                        Some(text) => Cow::Owned(text + rest),
                        None => Cow::Borrowed(rest),
                    });
                }
                Some(b'\\') => {
                    let text = owned.get_or_insert_default();
                    text.push_str(&self.text[copied..self.at]);
                    let c = self.escape()?;
                    text.push(c);
                    copied = self.at;
                }
                Some(0..=0x1f) => return Err(self.fault("a control character must be escaped in a text")),
                Some(_) => self.at += 1,
            }
        }
    }

    /// The character that a `\` and what follows it stand for.
    fn escape(&mut self) -> Result<char, Fault> {
        self.at += 1;
        let c = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.fault("no such escape in a text")),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, Fault> {
        let start = self.at;
        let alone = Fault { at: start, ..self.fault("half of a pair of surrogates is no character") };
        let first = self.hexadecimal()?;
        let code = match first {
            0xd800..=0xdbff => {
                if !(self.take(b'\\') && self.take(b'u')) {
                    return Err(alone);
                }
                let second = self.hexadecimal()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(alone);
                }
                0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            code => code,
        };
        match char::from_u32(code) {
            Some('\0') => Err(Fault { at: start, ..self.fault("the character U+0000 stands in no text of a bank") }),
            Some(c) => Ok(c),
            None => Err(alone),
        }
    }

    fn hexadecimal(&mut self) -> Result<u32, Fault> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let Some(digits) = digits else { return Err(self.fault("four hexadecimal digits are expected")) };
        self.at += 4;
        let value = |b: &u8| char::from(*b).to_digit(16).unwrap_or_default();
        Ok(digits.iter().fold(0, |n, b| n * 16 + value(b)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn again(value: &Value<'_>) -> serde_json::Value {
        match &value.data {
            Data::Null => serde_json::Value::Null,
            Data::Bool(flag) => (*flag).into(),
            Data::Number(text) => serde_json::from_str(text).unwrap(),
            Data::Text(text) => text.as_ref().into(),
            Data::List(list) => list.iter().map(again).collect(),
            Data::Object(members) => {
                serde_json::Value::Object(members.iter().map(|m| (m.name.to_string(), again(&m.value))).collect())
            }
        }
    }

    #[test]
    fn numbers_stay_as_written_and_values_have_places() {
        let value = parse(r#" {"a": 19.989999999999998, "b":["x\u00e9\ud83d\ude00\n"]} "#, 9).unwrap();
        let Data::Object(members) = value.data else { panic!() };
        assert_eq!(members[0].value.data, Data::Number("19.989999999999998"));
        assert_eq!((members[0].start, members[0].value.start, members[0].value.end), (2, 7, 25));
        let Data::List(list) = &members[1].value.data else { panic!() };
        assert_eq!(list[0].data, Data::Text("xé😀\n".into()));
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (text, at) in [
            ("{\"a\":1", 6),
            ("{\"a\" 1}", 5),
            ("{a:1}", 1),
            ("{\"a\":01}", 5),
            ("{\"a\":1.}", 7),
            ("{\"a\":\"\u{1}\"}", 6),
            ("{\"a\":\"\\x\"}", 7),
            ("{\"a\":\"\\ud800\"}", 8),
            ("{\"a\":\"\\u0000\"}", 8),
            ("{\"a\":1}}", 7),
            ("{\"a\":nul}", 5),
            ("{\"a\":1,}", 7),
            ("", 0),
        ] {
            assert_eq!(parse(text, 9).unwrap_err().at, at, "{text}");
        }
        assert!(parse(&"[".repeat(100_000), 64).unwrap_err().is_cap);
        assert!(parse(&format!("[{}1]", "1,".repeat(20_000)), 64).unwrap_err().is_cap);
        assert!(parse("{\"a\":\"x", 64).unwrap_err().is_cut);
    }

    proptest! {
        #[test]
        fn it_agrees_with_serde(text in "[\\[\\]{}:,\"\\\\a0-9.eE+\\- tn]{0,24}") {
            let serde: Result<serde_json::Value, _> = serde_json::from_str(&text);
            let ours = parse(&text, 64);
            // Out of range for a float is no fault of the text.
            let is_range = serde.as_ref().is_err_and(|e| e.to_string().contains("out of range"));
            prop_assert!(is_range || ours.is_ok() == serde.is_ok(), "{text:?} {ours:?} {serde:?}");
        }

        #[test]
        fn texts_are_read_as_serde_writes_them(text in "\\PC{0,20}[\u{1}-\u{20}]{0,5}") {
            let written = serde_json::to_string(&text).unwrap();
            let value = parse(&written, 2).unwrap();
            prop_assert_eq!(again(&value), serde_json::Value::from(text));
        }
    }
}
