//! Values under numbers.

/// Values that one piece has room for. Small, so that a store of few sessions takes little.
const PIECE: usize = 32;

/// Values that keep their number for as long as they are here.
///
/// In pieces: one vector would double, with twice the memory and a pause in which all is copied.
pub(super) struct Slots<V> {
    pieces: Vec<Vec<Option<V>>>,
    /// Numbers that were given back.
    free: Vec<u32>,
}

impl<V> Slots<V> {
    pub(super) const fn new() -> Self {
        Self {
            pieces: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Takes a value in, under a number of its own.
    pub(super) fn insert(&mut self, value: V) -> u32 {
        if let Some(number) = self.free.pop() {
            if let Some(slot) = self.slot(number) {
                *slot = Some(value);
            }
            return number;
        }
        if self.pieces.last().is_none_or(|last| last.len() == PIECE) {
            self.pieces.push(Vec::with_capacity(PIECE));
        }
        let before = (self.pieces.len() - 1) * PIECE;
        let Some(last) = self.pieces.last_mut() else {
            return u32::MAX; // there is one now
        };
        last.push(Some(value));
        // As many do not fit into the memory of any machine.
        u32::try_from(before + last.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn get(&self, number: u32) -> Option<&V> {
        let (piece, place) = place(number);
        self.pieces.get(piece)?.get(place)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut V> {
        self.slot(number)?.as_mut()
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<V> {
        let value = self.slot(number)?.take()?;
        self.free.push(number);
        Some(value)
    }

    fn slot(&mut self, number: u32) -> Option<&mut Option<V>> {
        let (piece, place) = place(number);
        self.pieces.get_mut(piece)?.get_mut(place)
    }
}

const fn place(number: u32) -> (usize, usize) {
    let number = number as usize;
    (number / PIECE, number % PIECE)
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_numbers_and_numbers_are_used_again() {
        let mut slots = Slots::new();
        let numbers: Vec<u32> = (0..100).map(|value| slots.insert(value)).collect();
        assert_eq!(numbers, (0..100).collect::<Vec<_>>());
        assert_eq!(slots.remove(40), Some(40));
        assert_eq!((slots.remove(40), slots.get(40)), (None, None));
        assert_eq!(slots.insert(7), 40);
        assert_eq!(slots.insert(8), 100);
        assert_eq!((slots.get(40), slots.get(100)), (Some(&7), Some(&8)));
        assert_eq!((slots.get(99), slots.get(101)), (Some(&99), None));
    }
}
