//! Items and customers of several files become one list.
//!
//! The same row in two files (same identifier, same content) is one item, and is said. The same identifier with other content is
//! refused with both places: nobody can tell which one is right.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::{
    Customer, CustomerFile, InputFile, ItemFile, ItemKind, Note, NoteKind, OpenItem, Place, Position, distinct,
};

/// The files, their records in one list, and notes on what was left out.
pub type Gathered<R> = (Vec<InputFile>, Vec<R>, Vec<Note>);

/// A record with an identifier and a place, of which there may be one only.
trait Record: PartialEq + Clone + Send + Sync {
    /// What it is called in messages.
    const WHAT: &'static str;
    fn id(&self) -> &str;
    fn place(&self) -> Place;
    fn place_mut(&mut self) -> &mut Place;
    /// The first field in which another record of the same identifier differs, with both values.
    fn difference(&self, other: &Self) -> (&'static str, String, String);
}

/// Joins item files. `first_file_index` is the place of the first of them in the run's list of inputs.
///
/// Returns the files, the items with `place.file` set, and notes on what was left out. Error: E0122 for an identifier with two contents.
pub fn gather_items(mut files: Vec<ItemFile>, first_file_index: u32) -> Result<Gathered<OpenItem>, Errors> {
    let told_apart = tell_apart(&mut files);
    let (files, items, mut notes) = gather(files.into_iter().map(|f| (f.file, f.items)).collect(), first_file_index)?;
    notes.extend(told_apart);
    Ok((files, items, notes))
}

/// Gives documents of different sellers, or an invoice and a credit note, different identifiers where they have the same number.
///
/// A seller gives a number once in a series (Directive 2006/112/EC, article 226, point 2), so that the number is the identifier;
/// but two sellers may use the same one, and so may the two series of one seller. Lists do not name their seller: their
/// identifiers are their own affair.
fn tell_apart(files: &mut [ItemFile]) -> Option<Note> {
    let stated = || files.iter().flat_map(|f| &f.items).filter(|item| !item.seller.is_empty());
    let mut series: HashMap<&str, Vec<(&str, ItemKind)>, foldhash::fast::RandomState> = HashMap::default();
    for item in stated() {
        let known = series.entry(&item.id).or_default();
        let one = (&*item.seller, item.kind);
        if !known.contains(&one) {
            known.push(one);
        }
    }
    // Whether sellers differ, and whether kinds do, by the number that they share.
    let shared: HashMap<Box<str>, (bool, bool), foldhash::fast::RandomState> = series
        .into_iter()
        .filter(|(_, known)| known.len() > 1)
        .map(|(id, known)| {
            let differ =
                |by: fn(&(&str, ItemKind), &(&str, ItemKind)) -> bool| known.iter().any(|one| by(one, &known[0]));
            (id.into(), (differ(|a, b| a.0 != b.0), differ(|a, b| a.1 != b.1)))
        })
        .collect();
    for item in files.iter_mut().flat_map(|f| &mut f.items).filter(|item| !item.seller.is_empty()) {
        let Some((sellers, kinds)) = shared.get(&item.id) else { continue };
        let mut id = item.id.to_string();
        if *sellers {
            id.push_str(&format!(" ({})", item.seller));
        }
        if *kinds && item.kind == ItemKind::CreditNote {
            id.push_str(" (credit note)");
        }
        item.id = id.into();
    }
    let count = shared.len();
    let text = format!(
        "{count} number{} of documents of different sellers or kinds: seller or kind is added to the item_id",
        if count == 1 { " is that" } else { "s are those" }
    );
    (count > 0).then(|| Note::new(NoteKind::Said, text))
}

/// Joins customer files, as [`gather_items`] does items.
pub fn gather_customers(files: Vec<CustomerFile>, first_file_index: u32) -> Result<Gathered<Customer>, Errors> {
    gather(files.into_iter().map(|f| (f.file, f.customers)).collect(), first_file_index)
}

fn gather<R: Record>(mut files: Vec<(InputFile, Vec<R>)>, first_file_index: u32) -> Result<Gathered<R>, Errors> {
    for ((_, records), index) in files.iter_mut().zip(first_file_index..) {
        records.par_iter_mut().for_each(|record| record.place_mut().file = index);
    }
    // A file has each identifier once: its reader has seen to that.
    let several = files.len() > 1;
    if !several || distinct::all_differ(files.par_iter().flat_map(|(_, r)| r.par_iter()).map(R::id)) {
        let (inputs, lists): (Vec<InputFile>, Vec<Vec<R>>) = files.into_iter().unzip();
        let records = match <[Vec<R>; 1]>::try_from(lists) {
            Ok([only]) => only,
            Err(lists) => lists.into_iter().flatten().collect(),
        };
        return Ok((inputs, records, Vec::new()));
    }
    let mut inputs: Vec<InputFile> = Vec::with_capacity(files.len());
    let mut out: Vec<R> = Vec::new();
    let mut notes = Vec::new();
    let mut errors = Collector::default();
    let mut seen: HashMap<Box<str>, usize, foldhash::fast::RandomState> = HashMap::default();
    for (n, (file, records)) in files.into_iter().enumerate() {
        let mut repeated = 0;
        inputs.push(file);
        for record in records {
            match seen.get(record.id()) {
                None => {
                    seen.insert(record.id().into(), out.len());
                    out.push(record);
                }
                Some(first) if same(&out[*first], &record) => repeated += 1,
                Some(first) => errors.push(conflict(&out[*first], &record, &inputs, first_file_index)),
            }
        }
        if repeated > 0 {
            let what = R::WHAT;
            let text = format!(
                "{}: {repeated} {what}{} with the same content in an earlier file, counted once",
                inputs[n].path,
                if repeated == 1 { "" } else { "s" }
            );
            notes.push(Note::new(NoteKind::Said, text));
        }
    }
    errors.finish((inputs, out, notes))
}

/// Equal but for the place.
fn same<R: Record>(a: &R, b: &R) -> bool {
    let mut moved = b.clone();
    *moved.place_mut() = a.place();
    *a == moved
}

fn conflict<R: Record>(first: &R, second: &R, inputs: &[InputFile], base: u32) -> Error {
    let path = |place: Place| inputs.get((place.file - base) as usize).map_or("", |f| &*f.path);
    let line = |place: Place| match place.position {
        Position::Line(line) => u64::from(line),
        _ => 0,
    };
    let (field, before, now) = first.difference(second);
    let what = R::WHAT;
    Error::new(
        ErrorKind::Input,
        "E0122",
        format!("the {what} \"{}\" is in two files with different content", second.id()),
    )
    .in_file(path(second.place()))
    .at(line(second.place()), 1)
    .label(format!("{field} is \"{now}\" here and \"{before}\" there"))
    .also_at(path(first.place()), line(first.place()))
    .help(format!("leave out the older file, or correct one of the two: an identifier stands for one {what}"))
}

impl Record for OpenItem {
    const WHAT: &'static str = "item";

