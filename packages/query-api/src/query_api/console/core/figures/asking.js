// How counts are asked for: by longer parts of time where there are too many, and one by one.

import { UNITS } from "./series.js";

/**
 * Creates an API whose counts by minute become counts by hour, and those counts by day, from the
 * answer on that had too many groups to list; that part is counted again.
 */
export function createCoarsening(api) {
  let shortest = 0;
  return {
    async ask(path, body, signal) {
      const wanted = body.by.findIndex((name) => UNITS.includes(name));
      if (wanted === -1) {
        return api.ask(path, body, signal);
      }
      for (;;) {
        const unit = Math.max(UNITS.indexOf(body.by[wanted]), shortest);
        const part = await api.ask(path, { ...body, by: body.by.with(wanted, UNITS[unit]) }, signal);
        if (!part.data.at(-1)?.other || unit === UNITS.length - 1) {
          return part;
        }
        shortest = unit + 1;
      }
    },
  };
}

/** Creates an API that asks one question at a time: the service counts for few at once. */
export function createTurns(api) {
  let last = Promise.resolve();
  return {
    ask(path, body, signal) {
      const turn = last.then(() => {
        signal?.throwIfAborted();
        return api.ask(path, body, signal);
      });
      last = turn.catch(() => {}); // whoever asked handles it
      return turn;
    },
  };
}
