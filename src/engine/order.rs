//! The order in which receipts are worked on.
//!
//! Receipts stand in canonical order, one day after the other, and each has another payer than the one before. Worked on by payer,
//! they find what is known of him (his items, his habits, his names) where the one before has just read it; in a ledger that does not
//! fit into the processor's caches, that is worth more than what the sorting costs. Results come back in canonical order.

use rayon::prelude::*;

use crate::model::stage::PayerView;

/// Receipts by their likeliest payer.
#[derive(Debug)]
pub(super) struct WorkOrder {
    /// The receipts, in canonical numbers.
    receipts: Vec<u32>,
    /// Where each of them stands.
    places: Vec<u32>,
}

impl WorkOrder {
    pub(super) fn by_payer(payers: &[PayerView]) -> Self {
        let payer = |n: u32| payers[n as usize].candidates.first().map_or(u32::MAX, |c| c.customer);
        let mut order: Vec<(u32, u32)> = (0..payers.len() as u32).into_par_iter().map(|n| (payer(n), n)).collect();
        order.par_sort_unstable();
        let receipts: Vec<u32> = order.into_iter().map(|(_, n)| n).collect();
        let places = inverse(&receipts);
        Self { receipts, places }
    }

    /// The receipts, in canonical numbers.
    pub(super) fn receipts(&self) -> &[u32] {
        &self.receipts
    }

    /// Where a receipt stands.
    pub(super) fn place(&self, receipt: usize) -> usize {
        self.places[receipt] as usize
    }

    /// Values in canonical order, in this order.
    pub(super) fn arrange<T>(&self, values: Vec<T>) -> Vec<T> {
        permute(&self.receipts, values)
    }

    /// Values in this order, in canonical order.
    pub(super) fn restore<T>(&self, values: Vec<T>) -> Vec<T> {
        permute(&self.places, values)
    }
}

/// Where each number stands in an order that holds all of them.
pub(super) fn inverse(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0u32; order.len()];
    order.iter().zip(0u32..).for_each(|(n, place)| places[*n as usize] = place);
    places
}

/// The values that stand at some positions, each of which is named once.
fn permute<T>(positions: &[u32], values: Vec<T>) -> Vec<T> {
    let mut values: Vec<Option<T>> = values.into_iter().map(Some).collect();
    // Invariant: the positions are a permutation, so that each value is taken once.
    positions.iter().filter_map(|at| values[*at as usize].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::known;

    #[test]
    fn receipts_of_one_payer_follow_each_other_and_results_go_back() {
        let payers = [known(7), PayerView::default(), known(2), known(9), known(2)];
        let order = WorkOrder::by_payer(&payers);
        assert_eq!(order.receipts(), [2, 4, 0, 3, 1]);
        assert_eq!((0..5).map(|n| order.place(n)).collect::<Vec<_>>(), [2, 4, 0, 3, 1]);
        let canonical: Vec<String> = (0..5).map(|n| format!("result {n}")).collect();
        let arranged = order.arrange(canonical.clone());
        assert_eq!(arranged[1], "result 4");
        assert_eq!(order.restore(arranged), canonical);
        assert!(WorkOrder::by_payer(&[]).restore::<u8>(Vec::new()).is_empty());
    }
}
