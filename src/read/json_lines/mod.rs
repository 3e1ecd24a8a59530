//! JSON Lines: one object a line, with the canonical names as keys.
//!
//! A line may say what it is in `schema`: `lettrage.statement/1`, with the payments of that statement below it,
//! `lettrage.payment/1`, or `lettrage.invoice/1`. A line with such a mark is held to it: a key that the schema does not know is
//! an error. Without marks every line is a payment, or an invoice, and unknown keys are left out and said.
//!
//! Money is a text or a number; a number is taken as it is written, and never becomes a float.
//!
//! Errors: E0241 to E0245, E0247, E0248 (see the module `source`), E0102 for lines of the other kind.

mod head;
mod json;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Settings;
use super::canonical::{Fields, Items, Statements, split_list};
use super::source::{Line, Source};
use crate::config::Limits;
use crate::error::{Collector, Error, Errors};
use crate::model::columns::{ITEM, ITEM_SCHEMA, PAYMENT, PAYMENT_SCHEMA, STATEMENT_SCHEMA};
use crate::model::{InputRole, ItemFile, Note, NoteKind, Position, StatementFile};
use json::{Data, Fault, Member, Value};

/// Keys that tell an invoice from a payment where no mark does.
const OF_ITEMS: [&str; 5] = ["item_id", "number", "open_amount", "issue_date", "due_date"];

/// Reads JSON Lines with payments.
pub fn read_statement(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let source = Source::decode(path, bytes, None)?;
    let mut statements = Statements::default();
    let (mut errors, mut unknown) = (Collector::default(), Unknown::default());
    each(&source, settings.limits, &mut errors, |object| match object.schema()?.as_deref() {
        Some(STATEMENT_SCHEMA) => {
            object.only(&head::KEYS)?;
            statements.begin(head::read(object)?);
            Ok(())
        }
        Some(PAYMENT_SCHEMA) => {
            object.only(&PAYMENT)?;
            statements.read(object)
        }
        Some(ITEM_SCHEMA) => Err(object.of_the_other_kind("invoices", "payments")),
        Some(other) => Err(object.no_such_schema(other)),
        None if !object.has(&["booking_date", "value_date"]) && object.has(&OF_ITEMS) => {
            Err(object.of_the_other_kind("invoices", "payments"))
        }
        None => {
            unknown.note(object, &PAYMENT);
            statements.read(object)
        }
    });
    let records = statements.payments();
    let mut notes = unknown.notes();
    let statements = statements.finish(path, &mut notes);
    let file = source.file(InputRole::Statement, "jsonl", "", records, notes);
    errors.finish(StatementFile { file, statements })
}

/// Reads JSON Lines with open items.
pub fn read_items(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    let source = Source::decode(path, bytes, None)?;
    let mut items = Items::default();
    let (mut errors, mut unknown) = (Collector::default(), Unknown::default());
    each(&source, settings.limits, &mut errors, |object| match object.schema()?.as_deref() {
        Some(ITEM_SCHEMA) => {
            object.only(&ITEM)?;
            items.read(object)
        }
        Some(PAYMENT_SCHEMA | STATEMENT_SCHEMA) => Err(object.of_the_other_kind("payments", "invoices")),
        Some(other) => Err(object.no_such_schema(other)),
        None if object.has(&["booking_date", "value_date"]) && !object.has(&OF_ITEMS) => {
            Err(object.of_the_other_kind("payments", "invoices"))
        }
        None => {
            unknown.note(object, &ITEM);
            items.read(object)
        }
    });
    items.repeats(&mut errors, |again, first| {
        let line = |position| match position {
            Position::Line(line) => u64::from(line),
            _ => 0,
        };
        Error::new(crate::error::ErrorKind::Input, "E0244", format!("the item \"{}\" is in the file twice", again.id))
            .in_file(path)
            .at(line(again.place.position), 1)
            .also_at(path, line(first.place.position))
            .help("an item_id is unique: remove one of the two, or give each its own")
    });
    let mut notes = unknown.notes();
    items.absent.say(&mut notes);
    let file = source.file(InputRole::Items, "jsonl", "", items.items.len() as u64, notes);
    errors.finish(ItemFile { file, items: items.items })
}

