//! The invoice inside of a PDF (Factur-X, ZUGFeRD): an XML document among the embedded files (ISO 32000-2, 7.11.4).

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{DecompressError, Dictionary, Document, LoadOptions, Object, ObjectId, Stream};

use crate::error::{Error, ErrorKind, Errors};
use crate::model::{Note, NoteKind};
use crate::read::Settings;

/// Names that the specifications give the invoice: Factur-X and ZUGFeRD 2.1, ZUGFeRD 1 and 2.0, XRechnung.
const NAMES: [&str; 3] = ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"];

/// Nodes of the tree of names that are looked at; an invoice has one or two.
const NODES: usize = 10_000;

/// How many times larger than the whole file its object streams may be together. Honest ones compress to a fifth.
const OBJECTS_RATIO: usize = 64;

/// What one stream of objects may always have: below it, a share of a small file would be too little for an honest one.
const OBJECTS_LEAST: usize = 64 << 10;

/// Attachments that are named in messages.
const NAMED: usize = 8;

/// An embedded file.
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) notes: Vec<Note>,
}

/// Finds the invoice in a PDF. Errors: E0511 damaged, E0512 encrypted, E0513 no invoice inside, E0514 too large inside.
pub(super) fn invoice(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Attachment, Errors> {
    // The library is at its boundary here, with hostile bytes: should it ever panic, this file is an error and the run goes on.
    // Nothing that it could leave half-done outlives the call.
    match catch_unwind(AssertUnwindSafe(|| find(path, bytes, settings))) {
        Ok(found) => found.map_err(Errors::from),
        Err(_) => Err(damaged(path, "its structure cannot be followed").into()),
    }
}

fn find(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Attachment, Error> {
    let document = open(path, bytes)?;
    let files = embedded(&document);
    let most = settings.limits.file_bytes;
    let (mut chosen, mut others, mut unreadable): (Option<Attachment>, Vec<String>, Option<Error>) = Default::default();
    for (name, stream) in &files {
        if chosen.is_some() {
            others.push(name.clone());
            continue;
        }
        // Whatever it claims, no more than this is unpacked.
        let budget = most.min((stream.content.len() as u64).saturating_mul(settings.limits.inflate_ratio));
        match stream.decompressed_content_with_limit(usize::try_from(budget).unwrap_or(usize::MAX)) {
            Ok(content) if super::is_invoice(&content) => {
                chosen = Some(Attachment { name: name.clone(), bytes: content, notes: Vec::new() });
            }
            Ok(_) => others.push(name.clone()),
            Err(error) => {
                others.push(name.clone());
                unreadable = unreadable.or(Some(attachment_error(path, name, &error)));
            }
        }
    }
    match (chosen, unreadable) {
        (Some(mut chosen), _) => {
            let invoices = others.iter().filter(|name| is_known(name)).count();
            if invoices > 0 {
                let text = format!("other attachments that may be invoices were passed over: {}", listed(&others));
                chosen.notes.push(Note::new(NoteKind::Warning, text));
            }
            Ok(chosen)
        }
        (None, Some(error)) => Err(error),
        (None, None) => Err(without_invoice(path, &others)),
    }
}

fn open(path: &str, bytes: &[u8]) -> Result<Document, Error> {
    // Objects may be packed in streams that are unpacked while the file is opened: together no more than a multiple of it.
    let streams = bytes.windows(6).filter(|w| *w == b"stream").count() / 2 + 1;
    let share = (bytes.len().saturating_mul(OBJECTS_RATIO) / streams).max(OBJECTS_LEAST);
    let options = LoadOptions::with_max_decompressed_size(share);
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => return Err(encrypted(path)),
        Err(lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
            return Err(Error::new(
                ErrorKind::Input,
                "E0514",
                "a PDF whose objects unpack to far more than it is large",
            )
            .in_file(path)
            .label("no invoicing program writes this")
            .help("find out where this file comes from"));
        }
        Err(error) => return Err(damaged(path, &error.to_string())),
    };
    // Without a password that fits, its objects are there and mean nothing.
    if document.trailer.has(b"Encrypt") && !document.was_encrypted() {
        return Err(encrypted(path));
    }
    Ok(document)
}

/// Embedded files by name, those with a name of the specifications first.
fn embedded<'d>(document: &'d Document) -> Vec<(String, &'d Stream)> {
    let mut found: Vec<(String, &'d Stream)> = Vec::new();
    let mut seen: HashSet<*const Stream> = HashSet::new();
    let mut add = |specification: &'d Dictionary| {
        if let Some((name, stream)) = file_of(document, specification)
            && seen.insert(std::ptr::from_ref(stream))
        {
            found.push((name, stream));
        }
    };
    if let Ok(catalog) = document.catalog() {
        // Associated files of the document (PDF/A-3), then the tree of names.
        for object in array(document, catalog.get(b"AF").ok()) {
            if let Some(specification) = dictionary(document, object) {
                add(specification);
            }
        }
        let names = catalog.get(b"Names").ok().and_then(|o| dictionary(document, o));
        let root = names.and_then(|names| names.get(b"EmbeddedFiles").ok());
        for specification in root.map_or_else(Vec::new, |root| tree(document, root)) {
            add(specification);
        }
    }
    // A file that only an annotation has, or that a damaged catalogue lost.
    for object in document.objects.values() {
        if let Ok(specification) = object.as_dict()
            && specification.has(b"EF")
        {
            add(specification);
        }
    }
    let rank = |name: &str| NAMES.iter().position(|known| name.eq_ignore_ascii_case(known)).unwrap_or(NAMES.len());
    // Stable: those of one rank stay in the order of the document.
    found.sort_by_key(|(name, _)| (rank(name), !name.to_ascii_lowercase().ends_with(".xml")));
    found
}

