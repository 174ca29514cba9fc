// What did this user receive?

import { html } from "../parts/html.js";
import { WalkView } from "../parts/list/walk_view.js";

const COLUMNS = ["time", "title", "status", "platform", "ap", "campaign"];

export function Person({ state, services }) {
  return html`<${WalkView} columns=${COLUMNS} state=${state} services=${services} />`;
}
