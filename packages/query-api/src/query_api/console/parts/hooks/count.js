// A count of rows as state of a component.

import { createCoarsening, createTurns } from "../../core/figures/asking.js";
import { createCount, NO_COUNTS } from "../../core/summary.js";
import { useEffect, useMemo, useRef, useState } from "../html.js";

const NOTHING = { ...NO_COUNTS, isRunning: true };

/** Returns the services with an API that asks one question at a time. */
export function useTurns(services) {
  const { api } = services;
  const turns = useMemo(() => createTurns(api), [api]);
  return { ...services, api: turns };
}

/**
 * Returns the count of a query, by attributes and a part of time, with `run` and `pause`.
 *
 * `by` are names of the API, such as `["status", "hour"]`; too many parts of time become longer
 * ones. A refresh waits for the end of the count; of one that is paused, a refresh by itself waits,
 * too, and another one counts anew. What was counted before stays until the refresh has as much.
 */
export function useCount(query, by, { api, zone, wasAutomatic }) {
  const key = query && JSON.stringify([query.key, by]);
  const [shown, setShown] = useState({ key, snapshot: NOTHING });
  const running = useRef(null);
  useEffect(() => {
    const { isOver, isPaused } = running.current ?? {};
    if (running.current?.key === key && !isOver && (!isPaused || wasAutomatic)) {
      return;
    }
    running.current?.count.stop();
    running.current = query && start(query, key);
  }, [query, key]);
  useEffect(() => () => running.current?.count.stop(), []);

  function start({ path, body }, startedKey) {
    const run = { key: startedKey, isOver: false, isPaused: false };
    const onChange = (snapshot) => {
      run.isOver = snapshot.isComplete || snapshot.problem !== null;
      run.isPaused = !run.isOver && !snapshot.isRunning;
      setShown((old) => ({
        key: startedKey,
        snapshot: old.key === startedKey ? keepFuller(old.snapshot, snapshot) : snapshot,
      }));
    };
    const counted = { ...body, by, time_zone: zone };
    const asked = { api: createCoarsening(api), path: `${path}/summary`, body: counted, onChange };
    run.count = createCount(asked);
    run.count.run();
    return run;
  }

  const act = (name) => () => running.current?.count[name]();
  const snapshot = shown.key === key ? shown.snapshot : NOTHING;
  return { ...snapshot, run: act("run"), pause: act("pause") };
}

function keepFuller(old, next) {
  const { isRunning, problem } = next;
  return next.isComplete || next.counted >= old.counted ? next : { ...old, isRunning, problem };
}
