// What parts of a chart say in words and numbers. A stretch is `{first, last}`, indexes of parts of
// time; a chart is `{starts, series, unit, services}`.

import { findNext } from "../../core/figures/series.js";

/** Returns a part of time in words. */
export function describePart(start, unit, services) {
  const { format, zone, now } = services;
  return unit === "day" ? format.date(start) : format.range(start, findNext(start, unit, zone), now);
}

/** Returns the times of a stretch in words. */
export function describeTimes({ first, last }, { starts, unit, services }) {
  const { format, zone, now } = services;
  return first === last
    ? describePart(starts[first], unit, services)
    : format.range(starts[first], findNext(starts[last], unit, zone), now);
}

/** Returns the times of a stretch and its figures in words. */
export function describeStretch(stretch, chart) {
  const figures = chart.series.map(
    (each) => `${each.label} ${chart.services.format.number(countWithin(each, stretch))}`,
  );
  return [describeTimes(stretch, chart), ...figures].join(", ");
}

/** Returns how many of one series are in a stretch. */
export function countWithin({ counts }, { first, last }) {
  return counts.slice(first, last + 1).reduce((sum, count) => sum + count, 0);
}

/** Returns the greatest count of all series together in one part of time. */
export function findHighest({ starts, series }) {
  return starts
    .map((_, index) => series.reduce((sum, { counts }) => sum + counts[index], 0))
    .reduce((one, other) => Math.max(one, other), 0);
}
