//! Electronic invoices of the European standard (EN 16931): UBL 2.1 `Invoice` and `CreditNote`, UN/CEFACT CII of D16B and of ZUGFeRD 1,
//! and the XML inside of Factur-X and ZUGFeRD PDFs. One document is one open item, whose open amount is the payable one (BT-115).
//!
//! | code | error |
//! |---|---|
//! | E0201–E0205 | not XML, a DTD, a cap reached |
//! | E0501 | XML of another vocabulary |
//! | E0502 | number, currency or payable amount is missing |
//! | E0503 | an amount that cannot be read |
//! | E0504 | a currency that cannot be read, or another one than the document's |
//! | E0511–E0514 | a PDF that is damaged, encrypted, without an invoice, or too large inside |

mod cii;
mod draft;
mod header;
mod item;
mod pdf;
mod terms;
mod ubl;
mod xml;

use self::draft::{Draft, Found};
use self::xml::{Step, Xml};
use super::encoding::decode_xml;
use super::{Kind, Settings, recognise, sha256};
use crate::error::{Error, Errors};
use crate::model::{InputFile, InputRole, ItemFile, Note, NoteKind, Position};

pub use header::{Header, Instalment, Syntax};

/// Reads an electronic invoice, or the one inside a PDF, as an open item. `path` is for messages and provenance.
///
/// Errors: those of [`header`].
pub fn read(path: &str, bytes: &[u8], kind: &Kind, settings: &Settings<'_>) -> Result<ItemFile, Errors> {
    let document = document(path, bytes, kind, settings)?;
    let item::Made { mut item, notes: remarks } = item::item(&document.header);
    item.place.position = document.position;
    let mut notes = document.notes;
    notes.extend(remarks);
    let file = InputFile {
        path: path.into(),
        role: InputRole::Items,
        format: document.format,
        version: document.header.profile.clone(),
        sha256: sha256(bytes),
        bytes: bytes.len() as u64,
        records: 1,
        notes,
    };
    Ok(ItemFile { file, items: vec![item] })
}

/// Reads the header of an electronic invoice, or of the one inside a PDF: everything that it says about who owes what to whom.
///
/// Errors: see the list above; those of amounts are collected.
pub fn header(path: &str, bytes: &[u8], kind: &Kind, settings: &Settings<'_>) -> Result<Header, Errors> {
    document(path, bytes, kind, settings).map(|document| document.header)
}

/// A document, read.
struct Document {
    header: Header,
    format: Box<str>,
    /// Where the payable amount stands; nowhere in a PDF, whose lines nobody sees.
    position: Position,
    notes: Vec<Note>,
}

fn document(path: &str, bytes: &[u8], kind: &Kind, settings: &Settings<'_>) -> Result<Document, Errors> {
    if *kind != Kind::Pdf {
        return of_xml(path, bytes, settings);
    }
    let attachment = pdf::invoice(path, bytes, settings)?;
    let shown = format!("{path}!{}", attachment.name);
    let mut document = of_xml(&shown, &attachment.bytes, settings)?;
    document.format = format!("{} in PDF", document.format).into();
    document.position = Position::None;
    document.notes.insert(0, Note::new(NoteKind::Said, format!("read from the attachment {}", attachment.name)));
    document.notes.extend(attachment.notes);
    Ok(document)
}

fn of_xml(path: &str, bytes: &[u8], settings: &Settings<'_>) -> Result<Document, Errors> {
    let decoded = decode_xml(path, bytes)?;
    let mut notes = Vec::new();
    if decoded.guessed {
        let text = format!("encoding {}: the declared one cannot be meant", decoded.encoding);
        notes.push(Note::new(NoteKind::Assumed, text));
    } else if decoded.encoding != "UTF-8" {
        notes.push(Note::new(NoteKind::Said, format!("encoding {}", decoded.encoding)));
    }
    let mut reading = Reading {
        xml: Xml::new(path, &decoded.text, settings.limits),
        draft: Draft::default(),
        syntax: Syntax::Ubl,
        tax_number: String::new(),
    };
    reading.run()?;
    let Reading { xml, draft, syntax, .. } = reading;
    let money = draft.payable.first().or(draft.total.first());
    let position = money.map_or(Position::None, |found| Position::Line(xml.line(found.at)));
    let header = header::conclude(&xml, draft, syntax, &mut notes)?;
    Ok(Document { header, format: syntax.format().into(), position, notes })
}

