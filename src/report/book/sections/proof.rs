//! Sections 1 and 2: the proofs with their two-column picture, and where every line went.

use super::super::page::{Block, Cell, Column, Row, Section, Table, figures, sign, text};
use super::super::views::BookReport;
use super::hold;
use crate::model::{
    AccountStatus, Author, BookProofs, Bridge, BridgeGroup, BridgeKind, BridgeLine, Proof, ProofId, Standing, Sum,
};
use crate::report::i18n::{self, Lang, bridge_name, date, fill, group, minor, standing_name};
use crate::report::summary::proof_name;
use crate::report::table::foreign;

/// Section 1.
pub(super) fn proof<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let BookProofs { proofs, bridges, not_possible } = report.proofs;
    let mut blocks: Vec<Block<'a>> = bridges.iter().map(|b| Block::Table(bridge_table(lang, b))).collect();
    if !proofs.is_empty() {
        blocks.push(Block::Table(proofs_table(report)));
    }
    let missing = not_possible.iter().map(|(id, why)| fill(l.not_possible, &[id.code(), &foreign(why)]));
    blocks.extend(missing.map(Block::Note));
    blocks.push(Block::Note(l.signs.to_string()));
    for bridge in bridges {
        blocks.extend(bridge.groups.iter().map(|group| Block::Table(group_table(lang, bridge, group))));
    }
    // What is unexplained stands first.
    let unexplained = |b: &Bridge| {
        let amount = format!("{} {}", minor(lang, b.unexplained, b.currency), b.currency);
        fill(l.unexplained, &[&amount])
    };
    let mut headline: Vec<String> = bridges.iter().map(unexplained).collect();
    let failed = proofs.iter().filter(|p| !p.holds).count();
    let number = |n: usize| group(n as i128);
    headline.push(match (proofs.len(), failed) {
        (0, _) => l.proofs_none.to_string(),
        (all, 0) => fill(l.proofs_all, &[&number(all)]),
        (all, failed) => fill(l.proofs_some, &[&number(failed), &number(all)]),
    });
    let explained = bridges.iter().all(|b| b.unexplained == 0);
    Section {
        number: 1,
        title: l.h_proof.to_string(),
        sheet: l.sheet_proof,
        headline: headline.join(" · "),
        holds: (!proofs.is_empty()).then_some(failed == 0 && explained),
        blocks,
    }
}

/// Bank and ledger beside each other; both columns end in the adjusted balance.
pub(in crate::report::book) fn bridge_table<'a>(lang: Lang, bridge: &Bridge) -> Table<'a> {
    let l = lang.book_labels();
    let currency = bridge.currency;
    let side = |group: Option<&&BridgeGroup>| match group {
        Some(group) => [
            Cell::words(bridge_name(lang, group.kind)),
            Cell::Count(group.count.into()),
            Cell::Money(group.sum, currency),
        ],
        None => [Cell::Nothing, Cell::Nothing, Cell::Nothing],
    };
    let total = |name: String, amount| [Cell::words(name), Cell::Nothing, Cell::Money(amount, currency)];
    let both = |left: [Cell<'a>; 3], right: [Cell<'a>; 3]| left.into_iter().chain(right).collect();
    let (bank, ledger) = (bridge.at_bank, bridge.in_ledger);
    let bank_name = fill(l.bank_statement, &[&date(lang, bank.0)]);
    let ledger_name = fill(l.ledger_balance, &[&foreign(&bridge.account), &date(lang, ledger.0)]);
    let mut rows = vec![Row::of(both(total(bank_name, bank.1), total(ledger_name, ledger.1)))];
    let (left, right): (Vec<&BridgeGroup>, Vec<&BridgeGroup>) = bridge.groups.iter().partition(|g| g.kind.is_left());
    for n in 0..left.len().max(right.len()) {
        rows.push(Row::of(both(side(left.get(n)), side(right.get(n)))));
    }
    let adjusted = l.adjusted.to_string();
    rows.push(Row::sum(both(total(adjusted.clone(), bridge.adjusted_left), total(adjusted, bridge.adjusted_right))));
    let unexplained = fill(l.unexplained, &[&minor(lang, bridge.unexplained, currency)]);
    let caption = fill(l.bridge, &[&foreign(&bridge.bank), currency.code(), &foreign(&bridge.account)]);
    let columns: Vec<Column> =
        [l.bank_side, l.ledger_side].into_iter().flat_map(|s| [text(s), figures(""), figures("")]).collect();
    let holds = sign(bridge.unexplained == 0);
    Table { caption: format!("{caption} · {unexplained} {holds}"), kind: "bridge", columns, rows }
}

