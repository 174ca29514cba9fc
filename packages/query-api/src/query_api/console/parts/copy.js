// A button that copies a text.

import { html, useEffect, useState } from "./html.js";

const SHOWN_MS = 1500;

export function Copy({ text, name, t }) {
  const [result, setResult] = useState(null);
  useEffect(() => {
    const timer = setTimeout(() => setResult(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);
  const label = t("copy.label", { name });
  return html`
    <button
      type="button"
      class="copy"
      aria-label=${label}
      title=${label}
      onClick=${async () => setResult((await copy(text)) ? "copy.done" : "copy.failed")}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path
          d="M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z"
          fill="none"
          stroke="currentColor"
          stroke-linejoin="round"
        />
      </svg>
      <span class=${result ? "copied" : "hidden"} role="status">${result && t(result)}</span>
    </button>
  `;
}

async function copy(text) {
  if (!navigator.clipboard) {
    return copyBySelection(text); // the page came by plain HTTP
  }
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) {
      return copyBySelection(text); // the browser does not permit it
    }
    throw error;
  }
}

function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "hidden";
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  return isCopied;
}
