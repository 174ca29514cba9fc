// The figures of a chart as a table, which everybody can open.

import { html } from "../html.js";
import { describePart } from "./chart.js";

export function FigureTable({ starts, series, unit, services }) {
  const { t, format } = services;
  return html`
    <details class="figures-table">
      <summary class="quiet">${t("chart.table")}</summary>
      <div class="scroll" tabindex="0" role="group" aria-label=${t("chart.table")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${t("column.time")} (${services.zone})</th>
              ${series.map(
                ({ value, label }) => html`<th key=${value} scope="col" class="number"><bdi>${label}</bdi></th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${starts.map(
              (start, index) => html`
                <tr key=${start}>
                  <th scope="row">${describePart(start, unit, services)}</th>
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
