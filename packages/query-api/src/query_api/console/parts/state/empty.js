// Nothing was found: where it was looked for, and what else can be asked.

import { FILTERS, ID_PARAMETERS } from "../../core/address.js";
import { resolvePeriod } from "../../core/time.js";
import { html } from "../html.js";
import { describePeriod, ID, Sentence } from "../list/heading.js";
import { LinkedRow } from "../list/linked.js";
import { getStatusText } from "../status.js";

const KINDS = Object.keys(ID_PARAMETERS).filter((view) => ID_PARAMETERS[view]);

export function Empty({ state, services }) {
  const { t, go, link, again, format, zone, now } = services;
  const bounds = resolvePeriod(state.period, zone, now);
  const zoneName = bounds.from === null ? "" : ` · ${format.zoneName(bounds.from)}`;
  const period = describePeriod(bounds, services) + zoneName;
  const filters = FILTERS.filter((name) => state[name].length).map((name) => {
    const values = state[name].map((each) => (name === "status" ? getStatusText(each, t) : each));
    return `${t(`filter.${name}`)} ${values.join(", ")}`;
  });
  const isBounded = state.period.preset !== "any" && state.view !== "failures";
  const cleared = Object.fromEntries(FILTERS.map((name) => [name, []]));
  return html`
    <section class="empty">
      <h1>
        <${Sentence} text=${t(`empty.${state.view}`, { id: ID, period })} id=${state.id} />
      </h1>
      ${filters.length > 0 &&
      html`<p>${t("empty.filtered", { filters: filters.join("; ") })}</p>`}
      <p>${t("empty.delay")}</p>
      <p class="actions">
        <button type="button" onClick=${again}>${t("refresh.now")}</button>
        ${isBounded &&
        html`<button type="button" onClick=${() => go({ ...state, period: { preset: "any" } })}>
          ${t("empty.anytime")}
        </button>`}
        ${filters.length > 0 &&
        html`<button type="button" onClick=${() => go({ ...state, ...cleared })}>
          ${t("empty.clear")}
        </button>`}
      </p>
      ${state.id !== null &&
      html`
        <p>${t("empty.other")}</p>
        <ul class="actions">
          ${KINDS.filter((kind) => kind !== state.view).map(
            (kind) => html`
              <li key=${kind}>
                <a class="button" href=${link(kind, state.id)}>
                  ${t("empty.as", { kind: t(`kind.${kind}`) })}
                </a>
              </li>
            `,
          )}
        </ul>
      `}
    </section>
    <${LinkedRow} state=${state} services=${services} />
  `;
}
