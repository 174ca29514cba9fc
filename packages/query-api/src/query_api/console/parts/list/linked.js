// The row of a link that is not among those that are shown.

import { getRowKey, listTransactions } from "../../core/address.js";
import { createPages, LARGEST_PAGE_SIZE } from "../../core/walk.js";
import { isTyping } from "../frame/search.js";
import { html, useEffect, useState } from "../html.js";
import { Problem } from "../state/problem.js";
import { Detail } from "./detail.js";

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

/** Says that the row of a link is missing, or why it could not be read. `linked` is of `useLinked`. */
export function LinkedTrouble({ linked, t }) {
  return html`
    ${linked.isMissing && html`<p class="hint" role="status">${t("list.missing")}</p>`}
    ${linked.problem && html`<${Problem} ...${linked} hasRows=${true} t=${t} />`}
  `;
}

/** The row of a link where there is no list. */
export function LinkedRow({ state, services }) {
  const linked = useLinked(state.open, services);
  const close = () => services.go({ ...state, open: null });
  useEffect(() => {
    const act = (event) => event.key === "Escape" && linked.row && !isTyping(event) && close();
    document.addEventListener("keydown", act);
    return () => document.removeEventListener("keydown", act);
  });
  return html`
    <${LinkedTrouble} linked=${linked} t=${services.t} />
    ${linked.row &&
    html`
      <p class="hint">${services.t("list.linked")}</p>
      <${Detail} row=${linked.row} services=${services} close=${close} />
    `}
  `;
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
