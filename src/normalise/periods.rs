//! Dates and periods that a text names: the day of a document, the month of a rent, a quarter, a week.
//!
//! The order of day and month is the European one. What could be anything else (a telephone number, an amount, a part of a
//! longer number) is left alone: a date that is missed costs nothing.

#[cfg(test)]
mod tests;
mod words;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::model::key::Atom;
use crate::model::stage::{DateRole, NamedPeriod};
use crate::normalise::text::fold;
use words::Needs;

/// A text that names more than this is a list of something else.
const MOST: usize = 6;
/// Months of one list.
const LONGEST_LIST: usize = 6;
/// Characters between the parts of a date that is written in words.
const WIDEST_GAP: usize = 2;
/// Words before a date among which one may say what it is the date of.
const WORDS_BEFORE: usize = 3;
/// Years before the payment's and after it in which a date may lie.
const YEARS: (i32, i32) = (3, 1);
/// Days after the payment in which a date without a year may lie: the month to come is paid in advance.
const AHEAD: u64 = 35;
/// Days of the longest period that is named by its first and its last day.
const LONGEST_PERIOD: i32 = 366;
/// A date within so many days of the payment is the payment's own, unless it is said to be due then.
const OWN_DATE: i64 = 2;

/// A text in which dates are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The text, folded.
    pub folded: &'a str,
    /// Its atoms.
    pub atoms: &'a [Atom],
    /// For each atom, whether it is part of a citation: every character serves one purpose.
    pub taken: &'a [bool],
    /// Name of the payer: its words are no months (*April GmbH*, *Mars*, *Thomas Mai*), unless a year follows.
    pub payer: &'a str,
    /// The day of the payment.
    pub day: NaiveDate,
}

/// The days and periods that a text names, in its order.
pub fn find(text: &Text<'_>) -> Vec<NamedPeriod> {
    let mut named = Vec::new();
    let mut at = 0;
    // One past the last atom of the date before.
    let mut behind = None;
    while at < text.atoms.len() {
        let known = named.len();
        if let Some(last) = text.date_at(at, &mut named) {
            if known > 0 && named.len() > known && behind.is_some_and(|behind| text.reaches(behind, at)) {
                join_days(&mut named);
            }
            (at, behind) = (last + 1, Some(last + 1));
        } else {
            at += 1;
        }
        if named.len() > MOST {
            return Vec::new();
        }
    }
    let mut distinct: Vec<NamedPeriod> = Vec::with_capacity(named.len());
    named.into_iter().for_each(|n| {
        if !distinct.contains(&n) {
            distinct.push(n);
        }
    });
    distinct
}

/// Makes one period of the last two days: `DU 01/04/26 AU 30/04/26`.
fn join_days(named: &mut Vec<NamedPeriod>) {
    if let [.., from, to] = named[..]
        && from.is_day()
        && to.is_day()
        && (1..LONGEST_PERIOD).contains(&(to.from - from.from))
    {
        named.truncate(named.len() - 2);
        named.push(NamedPeriod { from: from.from, to: to.to, role: DateRole::Any });
    }
}

/// What the words before a date say.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    role: Option<DateRole>,
    of_a_period: bool,
}

