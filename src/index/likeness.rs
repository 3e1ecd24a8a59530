//! Customers by the words of their names: which names may be meant, and how far they agree.
//!
//! A name is found by any word that few customers bear, by such a word with one typing error, cut or abbreviated, by two words
//! that became one or one that became two, and by its initials. What is found is then compared word by word.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::model::key::{NameToken, TokenSort, key_of};

use super::alike::{Letters, alike, neighbourhood, one_edit};

/// Names that may share a word before it no longer leads to them on its own.
const COMMON: usize = 400;
/// Names that are compared with one payer.
const COMPARED: usize = 200;
/// The longest lists of names that are intersected when all words of a payer are common.
const INTERSECTED: usize = 20_000;
/// Customers that are kept for one payer.
pub(super) const KEPT: usize = 8;
/// Share of its rarity that a word of the trade keeps.
const TRADE_SHARE: f64 = 0.2;
/// The least that a word says which is no legal form: most customers bear it.
const LEAST_BITS: f64 = 0.2;
/// What a legal form says.
const LEGAL_BITS: f64 = 0.1;
/// Share of a word's bits that counts against a likeness when it stands in the customer's name only, or in the payer's only;
/// of the latter no more than so many bits, because banks print addresses and departments behind names.
const MISSING_SHARE: f64 = 0.5;
const EXTRA_SHARE: f64 = 0.9;
const MOST_EXTRA_BITS: f64 = 8.0;
/// Bits against a name whose company form is another one: one in sixteen has changed it, or is written down wrongly.
const OTHER_FORM_BITS: f64 = 4.0;
/// How far a word agrees with one that it begins: where the field may have cut it, or as an abbreviation; less where the shorter
/// one is a whole word of other names (`MARTIN`, `MARTINELLI`).
const CUT_SHORT: f64 = 0.95;
const ABBREVIATED: f64 = 0.6;
const BEGINS_ANOTHER: f64 = 0.3;
/// How far a word agrees with one that is misspelt, and with a short one. A typing error says little against a name: who has
/// another name would have to mistype it just so. It does where what is written is another name of the ledger.
const MISSPELT: f64 = 0.95;
const MISSPELT_SHORT: f64 = 0.85;
const MISTAKEN: f64 = 0.6;
/// Letters from which a word may be misspelt, be so freely, and be two words in one.
const SPELT: usize = 4;
const SPELT_FREELY: usize = 5;
const JOINED: usize = 6;
/// What initials say of what they stand for, and how much alike that makes the names: little, because many share them.
const INITIALS_SHARE: f64 = 0.5;
const INITIALS_LIKE: f64 = 0.6;
/// Initials that may stand for a name.
const INITIALS: std::ops::RangeInclusive<usize> = 3..=5;
/// Words that are looked up for a beginning.
const BEGINNINGS: usize = 32;
/// Likeness from which a name counts as recognised.
const LIKE: f64 = 0.55;
/// The same for a name that stands somewhere in a text.
const LIKE_IN_TEXT: f64 = 0.75;

/// How a name is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    /// Whole, in a field of its own.
    Whole,
    /// In a field of its own, perhaps cut at its end.
    Cut,
    /// Somewhere in a text.
    Text,
}

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
    /// Its words.
    words: Vec<u32>,
    /// Hashes of its company forms.
    forms: Vec<u64>,
}

/// Names of customers by their words.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    names: Vec<Name>,
    tokens: HashMap<Box<str>, u32, FixedState>,
    texts: Vec<Box<str>>,
    letters: Vec<Letters>,
    bits: Vec<f64>,
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

