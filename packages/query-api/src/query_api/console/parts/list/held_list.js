// A list below figures, which stays as it is while the page refreshes by itself.

import { useHeld } from "../hooks/held.js";
import { useWalk } from "../hooks/walk.js";
import { html } from "../html.js";
import { List } from "./list.js";
import { End, Refreshed } from "./walk_view.js";

/** `lastCreatedAt` is when the newest row of the query was created, as far as it is known. */
export function HeldList({ title, columns, query, lastCreatedAt, state, services }) {
  const { t, wasAutomatic } = services;
  const [held, take] = useHeld(query, wasAutomatic);
  const walk = useWalk(held, services);
  const { rows } = walk;
  const hasNewer = held !== query && rows.length > 0 && lastCreatedAt > rows[0].created_at;
  return html`
    <section class="part">
      <h2>${title}</h2>
      ${hasNewer && html`<button type="button" onClick=${take}>${t("list.newer")}</button>`}
      <${Refreshed} walk=${walk} level="h3" t=${t} />
      ${rows.length > 0 &&
      html`<${List} rows=${rows} columns=${columns} state=${state} services=${services} />`}
      <${End} walk=${walk} level="h3" t=${t} />
    </section>
  `;
}
