// The search box: an id and its kind. `/` focuses it.

import { createState } from "../../core/address.js";
import { html, useEffect, useRef, useState } from "../html.js";

export const KINDS = ["person", "campaign", "transaction"];

export function Search({ state, services }) {
  const { t, go, again } = services;
  const input = useRef(null);
  const [id, setId] = useState("");
  const [kind, setKind] = useState("person");
  useEffect(() => {
    setId(state.id ?? "");
    if (KINDS.includes(state.view)) {
      setKind(state.view);
    }
  }, [state.id, state.view]);
  useEffect(() => {
    const focus = (event) => {
      if (event.key === "/" && !isTyping(event)) {
        event.preventDefault();
        input.current.focus();
        input.current.select();
      }
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);

  function search(event) {
    event.preventDefault();
    const wanted = id.trim();
    if (wanted !== "") {
      // Times and filters stay while ids of one kind are looked up one after another.
      const kept = state.view === kind ? { ...state, open: null } : createState(kind);
      go({ ...kept, id: wanted });
      again(); // also where the address stays the same
      document.getElementById("answer").focus(); // from where arrows walk the list
    }
  }

  return html`
    <form class="search" role="search" onSubmit=${search}>
      <input
        ref=${input}
        type="search"
        aria-label=${t("search.label")}
        aria-keyshortcuts="/"
        placeholder=${t("search.placeholder")}
        value=${id}
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
        onInput=${(event) => setId(event.target.value)}
      />
      <select
        aria-label=${t("search.kind")}
        value=${kind}
        onChange=${(event) => setKind(event.target.value)}
      >
        ${KINDS.map(
          (each) => html`<option key=${each} value=${each}>${t(`kind.${each}`)}</option>`,
        )}
      </select>
      <button type="submit" class="primary">${t("search.go")}</button>
    </form>
  `;
}

/** Returns whether a key goes into a field, and is no command. */
export function isTyping({ target, ctrlKey, metaKey, altKey }) {
  return ctrlKey || metaKey || altKey || target.closest("input, select, textarea") !== null;
}
