// Figures and the list below them, or what there is instead: nothing, or a problem.

import { useHeld } from "../hooks/held.js";
import { useWalk } from "../hooks/walk.js";
import { html, useEffect, useState } from "../html.js";
import { HeldList } from "../list/held_list.js";
import { Empty } from "../state/empty.js";
import { Loading } from "../state/loading.js";
import { Problem } from "../state/problem.js";

// A query that is refused has no list either, which would say so once more.
const REFUSED = 400;
// Figures come above the list and would move it, so it waits for them, but not for long.
const LONGEST_WAIT_MS = 1500;

/** `figures` are of `useFigures`, `title` and `columns` those of the list, `children` above it. */
export function Figured({ figures, title, columns, query, state, services, children }) {
  const { t, wasAutomatic } = services;
  const { counts, times } = figures;
  const { counted, lastCreatedAt, notes } = times;
  const hasWaited = useWaited(query.key, LONGEST_WAIT_MS);
  const [held, take] = useHeld(query, wasAutomatic);
  const walk = useWalk(held, services);
  if (counted === 0 && counts.every(({ isComplete }) => isComplete)) {
    return html`<${Empty} state=${state} services=${services} />`;
  }
  const failed = counts.find(({ problem }) => problem !== null);
  const isSaid = Boolean(failed && walk.problem) && isAlike(failed.problem, walk.problem);
  const problem = failed && {
    problem: failed.problem,
    level: counted === 0 ? "h1" : "h2",
    hasRows: counted > 0 || walk.rows.length > 0,
    retry() {
      counts.forEach((count) => count.run());
      if (isSaid) {
        walk.more();
      }
    },
  };
  return html`
    ${problem && html`<${Problem} ...${problem} t=${t} />`}
    ${counted > 0 ? children : !problem && html`<${Loading} hasRows=${false} what="figures.loading" t=${t} />`}
    ${notes.map((note) => html`<p class="hint" key=${note}>${note}</p>`)}
    ${failed?.problem.status !== REFUSED &&
    html`<div hidden=${(isSaid && walk.rows.length === 0) || (counted === 0 && !failed && !hasWaited)}>
      <${HeldList}
        take=${held === query ? null : take}
        ...${{ title, columns, walk, isSaid, lastCreatedAt, state, services }}
      />
    </div>`}
  `;
}

// Problems that differ only in the request that had them are said once.
function isAlike(one, other) {
  return ["kind", "type", "status"].every((name) => one[name] === other[name]);
}

// Whether the key has been the same for so many milliseconds.
function useWaited(key, ms) {
  const [waited, setWaited] = useState(null);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(key), ms);
    return () => clearTimeout(timer);
  }, [key]);
  return waited === key;
}
