//! From names of 32 bytes to the numbers of what they stand for.

use std::hash::{BuildHasher, RandomState};

/// Finds the number of a name in 8 bytes a place, where a map of names takes 40: the name is in what has
/// the number.
///
/// Open addressing with linear probing; what is removed leaves no mark, the ones behind it move up.
/// It hashes with the standard library's seeded hash although names are hashes already: who sends
/// cookies can choose among hashes, and a store's user may use names of his own.
#[derive(Default)]
pub(super) struct Index {
    seeds: RandomState,
    /// A power of two of them, or none.
    cells: Vec<Cell>,
    taken: usize,
}

/// What has a number: the key of a record, or a principal.
pub(super) type Name = [u8; 32];

#[derive(Clone, Copy)]
struct Cell {
    /// A part of the hash: it tells nearly always that a name is another, and where a cell belongs.
    hash: u32,
    /// [`NOBODY`]: the cell is empty.
    number: u32,
}

const NOBODY: u32 = u32::MAX;
const EMPTY: Cell = Cell {
    hash: 0,
    number: NOBODY,
};
const FEWEST: usize = 8;

impl Index {
    /// The number of `name`, if one of those that may have it `is` its.
    pub(super) fn find(&self, name: &Name, is: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = self.hash(name);
        let mut at = self.home(hash);
        loop {
            let cell = self.cells.get(at)?;
            if cell.number == NOBODY {
                return None;
            }
            if cell.hash == hash && is(cell.number) {
                return Some(cell.number);
            }
            at = self.after(at);
        }
    }

    /// Notes the number of a name that has none.
    pub(super) fn insert(&mut self, name: &Name, number: u32) {
        if (self.taken + 1) * 4 > self.cells.len() * 3 {
            self.grow();
        }
        let hash = self.hash(name);
        self.place(Cell { hash, number });
        self.taken += 1;
    }

    /// Forgets a number.
    pub(super) fn remove(&mut self, name: &Name, number: u32) {
        let mut hole = self.home(self.hash(name));
        loop {
            match self.cells.get(hole) {
                Some(cell) if cell.number == number => break,
                Some(cell) if cell.number != NOBODY => hole = self.after(hole),
                _ => return,
            }
        }
        self.taken -= 1;
        let mut at = hole;
        loop {
            at = self.after(at);
            let Some(cell) = self.cells.get(at).copied() else {
                return;
            };
            if cell.number == NOBODY {
                break;
            }
            // It may stand in the hole, unless it belongs behind it.
            if self.distance(self.home(cell.hash), at) >= self.distance(hole, at) {
                self.set(hole, cell);
                hole = at;
            }
        }
        self.set(hole, EMPTY);
    }

    /// How many have a number.
    #[cfg(all(test, not(shuttle)))]
    pub(super) const fn len(&self) -> usize {
        self.taken
    }

    fn grow(&mut self) {
        let larger = vec![EMPTY; (self.cells.len() * 2).max(FEWEST)];
        for cell in std::mem::replace(&mut self.cells, larger) {
            if cell.number != NOBODY {
                self.place(cell);
            }
        }
    }

    fn place(&mut self, cell: Cell) {
        let mut at = self.home(cell.hash);
        while self.cells.get(at).is_some_and(|it| it.number != NOBODY) {
            at = self.after(at);
        }
        self.set(at, cell);
    }

    fn set(&mut self, at: usize, cell: Cell) {
        if let Some(place) = self.cells.get_mut(at) {
            *place = cell;
        }
    }

    fn hash(&self, name: &Name) -> u32 {
        (self.seeds.hash_one(name) >> 32) as u32
    }

    const fn home(&self, hash: u32) -> usize {
        hash as usize & self.mask()
    }

    const fn after(&self, at: usize) -> usize {
        (at + 1) & self.mask()
    }

    const fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & self.mask()
    }

    const fn mask(&self) -> usize {
        self.cells.len().wrapping_sub(1)
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    const fn key(number: u8) -> Name {
        [number; 32]
    }

    proptest! {
        #[test]
        fn it_finds_what_a_map_finds(
            steps in prop::collection::vec((any::<bool>(), 0..60_u8), 0..400),
        ) {
            let (mut index, mut map) = (Index::default(), HashMap::new());
            for (number, (inserts, key_number)) in (0..).zip(steps) {
                let key = key(key_number);
                match map.remove(&key_number) {
                    Some(number) => index.remove(&key, number),
                    None if inserts => {
                        index.insert(&key, number);
                        map.insert(key_number, number);
                    }
                    None => index.remove(&key, number),
                }
            }
            for key_number in 0..60 {
                let number = map.get(&key_number).copied();
                let found = index.find(&key(key_number), |found| Some(found) == number);
                prop_assert_eq!(found, number);
            }
            prop_assert_eq!(index.len(), map.len());
            let taken = index.cells.iter().filter(|cell| cell.number != NOBODY);
            prop_assert_eq!(taken.count(), map.len());
        }
    }
}
