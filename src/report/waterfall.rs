//! One payment in text: the bank's line, what it is for, the bars that add up, the probability, and why nothing else.

use super::Run;
use super::bars::{Scale, signed, tenths};
use super::i18n::{
    Labels, bucket_name, claim, date, difference_effect, due_rule, field_name, fill, group, level_text, minor,
    obstacle_text, reason_words, set_text,
};
use super::table::{GLUE, fold, foreign, plain};
use super::view::{at, candidate, candidates, obstacle, path, source};
use crate::model::{Bucket, Currency, Hypothesis, Obstacle, Payment, Position, Probability, Search, Verdict, Weight};

/// Rivals that are shown without `verbose`.
const RIVALS: usize = 3;
/// Columns of a terminal, and of a page that people paste it into.
const COLUMNS: usize = 80;

/// The waterfall of one payment, by its index in the run's input; empty for an index that the run does not have.
///
/// Printed bars add up to the printed weight. `verbose` shows every rival, each with its own bars.
pub fn explain(run: &Run<'_>, payment_index: usize, verbose: bool) -> String {
    let verdicts = &run.reconciliation.verdicts;
    let (Some(payment), Some(verdict)) = (run.payments.get(payment_index), verdicts.get(payment_index)) else {
        return String::new();
    };
    let mut page = Page { run, payment, lines: Vec::new() };
    page.bank();
    page.decision(verdict);
    page.main_hypothesis(verdict);
    page.rivals(verdict, verbose);
    let mut text = page.lines.iter().map(|l| l.trim_end()).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

struct Page<'a> {
    run: &'a Run<'a>,
    payment: &'a Payment,
    lines: Vec<String>,
}

