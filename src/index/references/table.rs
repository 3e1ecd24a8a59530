//! The keys of all items in one flat table: sorted by hash, and found through the first bits of it.

use rayon::prelude::*;

use crate::model::key::Key;
use crate::model::stage::CiteClass;

use super::SHARING;

/// Items whose keys are gathered at once.
const CHUNK: usize = 1 << 14;
/// First bits of a hash by which the table is built in parts.
const SHARD_BITS: u32 = 8;
/// Postings of one bucket, on average.
const OF_BUCKET: usize = 2;
/// Buckets that share a word of the filter, as a power of two: 64 bits for some eight postings.
const BUCKETS_OF_WORD: u32 = 2;
/// Words of the filter of beginnings: a bit for each value of 16 bits.
const STARTS: usize = 1 << 10;

/// An item that bears a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting {
    hash: u64,
    pub(super) item: u32,
    pub(super) class: CiteClass,
    pub(super) digits: u8,
    start: u16,
}

const EMPTY: Posting = Posting { hash: 0, item: 0, class: CiteClass::Near, digits: 0, start: 0 };

impl Posting {
    fn of(item: u32, key: &Key) -> Self {
        Self { hash: key.hash, item, class: key.class, digits: key.digits, start: key.start }
    }
}

/// Where the postings of a key stand: the first, and how many.
pub(super) type At = (u32, u32);

/// Where the postings begin whose hashes begin alike.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    start: u32,
    /// One of 32 bits for each hash that is there: most look-ups end here.
    seen: u32,
}

/// Postings by hash. Of a key that more than [`SHARING`] items bear, so many and one more are kept: it says nothing.
#[derive(Debug)]
pub(super) struct Table {
    postings: Vec<Posting>,
    /// One for each value of the first bits, and the end.
    buckets: Vec<Bucket>,
    bucket_bits: u32,
    /// Two bits for each whole number, in a word that the first bits of its hash choose.
    whole: Vec<u64>,
    word_bits: u32,
    /// One bit for each way in which a whole number begins.
    starts: Vec<u64>,
    lengths: Lengths,
}

/// The lengths that keys have, one bit for each: of those with nothing but digits, and of those with letters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lengths([u64; 2]);

impl Lengths {
    /// The last bit stands for whatever is longer, too.
    fn bit(length: usize) -> u32 {
        length.min(63) as u32
    }

    fn add(&mut self, key: &Key) {
        self.0[usize::from(key.letters)] |= 1 << Self::bit(usize::from(key.length));
    }