    fn id(&self) -> &str {
        &self.id
    }

    fn place(&self) -> Place {
        self.place
    }

    fn place_mut(&mut self) -> &mut Place {
        &mut self.place
    }

    fn difference(&self, other: &Self) -> (&'static str, String, String) {
        let date = |d: Option<chrono::NaiveDate>| d.map_or(String::new(), |d| d.to_string());
        let money =
            |i: &Self| (format!("{} {}", i.amount, i.amount.currency), format!("{} {}", i.open(), i.amount.currency));
        let fields = [
            ("amount", money(self).0, money(other).0),
            ("open_amount", money(self).1, money(other).1),
            ("type", self.kind.word().into(), other.kind.word().into()),
            ("number", self.number.to_string(), other.number.to_string()),
            ("seller", self.seller.to_string(), other.seller.to_string()),
            ("customer_id", self.customer_id.to_string(), other.customer_id.to_string()),
            ("customer_name", self.customer_name.to_string(), other.customer_name.to_string()),
            ("issue_date", date(self.issue_date), date(other.issue_date)),
            ("due_date", date(self.due_date), date(other.due_date)),
            ("payment_reference", self.payment_references.join("|"), other.payment_references.join("|")),
            ("customer_iban", self.customer_ibans.join("|"), other.customer_ibans.join("|")),
            ("order_number", self.order_number.to_string(), other.order_number.to_string()),
            ("terms", self.terms.to_string(), other.terms.to_string()),
            ("discount", format!("{:?}", self.discount), format!("{:?}", other.discount)),
            ("vat", format!("{:?}", self.vat), format!("{:?}", other.vat)),
        ];
        fields.into_iter().find(|(_, a, b)| a != b).unwrap_or(("content", String::new(), String::new()))
    }
}

impl Record for Customer {
    const WHAT: &'static str = "customer";

    fn id(&self) -> &str {
        &self.id
    }

    fn place(&self) -> Place {
        self.place
    }

