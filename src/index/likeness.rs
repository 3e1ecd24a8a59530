//! Customers by the words of their names: which names may be meant, and how far they agree.
//!
//! A name is found by any word that few customers bear, by such a word with one typing error, cut or abbreviated, by two words
//! that became one or one that became two, and by its initials. What is found is then compared word by word.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::key::{KeyHash, NameToken, TokenSort, key_of};

use super::agreement::{Comparison, Given, JOINED, Known, Marks, Rows, SPELT, SPELT_FREELY, Word, bits_of};
use super::alike::neighbourhood;

/// Names that may share a word before it no longer leads to them on its own.
const COMMON: usize = 400;
/// Names that are compared with one payer.
const COMPARED: usize = 200;
/// The longest lists of names that are intersected when all words of a payer are common.
const INTERSECTED: usize = 20_000;
/// Pairs of common words whose names are kept at hand.
const PAIRS: usize = 4096;
/// Customers that are kept for one payer.
pub(super) const KEPT: usize = 8;
/// Bits against a name whose company form is another one: one in sixteen has changed it, or is written down wrongly.
const OTHER_FORM_BITS: f64 = 4.0;
/// What initials say of what they stand for, and how much alike that makes the names: little, because many share them.
const INITIALS_SHARE: f64 = 0.5;
const INITIALS_LIKE: f64 = 0.6;
/// Initials that may stand for a name.
const INITIALS: std::ops::RangeInclusive<usize> = 3..=5;
/// Words that are looked up for a beginning.
const BEGINNINGS: usize = 32;

/// A customer whose name is like the payer's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NameHit {
    /// The customer.
    pub customer: u32,
    /// Bits by which the likeness exceeds chance.
    pub bits: f64,
    /// Share of the rarity of both names that agrees, 0 to 1.
    pub likeness: f64,
}

/// One name of a customer.
#[derive(Debug)]
struct Name {
    customer: u32,
    /// Its words: a part of [`NameIndex::words`].
    words: (u32, u32),
    /// Hashes of its company forms: a part of [`NameIndex::forms`].
    forms: (u32, u32),
    /// What its words say together.
    bits: f64,
}

/// Names of customers by their words.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    names: Vec<Name>,
    /// The words of all names, one name behind the other.
    words: Vec<u32>,
    /// The same words, those of each name in falling order of what they say.
    rarest: Vec<u32>,
    forms: Vec<u64>,
    tokens: HashMap<Box<str>, u32, FixedState>,
    known: Vec<Known>,
    names_of_token: Vec<Vec<u32>>,
    sorted: Vec<u32>,
    /// Words by what is left of them when a letter is left out.
    near: Vec<(u64, u32)>,
    /// Names by two neighbouring words written as one.
    joined: Vec<(u64, u32)>,
    /// Names by their initials.
    initials: HashMap<Box<str>, Vec<u32>, FixedState>,
    customers: usize,
}

/// Buffers of one thread that looks names up.
#[derive(Debug, Default)]
pub struct NameScratch {
    rows: Rows,
    /// Words that lead to names.
    leads: Vec<u32>,
    hashes: Vec<u64>,
    /// Names to compare, each once.
    names: Vec<u32>,
    seen: Marks,
    found: Vec<Found>,
    /// Names that bear both of two common words.
    bearing_both: HashMap<(u32, u32), Vec<u32>, FixedState>,
}

