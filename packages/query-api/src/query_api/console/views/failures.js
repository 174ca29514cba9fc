// What fails, since when, and why?

import { keepReasons, sumCounts } from "../core/figures/breakdown.js";
import { chooseUnit, createSeries, findShownUnit } from "../core/figures/series.js";
import { Multiples } from "../parts/figures/multiples.js";
import { Other } from "../parts/figures/other.js";
import { Progress } from "../parts/figures/progress.js";
import { Reasons } from "../parts/figures/reasons.js";
import { useCount, useTurns } from "../parts/hooks/count.js";
import { useQuery } from "../parts/hooks/walk.js";
import { html } from "../parts/html.js";
import { HeldList } from "../parts/list/held_list.js";
import { Empty } from "../parts/state/empty.js";
import { Loading } from "../parts/state/loading.js";
import { Problem } from "../parts/state/problem.js";

const COLUMNS = ["time", "title", "reason", "ap", "platform", "user"];
const DEFAULT_SPAN_MS = 24 * 60 * 60_000; // of the service, for a query without a start

export function Failures({ state, services }) {
  const { t, now } = services;
  const query = useQuery(state, services);
  const { created_to: to = now } = query.body;
  const { created_from: from = to - DEFAULT_SPAN_MS } = query.body;
  const unit = chooseUnit(to - from);
  const counting = useTurns(services);
  const count = useCount(query, ["ap_id", "error_msg", unit], counting);
  const matched = keepReasons(count.groups, state.reason);
  const { problem, isComplete, run } = count;
  const level = matched.length === 0 ? "h1" : "h2";
  const notice = problem && html`<${Problem} problem=${problem} level=${level} retry=${run} t=${t} />`;
  if (matched.length === 0 && !isComplete) {
    return notice ?? html`<${Loading} hasRows=${false} t=${t} />`;
  }
  if (matched.length === 0) {
    return html`<${Empty} state=${state} services=${services} />`;
  }
  const listed = { query, lastCreatedAt: count.lastCreatedAt, state, services };
  const bounds = { from, to, unit: findShownUnit(matched, unit) };
  return html`
    ${notice}
    <${Figures} ...${{ count, matched, bounds, query, state, services: counting }} />
    <${HeldList} title=${t("figures.failures")} columns=${COLUMNS} ...${listed} />
  `;
}

function Figures({ count, matched, bounds, query, state, services }) {
  const { t, format, zone, now } = services;
  const { from, to, unit } = bounds;
  const matching = sumCounts(matched);
  const { starts, series } = createSeries(matched, { ...bounds, by: "ap_id", zone });
  return html`
    <h1 class="heading">
      ${t(count.isComplete ? "failures.title" : "failures.so-far", { count: matching })}${" "}
      <span class="times">${format.range(from, to, now)} · ${format.zoneName(to)}</span>
    </h1>
    ${!count.isComplete &&
    html`<${Progress} counts=${[count]} matching=${matching} query=${query} services=${services} />`}
    <${Multiples} ...${{ starts, series, unit, query, state, services }} />
    <p class="hint">${t("chart.zone", { zone: format.zoneName(to) })}</p>
    <${Other} count=${count} t=${t} />
    <section class="part">
      <h2>${t("figures.reasons")}</h2>
      <${Reasons} groups=${matched} state=${state} services=${services} />
    </section>
  `;
}
