import assert from "node:assert/strict";
import { test } from "node:test";

import { findBeginning, findBurst, findHighest, findUsual } from "../../src/query_api/console/core/figures/burst.js";

const repeat = (count, length) => Array.from({ length }, () => count);

test("a burst is from its first part of time to its last", () => {
  const counts = [...repeat(1, 20), 12, 9, 14, ...repeat(1, 5)];

  assert.deepEqual(findBurst(counts), { first: 20, last: 22 });
});

test("a burst goes on over a quiet minute", () => {
  const counts = [...repeat(0, 30), 5, 6, 0, 7, 5, ...repeat(0, 30)];

  assert.deepEqual(findBurst(counts), { first: 30, last: 34 });
});

test("a burst may go on to the end", () => {
  assert.deepEqual(findBurst([...repeat(2, 50), ...repeat(30, 10)]), { first: 50, last: 59 });
});

test("a few failures by themselves are no burst", () => {
  assert.equal(findBurst([...repeat(0, 20), 3, 4, ...repeat(0, 20)]), null);
});

test("a failure that is always there is no burst", () => {
  assert.equal(findBurst(repeat(50, 24)), null);
  assert.equal(findBurst([50, 48, 55, 51, 47, 60, 52, 49]), null);
});

test("nothing is no burst", () => {
  assert.equal(findBurst([]), null);
  assert.equal(findBurst([0, 0, 0]), null);
});

test("wherever a burst starts, it is found there", () => {
  for (let start = 1; start < 55; start += 1) {
    const counts = repeat(1, 60).map((count, index) => (index >= start && index < start + 5 ? 40 : count));

    assert.deepEqual(findHighest(counts), { first: start, last: start + 4 });
  }
});

test("a burst has four times as many as the rest, at least", () => {
  const raise = (count) => findBurst([...repeat(2, 20), count, count, count]);

  assert.equal(raise(7), null);
  assert.deepEqual(raise(9), { first: 20, last: 22 });
});

test("what is only somewhat more than the average is not of the burst", () => {
  const busy = repeat(5, 3);
  const counts = [...repeat(1, 10), ...busy, 12, 12, 12, ...busy, ...repeat(1, 10)];

  assert.deepEqual(findBurst(counts), { first: 13, last: 15 });
});

test("one failure just before a burst is not its start", () => {
  const counts = [...repeat(0, 200), 1, 40, 40, ...repeat(0, 50)];

  assert.deepEqual(findBurst(counts), { first: 201, last: 202 });
});

test("a burst that rises slowly began with its first failures", () => {
  const counts = [...repeat(0, 200), 1, 1, 0, 0, 0, 0, 2, 1, 5, 4, 6, ...repeat(0, 50)];

  assert.equal(findBeginning(counts, 208, 0), 200);
});

test("failures after a burst do not hide its beginning", () => {
  const counts = [...repeat(0, 15), 1, 1, 0, 0, 0, 0, 2, 1, 5, 4, 6, ...repeat(1, 15)];

  assert.equal(findBeginning(counts, 22, 0.7), 15);
});

test("one failure before a burst is not its beginning", () => {
  const counts = [...repeat(0, 200), 1, 0, 0, 40, 40, ...repeat(0, 50)];

  assert.equal(findBeginning(counts, 203, 0), 203);
});

test("failures as many as usual are not the beginning of a burst", () => {
  const counts = [...repeat(2, 60), 40, 40];

  assert.equal(findBeginning(counts, 60, 2), 60);
  assert.equal(findBeginning(counts.slice(57), 3, 2), 3);
});

test("failures long before a burst are not its beginning", () => {
  const counts = [...repeat(0, 100), 3, 3, ...repeat(0, 16), 40, 40];

  assert.equal(findBeginning(counts, 118, 0), 118);
});

test("the usual number is that of the parts of time outside a stretch", () => {
  assert.equal(findUsual([1, 3, 40, 50, 2], { first: 2, last: 3 }), 2);
  assert.equal(findUsual([40], { first: 0, last: 0 }), 0);
});
