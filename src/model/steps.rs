//! Steps of the searches, counted while tests run: a bound on work that needs no clock, and is the same on every machine.
//!
//! Whatever walks over many things says so beside the walk. Outside tests nothing is counted, and nothing of it is left.

#[cfg(test)]
thread_local! {
    /// The steps of this thread.
    static COUNT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts steps of a walk or a search.
#[inline(always)]
pub(crate) fn count(steps: usize) {
    #[cfg(test)]
    COUNT.with(|count| count.set(count.get() + steps as u64));
    #[cfg(not(test))]
    let _ = steps;
}

/// Does some work on one thread of its own, and says how many steps it took.
#[cfg(test)]
pub(crate) fn of<T: Send>(work: impl FnOnce() -> T + Send) -> (T, u64) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    pool.install(|| {
        let result = work();
        (result, COUNT.with(std::cell::Cell::get))
    })
}
