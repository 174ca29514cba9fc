// A notification: its times, ids and reason, all to be copied.

import { Copy } from "../copy.js";
import { html } from "../html.js";
import { Status } from "../status.js";

/** `close` is null where it cannot be closed. */
export function Detail({ row, services, close }) {
  const { t } = services;
  return html`
    <article class="detail" tabindex="-1" aria-label=${t("detail.label")}>
      <header>
        <h2><bdi>${row.notification_title ?? t("row.silent")}</bdi></h2>
        ${row.notification_title !== null &&
        html`<${Copy} text=${row.notification_title} name=${t("column.title")} t=${t} />`}
        <${Status} status=${row.status} t=${t} />
        ${close &&
        html`<button
          type="button"
          class="quiet close"
          aria-label=${t("detail.close")}
          title=${`${t("detail.close")} (Esc)`}
          onClick=${close}
        >
          ×
        </button>`}
      </header>
      <${Times} row=${row} services=${services} />
      <${Facts} row=${row} services=${services} />
      ${row.error_msg !== null && html`<${Reason} text=${row.error_msg} t=${t} />`}
    </article>
  `;
}

function Times({ row, services }) {
  const { t, format } = services;
  const steps = { sent: row.send_ts, delivered: row.delivered_ts, failed: row.failed_ts };
  const createdOn = format.date(row.created_at);
  const later = Object.entries(steps)
    .filter(([, time]) => time !== null)
    .sort(([, one], [, other]) => one - other);
  return html`
    <ol class="steps" aria-label=${t("detail.times")}>
      <li>
        <span>${t("detail.created")}</span>
        <time dateTime=${format.iso(row.created_at)}>
          ${createdOn} ${format.precise(row.created_at)}
        </time>
        <span class="zone" title=${format.zone}>${format.offset(row.created_at)}</span>
        <${Copy} text=${format.iso(row.created_at)} name=${t("detail.created")} t=${t} />
      </li>
      ${later.map(
        ([name, time]) => html`
          <li key=${name} title=${format.iso(time)}>
            <span>${t(`detail.${name}`)}</span>
            <time dateTime=${format.iso(time)}>${describeSpan(time - row.created_at, services)}</time>
            <span class="zone">
              ${format.date(time) !== createdOn && `${format.date(time)} `}${format.precise(time)}
            </span>
            <${Copy} text=${format.iso(time)} name=${t(`detail.${name}`)} t=${t} />
          </li>
        `,
      )}
    </ol>
  `;
}

function describeSpan(spanMs, { t, format }) {
  const span = format.duration(Math.abs(spanMs));
  return t(spanMs < 0 ? "detail.before" : "detail.after", { span });
}

function Facts({ row, services }) {
  const { t, link, format } = services;
  const facts = [
    ["transaction", row.transaction_id, link("transaction", row.transaction_id)],
    ["user", row.user_id, link("person", row.user_id)],
    ["campaign", row.marketing_id, row.marketing_id && link("campaign", row.marketing_id)],
    ["ap", row.ap_id],
    ["platform", row.platform],
    ["sns", row.sns_id],
    ["retries", row.retry_cnt === null ? null : format.number(row.retry_cnt)],
  ];
  return html`
    <dl class="facts">
      ${facts.map(([name, value, target]) => {
        const text = html`<bdi>${value}</bdi>`;
        return html`
          <div key=${name}>
            <dt>${t(`detail.${name}`)}</dt>
            <dd>
              ${value === null
                ? html`<span class="none">${t("row.none")}</span>`
                : html`
                    ${target ? html`<a href=${target}>${text}</a>` : text}
                    <${Copy} text=${value} name=${t(`detail.${name}`)} t=${t} />
                  `}
            </dd>
          </div>
        `;
      })}
    </dl>
  `;
}

function Reason({ text, t }) {
  const shown = formatJson(text);
  return html`
    <section class="reason">
      <h3>${t("detail.reason")} <${Copy} text=${text} name=${t("detail.reason")} t=${t} /></h3>
      ${shown ? html`<pre>${shown}</pre>` : html`<p dir="auto">${text}</p>`}
    </section>
  `;
}

/** Returns a text that is a JSON object or list with indentation, null for any other one. */
function formatJson(text) {
  if (!/^\s*[[{]/.test(text)) {
    return null;
  }
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return null;
    }
    throw error;
  }
}
