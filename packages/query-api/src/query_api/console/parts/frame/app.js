// The page: what every view needs, the frame, and the view that the address names.

import { createApi } from "../../core/api.js";
import { createState, encodeFragment } from "../../core/address.js";
import { createFormat } from "../../core/format.js";
import { chooseLocale, createTexts } from "../../texts/texts.js";
import { VIEWS } from "../../views/views.js";
import { ExportLine } from "../export/export_line.js";
import { useExport } from "../export/use_export.js";
import { useAddress } from "../hooks/address.js";
import { useRefresh } from "../hooks/refresh.js";
import { useSettings } from "../hooks/settings.js";
import { html, useEffect, useMemo, useRef, useState } from "../html.js";
import { Fault } from "../state/fault.js";
import { Notice } from "../state/notice.js";
import { Bar } from "./bar.js";
import { Header } from "./header.js";

export function App() {
  const [state, go] = useAddress();
  const [settings, change] = useSettings();
  const [connection, setConnection] = useState("up");
  const refresh = useRefresh(encodeFragment({ ...state, open: null }));
  const [apIds, setApIds] = useState([]);
  const api = useMemo(
    () =>
      createApi({
        base: document.baseURI,
        fetch: (...request) => fetch(...request),
        onAnswer: ({ data }) => setApIds((known) => addApIds(known, data)),
        onConnection: setConnection,
      }),
    [],
  );
  const shown = useRef([]); // the rows that the view has read
  const { now, again, wasAutomatic } = refresh;
  const services = { api, go, now, again, wasAutomatic, shown, apIds, ...useWords(settings) };
  const exporter = useExport(services);
  const { t } = services;

  useEffect(() => {
    addEventListener("online", api.noteOnline);
    return () => removeEventListener("online", api.noteOnline);
  }, [api]);
  useEffect(() => {
    document.title = [state.id, t("page.title")].filter(Boolean).join(" – ");
  });

  const View = VIEWS[state.view];
  return html`
    <a class="skip" href="#answer" onClick=${skip}>${t("page.skip")}</a>
    <${Header} state=${state} services=${services} settings=${settings} change=${change} />
    ${state.view !== "start" &&
    html`<${Bar} state=${state} services=${services} refresh=${refresh} exporter=${exporter} />`}
    ${exporter.current && html`<${ExportLine} exporter=${exporter} services=${services} />`}
    ${connection !== "up" && html`<${Notice}>${t(`connection.${connection}`)}<//>`}
    ${state.faults.length > 0 &&
    html`<${Notice}>${t("problem.address", { names: state.faults.join(", ") })}<//>`}
    <main id="answer" tabindex="-1">
      <${Fault} key=${`${state.view} ${state.id}`} t=${t}>
        <${View} state=${state} services=${services} />
      <//>
    </main>
  `;
}

/** Returns the ids of APs with those of more rows, the same list if there is no new one. */
function addApIds(known, rows) {
  const found = rows.map((row) => row.ap_id).filter((id) => id && !known.includes(id));
  return found.length ? [...new Set([...known, ...found])].sort() : known;
}

/** Returns what writes for the reader: texts, formats, the zone, links. */
function useWords({ language, zone }) {
  return useMemo(() => {
    const format = createFormat(chooseLocale(language, navigator.languages), zone);
    return {
      zone,
      format,
      t: createTexts(language, format.number),
      /** The link to a view of an id, without filters. */
      link: (view, id) => encodeFragment(createState(view, id)),
    };
  }, [language, zone]);
}

// The fragment of the address is the state, which a jump would replace.
function skip(event) {
  event.preventDefault();
  document.getElementById("answer").focus();
}
