import assert from "node:assert/strict";
import { test } from "node:test";

import { chooseUnit, createSeries } from "../../src/query_api/console/core/figures/series.js";

const HOUR_MS = 3_600_000;
const at = (text) => Date.parse(text);

test("a part of time without rows is there, with nothing in it", () => {
  const groups = [
    { status: "SENT", hour: "2026-11-24T18:00+08:00", count: 2 },
    { status: "FAILED", hour: "2026-11-24T21:00+08:00", count: 5 },
    { status: "SENT", hour: "2026-11-24T21:00+08:00", count: 1 },
  ];

  const { starts, series } = createSeries(groups, "hour", "status", "Asia/Taipei");

  assert.deepEqual(starts, [0, 1, 2, 3].map((hour) => at("2026-11-24T10:00Z") + hour * HOUR_MS));
  assert.deepEqual(series, [
    { value: "FAILED", counts: [0, 0, 0, 5], total: 5 },
    { value: "SENT", counts: [2, 0, 0, 1], total: 3 },
  ]);
});

test("a day on which clocks change is one part of time", () => {
  const groups = [
    { day: "2026-10-24", ap_id: null, count: 1 },
    { day: "2026-10-26", ap_id: null, count: 2 },
  ];

  const { starts, series } = createSeries(groups, "day", "ap_id", "Europe/Berlin");

  assert.deepEqual(starts, [
    at("2026-10-24T00:00+02:00"),
    at("2026-10-25T00:00+02:00"),
    at("2026-10-26T00:00+01:00"),
  ]);
  assert.deepEqual(series, [{ value: null, counts: [1, 0, 2], total: 3 }]);
});

test("an hour that clocks show twice is two parts of time", () => {
  const groups = [
    { hour: "2026-10-25T02:00+02:00", count: 1 },
    { hour: "2026-10-25T02:00+01:00", count: 2 },
  ];

  const { starts, series } = createSeries(groups, "hour", "status", "Europe/Berlin");

  assert.equal(starts[1] - starts[0], HOUR_MS);
  assert.deepEqual(series[0].counts, [1, 2]);
});

test("the rest of an answer, which has no part of time, is in no series", () => {
  const groups = [{ minute: "2026-11-24T18:00+08:00", count: 2 }, { other: true, count: 9 }];

  assert.deepEqual(createSeries(groups, "minute", "status", "UTC").series.map(({ total }) => total), [2]);
  assert.deepEqual(createSeries([], "minute", "status", "UTC"), { starts: [], series: [] });
});

test("the parts of time are as long as one chart can show", () => {
  assert.equal(chooseUnit(HOUR_MS), "minute");
  assert.equal(chooseUnit(24 * HOUR_MS), "hour");
  assert.equal(chooseUnit(31 * 24 * HOUR_MS), "day");
});
