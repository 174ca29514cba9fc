// The stretch of time that the pointer or the keyboard is on, or marks.

import { useState } from "../html.js";

// As far as this, in pixels, a finger means the same place.
const FINGER = 8;
const KEYS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/**
 * Returns `[stretch, acts]`: indexes of parts of time as `{first, last, at}`, or null, and what an
 * element does on events. `find` returns the index at a distance from the element's left edge,
 * `end` is the highest one, and `select` receives a stretch that was clicked, drawn or entered. The
 * first tap of a finger on a part of time only shows it, the second one selects it.
 */
export function useStretch({ find, end, select }) {
  const [chosen, setChosen] = useState(null);
  const stretch = chosen && order(chosen, end);

  const measure = (event) => event.clientX - event.currentTarget.getBoundingClientRect().left;
  // `held` is where the pointer was pressed: `{x, isFirstTap}`, or null.
  const choose = (from, to, held = null) =>
    setChosen((old) =>
      old?.from === from && old.to === to && old.held === held ? old : { from, to, held },
    );
  const leave = () => setChosen(null);
  const finish = () => {
    leave();
    select(stretch);
  };

  function press(event) {
    if (event.key in KEYS) {
      const to = Math.min(end, Math.max(0, (stretch?.at ?? end + 1) + KEYS[event.key]));
      choose(event.shiftKey && chosen ? chosen.from : to, to);
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

  function hold(event) {
    const x = measure(event);
    const isTouch = event.pointerType === "touch";
    const isShown =
      isTouch && chosen && find(x - FINGER) <= chosen.to && chosen.to <= find(x + FINGER);
    const at = isShown ? chosen.to : find(x);
    choose(at, at, { x, isFirstTap: isTouch && !isShown });
  }

  function move(event) {
    const [x, held] = [measure(event), chosen?.held ?? null];
    if (held === null || event.pointerType !== "touch" || Math.abs(x - held.x) > FINGER) {
      choose(held ? chosen.from : find(x), find(x), held);
    }
  }

  function release() {
    if (chosen?.held?.isFirstTap && chosen.from === chosen.to) {
      choose(chosen.from, chosen.to);
    } else if (chosen?.held) {
      finish();
    }
  }

  const acts = {
    onPointerDown: (event) => {
      if (event.button === 0) {
        event.currentTarget.setPointerCapture(event.pointerId);
        hold(event);
      }
    },
    onPointerMove: move,
    onPointerUp: release,
    // A finger that is lifted leaves, too.
    onPointerLeave: (event) => event.pointerType !== "touch" && leave(),
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
