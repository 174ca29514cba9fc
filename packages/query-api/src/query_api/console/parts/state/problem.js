// A problem: what it is, the id under which the service logged it, and another try.

import { Copy } from "../copy.js";
import { html, useEffect } from "../html.js";

// Texts by the last part of a problem's type. A proxy's response has a status alone.
const NAMES = {
  "invalid-request": "invalid",
  "invalid-cursor": "cursor",
  "body-too-large": "large",
  overloaded: "busy",
  throttled: "busy",
  unavailable: "unavailable",
  "not-ready": "refused",
  "deadline-exceeded": "slow",
  429: "busy",
  502: "unavailable",
  503: "unavailable",
  504: "slow",
};
// Texts by the field of a query that is at fault.
const FAULTS = {
  user_id: "id",
  marketing_id: "id",
  transaction_id: "id",
  created_from: "from",
  created_to: "to",
  status: "filter",
  platform: "filter",
  ap_id: "filter",
  error_msg: "filter",
};

/**
 * `level` is of its heading: `h1` where nothing else is shown. `hasRows` says that what was read
 * before is still shown. Once the network is back, what a lost connection made fail is tried again.
 */
export function Problem({ problem, level = "h2", hasRows = false, retry, t }) {
  const { kind, requestId, errors = [], title: own = "", detail: ownDetail = "" } = problem;
  const isReload = kind === "signed-out";
  const isLost = kind === "network";
  const [title, detail] = describe(problem, hasRows, t);
  useEffect(() => {
    if (!isLost) {
      return undefined;
    }
    addEventListener("online", retry);
    return () => removeEventListener("online", retry);
  }, [isLost, retry]);
  return html`
    <section class=${isLost ? "problem quiet-problem" : "problem"} role="alert">
      <${level}>${title}<//>
      <p>${detail}</p>
      ${errors.length > 0 &&
      html`<ul>
        ${errors.map((each) => html`<${RequestFault} ...${each} t=${t} />`)}
      </ul>`}
      ${(own || ownDetail) &&
      html`<p lang="en"><small>${[own, ownDetail].filter(Boolean).join(": ")}</small></p>`}
      ${requestId &&
      html`<p class="request-id">
        ${t("problem.request")} <code>${requestId}</code>
        <${Copy} text=${requestId} name=${t("problem.request")} t=${t} />
      </p>`}
      <button type="button" class="primary" onClick=${isReload ? () => location.reload() : retry}>
        ${t(isReload ? "problem.reload" : "problem.retry")}
      </button>
    </section>
  `;
}

/** Returns title and detail; a fault of this page itself has no kind. */
function describe(problem, hasRows, t) {
  const { kind, type, status } = problem;
  if (!kind) {
    return [t("problem.page"), String(problem)];
  }
  const found = NAMES[type.split("/").at(-1)] ?? NAMES[status];
  const name = (kind === "response" && found) || kind;
  const which = name === "network" && hasRows ? "rows" : "detail";
  return [t(`problem.${name}`, { status: String(status) }), t(`problem.${name}.${which}`)];
}

function RequestFault({ pointer, detail, t }) {
  const fault = FAULTS[pointer.split("/")[1]];
  return html`
    <li>
      ${fault && t(`fault.${fault}`)}${" "}
      <small lang="en"><code>${pointer}</code> ${detail}</small>
    </li>
  `;
}
