// A count of the rows of a query, added up from the parts in which the service counts them.

import { findNotes } from "./walk.js";

export const NO_COUNTS = {
  groups: [],
  counted: 0,
  firstCreatedAt: null,
  lastCreatedAt: null,
  isStarted: false,
  isComplete: false,
  isRunning: false,
  problem: null,
  notes: [],
};

/**
 * Creates a count. `onChange` receives each snapshot:
 * `{groups, counted, firstCreatedAt, lastCreatedAt, isStarted, isComplete, isRunning, problem,
 * notes}`.
 *
 * `groups` are as the service returns them, each with its `count`; the rows of small groups may be
 * in one `{other: true, count}`. `notes` are what the service says beside the figures. Until it is complete, everything is what was counted so far.
 */
export function createCount({ api, path, body, onChange }) {
  let controller = null;
  let cursor = null;
  const groups = new Map();
  let snapshot = NO_COUNTS;

  function change(changes) {
    snapshot = { ...snapshot, ...changes };
    onChange(snapshot);
  }

  function add(part) {
    for (const { count, ...key } of part.data) {
      const text = JSON.stringify(key);
      groups.set(text, { ...key, count: (groups.get(text)?.count ?? 0) + count });
    }
    cursor = part.next_cursor;
    change({
      groups: [...groups.values()],
      counted: snapshot.counted + part.counted,
      firstCreatedAt: choose(Math.min, snapshot.firstCreatedAt, part.first_created_at),
      lastCreatedAt: choose(Math.max, snapshot.lastCreatedAt, part.last_created_at),
      isStarted: true,
      isComplete: cursor === null,
      notes: [...new Set([...snapshot.notes, ...findNotes(part.message)])],
    });
  }

  return {
    /** Counts on to the end, until it is paused, or until a problem. */
    async run() {
      if (controller || snapshot.isComplete) {
        return;
      }
      const { signal } = (controller = new AbortController());
      change({ isRunning: true, problem: null });
      try {
        while (!snapshot.isComplete) {
          add(await api.ask(path, { ...body, cursor }, signal));
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        change({ problem: error });
      }
      controller = null;
      change({ isRunning: false });
    },
    /** Drops the part that is being counted; `run` counts it again. */
    pause() {
      controller?.abort();
      controller = null;
      change({ isRunning: false });
    },
    /** Ends the count: no snapshot follows. */
    stop() {
      onChange = () => {};
      controller?.abort();
    },
  };
}

function choose(pick, known, found) {
  return known === null || found === null ? (known ?? found) : pick(known, found);
}
