// The figures of a query: its rows over time, and by what they are broken down.

import { chooseUnit, createSeries, findShownUnit } from "../../core/figures/series.js";
import { useCount, useTurns } from "../hooks/count.js";

/**
 * Returns `{counts, times, parts, starts, series, unit, from, to, counting}`.
 *
 * `times` counts by the attribute `over` and parts of time, `parts` by those of `by`; these are two
 * counts, as with all at once there would be too many groups to list. `starts` and `series` are
 * those of a chart.
 * `spanMs` is the length of a query without a start, null if it then has no bound. `counting` are
 * services that ask in turn with these counts.
 */
export function useFigures(query, { over, by, spanMs = null }, services) {
  const counting = useTurns(services);
  const { zone, now } = services;
  const { created_to: to = now } = query.body;
  const { created_from: from = spanMs && to - spanMs } = query.body;
  // Where the first one is not known yet, minutes; they become hours if there are too many.
  const wanted = from === null ? "minute" : chooseUnit(to - from);
  const times = useCount(query, [over, wanted], counting);
  const parts = useCount(query, by, counting);

  const span = from === null ? times.lastCreatedAt - times.firstCreatedAt : to - from;
  const unit = findShownUnit(times.groups, chooseUnit(span));
  const { starts, series } = createSeries(times.groups, { unit, by: over, zone, from, to });
  const counts = [times, parts];
  return { counts, times, parts, starts, series, unit, from, to, counting };
}
