// The figures of a stretch, beside it.

import { html } from "../html.js";
import { countWithin, describeTimes } from "./words.js";

const DISTANCE = 8;
const LEAST_WIDTH = 240;

export function Tip({ frame, stretch, chart }) {
  const { series, services } = chart;
  const { format } = services;
  const total = series.reduce((sum, each) => sum + countWithin(each, stretch), 0);
  return html`
    <div class="tip" aria-hidden="true" style=${findPlace(frame, stretch)}>
      <b>${describeTimes(stretch, chart)}</b>
      <table>
        ${series.toReversed().map(
          (each) => html`
            <tr key=${each.value}>
              <td><bdi>${each.label}</bdi></td>
              <td class="number">${format.number(countWithin(each, stretch))}</td>
              ${series.length > 1 &&
              html`<td class="number">${total > 0 && format.share(countWithin(each, stretch) / total)}</td>`}
            </tr>
          `,
        )}
      </table>
    </div>
  `;
}

// After the stretch, before it, or within one that leaves no room beside it.
function findPlace(frame, stretch) {
  const [left, right] = [frame.x(stretch.first), frame.x(stretch.last + 1)];
  if (frame.width - right >= LEAST_WIDTH) {
    return { left: `${right + DISTANCE}px` };
  }
  return left >= LEAST_WIDTH
    ? { right: `${frame.width - left + DISTANCE}px` }
    : { left: `${Math.min(left + DISTANCE, frame.width - LEAST_WIDTH)}px` };
}
