// A walk over rows as state of a component.

import { getRowKey } from "../../core/address.js";
import { createQuery } from "../../core/query.js";
import { createWalk, NO_ROWS } from "../../core/walk.js";
import { useEffect, useMemo, useRef, useState } from "../html.js";
import { useHeld } from "./held.js";

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
 * Returns the walk of a state's query, with `more` to read on. The same rows stay until a refresh
 * has read as many again, and `isOld` says so; those of another query do not.
 */
export function useWalk(query, { api, shown }) {
  const walk = useRows(query, api);
  useShown(walk.rows, shown);
  return walk;
}

/**
 * Returns a walk as `useWalk` does, of which a refresh by itself moves nothing. What changed in its
 * rows is shown; whether there are newer ones is `hasNewer`, and `take` shows them. `query` is the
 * one that the rows are of.
 */
export function useHeldWalk(query, { api, shown, wasAutomatic }) {
  const hasRows = useRef(false);
  const [held, take] = useHeld(query, wasAutomatic && hasRows.current);
  const walk = useRows(held, api);
  const news = useRows(held === query ? null : query, api, walk.rows.length);
  hasRows.current = walk.rows.length > 0;
  const rows = useMemo(() => update(walk.rows, news.rows), [walk.rows, news.rows]);
  useShown(rows, shown);
  const failed = news.problem && { isOld: true, problem: news.problem, more: news.more };
  return { ...walk, ...failed, query: held, rows, hasNewer: isNewer(news.rows[0], rows[0]), take };
}

function update(rows, news) {
  const found = new Map(news.map((row) => [getRowKey(row), row]));
  return found.size ? rows.map((row) => found.get(getRowKey(row)) ?? row) : rows;
}

function isNewer(row, shown) {
  const isKnown = row === undefined || shown === undefined || row === shown;
  return !isKnown && row.created_at >= shown.created_at;
}

// What an export of the rows that are shown has.
function useShown(rows, shown) {
  useEffect(() => {
    shown.current = rows;
    return () => {
      shown.current = [];
    };
  }, [rows]);
}

// `count` is how many rows are read first; a refresh reads no fewer than are shown.
function useRows(query, api, count = 1) {
  const key = query?.key ?? null;
  const [snapshot, setSnapshot] = useState(NOTHING);
  const walk = useRef(null);
  const shown = useRef(null);
  useEffect(() => {
    const isSame = shown.current === key;
    shown.current = key;
    if (!isSame) {
      setSnapshot(NOTHING);
    }
    if (query === null) {
      return undefined;
    }
    const { path, body } = query;
    const first = Math.max(count, isSame ? snapshot.rows.length : 1);
    const onChange = (next) => setSnapshot(keepUntilStarted(next));
    walk.current = createWalk({ api, path, body, first, onChange });
    walk.current.more();
    return () => walk.current.stop();
  }, [query]);
  const isShown = query !== null && shown.current === key;
  return { ...(isShown ? snapshot : NOTHING), more: () => walk.current?.more() };
}

// A refresh shows no less than before until it has as much of its own.
function keepUntilStarted(next) {
  const { isLoading, problem } = next;
  return (old) =>
    next.isStarted
      ? { ...next, isOld: false }
      : { ...old, isOld: old.isStarted, isLoading, problem };
}
