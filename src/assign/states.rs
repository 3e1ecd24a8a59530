//! What has been used of a component's resources while its receipts are gone through one by one.
//!
//! This is where most of the time of a joint choice goes: hundreds of thousands of states are made and looked up. So resources
//! are numbered from 0 within the component, states lie one behind the other in one buffer, and a new one is made in a buffer
//! that is used again.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::Choice;
use super::component::resources;

/// What was used of resources that a later receipt may still touch: resource and amount, by resource.
pub(super) type State = [(u32, i64)];

/// Stands for "no further state" in a chain of states with one hash.
const END: u32 = u32::MAX;

/// An option of a receipt, its resources numbered within the component.
#[derive(Debug)]
pub(super) struct Use {
    /// An earlier option of the receipt that takes the same: it leads to the same states.
    pub(super) twin: Option<u32>,
    /// What it takes, by resource.
    uses: Vec<(u32, i64)>,
    /// The resource that must have been used up before.
    after: Option<u32>,
}

/// Receipts that compete, with their resources numbered from 0.
#[derive(Debug)]
pub(super) struct Component {
    /// For each receipt its options.
    pub(super) options: Vec<Vec<Use>>,
    /// What each resource has to give.
    capacity: Vec<i64>,
    /// The last receipt that may touch each resource.
    last_use: Vec<usize>,
}

impl Component {
    /// Numbers the resources of some receipts in their own order.
    pub(super) fn number(receipts: &[&[Choice]], capacity: impl Fn(u32) -> i64) -> Self {
        let resources = resources(receipts);
        // Invariant: every resource of an option was collected above, so the search finds it.
        let local = |resource: u32| resources.binary_search(&resource).unwrap_or_default() as u32;
        let mut last_use = vec![0; resources.len()];
        let mut number = |n: usize, choice: &Choice| {
            let needed = choice.uses.iter().chain(&choice.holds);
            let mut uses: Vec<(u32, i64)> = needed.map(|(r, amount)| (local(*r), *amount)).collect();
            uses.sort_unstable();
            let after = choice.after.map(local);
            uses.iter().map(|u| u.0).chain(after).for_each(|r| last_use[r as usize] = n);
            Use { twin: None, uses, after }
        };
        let options = (receipts.iter().enumerate())
            .map(|(n, options)| {
                let mut options: Vec<Use> = options.iter().map(|choice| number(n, choice)).collect();
                for at in 1..options.len() {
                    let (before, option) = options.split_at_mut(at);
                    let same = |other: &Use| other.uses == option[0].uses && other.after == option[0].after;
                    option[0].twin = before.iter().position(same).map(|twin| twin as u32);
                }
                options
            })
            .collect();
        Self { options, capacity: resources.into_iter().map(capacity).collect(), last_use }
    }

    /// Makes the state after an option of receipt `n`, without what no later receipt touches; false when the option is not
    /// consistent with the state.
    pub(super) fn follow(&self, state: &State, option: &Use, n: usize, after: &mut Vec<(u32, i64)>) -> bool {
        let capacity = |resource: u32| self.capacity[resource as usize];
        if let Some(resource) = option.after {
            let used = state.binary_search_by_key(&resource, |u| u.0).map_or(0, |at| state[at].1);
            if used < capacity(resource) {
                return false;
            }
        }
        after.clear();
        let mut keep = |resource: u32, used: i64| {
            if self.last_use[resource as usize] > n {
                after.push((resource, used));
            }
        };
        let mut before = state.iter().copied().peekable();
        for &(resource, amount) in &option.uses {
            while let Some((other, used)) = before.next_if(|(other, _)| *other < resource) {
                keep(other, used);
            }
            let used = before.next_if(|(other, _)| *other == resource).map_or(0, |u| u.1);
            match used.checked_add(amount) {
                Some(total) if total <= capacity(resource) => keep(resource, total),
                _ => return false,
            }
        }
        before.for_each(|(resource, used)| keep(resource, used));
        true
    }
}

/// Distinct states, numbered in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct States {
    used: Vec<(u32, i64)>,
    /// Where each state ends in `used`; it begins where the one before ends.
    ends: Vec<usize>,
    /// The last state met with each hash.
    by_hash: HashMap<u64, u32, FixedState>,
    /// For each state, the one met before it with the same hash.
    before: Vec<u32>,
}

impl States {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, n: usize) -> &State {
        let start = if n == 0 { 0 } else { self.ends[n - 1] };
        &self.used[start..self.ends[n]]
    }

    pub(super) fn clear(&mut self) {
        self.used.clear();
        self.ends.clear();
        self.by_hash.clear();
        self.before.clear();
    }

    /// The number of a state, a new one where it was not met before.
    pub(super) fn number(&mut self, state: &State) -> u32 {
        let hash = FixedState::default().hash_one(state);
        let last = self.by_hash.get(&hash).copied().unwrap_or(END);
        let mut at = last;
        while at != END {
            if self.get(at as usize) == state {
                return at;
            }
            at = self.before[at as usize];
        }
        let number = self.ends.len() as u32;
        self.used.extend_from_slice(state);
        self.ends.push(self.used.len());
        self.before.push(last);
        self.by_hash.insert(hash, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Few;

    fn choice(uses: &[(u32, i64)], after: Option<u32>) -> Choice {
        Choice { draft: 0, weight: 0, uses: uses.to_vec().into(), holds: Few::default(), after }
    }

    #[test]
    fn states_are_numbered_once() {
        let mut states = States::default();
        assert_eq!(states.number(&[]), 0);
        assert_eq!(states.number(&[(3, 100)]), 1);
        assert_eq!(states.number(&[(3, 100), (4, 1)]), 2);
        assert_eq!((states.number(&[(3, 100)]), states.number(&[])), (1, 0));
        assert_eq!((states.len(), states.get(1)), (3, &[(3, 100)][..]));
    }

    #[test]
    fn nothing_is_used_beyond_what_there_is_and_what_is_over_is_forgotten() {
        let first = [choice(&[(9, 60)], None), choice(&[], None)];
        let second = [choice(&[(7, 5), (9, 60)], None), choice(&[(9, 40)], None), choice(&[], Some(9))];
        let third = [choice(&[(7, 10)], None)];
        let component = Component::number(&[&first, &second, &third], |resource| if resource == 9 { 100 } else { 10 });
        let mut after = Vec::new();
        assert!(component.follow(&[], &component.options[0][0], 0, &mut after));
        assert_eq!(after, [(1, 60)]);
        let used = after.clone();
        assert!(!component.follow(&used, &component.options[1][0], 1, &mut after));
        assert!(component.follow(&used, &component.options[1][1], 1, &mut after));
        assert_eq!(after, []);
        assert!(!component.follow(&used, &component.options[1][2], 1, &mut after));
        assert!(component.follow(&[(1, 100)], &component.options[1][2], 1, &mut after));
        assert!(component.follow(&[], &component.options[1][0], 1, &mut after));
        assert_eq!(after, [(0, 5)]);
    }
}