/// The file specifications of a tree of names. A tree that leads into itself ends: each node is visited once.
fn tree<'d>(document: &'d Document, root: &'d Object) -> Vec<&'d Dictionary> {
    let (mut out, mut seen): (Vec<&Dictionary>, HashSet<ObjectId>) = Default::default();
    let mut waiting = vec![root];
    let mut visited = 0;
    while let Some(object) = waiting.pop() {
        visited += 1;
        if visited > NODES || object.as_reference().is_ok_and(|id| !seen.insert(id)) {
            continue;
        }
        let Some(node) = dictionary(document, object) else { continue };
        waiting.extend(array(document, node.get(b"Kids").ok()).iter().take(NODES));
        // Key and value in turn.
        let names = array(document, node.get(b"Names").ok());
        out.extend(names.iter().take(NODES).skip(1).step_by(2).filter_map(|value| dictionary(document, value)));
    }
    out
}

/// Name and content of a file specification.
fn file_of<'d>(document: &'d Document, specification: &'d Dictionary) -> Option<(String, &'d Stream)> {
    let files = dictionary(document, specification.get(b"EF").ok()?)?;
    let reference = [&b"UF"[..], b"F"].into_iter().find_map(|key| files.get(key).ok()?.as_reference().ok())?;
    let stream = document.get_object(reference).ok()?.as_stream().ok()?;
    let name = [&b"UF"[..], b"F"].into_iter().find_map(|key| {
        let text = specification
            .get(key)
            .ok()
            .and_then(|o| lopdf::decode_text_string(resolved(document, o).unwrap_or(o)).ok())?;
        (!text.trim().is_empty()).then(|| crate::error::printable(text.trim()))
    });
    Some((name.unwrap_or_else(|| "an attachment without a name".to_string()), stream))
}

fn resolved<'d>(document: &'d Document, object: &Object) -> Option<&'d Object> {
    document.get_object(object.as_reference().ok()?).ok()
}

/// A dictionary, as it is or referred to.
fn dictionary<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Dictionary> {
    object.as_dict().ok().or_else(|| resolved(document, object)?.as_dict().ok())
}

/// An array, as it is or referred to; empty where there is none.
fn array<'d>(document: &'d Document, object: Option<&'d Object>) -> &'d [Object] {
    let found = object.and_then(|o| o.as_array().ok().or_else(|| resolved(document, o)?.as_array().ok()));
    found.map_or(&[], Vec::as_slice)
}

fn is_known(name: &str) -> bool {
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED { format!("{shown} and {} more", names.len() - NAMED) } else { shown }
}

fn damaged(path: &str, why: &str) -> Error {
    Error::new(ErrorKind::Input, "E0511", format!("a damaged PDF: {why}"))
        .in_file(path)
        .help("fetch it again, whole; if it opens in a PDF viewer, save its attachment and give that XML file")
}

fn encrypted(path: &str) -> Error {
    Error::new(ErrorKind::Input, "E0512", "a PDF that is protected by a password")
        .in_file(path)
        .help("open it with the password, save its attachment, and give that XML file")
}

fn without_invoice(path: &str, others: &[String]) -> Error {
    let error = Error::new(ErrorKind::Input, "E0513", "a PDF without an invoice inside").in_file(path);
    let error = match others {
        [] => error.label("it has no attachment: it is a picture of an invoice, for people"),
        others => error.label(format!("its attachments are no invoice: {}", listed(others))),
    };
    error.help(
        "ask the issuer for a Factur-X or ZUGFeRD PDF, UBL or CII, or enter it in a list of open items (CSV, XLSX)",
    )
}

fn attachment_error(path: &str, name: &str, error: &lopdf::Error) -> Error {
    let shown = format!("{path}!{name}");
    match error {
        lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { limit }) => {
            let message =
                format!("the attachment unpacks to more than {limit} bytes, which is all that its size allows");
            Error::new(ErrorKind::Input, "E0514", message)
                .in_file(shown)
                .help("no invoice needs this; if yours does, raise  file_bytes  or  inflate_ratio  under [limits] in the configuration")
        }
        error => Error::new(ErrorKind::Input, "E0511", format!("the attachment cannot be unpacked: {error}"))
            .in_file(shown)
            .help("fetch the PDF again, whole"),
    }
}