/// Hands over the object of every line that is not blank.
fn each(
    source: &Source<'_>,
    limits: &Limits,
    errors: &mut Collector,
    mut take: impl FnMut(&Object<'_>) -> Result<(), Error>,
) {
    let mut records: u64 = 0;
    for line in source.lines().filter(|line| !line.text.trim().is_empty()) {
        records += 1;
        if records > limits.records {
            return errors.push(source.too_many(line, limits));
        }
        let value = match json::parse(line.text, limits.depth) {
            Ok(value) => value,
            Err(fault) => {
                errors.push(not_json(source, line, fault));
                // One document over many lines: what its other lines lack is no news.
                if fault.is_cut && records == 1 {
                    return;
                }
                continue;
            }
        };
        let Data::Object(members) = &value.data else {
            let error = fault_at(source, line, value.start, value.end, "E0244", "the line is no object");
            errors.push(error.label("{\"booking_date\": …} is expected"));
            continue;
        };
        let object = Object { source, line, members, start: value.start, end: value.end };
        match object.check(limits).and_then(|()| take(&object)) {
            // What the first line is not, the others will not be.
            Err(error) if error.code() == super::csv::COLUMNS_UNKNOWN => return errors.push(error),
            Err(error) => errors.push(error),
            Ok(()) => {}
        }
    }
}

/// An error at bytes of a line.
fn fault_at(
    source: &Source<'_>,
    line: Line<'_>,
    start: usize,
    end: usize,
    code: &'static str,
    message: impl Into<Box<str>>,
) -> Error {
    let characters = |part: Option<&str>| part.map_or(0, |part| part.chars().count());
    let (start, end) = (start.min(line.text.len()), end.min(line.text.len()));
    source.fault(line, characters(line.text.get(..start)), characters(line.text.get(start..end)).max(1), code, message)
}

fn not_json(source: &Source<'_>, line: Line<'_>, fault: Fault) -> Error {
    let code = match fault {
        Fault { is_cap: true, .. } => "E0247",
        Fault { is_cut: true, .. } => "E0245",
        _ => "E0244",
    };
    let error = fault_at(source, line, fault.at, fault.at + 1, code, "the line is not JSON that can be read");
    let error = error.label(fault.message);
    match fault {
        Fault { is_cap: true, .. } => error,
        Fault { is_cut: true, .. } => {
            error.help("each object stands on one line of its own: a JSON document over several lines is not read")
        }
        _ => error.help("each line is one JSON object (RFC 8259)"),
    }
}

/// Keys that are left out, with how often and where first.
#[derive(Default)]
struct Unknown(BTreeMap<Box<str>, (u64, u32)>);

impl Unknown {
    /// Keys that are told one by one.
    const MOST: usize = 50;

    fn note(&mut self, object: &Object<'_>, known: &[&str]) {
        for member in object.members.iter().filter(|m| !known.contains(&&*m.name)) {
            let name: Box<str> = member.name.chars().take(60).collect::<String>().into();
            if self.0.len() < Self::MOST || self.0.contains_key(&name) {
                self.0.entry(name).or_insert((0, object.line.number)).0 += 1;
            }
        }
    }

    fn notes(self) -> Vec<Note> {
        let say = |(name, (times, line))| {
            let lines = if times == 1 { "1 line".to_string() } else { format!("{times} lines") };
            Note::new(NoteKind::Said, format!("key \"{name}\" is not known and left out ({lines}, first line {line})"))
        };
        self.0.into_iter().map(say).collect()
    }
}

/// An object of a line, or one inside it.
struct Object<'a> {
    source: &'a Source<'a>,
    line: Line<'a>,
    members: &'a [Member<'a>],
    start: usize,
    end: usize,
}

