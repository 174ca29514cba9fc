// Failures over time, a small chart for each AP on one scale, the worst first.

import { Chart } from "../chart/chart.js";
import { Narrow } from "../figures/narrow.js";
import { useSome } from "../figures/some.js";
import { html, useRef } from "../html.js";
import { Burst, useBurst } from "./burst.js";

const SHOWN_APS = 9;
const HEIGHT = 150;
const HEIGHT_OF_ONE = 240;

/** `figures` are of `useFigures`, over APs; `query` is theirs. */
export function Multiples({ figures, query, state, services }) {
  const { t, go } = services;
  const { starts, series, unit, times } = figures;
  const ordered = useOrder(series, query.key);
  const [shown, button] = useSome(ordered, SHOWN_APS, t);
  const highest = Math.max(...series.flatMap(({ counts }) => counts));
  const select = (from, to) => go({ ...state, period: { from, to }, open: null });
  return html`
    <div class=${series.length === 1 ? "multiples one" : "multiples"}>
      ${shown.map(
        (each) => html`
          <${One}
            key=${each.value}
            ...${{ each, total: times.counted, starts, unit, query, highest, select, state, services }}
            height=${series.length === 1 ? HEIGHT_OF_ONE : HEIGHT}
          />
        `,
      )}
    </div>
    ${button}
  `;
}

function One({ each, total, starts, unit, query, highest, height, select, state, services }) {
  const { t, format } = services;
  const burst = useBurst(each.counts, { ap: each.value, starts, unit, query, state, services });
  const name = each.value ?? t("figures.none");
  const series = [{ ...each, label: t("status.FAILED"), kind: "failed" }];
  return html`
    <section class="multiple">
      <header>
        <h2><${Narrow} name="ap" value=${each.value} state=${state} services=${services} /></h2>
        <span class="sum">
          <b>${format.number(each.total)}</b> <span class="hint">${format.share(each.total / total)}</span>
        </span>
        ${burst && html`<${Burst} burst=${burst} ap=${each.value} state=${state} services=${services} />`}
      </header>
      <${Chart}
        title=${t("figures.of", { name })}
        chart=${{ starts, series, unit, counted: "failures", services }}
        height=${height}
        highest=${highest}
        mark=${burst && burst.start > starts[0] ? burst.start : null}
        select=${select}
      />
    </section>
  `;
}

// A refresh leaves the order as it is, so that nothing moves that is being read.
function useOrder(series, key) {
  const order = useRef({ key: null, values: [] });
  if (order.current.key !== key) {
    order.current = { key, values: [] };
  }
  const known = order.current.values;
  const added = series.map(({ value }) => value).filter((value) => !known.includes(value));
  order.current.values = [...known, ...added];
  const place = ({ value }) => order.current.values.indexOf(value);
  return series.toSorted((one, other) => place(one) - place(other));
}
