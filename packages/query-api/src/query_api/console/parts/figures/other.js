// How many rows are in groups that the service did not list: it lists the 1,000 largest.

import { countOther } from "../../core/figures/breakdown.js";
import { html } from "../html.js";

export function Other({ groups, t }) {
  const count = countOther(groups);
  return count > 0 && html`<p class="hint">${t("figures.other", { count })}</p>`;
}
