// Reasons of failures: how many, which share, and from which APs. A click shows one alone.

import { breakDown, countOther } from "../../core/figures/breakdown.js";
import { html } from "../html.js";
import { Narrow } from "./narrow.js";
import { Share } from "./share.js";
import { useSome } from "./some.js";

const SHOWN_REASONS = 8;
const SHOWN_APS = 3;

/** `count` is that of failures by reason and AP, of `useCount`. */
export function Reasons({ count: { groups, counted, isComplete }, state, services }) {
  const { t, format } = services;
  const rows = breakDown(groups, ["error_msg"], "ap_id");
  const [shown, button] = useSome(rows, SHOWN_REASONS, t);
  if (rows.length === 0) {
    return html`<p class="hint">${t(isComplete ? "figures.nothing" : "list.loading")}</p>`;
  }
  // What is not shown, or not even listed by the service.
  const rest = shown.reduce((left, row) => left - row.count, counted);
  const number = countOther(groups) ? "at-least" : "all";
  return html`
    ${rest > 0 && html`<p class="hint">${t(`reasons.${number}`, { count: rows.length })}</p>`}
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
                <${Share} count=${count} of=${counted} kind="failed" services=${services} />
              </td>
              <td class="aps"><${Aps} counts=${counts} state=${state} services=${services} /></td>
            </tr>
          `,
        )}
        ${rest > 0 &&
        html`
          <tr key="rest">
            <td class="why">${t("reasons.rest")}</td>
            <td class="number">${format.number(rest)}</td>
            <td class="number"><${Share} count=${rest} of=${counted} kind="failed" services=${services} /></td>
            <td class="aps"></td>
          </tr>
        `}
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
