// Finds the burst in counts over time: since when is it worse than usual?

const LEAST_COUNT = 20;
const LEAST_RATIO = 4;
const LEAST_AVERAGES = 2;
// What is below this part of the peak is usual, however low the average is.
const LEAST_OF_PEAK = 1 / 6;

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
  const rest = (sum(counts) - inside) / Math.max(1, counts.length - length);
  return inside >= LEAST_COUNT && inside / length >= LEAST_RATIO * rest ? found : null;
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

const sum = (counts) => counts.reduce((one, other) => one + other, 0);
