// Finds the burst in counts over time: since when is it worse than usual?

const LEAST_COUNT = 20;
const LEAST_RATIO = 4;
const LEAST_AVERAGES = 2;
// What is below this part of the peak is usual, however low the average is.
const LEAST_OF_PEAK = 1 / 6;
// What leads up to a burst: chance explains it less than once in 20 times.
const LEAST_EVIDENCE = Math.log(20);
const LONGEST_GAP = 15;

/**
 * Returns `{first, last}`, the indexes of the stretch that is most above the usual, or null.
 *
 * A stretch is a burst if it has at least 20, and 4 times as many for each part of time as the rest
 * has. So a steady failure is none, and neither are a few failures.
 */
export function findBurst(counts) {
  const found = findHighest(counts, LEAST_AVERAGES);
  if (found === null) {
    return null;
  }
  const inside = sum(counts.slice(found.first, found.last + 1));
  const length = found.last - found.first + 1;
  const isBurst = inside >= LEAST_COUNT && inside / length >= LEAST_RATIO * findUsual(counts, found);
  return isBurst ? found : null;
}

/** Returns how many a part of time outside a stretch has on average. */
export function findUsual(counts, { first, last }) {
  const inside = sum(counts.slice(first, last + 1));
  return (sum(counts) - inside) / Math.max(1, counts.length - (last - first + 1));
}

/**
 * Returns the stretch with the greatest sum of what is above so many averages (Kadane's algorithm),
 * as `{first, last}`; null if all counts are the same.
 */
export function findHighest(counts, averages = 1) {
  const peak = counts.reduce((one, other) => Math.max(one, other), 0);
  const usual = Math.max((averages * sum(counts)) / counts.length, LEAST_OF_PEAK * peak);
  let [best, bestSum] = [null, 0];
  let [first, running] = [0, 0];
  counts.forEach((count, index) => {
    if (running <= 0) {
      [first, running] = [index, 0];
    }
    running += count - usual;
    if (running > bestSum) {
      [best, bestSum] = [{ first, last: index }, running];
    }
  });
  return best;
}

/**
 * Returns the index at which a burst that is highest from `first` on began: it may rise slowly.
 *
 * Earlier parts of time belong to it if they have several failures, more than what was before them
 * explains (the likelihood ratio of two Poisson rates). One failure by itself does not. `usual` is
 * how many a part has otherwise; it counts as one part more before the first.
 */
export function findBeginning(counts, first, usual) {
  const least = 1 / (2 * counts.length);
  let [beginning, count] = [first, 0];
  for (let index = first - 1; index >= Math.max(0, beginning - LONGEST_GAP); index -= 1) {
    count += counts[index];
    const rate = Math.max(least, (sum(counts.slice(0, index)) + usual) / (index + 1));
    if (counts[index] > 0 && count > 1 && weigh(count, rate * (first - index)) >= LEAST_EVIDENCE) {
      beginning = index;
    }
  }
  return beginning;
}

// The logarithm of how much likelier a count is at its own rate than at the expected one.
function weigh(count, expected) {
  return count > expected ? count * Math.log(count / expected) - (count - expected) : 0;
}

const sum = (counts) => counts.reduce((one, other) => one + other, 0);
