// A period from one time to another, as clocks in the chosen zone show them.

import { getDefaultPeriod } from "../../core/address.js";
import { decodeInput, encodeInput, resolvePeriod } from "../../core/time.js";
import { html, useState } from "../html.js";
import { describePeriod } from "../list/heading.js";
import { Menu } from "../menu.js";

export function OwnPeriod({ state, services }) {
  const { t, zone, now } = services;
  const isActive = state.period.preset === undefined;
  const bounds = resolvePeriod(state.period, zone, now);
  const key = JSON.stringify([state.period, zone]); // what is typed is of a period and a zone
  return html`
    <${Menu} label=${isActive ? describePeriod(bounds, services) : t("period.own")} isActive=${isActive}>
      ${(close) =>
        html`<${Form} key=${key} ...${{ bounds, state, services, close }} />`}
    <//>
  `;
}

function Form({ bounds, state, services, close }) {
  const { t, zone, format, go, now } = services;
  const [texts, setTexts] = useState(null);
  const set = { from: encodeInput(bounds.from, zone), to: encodeInput(bounds.to, zone) };
  const shown = texts ?? set;
  // A bound that was not changed may be more exact than its field.
  const decode = (name) => (shown[name] === set[name] ? bounds[name] : decodeInput(shown[name], zone));
  const period = { from: decode("from"), to: decode("to") };
  const isEmpty = period.from !== null && period.to !== null && period.from >= period.to;

  function apply(event) {
    event.preventDefault();
    if (!isEmpty) {
      const isUnbounded = period.from === null && period.to === null;
      go({ ...state, period: isUnbounded ? getDefaultPeriod(state.view) : period, open: null });
      close();
    }
  }

  return html`
    <form class="own-period" onSubmit=${apply}>
      ${["from", "to"].map(
        (name) => html`
          <label key=${name}>
            ${t(`period.${name}`)}
            <input
              type="datetime-local"
              value=${shown[name]}
              aria-invalid=${isEmpty}
              onInput=${(event) => setTexts({ ...shown, [name]: event.target.value })}
            />
          </label>
        `,
      )}
      <p class="hint">${t("period.zone", { zone: format.zoneName(period.from ?? now) })}</p>
      ${isEmpty && html`<p class="fault" role="alert">${t("period.empty")}</p>`}
      <button type="submit" class="primary" disabled=${isEmpty}>${t("period.apply")}</button>
    </form>
  `;
}
