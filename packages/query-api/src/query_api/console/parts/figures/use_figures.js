// The figures of a query: its rows over time, and by what they are broken down.

import { keepReasons, sumCounts } from "../../core/figures/breakdown.js";
import { chooseUnit, createSeries, findShownUnit } from "../../core/figures/series.js";
import { useCount, useTurns } from "../hooks/count.js";

/**
 * Returns `{counts, matching, times, parts, starts, series, unit, from, to, counting}`.
 *
 * `times` counts by the attribute `over` and parts of time, `parts` by those of `by`; these are two
 * counts, as with all at once there would be too many groups to list. Both have only groups with
 * one of the state's reasons, and `matching` rows. `starts` and `series` are those of a chart.
 * `spanMs` is the length of a query without a start, null if it then has no bound. `counting` are
 * services that ask in turn with these counts.
 */
export function useFigures(query, { over, by, spanMs = null }, state, services) {
  const counting = useTurns(services);
  const { zone, now } = services;
  const { created_to: to = now } = query.body;
  const { created_from: from = spanMs && to - spanMs } = query.body;
  // Where the first one is not known yet, minutes; they become hours if there are too many.
  const wanted = from === null ? "minute" : chooseUnit(to - from);
  const reasons = state.reason.length ? ["error_msg"] : [];
  const times = keep(useCount(query, [over, ...reasons, wanted], counting), state);
  const parts = keep(useCount(query, by, counting), state);

  const span = from === null ? times.lastCreatedAt - times.firstCreatedAt : to - from;
  const unit = findShownUnit(times.matched, chooseUnit(span));
  const { starts, series } = createSeries(times.matched, { unit, by: over, zone, from, to });
  const matching = sumCounts(times.matched);
  const counts = [times, parts];
  return { counts, matching, times, parts, starts, series, unit, from, to, counting };
}

const keep = (count, { reason }) => ({ ...count, matched: keepReasons(count.groups, reason) });
