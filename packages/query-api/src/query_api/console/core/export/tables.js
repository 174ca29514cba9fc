// Figures as tables of a file: the head first, then rows of cells.

import { breakDown, countOther } from "../figures/breakdown.js";
import { formatWall } from "../zones.js";

/** Returns a row for each part of time, with the count of each series. */
export function tabulateSeries({ starts, series }, zone) {
  const head = [`time (${zone})`, ...series.map(({ label, value }) => label ?? value)];
  return [
    head,
    ...starts.map((start, index) => [
      formatWall(start, zone),
      ...series.map(({ counts }) => counts[index]),
    ]),
  ];
}

/** Returns a row for each combination of attributes, the largest first, and one for all others. */
export function tabulateGroups(groups, names) {
  const rows = breakDown(groups, names).map(({ key, count }) => [
    ...names.map((name) => key[name]),
    count,
  ]);
  const other = countOther(groups);
  const others = names.map((_, index) => (index === 0 ? "(others)" : null));
  return [[...names, "count"], ...rows, ...(other ? [[...others, other]] : [])];
}