    fn place_mut(&mut self) -> &mut Place {
        &mut self.place
    }

    fn difference(&self, other: &Self) -> (&'static str, String, String) {
        let fee = |c: &Self| c.usual_fee.map_or(String::new(), |f| f.to_string());
        let fields = [
            ("name", self.name.to_string(), other.name.to_string()),
            ("other_names", self.other_names.join("|"), other.other_names.join("|")),
            ("ibans", self.ibans.join("|"), other.ibans.join("|")),
            ("group", self.group.to_string(), other.group.to_string()),
            ("pays_for", self.pays_for.join("|"), other.pays_for.join("|")),
            ("usual_fee", fee(self), fee(other)),
            ("vat_number", self.vat_number.to_string(), other.vat_number.to_string()),
        ];
        fields.into_iter().find(|(_, a, b)| a != b).unwrap_or(("content", String::new(), String::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Currency, InputRole, Money};

    fn file(path: &str, items: &[(&str, i64)]) -> ItemFile {
        let item = |(n, (id, minor)): (usize, &(&str, i64))| {
            let mut item = OpenItem::new(*id, *id, Money::new(*minor, Currency::EUR));
            item.place.position = Position::Line(n as u32 + 2);
            item
        };
        let input = InputFile {
            path: path.into(),
            role: InputRole::Items,
            format: "csv".into(),
            version: Box::default(),
            sha256: Box::default(),
            bytes: 0,
            records: items.len() as u64,
            notes: Vec::new(),
        };
        ItemFile { file: input, items: items.iter().enumerate().map(item).collect() }
    }

    #[test]
    fn the_same_row_in_two_files_counts_once_and_is_said() {
        let files = vec![file("a.csv", &[("1", 100), ("2", 200)]), file("b.csv", &[("2", 200), ("3", 300)])];
        let (inputs, items, notes) = gather_items(files, 4).unwrap();
        assert_eq!(items.iter().map(|i| (&*i.id, i.place.file)).collect::<Vec<_>>(), [("1", 4), ("2", 4), ("3", 5)]);
        assert_eq!(notes[0].text.as_ref(), "b.csv: 1 item with the same content in an earlier file, counted once");
        assert_eq!(inputs.len(), 2);
    }

    #[test]
    fn lists_without_a_common_identifier_are_put_behind_one_another() {
        let files = vec![file("a.csv", &[("2", 100), ("1", 200)]), file("b.csv", &[]), file("c.csv", &[("3", 300)])];
        let (inputs, items, notes) = gather_items(files, 4).unwrap();
        assert_eq!(items.iter().map(|i| (&*i.id, i.place.file)).collect::<Vec<_>>(), [("2", 4), ("1", 4), ("3", 6)]);
        assert_eq!((inputs.len(), notes.len()), (3, 0));
    }

    #[test]
    fn sellers_and_kinds_that_share_a_number_are_told_apart_and_lists_are_not() {
        let document = |path: &str, minor: i64, seller: &str| {
            let mut file = file(path, &[("1", minor)]);
            file.items[0].seller = seller.into();
            file
        };
        let ids = |files: Vec<ItemFile>| {
            let (_, items, notes) = gather_items(files, 0).unwrap();
            (items.iter().map(|i| i.id.to_string()).collect::<Vec<_>>(), notes.len())
        };
        let three = vec![document("a", 100, "FR1"), document("b", 100, "FR2"), document("c", -50, "FR1")];
        assert_eq!(ids(three), (vec!["1 (FR1)".to_string(), "1 (FR2)".into(), "1 (FR1) (credit note)".into()], 1));
        // The same document twice, as a PDF and as its XML, is one item.
        assert_eq!(ids(vec![document("a", 100, "FR1"), document("b", 100, "FR1")]), (vec!["1".to_string()], 1));
        assert!(gather_items(vec![document("a", 100, "FR1"), document("b", 101, "FR1")], 0).is_err());
        assert!(gather_items(vec![document("a", 100, "FR1"), file("b", &[("1", 101)])], 0).is_err());
    }

    #[test]
    fn another_content_is_refused_with_both_places() {
        let files = vec![file("a.csv", &[("1", 100), ("2", 200)]), file("b.csv", &[("2", 250)])];
        let errors = gather_items(files, 0).unwrap_err();
        let text = errors.to_string();
        assert!(
            text.contains("error[E0122]") && text.contains("b.csv:2:1") && text.contains("also: a.csv:3"),
            "{text}"
        );
        assert!(text.contains("amount is \"2.50"), "{text}");
    }
}
