//! The inputs: each as it was received, and read again with what they gave.
//!
//! How a table was read depends on the configuration of that day. So each import is read with the configuration of the archive first,
//! and where that gives something else, with those of the runs; one of them must give what the book has.

use std::collections::{BTreeMap, BTreeSet};

use super::steps::{Step, one_line};
use crate::archive::{INPUTS, LARGEST, Manifest, Opened};
use crate::book::Book;
use crate::book::export::{LedgerRow, ListedItem, Source};
use crate::book::import::{Content, Together};
use crate::cli::book::archive::received_as;
use crate::cli::book::import::{lists_together, together};
use crate::cli::inputs::{BookAs, read_as};
use crate::config::Config;
use crate::error::{Error, Errors};
use crate::model::{Customer, CustomerFile, ItemFile, LedgerFile, OpenItem, Payment, StatementFile};
use crate::read::Settings;

/// What was read again from the files of the book.
#[derive(Default)]
struct Again {
    statements: Vec<(i64, StatementFile)>,
    lists: BTreeMap<i64, ItemFile>,
    customers: Vec<CustomerFile>,
    ledgers: Vec<(i64, LedgerFile)>,
}

/// The step. Without a configuration (another version made the archive) nothing is read again.
pub(super) fn step(book: &Book, opened: &Opened, manifest: &Manifest, config: Option<&Config>) -> Step {
    let mut found = Vec::new();
    let sources = match book.sources() {
        Ok(sources) => sources,
        Err(error) => return Step::of("inputs", vec![one_line(&error)], ""),
    };
    let mut tell = |what: Result<Vec<String>, Error>| match what {
        Ok(wrong) => found.extend(wrong),
        Err(error) => found.push(one_line(&error)),
    };
    tell(as_received(book, opened, manifest));
    tell(as_logged(book, &sources));
    let files = manifest.inputs.len();
    let Some(config) = config else {
        let says = format!(
            "{files} files as they were received; not read again: another version, or configuration, made the archive"
        );
        return Step::of("inputs", found, says);
    };
    let read = read_again(book, &sources, config);
    match read.and_then(|(again, mut wrong)| {
        wrong.extend(against_rows(book, again)?);
        Ok(wrong)
    }) {
        Ok(wrong) => found.extend(wrong),
        Err(errors) => found.extend(errors.iter().map(one_line)),
    }
    let count = |name: &str| manifest.counts.get(name).copied().unwrap_or_default();
    let says = format!(
        "{files} files as they were received; read again they give the {} payments and {} items of the book",
        count("payments"),
        count("items")
    );
    Step::of("inputs", found, says)
}

/// Every original of the database is an entry with the same bytes, and no entry more.
fn as_received(book: &Book, opened: &Opened, manifest: &Manifest) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let hashes = book.original_hashes()?;
    let listed = |path: &str| manifest.entries.iter().find(|e| e.path == path);
    let kept: BTreeMap<&str, &str> =
        manifest.inputs.iter().filter_map(|i| Some((&*listed(&i.path)?.sha256, &*i.path))).collect();
    for sha256 in &hashes {
        let own = book.original_within(sha256, LARGEST)?.unwrap_or_default();
        let is = crate::model::digest::sha256(&own);
        if is != **sha256 {
            found.push(format!("book.db: the original {sha256} has SHA-256 {is}"));
        }
        match kept.get(&**sha256) {
            None => found
                .push(format!("the book has imported a file with SHA-256 {sha256}, and it is not among the inputs")),
            Some(path) if opened.entry(path).is_some_and(|bytes| bytes != own) => {
                found.push(format!("{path}: the book has imported other bytes"));
            }
            Some(_) => {}
        }
    }
    for (sha256, path) in kept.iter().filter(|(sha256, _)| !hashes.iter().any(|h| h == *sha256)) {
        found.push(format!("{path}: the book has not imported a file with SHA-256 {sha256}"));
    }
    let unlisted = opened.entries.iter().filter(|e| e.path.starts_with(INPUTS));
    let unlisted = unlisted.filter(|e| !manifest.inputs.iter().any(|i| i.path == e.path));
    found.extend(unlisted.map(|e| format!("{}: the manifest does not name it as an input", e.path)));
    Ok(found)
}

