// The first of many, and a button that shows all.

import { html, useState } from "../html.js";

/** Returns `[shown, button]` of a list that is shown up to a number; `kind` is a class. */
export function useSome(rows, most, t, kind = "") {
  const [isAll, setAll] = useState(false);
  const isCut = !isAll && rows.length > most;
  const button =
    isCut &&
    html`<button type="button" class=${kind} onClick=${() => setAll(true)}>
      ${t("figures.all", { count: rows.length })}
    </button>`;
  return [isCut ? rows.slice(0, most) : rows, button];
}
