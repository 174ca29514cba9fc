// How did this campaign do, and what did it send?

import { chooseUnit, createSeries } from "../core/figures/series.js";
import { resolvePeriod } from "../core/time.js";
import { Chart } from "../parts/figures/chart.js";
import { useCount, useQuery } from "../parts/hooks/walk.js";
import { html, useMemo } from "../parts/html.js";
import { WalkView } from "../parts/list/walk_view.js";
import { Problem } from "../parts/state/problem.js";
import { getStatusKind, getStatusText } from "../parts/status.js";

const COLUMNS = ["time", "title", "status", "platform", "ap", "user"];

export function Campaign({ state, services }) {
  return html`
    <${Figures} state=${state} services=${services} />
    <${WalkView} columns=${COLUMNS} state=${state} services=${services} />
  `;
}

function Figures({ state, services }) {
  const { t, format, zone, now } = services;
  const query = useQuery(state, services);
  const { from, to } = resolvePeriod(state.period, zone, now);
  const unit = from === null ? "hour" : chooseUnit((to ?? now) - from);
  const count = useCount(query, ["status", unit], services);
  const { starts, series } = useMemo(() => {
    const found = createSeries(count.groups, unit, "status", zone);
    return { starts: found.starts, series: found.series.map((each) => describe(each, t)) };
  }, [count.groups, unit, zone, t]);
  const counted = t(count.isComplete ? "counted.all" : "counted.so-far", { count: count.counted });
  return html`
    ${count.problem && html`<${Problem} problem=${count.problem} retry=${count.run} t=${t} />`}
    ${starts.length > 0 &&
    html`
      <${Chart}
        title=${`${counted} · ${format.zoneName(starts[0])}`}
        starts=${starts}
        series=${series}
        unit=${unit}
        services=${services}
      />
    `}
    ${!count.isComplete &&
    count.isStarted &&
    html`<button type="button" onClick=${count.isRunning ? count.pause : count.run}>
      ${t(count.isRunning ? "counted.pause" : "counted.run")}
    </button>`}
  `;
}

const describe = (series, t) => ({
  ...series,
  label: getStatusText(series.value, t),
  kind: getStatusKind(series.value),
});