impl NameIndex {
    /// Builds the index from the names of each customer; the position in the list is the customer.
    pub(super) fn build<'n>(customers: impl ExactSizeIterator<Item = &'n [Vec<NameToken>]>) -> Self {
        let mut index = Self { customers: customers.len(), ..Self::default() };
        let mut tally = Tally::default();
        for (customer, names) in (0u32..).zip(customers) {
            for name in names.iter().filter(|n| !n.is_empty()) {
                let (words, forms) = split_forms(name);
                let first = (index.words.len() as u32, index.forms.len() as u32);
                for token in words {
                    let id = index.id(token, &mut tally);
                    tally.hold(id, customer);
                    index.words.push(id);
                }
                index.forms.extend(forms);
                let (words, forms) = ((first.0, index.words.len() as u32), (first.1, index.forms.len() as u32));
                index.push(Name { customer, words, forms, bits: 0.0 });
            }
        }
        for (known, (held, sort)) in index.known.iter_mut().zip(tally.holders.iter().zip(&tally.sorts)) {
            known.bits = bits_of(index.customers, *held, *sort);
        }
        index.rarest = index.words.clone();
        for name in &mut index.names {
            let bits = |id: &u32| index.known[*id as usize].bits;
            let words = &mut index.rarest[name.words.0 as usize..name.words.1 as usize];
            name.bits = index.words[name.words.0 as usize..name.words.1 as usize].iter().map(bits).sum();
            words.sort_unstable_by(|a, b| bits(b).total_cmp(&bits(a)));
        }
        let mut sorted: Vec<u32> = (0..index.known.len() as u32).collect();
        sorted.sort_unstable_by(|a, b| index.text(*a).cmp(index.text(*b)));
        index.sorted = sorted;
        let mut hashes = Vec::new();
        for (id, known) in (0u32..).zip(&index.known).filter(|(_, known)| known.text.len() >= SPELT) {
            neighbourhood(&known.text, &mut hashes);
            index.near.extend(hashes.iter().map(|hash| (*hash, id)));
        }
        index.near.sort_unstable();
        index.joined.sort_unstable();
        index
    }

    /// The number of a word, which is new where it was not met before.
    fn id(&mut self, token: &NameToken, tally: &mut Tally) -> u32 {
        if let Some(id) = self.tokens.get(&token.text) {
            return *id;
        }
        let id = self.known.len() as u32;
        self.tokens.insert(token.text.clone(), id);
        self.known.push(Known::new(token.text.clone(), 0.0));
        self.names_of_token.push(Vec::new());
        tally.push(token.sort);
        id
    }

    fn text(&self, id: u32) -> &str {
        &self.known[id as usize].text
    }

    fn words_of(&self, name: u32) -> &[u32] {
        let (from, to) = self.names[name as usize].words;
        &self.words[from as usize..to as usize]
    }

    fn rarest_of(&self, name: u32) -> &[u32] {
        let (from, to) = self.names[name as usize].words;
        &self.rarest[from as usize..to as usize]
    }

    fn forms_of(&self, name: u32) -> &[u64] {
        let (from, to) = self.names[name as usize].forms;
        &self.forms[from as usize..to as usize]
    }

    fn push(&mut self, new: Name) {
        let name = self.names.len() as u32;
        self.names.push(new);
        let (from, to) = self.names[name as usize].words;
        let ids = &self.words[from as usize..to as usize];
        for (at, id) in ids.iter().enumerate().filter(|(at, id)| !ids[..*at].contains(id)) {
            self.names_of_token[*id as usize].push(name);
            if let Some(next) = ids.get(at + 1) {
                let (one, other) = (self.text(*id), self.text(*next));
                if one.len() + other.len() >= JOINED {
                    self.joined.push((KeyHash::new().with(one).with(other).finish(), name));
                }
            }
        }
        if INITIALS.contains(&ids.len()) {
            let initials = ids.iter().filter_map(|id| self.text(*id).chars().next()).collect::<String>();
            self.initials.entry(initials.into()).or_default().push(name);
        }
    }

    /// Customers whose name is like this one, likeliest first. A name may have been cut at its end.
    pub(super) fn by_name(&self, payer: &[NameToken], cut: bool, scratch: &mut NameScratch) -> Vec<NameHit> {
        self.find(payer, if cut { Given::Cut } else { Given::Whole }, scratch)
    }

    /// Customers whose name stands somewhere in a text: what else stands there says nothing against them.
    pub(super) fn by_text(&self, text: &[NameToken], scratch: &mut NameScratch) -> Vec<NameHit> {
        self.find(text, Given::Text, scratch)
    }

    fn find(&self, payer: &[NameToken], given: Given, scratch: &mut NameScratch) -> Vec<NameHit> {
        let (payer, forms) = split_forms(payer);
        let forms: Vec<u64> = forms.collect();
        let words: Vec<Word<'_>> = payer.iter().map(|token| self.look_up(token)).collect();
        let mut hits = Vec::new();
        scratch.rows.begin(self.known.len());
        self.compare_led((&words, &forms), given, false, scratch, &mut hits);
        if given != Given::Text && hits.is_empty() {
            // A typing error may have made another word that is known.
            self.compare_led((&words, &forms), given, true, scratch, &mut hits);
        }
        if given != Given::Text {
            self.joined_by_payer(payer, &forms, given, scratch, &mut hits);
            self.by_initials(payer, &mut hits);
        }
        hits.sort_unstable_by(|a, b| b.bits.total_cmp(&a.bits).then(a.customer.cmp(&b.customer)));
        hits.truncate(KEPT);
        hits
    }

    /// Finds names to which the rarest words lead, each once.
    fn lead(&self, words: &[Word<'_>], given: Given, all_misspelt: bool, scratch: &mut NameScratch) {
        let NameScratch { leads, hashes, names, seen, .. } = scratch;
        leads.clear();
        leads.extend(words.iter().filter_map(|word| word.id));
        // In a text most words are nobody's name: only long ones are taken for a damaged one.
        let (cut, spelt) = if given == Given::Text { (SPELT_FREELY, SPELT_FREELY) } else { (3, SPELT) };
        for (n, word) in words.iter().enumerate() {
            let may_be_cut = given == Given::Cut && n + 1 == words.len();
            if word.text.len() >= cut && (may_be_cut || word.id.is_none()) {
                leads.extend(self.with_prefix(word.text));
            }
            if word.text.len() >= spelt && (all_misspelt || word.id.is_none()) {
                neighbourhood(word.text, hashes);
                leads.extend(hashes.iter().flat_map(|hash| equal_range(&self.near, *hash)));
            }
        }
        let bits = |id: &u32| self.known[*id as usize].bits;
        leads.sort_unstable_by(|a, b| bits(b).total_cmp(&bits(a)).then(a.cmp(b)));
        leads.dedup();
        names.clear();
        seen.clear(self.names.len());
        // Names are counted as often as they are found.
        let mut count = 0;
        for word in words.iter().filter(|word| word.may_be_joined()) {
            for name in equal_range(&self.joined, key_of(word.text)).take(COMMON) {
                count += 1;
                names.extend(seen.first(name).then_some(name));
            }
        }
        for id in &*leads {
            let of_token = &self.names_of_token[*id as usize];
            if of_token.len() <= COMMON && count < COMPARED {
                count += of_token.len();
                names.extend(of_token.iter().filter(|name| seen.first(**name)));
            }
        }
        if names.is_empty() {
            self.lead_by_both(words, scratch);
        }
    }

    /// Names that bear both of a payer's two rarest words, each of which is too common on its own.
    fn lead_by_both(&self, words: &[Word<'_>], scratch: &mut NameScratch) {
        let mut common: Vec<u32> = words.iter().filter_map(|word| word.id).collect();
        common.sort_by_key(|id| self.names_of_token[*id as usize].len());
        let [first, second, ..] = common[..] else { return };
        // The same pairs come again and again.
        if scratch.bearing_both.len() == PAIRS {
            scratch.bearing_both.clear();
        }
        let both = scratch.bearing_both.entry((first, second)).or_insert_with(|| self.bearing_both(first, second));
        scratch.names.extend(&*both);
    }

    fn bearing_both(&self, first: u32, second: u32) -> Vec<u32> {
        let names_of = |id: u32| {
            let names = &self.names_of_token[id as usize];
            &names[..names.len().min(INTERSECTED)]
        };
        let mut rest = names_of(second);
        let mut both = Vec::new();
        for name in names_of(first) {
            rest = from_on(rest, *name);
            if rest.first() == Some(name) {
                both.push(*name);
                if both.len() == COMPARED {
                    break;
                }
            }
        }
        both
    }

    /// Compares the names to which a payer's words lead, and keeps those that are like his.
    fn compare_led(
        &self,
        (words, forms): (&[Word<'_>], &[u64]),
        given: Given,
        all_misspelt: bool,
        scratch: &mut NameScratch,
        hits: &mut Vec<NameHit>,
    ) {
        self.lead(words, given, all_misspelt, scratch);
        let NameScratch { rows, names, found, .. } = scratch;
        let comparison = Comparison { known: &self.known, payer: words, given };
        found.clear();
        for name in &*names {
            let Name { customer, bits, .. } = self.names[*name as usize];
            if !comparison.may_be_like(self.rarest_of(*name), bits, rows) {
                continue;
            }
            let Some(compared) = comparison.with(self.words_of(*name), bits, rows) else { continue };
            let of_customer = self.forms_of(*name);
            let stated = !forms.is_empty() && !of_customer.is_empty();
            let other_form = stated && !forms.iter().any(|form| of_customer.contains(form));
            let hit = NameHit { customer, bits: compared.bits, likeness: compared.likeness };
            found.push(Found { name: *name, hit, whole: compared.whole && given == Given::Whole, other_form });
        }
        found.sort_unstable_by_key(|found| found.name);
        // Words that are common each may make a name that is rare. Whoever else agrees word for word shares it.
        let same = found.iter().filter(|f| f.whole && !f.other_form).count().max(1);
        let rarity = ((self.customers + 1) as f64 / same as f64).log2();
        let mut of_these = Vec::new();
        for Found { mut hit, whole, other_form, .. } in found.drain(..) {
            if whole {
                hit.bits = hit.bits.max(rarity * hit.likeness);
            }
            hit.bits -= if other_form { OTHER_FORM_BITS } else { 0.0 };
            keep_best(&mut of_these, hit);
        }
        for hit in of_these {
            keep_best(hits, hit);
        }
    }

    /// One word that the payer's bank wrote as two: `ELEKTRO TECHNIK` for `ELEKTROTECHNIK`.
    fn joined_by_payer(
        &self,
        payer: &[NameToken],
        forms: &[u64],
        given: Given,
        scratch: &mut NameScratch,
        hits: &mut Vec<NameHit>,
    ) {
        let mut both = String::new();
        for at in 0..payer.len().saturating_sub(1) {
            both.clear();
            both.push_str(&payer[at].text);
            both.push_str(&payer[at + 1].text);
            if both.len() < JOINED || !self.tokens.contains_key(&*both) {
                continue;
            }
            let whole = NameToken { text: both.as_str().into(), sort: TokenSort::Proper };
            let words: Vec<Word<'_>> =
                (payer[..at].iter().chain([&whole]).chain(&payer[at + 2..])).map(|token| self.look_up(token)).collect();
            scratch.rows.begin(self.known.len());
            self.compare_led((&words, forms), given, false, scratch, hits);
        }
    }

    /// A name that stands as its initials on one side: weak, and only where nothing better is known.
    fn by_initials(&self, payer: &[NameToken], hits: &mut Vec<NameHit>) {
        if !hits.is_empty() {
            return;
        }
        let mut meant: Vec<u32> = Vec::new();
        if let [one] = payer
            && INITIALS.contains(&one.text.len())
        {
            meant.extend(self.initials.get(&one.text).into_iter().flatten().take(KEPT));
        }
        if INITIALS.contains(&payer.len()) {
            let initials = payer.iter().filter_map(|t| t.text.chars().next()).collect::<String>();
            let of = self.tokens.get(&*initials).map(|id| &self.names_of_token[*id as usize]);
            meant.extend(of.into_iter().flatten().filter(|n| self.words_of(**n).len() == 1).take(KEPT));
        }
        let bits = ((self.customers + 1) as f64 / meant.len().max(1) as f64).log2() * INITIALS_SHARE;
        for name in meant {
            keep_best(hits, NameHit { customer: self.names[name as usize].customer, bits, likeness: INITIALS_LIKE });
        }
    }

    /// Words that begin with a cut one, a few at most.
    fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = u32> + 'a {
        let start = self.sorted.partition_point(|id| self.text(*id) < prefix);
        let begin = self.sorted[start..].iter().copied();
        begin.take_while(move |id| self.text(*id).starts_with(prefix)).take(BEGINNINGS)
    }

    fn look_up<'t>(&self, token: &'t NameToken) -> Word<'t> {
        let id = self.tokens.get(&token.text).copied();
        let bits = id.map_or_else(|| bits_of(self.customers, 1, token.sort), |id| self.known[id as usize].bits);
        Word::new(&token.text, id, bits)
    }
}

