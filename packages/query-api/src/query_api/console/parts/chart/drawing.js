// The drawing of a chart: axes, bars, what is chosen, and what is marked.

import { chooseCounts, chooseTimes } from "../../core/figures/axes.js";
import { findNext } from "../../core/figures/series.js";
import { toWall } from "../../core/zones.js";
import { html } from "../html.js";

const TOP = 24;
const BOTTOM = 36;
const DIGIT_WIDTH = 7.5;
const LABEL_WIDTH = 56;
const MAX_BAR_WIDTH = 64;

/** Returns where things are: `x` of the start of a part of time, `y` of a count, and the inverse. */
export function createFrame({ chart, width, height, highest }) {
  const { starts, unit, services } = chart;
  const counts = chooseCounts(highest);
  const labels = counts.map((count) => services.format.number(count));
  const left = Math.max(...labels.map((label) => label.length)) * DIGIT_WIDTH + 12;
  const inner = Math.max(1, width - left - 8);
  const top = counts.at(-1);
  const bottom = height - BOTTOM;
  return {
    width,
    height,
    left,
    bottom,
    rows: counts.map((count, index) => ({ count, label: labels[index] })),
    times: chooseTimes(starts, unit, services.zone, Math.max(1, Math.floor(inner / LABEL_WIDTH))),
    x: (index) => left + (inner * index) / starts.length,
    y: (count) => bottom - ((bottom - TOP) * Math.min(count, top)) / top,
    findIndex: (x) =>
      Math.min(starts.length - 1, Math.max(0, Math.floor(((x - left) / inner) * starts.length))),
  };
}

export function Drawing({ frame, chart, stretch, mark, reached }) {
  const { series, unit, counted, services } = chart;
  const { width, height, left, bottom, rows, x, y } = frame;
  return html`
    <svg class="drawing" width=${width} height=${height} aria-hidden="true">
      ${series.length > 1 && html`<${Patterns} />`}
      <text class="unit" x="0" y="12">${services.t(`unit.${counted}.${unit}`)}</text>
      ${reached !== null &&
      html`<rect
        class="uncounted"
        x=${left}
        width=${x(locate(reached, chart)) - left}
        y=${TOP}
        height=${bottom - TOP}
      />`}
      ${rows.map(
        ({ count, label }) => html`
          <line class="grid" key=${count} x1=${left} x2=${width - 8} y1=${y(count)} y2=${y(count)} />
          <text class="count" key=${`${count} label`} x=${left - 6} y=${y(count) + 4} text-anchor="end">${label}</text>
        `,
      )}
      <${Times} frame=${frame} chart=${chart} />
      ${stretch &&
      html`<rect
        class="stretch"
        x=${x(stretch.first)}
        width=${x(stretch.last + 1) - x(stretch.first)}
        y=${TOP}
        height=${bottom - TOP}
      />`}
      <${Bars} frame=${frame} series=${series} />
      ${mark !== null &&
      html`<path class="mark" d=${`M${x(locate(mark, chart))} ${bottom}V${TOP - 2}l-4.5 -8h9l-4.5 8`} />`}
    </svg>
  `;
}

// The place of an instant among the parts of time: 1.5 is in the middle of the second one.
function locate(timeMs, { starts, unit, services }) {
  const index = Math.max(0, starts.findLastIndex((start) => start <= timeMs));
  const start = starts[index];
  return index + (timeMs - start) / (findNext(start, unit, services.zone) - start);
}

// One path for each series: a bar for each part of time that has something in it.
function Bars({ frame, series }) {
  const { x, y } = frame;
  const step = x(1) - x(0);
  const width = Math.min(step > 4 ? step - 1 : step, MAX_BAR_WIDTH);
  const sums = series[0]?.counts.map(() => 0) ?? [];
  return series.map(({ value, kind, counts }) => {
    const bars = counts.map((count, index) => {
      const [low, high] = [y(sums[index]), y((sums[index] += count))];
      // A count that is not zero can be seen.
      const height = count ? Math.max(low - high, 1) : 0;
      return count ? `M${x(index)} ${low}v${-height}h${width}v${height}z` : "";
    });
    const path = bars.join("");
    return html`
      <path key=${value} class=${`bars ${kind}`} d=${path} />
      ${series.length > 1 && html`<path key=${`${value} texture`} class=${`texture ${kind}`} d=${path} />`}
    `;
  });
}

function Times({ frame, chart }) {
  const { starts, unit, services } = chart;
  const { format, zone } = services;
  const { bottom, width, left, times, x } = frame;
  const isDated = (index, place) => {
    const before = place === 0 ? null : starts[times[place - 1]];
    return unit !== "day" && (before === null || getDay(before, zone) !== getDay(starts[index], zone));
  };
  return html`
    <line class="axis" x1=${left} x2=${width - 8} y1=${bottom} y2=${bottom} />
    ${times.map(
      (index, place) => html`
        <line key=${index} class="axis" x1=${x(index)} x2=${x(index)} y1=${bottom} y2=${bottom + 4} />
        <text key=${`${index} label`} x=${x(index)} y=${bottom + 17} text-anchor=${anchor(x(index), frame)}>
          ${unit === "day" ? format.shortDate(starts[index]) : format.minute(starts[index])}
        </text>
        ${isDated(index, place) &&
        html`<text key=${`${index} date`} x=${x(index)} y=${bottom + 32} text-anchor=${anchor(x(index), frame)}>
          ${format.shortDate(starts[index])}
        </text>`}
      `,
    )}
  `;
}

const getDay = (timeMs, zone) => Math.floor(toWall(timeMs, zone) / 86_400_000);

function anchor(x, { left, width }) {
  if (x - left < 20) {
    return "start";
  }
  return width - x < 24 ? "end" : "middle";
}

/** Textures by status, so that parts of a bar differ without their colours. */
function Patterns() {
  const lines = { sent: "M0 3h6", failed: "M-1 7 7 -1M-1 1 1 -1M5 7 7 5", other: "M3 0v6" };
  return html`
    <defs>
      ${Object.entries(lines).map(
        ([kind, path]) => html`
          <pattern key=${kind} id=${`texture-${kind}`} width="6" height="6" patternUnits="userSpaceOnUse">
            <path d=${path} />
          </pattern>
        `,
      )}
    </defs>
  `;
}
