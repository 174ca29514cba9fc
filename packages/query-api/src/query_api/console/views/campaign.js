// What did this campaign send?

import { html } from "../parts/html.js";
import { WalkView } from "../parts/list/walk_view.js";

const COLUMNS = ["time", "title", "status", "platform", "ap", "user"];

export function Campaign({ state, services }) {
  return html`<${WalkView} columns=${COLUMNS} state=${state} services=${services} />`;
}