/// Every file that was read is named, with its hash, in the entry of the log that imported it.
fn as_logged(book: &Book, sources: &[Source]) -> Result<Vec<String>, Error> {
    let mut logged: BTreeMap<u64, BTreeSet<[String; 3]>> = BTreeMap::new();
    for op in sources.iter().map(|s| s.op).collect::<BTreeSet<u64>>() {
        let payload = book.payload(op)?.unwrap_or_default();
        let payload: serde_json::Value = serde_json::from_str(&payload).unwrap_or_default();
        let text = |file: &serde_json::Value, name: &str| file[name].as_str().unwrap_or_default().to_string();
        let named = payload["files"].as_array().into_iter().flatten();
        logged.insert(op, named.map(|f| ["path", "sha256", "role"].map(|name| text(f, name))).collect());
    }
    let is_named = |s: &&Source| {
        let wanted = [s.path.clone(), s.sha256.clone(), s.role.clone()];
        logged.get(&s.op).is_some_and(|named| named.contains(&wanted))
    };
    let strangers = sources.iter().filter(|s| !is_named(s));
    let says =
        |s: &Source| format!("{}: entry {} of the log has not imported it with SHA-256 {}", s.path, s.op, s.sha256);
    Ok(strangers.map(says).collect())
}

/// Reads the files of every import that is in force again.
fn read_again(book: &Book, sources: &[Source], config: &Config) -> Result<(Again, Vec<String>), Errors> {
    let earlier: Vec<Config> =
        book.run_configurations()?.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let items = book.item_rows()?;
    let last_list = sources.iter().filter(|s| s.active && s.role == "invoices").map(|s| s.n).max().unwrap_or_default();
    let (mut again, mut found) = (Again::default(), Vec::new());
    let mut imports: Vec<u64> = sources.iter().filter(|s| s.active).map(|s| s.op).collect();
    imports.dedup();
    for op in imports {
        let of: Vec<&Source> = sources.iter().filter(|s| s.active && s.op == op).collect();
        let mut first = None;
        for config in std::iter::once(config).chain(&earlier) {
            let (read, wrong) = match read_import(book, &of, config) {
                Ok(read) => {
                    let wrong = against_import(book, &of, &read, (&items, last_list))?;
                    (read, wrong)
                }
                Err(errors) => {
                    (Again::default(), errors.iter().map(|e| format!("read again: {}", one_line(e))).collect())
                }
            };
            let sound = wrong.is_empty();
            if sound || first.is_none() {
                first = Some((read, wrong));
            }
            if sound {
                break;
            }
        }
        let (read, wrong) = first.unwrap_or_default();
        again.statements.extend(read.statements);
        again.lists.extend(read.lists);
        again.customers.extend(read.customers);
        again.ledgers.extend(read.ledgers);
        found.extend(wrong);
    }
    Ok((again, found))
}

/// Reads the files of one import as `lettrage import` does.
fn read_import(book: &Book, of: &[&Source], config: &Config) -> Result<Again, Errors> {
    let settings = Settings { limits: &config.limits, mappings: &config.csv };
    let mut again = Again::default();
    let mut lists: Vec<(i64, ItemFile)> = Vec::new();
    let mut done: Vec<(&str, &str)> = Vec::new();
    for source in of {
        // The members of a container come from one reading of it.
        if done.contains(&(&*source.original, &*source.role)) {
            continue;
        }
        done.push((&source.original, &source.role));
        let members: Vec<i64> =
            of.iter().filter(|s| (&s.original, &s.role) == (&source.original, &source.role)).map(|s| s.n).collect();
        let bytes = book.original_within(&source.original, LARGEST)?.unwrap_or_default();
        let contents = read_as(wanted(&source.role), received_as(source), &bytes, &settings)?;
        for (n, content) in members.into_iter().zip(contents) {
            match content {
                Content::Statements(file) => again.statements.push((n, file)),
                Content::Items(list, _) => lists.push((n, list)),
                Content::Customers(list) => again.customers.push(list),
                Content::Ledger(list) => again.ledgers.push((n, list)),
            }
        }
    }
    lists.sort_by_key(|(n, _)| *n);
    let (numbers, lists): (Vec<i64>, Vec<ItemFile>) = lists.into_iter().unzip();
    again.lists = numbers.into_iter().zip(lists_together(lists, config)?).collect();
    Ok(again)
}

