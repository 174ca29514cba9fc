// Preact with htm: the one way in which parts and views make elements.

import htm from "../vendor/htm/htm.mjs";
import { h } from "../vendor/preact/preact.mjs";

export const html = htm.bind(h);

export { Fragment, render } from "../vendor/preact/preact.mjs";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact/hooks.mjs";
