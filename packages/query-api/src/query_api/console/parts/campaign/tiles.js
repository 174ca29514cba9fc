// Counts by status with their shares. A click shows one status alone, a second one all again.

import { html } from "../html.js";
import { Status } from "../status.js";

const KNOWN = ["DELIVERED", "SENT", "FAILED"];

/** Returns the series of statuses in the order of the tiles: known ones, then the largest. */
export function orderStatuses(rows) {
  const place = (value) => (KNOWN.includes(value) ? KNOWN.indexOf(value) : KNOWN.length);
  return rows.toSorted((one, other) => place(one.value) - place(other.value));
}

/** `series` are of `createSeries` by status. */
export function Tiles({ series, state, services }) {
  const { t, format, go } = services;
  const total = series.reduce((sum, each) => sum + each.total, 0);
  const missing = KNOWN.filter((value) => series.every((each) => each.value !== value));
  const shown = state.status.length ? series : [...series, ...missing.map((value) => ({ value, total: 0 }))];
  const isChosen = (value) => state.status.length === 1 && state.status[0] === value;
  return html`
    <div class="tiles" role="group" aria-label=${t("filter.status")}>
      ${orderStatuses(shown).map(
        ({ value, total: count }) => html`
          <button
            key=${value}
            type="button"
            class="tile"
            aria-pressed=${String(isChosen(value))}
            disabled=${value === null}
            onClick=${() => go({ ...state, status: isChosen(value) ? [] : [value], open: null })}
          >
            <${Status} status=${value} t=${t} />
            <b>${format.number(count)}</b>
            <span class="hint">${total > 0 ? format.share(count / total) : t("row.none")}</span>
          </button>
        `,
      )}
    </div>
  `;
}
