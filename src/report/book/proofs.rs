//! The identities with their figures, as `prove` prints them.

use super::page::{Cell, sign};
use super::sections::{bridge_table, proof_figures};
use crate::model::{BookProofs, Bridge, Proof, ProofId};
use crate::report::Lang;
use crate::report::i18n::{fill, minor, proof_short};
use crate::report::table::{fold, foreign, plain};

/// Columns that figures are folded at where no terminal says more.
const COLUMNS: usize = 92;

/// Every proof with its figures and its sign, account by account; P3 as two columns that end in the same figure. What is of no single
/// account stands last, and what could not be made behind it.
pub fn proofs(made: &BookProofs, lang: Lang, width: Option<usize>) -> String {
    let mut ordered: Vec<&Proof> = made.proofs.iter().collect();
    ordered.sort_by_key(|p| (p.account.is_empty(), &p.account, p.id, p.currency));
    let mut page = Page { lang, width, indent: indent(lang), text: String::new() };
    let mut account: Option<&str> = None;
    for proof in ordered {
        if account != Some(&proof.account) {
            page.heading(&proof.account, account.is_none());
            account = Some(&proof.account);
        }
        let is_of = |b: &&Bridge| {
            let same = b.bank == proof.account || b.account == proof.account;
            proof.id == ProofId::BookToBank && same && Some(b.currency) == proof.currency
        };
        match made.bridges.iter().find(is_of) {
            Some(bridge) => page.bridge(bridge, proof.holds),
            None => page.proof(proof),
        }
        proof.failures.iter().for_each(|f| page.line(&format!("  ✗ {}", foreign(f)), 4));
    }
    for (id, why) in &made.not_possible {
        page.line(&fill(lang.book_labels().not_possible, &[id.code(), &foreign(why)]), 2);
    }
    if page.text.is_empty() {
        page.line(lang.book_labels().proofs_none, 0);
    }
    page.text
}

/// Where figures begin: behind the longest name.
fn indent(lang: Lang) -> usize {
    const ALL: [ProofId; 8] = [
        ProofId::Statement,
        ProofId::Coverage,
        ProofId::BookToBank,
        ProofId::Items,
        ProofId::RollForward,
        ProofId::Decisions,
        ProofId::Equation,
        ProofId::Application,
    ];
    ALL.into_iter().map(|id| proof_short(lang, id).chars().count()).max().unwrap_or(0) + 5
}

struct Page {
    lang: Lang,
    width: Option<usize>,
    indent: usize,
    text: String,
}

impl Page {
    fn line(&mut self, line: &str, indent: usize) {
        self.text.push_str(fold(line, self.width, indent).trim_end());
        self.text.push('\n');
    }

    /// The account that the next proofs are of.
    fn heading(&mut self, account: &str, first: bool) {
        if !first {
            self.text.push('\n');
        }
        if !account.is_empty() {
            self.line(&foreign(account), 0);
        }
    }

    fn label(&self, id: ProofId) -> String {
        format!("{} {:<width$}", id.code(), proof_short(self.lang, id), width = self.indent - 3)
    }

    /// `P2 coverage   1 204 = 1 185 matched + …   ✓`, folded with its sign at the end of the last line.
    fn proof(&mut self, proof: &Proof) {
        let columns = self.width.unwrap_or(COLUMNS);
        let currency = proof.currency.map(|c| format!("{c}{}", self.lang.colon())).unwrap_or_default();
        let figures = glue(&format!("{currency}{}", proof_figures(self.lang, proof)));
        let room = columns.saturating_sub(self.indent + 2).max(30);
        let folded = fold(&figures, Some(room), 0);
        let count = folded.lines().count();
        for (n, line) in folded.lines().enumerate() {
            let head = if n == 0 { self.label(proof.id) } else { " ".repeat(self.indent) };
            let line = if n + 1 == count {
                format!("{head}{line:<room$} {}", sign(proof.holds))
            } else {
                format!("{head}{line}")
            };
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    fn bridge(&mut self, bridge: &Bridge, holds: bool) {
        let l = self.lang.book_labels();
        let table = bridge_table(self.lang, bridge);
        let cells: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|r| r.cells.iter().map(|c: &Cell<'_>| plain(&c.people(self.lang))).collect())
            .collect();
        let width = |n: usize| cells.iter().map(|r| r[n].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..6).map(width).collect();
        let unexplained = plain(&minor(self.lang, bridge.unexplained, bridge.currency));
        let currency = format!("{}{}", bridge.currency, self.lang.colon());
        let head = format!(
            "{}{currency}{} {}",
            self.label(ProofId::BookToBank),
            fill(l.unexplained, &[&unexplained]),
            sign(holds)
        );
        self.line(&head, self.indent);
        for row in &cells {
            let side = |at: usize| {
                let (a, b, c) = (widths[at], widths[at + 1], widths[at + 2]);
                format!("{:<a$}  {:>b$}  {:>c$}", row[at], row[at + 1], row[at + 2])
            };
            self.text.push_str(format!("  {} │ {}", side(0), side(3)).trim_end());
            self.text.push('\n');
        }
    }
}

/// Figures whose parts stay together when a line is folded: a number with its name.
fn glue(figures: &str) -> String {
    const GLUE: char = crate::report::table::GLUE;
    let mut text = String::with_capacity(figures.len());
    let words: Vec<&str> = figures.split(' ').collect();
    for (n, word) in words.iter().enumerate() {
        let operator = |w: &&str| matches!(*w, "=" | "+" | "−");
        if n > 0 {
            // A line may end before an operator, nowhere else.
            text.push(if operator(word) { ' ' } else { GLUE });
        }
        text.push_str(word);
    }
    text
}
