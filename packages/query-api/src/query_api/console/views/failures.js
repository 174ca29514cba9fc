// What fails, since when, and why?

import { tabulateGroups, tabulateSeries } from "../core/export/tables.js";
import { TableExport } from "../parts/export/table_export.js";
import { Multiples } from "../parts/failures/multiples.js";
import { Figured } from "../parts/figures/figured.js";
import { Other } from "../parts/figures/other.js";
import { Progress } from "../parts/figures/progress.js";
import { Reasons } from "../parts/figures/reasons.js";
import { useFigures } from "../parts/figures/use_figures.js";
import { useQuery } from "../parts/hooks/walk.js";
import { html } from "../parts/html.js";

const COLUMNS = ["time", "title", "reason", "ap", "platform", "user"];
// The service looks for failures of a day where a query has no start.
const COUNTED = { over: "ap_id", by: ["ap_id", "error_msg"], spanMs: 24 * 60 * 60_000 };

export function Failures({ state, services }) {
  const { t } = services;
  const query = useQuery(state, services);
  const figures = useFigures(query, COUNTED, services);
  const { parts } = figures;
  const tabulate = () => tabulateGroups(parts.groups, COUNTED.by);
  const shown = { figures, query, state, services };
  return html`
    <${Figured} title=${t("figures.failures")} columns=${COLUMNS} ...${shown}>
      <${Figures} ...${shown} />
      <section class="part">
        <h2>${t("figures.reasons")}</h2>
        <${Reasons} count=${parts} state=${state} services=${services} />
        <${TableExport} name="reasons" tabulate=${tabulate} ...${shown} />
      </section>
    <//>
  `;
}

function Figures({ figures, query, state, services }) {
  const { t, format, zone, now } = services;
  const { counts, times, from, to, counting } = figures;
  const tabulate = () => tabulateSeries(figures, zone);
  const isComplete = counts.every((count) => count.isComplete);
  return html`
    <h1 class="heading">
      ${t(isComplete ? "failures.title" : "failures.so-far", { count: times.counted })}${" "}
      <span class="times">${format.range(from, to, now)} · ${format.zoneName(to)}</span>
    </h1>
    ${!isComplete &&
    html`<${Progress} counts=${counts} query=${query} services=${services} />`}
    <${Multiples} figures=${figures} query=${query} state=${state} services=${counting} />
    <p class="hint">
      ${t("chart.zone", { zone: format.zoneName(to) })}${" "}
      <span class="chart-hint">${t("chart.hint")}</span>
    </p>
    <${Other} groups=${times.groups} t=${t} />
    <${TableExport} name="time" tabulate=${tabulate} ...${{ figures, state, services }} />
  `;
}