impl Page<'_> {
    fn labels(&self) -> &'static Labels {
        self.run.lang.labels()
    }

    fn currency(&self) -> Currency {
        self.payment.amount.currency
    }

    fn money(&self, amount: i64) -> String {
        plain(&minor(self.run.lang, i128::from(amount), self.currency()))
    }

    fn probability(&self, probability: Probability) -> String {
        probability.to_string().replace('.', self.run.lang.pick(".", ","))
    }

    fn labelled(&mut self, label: &str, text: &str) {
        let width = self.label_width();
        self.hanging(&format!("{label:<width$} "), text, width + 3);
    }

    /// A text behind its head, folded where it is longer than a terminal is wide; further lines are indented.
    fn hanging(&mut self, head: &str, text: &str, indent: usize) {
        let width = COLUMNS.saturating_sub(head.chars().count().max(indent));
        let folded = fold(text, Some(width), 0);
        let mut lines = folded.lines().map(str::trim);
        self.lines.push(format!("{head}{}", lines.next().unwrap_or_default()).trim_end().to_string());
        self.lines.extend(lines.map(|line| format!("{:indent$}{line}", "")));
    }

    fn label_width(&self) -> usize {
        let labels = self.labels();
        [labels.bank, labels.applied, labels.proposed, labels.nearest_one, labels.account]
            .iter()
            .map(|l| l.chars().count())
            .max()
            .unwrap_or(0)
    }

    fn bank(&mut self) {
        let payment = self.payment;
        let sign = if payment.amount.minor > 0 { "+" } else { "" };
        let head = format!(
            "{}   {sign}{} {}   {}   {}",
            date(self.run.lang, payment.booking_date),
            self.money(payment.amount.minor),
            self.currency(),
            foreign(&payment.payer_name),
            foreign(&payment.payer_iban),
        );
        self.labelled(self.labels().bank, &head);
        for text in [&payment.remittance, &payment.end_to_end_id].into_iter().filter(|t| !t.is_empty()) {
            self.labelled("", &foreign(text));
        }
        for text in &payment.structured_references {
            self.labelled("", &foreign(text));
        }
        let place = format!("{}   {} {}", payment.id, source(self.run, payment), payment.place.position);
        self.labelled("", &foreign(&place));
    }

    fn decision(&mut self, verdict: &Verdict) {
        let labels = self.labels();
        let word = match verdict.bucket {
            Bucket::Auto => labels.decided_auto,
            Bucket::Review => labels.decided_review,
            Bucket::Unmatched => labels.decided_unmatched,
            Bucket::NotReceivable => labels.decided_not_receivable,
        };
        let flags = if verdict.flags.is_empty() { String::new() } else { format!("   [{}]", verdict.flags) };
        self.lines.push(String::new());
        self.lines.push(format!("{word}{flags}"));
        if let Some(reason) = verdict.reason {
            let words = reason_words(self.run.lang, reason);
            self.hanging("", &fill(labels.reason_line, &[reason.code(), words.meaning]), 2);
            self.hanging("  → ", words.action, 4);
        }
        if let Some(payer) = at(&self.run.reconciliation.payers, verdict.payer) {
            self.lines.push(foreign(&fill(labels.payer_is, &[&payer.id, &payer.name])));
        }
        if let Some(receipt) = at(self.run.payments, verdict.returns) {
            self.lines.push(foreign(&fill(labels.returns_line, &[&receipt.id])));
        }
    }

    fn main_hypothesis(&mut self, verdict: &Verdict) {
        let labels = self.labels();
        let (label, main) = match (&verdict.chosen, verdict.bucket) {
            (Some(chosen), Bucket::Auto) => (labels.applied, Some(chosen)),
            (Some(chosen), _) => (labels.proposed, Some(chosen)),
            (None, _) => (labels.nearest_one, candidates(verdict).next()),
        };
        if let Some(hypothesis) = main {
            self.lines.push(String::new());
            self.items(label, hypothesis);
            self.bars(hypothesis);
            self.sets(hypothesis);
            let mut odds = fill(labels.probability, &[&self.probability(hypothesis.probability)]);
            if verdict.chosen.is_some() {
                odds.push_str(&format!("   {}", fill(labels.margin, &[&self.bits(verdict.margin)])));
            }
            self.lines.push(format!("  {odds}"));
            self.bound(verdict);
            self.differences(hypothesis);
            if let Some(text) = hypothesis.obstacle.map(|o| self.obstacle(o)) {
                self.hanging("  ", &text, 4);
            }
        }
        if verdict.chosen.is_none() && verdict.bucket != Bucket::NotReceivable {
            let none = fill(labels.none_probability, &[&self.probability(verdict.probability)]);
            self.lines.push(format!("  {none}"));
        }
    }

    fn items(&mut self, label: &str, hypothesis: &Hypothesis) {
        const SHOWN: usize = 40;
        let labels = self.labels();
        if hypothesis.applications.is_empty() {
            self.labelled(label, claim(self.run.lang, hypothesis));
        }
        let mut label = label;
        for application in hypothesis.applications.iter().take(SHOWN) {
            let Some(item) = self.run.items.get(application.item as usize) else { continue };
            let money = |amount| plain(&minor(self.run.lang, i128::from(amount), item.amount.currency));
            let in_part =
                application.applied != item.open_minor && application.applied.signum() == item.open_minor.signum();
            let taken = match in_part {
                true => fill(labels.of_open, &[&money(application.applied), &money(item.open_minor)]),
                false => money(application.applied),
            };
            let due = item.due_date.map(|d| fill(labels.due_on, &[&date(self.run.lang, d)])).unwrap_or_default();
            // The rule stands beside the date where its wording has two readings.
            let rule = item.due_rule.and_then(|rule| due_rule(self.run.lang, rule)).map(|r| format!(" ({r})"));
            let due = format!("{due}{}", rule.unwrap_or_default()).replace(' ', &GLUE.to_string());
            let line = format!(
                "{}   {taken}{GLUE}{}   {}   {due}",
                foreign(&item.number),
                item.amount.currency,
                foreign(&item.customer_name)
            );
            self.labelled(label, &line);
            if item.place.position != Position::None {
                let place = format!("{}   {} {}", item.id, path(self.run, item.place), item.place.position);
                self.labelled("", &foreign(&place));
            }
            label = "";
        }
        if hypothesis.applications.len() > SHOWN {
            self.labelled("", &format!("… +{}", hypothesis.applications.len() - SHOWN));
        }
    }

    fn bars(&mut self, hypothesis: &Hypothesis) {
        let (lang, mark) = (self.run.lang, self.run.lang.pick(".", ","));
        if hypothesis.terms.is_empty() {
            // Evidence of automatic decisions may not have been kept.
            return;
        }
        let weights: Vec<Weight> = hypothesis.terms.iter().map(|t| t.weight).collect();
        let (parts, total) = tenths(&weights);
        let mut rows: Vec<(&str, String, i64)> = hypothesis
            .terms
            .iter()
            .zip(&parts)
            .map(|(t, part)| (field_name(lang, t.field), plain(&level_text(lang, t.level, self.currency())), *part))
            .collect();
        rows.push((self.labels().weight, String::new(), total));
        let names = rows.iter().map(|r| r.0.chars().count()).max().unwrap_or(0);
        let texts = rows.iter().map(|r| r.1.chars().count()).max().unwrap_or(0);
        // Two blanks, name, blank, text, two blanks, seven for the figure, two blanks.
        let room = COLUMNS.saturating_sub(names + texts + 14);
        let scale = Scale::of(&rows.iter().map(|r| r.2).collect::<Vec<_>>(), room);
        self.lines.push(String::new());
        for (name, text, value) in rows {
            let figure = signed(value, mark);
            self.lines.push(format!("  {name:<names$} {text:<texts$}  {figure:>7}  {}", scale.bar(value)));
        }
    }

    /// How much a sum that comes out says.
    fn sets(&mut self, hypothesis: &Hypothesis) {
        let texts = hypothesis.terms.iter().filter_map(|t| set_text(self.run.lang, t.level));
        for text in texts {
            self.hanging("  ", &text, 4);
        }
    }

    /// After a search that was stopped, the probability is an estimate, and what was proved decides.
    fn bound(&mut self, verdict: &Verdict) {
        let (Some(chosen), Search::Stopped) = (&verdict.chosen, verdict.search) else { return };
        let proved = match (chosen.obstacle, verdict.bucket) {
            (Some(Obstacle::BelowLevel(proved)), _) => proved,
            (_, Bucket::Auto) => Probability::from_fraction(self.run.config.matching.auto_level),
            _ => return,
        };
        let text = fill(self.labels().bound, &[&self.probability(proved)]);
        self.hanging("  ", &text, 4);
    }

    fn bits(&self, weight: Weight) -> String {
        weight.to_string().replace('-', "−").replace('.', self.run.lang.pick(".", ","))
    }

    fn differences(&mut self, hypothesis: &Hypothesis) {
        for difference in &hypothesis.differences {
            let amount = format!("{} {}", self.money(difference.minor), self.currency());
            let effect = fill(difference_effect(self.run.lang, difference.kind), &[&amount]);
            self.lines.push(format!("  {effect}"));
        }
    }

    fn obstacle(&self, kind: Obstacle) -> String {
        let words = obstacle_text(self.run.lang, kind);
        foreign(&format!("✗ {}{}{words}", obstacle(self.run, self.payment, kind), self.run.lang.colon()))
    }

    fn rivals(&mut self, verdict: &Verdict, verbose: bool) {
        let (lang, labels) = (self.run.lang, self.labels());
        let shown = if verbose { verdict.rivals.len() } else { verdict.rivals.len().min(RIVALS) };
        if shown > 0 {
            self.lines.push(String::new());
            self.lines.push(labels.why_not.to_string());
        }
        let mark = lang.pick(".", ",");
        let drawn = if verdict.chosen.is_none() { candidates(verdict).next() } else { None };
        for (n, rival) in verdict.rivals.iter().take(shown).enumerate() {
            let name = match rival.applications.is_empty() {
                true => claim(lang, rival).to_string(),
                false => foreign(&candidate(self.run, rival)),
            };
            let payer = at(&self.run.reconciliation.payers, rival.payer).map(|p| foreign(&p.name)).unwrap_or_default();
            let weight = signed(tenths(&[rival.weight]).1, mark);
            let why = rival.obstacle.map(|o| obstacle(self.run, self.payment, o)).unwrap_or_default();
            let odds = self.probability(rival.probability);
            let columns = [name, payer, weight, odds, foreign(&why)];
            let told: Vec<&str> = columns.iter().map(String::as_str).filter(|c| !c.is_empty()).collect();
            self.hanging(&format!("  {:>2}  ", n + 1), &told.join("   "), 8);
            // Without a choice the nearest candidate was drawn above.
            if verbose && !drawn.is_some_and(|drawn| std::ptr::eq(drawn, rival)) {
                self.bars(rival);
                self.sets(rival);
                self.lines.push(String::new());
            }
        }
        let message = match verdict.search {
            Search::Complete => labels.search_complete,
            Search::Stopped => labels.search_stopped,
        };
        let count = |n: u64| plain(&group(i128::from(n)));
        let kept = shown as u64 + u64::from(verdict.chosen.is_some());
        let mut line = fill(message, &[&count(u64::from(verdict.examined)), &count(kept)]);
        if shown < verdict.rivals.len() {
            line.push(' ');
            line.push_str(labels.more_verbose);
        }
        if verdict.rivals.is_empty() && verdict.bucket != Bucket::NotReceivable {
            line.push_str(&format!("{}{}", lang.pick("; ", " ; "), labels.no_rivals));
        }
        if self.lines.last().is_some_and(|l| !l.is_empty()) {
            self.lines.push(String::new());
        }
        self.hanging("", &line, 2);
    }
}

/// The sign of a bucket: it says what colour says, without colour.
pub(super) fn sign(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Auto => "✓",
        Bucket::Review => "~",
        Bucket::Unmatched => "✗",
        Bucket::NotReceivable => "–",
    }
}

/// A bucket with its sign.
pub(super) fn signed_bucket(lang: super::Lang, bucket: Bucket) -> String {
    format!("{} {}", sign(bucket), bucket_name(lang, bucket))
}
