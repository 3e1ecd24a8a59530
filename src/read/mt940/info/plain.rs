//! Text without structure: up to six lines of 65 characters, which some banks fill and cut anywhere, and others end where a thought ends.

/// Characters of a full line.
pub(super) const FULL: usize = 65;
/// Characters of the first line, for banks that count its tag.
const FULL_BEHIND_TAG: usize = FULL - ":86:".len();

/// Joins lines: a full one continues in the next without a blank, unless blanks fill it.
pub(super) fn join<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    let mut text = String::new();
    let mut is_cut = false;
    for (n, line) in lines.enumerate() {
        let content = line.trim();
        if content.is_empty() {
            is_cut = false;
            continue;
        }
        if !text.is_empty() && (!is_cut || line.starts_with(' ')) {
            text.push(' ');
        }
        text.push_str(content);
        let length = line.chars().count();
        is_cut = !line.ends_with(' ') && (length >= FULL || n == 0 && length == FULL_BEHIND_TAG);
    }
    text
}