fn wanted(role: &str) -> BookAs {
    match role {
        "invoices" => BookAs::Invoices,
        "customers" => BookAs::Customers,
        "ledger" => BookAs::Ledger,
        _ => BookAs::Payments,
    }
}

/// Holds what was read again from one import against what the book kept of it.
fn against_import(
    book: &Book,
    of: &[&Source],
    again: &Again,
    (items, last_list): (&[ListedItem], i64),
) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let path = |n: i64| of.iter().find(|s| s.n == n).map_or("?", |s| &*s.path);
    for source in of {
        let read = again.statements.iter().any(|(n, _)| *n == source.n)
            || again.lists.contains_key(&source.n)
            || again.ledgers.iter().any(|(n, _)| *n == source.n)
            || source.role == "customers";
        if !read {
            found.push(format!("{}: read again, it gives nothing", source.path));
        }
    }
    for (n, file) in &again.statements {
        let kept = book.content_within(*n, LARGEST)?.unwrap_or_default();
        let kept: Option<StatementFile> = serde_json::from_slice(&kept).ok();
        match kept {
            Some(kept) if StatementFile { file: kept.file.clone(), ..file.clone() } == kept => {}
            Some(kept) => found.push(format!("{}: read again, {}", path(*n), other_statement(file, &kept))),
            None => found.push(format!("{}: what the book has read from it cannot be read", path(*n))),
        }
    }
    for (n, file) in &again.ledgers {
        let rows = book.ledger_rows(*n)?;
        let lines: Vec<LedgerRow> = file.lines.iter().map(ledger_row).collect();
        if rows != lines {
            let at = rows.iter().zip(&lines).take_while(|(a, b)| a == b).count();
            let shown = |row: Option<&LedgerRow>| {
                row.map_or("nothing".to_string(), |r| format!("{} {} {} {}", r.0, r.1, r.2, r.4))
            };
            let (book, again) = (shown(rows.get(at)), shown(lines.get(at)));
            found.push(format!("{}: its ledger line {} reads {again}, and the book has {book}", path(*n), at + 1));
        }
    }
    for (n, list) in &again.lists {
        let by_id: BTreeMap<&str, &OpenItem> = list.items.iter().map(|i| (&*i.id, i)).collect();
        for kept in items.iter().filter(|i| i64::from(i.item.place.file) == *n) {
            let says = match by_id.get(&*kept.item.id) {
                None => Some("it is not in it".to_string()),
                Some(read) => other_item(read, kept, *n < last_list),
            };
            found.extend(says.map(|says| format!("{}: item {}: {says}", path(*n), kept.item.id)));
        }
    }
    Ok(found)
}

/// The first statement, payment or balance that is another.
fn other_statement(again: &StatementFile, kept: &StatementFile) -> String {
    if again.statements.len() != kept.statements.len() {
        return format!("it has {} statements, and the book has {}", again.statements.len(), kept.statements.len());
    }
    let differs = again.statements.iter().zip(&kept.statements).find(|(a, b)| a != b);
    let Some((read, kept)) = differs else { return "it says otherwise than the book".into() };
    if let Some((a, b)) = read.payments.iter().zip(&kept.payments).find(|(a, b)| a != b) {
        return format!("payment {} is another: {} and not {}", b.id, shown(a), shown(b));
    }
    if read.payments.len() != kept.payments.len() {
        let (a, b) = (read.payments.len(), kept.payments.len());
        return format!("statement {} has {a} payments, and the book has {b}", kept.id);
    }
    format!("statement {} of {} has other balances, totals or checks", kept.id, kept.account)
}

