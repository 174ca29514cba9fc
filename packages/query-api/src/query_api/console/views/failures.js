// What failed lately?

import { html } from "../parts/html.js";
import { WalkView } from "../parts/list/walk_view.js";

const COLUMNS = ["time", "title", "reason", "ap", "platform", "user"];

export function Failures({ state, services }) {
  return html`<${WalkView} columns=${COLUMNS} state=${state} services=${services} />`;
}
