// How counts are asked for: by longer parts of time where there are too many, and one by one.

import { chooseUnit, UNITS } from "./series.js";

/**
 * Creates an API whose counts by minute become counts by hour, and those counts by day, once a
 * chart of what was counted would show these, or an answer has too many groups to list: that part
 * is counted again.
 */
export function createCoarsening(api) {
  let shortest = 0;
  let [first, last] = [Infinity, -Infinity];
  return {
    async ask(path, body, signal) {
      const place = body.by.findIndex((name) => UNITS.includes(name));
      if (place === -1) {
        return api.ask(path, body, signal);
      }
      for (;;) {
        const unit = Math.max(UNITS.indexOf(body.by[place]), shortest);
        const part = await api.ask(path, { ...body, by: body.by.with(place, UNITS[unit]) }, signal);
        if (!part.data.at(-1)?.other || unit === UNITS.length - 1) {
          first = Math.min(first, part.first_created_at ?? first);
          last = Math.max(last, part.last_created_at ?? last);
          shortest = Math.max(shortest, UNITS.indexOf(chooseUnit(last - first)));
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
