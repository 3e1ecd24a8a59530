//! A ledger that is given both as a statement and as open items: what its own payments settled is open again.
//!
//! In a FEC the lettering already says what is settled. Matching its payments against what they left open would find nothing, so the
//! items are put back to where they were before these payments came. What credit notes settled stays settled.

use std::collections::HashMap;

use super::inputs;
use crate::error::Errors;
use crate::model::{ItemFile, Note, NoteKind, StatementFile};
use crate::read::{Settings, fec};

/// Opens what the payments among `statements` settled, in the items of the same file.
pub(super) fn reopen(
    statements: &[StatementFile],
    items: &mut [ItemFile],
    settings: &Settings<'_>,
) -> Result<(), Errors> {
    for file in items.iter_mut().filter(|file| &*file.file.format == fec::FORMAT) {
        if !statements.iter().any(|s| s.file.sha256 == file.file.sha256) {
            continue;
        }
        // Of a member of an archive, which a statement cannot be, there is no such path.
        let path = file.file.path.to_string();
        let links = fec::links(&path, &inputs::bytes_of(path.as_ref(), settings.limits)?, settings)?;
        let mut applied: HashMap<&str, i64> = HashMap::new();
        for link in &links {
            if let Some(amount) = link.applied {
                let sum = applied.entry(&link.item_id).or_default();
                *sum = sum.saturating_add(amount.minor);
            }
        }
        let mut count = 0;
        for item in &mut file.items {
            if let Some(sum) = applied.get(&*item.id) {
                item.open_minor = item.open_minor.saturating_add(*sum);
                count += 1;
            }
        }
        let text = format!("{count} items are open as before the payments of this file, which are matched in this run");
        file.file.notes.push(Note::new(NoteKind::Assumed, text));
    }
    Ok(())
}
