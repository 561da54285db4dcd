//! Sorting of short lists.

/// Sorts by descending key; stable. Insertion sort: the lists have a few dozen items at most and are nearly sorted, and
/// the standard library's sorts add 20 kB of wasm.
pub(super) fn sort_descending<T>(items: &mut [T], key: impl Fn(&T) -> f32) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && key(&items[at - 1]).total_cmp(&key(&items[at])).is_lt() {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort_descending;

    #[test]
    fn the_sort_is_descending_and_stable() {
        let mut items = [(1.0, 'a'), (3.0, 'b'), (1.0, 'c'), (f32::NAN, 'd'), (3.0, 'e'), (-2.0, 'f')];
        sort_descending(&mut items, |item| item.0);
        assert_eq!(items.map(|item| item.1), ['d', 'b', 'e', 'a', 'c', 'f']);
        sort_descending(&mut [] as &mut [f32], |item| *item);
    }
}
