// A button that opens a panel; Esc and a click elsewhere close it.

import { html, useEffect, useLayoutEffect, useRef, useState } from "./html.js";

const MARGIN = 8;

/** `children` is what the panel shows, or a function of `close` that returns it. */
export function Menu({ label, isActive = false, children }) {
  const details = useRef(null);
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    details.current.open = false;
  };
  useEffect(() => {
    const leave = (event) => {
      if (!details.current.contains(event.target)) {
        close();
      }
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, []);

  useLayoutEffect(() => {
    if (isOpen) {
      moveIntoWindow(details.current.querySelector(".panel"));
    }
  }, [isOpen]);

  function closeByKey(event) {
    if (event.key === "Escape" && details.current.open) {
      event.stopPropagation();
      close();
      details.current.querySelector("summary").focus();
    }
  }

  return html`
    <details
      class="menu"
      ref=${details}
      onToggle=${() => setOpen(details.current.open)}
      onKeyDown=${closeByKey}
    >
      <summary class=${isActive ? "choice active" : "choice"}>${label}</summary>
      <div class="panel">
        ${isOpen && (typeof children === "function" ? children(close) : children)}
      </div>
    </details>
  `;
}

function moveIntoWindow(panel) {
  panel.style.translate = "";
  const { left, right } = panel.getBoundingClientRect();
  const beyond = right + MARGIN - document.documentElement.clientWidth;
  panel.style.translate = `${-Math.max(0, Math.min(beyond, left - MARGIN))}px`;
}
