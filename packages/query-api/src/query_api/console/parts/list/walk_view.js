// The rows of a query as a list, with all that may happen on the way.

import { html } from "../html.js";
import { useQuery, useWalk } from "../hooks/walk.js";
import { Empty } from "../state/empty.js";
import { Loading } from "../state/loading.js";
import { Problem } from "../state/problem.js";
import { countRows, Heading } from "./heading.js";
import { List } from "./list.js";

export function WalkView({ columns, state, services }) {
  const query = useQuery(state, services);
  const walk = useWalk(query, services);
  const shown = { query, walk, columns, state, services };
  return html`<${WalkRows} ...${shown} />`;
}

export function WalkRows({ query, walk, columns, state, services }) {
  const { t } = services;
  const { rows, isComplete, isLoading, problem } = walk;
  if (query === null) {
    return html`<p class="hint">${t("empty.id")}</p>`;
  }
  const isEmpty = rows.length === 0 && isComplete;
  return html`
    <p class="hidden" role="status">${!isLoading && !problem && countRows(walk, t)}</p>
    ${rows.length > 0 &&
    html`
      <${Heading} state=${state} walk=${walk} services=${services} />
      <${List} rows=${rows} columns=${columns} state=${state} services=${services} />
    `}
    ${isEmpty
      ? html`<${Empty} state=${state} services=${services} />`
      : html`<${End} walk=${walk} t=${t} />`}
  `;
}

/**
 * Below the rows: what follows, is being read, or failed. `level` is of the heading of a problem.
 */
export function End({ walk, level = walk.rows.length ? "h2" : "h1", t }) {
  const { rows, isLoading, isComplete, problem, notes, more } = walk;
  return html`
    ${notes.map((note) => html`<p class="hint" key=${note}>${note}</p>`)}
    ${problem &&
    html`<${Problem} ...${{ problem, level, hasRows: rows.length > 0, retry: more, t }} />`}
    ${isLoading && html`<${Loading} hasRows=${rows.length > 0} t=${t} />`}
    ${!isLoading &&
    !problem &&
    !isComplete &&
    html`<p class="more"><button type="button" onClick=${more}>${t("list.more")}</button></p>`}
    ${isComplete && rows.length > 0 && html`<p class="hint end">${t("list.complete")}</p>`}
  `;
}
