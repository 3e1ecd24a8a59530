//! The joint choice of one component, exactly: by elimination, receipt by receipt.
//!
//! Receipts are taken in canonical order. A state is what has been used of the resources that a later receipt may still
//! touch; joint choices that lead to the same state are one from there on. Sums forward and backward give each option's
//! probability, maxima forward and backward the best joint choice and what is lost when an option is forbidden.

use crate::model::Search;

use super::states::{Component, States};
use super::{Choice, Outcome, odds_of};

/// A way from a state of one layer to a state of the next.
struct Edge {
    from: u32,
    to: u32,
    choice: u32,
}

struct Layer {
    edges: Vec<Edge>,
    states: usize,
}

/// Solves a component, or gives up (`None`) when it would take more than so many steps.
pub(super) fn solve(receipts: &[&[Choice]], capacity: impl Fn(u32) -> i64, steps: u32) -> Option<Vec<Outcome>> {
    let layers = unfold(receipts, capacity, steps as usize)?;
    let best = chosen(receipts, &layers);
    let probabilities = probabilities(receipts, &layers);
    Some(
        (best.into_iter().zip(probabilities))
            .map(|((chosen, margin), probabilities)| Outcome {
                chosen,
                probabilities,
                bounds: None,
                margin,
                search: Search::Complete,
            })
            .collect(),
    )
}

/// The layers of states, with every way between them.
fn unfold(receipts: &[&[Choice]], capacity: impl Fn(u32) -> i64, steps: usize) -> Option<Vec<Layer>> {
    let component = Component::number(receipts, capacity);
    let mut layers = Vec::with_capacity(receipts.len());
    let (mut states, mut next, mut after) = (States::default(), States::default(), Vec::new());
    // Where each option leads from one state.
    let mut reached: Vec<Option<u32>> = Vec::new();
    states.number(&[]);
    let mut taken = 0;
    for (n, options) in component.options.iter().enumerate() {
        next.clear();
        let mut edges = Vec::with_capacity(states.len() * options.len());
        for from in 0..states.len() {
            let state = states.get(from);
            let cost = 1 + state.len() / 16;
            taken += cost * options.len();
            crate::model::steps::count(cost * options.len());
            if taken > steps {
                return None;
            }
            reached.clear();
            for (choice, option) in (0u32..).zip(options) {
                let to = match option.twin {
                    Some(twin) => reached[twin as usize],
                    None => component.follow(state, option, n, &mut after).then(|| next.number(&after)),
                };
                reached.push(to);
                edges.extend(to.map(|to| Edge { from: from as u32, to, choice }));
            }
        }
        layers.push(Layer { edges, states: next.len() });
        std::mem::swap(&mut states, &mut next);
    }
    Some(layers)
}

/// The best joint choice: for each receipt the option, and what is lost when it is forbidden.
fn chosen(receipts: &[&[Choice]], layers: &[Layer]) -> Vec<(usize, i32)> {
    const NEVER: i64 = i64::MIN / 4;
    let weight = |n: usize, choice: u32| i64::from(receipts[n][choice as usize].weight);
    let mut backward: Vec<Vec<i64>> = vec![vec![0; layers.last().map_or(1, |l| l.states)]];
    for (n, layer) in layers.iter().enumerate().rev() {
        let before = if n == 0 { 1 } else { layers[n - 1].states };
        let mut values = vec![NEVER; before];
        let after = &backward[backward.len() - 1];
        for e in &layer.edges {
            let value = weight(n, e.choice) + after[e.to as usize];
            values[e.from as usize] = values[e.from as usize].max(value);
        }
        backward.push(values);
    }
    backward.reverse();
    let total = backward[0][0];
    let mut forward = vec![0i64];
    let mut at = 0u32;
    let mut result = Vec::with_capacity(receipts.len());
    for (n, layer) in layers.iter().enumerate() {
        let after = &backward[n + 1];
        // The first option in canonical order that keeps the best total; ties are not left to chance.
        let best = (layer.edges.iter()).filter(|e| e.from == at).max_by(|a, b| {
            let value = |e: &Edge| weight(n, e.choice) + after[e.to as usize];
            value(a).cmp(&value(b)).then(b.choice.cmp(&a.choice))
        });
        // Invariant: what is always possible leads on from every state.
        let Some(best) = best else { return Vec::new() };
        let rival = (layer.edges.iter())
            .filter(|e| e.choice != best.choice)
            .map(|e| forward[e.from as usize] + weight(n, e.choice) + after[e.to as usize])
            .max();
        let margin = rival.map_or(i64::from(i32::MAX), |rival| total - rival);
        result.push((best.choice as usize, margin.clamp(0, i64::from(i32::MAX)) as i32));
        at = best.to;
        let mut next = vec![NEVER; layer.states];
        for e in &layer.edges {
            let value = forward[e.from as usize] + weight(n, e.choice);
            next[e.to as usize] = next[e.to as usize].max(value);
        }
        forward = next;
    }
    result
}

/// The probability of each option of each receipt.
fn probabilities(receipts: &[&[Choice]], layers: &[Layer]) -> Vec<Vec<f64>> {
    let odds: Vec<Vec<f64>> = receipts.iter().map(|options| odds_of(options)).collect();
    let mut backward: Vec<Vec<f64>> = vec![vec![1.0; layers.last().map_or(1, |l| l.states)]];
    for (n, layer) in layers.iter().enumerate().rev() {
        let before = if n == 0 { 1 } else { layers[n - 1].states };
        let mut values = vec![0.0; before];
        let after = &backward[backward.len() - 1];
        for e in &layer.edges {
            values[e.from as usize] += odds[n][e.choice as usize] * after[e.to as usize];
        }
        scale(&mut values);
        backward.push(values);
    }
    backward.reverse();
    let mut forward = vec![1.0];
    let mut result = Vec::with_capacity(receipts.len());
    for (n, layer) in layers.iter().enumerate() {
        let after = &backward[n + 1];
        let mut sums = vec![0.0; receipts[n].len()];
        let mut next = vec![0.0; layer.states];
        for e in &layer.edges {
            let value = forward[e.from as usize] * odds[n][e.choice as usize];
            sums[e.choice as usize] += value * after[e.to as usize];
            next[e.to as usize] += value;
        }
        let total: f64 = sums.iter().sum();
        result.push(sums.into_iter().map(|s| if total > 0.0 { s / total } else { 0.0 }).collect());
        scale(&mut next);
        forward = next;
    }
    result
}

/// Keeps values away from underflow; only their proportions count.
fn scale(values: &mut [f64]) {
    let most = values.iter().copied().fold(0.0, f64::max);
    if most > 0.0 {
        values.iter_mut().for_each(|v| *v /= most);
    }
}