/// By whom each word is borne, while the index is built.
#[derive(Default)]
struct Tally {
    holders: Vec<u32>,
    last_holder: Vec<u32>,
    sorts: Vec<TokenSort>,
}

impl Tally {
    fn push(&mut self, sort: TokenSort) {
        self.holders.push(0);
        self.last_holder.push(u32::MAX);
        self.sorts.push(sort);
    }

    /// Counts a customer once for each word.
    fn hold(&mut self, id: u32, customer: u32) {
        let id = id as usize;
        if self.last_holder[id] != customer {
            self.last_holder[id] = customer;
            self.holders[id] += 1;
        }
    }
}

/// The words of a name, and the hashes of the company forms behind them. A name of nothing else has them for words.
fn split_forms(name: &[NameToken]) -> (&[NameToken], impl Iterator<Item = u64> + '_) {
    let words = name.iter().rposition(|t| t.sort != TokenSort::Legal).map_or(name.len(), |last| last + 1);
    (&name[..words], name[words..].iter().map(|form| key_of(&form.text)))
}

/// A name that was compared.
#[derive(Debug)]
struct Found {
    name: u32,
    hit: NameHit,
    whole: bool,
    /// Both state a company form, and not the same.
    other_form: bool,
}

/// Keeps the better of two likenesses of one customer.
fn keep_best(hits: &mut Vec<NameHit>, hit: NameHit) {
    match hits.iter_mut().find(|h| h.customer == hit.customer) {
        Some(known) if known.bits < hit.bits => *known = hit,
        Some(_) => {}
        None => hits.push(hit),
    }
}

/// The part of a sorted list that begins with this number or the next higher one. It is looked for in steps that double: the
/// next name that bears one of two words is rarely far.
fn from_on(list: &[u32], number: u32) -> &[u32] {
    let mut step = 1;
    while list.get(step).is_some_and(|other| *other < number) {
        step *= 2;
    }
    let (from, to) = (step / 2, list.len().min(step + 1));
    &list[from + list[from..to].partition_point(|other| *other < number)..]
}

/// What stands beside a hash in a list that is sorted.
fn equal_range(list: &[(u64, u32)], hash: u64) -> impl Iterator<Item = u32> + '_ {
    let start = list.partition_point(|entry| entry.0 < hash);
    list[start..].iter().take_while(move |entry| entry.0 == hash).map(|entry| entry.1)
}
