//! Containers: ZIP archives and gzip files, as EBICS, bank portals and archives of invoices deliver them.
//!
//! A container is hostile until shown otherwise: members are counted, and each is unpacked against a budget of bytes.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Kind, Settings, recognise};
use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::{InputFile, ItemFile, LedgerFile, Note, NoteKind, StatementFile};

/// How much of a member tells what it is: as much as recognition looks at.
const HEAD: u64 = super::kind::HEAD as u64;

/// What is looked for in a container.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Whether a member of this kind is read; others are passed over, and named.
    takes: fn(&Kind) -> bool,
    what: &'static str,
    expected: &'static str,
}

impl Wanted {
    /// Bank statements, and tables that may be such.
    pub const STATEMENTS: Self = Self {
        takes: |kind| kind.is_bank_format() || kind.is_table(),
        what: "no member of this archive is a statement",
        expected: super::EXPECTED,
    };
    /// Lists of open items and electronic invoices.
    pub const ITEMS: Self = Self {
        takes: |kind| kind.is_invoice_format() || kind.is_table(),
        what: "no member of this archive holds invoices",
        expected: super::EXPECTED_ITEMS,
    };
    /// Lines of the general ledger.
    pub const LEDGERS: Self = Self {
        takes: |kind| matches!(kind, Kind::Fec | Kind::Ledger) || kind.is_table(),
        what: "no member of this archive is a general ledger",
        expected: super::general_ledger::EXPECTED,
    };
}

/// What readers return: it knows the file that it comes from.
pub trait Read1 {
    /// What is known of the file.
    fn file(&mut self) -> &mut InputFile;
}

impl Read1 for StatementFile {
    fn file(&mut self) -> &mut InputFile {
        &mut self.file
    }
}

impl Read1 for ItemFile {
    fn file(&mut self) -> &mut InputFile {
        &mut self.file
    }
}

impl Read1 for LedgerFile {
    fn file(&mut self) -> &mut InputFile {
        &mut self.file
    }
}

