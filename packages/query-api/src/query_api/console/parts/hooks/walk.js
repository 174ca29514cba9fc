// A walk over rows as state of a component.

import { createQuery } from "../../core/query.js";
import { createWalk, NO_ROWS } from "../../core/walk.js";
import { useEffect, useMemo, useRef, useState } from "../html.js";

const NOTHING = { ...NO_ROWS, isOld: false, isLoading: true };

/**
 * Returns the query of a state, with its times as of the last refresh; null if it asks nothing.
 * Its `key` stays the same when it is refreshed.
 */
export function useQuery(state, { zone, now }) {
  const { view, id, period, status, platform, ap, reason } = state;
  const key = JSON.stringify([view, id, period, status, platform, ap, reason, zone]);
  return useMemo(() => {
    const query = createQuery(state, zone, now);
    return query && { ...query, key };
  }, [key, now]);
}

/**
 * Returns the walk of a state's query, with `more` to read on. The same rows stay while a refresh
 * reads them again, and `isOld` says so; those of another query do not.
 */
export function useWalk(query, { api, shown: read }) {
  const key = query?.key ?? null;
  const [snapshot, setSnapshot] = useState(NOTHING);
  const walk = useRef(null);
  const shown = useRef(null);
  useEffect(() => {
    if (query === null) {
      return undefined;
    }
    if (shown.current !== key) {
      shown.current = key;
      setSnapshot(NOTHING);
    }
    const onChange = (next) => setSnapshot(keepUntilStarted(next));
    walk.current = createWalk({ api, path: query.path, body: query.body, onChange });
    walk.current.more();
    return () => walk.current.stop();
  }, [query]);
  const isShown = query !== null && shown.current === key;
  const { rows } = isShown ? snapshot : NOTHING;
  useEffect(() => {
    read.current = rows;
    return () => {
      read.current = [];
    };
  }, [rows]);
  return { ...(isShown ? snapshot : NOTHING), more: () => walk.current?.more() };
}

// A refresh shows no less than before until it has something of its own.
function keepUntilStarted(next) {
  const { isLoading, problem } = next;
  return (old) =>
    next.isStarted
      ? { ...next, isOld: false }
      : { ...old, isOld: old.isStarted, isLoading, problem };
}
