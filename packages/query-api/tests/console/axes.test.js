import assert from "node:assert/strict";
import { test } from "node:test";

import { chooseCounts, chooseTimes } from "../../src/query_api/console/core/figures/axes.js";
import { createSeries } from "../../src/query_api/console/core/figures/series.js";

test("counts are few round numbers from zero to at least the highest", () => {
  assert.deepEqual(chooseCounts(0), [0, 1]);
  assert.deepEqual(chooseCounts(3), [0, 1, 2, 3]);
  assert.deepEqual(chooseCounts(97), [0, 50, 100]);
  assert.deepEqual(chooseCounts(1_204_311), [0, 500_000, 1_000_000, 1_500_000]);
  for (let highest = 1; highest < 1e9; highest = Math.ceil(highest * 1.37)) {
    const counts = chooseCounts(highest);

    assert.ok(counts.at(-1) >= highest && counts.at(-2) < highest, highest);
    assert.ok(counts.length >= 2 && counts.length <= 5, `${highest}: ${counts}`);
    assert.ok(counts.every(Number.isInteger));
  }
});

function listStarts(from, to, unit, zone) {
  const bounds = { from: Date.parse(from), to: Date.parse(to) };
  const group = { [unit]: unit === "day" ? from.slice(0, 10) : from, status: "SENT", count: 1 };
  return createSeries([group], { unit, by: "status", zone, ...bounds }).starts;
}

test("times are round ones of the zone's clocks", () => {
  const starts = listStarts("2026-11-24T10:15+05:30", "2026-11-25T10:15+05:30", "hour", "Asia/Kolkata");

  const labels = chooseTimes(starts, "hour", "Asia/Kolkata", 5).map((index) => starts[index]);

  assert.deepEqual(labels, [
    Date.parse("2026-11-24T12:00+05:30"),
    Date.parse("2026-11-24T18:00+05:30"),
    Date.parse("2026-11-25T00:00+05:30"),
    Date.parse("2026-11-25T06:00+05:30"),
  ]);
});

test("there are as many times as have room", () => {
  const starts = listStarts("2026-11-24T10:00Z", "2026-11-24T13:00Z", "minute", "UTC");

  for (const most of [2, 3, 6, 12, 40]) {
    const found = chooseTimes(starts, "minute", "UTC", most);

    assert.ok(found.length >= 1 && found.length <= most + 1, `${most}: ${found}`);
  }
});
