// A list of notifications, newest first, parted by days. A row opens its detail.

import { getRowKey } from "../../core/address.js";
import { Fragment, html, useEffect, useLayoutEffect, useMemo, useRef } from "../html.js";
import { LinkedTrouble, useLinked } from "./linked.js";
import { useNarrow } from "../hooks/narrow.js";
import { isTyping } from "../frame/search.js";
import { COLUMNS } from "./columns.js";
import { Detail } from "./detail.js";

// Also in the style: there is no room for them.
const HIDDEN_BESIDE_DETAIL = new Set(["platform", "campaign", "user"]);

/**
 * `columns` are names of `COLUMNS`; the title is the button that opens the row. `isAlone` says that
 * the view has nothing else, so that arrow keys walk the list from the whole page.
 */
export function List({ rows, columns, isAlone = false, state, services }) {
  const { t, go } = services;
  const isNarrow = useNarrow("60rem");
  const table = useRef(null);
  const listed = rows.find((row) => getRowKey(row) === state.open) ?? null;
  const linked = useLinked(listed ? null : state.open, services);
  const opened = listed ?? linked.row;
  const open = (row, options) => go({ ...state, open: row && getRowKey(row) }, options);
  const days = useMemo(() => partByDay(rows, services.format), [rows, services.format]);
  useKeys({ table, rows, isAlone, opened, open });
  usePlace(table, rows);

  const isSplit = opened !== null && !isNarrow;
  const width = columns.filter((name) => !isSplit || !HIDDEN_BESIDE_DETAIL.has(name)).length;
  const detail = opened && html`
    <${Detail} key=${state.open} row=${opened} services=${services} close=${() => open(null)} />
  `;
  return html`
    <${LinkedTrouble} linked=${linked} t=${t} />
    ${isNarrow && !listed && detail}
    <div class=${isSplit ? "split" : ""}>
      <table class="list" ref=${table} aria-label=${t("list.label")}>
        <thead>
          <tr>
            ${columns.map(
              (name) => html`<th key=${name} scope="col" class=${`col-${name}`}>${t(`column.${name}`)}</th>`,
            )}
          </tr>
        </thead>
        ${days.map(
          ([day, found]) => html`
            <tbody key=${day}>
              <tr class="day">
                <th scope="rowgroup" colspan=${width}>${day}</th>
              </tr>
              ${found.map(
                (row) => html`
                  <${Fragment} key=${getRowKey(row)}>
                    <${Row}
                      row=${row}
                      columns=${columns}
                      isOpen=${row === opened}
                      open=${() => open(row === opened ? null : row)}
                      services=${services}
                    />
                    ${isNarrow &&
                    row === opened &&
                    html`<tr class="inline"><td colspan=${width}>${detail}</td></tr>`}
                  <//>
                `,
              )}
            </tbody>
          `,
        )}
      </table>
      ${!isNarrow && detail}
    </div>
  `;
}

function Row({ row, columns, isOpen, open, services }) {
  function choose(event) {
    if (getSelection().isCollapsed) {
      event.currentTarget.querySelector(".row-open").focus(); // arrows go on from here
      open();
    }
  }
  // A list may have thousands of rows, most of which stay the same when one is opened.
  const { t, format } = services;
  const cells = useMemo(
    () =>
      columns.map((name) => {
        const content = COLUMNS[name](row, services);
        return html`
          <td key=${name} class=${`col-${name}`}>
            ${name === "title" ? html`<${Title} isOpen=${isOpen}>${content}<//>` : content}
          </td>
        `;
      }),
    [row, columns, isOpen, t, format],
  );
  return html`<tr class=${isOpen ? "row open" : "row"} onClick=${choose}>${cells}</tr>`;
}

function Title({ isOpen, children }) {
  return html`
    <button type="button" class="row-open" aria-expanded=${String(isOpen)}>${children}</button>
  `;
}

function partByDay(rows, format) {
  const days = new Map();
  for (const row of rows) {
    const day = format.day(row.created_at);
    if (!days.has(day)) {
      days.set(day, []);
    }
    days.get(day).push(row);
  }
  return [...days];
}

// Newer rows come above the one at the top of the window, which stays where it is.
function usePlace(table, rows) {
  const place = useMemo(() => table.current && findPlace(table.current), [rows]);
  useLayoutEffect(() => {
    if (place?.row.isConnected) {
      scrollBy(0, place.row.getBoundingClientRect().top - place.top);
    }
  }, [rows]);
}

function findPlace(table) {
  const isInView = ({ top, bottom }) => bottom > 0 && top < innerHeight;
  const row = [...table.querySelectorAll(".row")].find((each) => isInView(each.getBoundingClientRect()));
  return row && scrollY > 0 ? { row, top: row.getBoundingClientRect().top } : null;
}

// Arrows walk the rows, and the detail follows if one is open; → goes into it, Esc closes it.
function useKeys({ table, rows, isAlone, opened, open }) {
  useEffect(() => {
    const act = (event) => {
      if (isTyping(event)) {
        return;
      }
      const buttons = [...table.current.querySelectorAll(".row-open")];
      const current = opened ? rows.indexOf(opened) : buttons.indexOf(document.activeElement);
      if (event.key === "Escape" && opened) {
        (buttons[current] ?? document.getElementById("answer")).focus();
        open(null);
      } else if (event.key === "ArrowRight" && opened) {
        document.querySelector(".detail").focus();
      } else if (event.key in STEPS && isWalking(event.target)) {
        move(buttons, current + STEPS[event.key], event);
      }
    };
    const isWalking = (target) =>
      table.current.contains(target) ||
      (isAlone && (target === document.body || target.id === "answer")) ||
      (opened && !hasOwnKeys(target));
    const move = (buttons, next, event) => {
      if (buttons[next]) {
        event.preventDefault();
        buttons[next].focus();
        if (opened) {
          open(rows[next], { replace: true });
        }
      }
    };
    document.addEventListener("keydown", act);
    return () => document.removeEventListener("keydown", act);
  });
}

/** Returns whether arrow keys scroll or choose something where the focus is. */
function hasOwnKeys(target) {
  if (target.closest(".scroll, .plot, .menu")) {
    return true;
  }
  for (let each = target; each !== document.body; each = each.parentElement) {
    const isScrolled = each.scrollHeight > each.clientHeight;
    if (isScrolled && /auto|scroll/.test(getComputedStyle(each).overflowY)) {
      return true;
    }
  }
  return false;
}

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
