//! Mappings of the configuration applied to a file.

use crate::config::csv::{CsvKind, CsvMapping};
use crate::error::{Error, ErrorKind};
use crate::model::Currency;
use crate::read::Settings;

use super::columns::{self, Columns, Role};
use super::date::DateOrder;
use super::records::{Records, Row};
use super::table;

/// The mapping whose file patterns fit this file's name. Names are tried in alphabetical order.
pub(in crate::read) fn for_file<'s>(
    path: &str,
    kind: CsvKind,
    settings: &Settings<'s>,
) -> Option<(&'s str, &'s CsvMapping)> {
    let name = path.rsplit(['/', '\\', '!']).next().unwrap_or(path);
    settings
        .mappings
        .iter()
        .find(|(_, m)| m.kind == kind && m.files.iter().any(|pattern| glob(pattern, name)))
        .map(|(name, mapping)| (name.as_str(), mapping))
}

/// Whether a name fits a pattern: `*` is any characters, `?` is one.
fn glob(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            // Give the last star one character more, and try again from there.
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, n) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

fn wrong(message: impl Into<Box<str>>) -> Error {
    Error::new(ErrorKind::Input, "E0115", message)
}

/// A mapping's delimiter as a byte.
pub(super) fn delimiter(c: char) -> Result<u8, Error> {
    u8::try_from(c)
        .ok()
        .filter(|b| b.is_ascii() && !b.is_ascii_alphanumeric() && !matches!(b, b'"' | b'\n' | b'\r'))
        .ok_or_else(|| wrong(format!("a mapping's delimiter cannot be {c:?}")).help("use one of  ;  ,  |  or \"\\t\""))
}

/// The order that the date pattern of a mapping asks for.
pub(in crate::read) fn date_order(name: &str, pattern: &str) -> Result<DateOrder, Error> {
    let upper = pattern.to_ascii_uppercase();
    let places = [upper.find('D'), upper.find('M'), upper.find('Y')];
    match places {
        [Some(d), Some(m), Some(y)] if d < m && m < y => Ok(DateOrder::DayMonthYear),
        [Some(d), Some(m), Some(y)] if m < d && d < y => Ok(DateOrder::MonthDayYear),
        [Some(d), Some(m), Some(y)] if y < m && m < d => Ok(DateOrder::YearMonthDay),
        _ => Err(wrong(format!(
            "the mapping [csv.{name}] has date = \"{pattern}\": not an order of day, month and year"
        ))
        .help("write DD/MM/YYYY, MM/DD/YYYY or YYYY-MM-DD")),
    }
}

/// The constant currency of a mapping.
pub(in crate::read) fn currency(mapping: &CsvMapping) -> Result<Option<Currency>, Error> {
    let Some(code) = &mapping.currency else { return Ok(None) };
    Currency::parse(code)
        .map(Some)
        .ok_or_else(|| wrong(format!("a mapping's currency \"{code}\" is not a code of three letters")))
}

/// Names, line and first byte of the header, its columns, and the records below.
pub(super) type Found<'t> = (Vec<Box<str>>, Option<u32>, usize, Columns, Records<'t>);

/// Finds the header as a mapping describes it, and its columns in it. Errors: E0102, E0114, E0115.
pub(super) fn header<'t>(
    path: &str,
    text: &'t str,
    delimiter: u8,
    name: &str,
    mapping: &CsvMapping,
) -> Result<Found<'t>, Error> {
    let mut records = Records::new(text, delimiter);
    records.skip_lines(mapping.skip_lines.unwrap_or(0));
    let mut row = Row::default();
    if mapping.header == Some(false) {
        let body = records.clone();
        records.next(&mut row).map_err(|_| wrong("the first record has an unclosed quote").in_file(path))?;
        let names: Vec<Box<str>> = (1..=row.fields.len()).map(|n| format!("column {n}").into()).collect();
        let keys = vec![String::new(); names.len()];
        let columns = resolve(path, text, &row, name, mapping, &keys, &names, &body)?;
        return Ok((names, None, row.start, columns, body));
    }
    let mut first: Option<Error> = None;
    // With a fixed preamble the header is where the user says; otherwise the first record that has every name.
    let tries = if mapping.skip_lines.is_some() { 1 } else { 80 };
    for _ in 0..tries {
        if !records.next(&mut row).unwrap_or(false) {
            break;
        }
        let names: Vec<Box<str>> = (0..row.fields.len()).map(|n| row.get(text, n).into()).collect();
        let keys: Vec<String> = names.iter().map(|n| columns::key(n).0).collect();
        let body = records.clone();
        match resolve(path, text, &row, name, mapping, &keys, &names, &body) {
            Ok(columns) => return Ok((names, Some(row.line), row.start, columns, body)),
            Err(error) if first.is_none() || error.code() == "E0115" => first = Some(error),
            Err(_) => {}
        }
    }
    Err(first.unwrap_or_else(|| {
        Error::new(ErrorKind::Input, "E0102", format!("no header found for the mapping [csv.{name}]")).in_file(path)
    }))
}

