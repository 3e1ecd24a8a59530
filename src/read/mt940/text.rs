//! Bytes to text. Besides what every text is read as, MT940 still comes in the code page of DOS for central Europe, and in UTF-8
//! that somebody cut or re-coded on its way.

use super::super::source::Source;
use super::notes::Notes;
use crate::error::Error;
use crate::model::NoteKind;

/// Decodes a file. A damaged character is replaced and said: amounts and dates are ASCII, and fail where they are hit.
///
/// Errors: E0021 to E0023.
pub(super) fn decode<'a>(path: &'a str, bytes: &'a [u8], notes: &mut Notes) -> Result<Source<'a>, Error> {
    let source = match std::str::from_utf8(bytes) {
        Err(_) if !bytes.contains(&0) && is_damaged_utf8(bytes) => {
            Source::decoded(path, bytes, String::from_utf8_lossy(bytes).into_owned(), "UTF-8", false)
        }
        Err(_) if !bytes.contains(&0) && is_cp852(bytes) => {
            Source::decoded(path, bytes, bytes.iter().map(|b| cp852(*b)).collect(), "CP852", true)
        }
        _ => Source::decode(path, bytes, None)?,
    };
    let lost = source.text.matches('\u{fffd}').count();
    if lost > 0 {
        let line = source.lines().find(|l| l.text.contains('\u{fffd}')).map_or(1, |l| l.number);
        notes.say(NoteKind::Warning, format!("{lost} damaged characters in texts (first: line {line})"));
    }
    Ok(source)
}

/// Whether bytes are UTF-8 but for some: other encodings hardly ever have a valid sequence of two bytes.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    valid > 0 && bad <= 2 * valid
}

/// Whether bytes speak for a code page of DOS: inside words stand bytes that are letters there, and signs in Windows.
fn is_cp852(bytes: &[u8]) -> bool {
    let (mut dos, mut windows) = (0usize, 0usize);
    for window in bytes.windows(3) {
        let &[before, byte, after] = window else { continue };
        if !before.is_ascii_alphabetic() || !after.is_ascii_alphabetic() {
            continue;
        }
        match byte {
            // ü É ť: not one sign of Windows-1252 is there.
            0x81 | 0x90 | 0x9d => dos += 2,
            // é ä ł ö Ö Ť í ó ú; in Windows quotation marks, ˆ, £ and such. 0x91 and 0x92 are left out: l’avoir.
            0x82 | 0x84 | 0x88 | 0x94 | 0x99 | 0x9b | 0xa1..=0xa3 => dos += 1,
            0xc0..=0xff => windows += 1,
            _ => {}
        }
    }
    dos > windows
}

fn cp852(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(high) => CP852[usize::from(high)],
    }
}

/// The upper half of code page 852 (Unicode Consortium, VENDORS/MICSFT/PC/CP852.TXT). The letters of German are those of 437 and 850.
#[rustfmt::skip]
const CP852: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'ů', 'ć', 'ç', 'ł', 'ë', 'Ő', 'ő', 'î', 'Ź', 'Ä', 'Ć',
    'É', 'Ĺ', 'ĺ', 'ô', 'ö', 'Ľ', 'ľ', 'Ś', 'ś', 'Ö', 'Ü', 'Ť', 'ť', 'Ł', '×', 'č',
    'á', 'í', 'ó', 'ú', 'Ą', 'ą', 'Ž', 'ž', 'Ę', 'ę', '¬', 'ź', 'Č', 'ş', '«', '»',
    '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'Ě', 'Ş', '╣', '║', '╗', '╝', 'Ż', 'ż', '┐',
    '└', '┴', '┬', '├', '─', '┼', 'Ă', 'ă', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤',
    'đ', 'Đ', 'Ď', 'Ë', 'ď', 'Ň', 'Í', 'Î', 'ě', '┘', '┌', '█', '▄', 'Ţ', 'Ů', '▀',
    'Ó', 'ß', 'Ô', 'Ń', 'ń', 'ň', 'Š', 'š', 'Ŕ', 'Ú', 'ŕ', 'Ű', 'ý', 'Ý', 'ţ', '´',
    '\u{ad}', '˝', '˛', 'ˇ', '˘', '§', '÷', '¸', '°', '¨', '˙', 'ű', 'Ř', 'ř', '■', '\u{a0}',
];

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> (String, usize) {
        let mut notes = Notes::default();
        let text = decode("a", bytes, &mut notes).unwrap().text.into_owned();
        (text, notes.finish().len())
    }

    #[test]
    fn the_code_page_of_dos_is_told_from_that_of_windows() {
        assert_eq!(
            text(b"Deviza \xa0tutal\xa0s, DJ jutal\x82k, G\x94d\x94ll\x8b").0,
            "Deviza átutalás, DJ jutalék, Gödöllő"
        );
        assert_eq!(text(b"M\xfcller, l\x92avoir, caf\xe9 \x84Tor\x93").0, "Müller, l’avoir, café „Tor“");
        assert_eq!(text(b"Stra\xe1e M\x81ller").0, "Straße Müller");
        assert_eq!(text(b"a\xe1a m\xa1m").0, "aáa m¡m", "as much for the one as for the other");
    }

    #[test]
    fn damaged_utf8_is_read_and_said() {
        let (found, notes) = text(b"\xc3\x9cberweisung M\xc3\xbc\xffller \xc3");
        assert_eq!((found.as_str(), notes), ("Überweisung Mü\u{fffd}ller \u{fffd}", 1));
        assert_eq!(text("Tranzakci\u{fffd}".as_bytes()).1, 1);
    }
}
