// The row of a link that is not among those that are shown.

import { getRowKey, listTransactions } from "../../core/address.js";
import { createPages, LARGEST_PAGE_SIZE } from "../../core/walk.js";
import { useEffect, useState } from "../html.js";

const UNKNOWN = { key: null, row: null, isMissing: false, problem: null };

/**
 * Returns the row of a key as `{row, isMissing, problem, retry}`; null asks for none. `isMissing`
 * says that there is no such row.
 */
export function useLinked(key, { api }) {
  const [found, setFound] = useState(UNKNOWN);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (key === null) {
      return undefined;
    }
    const controller = new AbortController();
    const show = (changes) => controller.signal.aborted || setFound({ ...UNKNOWN, key, ...changes });
    findRow(key, api, controller.signal).then(
      (row) => show({ row, isMissing: row === null }),
      (problem) => show({ problem }),
    );
    return () => controller.abort();
  }, [key, attempt]);
  return { ...(found.key === key ? found : UNKNOWN), retry: () => setAttempt(attempt + 1) };
}

async function findRow(key, api, signal) {
  for (const body of listTransactions(key)) {
    const pages = createPages({ api, path: "query/transaction", body, limit: LARGEST_PAGE_SIZE });
    while (!pages.isComplete) {
      const { rows } = await pages.read(signal);
      const row = rows.find((each) => getRowKey(each) === key);
      if (row) {
        return row;
      }
    }
  }
  return null;
}
