// Time zones: what clocks show at an instant, and the instant at which they show a time.

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const clocks = new Map();

function getClock(zone) {
  if (!clocks.has(zone)) {
    const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" };
    const options = { ...fields, minute: "numeric", second: "numeric", era: "short" };
    const named = { timeZone: zone, hourCycle: "h23", calendar: "gregory", ...options };
    clocks.set(zone, new Intl.DateTimeFormat("en-US", named));
  }
  return clocks.get(zone);
}

/** Returns whether a name is a time zone of the IANA database, such as Asia/Taipei. */
export function isZone(name) {
  try {
    return Boolean(getClock(name));
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

/** Returns all names of time zones that this browser knows, UTC first. */
export function listZones() {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];
}

/** Returns the milliseconds by which clocks in the zone are ahead of UTC at an instant. */
export function getOffset(timeMs, zone) {
  const wholeMs = Math.floor(timeMs / 1000) * 1000;
  const parts = Object.fromEntries(
    getClock(zone).formatToParts(wholeMs).map(({ type, value }) => [type, value]),
  );
  const shown = [parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second];
  return Date.UTC(...shown) - wholeMs;
}

/** Returns what clocks in the zone show, as the milliseconds that UTC's clocks show it at. */
export function toWall(timeMs, zone) {
  return timeMs + getOffset(timeMs, zone);
}

/**
 * Returns the first instant at which clocks in the zone show a time or a later one.
 *
 * Where clocks are put back and show it twice it is the first; where they are put forward over it,
 * it is the instant of the change.
 */
export function toInstant(wallMs, zone) {
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map((each) => getOffset(each, zone));
  const instants = offsets
    .map((offset) => wallMs - offset)
    .filter((instant) => toWall(instant, zone) === wallMs);
  return instants.length ? Math.min(...instants) : findChange(wallMs, offsets, zone);
}

function findChange(wallMs, [before, after], zone) {
  let [low, high] = [wallMs - after, wallMs - before];
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    [low, high] = getOffset(middle, zone) === before ? [middle, high] : [low, middle];
  }
  return high;
}

/** Returns whether clocks in the zone show the time of an instant twice, as they are put back. */
export function isShownTwice(timeMs, zone) {
  const offset = getOffset(timeMs, zone);
  return [timeMs - DAY_MS / 4, timeMs + DAY_MS / 4]
    .map((near) => getOffset(near, zone))
    .some((other) => other !== offset && getOffset(timeMs + offset - other, zone) === other);
}

/** Returns the offset as text, such as `+08:00`. */
export function formatOffset(timeMs, zone) {
  const minutes = Math.round(getOffset(timeMs, zone) / MINUTE_MS);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const pad = (number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${pad(hours)}:${pad(rest)}`;
}

/** Returns an instant in ISO 8601 as clocks in the zone show it: `2026-11-24T18:03:12.512+08:00`. */
export function formatIso(timeMs, zone) {
  return new Date(toWall(timeMs, zone)).toISOString().slice(0, -1) + formatOffset(timeMs, zone);
}

/**
 * Returns an instant as clocks in the zone show it, to the second: `2026-11-24 18:03:12`.
 *
 * Where clocks are put back and show it twice, the offset follows.
 */
export function formatWall(timeMs, zone) {
  const wall = toWall(timeMs, zone);
  const isShownTwice = [-DAY_MS, DAY_MS].some((shift) => {
    const other = wall - getOffset(timeMs + shift, zone);
    return other !== timeMs && toWall(other, zone) === wall;
  });
  const shown = new Date(wall).toISOString().slice(0, 19).replace("T", " ");
  return isShownTwice ? shown + formatOffset(timeMs, zone) : shown;
}
