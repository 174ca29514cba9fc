// The rows of a query as a list, with all that may happen on the way.

import { html } from "../html.js";
import { useHeldWalk, useQuery } from "../hooks/walk.js";
import { Empty } from "../state/empty.js";
import { Loading } from "../state/loading.js";
import { Problem } from "../state/problem.js";
import { countRows, Heading } from "./heading.js";
import { List } from "./list.js";

export function WalkView({ columns, state, services }) {
  const query = useQuery(state, services);
  const walk = useHeldWalk(query, services);
  const shown = { query, walk, columns, state, services };
  return html`<${WalkRows} ...${shown} />`;
}

/** `children` stand for the list, where there are rows and something else shows them. */
export function WalkRows({ query, walk, columns, state, services, children }) {
  const { t } = services;
  const { rows, isComplete, isLoading, problem } = walk;
  if (query === null) {
    return html`<p class="hint">${t("empty.id")}</p>`;
  }
  return html`
    <p class="hidden" role="status">${!isLoading && !problem && countRows(walk, t)}</p>
    <${Refreshed} walk=${walk} t=${t} />
    ${rows.length > 0 &&
    html`
      <${Heading} state=${state} walk=${walk} services=${services} />
      ${children ??
      html`<${List} ...${{ rows, columns, isAlone: true, state, services }} />`}
    `}
    ${rows.length === 0 && isComplete && html`<${Empty} state=${state} services=${services} />`}
    <${End} walk=${walk} t=${t} />
  `;
}

/** Above what is refreshed: over the page what one waits for, and what failed. */
export function Refreshed({ walk, level = "h2", t }) {
  const { isOld, isLoading, problem, hasNewer = false, more, take } = walk;
  return html`
    <div class="floating">
      ${isOld && isLoading && html`<p class="pill" role="status">${t("list.loading")}</p>`}
      ${hasNewer &&
      html`<button type="button" class="pill" onClick=${take}>${t("list.newer")}</button>`}
    </div>
    ${isOld &&
    problem &&
    html`<${Problem} ...${{ problem, level, hasRows: true, retry: more, t }} />`}
  `;
}

/**
 * Below the rows: what follows, is being read, or failed. `level` is of the heading of a problem.
 */
export function End({ walk, level = walk.rows.length ? "h2" : "h1", t }) {
  const { rows, isOld, isLoading, isComplete, problem, notes, more } = walk;
  const isReading = isLoading && !isOld;
  const failed = isOld ? null : problem;
  return html`
    ${notes.map((note) => html`<p class="hint" key=${note}>${note}</p>`)}
    ${failed &&
    html`<${Problem} ...${{ problem: failed, level, hasRows: rows.length > 0, retry: more, t }} />`}
    ${isReading && html`<${Loading} hasRows=${rows.length > 0} t=${t} />`}
    ${!isReading &&
    !failed &&
    !isComplete &&
    html`<p class="more">
      <button type="button" disabled=${isOld} onClick=${more}>${t("list.more")}</button>
    </p>`}
    ${isComplete && rows.length > 0 && html`<p class="hint end">${t("list.complete")}</p>`}
  `;
}
