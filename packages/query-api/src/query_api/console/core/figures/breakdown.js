// The groups of a count broken down by some of their attributes.

/**
 * Returns rows `{key, count, counts}`, the largest first: `key` has the values of `names`, and
 * `counts` maps the values of `within` to their part of the count.
 *
 * The `other` of an answer has no values and is left out.
 */
export function breakDown(groups, names, within = names[0]) {
  const rows = new Map();
  for (const group of groups.filter((each) => !each.other)) {
    const key = Object.fromEntries(names.map((name) => [name, group[name]]));
    const text = JSON.stringify(key);
    const row = rows.get(text) ?? { key, count: 0, counts: new Map() };
    row.count += group.count;
    row.counts.set(group[within], (row.counts.get(group[within]) ?? 0) + group.count);
    rows.set(text, row);
  }
  return [...rows.values()].sort((one, other) => other.count - one.count);
}

/** Returns how many rows are in groups that the service did not list. */
export function countOther(groups) {
  return groups.filter(({ other }) => other).reduce((sum, { count }) => sum + count, 0);
}
