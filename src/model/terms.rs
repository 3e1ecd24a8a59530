//! Payment terms as rules: when an invoice is due, and until when it may be paid with a discount.
//!
//! The rule is kept beside the date, because one wording has two dates: "45 jours fin de mois" (Code de commerce L441-10) may be
//! read as forty-five days and then the end of that month, or as the end of the invoice's month and then forty-five days. Both
//! readings are lawful, and for forty-five days they never agree.

use std::fmt;

use chrono::{Datelike as _, Days, Months, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Where the end of the month stands in a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EndOfMonth {
    /// Nowhere.
    #[default]
    None,
    /// The days are counted first, and the end of the month in which they end is taken.
    DaysFirst,
    /// The end of the invoice's month is taken first, and the days are counted from there.
    MonthFirst,
    /// The wording allows both: the contract, or a setting, has to say.
    Either,
}

/// How the wording that allows both is read; in configurations `days_first` and `month_first`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Days, then the end of that month.
    #[default]
    DaysFirst,
    /// End of the month, then the days.
    MonthFirst,
}

/// When something is due, counted from the date of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DueRule {
    /// Whole months.
    pub months: u8,
    /// Days.
    pub days: u16,
    /// Whether, and where, the end of a month is taken.
    pub end_of_month: EndOfMonth,
    /// The day of the month on which it is due, on or after what the rest of the rule gives; 0: none.
    pub day: u8,
}

impl DueRule {
    /// The day on which a document is due; `None` beyond the calendar.
    pub fn due(self, issued: NaiveDate, reading: Reading) -> Option<NaiveDate> {
        let later = |from: NaiveDate| {
            from.checked_add_months(Months::new(self.months.into()))?.checked_add_days(Days::new(self.days.into()))
        };
        let month_first = match self.end_of_month {
            EndOfMonth::None => return on_day(later(issued)?, self.day),
            EndOfMonth::DaysFirst => false,
            EndOfMonth::MonthFirst => true,
            EndOfMonth::Either => reading == Reading::MonthFirst,
        };
        let due = if month_first { later(end_of_month(issued)?)? } else { end_of_month(later(issued)?)? };
        on_day(due, self.day)
    }

    /// Whether the two readings can give different days.
    pub fn has_two_readings(self) -> bool {
        self.end_of_month == EndOfMonth::Either
    }

    /// The rule as it counts under a reading: nothing in it is open any more.
    #[must_use]
    pub fn settled(self, reading: Reading) -> Self {
        let end_of_month = match (self.end_of_month, reading) {
            (EndOfMonth::Either, Reading::DaysFirst) => EndOfMonth::DaysFirst,
            (EndOfMonth::Either, Reading::MonthFirst) => EndOfMonth::MonthFirst,
            (known, _) => known,
        };
        Self { end_of_month, ..self }
    }
}

/// English: `45 days, then end of month`.
impl fmt::Display for DueRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut span = Vec::new();
        if self.months > 0 {
            span.push(format!("{} month{}", self.months, if self.months == 1 { "" } else { "s" }));
        }
        if self.days > 0 || (self.months == 0 && self.end_of_month == EndOfMonth::None) {
            span.push(format!("{} day{}", self.days, if self.days == 1 { "" } else { "s" }));
        }
        let span = span.join(" and ");
        match self.end_of_month {
            EndOfMonth::None => f.write_str(&span)?,
            _ if span.is_empty() => f.write_str("end of month")?,
            EndOfMonth::DaysFirst => write!(f, "{span}, then end of month")?,
            EndOfMonth::MonthFirst => write!(f, "end of month, then {span}")?,
            EndOfMonth::Either => write!(f, "{span} end of month")?,
        }
        match self.day {
            0 => Ok(()),
            day => write!(f, ", on day {day}"),
        }
    }
}

/// A reduction for paying within some days of the document's date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlyPayment {
    /// Percent of the gross amount.
    pub percent: Decimal,
    /// Days from the date of the document.
    pub days: u16,
}

/// What a wording says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// When it is due, if the wording says.
    pub due: Option<DueRule>,
    /// A discount for early payment, if there is one.
    pub discount: Option<EarlyPayment>,
}

