// The groups of a count as series over time, for a chart.

import { toInstant, toWall } from "../zones.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LONGEST_IN_MINUTES = 3 * HOUR_MS;
const LONGEST_IN_HOURS = 4 * DAY_MS;

/** Returns the parts of time, a name of the API, in which a span can be read in one chart. */
export function chooseUnit(spanMs) {
  if (spanMs <= LONGEST_IN_MINUTES) {
    return "minute";
  }
  return spanMs <= LONGEST_IN_HOURS ? "hour" : "day";
}

/**
 * Returns `{starts, series}` of groups that were counted by `unit` (`minute`, `hour` or `day`) and
 * by `attribute`, such as `status`.
 *
 * `starts` are the instants of all parts from the first to the last one, also those without rows;
 * `series` are `{value, counts, total}`, the largest first. Groups without a part of time, the
 * `other` of an answer, are left out.
 */
export function createSeries(groups, unit, attribute, zone) {
  const placed = groups
    .filter((group) => group[unit] !== undefined)
    .map((group) => ({ ...group, start: decodeStart(group[unit], unit, zone) }));
  if (placed.length === 0) {
    return { starts: [], series: [] };
  }
  const times = placed.map(({ start }) => start);
  const starts = listStarts(times.reduce(min), times.reduce(max), unit, zone);
  const places = new Map(starts.map((start, index) => [start, index]));
  const series = new Map();
  for (const { start, count, ...group } of placed) {
    const value = group[attribute];
    if (!series.has(value)) {
      series.set(value, { value, counts: starts.map(() => 0), total: 0 });
    }
    series.get(value).counts[places.get(start)] += count;
    series.get(value).total += count;
  }
  return { starts, series: [...series.values()].sort((one, other) => other.total - one.total) };
}

const min = (one, other) => Math.min(one, other);
const max = (one, other) => Math.max(one, other);

// `2026-11-24T18:00+08:00`, or `2026-11-24` in the zone.
function decodeStart(text, unit, zone) {
  return unit === "day" ? toInstant(Date.parse(text), zone) : Date.parse(text);
}

function listStarts(first, last, unit, zone) {
  const starts = [];
  for (let start = first; start <= last; start = findNext(start, unit, zone)) {
    starts.push(start);
  }
  return starts;
}

/** Returns the end of the part of time that starts at an instant. */
export function findNext(start, unit, zone) {
  if (unit === "day") {
    const noon = toWall(start, zone) + DAY_MS + DAY_MS / 2;
    return toInstant(noon - (noon % DAY_MS), zone);
  }
  return start + (unit === "hour" ? HOUR_MS : MINUTE_MS);
}
