// How did this campaign do, and what did it send?

import { tabulateGroups, tabulateSeries } from "../core/export/tables.js";
import { NO_COUNTS } from "../core/summary.js";
import { Breakdown } from "../parts/campaign/breakdown.js";
import { Legend } from "../parts/campaign/legend.js";
import { orderStatuses, Tiles } from "../parts/campaign/tiles.js";
import { Chart } from "../parts/chart/chart.js";
import { TableExport } from "../parts/export/table_export.js";
import { Figured } from "../parts/figures/figured.js";
import { Other } from "../parts/figures/other.js";
import { Progress } from "../parts/figures/progress.js";
import { Reasons } from "../parts/figures/reasons.js";
import { useFigures } from "../parts/figures/use_figures.js";
import { useCount } from "../parts/hooks/count.js";
import { useQuery } from "../parts/hooks/walk.js";
import { html, useMemo } from "../parts/html.js";
import { getStatusKind, getStatusText } from "../parts/status.js";

const COLUMNS = ["time", "title", "status", "platform", "ap", "user"];
const COUNTED = { over: "status", by: ["status", "platform", "ap_id"] };
const REASONS = ["ap_id", "error_msg"];

export function Campaign({ state, services }) {
  const query = useQuery(state, services);
  return query === null
    ? html`<p class="hint">${services.t("empty.id")}</p>`
    : html`<${Answer} query=${query} state=${state} services=${services} />`;
}

function Answer({ query, state, services }) {
  const { t } = services;
  const { reasons, ...figures } = useReasons(query, useFigures(query, COUNTED, services));
  const { parts } = figures;
  const tabulate = () => tabulateGroups(parts.groups, COUNTED.by);
  const tabulateReasons = () => tabulateGroups(reasons.groups, REASONS);
  const shown = { figures, query, state, services };
  return html`
    <${Figured} title=${t("figures.list")} columns=${COLUMNS} ...${shown}>
      <${Figures} ...${shown} />
      <section class="part">
        <h2>${t("figures.by")}</h2>
        <${Breakdown} groups=${parts.groups} state=${state} services=${services} />
        <${Other} groups=${parts.groups} t=${t} />
        <${TableExport} name="figures" tabulate=${tabulate} ...${shown} />
      </section>
      <section class="part">
        <h2>${t("figures.reasons")}</h2>
        <${Reasons} count=${reasons} state=${state} services=${services} />
        ${reasons.counted > 0 &&
        html`<${TableExport} name="reasons" tabulate=${tabulateReasons} ...${shown} />`}
      </section>
    <//>
  `;
}

// Reasons may all differ. They are counted apart, as they would leave the other figures no room among
// the groups that the service lists; and only where something failed, as each count reads all rows.
function useReasons(query, figures) {
  const { counts, parts, counting } = figures;
  const hasFailures = parts.groups.some(({ status }) => status === "FAILED");
  const failures = useMemo(
    () => (hasFailures ? { ...query, body: { ...query.body, status: ["FAILED"] } } : null),
    [query, hasFailures],
  );
  const count = useCount(failures, REASONS, counting);
  return hasFailures
    ? { ...figures, counts: [...counts, count], reasons: count }
    : { ...figures, reasons: { ...NO_COUNTS, isComplete: parts.isComplete } };
}

function Figures({ figures, query, state, services }) {
  const { t, format, zone, go, now } = services;
  const { counts, times, starts, unit } = figures;
  const { firstCreatedAt, lastCreatedAt, isComplete } = times;
  const series = orderStatuses(figures.series).map((each) => describe(each, t));
  const tabulate = () => tabulateSeries({ starts, series }, zone);
  const chart = { starts, series: series.toReversed(), unit, counted: "notifications", services };
  return html`
    <h1 class="heading">
      ${t("kind.campaign")} <bdi>${state.id}</bdi>${" "}
      <span class="times">
        ${format.range(firstCreatedAt, lastCreatedAt, now)} · ${format.zoneName(lastCreatedAt)}
      </span>
    </h1>
    <${Progress} counts=${counts} query=${query} services=${services} />
    <${Tiles} series=${series} state=${state} services=${services} />
    <section class="part">
      <h2>${t("figures.title")}</h2>
      <${Legend} series=${series} />
      <${Chart}
        title=${t("figures.title")}
        chart=${chart}
        reached=${isComplete ? null : firstCreatedAt}
        select=${(from, to) => go({ ...state, period: { from, to }, open: null })}
      />
      <p class="hint">
        ${t("chart.zone", { zone: format.zoneName(lastCreatedAt) })}${" "}
        <span class="chart-hint">${t("chart.hint")}</span>
      </p>
      <${Other} groups=${times.groups} t=${t} />
      <${TableExport} name="time" tabulate=${tabulate} ...${{ figures, state, services }} />
    </section>
  `;
}

const describe = (series, t) => ({
  ...series,
  label: getStatusText(series.value, t),
  kind: getStatusKind(series.value),
});
