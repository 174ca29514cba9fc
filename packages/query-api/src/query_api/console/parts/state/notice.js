// A quiet line across the page.

import { html } from "../html.js";

export function Notice({ children }) {
  return html`<p class="notice" role="status">${children}</p>`;
}
