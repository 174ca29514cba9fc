// The state of the page and its form in the fragment of the address, which no server sees.

import { PRESET_NAMES } from "./time.js";

// Each view with the parameter that has its id.
export const ID_PARAMETERS = {
  start: null,
  person: "user_id",
  campaign: "marketing_id",
  failures: null,
  transaction: "transaction_id",
};

// Filters by their name in the address, which may occur more than once.
export const FILTERS = ["status", "platform", "ap", "reason"];

const DEFAULT_PRESETS = { failures: "day" };
const LONGEST_SPANS_MS = { failures: 31 * 24 * 60 * 60_000 };
// Failures have a longest span; elsewhere any time is the default instead of a day.
const NO_PRESETS = { failures: "any" };

/** Returns the period that a view has without one in the address. */
export function getDefaultPeriod(view) {
  return { preset: DEFAULT_PRESETS[view] ?? "any" };
}

/** Returns the milliseconds that a period of a view may last. */
export function getLongestSpan(view) {
  return LONGEST_SPANS_MS[view] ?? Infinity;
}

/** Returns the names of the presets that a view offers. */
export function listPresets(view) {
  return PRESET_NAMES.filter((name) => name !== (NO_PRESETS[view] ?? "day"));
}

/**
 * Returns the state without an id, filters or times.
 *
 * `period` is `{preset}` or `{from, to}` in milliseconds (null: no bound); `open` is the key of the
 * row whose detail is shown; `faults` names the parameters of an address that could not be read.
 */
export function createState(view = "start", id = null) {
  const filters = Object.fromEntries(FILTERS.map((name) => [name, []]));
  return { view, id, period: getDefaultPeriod(view), ...filters, open: null, faults: [] };
}

/** Decodes the fragment of an address, with or without its `#`. */
export function decodeFragment(fragment) {
  const [view, query = ""] = fragment.replace(/^#/, "").split(/\?(.*)/s);
  if (!Object.hasOwn(ID_PARAMETERS, view || "start")) {
    return { ...createState(), faults: [view] };
  }
  const state = createState(view || "start");
  const parameters = new URLSearchParams(query);
  const times = { from: null, to: null };
  for (const [name, value] of parameters) {
    if (!readParameter(state, times, name, value)) {
      state.faults.push(name);
    }
  }
  if (times.from !== null || times.to !== null) {
    state.period = times;
  }
  return state;
}

// Failures have one status.
const listFilters = (view) => FILTERS.filter((name) => view !== "failures" || name !== "status");

function readParameter(state, times, name, value) {
  if (value === "") {
    return true;
  }
  if (name === ID_PARAMETERS[state.view]) {
    state.id = value;
  } else if (listFilters(state.view).includes(name)) {
    state[name] = [...new Set([...state[name], value])];
  } else if (name === "range" && listPresets(state.view).includes(value)) {
    state.period = { preset: value };
  } else if (name === "open") {
    state.open = value;
  } else if (name in times) {
    times[name] = decodeTime(value);
    return times[name] !== null;
  } else {
    return false;
  }
  return true;
}

function decodeTime(text) {
  const hasOffset = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = hasOffset ? Date.parse(text) : /^\d{12,13}$/.test(text) ? Number(text) : NaN;
  return Number.isNaN(time) ? null : time;
}

/** Encodes the state as a fragment with its `#`; what is the default is left out. */
export function encodeFragment(state) {
  const parameters = [];
  const add = (name, value) => parameters.push(`${name}=${encodeValue(value)}`);
  if (state.id !== null) {
    add(ID_PARAMETERS[state.view], state.id);
  }
  if (state.period.preset === undefined) {
    for (const name of ["from", "to"]) {
      if (state.period[name] !== null) {
        add(name, encodeTime(state.period[name]));
      }
    }
  } else if (state.period.preset !== getDefaultPeriod(state.view).preset) {
    add("range", state.period.preset);
  }
  FILTERS.forEach((name) => state[name].forEach((value) => add(name, value)));
  if (state.open !== null) {
    add("open", state.open);
  }
  const query = parameters.length ? `?${parameters.join("&")}` : "";
  return `#${state.view === "start" && !query ? "" : state.view}${query}`;
}

// Colons stay as they are, so that a time in an address can be read.
function encodeValue(value) {
  return encodeURIComponent(value).replaceAll("%3A", ":");
}

function encodeTime(timeMs) {
  return new Date(timeMs).toISOString().replace(/:00\.000Z$/, "Z").replace(/\.000Z$/, "Z");
}

/** Returns the key of a row, unique among all rows. */
export function getRowKey(row) {
  return `${row.created_at}:${row.transaction_id}:${row.user_id}`;
}

const MAX_TRANSACTIONS = 8; // a link may be anybody's

/** Returns the queries for the transactions that a row's key may mean: ids may have colons, too. */
export function listTransactions(key) {
  const [time, ...parts] = key.split(":");
  const createdAt = Number(time);
  if (!/^\d{12,13}$/.test(time)) {
    return [];
  }
  return parts
    .slice(1, 1 + MAX_TRANSACTIONS)
    .map((_, index) => parts.slice(0, index + 1).join(":"))
    .filter((id) => id !== "")
    .map((id) => ({ transaction_id: id, created_from: createdAt, created_to: createdAt + 1 }));
}
