//! The whole state as text: what two books are compared by.
//!
//! The log is not part of it, nor are the database's own numbers: a book whose operations were all undone reads as it did before them.

use std::fmt::Write as _;

use super::store::{Book, Told as _};
use crate::error::Error;

/// What is written of each table: a heading, and the query of its lines.
const PARTS: &[(&str, &str)] = &[
    (
        "files",
        "SELECT role || ' ' || sha256 || ' ' || path || ' ' || scope || ' ' || records FROM file WHERE active = 1 ORDER BY n",
    ),
    (
        "payments",
        "SELECT p.id || ' ' || p.account || ' ' || p.booked || ' ' || coalesce(p.valued, '') || ' ' || p.minor || ' ' || p.currency || ' ' || \
         p.payer_name || ' ' || p.payer_iban || ' ' || p.remittance || ' ' || p.structured_references || ' ' || p.end_to_end_id || ' ' || \
         p.bank_reference || ' ' || p.nature || ' ' || f.sha256 || ' ' || p.position || ' ' || \
         coalesce(d.kind || ' ' || d.author || ' ' || d.by || ' ' || d.account || ' ' || d.reason || ' ' || coalesce(d.until, '') || ' ' || d.differences \
         || ' ' || coalesce((SELECT r.id FROM payment r WHERE r.n = d.returns), '') || ' ' || coalesce((SELECT group_concat(t, ' ') FROM \
         (SELECT i.id || '=' || a.minor AS t FROM application a JOIN item i ON i.n = a.item WHERE a.decision = d.n ORDER BY i.id)), ''), 'undecided') \
         FROM payment p JOIN file f ON f.n = p.file LEFT JOIN decision d ON d.n = p.decision WHERE p.present = 1 ORDER BY p.id",
    ),
    (
        "items",
        "SELECT i.id || ' ' || i.number || ' ' || i.customer_id || ' ' || i.customer_name || ' ' || i.customer_ibans || ' ' || coalesce(i.issued, '') \
         || ' ' || coalesce(i.due, '') || ' ' || i.minor || ' ' || i.listed || ' ' || i.open || ' ' || i.currency || ' ' || i.kind || ' ' || i.terms || ' ' \
         || i.discount || ' ' || f.sha256 || ' ' || i.position || ' ' || coalesce((SELECT m.sha256 FROM file m WHERE m.n = i.missing), '') || ' ' || \
         coalesce(d.kind || ' ' || d.author || ' ' || d.by || ' ' || d.reason || ' ' || coalesce(d.until, ''), '') \
         FROM item i JOIN file f ON f.n = i.file LEFT JOIN decision d ON d.n = i.decision WHERE i.present = 1 ORDER BY i.id",
    ),
    (
        "taken over",
        "SELECT coalesce(p.id, j.id) || ' ' || i.id FROM taken_over t JOIN decision d ON d.n = t.decision JOIN item i ON i.n = t.item \
         LEFT JOIN payment p ON p.n = d.payment LEFT JOIN item j ON j.n = d.item WHERE p.decision = d.n OR j.decision = d.n ORDER BY 1",
    ),
    ("statements", "SELECT account || ' ' || currency || ' ' || body FROM statement ORDER BY n"),
    ("findings", "SELECT kind || ' ' || scope || ' ' || coalesce(holds, '') || ' ' || text FROM finding ORDER BY n"),
    ("customers", "SELECT body FROM customer ORDER BY id"),
    (
        "ledger",
        "SELECT account || ' ' || booked || ' ' || minor || ' ' || currency || ' ' || name || ' ' || text FROM current_ledger_line ORDER BY n",
    ),
    (
        "verdicts",
        "SELECT p.id || ' ' || v.bucket || ' ' || v.reason || ' ' || v.probability FROM payment p JOIN verdict v ON v.payment = p.n \
                  AND v.run = (SELECT max(w.run) FROM verdict w JOIN operation o ON o.seq = w.run WHERE w.payment = p.n AND o.undone_by IS NULL) \
                  WHERE p.present = 1 ORDER BY p.id",
    ),
    (
        "notes",
        "SELECT coalesce(p.id, i.id) || ' ' || n.text FROM note n JOIN operation o ON o.seq = n.op AND o.undone_by IS NULL LEFT JOIN payment p ON p.n = n.payment LEFT JOIN item i ON i.n = n.item ORDER BY n.op",
    ),
    (
        "posted",
        "SELECT w.number || ' ' || w.key || ' ' || w.subject || ' ' || w.entry FROM posting w JOIN operation o ON o.seq = w.op AND o.undone_by IS NULL \
         ORDER BY w.op, w.n",
    ),
    (
        "lettering",
        "SELECT l.change FROM lettering l JOIN operation o ON o.seq = l.op AND o.undone_by IS NULL ORDER BY l.op, l.n",
    ),
    (
        "answers",
        "SELECT a.key || ' ' || a.taken || ' ' || a.message FROM posting_answer a JOIN operation o ON o.seq = a.op AND o.undone_by IS NULL \
         ORDER BY a.op, a.key",
    ),
    ("periods", "SELECT month || ' ' || seal FROM period ORDER BY month"),
];

impl Book {
    /// The state, one line a fact. Error: E0706.
    pub fn state(&self) -> Result<String, Error> {
        let mut text = String::new();
        for (heading, sql) in PARTS {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "# {heading}");
            let mut select = self.db.prepare(sql).told()?;
            let mut rows = select.query([]).told()?;
            while let Some(row) = rows.next().told()? {
                let line: String = row.get(0).told()?;
                let _ = writeln!(text, "{line}");
            }
        }
        Ok(text)
    }

    /// What is wrong with figures that are kept for speed: items whose open amount is not what lists and decisions give. Error: E0706.
    pub fn wrong_figures(&self) -> Result<Vec<String>, Error> {
        let sql = "SELECT i.id || ': ' || i.open || ' is kept as open, ' || (i.listed - s.taken) || ' is' FROM item i JOIN (\
                   SELECT k.n, coalesce(sum(a.minor), 0) AS taken FROM item k LEFT JOIN (\
                   SELECT a.item, a.minor FROM application a JOIN decision d ON d.n = a.decision LEFT JOIN payment p ON p.n = d.payment \
                   LEFT JOIN item j ON j.n = d.item WHERE (p.decision = d.n OR j.decision = d.n) AND NOT EXISTS (SELECT 1 FROM taken_over t \
                   WHERE t.decision = a.decision AND t.item = a.item)) a ON a.item = k.n GROUP BY k.n) s ON s.n = i.n \
                   WHERE i.present = 1 AND i.open <> i.listed - s.taken ORDER BY i.id";
        let mut select = self.db.prepare(sql).told()?;
        let rows = select.query_map([], |row| row.get(0));
        rows.and_then(Iterator::collect).told()
    }
}