fn shown(payment: &Payment) -> String {
    format!("{} {} {} {}", payment.booking_date, payment.amount, payment.amount.currency, payment.payer_name)
}

fn ledger_row(line: &crate::model::LedgerLine) -> LedgerRow {
    let entry = if line.entry.is_empty() { line.place.position.to_string() } else { line.entry.to_string() };
    let text = if line.text.is_empty() { &line.reference } else { &line.text };
    let code = line.amount.currency.code().to_string();
    (line.account.to_string(), line.date.to_string(), line.amount.minor, code, entry, text.to_string(), line.opening)
}

/// What an item's row says otherwise than the list that it is from.
///
/// A later list may have dropped it: then nothing of it is listed, as decisions had it, or it is missing.
fn other_item(read: &OpenItem, kept: &ListedItem, later: bool) -> Option<String> {
    let is = &kept.item;
    // What is open here follows from decisions, and is checked with the figures.
    let same = OpenItem { open_minor: is.open_minor, place: is.place, ..read.clone() };
    if same != *is {
        return Some(format!(
            "it reads {} {} of {}, and the book has {} {} of {}",
            read.amount, read.amount.currency, read.customer_name, is.amount, is.amount.currency, is.customer_name
        ));
    }
    let dropped = later && (kept.missing || kept.listed == 0);
    (!dropped && read.open_minor != kept.listed).then(|| {
        format!("{} minor units of it are open in the list, and the book has {}", read.open_minor, kept.listed)
    })
}

/// Holds what all files together give against the rows of the book.
fn against_rows(book: &Book, again: Again) -> Result<Vec<String>, Errors> {
    let mut found = Vec::new();
    let customers: BTreeMap<Box<str>, Customer> =
        again.customers.into_iter().flat_map(|f| f.customers).map(|c| (c.id.clone(), c)).collect();
    let kept: BTreeMap<Box<str>, Customer> = book.customers()?.into_iter().map(|c| (c.id.clone(), c)).collect();
    found.extend(differing(&customers, &kept).map(|id| format!("customer {id} is another than the lists say")));
    let mut statements = again.statements;
    statements.sort_by_key(|(n, _)| *n);
    let (numbers, files): (Vec<i64>, Vec<StatementFile>) = statements.into_iter().unzip();
    let given = if files.is_empty() { Together::default() } else { together(files)? };
    let facts = book.facts(None, &Config::default().ledger)?;
    if given.statements != facts.statements {
        found.push("the statements of the book are not what the files together give".into());
    }
    if given.checks != facts.checks {
        found.push("the checks of the statements are not what the files together give".into());
    }
    let own = |mut payment: Payment| {
        let n = numbers.get(payment.place.file as usize).copied().unwrap_or_default();
        payment.place.file = u32::try_from(n).unwrap_or_default();
        (payment.id.clone(), payment)
    };
    let given: BTreeMap<Box<str>, Payment> = given.payments.into_iter().map(own).collect();
    let kept: BTreeMap<Box<str>, Payment> = book.payment_rows()?.into_iter().map(|p| (p.id.clone(), p)).collect();
    let of = |side: Option<&Payment>| side.map_or("nothing".to_string(), shown);
    found.extend(differing(&given, &kept).map(|id| {
        format!("payment {id}: the files together give {}, and the book has {}", of(given.get(id)), of(kept.get(id)))
    }));
    Ok(found)
}

/// Names under which two tables have different values, or only one has any.
fn differing<'a, T: PartialEq>(
    a: &'a BTreeMap<Box<str>, T>,
    b: &'a BTreeMap<Box<str>, T>,
) -> impl Iterator<Item = &'a str> {
    let first = a.iter().filter(|(id, value)| b.get(*id) != Some(value)).map(|(id, _)| &**id);
    first.chain(b.keys().filter(|id| !a.contains_key(*id)).map(|id| &**id))
}
