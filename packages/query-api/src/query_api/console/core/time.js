// Periods of time that people ask for, in a time zone.

import { toInstant, toWall } from "./zones.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const EVENING_STARTS = 18 * HOUR_MS;

// Each maps the midnight of today (as clocks show it) and now to its bounds.
const PRESETS = {
  any: () => [null, null],
  hour: ({ now }) => [now - HOUR_MS, null],
  day: ({ now }) => [now - DAY_MS, null],
  today: ({ at }) => [at(0), null],
  yesterday: ({ at }) => [at(-DAY_MS), at(0)],
  evening: ({ at }) => [at(-DAY_MS + EVENING_STARTS), at(0)],
  week: ({ at }) => [at(-6 * DAY_MS), null],
};

export const PRESET_NAMES = Object.keys(PRESETS);

/**
 * Returns the bounds of a period in milliseconds: `{from, to}`, exclusive `to`, null for no bound.
 *
 * A period that lasts until now has no end, so that a sender's fast clock hides nothing.
 */
export function resolvePeriod(period, zone, nowMs) {
  if (period.preset === undefined) {
    return { from: period.from, to: period.to };
  }
  const wall = toWall(nowMs, zone);
  const midnight = wall - (((wall % DAY_MS) + DAY_MS) % DAY_MS);
  const at = (shift) => toInstant(midnight + shift, zone);
  const now = nowMs - (nowMs % MINUTE_MS);
  const [from, to] = PRESETS[period.preset]({ at, now });
  return { from, to };
}

/** Encodes an instant for `<input type="datetime-local">`; null is empty. */
export function encodeInput(timeMs, zone) {
  return timeMs === null ? "" : new Date(toWall(timeMs, zone)).toISOString().slice(0, 16);
}

/** Decodes the value of `<input type="datetime-local">`; empty is null. */
export function decodeInput(text, zone) {
  const wall = Date.parse(`${text}Z`);
  return Number.isNaN(wall) ? null : toInstant(wall, zone);
}
