// Since when an AP fails more than usual, to the minute. A click shows that time alone.

import { createCoarsening } from "../../core/figures/asking.js";
import { findBeginning, findBurst, findHighest, findUsual } from "../../core/figures/burst.js";
import { createSeries, findNext } from "../../core/figures/series.js";
import { createCount } from "../../core/summary.js";
import { html, useEffect, useState } from "../html.js";

const FINER = { hour: "minute", day: "hour" };
const FINER_PARTS = { hour: 60, day: 24 };
const LEAD_MS = 15 * 60_000;

/** `burst` is of `useBurst`. */
export function Burst({ burst, ap, state, services }) {
  const { t, format, go } = services;
  const { start, end, isExact, isOver } = burst;
  const key = `${isOver ? "over" : "since"}${isExact ? "" : "-around"}`;
  const period = { from: start - LEAD_MS, to: isOver ? end : null };
  return html`
    <p class="burst">
      <button
        type="button"
        onClick=${() => go({ ...state, ap: ap === null ? state.ap : [ap], period, open: null })}
      >
        <span aria-hidden="true">▼</span>
        ${" "}${t(`burst.${key}`, { time: format.moment(start), end: format.minute(end) })}
      </button>
    </p>
  `;
}

/**
 * Returns the burst in the counts of an AP by `unit`, from each of `starts` on, or null:
 * `{start, end, isExact, isOver}`, in milliseconds.
 *
 * Where these are hours or days, what is around its start is counted by shorter parts, so that it
 * becomes exact a little later.
 */
export function useBurst(counts, shown) {
  const burst = findInCounts(counts, shown.unit);
  const found = useStart(burst, counts, shown);
  if (burst === null) {
    return null;
  }
  const { starts, unit, services } = shown;
  return {
    start: found ?? starts[burst.first],
    end: findNext(starts[burst.last], unit, services.zone),
    // One that goes on from the first part may have started before it.
    isExact: burst.first > 0 && (unit === "minute" || found !== null),
    isOver: burst.last < starts.length - 1,
  };
}

// Minutes show where a burst begins to rise, hours and days only that there is one.
function findInCounts(counts, unit) {
  const burst = findBurst(counts);
  if (burst === null || unit !== "minute") {
    return burst;
  }
  const highest = findHighest(counts);
  return { ...highest, first: findBeginning(counts, highest.first, findUsual(counts, highest)) };
}

function useStart(burst, counts, { ap, starts, unit, query, services }) {
  const { api, zone } = services;
  const finer = burst === null || ap === null ? undefined : FINER[unit];
  const { from, to } = findAround(burst, { starts, unit, query, zone });
  const [found, setFound] = useState(null);
  useEffect(() => {
    if (finer === undefined) {
      return undefined;
    }
    const bounds = { created_from: from, created_to: to };
    const count = createCount({
      api: createCoarsening(api),
      path: `${query.path}/summary`,
      body: { ...query.body, ...bounds, ap_id: [ap], by: [finer], time_zone: zone },
      // With a problem the start of the chart's part of time remains.
      onChange: ({ isComplete, groups }) => {
        const fine = createSeries(groups, { unit: finer, by: null, zone, from, to });
        if (isComplete && fine.series.length) {
          const [{ counts: each }] = fine.series;
          const usual = findUsual(counts, burst) / FINER_PARTS[unit];
          setFound(fine.starts[findBeginning(each, findHighest(each)?.first ?? 0, usual)]);
        }
      },
    });
    count.run();
    return () => count.stop();
  }, [ap, finer, from, to, query.key]);
  return finer !== undefined && found !== null && found >= from && found < to ? found : null;
}

// The part of time in which a burst starts, and the one before it.
function findAround(burst, { starts, unit, query, zone }) {
  if (burst === null) {
    return { from: null, to: null };
  }
  const { created_from: least = 0, created_to: most = Infinity } = query.body;
  return {
    from: Math.max(starts[Math.max(0, burst.first - 1)], least),
    to: Math.min(findNext(starts[burst.first], unit, zone), most),
  };
}
