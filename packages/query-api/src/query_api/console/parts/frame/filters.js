// Filters: known values to tick, any other one to write, and what is set, to take away.

import { FILTERS } from "../../core/address.js";
import { html } from "../html.js";
import { Menu } from "../menu.js";
import { getStatusText } from "../status.js";

const MAX_VALUES = 10;
const STATUSES = ["DELIVERED", "SENT", "FAILED"];
const PLATFORMS = ["IOS", "ANDROID", "WEBPUSH"];
// A reason is chosen where reasons are shown.
const SHOWN = { failures: ["platform", "ap"] };
const ALL = ["status", "platform", "ap"];

export function Filters({ state, services }) {
  const { t, go, apIds } = services;
  const shown = SHOWN[state.view] ?? ALL;
  // APs that some answer had: nobody knows their ids by heart.
  const known = { status: STATUSES, platform: PLATFORMS, ap: apIds };
  const set = (name, values) => go({ ...state, [name]: values, open: null });
  return html`
    <div class="filters" role="group" aria-label=${t("filter.label")}>
      ${shown.map(
        (name) => html`
          <${Menu} key=${name} label=${t(`filter.${name}`)} isActive=${state[name].length > 0}>
            <${Choices}
              name=${name}
              known=${known[name]}
              values=${state[name]}
              t=${t}
              set=${(values) => set(name, values)}
            />
          <//>
        `,
      )}
      <${Chips} state=${state} t=${t} set=${set} />
    </div>
  `;
}

function Choices({ name, known, values, t, set }) {
  const listed = [...new Set([...known, ...values])];
  const isFull = values.length >= MAX_VALUES;

  function add(event) {
    event.preventDefault();
    const field = event.target.elements.value;
    const added = field.value.trim();
    if (added !== "" && !isFull) {
      set([...new Set([...values, added])]);
      field.value = "";
    }
  }

  function toggle(value, isChosen) {
    set(isChosen ? [...values, value] : values.filter((each) => each !== value));
  }

  return html`
    <div class="choices">
      <div class="ticks">
        ${listed.map(
          (value) => html`
            <label key=${value} class="tick">
              <input
                type="checkbox"
                checked=${values.includes(value)}
                disabled=${isFull && !values.includes(value)}
                onChange=${(event) => toggle(value, event.target.checked)}
              />
              <bdi>${name === "status" ? getStatusText(value, t) : value}</bdi>
            </label>
          `,
        )}
      </div>
      <form class="add" onSubmit=${add}>
        <input
          name="value"
          aria-label=${t(listed.length ? "filter.other" : `filter.${name}`)}
          placeholder=${t(listed.length ? "filter.other" : `filter.${name}`)}
          autocomplete="off"
          spellcheck=${false}
          disabled=${isFull}
        />
        <button type="submit" disabled=${isFull}>${t("filter.add")}</button>
      </form>
      ${isFull && html`<p class="hint">${t("filter.full")}</p>`}
    </div>
  `;
}

function Chips({ state, t, set }) {
  const chips = FILTERS.flatMap((name) => state[name].map((value) => [name, value]));
  return chips.map(([name, value]) => {
    const text = name === "status" ? getStatusText(value, t) : value;
    const names = { name: t(`filter.${name}`), value: text };
    return html`
      <button
        key=${`${name} ${value}`}
        type="button"
        class="chip"
        aria-label=${t("filter.remove", names)}
        title=${t("filter.remove", names)}
        onClick=${() => set(name, state[name].filter((each) => each !== value))}
      >
        <bdi>${text}</bdi> <span aria-hidden="true">×</span>
      </button>
    `;
  });
}
