// Reasons of failures: how many, which share, and from which APs. A click shows one alone.

import { breakDown } from "../../core/figures/breakdown.js";
import { html } from "../html.js";
import { Narrow } from "./narrow.js";
import { Share } from "./share.js";
import { useSome } from "./some.js";

const SHOWN_REASONS = 8;
const SHOWN_APS = 3;

/** `groups` are failures by reason and AP; `isComplete` says that all are counted. */
export function Reasons({ groups, isComplete, state, services }) {
  const { t, format } = services;
  const rows = breakDown(groups, ["error_msg"], "ap_id");
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const [shown, button] = useSome(rows, SHOWN_REASONS, t);
  if (rows.length === 0) {
    return html`<p class="hint">${t(isComplete ? "figures.nothing" : "list.loading")}</p>`;
  }
  return html`
    <table class="figures reasons">
      <thead>
        <tr>
          <th scope="col">${t("column.reason")}</th>
          <th scope="col" class="number">${t("figures.count")}</th>
          <th scope="col" class="number">${t("figures.share")}</th>
          <th scope="col" class="aps">${t("column.ap")}</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ({ key, count, counts }) => html`
            <tr key=${key.error_msg}>
              <td class="why">
                <${Narrow} name="reason" value=${key.error_msg} state=${state} services=${services} />
              </td>
              <td class="number">${format.number(count)}</td>
              <td class="number">
                <${Share} count=${count} of=${total} kind="failed" services=${services} />
              </td>
              <td class="aps"><${Aps} counts=${counts} state=${state} services=${services} /></td>
            </tr>
          `,
        )}
      </tbody>
    </table>
    ${button}
  `;
}

function Aps({ counts, state, services }) {
  const { t } = services;
  const aps = [...counts].sort(([, one], [, other]) => other - one).map(([ap]) => ap);
  const [shown, button] = useSome(aps, SHOWN_APS, t, { isSmall: true });
  return html`
    ${shown.map((ap) => html`<${Narrow} key=${ap} name="ap" value=${ap} state=${state} services=${services} />`)}
    ${button}
  `;
}
