// A status: a colour, a shape and a word, so that none of them is needed to tell them apart.

import { html } from "./html.js";

const SHAPES = {
  DELIVERED: html`<circle cx="6" cy="6" r="5" fill="currentColor" />`,
  SENT: html`
    <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1" />
    <path d="M6 1a5 5 0 0 0 0 10z" fill="currentColor" />
  `,
  FAILED: html`<path d="M6 .8 11.6 11H.4z" fill="currentColor" />`,
};
const OTHER = html`
  <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.2" />
`;

/** Returns the end of the name of a status's colour: `--delivered`, …, `--other`. */
export function getStatusKind(status) {
  return Object.hasOwn(SHAPES, status ?? "") ? status.toLowerCase() : "other";
}

/** Returns the word of a known status, and any other one as its sender wrote it. */
export function getStatusText(status, t) {
  if (status === null) {
    return t("status.none");
  }
  return Object.hasOwn(SHAPES, status) ? t(`status.${status}`) : status;
}

export function Status({ status, t }) {
  return html`
    <span class=${`status ${getStatusKind(status)}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">${SHAPES[status] ?? OTHER}</svg>
      <bdi title=${status}>${getStatusText(status, t)}</bdi>
    </span>
  `;
}
