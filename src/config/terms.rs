//! How payment terms are read where the wording leaves it open.

use serde::{Deserialize, Serialize};

use crate::model::Reading;

/// What holds of payment terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TermsPolicy {
    /// How "45 jours fin de mois" is read: `days_first` (45 days, then the end of that month) or `month_first` (the end of the
    /// month, then 45 days). Both are lawful in France (Code de commerce L441-10). Default `days_first`. A list whose due dates
    /// show one of the two is read in that way whatever is set.
    pub end_of_month: Reading,
}
