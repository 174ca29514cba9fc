// Counts over time as stacked bars, with the same figures as a table.

import { findNext } from "../../core/figures/series.js";
import { useWidth } from "../hooks/width.js";
import { html, useRef } from "../html.js";
import { createFrame, Drawing } from "./drawing.js";
import { FigureTable } from "./figure_table.js";
import { useStretch } from "./stretch.js";
import { Tip } from "./tip.js";
import { describeStretch, findHighest } from "./words.js";

const HEIGHT = 240;

/**
 * `chart` is `{starts, series, unit, counted, services}`: `starts` and `series` are of
 * `createSeries`; each series also has a `label` and a `kind`, the end of the name of its colour,
 * and the first one is at the bottom. `counted` is `notifications` or `failures`; `title` says more.
 *
 * `highest` is the end of the scale, for charts side by side. `mark` is an instant to point at, and
 * `reached` the one down to which is counted so far, or null. `select` receives the bounds of a
 * stretch of time that the reader chooses.
 */
export function Chart({
  title,
  chart,
  height = HEIGHT,
  highest = null,
  mark = null,
  reached = null,
  select,
}) {
  const { starts, series, unit, services } = chart;
  const box = useRef(null);
  const width = useWidth(box);
  const frame = createFrame({ chart, width, height, highest: highest ?? findHighest(chart) });
  const end = starts.length - 1;
  const [stretch, acts] = useStretch({
    find: frame.findIndex,
    end,
    select: ({ first, last }) => select(starts[first], findNext(starts[last], unit, services.zone)),
  });
  return html`
    <figure class="chart">
      <div
        ref=${box}
        class="plot"
        style=${{ minHeight: `${height}px` }}
        role="slider"
        tabindex="0"
        aria-label=${`${title}. ${services.t("chart.keys")}`}
        aria-valuemin="0"
        aria-valuemax=${end}
        aria-valuenow=${stretch?.at ?? end}
        aria-valuetext=${describeStretch(stretch ?? { first: end, last: end }, chart)}
        ...${acts}
      >
        ${width > 0 &&
        html`<${Drawing} frame=${frame} chart=${chart} stretch=${stretch} mark=${mark} reached=${reached} />`}
        ${stretch && html`<${Tip} frame=${frame} stretch=${stretch} chart=${chart} />`}
      </div>
      <${FigureTable} title=${title} chart=${chart} />
    </figure>
  `;
}
