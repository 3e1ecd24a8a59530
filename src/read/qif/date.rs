//! Dates of QIF: the format does not say their order, so the file must tell it.

use chrono::{Datelike, NaiveDate};

use crate::model::Note;
use crate::model::NoteKind;
use crate::read::csv::date::{self, DateOrder};

/// The orders that a date without a four-digit year in front can have.
pub(super) const ORDERS: [Order; 3] = [Order::DayMonthYear, Order::MonthDayYear, Order::YearMonthDay];

/// The order of a date's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayMonthYear,
    MonthDayYear,
    /// With two digits for the year.
    YearMonthDay,
}

impl Order {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::DayMonthYear => "day first (DD/MM/YYYY)",
            Self::MonthDayYear => "month first (MM/DD/YYYY)",
            Self::YearMonthDay => "year first (YY/MM/DD)",
        }
    }
}

impl From<DateOrder> for Order {
    fn from(order: DateOrder) -> Self {
        match order {
            DateOrder::DayMonthYear => Self::DayMonthYear,
            DateOrder::MonthDayYear => Self::MonthDayYear,
            DateOrder::YearMonthDay => Self::YearMonthDay,
        }
    }
}

/// A date as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// One reading only: four digits of year in front, or the month in letters. `None`: no such day.
    Sure(Option<NaiveDate>),
    /// Three numbers and their lengths. `'` before the last, as Quicken writes it, means a year from 2000 on.
    Open { numbers: [u32; 3], lengths: [usize; 3], this_century: bool },
}

/// Takes a date apart: `12/25/2019`, `25.12.19`, `1/ 5'05`, `2019-12-25`, `5 Dec 2019`. `None` for what is no date.
pub(super) fn written(text: &str) -> Option<Written> {
    let Some((numbers, lengths, this_century)) = numbers(text) else {
        // Months in letters, eight digits without separators.
        return match date::written(text)? {
            date::Written::Plain { year, month, day, .. } => {
                Some(Written::Sure(NaiveDate::from_ymd_opt(year, month, day)))
            }
            date::Written::Open { .. } => None,
        };
    };
    if lengths[0] == 4 {
        let year = i32::try_from(numbers[0]).ok()?;
        return (lengths[1] <= 2 && lengths[2] <= 2)
            .then(|| Written::Sure(NaiveDate::from_ymd_opt(year, numbers[1], numbers[2])));
    }
    let small = lengths[0] <= 2 && lengths[1] <= 2 && matches!(lengths[2], 1 | 2 | 4);
    small.then_some(Written::Open { numbers, lengths, this_century })
}

/// Three numbers with one separator each between them; Quicken pads with blanks.
fn numbers(text: &str) -> Option<([u32; 3], [usize; 3], bool)> {
    let (mut numbers, mut lengths, mut this_century) = ([0; 3], [0; 3], false);
    let mut rest = text.trim();
    for n in 0..3 {
        if n > 0 {
            let separator = rest.chars().next().filter(|c| matches!(c, '/' | '-' | '.' | '\'' | ' '))?;
            this_century |= n == 2 && separator == '\'';
            rest = rest[1..].trim_start();
        }
        let end = rest.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
        if !(1..=4).contains(&end) {
            return None;
        }
        // Four digits fit.
        (numbers[n], lengths[n]) = (rest[..end].parse().ok()?, end);
        rest = rest[end..].trim_start();
    }
    rest.is_empty().then_some((numbers, lengths, this_century))
}

impl Written {
    /// The day in an order; `None` where there is none.
    pub(super) fn day(self, order: Order) -> Option<NaiveDate> {
        let (numbers, lengths, this_century) = match self {
            Self::Sure(day) => return day,
            Self::Open { numbers, lengths, this_century } => (numbers, lengths, this_century),
        };
        let [a, b, c] = numbers;
        // As in the tables of banks: 70 to 99 belong to the last century.
        let two = |n: u32| if n >= 70 && !this_century { 1900 + n } else { 2000 + n };
        let year = match (order, lengths[2]) {
            (Order::YearMonthDay, 1 | 2) if lengths[0] == 2 && !this_century => two(a),
            (Order::DayMonthYear | Order::MonthDayYear, 2) => two(c),
            (Order::DayMonthYear | Order::MonthDayYear, 1) if this_century => two(c),
            (Order::DayMonthYear | Order::MonthDayYear, 4) => c,
            _ => return None,
        };
        let (month, day) = match order {
            Order::DayMonthYear => (b, a),
            Order::MonthDayYear => (a, b),
            Order::YearMonthDay => (b, c),
        };
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }
}

