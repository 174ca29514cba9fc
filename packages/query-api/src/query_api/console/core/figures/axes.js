// What stands at the axes of a chart.

import { toWall } from "../zones.js";

const MINUTE_MS = 60_000;
const LENGTHS_MS = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: 24 * 60 * MINUTE_MS };
// Parts of time from one label to the next.
const STEPS = {
  minute: [1, 2, 5, 10, 15, 30, 60, 120],
  hour: [1, 2, 3, 6, 12, 24, 48, 96],
  day: [1, 2, 4, 7, 14, 28, 56, 112, 365],
};

/** Returns the labels of an axis of counts from 0 to at least the highest: at most 5 whole numbers. */
export function chooseCounts(highest) {
  const rough = Math.max(1, highest) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].find((each) => each * power >= rough) * power);
  const steps = Math.ceil(Math.max(1, highest) / step);
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

/**
 * Returns the indexes of the parts of time that get a label, at most `most`: round times as clocks
 * in the zone show them.
 */
export function chooseTimes(starts, unit, zone, most) {
  const step = STEPS[unit].find((each) => starts.length / each <= most) ?? STEPS[unit].at(-1);
  const numbers = starts.map((start) => Math.floor(toWall(start, zone) / LENGTHS_MS[unit]));
  return [...starts.keys()].filter((index) => numbers[index] % step === 0);
}