fn end_of_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// The next such day of a month, on or after a date. A month that is too short gives its last day.
fn on_day(date: NaiveDate, day: u8) -> Option<NaiveDate> {
    if day == 0 {
        return Some(date);
    }
    let within = |month: NaiveDate| month.with_day(day.into()).or_else(|| end_of_month(month));
    match within(date)? {
        this if this >= date => Some(this),
        _ => within(date.with_day(1)?.checked_add_months(Months::new(1))?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn rule(days: u16, end_of_month: EndOfMonth) -> DueRule {
        DueRule { days, end_of_month, ..DueRule::default() }
    }

    /// Dates worked out by hand for both readings of forty-five and of thirty days, and for sixty days net.
    #[test]
    fn both_readings_of_the_end_of_the_month() {
        let table = [
            ("2026-01-01", "2026-03-17", "2026-02-28", "2026-01-31", "2026-03-02", "2026-03-02"),
            ("2026-01-15", "2026-03-17", "2026-03-31", "2026-02-28", "2026-03-02", "2026-03-16"),
            ("2026-01-31", "2026-03-17", "2026-03-31", "2026-03-31", "2026-03-02", "2026-04-01"),
            ("2026-02-10", "2026-04-14", "2026-03-31", "2026-03-31", "2026-03-30", "2026-04-11"),
            ("2026-03-10", "2026-05-15", "2026-04-30", "2026-04-30", "2026-04-30", "2026-05-09"),
            ("2026-03-17", "2026-05-15", "2026-05-31", "2026-04-30", "2026-04-30", "2026-05-16"),
            ("2026-12-01", "2027-02-14", "2027-01-31", "2026-12-31", "2027-01-30", "2027-01-30"),
            ("2028-01-31", "2028-03-16", "2028-03-31", "2028-03-31", "2028-03-01", "2028-03-31"),
        ];
        for (issued, month_45, days_45, days_30, month_30, net_60) in table {
            let due = |days, reading| rule(days, EndOfMonth::Either).due(day(issued), reading).unwrap();
            assert_eq!(due(45, Reading::MonthFirst), day(month_45), "{issued}");
            assert_eq!(due(45, Reading::DaysFirst), day(days_45), "{issued}");
            assert_eq!(due(30, Reading::DaysFirst), day(days_30), "{issued}");
            assert_eq!(due(30, Reading::MonthFirst), day(month_30), "{issued}");
            let net = rule(60, EndOfMonth::None);
            for reading in [Reading::DaysFirst, Reading::MonthFirst] {
                assert_eq!(net.due(day(issued), reading), Some(day(net_60)), "{issued}");
            }
        }
    }

    #[test]
    fn the_readings_of_45_days_never_agree_in_four_years() {
        let days = day("2026-01-01").iter_days().take(1461);
        let differ = |n| {
            days.clone()
                .filter(|d| {
                    let due = |reading| rule(n, EndOfMonth::Either).due(*d, reading);
                    due(Reading::DaysFirst) != due(Reading::MonthFirst)
                })
                .count()
        };
        assert_eq!((differ(45), differ(30)), (1461, 981));
    }

    #[test]
    fn a_day_of_the_month_is_on_or_after() {
        let le_15 = DueRule { days: 30, end_of_month: EndOfMonth::Either, day: 15, ..DueRule::default() };
        assert_eq!(le_15.due(day("2026-01-10"), Reading::DaysFirst), Some(day("2026-03-15")));
        let le_10 = DueRule { days: 30, day: 10, ..DueRule::default() };
        assert_eq!(le_10.due(day("2026-05-11"), Reading::DaysFirst), Some(day("2026-06-10")));
        assert_eq!(le_10.due(day("2026-05-12"), Reading::DaysFirst), Some(day("2026-07-10")));
        let le_31 = DueRule { day: 31, ..DueRule::default() };
        assert_eq!(le_31.due(day("2026-02-10"), Reading::DaysFirst), Some(day("2026-02-28")));
        assert_eq!(rule(u16::MAX, EndOfMonth::None).due(NaiveDate::MAX, Reading::DaysFirst), None);
    }

    #[test]
    fn a_rule_reads_as_a_sentence() {
        assert_eq!(rule(45, EndOfMonth::DaysFirst).to_string(), "45 days, then end of month");
        assert_eq!(rule(45, EndOfMonth::Either).settled(Reading::MonthFirst).to_string(), "end of month, then 45 days");
        assert_eq!(DueRule { months: 2, day: 10, ..DueRule::default() }.to_string(), "2 months, on day 10");
        assert_eq!(rule(0, EndOfMonth::None).to_string(), "0 days");
        assert_eq!(rule(0, EndOfMonth::DaysFirst).to_string(), "end of month");
    }
}
