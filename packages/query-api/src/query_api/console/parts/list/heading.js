// What a list shows, in words: how many notifications, of what, and of which time.

import { html } from "../html.js";

const ID = "\u0000";

export function Heading({ state, walk, services }) {
  const { t, format, now } = services;
  const { rows, isComplete } = walk;
  const count = t(isComplete ? "count.all" : "count.newest", { count: rows.length });
  // The id is isolated: in another script it would reorder the sentence.
  const [before, after] = t(`heading.${state.view}`, { count, id: ID }).split(ID);
  const times = rows.map((row) => row.created_at);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return html`
    <h1 class="heading">
      ${before}${after !== undefined && html`<bdi>${state.id}</bdi>`}${after}
      <span class="times">
        ${format.range(first, last, now)} · ${format.zoneName(last)}
      </span>
    </h1>
  `;
}

/** Returns the bounds of a period in words, each null if there is none. */
export function describePeriod({ from, to }, { t, format, now }) {
  if (from === null && to === null) {
    return t("empty.any");
  }
  if (from !== null && to !== null) {
    return format.range(from, to, now);
  }
  return from !== null
    ? t("empty.since", { from: format.dated(from) })
    : t("empty.before", { to: format.dated(to) });
}
