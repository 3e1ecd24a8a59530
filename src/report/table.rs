//! Text for a terminal: aligned columns without boxes, folded lines, colour that only repeats what a sign says.

use crate::error::printable;

/// A table: the first column is text and stands on the left, the others are figures and stand on the right.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table as lines. With a width too small only the first column is shortened; figures never are.
    pub(super) fn lines(&self, width: Option<usize>) -> String {
        const GAP: usize = 2;
        const LEAST: usize = 8;
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..columns)
            .map(|n| self.rows.iter().filter_map(|r| r.get(n)).map(|c| c.chars().count()).max().unwrap_or(0))
            .collect();
        let whole: usize = widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1);
        if let (Some(width), Some(first)) = (width, widths.first_mut()) {
            *first = first.saturating_sub(whole.saturating_sub(width)).max(LEAST.min(*first));
        }
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (n, (cell, width)) in row.iter().zip(&widths).enumerate() {
                if n == 0 {
                    let cell = shorten(cell, *width);
                    line.push_str(&format!("{cell:<width$}"));
                } else {
                    line.push_str(&format!("{:GAP$}{cell:>width$}", ""));
                }
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A text of at most `width` characters; what is cut is shown by `…`.
pub(super) fn shorten(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// A blank at which no line is folded; it is printed as any other.
pub(super) const GLUE: char = '\u{a0}';

/// A line folded at blanks; further lines are indented. Without a width it stays whole.
///
/// It is not folded inside figures and glued words, nor before a sign of punctuation that French sets apart.
pub(super) fn fold(line: &str, width: Option<usize>, indent: usize) -> String {
    let line = line.replace(" :", &format!("{GLUE}:")).replace(" ;", &format!("{GLUE};"));
    let folded = width.filter(|w| columns(&line) > *w).map(|width| fold_to(&line, width, indent));
    plain(&folded.unwrap_or(line)).replace(GLUE, " ")
}

/// Columns that a text takes: colours take none.
fn columns(text: &str) -> usize {
    let mut count = 0;
    let mut colour = false;
    for c in text.chars() {
        match c {
            '\u{1b}' => colour = true,
            'm' if colour => colour = false,
            _ if colour => {}
            _ => count += 1,
        }
    }
    count
}

fn fold_to(line: &str, width: usize, indent: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in line.split(' ') {
        let size = columns(word);
        if column > indent && column + 1 + size > width {
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            column = indent;
        } else if !text.is_empty() {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += size;
    }
    text
}

/// Figures for a terminal: its fonts rarely have the narrow no-break space, and people paste from it.
pub(super) fn plain(figure: &str) -> String {
    figure.replace('\u{202f}', " ")
}

/// A text of a bank or of a file on one line, with nothing in it that a terminal would obey.
pub(super) fn foreign(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A way of drawing attention, where colour was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Good,
    Bad,
    Strong,
}

/// A text in a colour, or as it is.
pub(super) fn paint(text: &str, paint: Paint, colour: bool) -> String {
    let code = match paint {
        _ if !colour => return text.to_string(),
        Paint::Good => "32",
        Paint::Bad => "1;31",
        Paint::Strong => "1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_column_is_shortened() {
        let mut table = Table::default();
        table.row(vec!["FR7612345678901234567890143 EUR".into(), "1 204".into(), "184 220.15".into()]);
        table.row(vec!["x".into(), "7".into(), "−1.00".into()]);
        assert_eq!(table.lines(Some(30)), "FR76123456…  1 204  184 220.15\nx                7       −1.00\n");
        assert!(table.lines(None).starts_with("FR7612345678901234567890143 EUR  1 204"));
        assert!(table.lines(Some(1)).starts_with("FR76123…  1 204  184 220.15\n"));
    }

    #[test]
    fn lines_fold_at_blanks_and_lose_nothing() {
        let line = "why not: one 1 · two 2 · three 3";
        let folded = fold(line, Some(16), 2);
        assert!(folded.lines().all(|l| l.chars().count() <= 16), "{folded}");
        assert_eq!(folded.split_whitespace().collect::<Vec<_>>(), line.split_whitespace().collect::<Vec<_>>());
        assert_eq!(fold(line, None, 2), line);
    }

    #[test]
    fn figures_and_french_colons_stay_together_and_colours_take_no_room() {
        assert_eq!(fold("sum 13\u{202f}378.20", Some(8), 2), "sum\n  13 378.20");
        assert_eq!(fold("en tout : un", Some(8), 0), "en\ntout :\nun");
        assert_eq!(fold(&paint("abc d", Paint::Good, true), Some(5), 0), "\u{1b}[32mabc d\u{1b}[0m");
    }

    #[test]
    fn foreign_text_is_one_harmless_line() {
        assert_eq!(foreign("a\n\u{1b}[31m  b\tc\u{202e}"), "a \u{fffd}[31m b c\u{fffd}");
        assert_eq!(paint("x", Paint::Bad, false), "x");
    }
}
