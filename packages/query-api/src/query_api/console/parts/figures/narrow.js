// A value of the figures that narrows everything.

import { html } from "../html.js";

/** A value that shows itself alone when it is clicked; one that was not written cannot be chosen. */
export function Narrow({ name, value, state, services }) {
  const { t, go } = services;
  if (value === null) {
    return html`<span class="none">${t("figures.none")}</span>`;
  }
  const isChosen = state[name].length === 1 && state[name][0] === value;
  return html`
    <button
      type="button"
      class="narrow"
      aria-pressed=${String(isChosen)}
      title=${isChosen ? t("figures.widen") : t("figures.narrow", { value })}
      onClick=${() => go({ ...state, [name]: isChosen ? [] : [value], open: null })}
    >
      <bdi>${value}</bdi>
    </button>
  `;
}
