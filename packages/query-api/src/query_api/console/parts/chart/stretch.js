// The stretch of time that the pointer or the keyboard is on, or marks.

import { useState } from "../html.js";

const KEYS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/**
 * Returns `[stretch, acts]`: indexes of parts of time as `{first, last, at}`, or null, and what an
 * element does on events. `find` returns the index at a distance from the element's left edge,
 * `end` is the highest one, and `select` receives a stretch that was clicked, drawn or entered.
 */
export function useStretch({ find, end, select }) {
  const [chosen, setChosen] = useState(null);
  const stretch = chosen && order(chosen, end);

  const locate = (event) => find(event.clientX - event.currentTarget.getBoundingClientRect().left);
  const choose = (from, to, isHeld) =>
    setChosen((old) =>
      old?.from === from && old.to === to && old.isHeld === isHeld ? old : { from, to, isHeld },
    );
  const leave = () => setChosen(null);
  const finish = () => {
    leave();
    select(stretch);
  };

  function press(event) {
    if (event.key in KEYS) {
      const to = Math.min(end, Math.max(0, (stretch?.at ?? end + 1) + KEYS[event.key]));
      choose(event.shiftKey && chosen ? chosen.from : to, to, false);
    } else if (event.key === "Enter" && stretch) {
      finish();
    } else if (event.key === "Escape" && stretch) {
      leave();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  const acts = {
    onPointerDown: (event) => {
      if (event.button === 0) {
        event.currentTarget.setPointerCapture(event.pointerId);
        choose(locate(event), locate(event), true);
      }
    },
    onPointerMove: (event) => {
      const to = locate(event);
      choose(chosen?.isHeld ? chosen.from : to, to, chosen?.isHeld ?? false);
    },
    onPointerUp: () => chosen?.isHeld && finish(),
    onPointerLeave: leave,
    onPointerCancel: leave,
    onBlur: leave,
    onKeyDown: press,
  };
  return [stretch, acts];
}

function order({ from, to }, end) {
  const [one, other] = [Math.min(from, end), Math.min(to, end)];
  return { first: Math.min(one, other), last: Math.max(one, other), at: other };
}