    fn and(self, other: Self) -> Self {
        Self([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    /// Whether a key may have this length.
    pub(super) fn has(self, length: usize, letters: bool) -> bool {
        self.0[usize::from(letters)] >> Self::bit(length) & 1 != 0
    }

    /// Whether any key may be as long as this, or longer.
    pub(super) fn reach(self, length: usize) -> bool {
        (self.0[0] | self.0[1]) >> Self::bit(length) != 0
    }
}

/// Postings by shard, and where each shard begins.
type Spread = (Vec<Posting>, Vec<u32>);

impl Table {
    /// Builds the table from the keys of each item, in canonical order of items.
    pub(super) fn build(items: usize, keys_of: impl Fn(u32, &mut Vec<Key>) + Sync) -> Self {
        let chunks: Vec<(Spread, Lengths)> = (0..items.div_ceil(CHUNK))
            .into_par_iter()
            .map_init(Default::default, |(keys, postings): &mut (Vec<Key>, Vec<Posting>), chunk| {
                postings.clear();
                let mut lengths = Lengths::default();
                for item in chunk * CHUNK..items.min((chunk + 1) * CHUNK) {
                    keys.clear();
                    keys_of(item as u32, keys);
                    postings.extend(keys.iter().map(|k| Posting::of(item as u32, k)));
                    keys.iter().for_each(|k| lengths.add(k));
                }
                (spread(&[postings], SHARD_BITS, 0), lengths)
            })
            .collect();
        let all: usize = chunks.iter().map(|((postings, _), _)| postings.len()).sum();
        let lengths = chunks.iter().fold(Lengths::default(), |all, (_, of_chunk)| all.and(*of_chunk));
        let bucket_bits = (all / OF_BUCKET).max(1).ilog2().max(SHARD_BITS + BUCKETS_OF_WORD + 1);
        let shards: Vec<Shard> = (0..1usize << SHARD_BITS)
            .into_par_iter()
            .map(|shard| {
                let parts: Vec<&[Posting]> = (chunks.iter())
                    .map(|((postings, starts), _)| &postings[starts[shard] as usize..starts[shard + 1] as usize])
                    .collect();
                Shard::of(&parts, bucket_bits - SHARD_BITS)
            })
            .collect();
        drop(chunks);
        let mut table = Self {
            postings: Vec::with_capacity(shards.iter().map(|s| s.postings.len()).sum()),
            buckets: Vec::with_capacity((1 << bucket_bits) + 1),
            bucket_bits,
            whole: Vec::with_capacity(1 << (bucket_bits - BUCKETS_OF_WORD)),
            word_bits: bucket_bits - BUCKETS_OF_WORD,
            starts: vec![0; STARTS],
            lengths,
        };
        for shard in shards {
            let before = table.postings.len() as u32;
            table.buckets.extend(shard.buckets.iter().map(|b| Bucket { start: before + b.start, ..*b }));
            table.postings.extend_from_slice(&shard.postings);
            table.whole.extend_from_slice(&shard.whole);
            table.starts.iter_mut().zip(&shard.starts).for_each(|(all, of_shard)| *all |= of_shard);
        }
        table.buckets.push(Bucket { start: table.postings.len() as u32, seen: 0 });
        table
    }

    /// Where the postings of a hash stand.
    pub(super) fn find(&self, hash: u64) -> Option<At> {
        let n = first_bits(hash, 0, self.bucket_bits);
        let bucket = self.buckets[n];
        if bucket.seen & seen_bit(hash) == 0 {
            return None;
        }
        let of_bucket = &self.postings[bucket.start as usize..self.buckets[n + 1].start as usize];
        let before = of_bucket.iter().take_while(|p| p.hash < hash).count();
        let length = of_bucket[before..].iter().take_while(|p| p.hash == hash).count();
        (length > 0).then_some((bucket.start + before as u32, length as u32))
    }

    pub(super) fn postings(&self, at: At) -> &[Posting] {
        &self.postings[at.0 as usize..(at.0 + at.1) as usize]
    }

    /// The lengths of the keys.
    pub(super) fn lengths(&self) -> Lengths {
        self.lengths
    }

    /// Whether a hash may be that of a whole number; says no to nearly all that are not.
    pub(super) fn may_be_whole(&self, hash: u64) -> bool {
        let bits = whole_bits(hash);
        self.whole[first_bits(hash, 0, self.word_bits)] & bits == bits
    }

    /// Whether a whole number may begin so ([`crate::model::key::start_of`]).
    pub(super) fn may_begin(&self, start: u16) -> bool {
        self.starts[usize::from(start >> 6)] & 1 << (start & 63) != 0
    }
}

/// The postings whose hashes begin with the same [`SHARD_BITS`].
struct Shard {
    postings: Vec<Posting>,
    buckets: Vec<Bucket>,
    whole: Vec<u64>,
    starts: Vec<u64>,
}

impl Shard {
    fn of(parts: &[&[Posting]], bucket_bits: u32) -> Self {
        let (mut all, starts) = spread(parts, bucket_bits, SHARD_BITS);
        let word_bits = bucket_bits - BUCKETS_OF_WORD;
        let mut shard = Self {
            postings: Vec::with_capacity(all.len()),
            buckets: Vec::with_capacity(1 << bucket_bits),
            whole: vec![0; 1 << word_bits],
            starts: vec![0; STARTS],
        };
        for bounds in starts.windows(2) {
            let of_bucket = &mut all[bounds[0] as usize..bounds[1] as usize];
            of_bucket.sort_unstable();
            let mut bucket = Bucket { start: shard.postings.len() as u32, seen: 0 };
            for of_key in of_bucket.chunk_by(|a, b| a.hash == b.hash) {
                bucket.seen |= seen_bit(of_key[0].hash);
                // The strongest class comes first.
                let of_items = of_key.chunk_by(|a, b| a.item == b.item).map(|of_item| of_item[0]);
                shard.postings.extend(of_items.take(SHARING as usize + 1));
            }
            shard.buckets.push(bucket);
        }
        for posting in shard.postings.iter().filter(|p| p.class <= CiteClass::Core) {
            shard.whole[first_bits(posting.hash, SHARD_BITS, word_bits)] |= whole_bits(posting.hash);
            shard.starts[usize::from(posting.start >> 6)] |= 1 << (posting.start & 63);
        }
        shard
    }
}

/// Postings by so many bits of their hashes behind those that are skipped, and where each of these parts begins.
fn spread(parts: &[&[Posting]], bits: u32, skipped: u32) -> (Vec<Posting>, Vec<u32>) {
    let of = |p: &Posting| first_bits(p.hash, skipped, bits);
    let mut starts = vec![0u32; (1 << bits) + 1];
    parts.iter().copied().flatten().for_each(|p| starts[of(p) + 1] += 1);
    for n in 1..starts.len() {
        starts[n] += starts[n - 1];
    }
    let mut next = starts.clone();
    let mut all = vec![EMPTY; parts.iter().map(|part| part.len()).sum()];
    for posting in parts.iter().copied().flatten() {
        let next = &mut next[of(posting)];
        all[*next as usize] = *posting;
        *next += 1;
    }
    (all, starts)
}

/// So many bits of a hash (at least one) behind those that are skipped.
fn first_bits(hash: u64, skipped: u32, bits: u32) -> usize {
    (hash << skipped >> (64 - bits)) as usize
}

/// The bit of a hash in its bucket: its last bits, which are none of its first ones.
fn seen_bit(hash: u64) -> u32 {
    1 << (hash & 31)
}

/// The bits of a hash in its word.
fn whole_bits(hash: u64) -> u64 {
    1 << (hash & 63) | 1 << (hash >> 6 & 63)
}
