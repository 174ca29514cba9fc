// Whether the window is too narrow for two columns.

import { useEffect, useState } from "../html.js";

const NARROW = matchMedia("(max-width: 60rem)");

export function useNarrow() {
  const [isNarrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const follow = () => setNarrow(NARROW.matches);
    NARROW.addEventListener("change", follow);
    return () => NARROW.removeEventListener("change", follow);
  }, []);
  return isNarrow;
}
