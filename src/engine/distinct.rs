//! Equal things, each once: what many payments share is looked up for all of them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

use foldhash::fast::FixedState;
use rayon::prelude::*;

/// Parts that are gone through side by side, told by bits in the middle of a hash: a table uses those at its ends.
const PARTS: u64 = 8;

fn part_of(hash: u64) -> u64 {
    (hash >> 32) % PARTS
}

/// Things that were told apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Distinct {
    /// For each thing, which of the different ones it is.
    pub(super) of: Vec<u32>,
    /// For each of the different ones, the first thing that is it.
    pub(super) firsts: Vec<u32>,
}

/// Tells things apart by their keys. The numbers given depend on the keys and their order alone.
pub(super) fn distinct<K: Hash + Eq>(count: usize, key: impl Fn(u32) -> K + Sync) -> Distinct {
    let hasher = FixedState::default();
    let hashes: Vec<u64> = (0..count as u32).into_par_iter().map(|n| hasher.hash_one(key(n))).collect();
    let parts: Vec<Part> = (0..PARTS).into_par_iter().map(|part| Part::of(part, &hashes, &key)).collect();
    let mut distinct = Distinct { of: vec![0; count], firsts: Vec::new() };
    for part in parts {
        let before = distinct.firsts.len() as u32;
        distinct.firsts.extend(part.firsts);
        part.of.into_iter().for_each(|(n, which)| distinct.of[n as usize] = before + which);
    }
    distinct
}

/// The things of one part.
struct Part {
    of: Vec<(u32, u32)>,
    firsts: Vec<u32>,
}

impl Part {
    fn of<K: Eq>(part: u64, hashes: &[u64], key: impl Fn(u32) -> K) -> Self {
        let mut this = Self { of: Vec::new(), firsts: Vec::new() };
        let mut known: HashMap<u64, u32, BuildHasherDefault<AsItIs>> = HashMap::default();
        for (n, hash) in (0u32..).zip(hashes).filter(|(_, hash)| part_of(**hash) == part) {
            let mut place = *hash;
            let which = loop {
                match known.entry(place) {
                    Entry::Vacant(free) => {
                        this.firsts.push(n);
                        break *free.insert(this.firsts.len() as u32 - 1);
                    }
                    Entry::Occupied(taken) if key(this.firsts[*taken.get() as usize]) == key(n) => break *taken.get(),
                    // Another thing of the same hash.
                    Entry::Occupied(_) => place = place.wrapping_add(1),
                }
            };
            this.of.push((n, which));
        }
        this
    }
}

/// The hash of a hash.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_have_one_number() {
        let things = ["b", "a", "b", "", "a", "b"];
        let Distinct { of, firsts } = distinct(things.len(), |n| things[n as usize]);
        let mut met = firsts.clone();
        met.sort_unstable();
        assert_eq!(met, [0, 1, 3]);
        for (thing, which) in things.iter().zip(&of) {
            assert_eq!(things[firsts[*which as usize] as usize], *thing);
        }
        assert_eq!(distinct(0, |n| n), Distinct { of: vec![], firsts: vec![] });
    }

    /// A key that is hashed badly.
    #[derive(PartialEq, Eq)]
    struct Alike(u32);

    impl Hash for Alike {
        fn hash<H: Hasher>(&self, state: &mut H) {
            state.write_u8(0);
        }
    }

    #[test]
    fn things_of_one_hash_are_told_apart() {
        let Distinct { of, firsts } = distinct(40, |n| Alike(n % 20));
        assert_eq!(firsts, (0..20).collect::<Vec<u32>>());
        assert_eq!(of, (0..40).map(|n| n % 20).collect::<Vec<u32>>());
    }
}