/// The lines behind one figure of the bridge.
fn group_table<'a>(lang: Lang, bridge: &Bridge, of: &'a BridgeGroup) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let money = |amount: i128| Cell::Money(amount, bridge.currency);
    let row =
        |line: &'a BridgeLine| Row::of(vec![Cell::foreign(&*line.name), Cell::Day(line.day), money(line.minor.into())]);
    let mut rows: Vec<Row<'a>> = of.lines.iter().map(row).collect();
    if (of.lines.len() as u64) < of.count {
        let listed: i128 = of.lines.iter().map(|line| i128::from(line.minor)).sum();
        let number = |n: u64| group(i128::from(n));
        let words = fill(l.first_of, &[&number(of.lines.len() as u64), &number(of.count)]);
        rows.push(Row::of(vec![Cell::words(words), Cell::Nothing, money(of.sum - listed)]));
    }
    rows.push(Row::sum(vec![Cell::words(labels.total), Cell::Nothing, money(of.sum)]));
    Table {
        caption: format!("{} · {} · {}", bridge_name(lang, of.kind), foreign(&bridge.account), bridge.currency),
        kind: "",
        columns: vec![text(l.line), text(labels.date), figures(labels.amount)],
        rows,
    }
}

fn proofs_table<'a>(report: &'a BookReport<'a>) -> Table<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let labels = lang.labels();
    let mut proofs: Vec<&Proof> = report.proofs.proofs.iter().collect();
    proofs.sort_by_key(|p| (p.id, &p.account, p.currency));
    let row = |proof: &&'a Proof| {
        let mut said = vec![Cell::words(proof_figures(lang, proof))];
        said.extend(proof.failures.iter().map(|f| Cell::words(format!("✗ {}", foreign(f)))));
        Row::of(vec![
            Cell::words(proof.id.code()),
            Cell::Holds(proof.holds),
            Cell::words(proof_scope(proof)),
            Cell::words(identity(lang, proof.id)),
            Cell::stack(said),
        ])
    };
    let columns = vec![text(l.proof), text(""), text(labels.account), text(labels.identity), text(labels.figures)];
    Table { caption: String::new(), kind: "proofs", columns, rows: proofs.iter().map(row).collect() }
}

/// What an identity claims of a book: that of the items is another one than a single run's.
fn identity(lang: Lang, id: ProofId) -> &'static str {
    match id {
        ProofId::Items => lang.book_labels().proof_items,
        other => proof_name(lang.labels(), other),
    }
}

fn proof_scope(proof: &Proof) -> String {
    let currency = proof.currency.map(|c| c.to_string()).unwrap_or_default();
    format!("{} {currency}", foreign(&proof.account)).trim().to_string()
}

/// `P2 FR76… EUR`: which identity, and what it is of.
pub(in crate::report::book) fn proof_title(lang: Lang, proof: &Proof) -> String {
    let scope = proof_scope(proof);
    let gap = if scope.is_empty() { "" } else { " " };
    format!("{}{gap}{scope}, {}", proof.id.code(), identity(lang, proof.id))
}

/// The figures of a proof: `1 204 = 1 185 matched + 6 by rule + 13 unmatched`. What is negative is taken off; what is nothing is left
/// out, as long as something is left.
pub(in crate::report::book) fn proof_figures(lang: Lang, proof: &Proof) -> String {
    let figure = |value: i128| proof.currency.map_or_else(|| group(value), |c| minor(lang, value, c));
    let mut text = figure(proof.left);
    let all_nothing = proof.right.iter().all(|(_, value)| *value == 0);
    let parts = proof.right.iter().filter(|(_, value)| *value != 0 || all_nothing);
    for (n, (name, value)) in parts.enumerate() {
        let (sign, value) = match (n, *value) {
            (0, value) => (" = ", value),
            (_, ..0) => (" − ", value.saturating_neg()),
            (_, value) => (" + ", value),
        };
        text = format!("{text}{sign}{} {}", figure(value), foreign(&part_name(lang, proof.id, name)));
    }
    text
}

