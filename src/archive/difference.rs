//! The first line in which two texts differ.

/// Characters of a line that are shown around the difference.
const SHOWN: usize = 72;

/// A difference between two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The line, from 1.
    pub line: usize,
    /// What the line should be; none where the text should have ended.
    pub expected: Option<String>,
    /// What it is; none where the text has ended.
    pub found: Option<String>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |line: &Option<String>| line.clone().map_or("nothing".to_string(), |line| format!("{line:?}"));
        write!(f, "line {}: expected {}, found {}", self.line, shown(&self.expected), shown(&self.found))
    }
}

/// The first line that differs; none for equal bytes. Long lines are cut around the place.
pub fn first_difference(expected: &[u8], found: &[u8]) -> Option<Difference> {
    if expected == found {
        return None;
    }
    let (mut wanted, mut is) = (expected.split(|b| *b == b'\n'), found.split(|b| *b == b'\n'));
    for line in 1.. {
        match (wanted.next(), is.next()) {
            (Some(a), Some(b)) if a == b => {}
            (None, None) => break,
            (a, b) => {
                let from = common(a.unwrap_or_default(), b.unwrap_or_default());
                return Some(Difference { line, expected: a.map(|l| cut(l, from)), found: b.map(|l| cut(l, from)) });
            }
        }
    }
    None
}

/// How many bytes two lines begin with alike.
fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// The part of a line around a place.
fn cut(line: &[u8], around: usize) -> String {
    let text = String::from_utf8_lossy(line);
    let from = if text.chars().count() <= SHOWN { 0 } else { around.saturating_sub(SHOWN / 3) };
    // Bytes and characters may differ: what is shown is near the place, and never beyond the end.
    let from = from.min(text.chars().count().saturating_sub(SHOWN));
    let mut part: String = text.chars().skip(from).take(SHOWN).collect();
    if from > 0 {
        part.insert(0, '…');
    }
    if from + SHOWN < text.chars().count() {
        part.push('…');
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told_and_long_ones_are_cut() {
        assert_eq!(first_difference(b"a\nb\n", b"a\nb\n"), None);
        let found = first_difference(b"a\nb\n", b"a\nc\n").unwrap();
        assert_eq!(found.to_string(), "line 2: expected \"b\", found \"c\"");
        assert_eq!(first_difference(b"a", b"a\nb").unwrap().to_string(), "line 2: expected nothing, found \"b\"");
        assert_eq!(first_difference(b"", b"a").unwrap().line, 1);
        let (long, mut other) = ("x".repeat(5000), "x".repeat(5000));
        other.replace_range(4000..4001, "y");
        let found = first_difference(long.as_bytes(), other.as_bytes()).unwrap();
        let shown = found.found.unwrap();
        assert!(shown.contains('y') && shown.starts_with('…') && shown.ends_with('…') && shown.chars().count() < 80);
        assert!(first_difference(b"\xff\xfe", b"\xff").is_some(), "bytes that are no text are no reason to fail");
    }
}