/// What the dates of a file say about their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Orders {
    dates: u64,
    /// Dates that do not exist in each order.
    invalid: [u64; 3],
    /// Whether two orders give different days somewhere: first and second, first and third, second and third.
    differ: [bool; 3],
    sorted: [Sorted; 3],
    /// The first dates that can be read in two ways, with their lines.
    pub(super) open: Vec<u32>,
}

/// Whether days come in one direction, and how far apart they lie.
#[derive(Clone, Copy, Debug, Default)]
struct Sorted {
    span: Option<(NaiveDate, NaiveDate)>,
    last: Option<NaiveDate>,
    ups: u64,
    downs: u64,
}

/// Lines of dates that are named in an error.
const NAMED: usize = 3;

/// Pairs of orders, as in [`Orders::differ`].
const PAIRS: [(usize, usize); 3] = [(0, 1), (0, 2), (1, 2)];

impl Orders {
    /// Looks at one date.
    pub(super) fn see(&mut self, date: Written, line: u32) {
        let Written::Open { .. } = date else { return };
        self.dates += 1;
        let days = ORDERS.map(|order| date.day(order));
        let mut is_open = false;
        for (n, (a, b)) in PAIRS.into_iter().enumerate() {
            let differ = days[a].is_some() && days[b].is_some() && days[a] != days[b];
            self.differ[n] |= differ;
            is_open |= differ;
        }
        if is_open && self.open.len() < NAMED {
            self.open.push(line);
        }
        for (n, day) in days.into_iter().enumerate() {
            let Some(day) = day else {
                self.invalid[n] += 1;
                continue;
            };
            let sorted = &mut self.sorted[n];
            sorted.span = Some(sorted.span.map_or((day, day), |(from, to)| (from.min(day), to.max(day))));
            if let Some(last) = sorted.last.replace(day) {
                sorted.ups += u64::from(day > last);
                sorted.downs += u64::from(day < last);
            }
        }
    }

    /// The next account begins: its days need not follow those of the last.
    pub(super) fn next_account(&mut self) {
        for sorted in &mut self.sorted {
            sorted.last = None;
        }
    }

    /// The order, and what is to be said of it; `None` where it cannot be told.
    pub(super) fn decide(&self, comma: bool) -> Option<(Order, Option<Note>)> {
        if self.dates == 0 {
            return Some((Order::DayMonthYear, None));
        }
        let least = self.invalid.into_iter().min().unwrap_or(0);
        let mut alive: Vec<usize> = (0..3).filter(|n| self.invalid[*n] == least).collect();
        self.year_first_or_last(&mut alive);
        let found = |at: usize, why: &str| {
            let text = format!("dates {}{why}", ORDERS[at].name());
            Some((ORDERS[at], Some(Note::new(NoteKind::Assumed, text))))
        };
        let decided = |alive: &[usize]| {
            PAIRS.iter().enumerate().all(|(n, (a, b))| !(self.differ[n] && alive.contains(a) && alive.contains(b)))
        };
        // One order is left, or all that are left give the same days.
        if decided(&alive) {
            return found(alive[0], "");
        }
        let in_order = |n: &usize| {
            let s = &self.sorted[*n];
            s.ups + s.downs >= 2 && (s.ups == 0 || s.downs == 0)
        };
        let sorted: Vec<usize> = alive.iter().copied().filter(in_order).collect();
        if let [one] = sorted[..] {
            return found(one, ", because the rows are then in order");
        }
        if comma {
            alive.retain(|n| ORDERS[*n] != Order::MonthDayYear);
            if decided(&alive) && !alive.is_empty() {
                return found(alive[0], ", because the amounts are European");
            }
        }
        None
    }
}