/// The name of a part of a proof. The auditor names parts in English, or by words of files; a name not known here stays.
fn part_name(lang: Lang, id: ProofId, name: &str) -> String {
    let (word, way) = match name.rsplit_once(' ') {
        Some((word, "in")) => (word, format!(" {}", lang.labels().money_in)),
        Some((word, "out")) => (word, format!(" {}", lang.labels().money_out)),
        _ => (name, String::new()),
    };
    // In the proof of the statements "held" says that a check holds.
    let standing = Standing::ALL.into_iter().find(|s| s.word() == word).filter(|_| id != ProofId::Statement);
    if let Some(standing) = standing {
        return format!("{}{way}", standing_name(lang, standing));
    }
    if let Some(author) = name.strip_prefix("by ").and_then(Author::parse) {
        return i18n::author_name(lang, author).to_string();
    }
    match BridgeKind::ALL.into_iter().find(|kind| kind.words() == name) {
        Some(kind) => bridge_name(lang, kind).to_string(),
        None => i18n::book_part_name(lang, name).to_string(),
    }
}

/// Section 2.
pub(super) fn destinations<'a>(report: &'a BookReport<'a>) -> Section<'a> {
    let (lang, l) = (report.lang, report.lang.book_labels());
    let mut all = [Sum::default(); 7];
    for (sum, one) in report.accounts.iter().flat_map(|a| all_indexes().zip(&a.sums)) {
        all[sum].count += one.count;
    }
    let number = |n: u64| group(i128::from(n));
    let parts: Vec<String> = (Standing::ALL.into_iter().zip(&all))
        .filter(|(_, sum)| sum.count > 0)
        .map(|(standing, sum)| format!("{} {}", number(sum.count), standing_name(lang, standing)))
        .collect();
    let total: u64 = all.iter().map(|s| s.count).sum();
    let headline = if parts.is_empty() {
        l.nothing_there.to_string()
    } else {
        format!("{} = {}", number(total), parts.join(" + "))
    };
    let of_them = [ProofId::Coverage, ProofId::Decisions];
    let mut blocks: Vec<Block<'a>> = report.accounts.iter().map(|a| Block::Table(destination_table(lang, a))).collect();
    for proof in report.proofs.proofs.iter().filter(|p| of_them.contains(&p.id)) {
        let sign = sign(proof.holds);
        blocks.push(Block::Note(format!(
            "{sign} {}{}{}",
            proof_title(lang, proof),
            lang.colon(),
            proof_figures(lang, proof)
        )));
    }
    Section {
        number: 2,
        title: l.h_where.to_string(),
        sheet: l.sheet_where,
        headline,
        holds: hold(&report.proofs.proofs, &of_them),
        blocks,
    }
}

fn all_indexes() -> impl Iterator<Item = usize> {
    0..Standing::ALL.len()
}

fn destination_table<'a>(lang: Lang, account: &'a AccountStatus) -> Table<'a> {
    let (l, labels) = (lang.book_labels(), lang.labels());
    let currency = account.currency;
    let cells = |name: &'static str, sum: Sum| {
        let money = |amount| Cell::Money(amount, currency);
        vec![
            Cell::words(name),
            Cell::Count(sum.count.into()),
            money(sum.credit),
            money(sum.debit),
            money(sum.credit + sum.debit),
        ]
    };
    let mut all = Sum::default();
    let mut rows = Vec::new();
    for (standing, sum) in Standing::ALL.into_iter().zip(account.sums).filter(|(_, sum)| sum.count > 0) {
        all = Sum { count: all.count + sum.count, credit: all.credit + sum.credit, debit: all.debit + sum.debit };
        rows.push(Row::of(cells(standing_name(lang, standing), sum)));
    }
    rows.push(Row::sum(cells(l.everything, all)));
    let name = format!("{} {currency}", foreign(&account.account));
    let caption = match account.closing {
        Some((day, amount)) => {
            fill(l.standing_of, &[&name, &minor(lang, amount.minor.into(), amount.currency), &date(lang, day)])
        }
        None => name,
    };
    let columns = vec![
        text(l.standing),
        figures(l.lines),
        figures(labels.money_in),
        figures(labels.money_out),
        figures(labels.net),
    ];
    Table { caption, kind: "", columns, rows }
}
