// Figures and the list below them, or what there is instead: nothing, or a problem.

import { html } from "../html.js";
import { HeldList } from "../list/held_list.js";
import { Empty } from "../state/empty.js";
import { Loading } from "../state/loading.js";
import { Problem } from "../state/problem.js";

// A query that is refused has no list either, which would say so once more.
const REFUSED = 400;

/** `figures` are of `useFigures`, `title` and `columns` those of the list, `children` above it. */
export function Figured({ figures, title, columns, query, state, services, children }) {
  const { t } = services;
  const { counts, times } = figures;
  const { counted, lastCreatedAt, notes } = times;
  if (counted === 0 && counts.every(({ isComplete }) => isComplete)) {
    return html`<${Empty} state=${state} services=${services} />`;
  }
  const failed = counts.find(({ problem }) => problem !== null);
  const problem = failed && {
    problem: failed.problem,
    level: counted === 0 ? "h1" : "h2",
    retry: () => counts.forEach((count) => count.run()),
  };
  return html`
    ${problem && html`<${Problem} ...${problem} t=${t} />`}
    ${counted > 0 ? children : !problem && html`<${Loading} hasRows=${false} t=${t} />`}
    ${notes.map((note) => html`<p class="hint" key=${note}>${note}</p>`)}
    ${failed?.problem.status !== REFUSED &&
    html`<${HeldList} ...${{ title, columns, query, lastCreatedAt, state, services }} />`}
  `;
}
