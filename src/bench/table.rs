//! Columns of text: aligned for a terminal, or as Markdown.

/// How tables are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Aligned with blanks.
    Plain,
    /// GitHub's Markdown.
    Markdown,
}

/// A table; the first column stands left, the others right.
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<S: Into<String>>(head: impl IntoIterator<Item = S>) -> Self {
        Self { head: head.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(super) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn render(&self, layout: Layout) -> String {
        match layout {
            Layout::Plain => self.plain(),
            Layout::Markdown => self.markdown(),
        }
    }

    fn plain(&self) -> String {
        let cell = |row: &Vec<String>, n: usize| row.get(n).map_or(0, |c| c.chars().count());
        let widths: Vec<usize> =
            (0..self.head.len()).map(|n| self.lines().map(|row| cell(row, n)).max().unwrap_or(0)).collect();
        let mut text = String::new();
        for row in self.lines() {
            let mut line = String::new();
            for (n, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let blanks = " ".repeat(width - cell.chars().count());
                line += &if n == 0 { format!("{cell}{blanks}") } else { format!("  {blanks}{cell}") };
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = (0..self.head.len()).map(|n| if n == 0 { "|---" } else { "|---:" });
        let rule: String = rule.chain(["|\n"]).collect();
        self.rows.iter().fold(line(&self.head) + &rule, |text, row| text + &line(row))
    }

    fn lines(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.head).chain(&self.rows)
    }
}
