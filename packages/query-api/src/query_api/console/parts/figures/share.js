// A share as a figure and a thin bar.

import { html } from "../html.js";

/** `kind` is the end of the name of the colour; `of` is the whole, 0 for an unknown one. */
export function Share({ count, of, kind, services }) {
  const share = of ? count / of : 0;
  return html`
    <span class=${`share ${kind}`}>
      <span class="share-bar" aria-hidden="true"><span style=${{ width: `${share * 100}%` }}></span></span>
      <span class="share-figure">${services.format.share(share)}</span>
    </span>
  `;
}
