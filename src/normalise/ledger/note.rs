//! Things that happened to several rows, said once.

use crate::model::Position;

/// How many places are named one by one.
const NAMED: usize = 3;

/// How often something happened, and where first.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) count: u64,
    first: Vec<Position>,
}

impl Tally {
    pub(super) fn add(&mut self, position: Position) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(position);
        }
    }
}

/// The first places of a tally: `line 1, line 2, line 3, …`.
pub(super) fn places(tally: &Tally) -> String {
    let places: Vec<String> = tally.first.iter().map(Position::to_string).collect();
    let more = if tally.count > places.len() as u64 { ", …" } else { "" };
    format!("{}{more}", places.join(", "))
}

/// A number with its word: `1 row`, `3 rows`.
pub(super) fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}
