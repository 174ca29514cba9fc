// What figures leave out: rows of groups that the service did not list, and what it says itself.

import { countOther } from "../../core/figures/breakdown.js";
import { html } from "../html.js";

export function Other({ count, t }) {
  const other = countOther(count.groups);
  return html`
    ${other > 0 && html`<p class="hint">${t("figures.other", { count: other })}</p>`}
    ${count.notes.map((note) => html`<p class="hint" key=${note}>${note}</p>`)}
  `;
}
