// An export of all rows of a query, read page by page into a file.

import { createPages, LARGEST_PAGE_SIZE } from "../walk.js";
import { FORMATS } from "./formats.js";

export const NO_EXPORT = {
  count: 0,
  reached: null,
  notes: [],
  file: null,
  isRunning: false,
  problem: null,
};

/**
 * Creates an export. `onChange` receives each snapshot:
 * `{count, reached, notes, file, isRunning, problem}`.
 *
 * `reached` is when the last row was created: rows come newest first. `file` is a `Blob`, once it
 * has all rows. After a problem, `run` goes on with the page that failed.
 *
 * `format` names one of `FORMATS`.
 */
export function createExport({ api, path, body, format, zone, onChange }) {
  const { type, encodeHead, encodeRows } = FORMATS[format];
  const controller = new AbortController();
  const pages = createPages({ api, path, body, limit: LARGEST_PAGE_SIZE });
  // A browser may keep blobs on disk, which texts of a million rows would not fit in memory without.
  const chunks = [new Blob([encodeHead(zone)])];
  let snapshot = NO_EXPORT;

  function change(changes) {
    if (!controller.signal.aborted) {
      snapshot = { ...snapshot, ...changes };
      onChange(snapshot);
    }
  }

  async function readPage() {
    const page = await pages.read(controller.signal);
    chunks.push(new Blob([encodeRows(page.rows, zone)]));
    change({
      count: snapshot.count + page.rows.length,
      reached: page.rows.at(-1)?.created_at ?? snapshot.reached,
      notes: [...new Set([...snapshot.notes, ...page.notes])],
    });
  }

  return {
    /** Reads to the end, or until a problem. */
    async run() {
      change({ isRunning: true, problem: null });
      try {
        while (!pages.isComplete) {
          await readPage();
        }
        change({ isRunning: false, file: new Blob(chunks, { type }) });
      } catch (problem) {
        change({ isRunning: false, problem });
      }
    },
    /** Ends the export: no snapshot follows. */
    cancel() {
      controller.abort();
    },
  };
}

/** Returns rows that were read already as a file. */
export function createFile(rows, format, zone) {
  const { type, encodeHead, encodeRows } = FORMATS[format];
  return new Blob([encodeHead(zone), encodeRows(rows, zone)], { type });
}
