// What was counted, but has no row in the tables: the service lists the 1,000 largest groups.

import { countOther } from "../../core/figures/breakdown.js";
import { html } from "../html.js";

export function Other({ groups, t }) {
  const count = countOther(groups);
  return count > 0 && html`<p class="hint">${t("figures.other", { count })}</p>`;
}
