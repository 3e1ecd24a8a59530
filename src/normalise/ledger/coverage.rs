//! Days of which a statement tells the whole.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::delivered::Delivered;
use crate::model::StatementKind;

/// For each account, the days that its statements tell of whole: first and last of each stretch, in order and apart.
#[derive(Debug, Default)]
pub(super) struct Coverage(BTreeMap<u32, Vec<(NaiveDate, NaiveDate)>>);

impl Coverage {
    pub(super) fn of(delivered: &[Delivered]) -> Self {
        let mut days: BTreeMap<u32, Vec<(NaiveDate, NaiveDate)>> = BTreeMap::new();
        for one in delivered.iter().filter(|d| d.kind() == StatementKind::Statement) {
            if let (Some(account), Some(whole)) = (one.account, one.whole_days()) {
                days.entry(account).or_default().push(whole);
            }
        }
        for stretches in days.values_mut() {
            stretches.sort_unstable();
            let mut apart: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(stretches.len());
            for (from, to) in stretches.drain(..) {
                match apart.last_mut().filter(|last| from <= last.1) {
                    Some(last) => last.1 = last.1.max(to),
                    None => apart.push((from, to)),
                }
            }
            *stretches = apart;
        }
        Self(days)
    }

    /// Whether a statement tells of this day, and of all of it.
    pub(super) fn has(&self, account: Option<u32>, day: NaiveDate) -> bool {
        let Some(stretches) = account.and_then(|a| self.0.get(&a)) else { return false };
        let behind = stretches.partition_point(|(from, _)| *from <= day);
        behind > 0 && day <= stretches[behind - 1].1
    }
}
