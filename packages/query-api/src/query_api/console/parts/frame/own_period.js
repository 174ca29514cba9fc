// A period from one time to another, as clocks in the chosen zone show them.

import { getDefaultPeriod, getLongestSpan } from "../../core/address.js";
import { decodeInput, encodeInput, resolvePeriod } from "../../core/time.js";
import { html, useState } from "../html.js";
import { describePeriod } from "../list/heading.js";
import { Menu } from "../menu.js";

const DAY_MS = 24 * 60 * 60_000;

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
  const fault = findFault(period, state.view, services);

  function apply(event) {
    event.preventDefault();
    if (fault === null) {
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
              aria-invalid=${fault !== null}
              onInput=${(event) => setTexts({ ...shown, [name]: event.target.value })}
            />
          </label>
        `,
      )}
      <p class="hint">${t("period.zone", { zone: format.zoneName(period.from ?? now) })}</p>
      ${fault && html`<p class="fault" role="alert">${fault}</p>`}
      <button type="submit" class="primary" disabled=${fault !== null}>${t("period.apply")}</button>
    </form>
  `;
}

/** Returns what is wrong with a period, in words; null if nothing is. */
function findFault({ from, to }, view, { t, now }) {
  if (from !== null && to !== null && from >= to) {
    return t("period.empty");
  }
  const longest = getLongestSpan(view);
  const isTooLong = from !== null && (to ?? now) - from > longest;
  return isTooLong ? t("period.long", { days: longest / DAY_MS }) : null;
}
