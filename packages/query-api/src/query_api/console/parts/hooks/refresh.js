// The time as of which everything is shown: that of the last refresh.

import { useEffect, useMemo, useState } from "../html.js";

const INTERVAL_MS = 30_000;

/**
 * `subject` is a text that changes with what is shown, which then is as of that time.
 *
 * Returns `{now, again, isAutomatic, setAutomatic}`: milliseconds, and what refreshes. By itself
 * it refreshes only while the page can be seen.
 */
export function useRefresh(subject) {
  const [count, setCount] = useState(0);
  const [isAutomatic, setAutomatic] = useState(false);
  const now = useMemo(Date.now, [subject, count]);
  const again = () => setCount((old) => old + 1);
  useEffect(() => {
    if (!isAutomatic) {
      return undefined;
    }
    const refresh = () => document.hidden || again();
    const timer = setInterval(refresh, INTERVAL_MS);
    document.addEventListener("visibilitychange", refresh); // who comes back sees no old figures
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [isAutomatic]);
  return { now, again, isAutomatic, setAutomatic };
}
