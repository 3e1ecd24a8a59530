//! Bytes to text: what a file says about its own encoding, what its bytes allow, and a guess that is named as one.
//!
//! Nothing is replaced in silence: a byte that the encoding does not have is an error with its place.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, ISO_8859_2, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252};

use crate::error::{Error, ErrorKind};

/// Bytes that the detector looks at, from the first line that is not ASCII on. More of a bank file teaches it nothing.
const SAMPLE: usize = 256 << 10;

/// A decoded text, and how it was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without a byte-order mark.
    pub text: Cow<'a, str>,
    /// Name of the encoding as in the WHATWG Encoding Standard: `UTF-8`, `windows-1252`.
    pub encoding: &'static str,
    /// True when neither the file nor the user said it, and the bytes do not settle it either.
    pub guessed: bool,
    /// True when the file began with a byte-order mark.
    pub bom: bool,
}

/// Decodes an XML document as XML 1.0 appendix F asks: byte-order mark, else the declaration, else UTF-8.
///
/// Errors: E0021 for a byte that the encoding does not have, E0022 for an encoding that is not known.
pub fn decode_xml<'a>(path: &str, bytes: &'a [u8]) -> Result<Decoded<'a>, Error> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return strict(path, &bytes[length..], encoding, "its byte-order mark").map(|text| Decoded {
            text,
            encoding: encoding.name(),
            guessed: false,
            bom: true,
        });
    }
    let said =
        |text, encoding: &'static Encoding, guessed| Decoded { text, encoding: encoding.name(), guessed, bom: false };
    // Sixteen bits a character without a mark: `<` and a zero, in one order or the other.
    for (start, encoding) in [(b"<\0", UTF_16LE), (b"\0<", UTF_16BE)] {
        if bytes.starts_with(start) {
            return strict(path, bytes, encoding, "its first bytes").map(|text| said(text, encoding, false));
        }
    }
    let Some(label) = declared(bytes) else {
        return strict(path, bytes, UTF_8, "XML, which is UTF-8 unless it declares otherwise,")
            .map(|text| said(text, UTF_8, false));
    };
    if label.eq_ignore_ascii_case("us-ascii") || label.eq_ignore_ascii_case("ascii") {
        return strict(path, bytes, UTF_8, "its XML declaration").map(|text| said(text, UTF_8, false));
    }
    match Encoding::for_label(label.as_bytes()) {
        // The declaration could be read byte by byte, so the text has been re-coded since it was written.
        Some(wide) if wide == UTF_16LE || wide == UTF_16BE => {
            strict(path, bytes, UTF_8, "one byte a character, against its declaration of UTF-16,")
                .map(|text| said(text, UTF_8, true))
        }
        Some(encoding) => strict(path, bytes, encoding, "its XML declaration").map(|text| said(text, encoding, false)),
        None => Err(unknown_label(
            path,
            label,
            std::str::from_utf8(bytes.split(|b| *b == b'\n').next().unwrap_or_default()).unwrap_or_default(),
        )
        .help("banks write UTF-8, ISO-8859-1, ISO-8859-15 or windows-1252")),
    }
}

/// Decodes a text file: byte-order mark, else the encoding the user names, else UTF-8 if the bytes are that, else a guess
/// among the single-byte encodings of western and central Europe.
///
/// `forced` is a label such as `windows-1250`. A byte-order mark wins over it, since it can hardly be there by chance.
///
/// Errors: E0021 for a byte that the encoding does not have, E0022 for an unknown label, E0023 for what is no text.
pub fn decode_text<'a>(path: &str, bytes: &'a [u8], forced: Option<&str>) -> Result<Decoded<'a>, Error> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let text = strict(path, &bytes[length..], encoding, "its byte-order mark")?;
        return Ok(Decoded { text, encoding: encoding.name(), guessed: false, bom: true });
    }
    if let Some(label) = forced {
        let encoding = Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| {
            unknown_label(path, label, "").help("name it as  encoding = \"windows-1252\"  in the mapping")
        })?;
        let text = strict(path, bytes, encoding, "the mapping")?;
        return Ok(Decoded { text, encoding: encoding.name(), guessed: false, bom: false });
    }
    // `contains` looks at many bytes at once, `position` at one after the other.
    if bytes.contains(&0)
        && let Some(position) = bytes.iter().position(|b| *b == 0)
    {
        let (line, column) = place_of(&String::from_utf8_lossy(&bytes[..position]));
        return Err(Error::new(ErrorKind::Input, "E0023", "not a text file: it holds a zero byte")
            .in_file(path)
            .at(line, column)
            .help("if it is a text in UTF-16, save it as UTF-8"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), guessed: false, bom: false }),
        Err(bad) => {
            let encoding = guess(bytes, bad.valid_up_to());
            let text = strict(path, bytes, encoding, "a guess from its bytes")?;
            Ok(Decoded { text, encoding: encoding.name(), guessed: true, bom: false })
        }
    }
}

