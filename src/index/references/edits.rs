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

/// Calls `look` with every string that is one typing error away: digits take the place of what is wrong, or come in anew.
/// `buffer` is used again.
pub(super) fn each_edit(text: &[u8], buffer: &mut Vec<u8>, mut look: impl FnMut(&[u8])) {
    let mut with = |head: &[u8], middle: &[u8], tail: &[u8]| {
        buffer.clear();
        buffer.extend_from_slice(head);
        buffer.extend_from_slice(middle);
        buffer.extend_from_slice(tail);
        look(buffer);
    };
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
        fn every_edit_is_one_error_away(text in "[0-9A-Z]{1,12}") {
            let mut buffer = Vec::new();
            let mut all = Vec::new();
            each_edit(text.as_bytes(), &mut buffer, |edit| all.push(edit.to_vec()));
            for edit in all {
                prop_assert_eq!(distance(text.as_bytes(), &edit), Some(1));
            }
        }
    }
}
