// The query of the API that a state of the page stands for.

import { resolvePeriod } from "./time.js";

const PATHS = {
  person: "query/user",
  campaign: "query/marketing",
  failures: "query/fail",
  transaction: "query/transaction",
};
const ID_FIELDS = { person: "user_id", campaign: "marketing_id", transaction: "transaction_id" };
// By their name in the state. Failures have only one status.
const FILTER_FIELDS = { status: "status", platform: "platform", ap: "ap_id", reason: "error_msg" };

/**
 * Returns `{path, body}` without page and cursor; null where the state asks nothing yet.
 *
 * `path` with `/summary` at its end counts the same rows.
 */
export function createQuery(state, zone, nowMs) {
  if (!PATHS[state.view] || (state.view in ID_FIELDS && state.id === null)) {
    return null;
  }
  const body = state.view in ID_FIELDS ? { [ID_FIELDS[state.view]]: state.id } : {};
  const { from, to } = resolvePeriod(state.period, zone, nowMs);
  const bounds = { created_from: from, created_to: to };
  for (const [name, value] of Object.entries(bounds)) {
    if (value !== null) {
      body[name] = value;
    }
  }
  for (const [name, field] of Object.entries(FILTER_FIELDS)) {
    if (state[name].length && !(state.view === "failures" && name === "status")) {
      body[field] = state[name];
    }
  }
  if (state.reason.length && state.view !== "failures") {
    body.status ??= ["FAILED"]; // a reason is that of a failure
  }
  return { path: PATHS[state.view], body };
}
