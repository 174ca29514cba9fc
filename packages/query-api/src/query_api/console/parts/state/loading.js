// Something is being read: what, and grey lines where rows will be if there are none.

import { html } from "../html.js";

/** `what` is the key of a text. */
export function Loading({ hasRows, what = "list.loading", t }) {
  return html`
    <div class="loading" role="status">
      <p class="hint">${t(what)}</p>
      ${hasRows || [1, 2, 3, 4, 5, 6].map((each) => html`<div class="line" key=${each}></div>`)}
    </div>
  `;
}
