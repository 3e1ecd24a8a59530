//! A large text read in parts, on all cores, with the result of reading it in one go.
//!
//! Where a record begins is known only from the beginning of the text, because a quoted field may hold line endings. So the cuts
//! are guessed: behind a line feed with an even number of quotes before it. Then each guess is checked: the part before must end
//! exactly there. Where it does not, the part is read again from where the one before has ended. A guess costs time when it is
//! wrong; it never changes a value.

use rayon::prelude::*;

use super::records::Records;

/// Bytes of a part. The same on every machine, so that every machine takes the same path.
pub(super) const PART: usize = 1 << 20;
/// Parts a thread that are read before their results are taken: enough to keep all threads busy, few enough that what the parts
/// use can be used again for the next.
const AHEAD: usize = 8;

/// Hands the records of each part of about `part` bytes to `read`, and what comes of them to `take`, in the order of the text; `take` is also told how
/// many parts are still to come. `read` must go on to the last record; the part with a quote that is never closed is the last.
pub(super) fn read<T: Send>(
    body: &Records<'_>,
    part: usize,
    read: impl Fn(&mut Records<'_>) -> T + Sync,
    mut take: impl FnMut(T, usize),
) {
    let cuts = cuts(body, part);
    let length = body.text().len();
    let begins = |n: usize| cuts.get(n).map_or(length, |c| c.position);
    let guess = |n: usize| {
        // One part more is in sight, and no more than that: a part that begins inside a quoted field could run to the end.
        let mut records = body.part(cuts[n].position, cuts[n].line, begins(n + 1), begins(n + 2));
        (read(&mut records), records)
    };
    let together = AHEAD * rayon::current_num_threads();
    let (mut position, mut line) = body.position();
    for first in (0..cuts.len()).step_by(together) {
        let numbers = first..cuts.len().min(first + together);
        let guesses: Vec<(T, Records<'_>)> = numbers.clone().into_par_iter().map(guess).collect();
        for (n, (value, records)) in numbers.zip(guesses) {
            let stop = begins(n + 1);
            // The last record of a part before may cover this one.
            if position >= stop && n > 0 {
                continue;
            }
            let begun_right = position == cuts[n].position;
            let in_sight = records.position().0 < records.text().len() && !records.is_broken();
            let (value, records) = if begun_right && (in_sight || records.text().len() == length) {
                (value, records)
            } else {
                let mut again = body.part(position, line, stop, length);
                (read(&mut again), again)
            };
            (position, line) = records.position();
            take(value, cuts.len() - n - 1);
            if records.is_broken() {
                return;
            }
        }
    }
}

/// Where a part begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    position: usize,
    line: u32,
}

/// Line endings and quotes of a piece of text.
#[derive(Clone, Copy, Default)]
struct Count {
    lines: usize,
    quotes: usize,
}

impl Count {
    /// `after` is the byte behind the piece: `\r\n` is one line ending, and it is the line feed that counts.
    fn of(bytes: &[u8], after: Option<u8>) -> Self {
        // Short runs let the compiler count in bytes.
        const RUN: usize = 255;
        let count = |byte: u8| {
            let in_run = |run: &[u8]| usize::from(run.iter().map(|b| u8::from(*b == byte)).sum::<u8>());
            bytes.chunks(RUN).map(in_run).sum::<usize>()
        };
        let (feeds, returns) = (count(b'\n'), count(b'\r'));
        let inside = if returns == 0 { 0 } else { bytes.windows(2).filter(|pair| pair == b"\r\n").count() };
        let at_end = bytes.last() == Some(&b'\r') && after == Some(b'\n');
        Self { lines: feeds + returns - inside - usize::from(at_end), quotes: count(b'"') }
    }
}

/// Cuts a text into parts of about `part` bytes. The first begins where the records do.
fn cuts(body: &Records<'_>, part: usize) -> Vec<Cut> {
    let bytes = body.text().as_bytes();
    let (start, first_line) = body.position();
    let pieces: Vec<usize> = (start..bytes.len()).step_by(part).collect();
    let end = |n: usize| pieces.get(n + 1).copied().unwrap_or(bytes.len());
    let counts: Vec<Count> = pieces
        .par_iter()
        .enumerate()
        .map(|(n, from)| Count::of(&bytes[*from..end(n)], bytes.get(end(n)).copied()))
        .collect();
    let mut out = vec![Cut { position: start, line: first_line }];
    let mut before = Count { lines: first_line as usize, quotes: 0 };
    for (n, count) in counts.iter().enumerate() {
        before = Count { lines: before.lines + count.lines, quotes: before.quotes + count.quotes };
        let piece = end(n);
        if let Some(cut) = next_line(bytes, piece, end(n + 1), before) {
            out.push(cut);
        }
    }
    out
}

/// The first line below `from` that begins outside of quotes, if there is one before `to`. `before` counts what stands above `from`.
fn next_line(bytes: &[u8], from: usize, to: usize, before: Count) -> Option<Cut> {
    let Count { mut lines, mut quotes } = before;
    for at in from..to.min(bytes.len().saturating_sub(1)) {
        match bytes[at] {
            b'"' => quotes += 1,
            b'\n' => {
                lines += 1;
                if quotes.is_multiple_of(2) {
                    return Some(Cut { position: at + 1, line: u32::try_from(lines).unwrap_or(u32::MAX) });
                }
            }
            b'\r' if bytes.get(at + 1) != Some(&b'\n') => lines += 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Limits;
    use crate::config::csv::CsvKind;
    use crate::error::Errors;
    use crate::read::Settings;
    use crate::read::csv::records::Row;
    use crate::read::csv::table::Table;
    use crate::read::csv::{customers, items, statement};
    use crate::read::encoding::decode_text;

    type Found = Vec<(u32, usize, Vec<String>)>;

    /// Every record with its place, and whether a quote was never closed.
    fn in_parts(text: &str, part: usize) -> (Found, bool) {
        let body = Records::new(text, b';');
        let read = |records: &mut Records<'_>| {
            let (mut row, mut out) = (Row::default(), Vec::new());
            loop {
                match records.next(&mut row) {
                    Ok(true) => {
                        let cells = (0..row.fields.len()).map(|n| row.get(text, n).into_owned()).collect();
                        out.push((row.line, row.start, cells));
                    }
                    Ok(false) => return (out, false),
                    Err(_) => return (out, true),
                }
            }
        };
        let (mut all, mut is_broken) = (Vec::new(), false);
        super::read(&body, part, read, |(mut found, broken), _| {
            all.append(&mut found);
            is_broken |= broken;
        });
        (all, is_broken)
    }

    /// What a reader makes of a text that it reads by so many bytes at a time.
    fn made<T>(
        text: &str,
        kind: CsvKind,
        (part, records): (usize, u64),
        read: fn(Table<'_>) -> Result<T, Errors>,
    ) -> Result<T, Errors> {
        let limits = Limits { records, ..Limits::default() };
        let settings = Settings { limits: &limits, mappings: &Default::default() };
        let decoded = decode_text("f.csv", text.as_bytes(), None)?;
        let mut table = Table::open("f.csv", &decoded, kind, &settings, None)?;
        table.part = part;
        read(table)
    }

    /// A header and some of the rows that are given, each as often as wanted; `#` in them becomes the number of the row.
    fn file(header: &'static str, rows: Vec<&'static str>) -> impl Strategy<Value = String> {
        let row = proptest::sample::select(rows);
        proptest::collection::vec(row, 0..25).prop_map(move |rows| {
            let rows: Vec<String> = rows.iter().enumerate().map(|(n, row)| row.replace('#', &n.to_string())).collect();
            format!("{header}\n{}\n", rows.join("\n"))
        })
    }

    const STATEMENT_HEADER: &str = "Account;Date;Amount;Description;Currency;Balance";
    const ITEM_HEADER: &str = "item_id,number,customer_id,customer_name,amount,open_amount,currency";
    const CUSTOMER_HEADER: &str = "customer_id,name";
    /// Rows that are read, or passed over, each in another way.
    const STATEMENT: [&str; 14] = [
        "A;2026-06-01;10.00;VIR DUPONT;EUR;110.00",
        "A;2026-06-02;-3.50;\"two\nlines, \"\"quoted\"\"\";EUR;",
        "B;2026-06-02;7.00;another account;EUR;7.00",
        "A;2026-06-03;8.00;another currency;CHF;",
        "A;2026-06-03;8.00;a currency of its own;XQQ;",
        ";;;text of the booking above;;",
        ";;;\"more of it\non two lines\";;",
        "A;pending;5.00;not booked;EUR;",
        "A;2026-06-04;1.00;\"a \"loose\" quote\";EUR;",
        "A;Saldo;;Saldo;EUR;99.00",
        "",
        ";;;;;",
        "Account;Date;Amount;Description;Currency;Balance",
        "a footer of another shape;;;;;",
    ];
    const BAD: [&str; 6] = [
        "A;2026-06-01;10.00;VIR DUPONT;EUR;110.00",
        ";;;text of the booking above;;",
        "A;2026-06-05;1,00;another mark;EUR;",
        "A;2026-02-30;1.00;no such day;EUR;",
        "A;2026-06-05;1.00;too many fields;EUR;;;;x",
        "A;2026-06-05;1.00;\"never closed;EUR;",
    ];
    const ITEMS: [&str; 7] = [
        "a#,2026-#,C1,Dupont SA,10.00,10.00,EUR",
        "b#,2026-#,C1,Dupont SA,12.00,,EUR",
        "c#,,C2,\"Müller,\nSöhne\",-5.00,-5.00,",
        ",2026-#,C2,x,5.00,6.00,EUR",
        "d#,,C2,\"a \"loose\" quote\",1.00,1.00,EUR",
        "Total,,,,27.00,,",
        ",,,,,,",
    ];
    const BAD_ITEMS: [&str; 5] = [
        "a#,2026-#,C1,Dupont SA,10.00,10.00,EUR",
        "5,2026-5,,,1.00,,EUR",
        "e#,2026-5,,,,,EUR",
        "6,2026-6,C3,y,5.00,-5.00,EUR",
        "f#,\"never closed,,,5.00,5.00,EUR",
    ];
    const CUSTOMERS: [&str; 4] = ["C#,Dupont SA", "D#,\"Müller\nSöhne\"", "E#,\"a \"loose\" quote\"", ""];
    const BAD_CUSTOMERS: [&str; 4] = ["C#,Dupont SA", "C1,again", "F#,\"never closed", ",nobody"];

    #[test]
    fn the_rows_below_are_those_that_are_read() {
        let text = format!("{STATEMENT_HEADER}\n{}\n", STATEMENT.join("\n"));
        let read = made(&text, CsvKind::Payments, (40, 100), statement::read).unwrap();
        let payments: Vec<usize> = read.statements.iter().map(|s| s.payments.len()).collect();
        assert_eq!((payments, read.statements[0].not_booked), (vec![3, 1, 1, 1], 1));
        let text = format!("{ITEM_HEADER}\n{}\n", ITEMS.join("\n"));
        let read = made(&text, CsvKind::Invoices, (40, 100), items::read).unwrap();
        assert_eq!(read.items.len(), 5);
        let text = format!("{CUSTOMER_HEADER}\n{}\n", CUSTOMERS.join("\n"));
        let read = made(&text, CsvKind::Customers, (40, 100), customers::read).unwrap();
        assert_eq!(read.customers.len(), 3);
    }

    /// A text with rows of a list, or of two lists.
    fn text(
        header: &'static str,
        good: &'static [&'static str],
        bad: &'static [&'static str],
    ) -> impl Strategy<Value = String> {
        prop_oneof![3 => file(header, good.to_vec()), 1 => file(header, [good, bad].concat()), 1 => file(header, bad.to_vec())]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]
        #[test]
        fn what_is_read_does_not_depend_on_the_parts(
            statement in text(STATEMENT_HEADER, &STATEMENT, &BAD), list in text(ITEM_HEADER, &ITEMS, &BAD_ITEMS),
            master in text(CUSTOMER_HEADER, &CUSTOMERS, &BAD_CUSTOMERS), part in 1usize..200, records in 10u64..40,
        ) {
            let read = |part| made(&statement, CsvKind::Payments, (part, records), statement::read);
            prop_assert_eq!(read(part), read(usize::MAX));
            let read = |part| made(&list, CsvKind::Invoices, (part, records), items::read);
            prop_assert_eq!(read(part), read(usize::MAX));
            let read = |part| made(&master, CsvKind::Customers, (part, records), customers::read);
            prop_assert_eq!(read(part), read(usize::MAX));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn parts_of_any_size_read_like_the_whole(text in "[a\";\n\r é]{0,60}", part in 1usize..30) {
            prop_assert_eq!(in_parts(&text, part), in_parts(&text, usize::MAX));
        }
    }

    #[test]
    fn a_field_over_several_parts_is_one_field() {
        let text = "1;\"a\nb\nc\nd\ne\nf\n\"\"g\nh\"\n2;x\n\"3\n4\";y\n5;\"z\n6;7\n";
        for part in 1..50 {
            let (found, broken) = in_parts(text, part);
            let lines: Vec<u32> = found.iter().map(|f| f.0).collect();
            assert_eq!((lines, broken), (vec![1, 9, 10], true), "{part}");
        }
    }
}
