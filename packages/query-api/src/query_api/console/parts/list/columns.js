// The columns of a list, by name.

import { html } from "../html.js";
import { Status } from "../status.js";

const text = (value, t) =>
  value === null ? html`<span class="none">${t("row.none")}</span>` : html`<bdi title=${value}>${value}</bdi>`;

const MAX_LENGTH = 200; // graphemes

// A list shows two lines: a title of 4 KiB in each of a thousand rows takes a second to lay out.
function cut(title) {
  if (title.length <= MAX_LENGTH) {
    return title;
  }
  const graphemes = Array.from(new Intl.Segmenter().segment(title), ({ segment }) => segment);
  return graphemes.length <= MAX_LENGTH ? title : `${graphemes.slice(0, MAX_LENGTH).join("")}…`;
}

export const COLUMNS = {
  time: (row, { format }) => html`
    <time dateTime=${format.iso(row.created_at)} title=${format.iso(row.created_at)}>
      ${format.time(row.created_at)}
    </time>
  `,
  title: (row, { t }) =>
    row.notification_title === null
      ? html`<span class="none">${t("row.silent")}</span>`
      : html`<bdi>${cut(row.notification_title)}</bdi>`,
  status: (row, { t }) => html`<${Status} status=${row.status} t=${t} />`,
  platform: (row, { t }) => text(row.platform, t),
  ap: (row, { t }) => text(row.ap_id, t),
  campaign: (row, { t }) => text(row.marketing_id, t),
  user: (row, { t }) => text(row.user_id, t),
  reason: (row, { t }) => text(row.error_msg && cut(row.error_msg), t),
};
