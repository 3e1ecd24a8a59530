//! Ctrl-C: the run ends with 130, and nothing half-written stays.

use super::ErrorKind;
use crate::report;

/// Installs the handler. Called once, before anything is read.
///
/// A process without a handler would be ended by the signal itself and leave its temporary files, so one that cannot be
/// installed is no reason to refuse the work.
pub(super) fn install() {
    let _ = ctrlc::set_handler(|| {
        // Waits while finished files get their names: either all of them have one, or none.
        let _held = report::discard_unfinished();
        super::temporary::discard_all();
        eprintln!("interrupted");
        std::process::exit(i32::from(ErrorKind::Interrupted.exit_code()));
    });
}
