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

/** Returns the bounds of a query in words. */
export function describePeriod({ body }, { t, format, now }) {
  const [from, to] = [body.created_from, body.created_to].map(
    (each) => each !== undefined && `${format.dated(each)}`,
  );
  const zone = `(${format.zoneName(body.created_from ?? body.created_to ?? now)})`;
  if (from && to) {
    return `${t("empty.between", { from, to })} ${zone}`;
  }
  if (from) {
    return `${t("empty.since", { from })} ${zone}`;
  }
  return to ? `${t("empty.before", { to })} ${zone}` : t("empty.any");
}
