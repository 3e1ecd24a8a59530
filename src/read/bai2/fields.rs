//! The fields of a record, whose lines are read one behind the other.

use crate::read::source::Line;

/// A field, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'t> {
    pub(super) text: &'t str,
    pub(super) line: Line<'t>,
    /// Characters in front of it on its line.
    pub(super) start: usize,
}

impl Field<'_> {
    pub(super) fn width(&self) -> usize {
        self.text.chars().count()
    }
}

/// Walks through the fields of one record.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a, 't> {
    lines: &'a [Line<'t>],
    /// Byte at which the next field begins in the first of `lines`; `None` when that line is used up.
    at: Option<usize>,
    /// Characters in front of that byte.
    characters: usize,
}

impl<'a, 't> Fields<'a, 't> {
    /// Begins behind the record's two digits and the comma.
    pub(super) fn new(lines: &'a [Line<'t>]) -> Self {
        let mut fields = Self { lines, at: None, characters: 0 };
        fields.begin();
        fields
    }

    /// Begins the first of the lines behind its code.
    fn begin(&mut self) {
        self.at = self.lines.first().filter(|line| line.text.is_char_boundary(3)).map(|_| 3);
        self.characters = 3;
    }

    /// Whether another field follows, be it empty.
    pub(super) fn has_more(&self) -> bool {
        self.at.is_some() || self.lines.len() > 1
    }

    /// The next field; an empty one where the record is at its end. Blanks around it are no part of it.
    pub(super) fn next(&mut self) -> Field<'t> {
        if self.at.is_none() && self.lines.len() > 1 {
            self.lines = &self.lines[1..];
            self.begin();
        }
        let Some(line) = self.lines.first().copied() else {
            return Field { text: "", line: Line { number: 0, text: "" }, start: 0 };
        };
        let Some(at) = self.at else {
            return Field { text: "", line, start: line.text.chars().count() };
        };
        let rest = &line.text[at..];
        let start = self.characters;
        let (whole, end) = match rest.find([',', '/']) {
            Some(end) if rest[end..].starts_with(',') => (&rest[..end], Some(end + 1)),
            Some(end) => (&rest[..end], None),
            None => (rest, None),
        };
        self.at = end.map(|end| at + end);
        self.characters += whole.chars().count() + 1;
        Field { text: whole.trim(), line, start }
    }

    /// Everything that is left, as text: the rest of the line, then the lines below. A line of `full` characters is full, and its
    /// text goes on in the next without a blank. A slash at the very end closes the record.
    pub(super) fn text(mut self, full: usize) -> String {
        let mut out = String::new();
        let mut goes_on = true;
        while let Some(line) = self.lines.first() {
            if let Some(at) = self.at {
                let is_last = self.lines.len() == 1;
                let rest = &line.text[at..];
                let rest = if is_last { rest.strip_suffix('/').unwrap_or(rest) } else { rest };
                let piece = rest.trim();
                // A slash alone stands for no text.
                if !piece.is_empty() && piece != "/" {
                    if !goes_on && !out.is_empty() {
                        out.push(' ');
                    }
                    out.push_str(piece);
                }
                goes_on = line.text.chars().count() >= full;
            }
            self.lines = &self.lines[1..];
            self.begin();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &'static [&'static str]) -> Vec<Line<'static>> {
        texts.iter().zip(1..).map(|(text, number)| Line { number, text }).collect()
    }

    #[test]
    fn fields_go_over_lines() {
        let lines = lines(&[
            "16,115,10000000,S,5000000,4000000,1000000/",
            "88,AX13612,B096132,AMALGAMATED CORP.",
            "88,LOCKBOX/",
        ]);
        let mut fields = Fields::new(&lines);
        let found: Vec<&str> = (0..8).map(|_| fields.next().text).collect();
        assert_eq!(found, ["115", "10000000", "S", "5000000", "4000000", "1000000", "AX13612", "B096132"]);
        assert_eq!(fields.text(80), "AMALGAMATED CORP. LOCKBOX");
    }

    #[test]
    fn what_is_left_out_is_empty() {
        let lines = lines(&["16,165,1500000/"]);
        let mut fields = Fields::new(&lines);
        assert_eq!((fields.next().text, fields.next().text), ("165", "1500000"));
        assert!(!fields.has_more());
        assert_eq!((fields.next().text, fields.next().start), ("", 15));
        assert_eq!(fields.text(80), "");
    }

    #[test]
    fn a_full_line_goes_on_in_the_middle_of_a_word() {
        let lines = lines(&["16,1,2,Z,a,b,INVO", "88,ICE 17 A/B"]);
        let text = |full| {
            let mut fields = Fields::new(&lines);
            (0..5).for_each(|_| {
                fields.next();
            });
            fields.text(full)
        };
        assert_eq!((&*text(17), &*text(80)), ("INVOICE 17 A/B", "INVO ICE 17 A/B"));
    }
}
