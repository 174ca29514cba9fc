// The start: what can be asked, with examples from the latest failures, which stand beside it.

import { createState } from "../core/address.js";
import { html, useMemo } from "../parts/html.js";
import { useQuery, useWalk } from "../parts/hooks/walk.js";
import { Loading } from "../parts/state/loading.js";
import { Problem } from "../parts/state/problem.js";

const SHOWN_ROWS = 8;

export function Start({ services }) {
  const { t, link } = services;
  const failures = useMemo(() => createState("failures"), []);
  const walk = useWalk(useQuery(failures, services), services);
  const example = (view, name) => {
    const id = walk.rows.find((row) => row[name] !== null)?.[name] ?? null;
    return { view, id, href: id && link(view, id) };
  };
  const questions = [
    example("person", "user_id"),
    example("campaign", "marketing_id"),
    { view: "failures", id: null, href: link("failures", null) },
  ];
  return html`
    <div class="start">
      <section>
        <h1>${t("start.title")}</h1>
        <ul class="questions">
          ${questions.map((each) => html`<${Question} key=${each.view} ...${each} t=${t} />`)}
        </ul>
      </section>
      <section>
        <h2>${t("start.latest")}</h2>
        <${Latest} walk=${walk} services=${services} />
      </section>
    </div>
  `;
}

function Question({ view, id, href, t }) {
  const title = html`<h2>${t(`start.${view}`)}</h2>`;
  const example = id !== null && html`<p><bdi>${t("start.example", { id })}</bdi></p>`;
  return html`
    <li>
      ${href ? html`<a href=${href}>${title}${example}</a>` : title}
      <p>${t(`start.${view}.detail`)}</p>
    </li>
  `;
}

function Latest({ walk, services }) {
  const { t, format, link } = services;
  const { rows, isLoading, isComplete, problem, more } = walk;
  if (problem) {
    return html`<${Problem} problem=${problem} retry=${more} t=${t} />`;
  }
  if (rows.length === 0) {
    return isLoading || !isComplete
      ? html`<${Loading} hasRows=${false} what="start.loading" t=${t} />`
      : html`<p class="hint">${t("start.none")}</p>`;
  }
  return html`
    <ul class="latest">
      ${rows.slice(0, SHOWN_ROWS).map(
        (row) => html`
          <li key=${row.transaction_id + row.user_id}>
            <a href=${link("transaction", row.transaction_id)}>
              <time dateTime=${format.iso(row.created_at)}>${format.moment(row.created_at)}</time>
              <bdi class="ap">${row.ap_id ?? t("row.none")}</bdi>
              <bdi class="why">${row.error_msg ?? row.notification_title ?? t("row.silent")}</bdi>
            </a>
          </li>
        `,
      )}
    </ul>
    <p><a href=${link("failures", null)}>${t("start.all")}</a></p>
  `;
}
