// Shows a fault of this page itself in place of what failed.

import { Component } from "../../vendor/preact/preact.mjs";
import { html } from "../html.js";

export class Fault extends Component {
  static getDerivedStateFromError(error) {
    return { error };
  }

  render({ children, t }, { error }) {
    if (!error) {
      return children;
    }
    return html`
      <section class="problem" role="alert">
        <h2>${t("problem.page")}</h2>
        <p><code>${String(error)}</code></p>
        <button type="button" class="primary" onClick=${() => location.reload()}>
          ${t("problem.reload")}
        </button>
      </section>
    `;
  }

  componentDidCatch(error) {
    console.error(error);
  }
}
