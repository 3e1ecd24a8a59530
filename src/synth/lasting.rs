//! Habits that last: who pays for whom, from where and under which name, month after month.
//!
//! The half year without months has strangers who come once. A company's year is not like that: the spouse who pays for a craftsman,
//! the parent company, the factor, the second account and the trade name that the master file does not have come again. Only such
//! things can be learned. They are made here for worlds that are told in months, and for no other.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::codes;
use super::kind::Story;
use super::names::{self, Tongue};
use super::rng::Rng;
use super::world::{Face, Family, Member, World};

/// Months that a world goes on after the last one that is told.
pub(super) const AFTER: u32 = 2;
/// Days overdue after which the accounting takes an invoice off its list that nobody pays: written off, or paid elsewhere.
pub(super) const WRITTEN_OFF: u64 = 90;
/// Factoring companies and paying agents of the world: each pays for several families.
const AGENTS: usize = 4;

/// In percent: families for which others pay in the habit, and of these the ones that go through an agent.
const WITH_THIRD_PARTY: u64 = 6;
const THROUGH_AGENT: u64 = 15;
/// Families whose banks take fees.
const WITH_FEES: u64 = 15;
/// Customers with a second account, or a trade name, that the master file does not have.
const WITH_SECOND_ACCOUNT: u64 = 60;
const WITH_TRADE_NAME: u64 = 10;
/// Payments of a third party that come from the one who always pays; the others come from somebody new.
const SAME_THIRD_PARTY: u64 = 85;
/// Payments whose payer is written as his bank always writes him.
const SAME_WORDING: u64 = 85;
/// How much likelier a story is in a family that has the habit; in others it is as much rarer.
const HABIT: u64 = 10;

/// What all families of a world share.
#[derive(Clone, Debug)]
pub(super) struct Lasting {
    agents: Vec<Face>,
}

impl Lasting {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let name =
            |n: usize| ["FACTOR NORD SA", "CREDIT AFFACTURAGE", "CENTRALE DE REGLEMENT", "PAYMENT SERVICES BV"][n];
        let agents = (0..AGENTS).map(|n| Face { name: name(n).to_string(), iban: codes::iban(rng, "FR") }).collect();
        Self { agents }
    }
}

/// What lasts of one customer.
#[derive(Clone, Debug, Default)]
pub(super) struct Habits {
    /// The name as its bank prints it.
    wording: String,
    second_account: Option<Box<str>>,
    trade_name: Option<String>,
    third_party: Option<Face>,
    /// Fee that its bank takes, in minor units, where the master file says none.
    pub(super) fee: Option<i64>,
}

/// The first day and the number of days of a world of so many months.
pub(super) fn span(months: u32) -> (NaiveDate, u64) {
    let start = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap_or_default();
    let end = start.checked_add_months(Months::new(months + AFTER)).unwrap_or(start + Days::new(365));
    (start, (end.num_days_from_ce() - start.num_days_from_ce()).unsigned_abs().into())
}

/// The weight of a story: what a family is in the habit of happens mostly there.
pub(super) fn weight(story: Story, family: &Family, weight: u64) -> u64 {
    let habit = match story {
        Story::ThirdParty | Story::AmountOnly => family.has_third_party,
        Story::FeeWithheld => family.has_fees,
        _ => return weight * HABIT,
    };
    weight * if habit { HABIT * HABIT } else { 1 }
}

impl World {
    /// Draws what lasts of a family; nothing where habits do not.
    pub(super) fn give_habits(&mut self, family: &mut Family) {
        let Some(lasting) = &self.lasting else { return };
        let rng = &mut self.rng;
        family.has_third_party = rng.percent(WITH_THIRD_PARTY);
        family.has_fees = rng.percent(WITH_FEES);
        let agent = (rng.percent(THROUGH_AGENT)).then(|| lasting.agents[rng.index(AGENTS)].clone());
        for member in &mut family.members {
            let tongue = member.tongue;
            member.habits = Habits {
                wording: names::printed(rng, &member.customer.name),
                second_account: rng.percent(WITH_SECOND_ACCOUNT).then(|| codes::iban(rng, tongue.country)),
                trade_name: rng.percent(WITH_TRADE_NAME).then(|| names::company(rng, tongue)),
                third_party: match &agent {
                    _ if !family.has_third_party => None,
                    Some(agent) => Some(agent.clone()),
                    None => Some(new_face(rng, tongue)),
                },
                fee: family.has_fees.then(|| rng.pick(&[500, 750, 1000, 1200, 1500, 2000, 2500])),
            };
        }
    }

    /// The day on which an invoice would have been paid that nobody pays. They lie as thick on the first day as on the last, so that the
    /// months are alike.
    pub(super) fn forgotten_since(&mut self) -> NaiveDate {
        let before = Days::new(WRITTEN_OFF);
        self.start - before + Days::new(self.rng.below(self.days + WRITTEN_OFF))
    }

    /// Name and account under which a customer's payment arrives, where habits last.
    pub(super) fn lasting_face(&mut self, member: &Member) -> Face {
        let rng = &mut self.rng;
        let other = member.customer.other_names.first().map(|name| name.to_string());
        let name = match other.or_else(|| member.habits.trade_name.clone()) {
            Some(other) if rng.percent(25) => other,
            _ if rng.percent(SAME_WORDING) => member.habits.wording.clone(),
            _ => names::printed(rng, &member.customer.name),
        };
        let iban = match rng.below(100) {
            0..=6 => match &member.habits.second_account {
                Some(second) => second.clone(),
                None => codes::iban(rng, member.tongue.country),
            },
            7..=10 => Box::default(),
            _ => member.account.clone(),
        };
        Face { name, iban }
    }

    /// Who pays for a customer without being one: mostly the same one, where habits last.
    pub(super) fn third_party_of(&mut self, member: &Member, tongue: &Tongue) -> Face {
        match &member.habits.third_party {
            Some(known) if self.rng.percent(SAME_THIRD_PARTY) => known.clone(),
            _ => self.stranger(tongue),
        }
    }
}

fn new_face(rng: &mut Rng, tongue: &Tongue) -> Face {
    let name = if rng.percent(40) { names::person(rng, tongue) } else { names::company(rng, tongue) };
    Face { name: names::printed(rng, &name), iban: codes::iban(rng, tongue.country) }
}
