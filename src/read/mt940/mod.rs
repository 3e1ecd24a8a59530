//! SWIFT MT940, the statement, and MT942, the interim report, as banks send them.
//!
//! A file is a sequence of messages; each becomes one statement, also the pages of one (`:60M:`, `:62M:`), which hold their own part of
//! the money between their own balances and are put together when all files of a run are known. Text around the messages and SWIFT's envelope are passed over. Sources: SWIFT user handbook,
//! category 9; DFÜ-Abkommen annex 3 for the German `:86:`.

mod account;
mod amount;
mod balance;
mod date;
mod entry;
mod fields;
mod info;
mod notes;
mod statement;
mod text;

use self::fields::{Fields, Tag};
use self::notes::{Notes, Oddity};
use self::statement::{Message, Reading};
use super::Settings;
use super::source::Source;
use crate::error::{Collector, Errors};
use crate::model::{InputRole, Statement, StatementFile, StatementKind};

/// Reads an MT940 or MT942. `path` is for messages and provenance; identifiers of payments stay empty.
///
/// Errors: what is no text (E0021 to E0023); amounts, days, currencies, missing fields, messages that are cut off, marks and limits
/// (E0241 to E0248). The latter are collected, so that one run shows many of them.
pub fn read(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<StatementFile, Errors> {
    let mut notes = Notes::default();
    let source = text::decode(path, bytes, &mut notes)?;
    let mut errors = Collector::default();
    let statements = messages(&source, settings, &mut notes, &mut errors);
    if statements.is_empty() && errors.is_empty() {
        errors.push(
            source.fault_at_end("E0244", "the file holds no message").help("a statement begins with :20: and :25:"),
        );
    }
    let records = statements.iter().map(|s| s.payments.len() as u64).sum();
    let is_interim = !statements.is_empty() && statements.iter().all(|s| s.kind == StatementKind::Interim);
    let format = if is_interim { "mt942" } else { "mt940" };
    let file = source.file(InputRole::Statement, format, "", records, notes.finish());
    errors.finish(StatementFile { file, statements })
}

/// Reads the messages one after the other, so that only one of them is held as fields.
fn messages(source: &Source<'_>, settings: &Settings<'_>, notes: &mut Notes, errors: &mut Collector) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut message = Message::default();
    let mut fields = Fields::new(&source.text, source.lines());
    let mut records = 0;
    while let Some(field) = fields.next(notes) {
        if field.text.len() as u64 > u64::from(settings.limits.text_bytes) {
            let text =
                format!("a field of {} bytes, more than the {} allowed", field.text.len(), settings.limits.text_bytes);
            errors.push(
                source
                    .fault(field.line, 0, field.column.max(1), "E0247", text)
                    .help("raise  text_bytes  under [limits] in the configuration if the file is genuine"),
            );
            continue;
        }
        records += u64::from(field.tag == Tag::Entry);
        if records > settings.limits.records {
            errors.push(source.too_many(field.line, settings.limits));
            return statements;
        }
        let is_next = match field.tag {
            Tag::Reference => true,
            // A statement that follows another without a reference of its own.
            Tag::Account | Tag::Number | Tag::Opening => message.has(Tag::Closing),
            _ => false,
        };
        if is_next {
            let before = std::mem::take(&mut message);
            statements.extend(finished(&before, source, notes, errors));
            if field.tag != Tag::Reference {
                message.fields.extend(before.first(Tag::Reference));
                message.fields.extend(before.first(Tag::Account).filter(|_| field.tag != Tag::Account));
            }
        }
        if message.fields.is_empty() && matches!(field.tag, Tag::Other | Tag::Info | Tag::Available) {
            notes.add(Oddity::OutsideMessages, field.line.number);
            continue;
        }
        message.is_942 |= field.is_942;
        message.fields.push(field);
    }
    statements.extend(finished(&message, source, notes, errors));
    statements
}

fn finished(
    message: &Message<'_>,
    source: &Source<'_>,
    notes: &mut Notes,
    errors: &mut Collector,
) -> Option<Statement> {
    message.read(&mut Reading { source, notes, errors })
}

#[cfg(test)]
mod tests;
