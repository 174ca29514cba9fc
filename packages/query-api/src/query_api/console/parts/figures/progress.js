// How far a count is: what was counted so far, a bar where the end is known, and a pause.

import { html } from "../html.js";

/** `counts` are those of one query: they are complete, and pause, together; the first is shown. */
export function Progress({ counts, query, services }) {
  const { t } = services;
  const [count] = counts;
  const isComplete = counts.every((each) => each.isComplete);
  const isRunning = counts.some((each) => each.isRunning);
  const act = (name) => counts.forEach((each) => each[name]());
  return html`
    <div class="progress" role="status">
      <span class="counted">
        ${t(`counted.${isComplete ? "all" : "so-far"}`, { count: count.counted })}
      </span>
      ${!isComplete && html`<${Reached} count=${count} query=${query} services=${services} />`}
      ${!isComplete &&
      html`<button type="button" onClick=${() => act(isRunning ? "pause" : "run")}>
        ${t(isRunning ? "counted.pause" : "counted.run")}
      </button>`}
    </div>
  `;
}

// The newest are counted first, so that the oldest one counted says how far it is.
function Reached({ count, query, services }) {
  const { t, format, now } = services;
  const { created_from: from, created_to: to = now } = query.body;
  if (count.firstCreatedAt === null) {
    return null;
  }
  const share = (to - count.firstCreatedAt) / (to - from);
  return html`
    ${from !== undefined &&
    html`
      <progress max="1" value=${share} aria-label=${t("counted.progress")}></progress>
      <span>${format.share(share)}</span>
    `}
    <span class="hint">${t("counted.back", { time: format.moment(count.firstCreatedAt) })}</span>
  `;
}