/// What one member is read with: path, bytes, kind, settings.
type Reader<T> = fn(&str, &[u8], Kind, &Settings<'_>) -> Result<T, Errors>;

/// Reads every wanted member of a container, in its order. A member is shown as `archive.zip!member.xml`.
///
/// Errors: E0013 for a damaged or encrypted archive, E0014 for an archive inside, E0015 for a cap reached, E0012 if no member is
/// wanted; else those of the members.
pub fn read<T: Read1>(
    path: &str,
    bytes: &[u8],
    settings: &Settings<'_>,
    wanted: &Wanted,
    one: Reader<T>,
) -> Result<Vec<T>, Errors> {
    let (mut files, mut passed, mut errors) = (Vec::new(), Vec::new(), Collector::default());
    each_member(path, bytes, settings, |shown, name, content| match recognise(content) {
        kind if kind.is_container() => errors.extend(super::stranger_inside(shown, &kind)),
        kind if (wanted.takes)(&kind) => match one(shown, content, kind, settings) {
            Ok(file) => files.push(file),
            Err(found) => errors.extend(found),
        },
        _ => passed.push(name.to_string()),
    })?;
    if files.is_empty() && errors.is_empty() {
        let error = Error::new(ErrorKind::Input, super::NO_STATEMENT, wanted.what).in_file(path);
        return Err(error.label(format!("it holds {}", listed(&passed))).help(wanted.expected).into());
    }
    if let (Some(first), false) = (files.first_mut(), passed.is_empty()) {
        let text = format!("other members of {path} were passed over: {}", listed(&passed));
        first.file().notes.push(Note::new(NoteKind::Said, text));
    }
    errors.finish(files)
}

/// Unpacks a container, member by member: what it is shown as, its name, its bytes. A member that is itself compressed with
/// gzip is unpacked too.
///
/// Errors: E0013, E0015.
pub fn each_member(
    path: &str,
    bytes: &[u8],
    settings: &Settings<'_>,
    mut member: impl FnMut(&str, &str, &[u8]),
) -> Result<(), Errors> {
    let limits = settings.limits;
    // Whatever the headers claim, no more than this is unpacked from all members together.
    let mut budget = limits.file_bytes.min((bytes.len() as u64).saturating_mul(limits.inflate_ratio));
    if recognise(bytes) == Kind::Gzip {
        // The name inside is that of the file without its ending.
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let name = name.strip_suffix(".gz").unwrap_or(name).to_string();
        let content = inflate(path, bytes, &mut budget)?;
        member(path, &name, &content);
        return Ok(());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(path, &e))?;
    if archive.len() > limits.members as usize {
        let message = format!("the archive has {} members, more than the {} allowed", archive.len(), limits.members);
        return Err(cap(path, message, "members").into());
    }
    for n in 0..archive.len() {
        let mut packed = archive.by_index(n).map_err(|e| damaged(path, &e))?;
        let name = packed.name().map_err(|e| damaged(path, &e))?.into_owned();
        if packed.is_dir() || is_hidden(&name) {
            continue;
        }
        let shown = format!("{path}!{name}");
        let broken = |e| damaged(&shown, &ZipError::Io(e));
        let mut content = take(&shown, (&mut packed).take(HEAD), &mut budget)?.map_err(broken)?;
        // What is of no use is not unpacked to its end.
        if !matches!(recognise(&content), Kind::Unknown(_) | Kind::OtherXml(_)) {
            content.append(&mut take(&shown, packed, &mut budget)?.map_err(broken)?);
        }
        let content = match recognise(&content) {
            Kind::Gzip => Cow::Owned(inflate(&shown, &content, &mut budget)?),
            _ => Cow::Borrowed(&*content),
        };
        member(&shown, &name, &content);
    }
    Ok(())
}

/// Reads to the end, as long as the budget lasts. Errors: E0015; inside, those of the reader.
fn take(shown: &str, from: impl Read, budget: &mut u64) -> Result<std::io::Result<Vec<u8>>, Error> {
    let mut content = Vec::new();
    if let Err(error) = from.take(budget.saturating_add(1)).read_to_end(&mut content) {
        return Ok(Err(error));
    }
    let Some(left) = budget.checked_sub(content.len() as u64) else {
        let message = "the archive unpacks to more than is allowed".to_string();
        return Err(cap(shown, message, "inflate_ratio or file_bytes"));
    };
    *budget = left;
    Ok(Ok(content))
}

/// Unpacks a gzip file, of one part or several.
fn inflate(shown: &str, bytes: &[u8], budget: &mut u64) -> Result<Vec<u8>, Error> {
    take(shown, MultiGzDecoder::new(bytes), budget)?.map_err(|e| {
        Error::new(ErrorKind::Input, "E0013", format!("the gzip file cannot be read: {e}"))
            .in_file(shown)
            .help("it is damaged or cut off: fetch it again")
    })
}

/// Members that archivers add of themselves.
fn is_hidden(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.rsplit(['/', '\\']).next().is_some_and(|file| file.starts_with('.'))
}

/// The first names of a list, and how many more there are.
fn listed(names: &[String]) -> String {
    const FEW: usize = 3;
    match names.len() {
        0 => "nothing".to_string(),
        n if n <= FEW => names.join(", "),
        n => format!("{} and {} more", names[..FEW].join(", "), n - FEW),
    }
}

fn damaged(path: &str, error: &ZipError) -> Error {
    let (message, help) = match error {
        ZipError::UnsupportedArchive(what) if what.to_lowercase().contains("password") => {
            ("the archive is encrypted".to_string(), "unpack it with its password first")
        }
        other => (format!("the ZIP archive cannot be read: {other}"), "it is damaged or cut off: fetch it again"),
    };
    Error::new(ErrorKind::Input, "E0013", message).in_file(path).help(help)
}

fn cap(path: &str, message: String, key: &str) -> Error {
    Error::new(ErrorKind::Input, "E0015", message)
        .in_file(path)
        .help(format!("no bank delivers this; if yours does, raise  {key}  under [limits] in the configuration"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::config::Limits;

    const EMPTY: &[u8] =
        b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt/></Document>";

    fn pack(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<StatementFile>, Errors> {
        crate::read::statements("a.zip", bytes, &Settings { limits, mappings: &BTreeMap::new() })
    }

    fn code(result: Result<Vec<StatementFile>, Errors>) -> &'static str {
        result.unwrap_err().iter().next().unwrap().code()
    }

    #[test]
    fn each_member_is_a_file_and_strangers_are_said() {
        let files = read(
            &pack(&[("b.xml", EMPTY), ("d/a.xml", EMPTY), (".x", EMPTY), ("readme.txt", b"hello")]),
            &Limits::default(),
        )
        .unwrap();
        let paths: Vec<&str> = files.iter().map(|f| &*f.file.path).collect();
        assert_eq!(paths, ["a.zip!b.xml", "a.zip!d/a.xml"]);
        assert!(files[0].file.notes.iter().any(|n| n.text.contains("readme.txt")));
    }

    #[test]
    fn bombs_nests_and_rubbish_are_refused() {
        let limits = Limits { file_bytes: 100_000, ..Limits::default() };
        // A statement with a million blanks behind it; blanks alone are no statement, and are not unpacked to their end.
        let bomb = [EMPTY, &vec![b' '; 1 << 20]].concat();
        assert_eq!(code(read(&pack(&[("a", &bomb)]), &limits)), "E0015");
        assert_eq!(code(read(&pack(&[("a", &bomb[EMPTY.len()..])]), &limits)), "E0012");
        assert_eq!(
            code(read(&pack(&[("a", EMPTY), ("b", EMPTY)]), &Limits { members: 1, ..Limits::default() })),
            "E0015"
        );
        assert_eq!(code(read(&pack(&[("in.zip", &pack(&[("a", EMPTY)]))]), &Limits::default())), "E0014");
        assert_eq!(code(read(&pack(&[("a.txt", b"hello")]), &Limits::default())), "E0012");
        let whole = pack(&[("a", EMPTY)]);
        assert_eq!(code(read(&whole[..whole.len() / 2], &Limits::default())), "E0013");
        for cut in 0..whole.len() {
            let _ = read(&whole[..cut], &Limits::default());
        }
    }
}