/// How much closer together the days must lie for two digits in front to be the year.
const CLOSER_DAYS: i64 = 366;

impl Orders {
    /// `15/08/13` is nearly always 15 August 2013. That it is 13 August 2015 shows only in the whole: read the wrong way round,
    /// the days of a month lie decades apart.
    fn year_first_or_last(&self, alive: &mut Vec<usize>) {
        let span = |n: &usize| self.sorted[*n].span.map_or(0, |(from, to)| (to - from).num_days());
        let is_year_first = |n: &usize| ORDERS[*n] == Order::YearMonthDay;
        let first = alive.iter().find(|n| is_year_first(n)).map(span);
        let last = alive.iter().filter(|n| !is_year_first(n)).map(span).min();
        if let (Some(first), Some(last)) = (first, last) {
            let wanted = first + CLOSER_DAYS < last;
            alive.retain(|n| is_year_first(n) == wanted);
        }
    }
}

/// A year that no statement has is a date that was misread.
pub(super) fn is_plausible(day: NaiveDate) -> bool {
    (1900..=2200).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str, order: Order) -> String {
        written(text).and_then(|w| w.day(order)).map_or_else(|| "-".into(), |d| d.to_string())
    }

    fn decided(dates: &[&str], comma: bool) -> Option<Order> {
        let mut orders = Orders::default();
        for (n, date) in dates.iter().enumerate() {
            orders.see(written(date).unwrap(), n as u32 + 1);
        }
        orders.decide(comma).map(|(order, _)| order)
    }

    #[test]
    fn the_forms_of_the_wild_are_read() {
        use Order::*;
        for (text, order, expected) in [
            ("12/25/2019", MonthDayYear, "2019-12-25"),
            ("25.12.2019", DayMonthYear, "2019-12-25"),
            ("25.12.19", DayMonthYear, "2019-12-25"),
            ("2019-12-25", DayMonthYear, "2019-12-25"),
            ("1/ 5'05", MonthDayYear, "2005-01-05"),
            ("1/ 5' 5", MonthDayYear, "2005-01-05"),
            ("6/ 3/94", MonthDayYear, "1994-06-03"),
            ("1/5'95", DayMonthYear, "2095-05-01"),
            ("13/3/3", YearMonthDay, "2013-03-03"),
            ("13/3/3", DayMonthYear, "-"),
            ("5 Dec 2019", MonthDayYear, "2019-12-05"),
            ("20191225", MonthDayYear, "2019-12-25"),
            ("30/02/2019", DayMonthYear, "-"),
            ("1/2/3/4", DayMonthYear, "-"),
            ("soon", DayMonthYear, "-"),
        ] {
            assert_eq!(day(text, order), expected, "{text}");
        }
    }

    #[test]
    fn the_order_is_decided_by_the_file_or_not_at_all() {
        use Order::*;
        assert_eq!(decided(&["8/12/13", "8/15/13"], false), Some(MonthDayYear));
        assert_eq!(decided(&["12/8/13", "15/8/13"], false), Some(DayMonthYear));
        assert_eq!(decided(&["13/08/12", "13/3/3"], false), Some(YearMonthDay));
        assert_eq!(decided(&["13/08/12", "13/08/15", "13/08/31"], false), Some(YearMonthDay));
        assert_eq!(decided(&["15/08/13"], false), Some(DayMonthYear));
        assert_eq!(decided(&["3/3/2013"], false), Some(DayMonthYear));
        assert_eq!(decided(&["6/ 3/94", "6/ 3/94"], false), None);
        assert_eq!(decided(&["6/ 1/94", "6/ 2/94", "6/ 3/94"], false), None);
        assert_eq!(decided(&["06/01/2024", "07/01/2024", "01/02/2024"], false), Some(DayMonthYear));
        assert_eq!(decided(&["06/05/2024"], true), Some(DayMonthYear));
    }
}
