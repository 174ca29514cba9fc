// A problem: what it is, the id under which the service logged it, and another try.

import { Copy } from "../copy.js";
import { html } from "../html.js";

/** `level` is of its heading: `h1` where nothing else is shown. */
export function Problem({ problem, level = "h2", retry, t }) {
  const { requestId, errors = [] } = problem;
  const isReload = problem.kind === "signed-out";
  const [title, detail] = describe(problem, t);
  return html`
    <section class="problem" role="alert">
      <${level}>${title}<//>
      <p>${detail}</p>
      ${errors.length > 0 &&
      html`<ul>
        ${errors.map((each) => html`<li><code>${each.pointer}</code> ${each.detail}</li>`)}
      </ul>`}
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
function describe(problem, t) {
  const { kind, title, detail, status } = problem;
  if (kind === "response") {
    return [title || t("problem.response", { status: String(status) }), detail];
  }
  return kind
    ? [t(`problem.${kind}`), t(`problem.${kind}.detail`)]
    : [t("problem.page"), String(problem)];
}
