//! Aligned columns for the terminal: no boxes, figures on the right, and only one column that may be shortened.

use crate::report::table::shorten;

/// Blanks between columns.
const GAP: usize = 2;
/// The least that is left of a column that is shortened.
const LEAST: usize = 8;

/// A table of texts.
#[derive(Debug, Default)]
pub(super) struct Aligned {
    /// Columns of figures: on the right.
    pub right: Vec<bool>,
    /// The column that is shortened where the terminal is too narrow.
    pub elastic: usize,
    pub rows: Vec<Vec<String>>,
}

impl Aligned {
    /// A table with its header; a name that begins with `>` is that of a column of figures.
    pub(super) fn new(header: &[&str], elastic: usize) -> Self {
        let right = header.iter().map(|name| name.starts_with('>')).collect();
        let names = header.iter().map(|name| name.trim_start_matches('>').to_string()).collect();
        Self { right, elastic, rows: vec![names] }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Takes out columns that say nothing in any row, and those that are named.
    pub(super) fn without_empty(mut self, also: &[usize]) -> Self {
        let columns = self.right.len();
        let says =
            |n: usize| !also.contains(&n) && self.rows.iter().skip(1).any(|r| r.get(n).is_some_and(|c| !c.is_empty()));
        let kept: Vec<usize> = (0..columns).filter(|n| says(*n)).collect();
        for row in &mut self.rows {
            *row = kept.iter().map(|n| row.get_mut(*n).map(std::mem::take).unwrap_or_default()).collect();
        }
        self.elastic = kept.iter().position(|n| *n == self.elastic).unwrap_or(usize::MAX);
        self.right = kept.iter().map(|n| self.right[*n]).collect();
        self
    }

    /// The table as lines. Without a width nothing is shortened; with one, only the elastic column.
    pub(super) fn lines(&self, width: Option<usize>) -> String {
        let size = |text: &String| text.chars().count();
        let mut widths: Vec<usize> = (0..self.right.len())
            .map(|n| self.rows.iter().filter_map(|r| r.get(n)).map(size).max().unwrap_or(0))
            .collect();
        let whole = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        if let (Some(width), Some(elastic)) = (width, widths.get_mut(self.elastic)) {
            *elastic = elastic.saturating_sub(whole.saturating_sub(width)).max(LEAST.min(*elastic));
        }
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (n, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let cell = if n == self.elastic { shorten(cell, *width) } else { cell.clone() };
                let gap = if n == 0 { 0 } else { GAP };
                line.push_str(&" ".repeat(gap));
                line.push_str(&if self.right[n] { format!("{cell:>width$}") } else { format!("{cell:<width$}") });
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Aligned {
        let mut table = Aligned::new(&["id", ">amount", "text", "note"], 2);
        table.row(["P-1", "1 250.00", "a long text of a bank", ""].map(String::from).to_vec());
        table.row(["P-10", "−3.00", "short", ""].map(String::from).to_vec());
        table
    }

    #[test]
    fn figures_stand_on_the_right_and_nothing_is_cut_without_a_width() {
        let text = table().without_empty(&[]).lines(None);
        assert_eq!(text, "id      amount  text\nP-1   1 250.00  a long text of a bank\nP-10     −3.00  short\n");
    }

    #[test]
    fn only_the_text_is_shortened() {
        let text = table().without_empty(&[]).lines(Some(26));
        assert_eq!(text, "id      amount  text\nP-1   1 250.00  a long te…\nP-10     −3.00  short\n");
        assert!(table().lines(Some(1)).contains("1 250.00  a long …"));
    }
}
