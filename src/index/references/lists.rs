//! Lists that share a prefix, and ranges.

use crate::model::key::{key_of, telling};
use crate::model::stage::{Cite, CiteClass};

use super::{At, Reading, ReferenceIndex, SHARING, WIDEST_GAP, place_of};

/// Items that a range such as `0101 à 0104` may name.
const LONGEST_RANGE: u64 = 60;

/// How two numbers of a list are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joined {
    /// One after the other.
    List,
    /// From one to the other: a word, or two dots, says so.
    Range,
    /// A dash, which may mean either.
    Dash,
}

impl ReferenceIndex {
    /// A range whose two ends are whole numbers: `2026-0431 à 2026-0434`.
    pub(super) fn between(
        &self,
        reading: Reading<'_>,
        from: (usize, usize),
        to: (usize, usize),
        cites: &mut Vec<Cite>,
    ) {
        let atoms = reading.atoms;
        let joined = match to.0 - from.1 {
            1 => joined_by(&reading.folded[atoms[from.1].end..atoms[to.0].start]),
            2 if is_range(reading.text(from.1 + 1)) => Joined::Range,
            _ => Joined::List,
        };
        if joined == Joined::List || !atoms[from.1].digits || !atoms[to.1].digits {
            return;
        }
        let prefix = |run: (usize, usize)| (run.0..run.1).map(|n| reading.text(n)).collect::<String>();
        let (low, high) = (reading.text(from.1), reading.text(to.1));
        // The prefix may be left out of the second.
        let same = prefix(to).is_empty() || prefix(from) == prefix(to);
        if same && low.len() == high.len() {
            self.serve_range(&prefix(from), (low, high), (from.1, joined), cites);
        }
    }

    /// A list that shares a prefix (`INV/2026/00123, 124 et 130`) and ranges (`2026-0101 à 0104`, `25-14569-14577`). Gives the
    /// first atom that is no part of it.
    pub(super) fn expand(
        &self,
        reading: Reading<'_>,
        (first, last): (usize, usize),
        taken: &mut [bool],
        joined: &mut String,
        cites: &mut Vec<Cite>,
    ) -> usize {
        let atoms = reading.atoms;
        if !atoms[last].digits {
            return last + 1;
        }
        joined.clear();
        joined.extend((first..=last).map(|n| reading.text(n)));
        let mut previous = reading.text(last).to_string();
        let mut from = last;
        let mut at = last + 1;
        let mut by = Joined::List;
        while let Some(atom) = atoms.get(at) {
            if taken[at] || reading.otherwise[at] || atom.start - atoms[at - 1].end > WIDEST_GAP + 1 || atom.glued {
                return at;
            }
            let text = reading.text(at);
            if !atom.digits {
                match text {
                    "ET" | "AND" | "UND" | "EN" | "Y" | "E" | "U" | "OG" | "OCH" | "AINSI" | "QUE" => {}
                    word if is_range(word) => by = Joined::Range,
                    _ => return at,
                }
                at += 1;
                continue;
            }
            if text.len() > previous.len() || text.len() < 2 {
                return at;
            }
            if by == Joined::List && from + 1 == at {
                by = joined_by(&reading.folded[atoms[from].end..atom.start]);
            }
            let keep = previous[..previous.len() - text.len()].to_string();
            let prefix = joined[..joined.len() - previous.len()].to_string();
            let end = format!("{keep}{text}");
            let Some(posting) = self.find(key_of(&format!("{prefix}{end}"))).filter(|p| p.1 <= SHARING) else {
                return at;
            };
            if by != Joined::List {
                self.serve_range(&prefix, (&previous, &end), (from, by), cites);
            }
            taken[at] = true;
            self.push_member(posting, &format!("{prefix}{end}"), None, place_of(at), cites);
            joined.truncate(prefix.len());
            joined.push_str(&end);
            previous = end;
            (from, by) = (at, Joined::List);
            at += 1;
        }
        at
    }

    /// The members of a range between its two ends, both excluded. What only a dash names is doubtful: `14569-14577` may as well
    /// be a list of two.
    fn serve_range(&self, prefix: &str, (low, high): (&str, &str), (at, by): (usize, Joined), cites: &mut Vec<Cite>) {
        let width = low.len();
        let (Ok(low), Ok(high)) = (low.parse::<u64>(), high.parse::<u64>()) else { return };
        if high <= low || high - low > LONGEST_RANGE {
            return;
        }
        let class = (by == Joined::Dash).then_some(CiteClass::Tail);
        for value in low + 1..high {
            let key = format!("{prefix}{value:0width$}");
            if let Some(found) = self.find(key_of(&key)).filter(|p| p.1 <= SHARING) {
                // Each member is a place of its own, before the end of the range.
                self.push_member(found, &key, class, place_of(at) + (value - low) as u32, cites);
            }
        }
    }

    fn push_member(&self, at: At, key: &str, class: Option<CiteClass>, place: u32, cites: &mut Vec<Cite>) {
        for p in self.postings(at).iter().filter(|p| p.class <= CiteClass::Core) {
            let class = class.unwrap_or(p.class);
            let cite = Cite { item: p.item, class, digits: telling(key), sharing: at.1, place };
            if !cites.iter().any(|c| c.item == cite.item) {
                cites.push(cite);
            }
        }
    }
}

/// What the characters between two numbers say.
fn joined_by(between: &str) -> Joined {
    match between.trim() {
        ".." | "..." => Joined::Range,
        "-" | "--" => Joined::Dash,
        _ => Joined::List,
    }
}

/// Words that stand between the two ends of a range.
fn is_range(word: &str) -> bool {
    matches!(word, "A" | "AU" | "TO" | "BIS" | "TOT" | "AL" | "TM" | "THRU" | "THROUGH" | "JUSQU" | "TIL" | "TILL")
}
