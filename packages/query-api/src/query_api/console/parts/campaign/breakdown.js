// Counts by AP and platform, with the share of failures. A click shows one of them alone.

import { breakDown } from "../../core/figures/breakdown.js";
import { Narrow } from "../figures/narrow.js";
import { Share } from "../figures/share.js";
import { useSome } from "../figures/some.js";
import { html } from "../html.js";
import { Status } from "../status.js";

const SHOWN_ROWS = 12;
const STATUSES = ["DELIVERED", "SENT", "FAILED"];

export function Breakdown({ groups, state, services }) {
  const { t, format } = services;
  const rows = breakDown(groups, ["ap_id", "platform"], "status");
  const [shown, button] = useSome(rows, SHOWN_ROWS, t);
  const hasOthers = rows.some((row) => countOthers(row) > 0);
  return html`
    <div class="scroll" tabindex="0" role="group" aria-label=${t("figures.by")}>
      <table class="figures breakdown">
        <thead>
          <tr>
            <th scope="col">${t("column.ap")}</th>
            <th scope="col" class="col-platform">${t("column.platform")}</th>
            <th scope="col" class="number">${t("figures.total")}</th>
            ${STATUSES.map(
              (status) => html`<th key=${status} scope="col" class=${`number col-${status.toLowerCase()}`}><${Status} status=${status} t=${t} /></th>`,
            )}
            ${hasOthers && html`<th scope="col" class="number col-others">${t("figures.others")}</th>`}
            <th scope="col" class="number">${t("figures.failed")}</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (row) => html`
              <tr key=${JSON.stringify(row.key)}>
                <td><${Narrow} name="ap" value=${row.key.ap_id} state=${state} services=${services} /></td>
                <td class="col-platform"><${Narrow} name="platform" value=${row.key.platform} state=${state} services=${services} /></td>
                <td class="number">${format.number(row.count)}</td>
                ${STATUSES.map(
                  (status) =>
                    html`<td key=${status} class=${`number col-${status.toLowerCase()}`}>${format.number(row.counts.get(status) ?? 0)}</td>`,
                )}
                ${hasOthers && html`<td class="number col-others">${format.number(countOthers(row))}</td>`}
                <td class="number">
                  <${Share} count=${row.counts.get("FAILED") ?? 0} of=${row.count} kind="failed" services=${services} />
                </td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
    ${button}
  `;
}

const countOthers = ({ count, counts }) =>
  STATUSES.reduce((rest, status) => rest - (counts.get(status) ?? 0), count);
