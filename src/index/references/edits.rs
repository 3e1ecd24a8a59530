//! One typing error: a character too many, too few or another, two neighbours swapped.

/// The digit that a letter is mistaken for: O and 0, I or L and 1, S and 5, B and 8, Z and 2.
pub(super) fn look_alike(c: u8) -> u8 {
    match c {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        b'S' => b'5',
        b'B' => b'8',
        b'Z' => b'2',
        other => other,
    }
}

/// How many typing errors are between two strings of letters and digits: none, one, or more (`None`).
pub(super) fn distance(a: &[u8], b: &[u8]) -> Option<u8> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return None;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    if same == long.len() {
        return Some(0);
    }
    let (s, l) = (&short[same..], &long[same..]);
    let one = if s.len() < l.len() {
        *s == l[1..]
    } else {
        s[1..] == l[1..] || (s.len() > 1 && s[0] == l[1] && s[1] == l[0] && s[2..] == l[2..])
    };
    one.then_some(1)
}

/// Whether two strings share enough of their beginnings and ends to be one typing error apart, or one the beginning or the end of
/// the other: all of the shorter one but two characters, as far as eight characters on either side tell.
pub(super) fn share_enough(a: &[u8], b: &[u8]) -> bool {
    let enough = a.len().min(b.len()).saturating_sub(2);
    if let (Some(a_head), Some(b_head), Some(a_tail), Some(b_tail)) =
        (a.first_chunk(), b.first_chunk(), a.last_chunk(), b.last_chunk())
    {
        let head = (u64::from_be_bytes(*a_head) ^ u64::from_be_bytes(*b_head)).leading_zeros() / 8;
        let tail = (u64::from_be_bytes(*a_tail) ^ u64::from_be_bytes(*b_tail)).trailing_zeros() / 8;
        return (head + tail) as usize >= enough.min(8);
    }
    if let (Some(a_head), Some(b_head), Some(a_tail), Some(b_tail)) =
        (a.first_chunk(), b.first_chunk(), a.last_chunk(), b.last_chunk())
    {
        let head = (u32::from_be_bytes(*a_head) ^ u32::from_be_bytes(*b_head)).leading_zeros() / 8;
        let tail = (u32::from_be_bytes(*a_tail) ^ u32::from_be_bytes(*b_tail)).trailing_zeros() / 8;
        return (head + tail) as usize >= enough.min(4);
    }
    true
}

/// Calls `with` with every string that is one typing error away: digits take the place of what is wrong, or come in anew. The
/// strings come in three parts: what stands before the error, what is put there, and what stands behind it.
pub(super) fn each_edit(text: &[u8], mut with: impl FnMut(&[u8], &[u8], &[u8])) {
    for at in 0..=text.len() {
        let (head, tail) = text.split_at(at);
        for digit in b'0'..=b'9' {
            // The same digit before or behind its equal is one string.
            if tail.first() != Some(&digit) {
                with(head, &[digit], tail);
            }
        }
        let Some((first, rest)) = tail.split_first() else { continue };
        if head.last() != Some(first) {
            with(head, &[], rest);
        }
        if first.is_ascii_digit() {
            for digit in (b'0'..=b'9').filter(|digit| digit != first) {
                with(head, &[digit], rest);
            }
        } else if look_alike(*first) != *first {
            with(head, &[look_alike(*first)], rest);
        }
        if let Some((second, rest)) = rest.split_first().filter(|(second, _)| *second != first) {
            with(head, &[*second, *first], rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_of_error_is_one() {
        for wrong in ["252891", "25289122", "2528921", "2529912", "252B912", "528912", "125289112"] {
            let expected = if wrong == "125289112" { None } else { Some(1) };
            assert_eq!(distance(b"2528912", wrong.as_bytes()), expected, "{wrong}");
        }
        assert_eq!(distance(b"2528912", b"2528912"), Some(0));
        assert_eq!(distance(b"", b"1"), Some(1));
        assert_eq!(distance(b"", b""), Some(0));
    }

    proptest! {
        #[test]
        fn the_distance_is_that_of_strsim(a in "[0-2A]{0,7}", b in "[0-2A]{0,7}") {
            let expected = u8::try_from(strsim::osa_distance(&a, &b)).ok().filter(|d| *d <= 1);
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes()), expected);
        }

        #[test]
        fn what_is_alike_is_seen_at_the_ends(a in "[0-2A]{1,9}", b in "[0-2A]{1,9}") {
            let alike = distance(a.as_bytes(), b.as_bytes()).is_some() || b.starts_with(&a) || b.ends_with(&a);
            prop_assert!(!alike || share_enough(a.as_bytes(), b.as_bytes()));
        }

        #[test]
        fn what_is_one_error_away_is_seen_at_the_ends(a in "[0-9A-Z]{1,20}") {
            let mut all = vec![a.clone().into_bytes()];
            each_edit(a.as_bytes(), |head, middle, tail| all.push([head, middle, tail].concat()));
            for b in all {
                prop_assert!(share_enough(a.as_bytes(), &b) && share_enough(&b, a.as_bytes()));
            }
        }

        #[test]
        fn every_edit_is_one_error_away(text in "[0-9A-Z]{1,12}") {
            let mut all = Vec::new();
            each_edit(text.as_bytes(), |head, middle, tail| all.push([head, middle, tail].concat()));
            for edit in all {
                prop_assert_eq!(distance(text.as_bytes(), &edit), Some(1));
            }
        }
    }
}
