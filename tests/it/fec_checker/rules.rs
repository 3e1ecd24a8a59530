//! A checker of FEC files: the rules of LPF art. A47 A-1 and of the administration's test program, written from the notice. It shares
//! nothing with what writes or reads the files here.

use std::collections::{BTreeMap, BTreeSet};

const NAMES: &str = "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum CompAuxLib PieceRef PieceDate \
                     EcritureLib Debit Credit EcritureLet DateLet ValidDate Montantdevise Idevise";

/// Of the lines of one code: their sum, their number, and the days of lettering.
type Group<'a> = (i128, usize, BTreeSet<&'a str>);

/// Columns by their place: what must be filled.
const FILLED: [usize; 14] = [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 15, 2, 3];

/// What is wrong with a file; empty where nothing is.
pub(super) fn faults(name: &str, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    check_name(name, &mut found);
    if bytes.starts_with(b"\xef\xbb\xbf") {
        found.push("byte order mark".into());
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        found.push("not UTF-8".into());
        return found;
    };
    let Some(body) = text.strip_suffix("\r\n") else {
        found.push("the last record does not end with CR LF".into());
        return found;
    };
    let records: Vec<&str> = body.split("\r\n").collect();
    if records[0].split('\t').ne(NAMES.split_whitespace()) {
        found.push("header".into());
    }
    let mut rows = Vec::new();
    for (n, record) in records.iter().enumerate().skip(1) {
        check_record(n + 1, record, &mut found);
        let fields: Vec<&str> = record.split('\t').collect();
        if fields.len() == 18 {
            rows.push((n + 1, fields));
        }
    }
    let closing = name.get(12..20).unwrap_or_default();
    rows.iter().for_each(|(n, row)| check_row(*n, row, closing, &mut found));
    check_entries(&rows, &mut found);
    check_order(&rows, &mut found);
    check_codes(&rows, &mut found);
    found
}

fn check_name(name: &str, found: &mut Vec<String>) {
    let stem = name.strip_suffix(".txt").unwrap_or(name);
    let well = stem.len() == 20
        && stem.is_char_boundary(9)
        && stem[..9].bytes().all(|b| b.is_ascii_digit())
        && &stem[9..12] == "FEC"
        && is_day(&stem[12..]);
    if !well {
        return found.push(format!("name {name}"));
    }
    let digits = stem[..9].bytes().map(|b| u32::from(b - b'0'));
    let sum: u32 = digits.enumerate().map(|(n, d)| if n % 2 == 1 { (2 * d) / 10 + (2 * d) % 10 } else { d }).sum();
    if !sum.is_multiple_of(10) {
        found.push(format!("name: SIREN {}", &stem[..9]));
    }
}

fn check_record(n: usize, record: &str, found: &mut Vec<String>) {
    let fields = record.split('\t').count();
    if record.is_empty() {
        found.push(format!("line {n}: empty record"));
    } else if fields != 18 {
        found.push(format!("line {n}: {fields} fields"));
    }
    if record.contains('|') {
        found.push(format!("line {n}: | in a text"));
    }
    if record.chars().any(|c| c.is_control() && c != '\t') {
        found.push(format!("line {n}: control character"));
    }
}

fn check_row(n: usize, row: &[&str], closing: &str, found: &mut Vec<String>) {
    let mut say = |what: String| found.push(format!("line {n}: {what}"));
    let name = |at: usize| NAMES.split_whitespace().nth(at).unwrap_or_default();
    for at in FILLED.into_iter().collect::<BTreeSet<usize>>() {
        if row[at].trim().is_empty() {
            say(format!("{} is empty", name(at)));
        }
    }
    for at in [3, 9, 14, 15] {
        if !row[at].is_empty() && !is_day(row[at]) {
            say(format!("{} {} is no day", name(at), row[at]));
        }
    }
    if is_day(row[3]) && row[3] > closing {
        say(format!("EcritureDate {} is after the closing day", row[3]));
    }
    let account = row[4].as_bytes();
    if account.len() < 3 || !account[..3].iter().all(u8::is_ascii_digit) {
        say(format!("CompteNum {}", row[4]));
    }
    if row[6].is_empty() != row[7].is_empty() {
        say("CompAuxNum and CompAuxLib: one without the other".into());
    }
    if row[13].is_empty() != row[14].is_empty() {
        say("EcritureLet and DateLet: one without the other".into());
    }
    if row[16].is_empty() != row[17].is_empty() {
        say("Montantdevise and Idevise: one without the other".into());
    }
    match (cents(row[11]), cents(row[12])) {
        (Some(0), Some(0)) => say("neither debit nor credit".into()),
        (Some(d), Some(c)) if d != 0 && c != 0 => say("both debit and credit".into()),
        (Some(_), Some(_)) => {}
        _ => say(format!("amounts {:?} {:?}", row[11], row[12])),
    }
}

