// The time as of which everything is shown: that of the last refresh.

import { useEffect, useState } from "../html.js";

const INTERVAL_MS = 30_000;

/**
 * Returns `{now, again, isAutomatic, setAutomatic}`: milliseconds, and what refreshes. By itself
 * it refreshes only while the page can be seen.
 */
export function useRefresh() {
  const [now, setNow] = useState(Date.now);
  const [isAutomatic, setAutomatic] = useState(false);
  const again = () => setNow(Date.now());
  useEffect(() => {
    if (!isAutomatic) {
      return undefined;
    }
    const timer = setInterval(() => document.hidden || again(), INTERVAL_MS);
    return () => clearInterval(timer);
  }, [isAutomatic]);
  return { now, again, isAutomatic, setAutomatic };
}
