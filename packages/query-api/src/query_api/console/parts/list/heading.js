// What a list shows, in words: how many notifications, of what, and of which time.

import { html } from "../html.js";

/** Stands for the id in the text of a `Sentence`. */
export const ID = "\u0000";

/** A text with an id, which is isolated: in another script it would reorder the sentence. */
export function Sentence({ text, id }) {
  const [before, after] = text.split(ID);
  return html`${before}${after !== undefined && html`<bdi>${id}</bdi>`}${after}`;
}

/** The time is the one that was asked for, without one that of the rows. */
export function Heading({ state, walk, services }) {
  const { t, format, now } = services;
  const count = countRows(walk, t);
  const { created_from: from = null, created_to: to = null } = walk.query.body;
  const [last, first] = [walk.rows[0].created_at, walk.rows.at(-1).created_at];
  const isAny = from === null && to === null;
  const period = isAny ? format.range(first, last, now) : describePeriod({ from, to }, services);
  return html`
    <h1 class="heading">
      <${Sentence} text=${t(`heading.${state.view}`, { count, id: ID })} id=${state.id} />
      <span class="times">
        ${period} · ${format.zoneName(from ?? last)}
      </span>
    </h1>
  `;
}

/** Returns the number of rows in words: all, or the newest ones. */
export function countRows({ rows, isComplete }, t) {
  return t(isComplete ? "count.all" : "count.newest", { count: rows.length });
}

/** Returns a period in words; a bound is null if there is none. */
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
