// The export that is running or was the last one: a line across the page.

import { html } from "../html.js";
import { Problem } from "../state/problem.js";

export function ExportLine({ exporter, services }) {
  const { t, format } = services;
  const { name, count, reached, notes, file, isRunning, problem } = exporter.current;
  const size = { count, name: `\u2068${name}\u2069` }; // a name may be in another script
  return html`
    <section class="notice export-line" aria-label=${t("export.label")}>
      <p role="status">
        ${file ? t("export.done", size) : t("export.running", size)}
        ${isRunning && reached !== null && ` ${t("export.reached", { time: format.dated(reached) })}`}
        ${notes.map((note) => html` <span key=${note}>${note}</span>`)}
      </p>
      <button type="button" onClick=${exporter.end}>
        ${t(file ? "export.close" : "export.cancel")}
      </button>
      ${problem && html`<${Problem} problem=${problem} retry=${exporter.again} t=${t} />`}
    </section>
  `;
}
