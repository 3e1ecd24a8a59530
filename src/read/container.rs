//! ZIP archives of statements, as EBICS and bank portals deliver them.
//!
//! An archive is hostile until shown otherwise: members are counted, and each is unpacked against a budget of bytes.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{Kind, Settings, recognise, statement};
use crate::error::{Collector, Error, ErrorKind, Errors};
use crate::model::{Note, NoteKind, StatementFile};

/// Reads every statement of an archive, in the order of the archive. A member is shown as `archive.zip!member.xml`.
///
/// Errors: E0013 for a damaged or encrypted archive, E0014 for an archive inside, E0015 for a cap reached, E0012 if no member is
/// a statement; else those of the members.
pub fn statements(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Vec<StatementFile>, Errors> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(path, &e))?;
    let limits = settings.limits;
    if archive.len() > limits.members as usize {
        let message = format!("the archive has {} members, more than the {} allowed", archive.len(), limits.members);
        return Err(cap(path, message, "members").into());
    }
    // Whatever the headers claim, no more than this is unpacked from all members together.
    let mut budget = limits.file_bytes.min((bytes.len() as u64).saturating_mul(limits.inflate_ratio));
    let (mut files, mut passed, mut errors) = (Vec::new(), Vec::new(), Collector::default());
    for n in 0..archive.len() {
        let member = archive.by_index(n).map_err(|e| damaged(path, &e))?;
        let name = member.name().map_err(|e| damaged(path, &e))?.into_owned();
        if member.is_dir() || is_hidden(&name) {
            continue;
        }
        let shown = format!("{path}!{name}");
        let mut content = Vec::new();
        member
            .take(budget.saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|e| damaged(&shown, &ZipError::Io(e)))?;
        let Some(left) = budget.checked_sub(content.len() as u64) else {
            let message = "the archive unpacks to more than is allowed".to_string();
            return Err(cap(&shown, message, "inflate_ratio or file_bytes").into());
        };
        budget = left;
        match recognise(&content) {
            Kind::Unknown(_) | Kind::OtherXml(_) => passed.push(name),
            kind => match statement(&shown, &content, kind, settings) {
                Ok(file) => files.push(file),
                Err(found) => errors.extend(found),
            },
        }
    }
    if files.is_empty() && errors.is_empty() {
        let error =
            Error::new(ErrorKind::Input, super::NO_STATEMENT, "no member of this archive is a statement").in_file(path);
        return Err(error.label(format!("it holds {}", listed(&passed))).help(super::EXPECTED).into());
    }
    if let (Some(first), false) = (files.first_mut(), passed.is_empty()) {
        let text = format!("other members of {path} were passed over: {}", listed(&passed));
        first.file.notes.push(Note::new(NoteKind::Said, text));
    }
    errors.finish(files)
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
        assert_eq!(code(read(&pack(&[("a", &vec![b' '; 1 << 20])]), &limits)), "E0015");
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
