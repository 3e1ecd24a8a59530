//! The conflict graph: receipts that may use the same item belong together.

use super::Choice;

/// Receipts that compete, each component in canonical order, components by their first receipt. Who competes with nobody is in none.
pub(super) fn split(resources: usize, choices: &[Vec<Choice>]) -> Vec<Vec<u32>> {
    let mut parent: Vec<u32> = (0..choices.len() as u32).collect();
    let mut first_user: Vec<u32> = vec![u32::MAX; resources];
    for (receipt, options) in (0u32..).zip(choices) {
        let named = options.iter().flat_map(|c| c.uses.iter().map(|u| u.0).chain(c.after));
        for resource in named {
            match &mut first_user[resource as usize] {
                user if *user == u32::MAX => *user = receipt,
                user => join(&mut parent, *user, receipt),
            }
        }
    }
    let roots: Vec<u32> = (0..choices.len() as u32).map(|receipt| find(&mut parent, receipt)).collect();
    let mut number: Vec<u32> = vec![u32::MAX; choices.len()];
    let mut components: Vec<Vec<u32>> = Vec::new();
    for (receipt, root) in (0u32..).zip(roots) {
        // The root is the first of its component, so the others come after it.
        if root == receipt {
            continue;
        }
        if number[root as usize] == u32::MAX {
            number[root as usize] = components.len() as u32;
            components.push(vec![root]);
        }
        components[number[root as usize] as usize].push(receipt);
    }
    components.sort_unstable();
    components
}

/// The resources that some receipts may touch, each once, in rising order: a resource's place here is its number within the component.
pub(super) fn resources(receipts: &[&[Choice]]) -> Vec<u32> {
    let options = receipts.iter().flat_map(|options| options.iter());
    let mut resources: Vec<u32> =
        options.flat_map(|c| c.uses.iter().chain(&c.holds).map(|used| used.0).chain(c.after)).collect();
    resources.sort_unstable();
    resources.dedup();
    resources
}

fn find(parent: &mut [u32], mut node: u32) -> u32 {
    while parent[node as usize] != node {
        parent[node as usize] = parent[parent[node as usize] as usize];
        node = parent[node as usize];
    }
    node
}

fn join(parent: &mut [u32], a: u32, b: u32) {
    let (a, b) = (find(parent, a), find(parent, b));
    // The smaller number leads, so that the result does not depend on the order of joins.
    parent[a.max(b) as usize] = a.min(b);
}