#[expect(clippy::too_many_arguments, reason = "one call site's worth of context, not worth a type of its own")]
fn resolve(
    path: &str,
    text: &str,
    row: &Row,
    name: &str,
    mapping: &CsvMapping,
    keys: &[String],
    names: &[Box<str>],
    body: &Records<'_>,
) -> Result<Columns, Error> {
    let mut out = columns::by_header(mapping.kind, keys, |role, column| {
        table::accepts(text, body, role, (column, &names[column]))
    });
    let mapped = columns::mapped(name, mapping)?;
    let names_role = |role| mapped.iter().any(|(r, ..)| *r == role);
    // Who names the amount has also said that the other way of writing it is not to be read.
    if names_role(Role::Amount) {
        [Role::Debit, Role::Credit].iter().filter(|r| !names_role(**r)).for_each(|r| out.remove(*r));
    } else if names_role(Role::Debit) || names_role(Role::Credit) {
        out.remove(Role::Amount);
        out.remove(Role::Sign);
    }
    for (role, key, column) in mapped {
        match columns::locate(column, keys, names) {
            Ok(found) => out.set(role, found),
            Err(lost) => return Err(lacks(path, text, row, name, &key, &lost, names)),
        }
    }
    let missing = out.missing(mapping.kind);
    if missing.is_empty() {
        return Ok(out);
    }
    let width = text[row.start..].lines().next().unwrap_or("").chars().count();
    let message = format!("the mapping [csv.{name}] does not say where {} is", missing.join(" and "));
    Err(table::error_at(path, text, (row.start, row.line), row.start, width, "E0102", message)
        .label("no column here has a name that says it")
        .help(format!("add  {} = \"…\"  to its columns", missing.join(" = \"…\", "))))
}

fn lacks(path: &str, text: &str, row: &Row, mapping: &str, key: &str, lost: &str, names: &[Box<str>]) -> Error {
    let width = text[row.start..].lines().next().unwrap_or("").chars().count();
    let message = format!("the mapping [csv.{mapping}] names a column that the file lacks: {key} = {lost}");
    let error = table::error_at(path, text, (row.start, row.line), row.start, width, "E0114", message);
    let list: Vec<String> = names.iter().filter(|n| !n.is_empty()).map(|n| format!("\"{n}\"")).collect();
    let error = match columns::nearest(lost.trim_matches('"'), names.iter().map(|n| &**n)) {
        Some(near) => error.label(format!("did you mean \"{near}\"?")),
        None => error,
    };
    error.help(format!("columns found: {}", list.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_file_names() {
        for (pattern, name, fits) in [
            ("SG_*.csv", "SG_juin.csv", true),
            ("SG_*.csv", "BNP_juin.csv", false),
            ("*", "", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b", "xxaxxab", true),
            ("*.csv", "x.csv.bak", false),
        ] {
            assert_eq!(glob(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn date_patterns_are_orders() {
        assert_eq!(date_order("x", "DD/MM/YYYY").unwrap(), DateOrder::DayMonthYear);
        assert_eq!(date_order("x", "%m/%d/%Y").unwrap(), DateOrder::MonthDayYear);
        assert_eq!(date_order("x", "yyyy-mm-dd").unwrap(), DateOrder::YearMonthDay);
        assert!(date_order("x", "DD/YYYY").is_err());
    }
}