/// The probable single-byte encoding of bytes that are not UTF-8 from `from` on.
fn guess(bytes: &[u8], from: usize) -> &'static Encoding {
    let start = bytes[..from].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[start..bytes.len().min(start.saturating_add(SAMPLE))], true);
    let found = detector.guess(None, Utf8Detection::Deny);
    // Everything else that the detector knows is rarer in European bank files than its own mistakes.
    if found == WINDOWS_1250 || found == ISO_8859_2 { found } else { WINDOWS_1252 }
}

/// The encoding that an XML declaration names. The declaration is ASCII in every encoding that it can name.
fn declared(bytes: &[u8]) -> Option<&str> {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace())?;
    let head = &bytes[start..];
    let head = &head[..head.len().min(256)];
    let head = head.strip_prefix(b"<?xml")?;
    let end = head.iter().position(|b| *b == b'>')?;
    let head = std::str::from_utf8(&head[..end]).ok()?;
    let value = head[head.find("encoding")? + "encoding".len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// Decodes without replacing anything. `why` says who named the encoding, for the message.
fn strict<'a>(path: &str, bytes: &'a [u8], encoding: &'static Encoding, why: &str) -> Result<Cow<'a, str>, Error> {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(bad) => {
                let valid = bad.valid_up_to();
                // Invariant: the bytes up to `valid` are UTF-8, or the error would lie before it.
                let before = std::str::from_utf8(&bytes[..valid]).unwrap_or_default();
                let probable = guess(bytes, valid).name();
                Err(bad_byte(path, before, &bytes[valid..], encoding, why)
                    .help(format!("the bytes look like {probable}: if so, declare it, or save the file as UTF-8")))
            }
        };
    }
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(text);
    }
    let (before, at) = decodable(bytes, encoding);
    let error = bad_byte(path, &before, &bytes[at..], encoding, why);
    Err(match std::str::from_utf8(bytes) {
        Ok(_) => error.help("the bytes are valid UTF-8: if it is that, declare it"),
        Err(_) => error.help("the file may be cut off, or changed on its way: fetch it again"),
    })
}

/// What could be decoded before the first bad byte, and where that byte is.
fn decodable(bytes: &[u8], encoding: &'static Encoding) -> (String, usize) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut read = 0;
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len() - read).unwrap_or(bytes.len());
        text.reserve(room.max(16));
        let (result, n) = decoder.decode_to_string_without_replacement(&bytes[read..], &mut text, true);
        read += n;
        match result {
            DecoderResult::OutputFull => {}
            DecoderResult::InputEmpty => return (text, bytes.len()),
            DecoderResult::Malformed(bad, after) => {
                return (text, read.saturating_sub(usize::from(bad) + usize::from(after)));
            }
        }
    }
}

fn bad_byte(path: &str, before: &str, rest: &[u8], encoding: &'static Encoding, why: &str) -> Error {
    let (line, column) = place_of(before);
    let found = rest.first().map_or_else(|| "it ends".to_string(), |b| format!("byte 0x{b:02X}"));
    let start = before.rfind('\n').map_or(0, |n| n + 1);
    // The rest of the line is shown lossily: it is only there to be recognised.
    let after = rest.split(|b| *b == b'\n').next().unwrap_or_default();
    let shown = format!("{}{}", &before[start..], String::from_utf8_lossy(&after[..after.len().min(80)]));
    Error::new(ErrorKind::Input, "E0021", format!("{found} here is not {}", encoding.name()))
        .in_file(path)
        .at(line, column)
        .excerpt(shown.trim_end_matches('\r'), (column - 1) as usize, 1)
        .label(format!("{why} says {}", encoding.name()))
}

/// `line` is where the label stands in the file; empty when the user gave it.
fn unknown_label(path: &str, label: &str, line: &str) -> Error {
    let error = Error::new(ErrorKind::Input, "E0022", format!("encoding \"{label}\" is not known")).in_file(path);
    match line.find(label) {
        Some(at) => {
            let before = line[..at].chars().count();
            error.at(1, before as u64 + 1).excerpt(line, before, label.chars().count())
        }
        None => error,
    }
}

