// What a refresh by itself must not move.

import { useEffect, useState } from "../html.js";

/**
 * Returns `[held, take]`: after a refresh by itself, the query as it was before, until `take` is
 * called, one refreshes or another one is asked; else the query.
 */
export function useHeld(query, wasAutomatic) {
  const [kept, keep] = useState(query);
  const held = wasAutomatic && kept?.key === query?.key ? kept : query;
  useEffect(() => keep(held), [held]);
  return [held, () => keep(query)];
}
