// How did this campaign do, and what did it send?

import { keepReasons, sumCounts } from "../core/figures/breakdown.js";
import { chooseUnit, createSeries, findShownUnit } from "../core/figures/series.js";
import { Chart } from "../parts/chart/chart.js";
import { Breakdown } from "../parts/figures/breakdown.js";
import { Legend } from "../parts/figures/legend.js";
import { Other } from "../parts/figures/other.js";
import { Progress } from "../parts/figures/progress.js";
import { Reasons } from "../parts/figures/reasons.js";
import { orderStatuses, Tiles } from "../parts/figures/tiles.js";
import { useCount, useTurns } from "../parts/hooks/count.js";
import { useQuery } from "../parts/hooks/walk.js";
import { html } from "../parts/html.js";
import { HeldList } from "../parts/list/held_list.js";
import { Empty } from "../parts/state/empty.js";
import { Loading } from "../parts/state/loading.js";
import { Problem } from "../parts/state/problem.js";
import { getStatusKind, getStatusText } from "../parts/status.js";

const COLUMNS = ["time", "title", "status", "platform", "ap", "user"];
const BY = ["status", "platform", "ap_id", "error_msg"];

export function Campaign({ state, services }) {
  const query = useQuery(state, services);
  return query === null
    ? html`<p class="hint">${services.t("empty.id")}</p>`
    : html`<${Answer} query=${query} state=${state} services=${services} />`;
}

function Answer({ query, state, services }) {
  const { t } = services;
  const counting = useTurns(services);
  const times = useTimes(query, state, counting);
  const parts = useCount(query, BY, counting);
  const counts = [times.count, parts];
  const failed = counts.find(({ problem }) => problem !== null);
  const retry = () => counts.forEach((count) => count.run());
  const level = times.matching === 0 ? "h1" : "h2";
  const problem =
    failed && html`<${Problem} problem=${failed.problem} level=${level} retry=${retry} t=${t} />`;

  if (times.matching === 0 && !counts.every(({ isComplete }) => isComplete)) {
    return problem ?? html`<${Loading} hasRows=${false} t=${t} />`;
  }
  if (times.matching === 0) {
    return html`<${Empty} state=${state} services=${services} />`;
  }
  const shown = { query, parts, times, counts, state, services };
  const listed = { query, lastCreatedAt: times.count.lastCreatedAt, state, services };
  return html`
    ${problem}
    <${Figures} ...${shown} />
    <${HeldList} title=${t("figures.list")} columns=${COLUMNS} ...${listed} />
  `;
}

/** Returns the count by status over time, and its series. */
function useTimes(query, state, services) {
  const { t, zone, now } = services;
  const { created_from: from = null, created_to: to = now } = query.body;
  // Where the first one is not known yet, minutes; they become hours if there are too many.
  const unit = from === null ? "minute" : chooseUnit(to - from);
  const by = state.reason.length ? ["status", "error_msg", unit] : ["status", unit];
  const count = useCount(query, by, services);
  const { groups, firstCreatedAt, lastCreatedAt } = count;
  const matched = keepReasons(groups, state.reason);
  const span = from === null ? lastCreatedAt - firstCreatedAt : to - from;
  const shown = findShownUnit(matched, chooseUnit(span));
  const found = createSeries(matched, { unit: shown, by: "status", zone, from, to });
  const series = orderStatuses(found.series).map((each) => describe(each, t));
  const chart = { ...found, series, unit: shown, counted: "notifications", services };
  return { count, matching: sumCounts(matched), chart };
}

const describe = (series, t) => ({
  ...series,
  label: getStatusText(series.value, t),
  kind: getStatusKind(series.value),
});

function Figures({ query, parts, times, counts, state, services }) {
  const { t, format, go, now } = services;
  const { chart, count, matching } = times;
  const { firstCreatedAt, lastCreatedAt } = count;
  const matched = keepReasons(parts.groups, state.reason);
  const failures = matched.filter(({ status, other }) => other || status === "FAILED");
  return html`
    <h1 class="heading">
      ${t("kind.campaign")} <bdi>${state.id}</bdi>${" "}
      <span class="times">
        ${format.range(firstCreatedAt, lastCreatedAt, now)} · ${format.zoneName(lastCreatedAt)}
      </span>
    </h1>
    <${Progress} counts=${counts} matching=${matching} query=${query} services=${services} />
    <${Tiles} series=${chart.series} state=${state} services=${services} />
    <section class="part">
      <h2>${t("figures.title")}</h2>
      <${Legend} series=${chart.series} />
      <${Chart}
        title=${t("figures.title")}
        chart=${{ ...chart, series: chart.series.toReversed() }}
        reached=${count.isComplete ? null : firstCreatedAt}
        select=${(from, to) => go({ ...state, period: { from, to }, open: null })}
      />
      <p class="hint">${t("chart.zone", { zone: format.zoneName(lastCreatedAt) })}</p>
      <${Other} count=${count} t=${t} />
    </section>
    <section class="part">
      <h2>${t("figures.by")}</h2>
      <${Breakdown} groups=${matched} state=${state} services=${services} />
      <${Other} count=${parts} t=${t} />
    </section>
    <section class="part">
      <h2>${t("figures.reasons")}</h2>
      <${Reasons} groups=${failures} state=${state} services=${services} />
    </section>
  `;
}
