//! Sizes as people write them: `1k`, `10k`, `1m`, `250000`.

/// The most payments that are generated.
const MOST: u64 = 10_000_000;

/// A number of payments: digits, and `k` for thousand or `m` for million behind them.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let (digits, times) = match text.trim().as_bytes() {
        [digits @ .., b'k' | b'K'] => (digits, 1_000),
        [digits @ .., b'm' | b'M'] => (digits, 1_000_000),
        digits => (digits, 1),
    };
    let number = std::str::from_utf8(digits).ok().filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()));
    let size = number.and_then(|n| n.parse::<u64>().ok()).and_then(|n| n.checked_mul(times));
    match size {
        Some(0) => Err("a size of 0 has nothing to measure".into()),
        Some(size) if size > MOST => Err(format!("{text} is too many: at most 10m payments are generated")),
        Some(size) => Ok(size),
        None => Err(format!("{text:?} is no size: expected a number of payments such as 500, 1k, 100k or 1m")),
    }
}

/// Several sizes, separated by commas: ascending and each once.
pub fn parse_sizes(text: &str) -> Result<Vec<u64>, String> {
    let mut sizes = text.split(',').map(parse_size).collect::<Result<Vec<u64>, String>>()?;
    sizes.sort_unstable();
    sizes.dedup();
    Ok(sizes)
}
