// The time that the packages see: `Date.now()`, and `new Date()` without arguments.

const Real = Date
let held

globalThis.Date = class Date extends Real {
  constructor (...args) {
    super(...(args.length ? args : [Date.now()]))
  }

  static now () {
    return held ?? Real.now()
  }
}

/** Stands at `ms` from here on; without a number, the time is real again. */
export function hold (ms) {
  held = Number.isFinite(ms) ? ms : undefined
}
