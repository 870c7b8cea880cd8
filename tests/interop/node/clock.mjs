// The time that the packages see. They ask `Date.now()` alone, so nothing else is held.

const real = Date.now
let held

Date.now = () => held ?? real()

/** Stands at `ms` from here on; without a number, the time is real again. */
export function hold (ms) {
  held = Number.isFinite(ms) ? ms : undefined
}
