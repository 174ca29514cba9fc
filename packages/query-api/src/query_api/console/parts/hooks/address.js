// The state of the page, which is the fragment of its address.

import { decodeFragment, encodeFragment } from "../../core/address.js";
import { useEffect, useState } from "../html.js";

/**
 * Returns the state and a function that goes to another one: a new entry of the browser's history,
 * or with `{replace: true}` in place of this one.
 */
export function useAddress() {
  const [fragment, setFragment] = useState(location.hash);
  useEffect(() => {
    const follow = () => setFragment(location.hash);
    addEventListener("popstate", follow); // also for links to another fragment
    return () => removeEventListener("popstate", follow);
  }, []);

  function go(state, { replace = false } = {}) {
    const target = encodeFragment(state);
    if (replace) {
      history.replaceState(null, "", target);
    } else if (target !== location.hash) {
      history.pushState(null, "", target);
    }
    setFragment(target);
  }

  return [decodeFragment(fragment), go];
}
