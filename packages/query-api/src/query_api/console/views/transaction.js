// What became of this transaction? It has one notification, or a few.

import { html } from "../parts/html.js";
import { useHeldWalk, useQuery } from "../parts/hooks/walk.js";
import { Detail } from "../parts/list/detail.js";
import { WalkRows } from "../parts/list/walk_view.js";

const COLUMNS = ["time", "title", "status", "platform", "ap", "user"];

export function Transaction({ state, services }) {
  const query = useQuery(state, services);
  const walk = useHeldWalk(query, services);
  const [only] = walk.rows;
  const isOnly = walk.rows.length === 1 && walk.isComplete;
  return html`
    <${WalkRows} ...${{ query, walk, columns: COLUMNS, state, services }}>
      ${isOnly ? html`<${Detail} row=${only} services=${services} close=${null} />` : null}
    <//>
  `;
}