impl NameIndex {
    /// Builds the index from the names of each customer; the position in the list is the customer.
    pub(super) fn build<'n>(customers: impl ExactSizeIterator<Item = &'n [Vec<NameToken>]>) -> Self {
        let mut index = Self { customers: customers.len(), ..Self::default() };
        let mut holders: Vec<u32> = Vec::new();
        let mut last_holder: Vec<u32> = Vec::new();
        let mut sorts: Vec<TokenSort> = Vec::new();
        for (customer, names) in (0u32..).zip(customers) {
            for name in names.iter().filter(|n| !n.is_empty()) {
                let (words, forms) = split_forms(name);
                let mut ids = Vec::with_capacity(words.len());
                for token in words {
                    let id = *index.tokens.entry(token.text.clone()).or_insert_with(|| {
                        index.texts.push(token.text.clone());
                        index.names_of_token.push(Vec::new());
                        holders.push(0);
                        last_holder.push(u32::MAX);
                        sorts.push(token.sort);
                        index.texts.len() as u32 - 1
                    });
                    if last_holder[id as usize] != customer {
                        last_holder[id as usize] = customer;
                        holders[id as usize] += 1;
                    }
                    ids.push(id);
                }
                index.push(Name { customer, words: ids, forms });
            }
        }
        index.bits = (holders.iter().zip(&sorts)).map(|(held, sort)| index.token_bits(*held, *sort)).collect();
        index.letters = index.texts.iter().map(|text| Letters::of(text)).collect();
        index.sorted = (0..index.texts.len() as u32).collect();
        index.sorted.sort_unstable_by(|a, b| index.texts[*a as usize].cmp(&index.texts[*b as usize]));
        let mut hashes = Vec::new();
        for (id, text) in (0u32..).zip(&index.texts).filter(|(_, text)| text.len() >= SPELT) {
            neighbourhood(text, &mut hashes);
            index.near.extend(hashes.iter().map(|hash| (*hash, id)));
        }
        index.near.sort_unstable();
        index.joined.sort_unstable();
        index
    }

    fn push(&mut self, new: Name) {
        let (name, ids) = (self.names.len() as u32, &new.words);
        for (at, id) in ids.iter().enumerate().filter(|(at, id)| !ids[..*at].contains(id)) {
            self.names_of_token[*id as usize].push(name);
            if let Some(next) = ids.get(at + 1) {
                let both = format!("{}{}", self.texts[*id as usize], self.texts[*next as usize]);
                if both.len() >= JOINED {
                    self.joined.push((key_of(&both), name));
                }
            }
        }
        if INITIALS.contains(&ids.len()) {
            let initials = ids.iter().filter_map(|id| self.texts[*id as usize].chars().next()).collect::<String>();
            self.initials.entry(initials.into()).or_default().push(name);
        }
        self.names.push(new);
    }

    fn token_bits(&self, held: u32, sort: TokenSort) -> f64 {
        let rarity = ((self.customers + 1) as f64 / f64::from(held.max(1))).log2().max(LEAST_BITS);
        match sort {
            TokenSort::Proper => rarity,
            TokenSort::Trade => rarity * TRADE_SHARE,
            TokenSort::Legal => LEGAL_BITS,
        }
    }

    /// Customers whose name is like this one, likeliest first. A name may have been cut at its end.
    pub(super) fn by_name(&self, payer: &[NameToken], cut: bool) -> Vec<NameHit> {
        self.find(payer, if cut { Given::Cut } else { Given::Whole })
    }

    /// Customers whose name stands somewhere in a text: what else stands there says nothing against them.
    pub(super) fn by_text(&self, text: &[NameToken]) -> Vec<NameHit> {
        self.find(text, Given::Text)
    }

    fn find(&self, payer: &[NameToken], given: Given) -> Vec<NameHit> {
        let (payer, forms) = split_forms(payer);
        let words: Vec<Word<'_>> = payer.iter().map(|token| self.look_up(token)).collect();
        let mut hits = self.compare_all((&words, &forms), given, &self.leads(&words, given, false));
        if given != Given::Text && hits.is_empty() {
            // A typing error may have made another word that is known.
            hits = self.compare_all((&words, &forms), given, &self.leads(&words, given, true));
        }
        if given != Given::Text {
            self.joined_by_payer(payer, &forms, given, &mut hits);
            self.by_initials(payer, &mut hits);
        }
        hits.sort_unstable_by(|a, b| b.bits.total_cmp(&a.bits).then(a.customer.cmp(&b.customer)));
        hits.truncate(KEPT);
        hits
    }

    /// Names to which the rarest words lead, in order.
    fn leads(&self, words: &[Word<'_>], given: Given, all_misspelt: bool) -> Vec<u32> {
        let mut leads: Vec<u32> = words.iter().filter_map(|word| word.id).collect();
        let mut hashes = Vec::new();
        // In a text most words are nobody's name: only long ones are taken for a damaged one.
        let (cut, spelt) = if given == Given::Text { (SPELT_FREELY, SPELT_FREELY) } else { (3, SPELT) };
        for (n, word) in words.iter().enumerate() {
            let may_be_cut = given == Given::Cut && n + 1 == words.len();
            if word.text.len() >= cut && (may_be_cut || word.id.is_none()) {
                leads.extend(self.with_prefix(word.text));
            }
            if word.text.len() >= spelt && (all_misspelt || word.id.is_none()) {
                neighbourhood(word.text, &mut hashes);
                leads.extend(hashes.iter().flat_map(|hash| equal_range(&self.near, *hash)));
            }
        }
        leads.sort_unstable_by(|a, b| self.bits[*b as usize].total_cmp(&self.bits[*a as usize]).then(a.cmp(b)));
        leads.dedup();
        let mut seen: Vec<u32> = Vec::new();
        for word in words.iter().filter(|w| w.id.is_none() && w.text.len() >= JOINED) {
            seen.extend(equal_range(&self.joined, key_of(word.text)).take(COMMON));
        }
        for id in &leads {
            let names = &self.names_of_token[*id as usize];
            if names.len() <= COMMON && seen.len() < COMPARED {
                seen.extend(names);
            }
        }
        if seen.is_empty() {
            seen = self.bearing_both(words);
        }
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// Names that bear both of a payer's two rarest words, each of which is too common on its own.
    fn bearing_both(&self, words: &[Word<'_>]) -> Vec<u32> {
        let mut lists: Vec<&[u32]> =
            words.iter().filter_map(|w| w.id).map(|id| &*self.names_of_token[id as usize]).collect();
        lists.sort_by_key(|names| names.len());
        let [first, second, ..] = lists[..] else { return Vec::new() };
        let (first, second) = (&first[..first.len().min(INTERSECTED)], &second[..second.len().min(INTERSECTED)]);
        let mut rest = second.iter().peekable();
        let mut both = Vec::new();
        for name in first {
            while rest.next_if(|other| *other < name).is_some() {}
            if rest.peek() == Some(&name) {
                both.push(*name);
                if both.len() == COMPARED {
                    break;
                }
            }
        }
        both
    }

    fn compare_all(&self, (words, forms): (&[Word<'_>], &[u64]), given: Given, names: &[u32]) -> Vec<NameHit> {
        let mut found: Vec<Found> = Vec::new();
        let mut used = Vec::new();
        for name in names {
            let Name { customer, words: tokens, forms: of_customer } = &self.names[*name as usize];
            let Compared { bits, likeness, whole } = self.compare(words, tokens, given, &mut used);
            if likeness >= if given == Given::Text { LIKE_IN_TEXT } else { LIKE } {
                let stated = !forms.is_empty() && !of_customer.is_empty();
                let other_form = stated && !forms.iter().any(|form| of_customer.contains(form));
                let hit = NameHit { customer: *customer, bits, likeness };
                found.push(Found { hit, whole: whole && given == Given::Whole, other_form });
            }
        }
        // Words that are common each may make a name that is rare. Whoever else agrees word for word shares it.
        let same = found.iter().filter(|f| f.whole && !f.other_form).count().max(1);
        let rarity = ((self.customers + 1) as f64 / same as f64).log2();
        let mut hits = Vec::new();
        for Found { mut hit, whole, other_form } in found {
            if whole {
                hit.bits = hit.bits.max(rarity * hit.likeness);
            }
            hit.bits -= if other_form { OTHER_FORM_BITS } else { 0.0 };
            keep_best(&mut hits, hit);
        }
        hits
    }

    /// One word that the payer's bank wrote as two: `ELEKTRO TECHNIK` for `ELEKTROTECHNIK`.
    fn joined_by_payer(&self, payer: &[NameToken], forms: &[u64], given: Given, hits: &mut Vec<NameHit>) {
        for at in 0..payer.len().saturating_sub(1) {
            let both = format!("{}{}", payer[at].text, payer[at + 1].text);
            if both.len() < JOINED || !self.tokens.contains_key(&*both) {
                continue;
            }
            let whole = NameToken { text: both.into(), sort: TokenSort::Proper };
            let words: Vec<Word<'_>> =
                (payer[..at].iter().chain([&whole]).chain(&payer[at + 2..])).map(|token| self.look_up(token)).collect();
            for hit in self.compare_all((&words, forms), given, &self.leads(&words, given, false)) {
                keep_best(hits, hit);
            }
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
            meant.extend(of.into_iter().flatten().filter(|n| self.names[**n as usize].words.len() == 1).take(KEPT));
        }
        let bits = ((self.customers + 1) as f64 / meant.len().max(1) as f64).log2() * INITIALS_SHARE;
        for name in meant {
            keep_best(hits, NameHit { customer: self.names[name as usize].customer, bits, likeness: INITIALS_LIKE });
        }
    }

    /// Words that begin with a cut one, a few at most.
    fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = u32> + '_ {
        let start = self.sorted.partition_point(|id| &*self.texts[*id as usize] < prefix);
        let prefix = prefix.to_string();
        self.sorted[start..]
            .iter()
            .copied()
            .take_while(move |id| self.texts[*id as usize].starts_with(&prefix))
            .take(BEGINNINGS)
    }

    fn look_up<'t>(&self, token: &'t NameToken) -> Word<'t> {
        let id = self.tokens.get(&token.text).copied();
        let bits = id.map_or_else(|| self.token_bits(1, token.sort), |id| self.bits[id as usize]);
        Word { text: &token.text, letters: Letters::of(&token.text), id, bits }
    }

    /// How far two names agree. `used` is a buffer.
    fn compare(&self, payer: &[Word<'_>], customer: &[u32], given: Given, used: &mut Vec<bool>) -> Compared {
        used.clear();
        used.resize(customer.len(), false);
        let (mut agreed, mut payer_bits, mut extra_words) = (0.0, 0.0, 0);
        for (n, word) in payer.iter().enumerate() {
            if let Some(at) = self.two_in_one(word, customer, used) {
                used[at..at + 2].fill(true);
                let bits = self.bits[customer[at] as usize] + self.bits[customer[at + 1] as usize];
                agreed += bits;
                payer_bits += bits;
                continue;
            }
            let last = given == Given::Cut && n + 1 == payer.len();
            let best = (customer.iter().enumerate())
                .filter(|(at, _)| !used[*at])
                .map(|(at, id)| (at, *id, self.agreement(word, *id, last)))
                .max_by(|a, b| a.2.total_cmp(&b.2).then(b.0.cmp(&a.0)))
                .filter(|(_, _, share)| *share > 0.0);
            if let Some((at, id, share)) = best {
                used[at] = true;
                let bits = self.bits[id as usize];
                agreed += share * bits;
                // A token that is only like its fellow counts as much as that one does.
                payer_bits += bits;
            } else {
                payer_bits += word.bits;
                extra_words += 1;
            }
        }
        let customer_bits: f64 = customer.iter().map(|id| self.bits[*id as usize]).sum();
        // Half of what a cut name lacks may stand behind the cut.
        let missing = if given == Given::Cut { 0.5 } else { 1.0 } * (customer_bits - agreed).max(0.0);
        let extra = if given == Given::Text { 0.0 } else { (payer_bits - agreed).max(0.0) };
        let likeness = agreed / (agreed + missing.max(extra)).max(f64::MIN_POSITIVE);
        let bits = agreed - MISSING_SHARE * missing - (EXTRA_SHARE * extra).min(MOST_EXTRA_BITS);
        Compared { bits, likeness, whole: extra_words == 0 && used.iter().all(|used| *used) }
    }

    /// How far two tokens agree, 0 to 1: equal, cut short, abbreviated, or a letter apart.
    fn agreement(&self, payer: &Word<'_>, customer: u32, may_be_cut: bool) -> f64 {
        if payer.id == Some(customer) {
            return 1.0;
        }
        let text = &*self.texts[customer as usize];
        let other = (text, self.letters[customer as usize]);
        let shortest = payer.text.len().min(text.len());
        if shortest >= 3 && (text.starts_with(payer.text) || payer.text.starts_with(text)) {
            let payer_is_short = payer.text.len() < text.len();
            return match payer.id {
                _ if may_be_cut && payer_is_short => CUT_SHORT,
                // So long a beginning is hardly another's; a letter too much is a typing error.
                None if shortest >= SPELT_FREELY || payer.text.len().abs_diff(text.len()) == 1 => MISSPELT_SHORT,
                None => ABBREVIATED,
                // Singular and plural, or `MARTIN` and `MARTINI`.
                Some(_) if payer.text.len().abs_diff(text.len()) == 1 => MISTAKEN,
                Some(_) => BEGINS_ANOTHER,
            };
        }
        let this = (payer.text, payer.letters);
        let freely = shortest >= SPELT_FREELY;
        if !(freely && alike(this, other) || shortest >= SPELT && one_edit(this, other)) {
            return 0.0;
        }
        match payer.id {
            Some(_) => MISTAKEN,
            None if freely => MISSPELT,
            None => MISSPELT_SHORT,
        }
    }

    /// Where a word that no customer bears is two neighbouring words of this one, written as one.
    fn two_in_one(&self, word: &Word<'_>, customer: &[u32], used: &[bool]) -> Option<usize> {
        if word.id.is_some() || word.text.len() < JOINED {
            return None;
        }
        (0..customer.len().saturating_sub(1)).find(|at| {
            let rest = word.text.strip_prefix(&*self.texts[customer[*at] as usize]);
            !used[*at] && !used[at + 1] && rest == Some(&*self.texts[customer[at + 1] as usize])
        })
    }
}

/// The words of a name, and the hashes of the company forms behind them. A name of nothing else has them for words.
fn split_forms(name: &[NameToken]) -> (&[NameToken], Vec<u64>) {
    let words = name.iter().rposition(|t| t.sort != TokenSort::Legal).map_or(name.len(), |last| last + 1);
    (&name[..words], name[words..].iter().map(|form| key_of(&form.text)).collect())
}

/// How far two names agree.
struct Compared {
    /// By how much more than by chance.
    bits: f64,
    /// Share of the rarity of both that agrees.
    likeness: f64,
    /// Word for word, though perhaps misspelt or abbreviated.
    whole: bool,
}

/// A name that was compared.
struct Found {
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

/// What stands beside a hash in a list that is sorted.
fn equal_range(list: &[(u64, u32)], hash: u64) -> impl Iterator<Item = u32> + '_ {
    let start = list.partition_point(|entry| entry.0 < hash);
    list[start..].iter().take_while(move |entry| entry.0 == hash).map(|entry| entry.1)
}

/// A token of a payer's name, looked up once for all the names that it is compared with.
struct Word<'t> {
    text: &'t str,
    letters: Letters,
    /// The token of customers that is the same.
    id: Option<u32>,
    bits: f64,
}
