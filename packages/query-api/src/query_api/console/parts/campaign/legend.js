// The colours and textures of a chart's series, in the order in which they are stacked.

import { html } from "../html.js";

/** `series` from the top to the bottom of the bars. */
export function Legend({ series }) {
  return html`
    <ul class="legend">
      ${series.map(
        ({ value, label, kind }) => html`
          <li key=${value}>
            <svg width="14" height="14" aria-hidden="true">
              <rect class=${`bars ${kind}`} width="14" height="14" />
              <rect class=${`texture ${kind}`} width="14" height="14" />
            </svg>
            <bdi>${label}</bdi>
          </li>
        `,
      )}
    </ul>
  `;
}
