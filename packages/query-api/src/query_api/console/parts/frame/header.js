// The top of the page: search, failures, and the settings of the reader.

import { listZones } from "../../core/zones.js";
import { LANGUAGE_NAMES } from "../../texts/texts.js";
import { THEMES } from "../hooks/settings.js";
import { useNarrow } from "../hooks/narrow.js";
import { html } from "../html.js";
import { Menu } from "../menu.js";
import { Search } from "./search.js";

export function Header({ state, services, settings, change }) {
  const { t, link } = services;
  const isFailures = state.view === "failures";
  const all = html`<${Settings} t=${t} settings=${settings} change=${change} />`;
  return html`
    <header class="header">
      <a class="brand" href=${link("start", null)}>${t("page.title")}</a>
      <${Search} state=${state} services=${services} />
      <nav aria-label=${t("nav.main")}>
        <a
          class="nav-link"
          href=${link("failures", null)}
          aria-current=${isFailures ? "page" : undefined}
          >${t("nav.failures")}</a
        >
      </nav>
      <div class="settings-place">
        ${useNarrow("70rem") ? html`<${Menu} label=${getPlace(settings.zone)}>${all}<//>` : all}
      </div>
    </header>
  `;
}

const getPlace = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

function Settings({ t, settings, change }) {
  const themes = Object.fromEntries(THEMES.map((theme) => [theme, t(`theme.${theme}`)]));
  const zones = Object.fromEntries(
    [settings.zone, ...listZones()].map((zone) => [zone, zone.replaceAll("_", " ")]),
  );
  const choices = { language: LANGUAGE_NAMES, zone: zones, theme: themes };
  return html`
    <div class="settings">
      ${Object.entries(choices).map(
        ([name, names]) => html`
          <select
            key=${name}
            class=${`quiet setting-${name}`}
            aria-label=${t(`settings.${name}`)}
            title=${t(`settings.${name}`)}
            value=${settings[name]}
            onChange=${(event) => change({ [name]: event.target.value })}
          >
            ${Object.entries(names).map(
              ([value, text]) =>
                html`<option key=${value} value=${value} selected=${value === settings[name]}>
                  ${text}
                </option>`,
            )}
          </select>
        `,
      )}
    </div>
  `;
}
