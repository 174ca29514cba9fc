// The first of many, and a button that shows all.

import { html, useState } from "../html.js";

/** Returns `[shown, button]` of a list that is shown up to a number. */
export function useSome(rows, most, t, { isSmall = false } = {}) {
  const [isAll, setAll] = useState(false);
  const isCut = !isAll && rows.length > most;
  const values = { count: rows.length, rest: rows.length - most };
  const button =
    isCut &&
    html`
      <button
        type="button"
        class=${isSmall ? "narrow more" : "more"}
        title=${t("figures.all", values)}
        onClick=${() => setAll(true)}
      >
        ${t(isSmall ? "figures.more" : "figures.all", values)}
      </button>
    `;
  return [isCut ? rows.slice(0, most) : rows, button];
}