/// The state of reading one document.
struct Reading<'a> {
    xml: Xml<'a>,
    draft: Draft,
    syntax: Syntax,
    /// The number of a party's tax scheme, until the scheme is known (UBL).
    tax_number: String,
}

impl Reading<'_> {
    fn run(&mut self) -> Result<(), Error> {
        loop {
            match self.xml.next()? {
                Step::Open => self.open()?,
                Step::Close { leaf: true } => self.leaf(),
                Step::Close { leaf: false } => {}
                Step::End => return Ok(()),
            }
        }
    }

    fn open(&mut self) -> Result<(), Error> {
        if self.xml.names().len() == 1 {
            self.syntax = self.root()?;
            return Ok(());
        }
        if self.is_line() {
            return Ok(());
        }
        let path: Vec<&str> = self.xml.names()[1..].to_vec();
        match self.syntax {
            Syntax::Ubl | Syntax::UblCreditNote => self.ubl_opens(&path),
            Syntax::Cii | Syntax::Zugferd1 => self.cii_opens(&path),
        }
        Ok(())
    }

    fn leaf(&mut self) {
        if self.xml.names().len() < 2 {
            return;
        }
        if self.is_line() {
            return self.line_order();
        }
        let path: Vec<&str> = self.xml.names()[1..].to_vec();
        match self.syntax {
            Syntax::Ubl | Syntax::UblCreditNote => self.ubl_leaf(&path),
            Syntax::Cii | Syntax::Zugferd1 => self.cii_leaf(&path),
        }
    }

    /// Whether the current element belongs to a line of the invoice: most of a document, of which nothing is read.
    fn is_line(&self) -> bool {
        let names = self.xml.names();
        matches!(names.get(1), Some(&("InvoiceLine" | "CreditNoteLine")))
            || names.get(2) == Some(&"IncludedSupplyChainTradeLineItem")
    }

    /// The order that a line is of: all that is read of lines.
    fn line_order(&mut self) {
        // Two are enough to know that there is not one; a list of all could be long.
        if self.draft.line_orders.len() < 2
            && let [.., "OrderLineReference", "OrderReference", "ID"]
            | [.., "BuyerOrderReferencedDocument", "IssuerAssignedID" | "ID"] = self.xml.names()
        {
            draft::add(&mut self.draft.line_orders, self.xml.value());
        }
    }

    /// The root element decides what the document is; its namespace must be that of the standard.
    fn root(&self) -> Result<Syntax, Error> {
        let name = self.xml.names().first().copied().unwrap_or_default();
        let (syntax, needed) = match name {
            "Invoice" => (Syntax::Ubl, "ubl:schema:xsd:Invoice-2"),
            "CreditNote" => (Syntax::UblCreditNote, "ubl:schema:xsd:CreditNote-2"),
            "CrossIndustryInvoice" => (Syntax::Cii, "CrossIndustryInvoice"),
            "CrossIndustryDocument" => (Syntax::Zugferd1, "CrossIndustryDocument"),
            _ => {
                return Err(
                    self.stranger(format!("an XML document with the root <{name}> is no invoice that is known"))
                );
            }
        };
        match &self.xml.namespace {
            Some(namespace) if namespace.contains(needed) => Ok(syntax),
            Some(namespace) => Err(self.stranger(format!("<{name}> of another standard: {namespace}"))),
            None => Err(self.stranger(format!("<{name}> without the namespace of a standard"))),
        }
    }

    fn stranger(&self, message: String) -> Error {
        let error = self.xml.error("E0501", message);
        self.xml
            .place(error, self.xml.opened_at(), 1)
            .label("expected UBL 2.1 (Invoice, CreditNote) or UN/CEFACT CrossIndustryInvoice")
            .help("ask for the invoice in the European standard (EN 16931), or enter it in a list of open items")
    }

    /// The current element's text and place.
    fn found(&self) -> Found {
        Found {
            text: self.xml.value().to_string(),
            at: self.xml.value_at(),
            path: self.xml.element_path(),
            currency: self.xml.attributes.currency.to_ascii_uppercase(),
        }
    }
}

/// Whether bytes are an invoice that is read here.
fn is_invoice(bytes: &[u8]) -> bool {
    matches!(recognise(bytes), Kind::Ubl | Kind::Cii)
}

#[cfg(test)]
mod tests;
