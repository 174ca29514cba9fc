// Offers the rows that are shown, and all that they stand for, as a file.

import { createQuery } from "../../core/query.js";
import { html, useState } from "../html.js";
import { Menu } from "../menu.js";

const FORMATS = ["csv", "ndjson"];

export function ExportMenu({ state, services, exporter }) {
  const { t, zone, now } = services;
  if (createQuery(state, zone, now) === null) {
    return null;
  }
  return html`
    <${Menu} label=${t("export.label")}>
      ${(close) =>
        html`<${Choices} state=${state} services=${services} exporter=${exporter} close=${close} />`}
    <//>
  `;
}

function Choices({ state, services, exporter, close }) {
  const { t, shown } = services;
  const [format, setFormat] = useState("csv");
  const count = shown.current.length;
  const act = (name) => () => {
    exporter[name](state, format);
    close();
  };
  return html`
    <div class="choices export">
      <fieldset>
        <legend class="hidden">${t("export.format")}</legend>
        ${FORMATS.map(
          (each) => html`
            <label key=${each} class="tick">
              <input
                type="radio"
                name="export-format"
                checked=${format === each}
                onChange=${() => setFormat(each)}
              />
              ${t(`export.${each}`)}
            </label>
          `,
        )}
      </fieldset>
      <button type="button" class="primary" onClick=${act("saveAll")}>${t("export.all")}</button>
      <button type="button" disabled=${count === 0} onClick=${act("saveShown")}>
        ${t("export.shown", { count })}
      </button>
    </div>
  `;
}
