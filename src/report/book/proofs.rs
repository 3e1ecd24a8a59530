//! The identities with their figures, as `prove` prints them.

use super::page::{Cell, sign};
use super::sections::{bridge_table, proof_figures};
use super::views::BridgeView;
use crate::model::{Currency, Proof, ProofId};
use crate::report::Lang;
use crate::report::i18n::{fill, minor, proof_short};
use crate::report::table::{fold, foreign, plain};

/// Columns that figures are folded at where no terminal says more.
const COLUMNS: usize = 92;

/// Every proof with its figures and its sign, account by account; P3 as two columns that end in the same figure.
pub fn proofs(proofs: &[Proof], bridges: &[BridgeView], lang: Lang, width: Option<usize>) -> String {
    let mut ordered: Vec<&Proof> = proofs.iter().collect();
    ordered.sort_by_key(|p| (&p.account, p.currency.is_some(), p.currency, p.id));
    let mut page = Page { lang, width, indent: indent(lang), text: String::new() };
    let mut shown: Vec<&BridgeView> = Vec::new();
    let mut scope: Option<(&str, Option<Currency>)> = None;
    for proof in ordered {
        let of = (&*proof.account, proof.currency);
        if scope != Some(of) {
            page.heading(of, scope.is_none());
            scope = Some(of);
        }
        let is_of = |b: &&BridgeView| {
            proof.id == ProofId::BookToBank
                && (b.bank == proof.account || b.account == proof.account)
                && Some(b.currency) == proof.currency
        };
        match bridges.iter().find(is_of) {
            Some(bridge) => {
                shown.push(bridge);
                page.bridge(bridge, proof.holds);
            }
            None => page.proof(proof),
        }
        proof.failures.iter().for_each(|f| page.line(&format!("  ✗ {}", foreign(f)), 4));
    }
    for bridge in bridges.iter().filter(|b| !shown.iter().any(|s| std::ptr::eq(*s, *b))) {
        page.bridge(bridge, bridge.unexplained == 0);
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

    /// The account and the currency that the next proofs are of.
    fn heading(&mut self, (account, currency): (&str, Option<Currency>), first: bool) {
        let currency = currency.map(|c| c.to_string()).unwrap_or_default();
        let name = format!("{} {currency}", foreign(account));
        if name.trim().is_empty() {
            return;
        }
        if !first {
            self.text.push('\n');
        }
        self.line(name.trim(), 0);
    }

    fn label(&self, id: ProofId) -> String {
        format!("{} {:<width$}", id.code(), proof_short(self.lang, id), width = self.indent - 3)
    }

    /// `P2 coverage   1 204 = 1 185 matched + …   ✓`, folded with its sign at the end of the last line.
    fn proof(&mut self, proof: &Proof) {
        let columns = self.width.unwrap_or(COLUMNS);
        let figures = glue(&proof_figures(self.lang, proof));
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

    fn bridge(&mut self, bridge: &BridgeView, holds: bool) {
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
        let head =
            format!("{}{} {}", self.label(ProofId::BookToBank), fill(l.unexplained, &[&unexplained]), sign(holds));
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
