//! Every line of every account, as lines of the general ledger.

use super::super::source::Source;
use super::entries;
use super::table;
use crate::error::Errors;
use crate::model::{Currency, LedgerLine, Money, Note, NoteKind, Place, Position};
use crate::read::Settings;

/// Reads all lines. Those of an entry that carries balances over are opening lines.
pub(super) fn lines(source: &Source<'_>, settings: &Settings<'_>) -> Result<(Vec<LedgerLine>, Vec<Note>), Errors> {
    let table = table::read(source, settings)?;
    let entries = entries::gather(source, &table.rows)?;
    let mut notes = table.oddities.notes();
    notes.push(Note::new(NoteKind::Assumed, "amounts are taken as euros, the currency of a FEC"));
    let foreign = table.rows.iter().filter(|row| row.is_foreign).count();
    if foreign > 0 {
        let text = format!("{foreign} lines also have an amount in a foreign currency: it is not read");
        notes.push(Note::new(NoteKind::Said, text));
    }
    let line = |row: &table::Row<'_>| LedgerLine {
        account: row.account.into(),
        label: row.account_name.into(),
        date: row.date,
        amount: Money::new(row.minor, Currency::EUR),
        text: row.label.into(),
        reference: row.piece.into(),
        entry: format!("{}/{}", row.journal, row.number).into(),
        auxiliary: row.auxiliary.into(),
        lettering: row.lettering.into(),
        opening: entries.get(&(row.journal, row.number)).is_some_and(entries::Entry::is_opening),
        place: Place { file: 0, position: Position::Line(row.line.number) },
    };
    Ok((table.rows.iter().map(line).collect(), notes))
}
