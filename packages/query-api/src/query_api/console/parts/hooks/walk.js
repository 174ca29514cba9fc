// A walk over rows, and a count of them, as state of a component.

import { createQuery } from "../../core/query.js";
import { createCount, NO_COUNTS } from "../../core/summary.js";
import { createWalk, NO_ROWS } from "../../core/walk.js";
import { useEffect, useMemo, useRef, useState } from "../html.js";

const NOTHING = { ...NO_ROWS, isLoading: true };
const NOTHING_COUNTED = { ...NO_COUNTS, isRunning: true };

/**
 * Returns the query of a state, with its times as of the last refresh; null if it asks nothing.
 * Its `key` stays the same when it is refreshed.
 */
export function useQuery(state, { zone, now }) {
  const { view, id, period, status, platform, ap } = state;
  const key = JSON.stringify([view, id, period, status, platform, ap, zone]);
  return useMemo(() => {
    const query = createQuery(state, zone, now);
    return query && { ...query, key };
  }, [key, now]);
}

/**
 * Returns the walk of a query, with `more` to read on. The same rows stay while a refresh reads
 * them again; those of another query do not.
 */
export function useWalk(query, services) {
  const walk = useRun(query, services, createWalk, NOTHING, (each) => each.more());
  useEffect(() => {
    services.shown.current = walk.rows;
    return () => {
      services.shown.current = [];
    };
  }, [walk.rows]);
  return walk;
}

/**
 * Returns the count of a query, by attributes and parts of time, with `run` and `pause`.
 *
 * `by` are names of the API, such as `["status", "hour"]`.
 */
export function useCount(query, by, services) {
  const counted = useMemo(() => {
    if (query === null) {
      return null;
    }
    const body = { ...query.body, by, time_zone: services.zone };
    return { path: `${query.path}/summary`, body, key: JSON.stringify([query.key, by]) };
  }, [query, by.join()]);
  return useRun(counted, services, createCount, NOTHING_COUNTED, (count) => count.run());
}

function useRun(query, { api }, create, nothing, start) {
  const [snapshot, setSnapshot] = useState(nothing);
  const run = useRef(null);
  const shown = useRef(null);
  useEffect(() => {
    if (query === null) {
      return undefined;
    }
    if (shown.current !== query.key) {
      shown.current = query.key;
      setSnapshot(nothing);
    }
    const { path, body } = query;
    run.current = create({ api, path, body, onChange: (next) => setSnapshot(keepUntilStarted(next)) });
    start(run.current);
    return () => run.current.stop();
  }, [query]);
  const act = (name) => () => run.current?.[name]();
  const isShown = query !== null && shown.current === query.key;
  return { ...(isShown ? snapshot : nothing), more: act("more"), run: act("run"), pause: act("pause") };
}

// A refresh shows no less than before until it has something of its own.
function keepUntilStarted(next) {
  const { isLoading, isRunning, problem } = next;
  return (old) => (next.isStarted ? next : { ...old, isLoading, isRunning, problem });
}
