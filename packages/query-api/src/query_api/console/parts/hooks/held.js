// What a refresh by itself must not move.

import { useEffect, useState } from "../html.js";

/**
 * Returns `[held, take]`: while the page refreshes by itself, the query as it was before, until
 * `take` is called or another one is asked; else the query.
 */
export function useHeld(query, isAutomatic) {
  const [kept, keep] = useState(query);
  const held = isAutomatic && kept?.key === query?.key ? kept : query;
  useEffect(() => keep(held), [held]);
  return [held, () => keep(query)];
}