impl<'a> Object<'a> {
    fn get(&self, name: &str) -> Option<&'a Value<'a>> {
        let found = self.members.iter().find(|m| m.name == name).map(|m| &m.value);
        found.filter(|value| value.data != Data::Null)
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.get(name).is_some())
    }

    fn fault_of(&self, value: &Value<'_>, code: &'static str, message: String) -> Error {
        fault_at(self.source, self.line, value.start, value.end, code, message)
    }

    fn fault_of_key(&self, member: &Member<'_>, message: String) -> Error {
        let end = member.start + member.name.len() + 2;
        fault_at(self.source, self.line, member.start, end, "E0244", message)
    }

    /// Keys once each, texts within their cap. Errors: E0244, E0247.
    fn check(&self, limits: &Limits) -> Result<(), Error> {
        for (n, member) in self.members.iter().enumerate() {
            // A record has some twenty keys, and the number of values of a line is capped.
            if n < MOST_KEYS && self.members[..n].iter().any(|earlier| earlier.name == member.name) {
                return Err(self.fault_of_key(member, format!("the key \"{}\" occurs twice", member.name)));
            }
            let size = member.value.end - member.value.start;
            if size > limits.text_bytes as usize {
                let message = format!("a value longer than {} bytes", limits.text_bytes);
                let error = self.fault_of(&member.value, "E0247", message);
                return Err(error.help("raise  text_bytes  under [limits] in the configuration if the file is genuine"));
            }
        }
        if self.members.len() > MOST_KEYS {
            let message = format!("more than {MOST_KEYS} keys in one object");
            return Err(fault_at(self.source, self.line, self.start, self.end, "E0247", message));
        }
        Ok(())
    }

    /// No key but these. Error: E0244.
    fn only(&self, known: &[&'static str]) -> Result<(), Error> {
        let Some(member) = self.members.iter().find(|m| m.name != "schema" && !known.contains(&&*m.name)) else {
            return Ok(());
        };
        let error = self.fault_of_key(member, format!("the key \"{}\" is not known here", member.name));
        let near = known
            .iter()
            .map(|name| (strsim::jaro_winkler(&member.name, name), name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        Err(match near {
            Some((_, near)) => error.help(format!("did you mean \"{near}\"?")),
            None => error.help(format!("the keys are: {}", known.join(", "))),
        })
    }

    fn schema(&self) -> Result<Option<Cow<'_, str>>, Error> {
        let text = self.text("schema")?;
        Ok((!text.is_empty()).then_some(text))
    }

    fn no_such_schema(&self, schema: &str) -> Error {
        self.fault("schema", "E0244", format!("the schema \"{schema}\" is not known"))
            .label(format!("{STATEMENT_SCHEMA}, {PAYMENT_SCHEMA} or {ITEM_SCHEMA} is expected"))
            .help("a newer version of this program may have written it")
    }

    fn of_the_other_kind(&self, found: &str, wanted: &str) -> Error {
        let code = super::csv::COLUMNS_UNKNOWN;
        let message = format!("JSON Lines with {found}, where {wanted} are expected");
        fault_at(self.source, self.line, self.start, self.end, code, message)
    }

    fn wrong_type(&self, name: &str, value: &Value<'_>, expected: &str) -> Error {
        let found = match value.data {
            Data::Null => "null",
            Data::Bool(_) => "true or false",
            Data::Number(_) => "a number",
            Data::Text(_) => "a text",
            Data::List(_) => "a list",
            Data::Object(_) => "an object",
        };
        self.fault_of(value, "E0244", format!("{name} is {found}")).label(format!("{expected} is expected"))
    }

    /// True or false. Error: E0244.
    fn flag(&self, name: &'static str) -> Result<Option<bool>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(Value { data: Data::Bool(flag), .. }) => Ok(Some(*flag)),
            Some(value) => Err(self.wrong_type(name, value, "true or false")),
        }
    }

    /// The object inside an object. Error: E0244.
    fn object(&self, name: &'static str) -> Result<Option<Object<'a>>, Error> {
        self.get(name).map(|value| self.inside(name, value)).transpose()
    }

    /// The objects of a list. Error: E0244.
    fn objects(&self, name: &'static str) -> Result<Vec<Object<'a>>, Error> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value { data: Data::List(list), .. }) => list.iter().map(|value| self.inside(name, value)).collect(),
            Some(value) => Err(self.wrong_type(name, value, "a list of objects")),
        }
    }

    fn inside(&self, name: &str, value: &'a Value<'a>) -> Result<Object<'a>, Error> {
        match &value.data {
            Data::Object(members) => {
                Ok(Object { source: self.source, line: self.line, members, start: value.start, end: value.end })
            }
            _ => Err(self.wrong_type(name, value, "an object")),
        }
    }
}

/// Keys of one object: more than any schema has.
const MOST_KEYS: usize = 200;

impl Fields for Object<'_> {
    fn text(&self, name: &'static str) -> Result<Cow<'_, str>, Error> {
        match self.get(name) {
            None => Ok(Cow::Borrowed("")),
            Some(Value { data: Data::Text(text), .. }) => Ok(Cow::Borrowed(text)),
            // As written: an amount, or a number of a document.
            Some(value @ Value { data: Data::Number(text), .. }) => match text.contains(['e', 'E']) {
                false => Ok(Cow::Borrowed(text)),
                true => Err(self
                    .fault_of(value, "E0244", format!("{name} is a number with an exponent"))
                    .label("plain digits are expected, or a text")),
            },
            Some(value) => Err(self.wrong_type(name, value, "a text")),
        }
    }

    fn list(&self, name: &'static str) -> Result<Box<[Box<str>]>, Error> {
        let Some(value) = self.get(name) else { return Ok(Box::default()) };
        let Data::List(list) = &value.data else { return Ok(split_list(&self.text(name)?)) };
        let text = |one: &Value<'_>| match &one.data {
            Data::Text(text) => Ok::<Box<str>, Error>(text.as_ref().into()),
            _ => Err(self.wrong_type(name, one, "a text")),
        };
        let texts: Vec<Box<str>> = list.iter().map(text).collect::<Result<_, _>>()?;
        Ok(texts.into_iter().filter(|text| !text.is_empty()).collect())
    }

    fn vat(&self, name: &'static str) -> Result<Vec<(String, String)>, Error> {
        let parts = self.objects(name)?;
        let read = |part: &Object<'_>| {
            part.only(&["rate", "tax"])?;
            let of = |key| match part.text(key) {
                Ok(text) if text.is_empty() => Err(super::canonical::missing(part, key, "rate and tax of one part")),
                other => other.map(|text| text.to_string()),
            };
            Ok((of("rate")?, of("tax")?))
        };
        parts.iter().map(read).collect()
    }

    fn fault(&self, name: &'static str, code: &'static str, message: String) -> Error {
        match self.get(name) {
            Some(value) => self.fault_of(value, code, message).context(format!("key \"{name}\"")),
            None => fault_at(self.source, self.line, self.start, self.start + 1, code, message),
        }
    }

    fn position(&self) -> Position {
        Position::Line(self.line.number)
    }
}
