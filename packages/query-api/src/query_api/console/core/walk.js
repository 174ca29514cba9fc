// A walk over the rows of a query, page by page.

export const PAGE_SIZE = 50;
/** The largest that the service has. */
export const LARGEST_PAGE_SIZE = 100;

export const NO_ROWS = {
  rows: [],
  isStarted: false,
  isComplete: false,
  isLoading: false,
  problem: null,
  notes: [],
};

/**
 * Creates the pages of a query, which are read one after another.
 *
 * `read` returns `{rows, notes}`. Where it fails, the next one reads the same page. `notes` are what
 * the service says beside the number of rows, such as how many could not be read.
 */
export function createPages({ api, path, body, limit }) {
  let cursor = null;
  return {
    isComplete: false,
    async read(signal) {
      const page = await api.ask(path, { ...body, limit, cursor }, signal);
      cursor = page.next_cursor;
      this.isComplete = cursor === null;
      return { rows: page.data, notes: findNotes(page.message) };
    },
  };
}

/**
 * Creates a walk. `onChange` receives each snapshot:
 * `{rows, isStarted, isComplete, isLoading, problem, notes}`.
 *
 * `isStarted` says that the first rows were read: at least `first`, unless there are no more. A
 * problem leaves the rows; `more` then tries again.
 */
export function createWalk({ api, path, body, first = 1, onChange }) {
  const controller = new AbortController();
  const pages = createPages({ api, path, body, limit: PAGE_SIZE });
  let snapshot = NO_ROWS;

  function change(changes) {
    snapshot = { ...snapshot, ...changes };
    onChange(snapshot);
  }

  async function readPage() {
    const page = await pages.read(controller.signal);
    const rows = [...snapshot.rows, ...page.rows];
    change({
      rows,
      isStarted: rows.length >= first || pages.isComplete,
      isComplete: pages.isComplete,
      notes: [...new Set([...snapshot.notes, ...page.notes])],
    });
  }

  return {
    /** Reads on until there are more rows or no more: with a filter, a page may have none. */
    async more() {
      if (snapshot.isLoading || snapshot.isComplete || controller.signal.aborted) {
        return;
      }
      change({ isLoading: true, problem: null });
      try {
        const wanted = snapshot.isStarted ? snapshot.rows.length + 1 : first;
        while (snapshot.rows.length < wanted && !snapshot.isComplete) {
          await readPage();
        }
        change({ isLoading: false });
      } catch (error) {
        if (controller.signal.aborted) {
          return;
        }
        change({ isLoading: false, problem: error });
      }
    },
    /** Ends the walk: no snapshot follows. */
    stop() {
      controller.abort();
    },
  };
}

/**
 * Returns what a message says beside the number of rows, in a list of one text or none: that of a
 * page is `3 notifications; 1 row could not be read; more may follow at next_cursor`.
 */
export function findNotes(message) {
  const [, ...notes] = message.split("; ");
  // A page and a count show by themselves what follows, and what is in no group.
  const said = notes.filter((note) => !/next_cursor|further groups/.test(note)).join("; ");
  return said ? [said] : [];
}
