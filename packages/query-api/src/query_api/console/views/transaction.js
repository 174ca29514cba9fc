// What became of this transaction? It has one notification, or a few.

import { html } from "../parts/html.js";
import { useQuery, useWalk } from "../parts/hooks/walk.js";
import { Detail } from "../parts/list/detail.js";
import { Heading } from "../parts/list/heading.js";
import { WalkRows } from "../parts/list/walk_view.js";

const COLUMNS = ["time", "title", "status", "platform", "ap", "user"];

export function Transaction({ state, services }) {
  const query = useQuery(state, services);
  const walk = useWalk(query, services);
  const [only] = walk.rows;
  if (walk.rows.length === 1 && walk.isComplete) {
    return html`
      <${Heading} state=${state} walk=${walk} services=${services} />
      <${Detail} row=${only} services=${services} close=${null} />
    `;
  }
  const shown = { query, walk, columns: COLUMNS, state, services };
  return html`<${WalkRows} ...${shown} />`;
}
