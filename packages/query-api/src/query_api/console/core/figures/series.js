// The groups of a count as series over time, for a chart.

import { toInstant, toWall } from "../zones.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LONGEST_IN_MINUTES = 6 * HOUR_MS;
const LONGEST_IN_HOURS = 8 * DAY_MS;

/** Parts of time, by their names of the API, the shortest first. */
export const UNITS = ["minute", "hour", "day"];

/** Returns the part of time in which a span can be read in one chart. */
export function chooseUnit(spanMs) {
  if (spanMs <= LONGEST_IN_MINUTES) {
    return "minute";
  }
  return spanMs <= LONGEST_IN_HOURS ? "hour" : "day";
}

/** Returns the unit, or the longest one that groups were counted by if that is longer. */
export function findShownUnit(groups, unit) {
  const longest = groups.map((group) => UNITS.indexOf(getUnit(group))).reduce(max, -1);
  return UNITS[Math.max(longest, UNITS.indexOf(unit))];
}

const getUnit = (group) => UNITS.find((unit) => group[unit] !== undefined);

/**
 * Returns `{starts, series}` of groups that were counted by a part of time, `unit` or a shorter
 * one, and by the attribute `by`, such as `status`; null is none.
 *
 * `starts` are the instants of all parts, also of those without rows: from `from` to `to`
 * (exclusive), or from the first to the last row where these are null. `series` are
 * `{value, counts, total}`, the largest first. Groups without a part of time, the `other` of an
 * answer, are left out.
 */
export function createSeries(groups, { unit, by, zone, from = null, to = null }) {
  const placed = groups
    .filter((group) => getUnit(group) !== undefined)
    .map((group) => ({ ...group, start: findStart(group, unit, zone) }));
  const bounds = placed.map(({ start }) => start);
  if (from !== null && to !== null && from < to) {
    bounds.push(floorTo(from, unit, zone), floorTo(to - 1, unit, zone));
  }
  if (bounds.length === 0) {
    return { starts: [], series: [] };
  }
  const starts = listStarts(bounds.reduce(min), bounds.reduce(max), unit, zone);
  const places = new Map(starts.map((start, index) => [start, index]));
  // Where clocks are moved by half an hour, an hour may begin within a part.
  const find = (start) => places.get(start) ?? starts.findLastIndex((each) => each <= start);
  const series = new Map();
  for (const { start, count, ...group } of placed) {
    const value = by === null ? null : group[by];
    if (!series.has(value)) {
      series.set(value, { value, counts: starts.map(() => 0), total: 0 });
    }
    series.get(value).counts[find(start)] += count;
    series.get(value).total += count;
  }
  return { starts, series: [...series.values()].sort((one, other) => other.total - one.total) };
}

const min = (one, other) => Math.min(one, other);
const max = (one, other) => Math.max(one, other);

// A minute or hour is `2026-11-24T18:29+08:00`, a day `2026-11-24` in the zone.
function findStart(group, unit, zone) {
  const text = group[getUnit(group)];
  if (unit === "day") {
    return toInstant(Date.parse(text.slice(0, 10)), zone);
  }
  return Date.parse(unit === "hour" ? `${text.slice(0, 13)}:00${text.slice(16)}` : text);
}

/** Returns the start of the part of time that an instant is in. */
export function floorTo(timeMs, unit, zone) {
  const wall = toWall(timeMs, zone);
  if (unit === "day") {
    return toInstant(wall - modulo(wall, DAY_MS), zone);
  }
  return timeMs - modulo(wall, unit === "hour" ? HOUR_MS : MINUTE_MS);
}

const modulo = (value, length) => ((value % length) + length) % length;

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
    return toInstant(noon - modulo(noon, DAY_MS), zone);
  }
  return start + (unit === "hour" ? HOUR_MS : MINUTE_MS);
}
