// Saves the figures that are shown as CSV. Until all rows are counted there is nothing to save.

import { BYTE_ORDER_MARK, encodeCsv } from "../../core/export/csv.js";
import { createFileName } from "../../core/export/file_name.js";
import { html } from "../html.js";
import { save } from "./save.js";

/**
 * `name` is what the figures are by, a part of the file's name; `tabulate` returns rows of cells, of
 * `figures` of `useFigures`.
 */
export function TableExport({ name, tabulate, figures, state, services }) {
  const { t, zone } = services;
  const isComplete = figures.counts.every((count) => count.isComplete);
  const act = () => {
    const file = new Blob([BYTE_ORDER_MARK, encodeCsv(tabulate())], { type: "text/csv" });
    save(file, createFileName([state.id ?? state.view, name], Date.now(), zone, "csv"));
  };
  return html`
    <p class="table-export">
      <button type="button" disabled=${!isComplete} onClick=${act}>${t("export.table")}</button>
    </p>
  `;
}
