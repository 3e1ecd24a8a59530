//! The log, one entry a line.

use super::aligned::Aligned;
use super::sections::short_time;
use crate::model::Operation;
use crate::report::Lang;
use crate::report::i18n::{fill, operation_name};
use crate::report::table::foreign;

/// Entries of the log in the order that they are given in. On a terminal only what an entry says is shortened.
pub fn log(operations: &[Operation], lang: Lang, width: Option<usize>) -> String {
    let l = lang.book_labels();
    if operations.is_empty() {
        return format!("{}\n", l.log_none);
    }
    let mut table = Aligned::new(&[&format!(">{}", l.op), l.when, l.who, l.what, l.subject, ""], 4);
    for one in operations {
        let why = if one.why.is_empty() { String::new() } else { format!(" “{}”", foreign(&one.why)) };
        table.row(vec![
            format!("{:04}", one.seq),
            foreign(short_time(&one.at).as_str()),
            foreign(&one.who),
            foreign(operation_name(lang, &one.kind)),
            format!("{}{why}", foreign(&one.summary)),
            one.undone_by.map(|by| fill(l.log_undone, &[&format!("{by:04}")])).unwrap_or_default(),
        ]);
    }
    table.without_empty(&[]).lines(width)
}
