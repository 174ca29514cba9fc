// Below the header: the time, the filters, and how the page refreshes.

import { listPresets } from "../../core/address.js";
import { ExportMenu } from "../export/export_menu.js";
import { Fragment, html } from "../html.js";
import { Filters } from "./filters.js";
import { OwnPeriod } from "./own_period.js";

export function Bar({ state, services, refresh, exporter }) {
  return html`
    <section class="bar" aria-label=${services.t("bar.label")}>
      <${Periods} state=${state} services=${services} />
      <${Filters} state=${state} services=${services} />
      <div class="refresh">
        <${Refresh} t=${services.t} refresh=${refresh} />
        <${ExportMenu} state=${state} services=${services} exporter=${exporter} />
      </div>
    </section>
  `;
}

function Periods({ state, services }) {
  const { t, go } = services;
  return html`
    <div class="periods" role="group" aria-label=${t("period.label")}>
      ${listPresets(state.view).map(
        (name) => html`
          <button
            key=${name}
            type="button"
            class="choice"
            aria-pressed=${String(state.period.preset === name)}
            onClick=${() => go({ ...state, period: { preset: name }, open: null })}
          >
            ${t(`period.${name}`)}
          </button>
        `,
      )}
      <${OwnPeriod} state=${state} services=${services} />
    </div>
  `;
}

function Refresh({ t, refresh }) {
  return html`
    <${Fragment}>
      <button type="button" class="quiet" onClick=${refresh.again} title=${t("refresh.now")}>
        <span aria-hidden="true">↻</span>
        <span class="hidden">${t("refresh.now")}</span>
      </button>
      <select
        class="quiet"
        aria-label=${t("refresh.auto")}
        title=${t("refresh.auto")}
        onChange=${(event) => refresh.setAutomatic(event.target.value === "30")}
      >
        ${["off", "30"].map(
          (each) => html`
            <option key=${each} value=${each} selected=${refresh.isAutomatic === (each === "30")}>
              ${t(`refresh.${each}`)}
            </option>
          `,
        )}
      </select>
    <//>
  `;
}
