// A button that opens a panel; Esc and a click elsewhere close it.

import { html, useEffect, useRef, useState } from "./html.js";

/**
 * `children` is what the panel shows, or a function of `close` that returns it; `isAtEnd` says that
 * the menu is at the end of its line, so that the panel opens to the other side.
 */
export function Menu({ label, isActive = false, isAtEnd = false, children }) {
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

  function closeByKey(event) {
    if (event.key === "Escape" && details.current.open) {
      event.stopPropagation();
      close();
      details.current.querySelector("summary").focus();
    }
  }

  return html`
    <details
      class=${isAtEnd ? "menu at-end" : "menu"}
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
