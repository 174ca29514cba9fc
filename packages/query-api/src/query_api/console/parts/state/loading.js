// Something is being read: grey lines where rows will be, or a word below those that are there.

import { html } from "../html.js";

export function Loading({ hasRows, t }) {
  return html`
    <div class="loading" role="status">
      <p class=${hasRows ? "hint" : "hidden"}>${t("list.loading")}</p>
      ${hasRows || [1, 2, 3, 4, 5, 6].map((each) => html`<div class="line" key=${each}></div>`)}
    </div>
  `;
}
