//! `inspect --raw`: the bytes of one payment as they were received.

use std::path::PathBuf;

use super::super::inputs::{load_statements, source_of};
use super::super::{Outcome, Talk};
use crate::error::{Error, ErrorKind, printable};
use crate::model::Payment;
use crate::normalise::ledger;
use crate::read::{self, Settings};

/// Prints the bytes to standard output, and to standard error where they are from. Errors: E0404, E0408.
pub(super) fn print(id: &str, files: &[PathBuf], settings: &Settings<'_>, talk: Talk) -> Outcome {
    if files.iter().any(|path| path.as_os_str() == "-") {
        let error = Error::new(ErrorKind::Usage, "E0408", "standard input cannot be read a second time");
        return Err(error.help("give the file by its name").into());
    }
    // The same files make the same ids: a rank among identical payments depends on all of them.
    let ledger = ledger::gather(load_statements(files, settings)?.files)?;
    let Some(payment) = ledger.payments.iter().find(|p| &*p.id == id) else {
        return Err(unknown(id, &ledger.payments).into());
    };
    let position = payment.place.position;
    let file = &ledger.files[payment.place.file as usize];
    let (path, bytes) = source_of(&file.path, files, settings.limits)?;
    let Some(raw) = read::raw::raw(&path, &bytes, &file.path, position, settings)? else {
        let message = format!("the bytes of {position} cannot be shown");
        let error = Error::new(ErrorKind::Refused, "E0408", message).in_file(&*file.path);
        return Err(error.label(format!("{} keeps no record as one piece of bytes", file.format)).into());
    };
    if !talk.quiet {
        let version = if file.version.is_empty() { &file.format } else { &file.version };
        let (bytes, encoding) = (raw.bytes.len(), &raw.encoding);
        eprintln!("{}, {position}: {version}, {encoding}, {bytes} bytes", printable(&file.path));
    }
    super::super::print_with(|out| out.write_all(&raw.bytes).map_err(|e| super::super::output_error(&e)))?;
    Ok(0)
}

fn unknown(id: &str, payments: &[Payment]) -> Error {
    let near = payments.iter().map(|p| (strsim::damerau_levenshtein(id, &p.id), &p.id)).min();
    let error = Error::new(ErrorKind::Usage, "E0404", format!("these files have no payment {id:?}"));
    match near.filter(|(distance, _)| *distance <= 3) {
        Some((_, near)) => error.help(format!("did you mean {near}?")),
        None => error.help("lettrage convert FILE -o - -O csv  lists the payments with their ids"),
    }
}
