// A list below figures, which stays as it is while the page refreshes by itself.

import { html } from "../html.js";
import { List } from "./list.js";
import { End, Refreshed } from "./walk_view.js";

/**
 * `take` shows what is held back, null if nothing is. `lastCreatedAt` is when the newest row of the
 * query was created, as far as it is known. `isSaid` says that the walk's problem is shown elsewhere.
 */
export function HeldList({ title, columns, walk, take, isSaid, lastCreatedAt, state, services }) {
  const { t } = services;
  const { rows } = walk;
  const hasNewer = take !== null && rows.length > 0 && lastCreatedAt > rows[0].created_at;
  return html`
    <section class="part">
      <h2>${title}</h2>
      ${hasNewer && html`<button type="button" onClick=${take}>${t("list.newer")}</button>`}
      ${isSaid || html`<${Refreshed} walk=${walk} level="h3" t=${t} />`}
      ${rows.length > 0 &&
      html`<${List} rows=${rows} columns=${columns} state=${state} services=${services} />`}
      ${isSaid || html`<${End} walk=${walk} level="h3" t=${t} />`}
    </section>
  `;
}