/// Line and column (from 1, in characters) of what follows a text.
pub fn place_of(before: &str) -> (u64, u64) {
    let line = before.bytes().filter(|b| *b == b'\n').count() as u64 + 1;
    let start = before.rfind('\n').map_or(0, |n| n + 1);
    (line, before[start..].chars().count() as u64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn xml_is_utf8_without_a_declaration() {
        let decoded = decode_xml("a", "<a>é</a>".as_bytes()).unwrap();
        assert_eq!(
            (&*decoded.text, decoded.encoding, decoded.guessed, decoded.bom),
            ("<a>é</a>", "UTF-8", false, false)
        );
        assert!(matches!(decoded.text, Cow::Borrowed(_)));
    }

    #[test]
    fn xml_declaration_is_obeyed() {
        let decoded = decode_xml("a", b"<?xml version='1.0' encoding = 'ISO-8859-1'?><a>\xe9</a>").unwrap();
        assert!(decoded.text.ends_with("<a>é</a>"));
        assert_eq!(decoded.encoding, "windows-1252");
        let decoded = decode_xml("a", b"<?xml version=\"1.0\" encoding=\"iso-8859-15\"?><a>\xa4</a>").unwrap();
        assert!(decoded.text.ends_with("<a>€</a>"));
    }

    #[test]
    fn utf16_with_and_without_mark() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>é</a>";
        for big in [true, false] {
            let plain = utf16(text, big);
            assert_eq!(decode_xml("a", &plain).unwrap().text, text);
            let marked = utf16(&format!("\u{feff}{text}"), big);
            let decoded = decode_xml("a", &marked).unwrap();
            assert_eq!((&*decoded.text, decoded.bom), (text, true));
        }
        assert!(decode_xml("a", text.as_bytes()).unwrap().guessed);
    }

    #[test]
    fn a_bad_byte_has_its_place_and_the_probable_encoding() {
        let error = decode_xml("f.xml", b"<a>\n <b>caf\xe9 au lait, d\xe9j\xe0</b>\n</a>").unwrap_err();
        assert_eq!((error.code(), error.line(), error.column()), ("E0021", Some(2), Some(8)));
        assert!(error.to_string().contains("windows-1252"), "{error}");
    }

    #[test]
    fn an_odd_utf16_ends_in_an_error() {
        let mut bytes = utf16("\u{feff}<a>x</a>", false);
        bytes.push(b'<');
        assert_eq!(decode_xml("a", &bytes).unwrap_err().code(), "E0021");
    }

    #[test]
    fn an_unknown_label_is_an_error() {
        let error = decode_xml("a", b"<?xml version=\"1.0\" encoding=\"klingon\"?><a/>").unwrap_err();
        assert_eq!((error.code(), error.line()), ("E0022", Some(1)));
        assert_eq!(decode_text("a", b"x", Some("klingon")).unwrap_err().code(), "E0022");
    }

    #[test]
    fn text_is_guessed_only_when_it_must_be() {
        let decoded = decode_text("a", "Libellé;12,50".as_bytes(), None).unwrap();
        assert_eq!((decoded.encoding, decoded.guessed), ("UTF-8", false));
        let decoded = decode_text("a", b"Date;Libell\xe9\n01/02/2026;Soci\xe9t\xe9 G\xe9n\xe9rale\n", None).unwrap();
        assert_eq!((decoded.encoding, decoded.guessed), ("windows-1252", true));
        assert!(decoded.text.contains("Société Générale"));
        let czech = "Číslo účtu;Částka;Zpráva pro příjemce\n1;2;Žluťoučký kůň úpěl ďábelské ódy\n";
        let (bytes, _, _) = WINDOWS_1250.encode(czech);
        let decoded = decode_text("a", &bytes, None).unwrap();
        assert_eq!((&*decoded.text, decoded.encoding, decoded.guessed), (czech, "windows-1250", true));
        let decoded = decode_text("a", b"\xef\xbb\xbfDate", None).unwrap();
        assert_eq!((&*decoded.text, decoded.bom), ("Date", true));
        let decoded = decode_text("a", b"\xe9", Some("latin1")).unwrap();
        assert_eq!((&*decoded.text, decoded.guessed), ("é", false));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let error = decode_text("a", b"ab\n\0c", None).unwrap_err();
        assert_eq!((error.code(), error.line(), error.column()), ("E0023", Some(2), Some(1)));
    }
}
