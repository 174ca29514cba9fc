// Counts over time as stacked bars, with the same figures as a table.

import { findNext } from "../../core/figures/series.js";
import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { FigureTable } from "./figure_table.js";

const HEIGHT = 220;
const BAR = { size: [0.95, Infinity], align: 1 }; // as long as its part of time
const HEADROOM = 1.05;
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
// Between two labels of the time's axis, in seconds: whole parts of the counted ones.
const TIME_STEPS = {
  minute: [1, 2, 5, 10, 15, 30, 60, 120].map((count) => count * MINUTE_S),
  hour: [1, 2, 3, 6, 12, 24, 48].map((count) => count * HOUR_S),
  day: [1, 2, 5, 10, 20, 50, 100, 365, 1000].map((count) => count * DAY_S),
};
const COUNT_STEPS = Array.from({ length: 36 }, (_, n) => [1, 2, 5][n % 3] * 10 ** Math.floor(n / 3));

/**
 * `starts` and `series` are of `createSeries`; each series also has a `label` and a `kind`, the end
 * of the name of its colour. `title` says what is counted. `highest` is the end of the scale, for
 * charts side by side; `select` receives the bounds of a stretch of time that the reader marks.
 */
export function Chart({ title, starts, series, unit, services, height = HEIGHT, highest, select }) {
  const { t, zone } = services;
  const box = useRef(null);
  const [shown, setShown] = useState(null);
  useEffect(() => {
    if (starts.length === 0) {
      return undefined;
    }
    const options = { starts, series, unit, services, height, highest, select, setShown };
    return draw(box.current, options);
  }, [starts, series, unit, zone, height, highest]);
  const totals = shown === null ? series.map(({ total }) => total) : pick(series, shown);
  return html`
    <figure class="chart">
      <figcaption>${title}</figcaption>
      <ul class="legend" aria-hidden="true">
        ${series.map(
          ({ value, label, kind }, index) => html`
            <li key=${value} class=${kind}>
              <span class="swatch"></span> <bdi>${label}</bdi>
              <b>${services.format.number(totals[index])}</b>
            </li>
          `,
        )}
        <li class="when">
          ${shown === null
            ? t("chart.all")
            : describePart(starts[shown], unit, services)}
        </li>
      </ul>
      <div class="plot" aria-hidden="true" ref=${box}></div>
      <${FigureTable} starts=${starts} series=${series} unit=${unit} services=${services} />
    </figure>
  `;
}

const pick = (series, index) => series.map(({ counts }) => counts[index]);

/** Returns a part of time in words. */
export function describePart(start, unit, { format, zone, now }) {
  return unit === "day"
    ? format.date(start)
    : format.range(start, findNext(start, unit, zone), now);
}

/** Draws the chart, again whenever its width or the theme changes; returns what removes it. */
function draw(element, options) {
  let plot = null;
  const redraw = () => {
    plot?.destroy();
    plot = new uPlot(createOptions(element, options), createData(options), element);
  };
  const watch = new ResizeObserver(redraw);
  watch.observe(element);
  const theme = new MutationObserver(redraw);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", redraw);
  return () => {
    watch.disconnect();
    theme.disconnect();
    system.removeEventListener("change", redraw);
    plot?.destroy();
  };
}

// Bars are drawn over one another, the highest first: each is as high as those below it together.
function createData({ starts, series, unit, services }) {
  const stacked = [];
  const sums = starts.map(() => 0);
  for (const { counts } of series) {
    counts.forEach((count, index) => {
      sums[index] += count;
    });
    stacked.unshift([...sums]);
  }
  // An empty part at the end makes room for the last bar.
  const end = findNext(starts.at(-1), unit, services.zone);
  return [[...starts, end].map((start) => start / 1000), ...stacked.map((each) => [...each, null])];
}

function createOptions(element, { starts, series, unit, services, height, highest, select, setShown }) {
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const axis = { stroke: colour("muted"), font: `12px ${style.fontFamily}` };
  const lines = { stroke: colour("line"), width: 1 };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), services.zone),
    fmtDate: (template) => uPlot.fmtDate(template),
    scales: { y: { range: (_, low, high) => [0, Math.max(1, highest ?? high) * HEADROOM] } },
    cursor: { points: { show: false }, y: false, drag: { x: Boolean(select), setScale: false } },
    axes: [
      { ...axis, grid: { show: false }, ticks: lines, incrs: TIME_STEPS[unit], values: LABELS },
      {
        ...axis,
        grid: lines,
        ticks: { show: false },
        size: 64,
        incrs: COUNT_STEPS,
        values: (_, values) => values.map((value) => services.format.number(value)),
      },
    ],
    series: [
      {},
      ...series.toReversed().map(({ kind }) => ({
        fill: colour(kind),
        width: 0,
        points: { show: false },
        paths: uPlot.paths.bars(BAR),
      })),
    ],
    hooks: {
      setCursor: [(plot) => setShown(findPart(starts, plot))],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width > 0) {
            const bounds = [left, left + width].map((x) => plot.posToVal(x, "x") * 1000);
            select(...bounds);
          }
        },
      ],
    },
  };
}

/** Returns the index of the part of time under the cursor, null if there is none. */
function findPart(starts, plot) {
  const { left } = plot.cursor;
  const time = left >= 0 ? plot.posToVal(left, "x") * 1000 : NaN;
  const index = starts.findLastIndex((start) => start <= time);
  return index === -1 ? null : index;
}

// By the least step in seconds: a label, and what it has more at a new year and a new day.
const LABELS = [
  [DAY_S, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
  [MINUTE_S, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
];