/// By number: one journal, one day, and debits that are credits. By journal: one name. The entries of one number stand together.
fn check_entries(rows: &[(usize, Vec<&str>)], found: &mut Vec<String>) {
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    let mut of: BTreeMap<&str, BTreeSet<(&str, &str, &str)>> = BTreeMap::new();
    let mut journals: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut ended: BTreeSet<&str> = BTreeSet::new();
    let mut last = "";
    for (n, row) in rows {
        *sums.entry(row[2]).or_default() += side(row);
        // What is brought forward in one entry is about many documents by its nature.
        let document = if row[0] == "AN" { "" } else { row[8] };
        of.entry(row[2]).or_default().insert((row[0], row[3], document));
        journals.entry(row[0]).or_default().insert(row[1]);
        if row[2] != last {
            ended.insert(last);
            last = row[2];
        }
        if ended.contains(row[2]) {
            found.push(format!("line {n}: entry {} goes on behind another", row[2]));
        }
    }
    for (number, sum) in sums.iter().filter(|(_, sum)| **sum != 0) {
        found.push(format!("entry {number} does not balance: {sum}"));
    }
    for (number, of) in of.iter().filter(|(_, of)| of.len() > 1) {
        found.push(format!("entry {number} covers several journals, days or documents: {of:?}"));
    }
    for (journal, names) in journals.iter().filter(|(_, names)| names.len() > 1) {
        found.push(format!("journal {journal} has several names: {names:?}"));
    }
    if sums.values().sum::<i128>() != 0 {
        found.push("the file does not balance".into());
    }
}

/// Numbers without gaps in each series (the letters before the digits), carried entries first, days of validation that never go back.
fn check_order(rows: &[(usize, Vec<&str>)], found: &mut Vec<String>) {
    let mut series: BTreeMap<&str, u64> = BTreeMap::new();
    let mut own = false;
    for pair in rows.windows(2) {
        if pair[1].1[15] < pair[0].1[15] {
            found.push(format!("line {}: ValidDate goes back", pair[1].0));
        }
    }
    for (n, row) in rows {
        let digits = row[2].len() - row[2].bytes().rev().take_while(u8::is_ascii_digit).count();
        let (letters, digits) = row[2].split_at(digits);
        let Ok(number) = digits.parse::<u64>() else {
            found.push(format!("line {n}: EcritureNum {} has no number", row[2]));
            continue;
        };
        let carried = row[0] == "AN";
        if carried && own {
            found.push(format!("line {n}: what is carried does not come first"));
        }
        own |= !carried;
        if let Some(before) = series.insert(letters, number)
            && number != before
            && number != before + 1
        {
            found.push(format!("line {n}: EcritureNum goes from {before} to {number}"));
        }
    }
}

/// Codes: within an account, what carries the same code in upper case adds up to nothing; a code has one day.
fn check_codes(rows: &[(usize, Vec<&str>)], found: &mut Vec<String>) {
    let mut groups: BTreeMap<(&str, &str, &str), Group<'_>> = BTreeMap::new();
    for (_, row) in rows.iter().filter(|(_, row)| !row[13].is_empty()) {
        let group = groups.entry((row[4], row[6], row[13])).or_default();
        group.0 += side(row);
        group.1 += 1;
        group.2.insert(row[14]);
    }
    for ((account, auxiliary, code), (sum, lines, days)) in groups {
        let place = format!("code {code} on {account} {auxiliary}");
        let upper = code.bytes().all(|b| b.is_ascii_uppercase());
        let lower = code.bytes().all(|b| b.is_ascii_lowercase());
        if !upper && !lower {
            found.push(format!("{place}: neither upper nor lower case"));
        }
        if upper && sum != 0 {
            found.push(format!("{place}: does not add up: {sum}"));
        }
        if upper && lines < 2 {
            found.push(format!("{place}: a line alone"));
        }
        if lower && sum == 0 {
            found.push(format!("{place}: adds up, and is partial"));
        }
        if days.len() > 1 {
            found.push(format!("{place}: several days"));
        }
    }
}

fn side(row: &[&str]) -> i128 {
    cents(row[11]).unwrap_or(0) - cents(row[12]).unwrap_or(0)
}

/// An amount as the notice writes it: digits, a comma, two digits.
fn cents(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once(',')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let canonical = whole == "0" || !whole.starts_with('0');
    (digits(whole) && digits(fraction) && fraction.len() == 2 && canonical)
        .then(|| format!("{whole}{fraction}").parse().ok())?
}

/// A day of 1900 to 2099, as `AAAAMMJJ`.
fn is_day(text: &str) -> bool {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let part = |from, to| text[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (part(0, 4), part(4, 6), part(6, 8));
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let days = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    (1900..=2099).contains(&year) && (1..=12).contains(&month) && (1..=days[month as usize - 1]).contains(&day)
}
