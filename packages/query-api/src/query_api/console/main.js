// Entry: reads the settings of this browser and shows the page.

import { App } from "./parts/frame/app.js";
import { html, render } from "./parts/html.js";

render(html`<${App} />`, document.getElementById("app"));