impl Text<'_> {
    /// Adds what is named from this atom on; gives the last atom of it.
    fn date_at(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        if self.taken[at] {
            return None;
        }
        if !self.atoms[at].digits {
            return self
                .months(at, named)
                .or_else(|| self.week(at, named))
                .or_else(|| self.quarter_word_first(at, named));
        }
        if let Some(last) = self.quarter_number_first(at, named).or_else(|| self.day_of_month_word(at, named)) {
            return Some(last);
        }
        if self.is_part_of_another_number(at) {
            return None;
        }
        self.three_numbers(at, named).or_else(|| self.two_numbers(at, named)).or_else(|| self.one_number(at, named))
    }

    // What stands where.

    fn word(&self, at: usize) -> Option<&str> {
        let atom = self.atoms.get(at).filter(|a| !a.digits)?;
        Some(atom.text(self.folded))
    }

    fn digits(&self, at: usize) -> Option<&str> {
        let atom = self.atoms.get(at).filter(|a| a.digits && !self.taken[at])?;
        Some(atom.text(self.folded))
    }

    /// A number of one or two digits.
    fn small(&self, at: usize) -> Option<u32> {
        self.digits(at).filter(|d| d.len() <= 2)?.parse().ok()
    }

    /// What stands between an atom and the one before.
    fn gap(&self, at: usize) -> &str {
        match (self.atoms.get(at.wrapping_sub(1)), self.atoms.get(at)) {
            (Some(before), Some(atom)) => &self.folded[before.end..atom.start],
            _ => "",
        }
    }

    fn is_near(&self, at: usize) -> bool {
        at < self.atoms.len() && self.gap(at).len() <= WIDEST_GAP
    }

    /// A year of four digits, or of two, that may be meant.
    fn year(&self, at: usize) -> Option<i32> {
        let digits = self.digits(at)?;
        let year: i32 = digits.parse().ok()?;
        let year = match digits.len() {
            4 => year,
            2 => 2000 + year,
            _ => return None,
        };
        let glued = self.atoms.get(at + 1).is_some_and(|next| next.glued);
        (!glued && self.is_plausible(year)).then_some(year)
    }

    fn is_plausible(&self, year: i32) -> bool {
        (self.day.year() - YEARS.0..=self.day.year() + YEARS.1).contains(&year)
    }

    /// The year behind an atom that names a month, a quarter or a week, if there is one: `JUNI 2026`, `JUN 26`, `Q2/26`.
    fn year_behind(&self, last: usize) -> Option<(usize, i32)> {
        let year = self.year(last + 1).filter(|_| self.is_near(last + 1))?;
        // `04/26/2026` or `JUNE 26, 2026`: a day.
        let another = self.is_near(last + 2) && self.year(last + 2).is_some();
        (!another).then_some((last + 1, year))
    }

    fn before(&self, at: usize) -> Before {
        let mut before = Before::default();
        for n in 1..=WORDS_BEFORE.min(at) {
            let Some(word) = self.word(at - n) else { break };
            if self.gap(at + 1 - n).len() > WIDEST_GAP + 1 {
                break;
            }
            if words::is_due(word) {
                before.role = Some(DateRole::Due);
            } else if n <= 2 && words::is_issue(word) && before.role.is_none() {
                before.role = Some(DateRole::Issue);
            }
            before.of_a_period |= words::is_of_a_period(word);
        }
        before
    }

    /// Whether this atom continues a number, or is glued to letters, or belongs to a telephone number.
    fn is_part_of_another_number(&self, at: usize) -> bool {
        let cue = |word: &str| words::is_issue(word) || words::is_due(word);
        let glued = self.atoms[at].glued && !self.word(at.wrapping_sub(1)).is_some_and(cue);
        let telephone = (1..=WORDS_BEFORE.min(at)).any(|n| self.word(at - n).is_some_and(words::is_telephone));
        glued || telephone || self.folded[..self.atoms[at].start].ends_with('+')
    }

    /// Whether a number goes on before or behind these atoms with the same separator: `01.02.2026.17`, `06/12/05/26`.
    fn goes_on(&self, first: usize, last: usize, separator: &str) -> bool {
        let joined = |at: usize| self.gap(at) == separator && self.atoms.get(at).is_some_and(|a| a.digits);
        let before = first > 0 && self.atoms[first - 1].digits && self.gap(first) == separator;
        before || joined(last + 1) || self.atoms.get(last + 1).is_some_and(|next| next.glued)
    }

    /// Whether what stands between two dates says *from* the one *to* the other.
    fn reaches(&self, behind: usize, at: usize) -> bool {
        match at - behind {
            0 => self.gap(at).trim() == "-",
            1 => self.word(behind).is_some_and(words::is_to),
            _ => false,
        }
    }

    // What is named.

    fn push_day(&self, date: NaiveDate, role: Option<DateRole>, named: &mut Vec<NamedPeriod>) {
        let own = (date - self.day).num_days().abs() <= OWN_DATE;
        if !own || role == Some(DateRole::Due) {
            let day = date.num_days_from_ce();
            named.push(NamedPeriod { from: day, to: day, role: role.unwrap_or(DateRole::Any) });
        }
    }

    fn push_period(&self, from: NaiveDate, until: Option<NaiveDate>, at: usize, named: &mut Vec<NamedPeriod>) {
        let Some(until) = until else { return };
        let role = match self.before(at).role {
            Some(DateRole::Due) => DateRole::Due,
            _ => DateRole::Any,
        };
        named.push(NamedPeriod { from: from.num_days_from_ce(), to: until.num_days_from_ce() - 1, role });
    }

    fn push_month(&self, year: i32, month: u32, at: usize, named: &mut Vec<NamedPeriod>) -> Option<()> {
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        self.push_period(from, from.checked_add_months(Months::new(1)), at, named);
        Some(())
    }

    /// The latest year in which a date lies before the payment, or a little after.
    fn nearest(&self, of_year: impl Fn(i32) -> Option<NaiveDate>, ahead: u64) -> Option<NaiveDate> {
        let latest = self.day.checked_add_days(Days::new(ahead))?;
        let year = latest.year();
        (0..=1).filter_map(|back| of_year(year - back)).find(|date| *date <= latest)
    }

    fn date(&self, year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        let year = if year < 100 { 2000 + year } else { year };
        NaiveDate::from_ymd_opt(year, month, day).filter(|_| self.is_plausible(year))
    }

    /// `01.02.2026`, `24/11/25`, `2026-02-01`, `1. 5. 2026`, `01 02 2026`.
    fn three_numbers(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        let (first, second, third) = (self.digits(at)?, self.digits(at + 1)?, self.digits(at + 2)?);
        let gap = self.gap(at + 1);
        let separator = if gap == ". " { "." } else { gap };
        if !matches!(separator, "." | "/" | "-" | " ") || first.len().max(second.len()).max(third.len()) > 4 {
            return None;
        }
        if (self.gap(at + 2) != gap && self.gap(at + 2) != separator) || self.goes_on(at, at + 2, separator) {
            return None;
        }
        let lengths = (first.len(), second.len(), third.len());
        let number = |text: &str| text.parse::<u32>().ok();
        let (a, b, c) = (number(first)?, number(second)?, number(third)?);
        let year = |n: u32| i32::try_from(n).ok();
        let date = match (lengths, separator) {
            ((4, 1..=2, 1..=2), "." | "/" | "-") => self.date(year(a)?, b, c),
            ((2, 2, 4), " ") => self.date(year(c)?, b, a),
            ((1..=2, 1..=2, 2 | 4), "." | "/" | "-") => {
                let american = || self.date(year(c)?, a, b).filter(|_| separator == "/");
                let year_first = || self.date(year(a)?, b, c).filter(|_| separator == "-" && lengths.0 == 2);
                self.date(year(c)?, b, a).or_else(american).or_else(year_first)
            }
            _ => None,
        }?;
        self.push_day(date, self.before(at).role, named);
        Some(at + 2)
    }

    /// `06/2026`, `06.2026`, `2026-06`, `04/26`, and behind a word of dates `VOM 01.02.`, `DU 24/11`.
    fn two_numbers(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        let (first, second) = (self.digits(at)?, self.digits(at + 1)?);
        let separator = self.gap(at + 1);
        if !matches!(separator, "." | "/" | "-")
            || self.goes_on(at, at + 1, separator)
            || self.word(at + 2).is_some_and(words::is_currency)
        {
            return None;
        }
        let is_month = |n: &u32| (1..=12).contains(n);
        match (first.len(), second.len()) {
            (1..=2, 4) => self.push_month(self.year(at + 1)?, self.small(at).filter(is_month)?, at, named)?,
            (4, 2) => self.push_month(self.year(at)?, self.small(at + 1).filter(is_month)?, at, named)?,
            (1..=2, 1..=2) => {
                let (a, b) = (self.small(at)?, self.small(at + 1)?);
                let before = self.before(at);
                let date = before.role.and_then(|role| {
                    let ahead = if role == DateRole::Due { 2 * AHEAD } else { 0 };
                    self.nearest(|year| NaiveDate::from_ymd_opt(year, b, a), ahead)
                });
                if let Some(date) = date {
                    self.push_day(date, before.role, named);
                } else {
                    let near = |year: &i32| (year - self.day.year()).abs() <= 1;
                    let year = self.year(at + 1).filter(near).filter(|_| separator == "/" && first.len() == 2)?;
                    self.push_month(year, Some(a).filter(is_month)?, at, named)?;
                }
            }
            _ => return None,
        }
        Some(at + 1)
    }

    /// `01052026`, `20260501`, `010526`; behind a word of dates `260501`, and behind a word of periods `202605`.
    fn one_number(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        let digits = self.digits(at).filter(|d| matches!(d.len(), 6 | 8))?;
        if self.atoms.get(at + 1).is_some_and(|next| next.glued) || self.is_in_groups(at) {
            return None;
        }
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
        let year = |from: usize, to: usize| i32::try_from(part(from, to)?).ok();
        let before = self.before(at);
        let date = match digits.len() {
            8 => {
                let day_first = || self.date(year(4, 8)?, part(2, 4)?, part(0, 2)?);
                day_first().or_else(|| self.date(year(0, 4)?, part(4, 6)?, part(6, 8)?))
            }
            6 => {
                let day_first = || self.date(year(4, 6)?, part(2, 4)?, part(0, 2)?);
                let year_first = || self.date(year(0, 2)?, part(2, 4)?, part(4, 6)?).filter(|_| before.role.is_some());
                day_first().or_else(year_first)
            }
            _ => None,
        };
        if let Some(date) = date {
            self.push_day(date, before.role, named);
        } else {
            let month = part(4, 6).filter(|_| digits.len() == 6 && before.of_a_period)?;
            let year = year(0, 4).filter(|year| self.is_plausible(*year))?;
            self.push_month(year, month, at, named)?;
        }
        Some(at)
    }

    /// Whether a run of digits is one group of a longer number: `030 010526`, `1234 010526`. What is cited is apart from it.
    fn is_in_groups(&self, at: usize) -> bool {
        let joins = |at: usize| matches!(self.gap(at), " " | "-" | "." | "/" | ",");
        let group = |n: usize| self.atoms.get(n).is_some_and(|a| a.digits) && !self.taken[n];
        let short = |n: usize| self.digits(n).is_some_and(|d| d.len() < 5 || d.starts_with('0'));
        let before = at > 0 && joins(at) && group(at - 1) && short(at - 1);
        before || (joins(at + 1) && group(at + 1))
    }

    /// `3 JUIN 2026`, `1. Mai 2026`, `1ER JUIN 2026`; without a year behind a word of dates only.
    fn day_of_month_word(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        let day = self.small(at).filter(|_| !self.atoms[at].glued)?;
        let ordinal = self.word(at + 1).is_some_and(words::is_ordinal) && self.atoms[at + 1].glued;
        let at_word = if ordinal { at + 2 } else { at + 1 };
        let (month, _) = words::month(self.word(at_word)?).filter(|_| self.is_near(at_word))?;
        let role = self.before(at).role;
        let (last, date) = match self.year_behind(at_word) {
            Some((last, year)) => (last, NaiveDate::from_ymd_opt(year, month, day)?),
            None if role.is_some() => {
                (at_word, self.nearest(|year| NaiveDate::from_ymd_opt(year, month, day), 2 * AHEAD)?)
            }
            None => return None,
        };
        self.push_day(date, role, named);
        Some(last)
    }

    /// `JUNI 2026`, `JUIN`, `MAI/JUIN 2026`, `JAN - MAR 2026`, `JUNE 26, 2026`.
    fn months(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        let mut list: Vec<(u32, bool)> = vec![(words::month(self.word(at)?)?.0, false)];
        let mut last = at;
        while list.len() < LONGEST_LIST {
            let Some((next, month, range)) = self.next_month(last) else { break };
            list.push((month, range));
            last = next;
        }
        if let Some((last, date)) = self.day_behind_month(at) {
            self.push_day(date, self.before(at).role, named);
            return Some(last);
        }
        let year = self.year_behind(last);
        if year.is_none() && !self.is_meant(at, last) {
            return None;
        }
        let of_year = |year, month| NaiveDate::from_ymd_opt(year, month, 1);
        let mut end: Option<NaiveDate> = None;
        // From the last, which carries the year, to the first: each lies before the one behind it.
        let mut starts: Vec<NaiveDate> = Vec::new();
        for (month, _) in list.iter().rev() {
            let start = match (end, year) {
                (Some(end), _) => (0..=1).filter_map(|back| of_year(end.year() - back, *month)).find(|d| *d <= end)?,
                (None, Some((_, year))) => of_year(year, *month)?,
                (None, None) => self.nearest(|year| of_year(year, *month), AHEAD)?,
            };
            end = Some(start);
            starts.push(start);
        }
        starts.reverse();
        let mut from = starts[0];
        for n in 0..starts.len() {
            let goes_on = list.get(n + 1).is_some_and(|(_, range)| *range);
            if !goes_on {
                self.push_period(from, starts[n].checked_add_months(Months::new(1)), at, named);
                from = starts.get(n + 1).copied().unwrap_or(from);
            }
        }
        Some(year.map_or(last, |(at, _)| at))
    }

    /// The month that follows one in a list: its place, the month, and whether all between are meant.
    fn next_month(&self, last: usize) -> Option<(usize, u32, bool)> {
        let month = |at: usize| self.word(at).and_then(words::month).map(|(month, _)| month);
        if let Some(found) = month(last + 1) {
            let gap = self.gap(last + 1).trim();
            return matches!(gap, "/" | "-" | "+" | "&" | ",").then_some((last + 1, found, gap == "-"));
        }
        let word = self.word(last + 1)?;
        let found = month(last + 2).filter(|_| words::is_and(word) || words::is_to(word))?;
        Some((last + 2, found, words::is_to(word)))
    }

    /// `JUNE 26, 2026`: a day behind the month, and a year of four digits behind it.
    fn day_behind_month(&self, at: usize) -> Option<(usize, NaiveDate)> {
        let (month, _) = words::month(self.word(at)?)?;
        let day = self.small(at + 1).filter(|_| self.is_near(at + 1))?;
        let year =
            self.year(at + 2).filter(|_| self.is_near(at + 2) && self.digits(at + 2).is_some_and(|d| d.len() == 4))?;
        Some((at + 2, NaiveDate::from_ymd_opt(year, month, day)?))
    }

    /// Whether months without a year are meant as such.
    fn is_meant(&self, at: usize, last: usize) -> bool {
        let Some((word, (_, needs))) = self.word(at).and_then(|w| Some((w, words::month(w)?))) else { return false };
        let glued = |at: usize| self.atoms.get(at).is_some_and(|a| a.glued);
        if glued(at) || glued(last + 1) || contains(&fold(self.payer), word) {
            return false;
        }
        let cued = self.before(at).of_a_period || last > at;
        let placed = || {
            let number = at > 0 && self.atoms[at - 1].digits && self.gap(at).len() <= WIDEST_GAP;
            number || at == 0 || last + 1 == self.atoms.len()
        };
        match needs {
            Needs::Nothing => true,
            Needs::Place => cued || placed(),
            Needs::Year => cued,
        }
    }

    /// `KW 23`, `WEEK 23/2026`, `SEMAINE 23`.
    fn week(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        self.word(at).filter(|word| words::is_week(word))?;
        let week = self.small(at + 1).filter(|_| self.is_near(at + 1))?;
        let year = self.year_behind(at + 1);
        let of_year = |year| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon);
        let start = match year {
            Some((_, year)) => of_year(year)?,
            None => self.nearest(of_year, AHEAD)?,
        };
        self.push_period(start, start.checked_add_days(Days::new(7)), at, named);
        Some(year.map_or(at + 1, |(last, _)| last))
    }

    /// `Q2 2026`, `Q2`, `T2 2026`, `QUARTAL 2/2026`.
    fn quarter_word_first(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        let word = self.word(at).filter(|word| matches!(*word, "Q" | "T") || words::is_quarter(word))?;
        let quarter = self.quarter(at + 1).filter(|_| self.gap(at + 1).len() <= 1)?;
        let year = self.year_behind(at + 1);
        // A letter and a figure may be anything: a size, a gate. Only the quarter's own letter does without a year.
        if (word == "T" && year.is_none()) || (year.is_none() && self.atoms.get(at + 2).is_some_and(|a| a.glued)) {
            return None;
        }
        self.push_quarter(quarter, year, at, named)?;
        Some(year.map_or(at + 1, |(last, _)| last))
    }

    /// `2Q 2026`, `2. QUARTAL`, `2E TRIMESTRE 2026`.
    fn quarter_number_first(&self, at: usize, named: &mut Vec<NamedPeriod>) -> Option<usize> {
        let quarter = self.quarter(at).filter(|_| !self.atoms[at].glued)?;
        let glued = self.atoms.get(at + 1).is_some_and(|a| a.glued);
        let word = self.word(at + 1).filter(|_| self.is_near(at + 1))?;
        let (last, needs_year) = if glued && matches!(word, "Q" | "T") {
            (at + 1, true)
        } else if words::is_quarter(word) {
            (at + 1, false)
        } else {
            let ordinal = glued && words::is_ordinal(word);
            self.word(at + 2).filter(|word| ordinal && words::is_quarter(word))?;
            (at + 2, false)
        };
        let year = self.year_behind(last);
        if needs_year && year.is_none() {
            return None;
        }
        self.push_quarter(quarter, year, at, named)?;
        Some(year.map_or(last, |(last, _)| last))
    }

    fn quarter(&self, at: usize) -> Option<u32> {
        self.digits(at).filter(|d| d.len() == 1)?.parse().ok().filter(|n| (1..=4).contains(n))
    }

    fn push_quarter(
        &self,
        quarter: u32,
        year: Option<(usize, i32)>,
        at: usize,
        named: &mut Vec<NamedPeriod>,
    ) -> Option<()> {
        let of_year = |year| NaiveDate::from_ymd_opt(year, 3 * quarter - 2, 1);
        let start = match year {
            Some((_, year)) => of_year(year)?,
            None => self.nearest(of_year, AHEAD)?,
        };
        self.push_period(start, start.checked_add_months(Months::new(3)), at, named);
        Some(())
    }
}

/// Whether a word stands in a text as a whole.
fn contains(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word)
}
