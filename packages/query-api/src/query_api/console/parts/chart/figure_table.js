// The figures of a chart as a table, which everybody can open. Times without any are left out.

import { html } from "../html.js";
import { describePart } from "./words.js";

export function FigureTable({ title, chart }) {
  const { starts, series, unit, services } = chart;
  const { t, format, zone } = services;
  const filled = [...starts.keys()].filter((index) => series.some(({ counts }) => counts[index]));
  return html`
    <details class="figures-table">
      <summary class="quiet">${t("chart.table")}<span class="hidden"> ${title}</span></summary>
      <div class="scroll" tabindex="0" role="group" aria-label=${`${t("chart.table")} ${title}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">${t("column.time")} (${zone})</th>
              ${series.map(
                ({ value, label }) => html`<th key=${value} scope="col" class="number"><bdi>${label}</bdi></th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${filled.map(
              (index) => html`
                <tr key=${starts[index]}>
                  <th scope="row">${describePart(starts[index], unit, services)}</th>
                  ${series.map(
                    ({ value, counts }) =>
                      html`<td key=${value} class="number">${format.number(counts[index])}</td>`,
                  )}
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
    </details>
  `;
}
