//! The rotation of keys over two servers, one step on one of them at a time.

use std::collections::VecDeque;

use crate::{dice::Dice, fleet::Side};

/// What one of the servers is given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) side: Side,
    pub(crate) change: Change,
}

/// What becomes of its keys.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    /// The key opens from now on.
    Announce(u8),
    /// The key that came last seals from now on.
    Promote,
    /// The key that seals is the only one left.
    Retire,
    /// A key that nobody has heard of replaces all others. The one step that signs people out.
    Replace(u8),
}

impl Change {
    pub(crate) fn apply(self, keys: &mut Vec<u8>) {
        match self {
            Self::Announce(key) => keys.push(key),
            Self::Promote => keys.rotate_right(1),
            Self::Retire => keys.truncate(1),
            Self::Replace(key) => *keys = vec![key],
        }
    }
}

/// One rotation after the other.
#[derive(Debug)]
pub(crate) struct Rotation {
    last_key: u8,
    begun: u32,
    steps: VecDeque<Step>,
}

impl Rotation {
    /// Where both servers have this key.
    pub(crate) const fn after(last_key: u8) -> Self {
        Self {
            last_key,
            begun: 0,
            steps: VecDeque::new(),
        }
    }

    /// Whether both servers have the same key, and no other.
    pub(crate) fn is_done(&self) -> bool {
        self.steps.is_empty()
    }

    pub(crate) fn next(&mut self, dice: &mut Dice) -> Step {
        if self.is_done() {
            self.plan(dice);
        }
        self.steps.pop_front().unwrap()
    }

    /// A new key: announced on both, then current on both, then alone on both, each time with
    /// either of them first. Every fourth time somebody makes a mistake before.
    fn plan(&mut self, dice: &mut Dice) {
        self.begun += 1;
        if self.begun.is_multiple_of(4) {
            let side = dice.one_of(&Side::BOTH);
            let change = Change::Replace(self.new_key());
            self.steps.push_back(Step { side, change });
        }
        let key = self.new_key();
        for change in [Change::Announce(key), Change::Promote, Change::Retire] {
            for side in dice.in_any_order(Side::BOTH) {
                self.steps.push_back(Step { side, change });
            }
        }
    }

    const fn new_key(&mut self) -> u8 {
        self.last_key += 1;
        self.last_key
    }
}
