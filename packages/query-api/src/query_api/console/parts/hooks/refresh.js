// The time as of which everything is shown: that of the last refresh.

import { useEffect, useMemo, useState } from "../html.js";

const INTERVAL_MS = 30_000;

/**
 * `subject` is a text that changes with what is shown, which then is as of that time.
 *
 * Returns `{now, again, isAutomatic, setAutomatic, wasAutomatic}`: milliseconds, what refreshes, and
 * whether the last refresh came by itself. By itself it refreshes only while the page can be seen.
 */
export function useRefresh(subject) {
  const [last, setLast] = useState({ wasAutomatic: false });
  const [isAutomatic, setAutomatic] = useState(false);
  const now = useMemo(Date.now, [subject, last]);
  const again = () => setLast({ wasAutomatic: false });
  useEffect(() => {
    if (!isAutomatic) {
      return undefined;
    }
    const refresh = () => document.hidden || setLast({ wasAutomatic: true });
    const timer = setInterval(refresh, INTERVAL_MS);
    document.addEventListener("visibilitychange", refresh); // who comes back sees no old figures
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [isAutomatic]);
  return { now, again, isAutomatic, setAutomatic, ...last };
}
