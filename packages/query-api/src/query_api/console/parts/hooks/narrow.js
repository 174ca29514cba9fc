// Whether the window is too narrow for something.

import { useLayoutEffect, useState } from "../html.js";

/** `width` is in units of the root's font: `60rem`. */
export function useNarrow(width) {
  const [isNarrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    const query = matchMedia(`(max-width: ${width})`);
    const follow = () => setNarrow(query.matches);
    follow();
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [width]);
  return isNarrow;
}
