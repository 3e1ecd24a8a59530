//! A short list that mostly holds one element.

use std::ops::Deref;

/// A list that is made once and not changed; one element stands in the value itself, so that millions of lists of one cost no
/// allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Few<T> {
    /// One element.
    One([T; 1]),
    /// None, or several.
    Many(Box<[T]>),
}

impl<T> Few<T> {
    /// A list of one.
    pub fn one(element: T) -> Self {
        Self::One([element])
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self::Many(Box::default())
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(elements: Vec<T>) -> Self {
        match <[T; 1]>::try_from(elements) {
            Ok(one) => Self::One(one),
            Err(many) => Self::Many(many.into()),
        }
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut elements = elements.into_iter();
        match (elements.next(), elements.next()) {
            (Some(one), None) => Self::one(one),
            (first, second) => Self::Many(first.into_iter().chain(second).chain(elements).collect()),
        }
    }
}

impl<'a, T> IntoIterator for &'a Few<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_what_it_was_made_of() {
        for elements in [vec![], vec![7], vec![7, 8], vec![1, 2, 3]] {
            let few: Few<i64> = elements.iter().copied().collect();
            assert_eq!((&*few, few.len()), (&elements[..], elements.len()));
            assert_eq!(few, Few::from(elements));
        }
        assert!(matches!(Few::from(vec![7]), Few::One([7])));
        assert!(Few::<i64>::default().is_empty());
    }
}
