import assert from "node:assert/strict";
import { test } from "node:test";

import { chooseUnit, createSeries, findShownUnit } from "../../src/query_api/console/core/figures/series.js";

const HOUR_MS = 3_600_000;
const at = (text) => Date.parse(text);

test("a part of time without rows is there, with nothing in it", () => {
  const groups = [
    { status: "SENT", hour: "2026-11-24T18:00+08:00", count: 2 },
    { status: "FAILED", hour: "2026-11-24T21:00+08:00", count: 5 },
    { status: "SENT", hour: "2026-11-24T21:00+08:00", count: 1 },
  ];

  const { starts, series } = createSeries(groups, { unit: "hour", by: "status", zone: "Asia/Taipei" });

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

  const { starts, series } = createSeries(groups, { unit: "day", by: "ap_id", zone: "Europe/Berlin" });

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

  const { starts, series } = createSeries(groups, { unit: "hour", by: "status", zone: "Europe/Berlin" });

  assert.equal(starts[1] - starts[0], HOUR_MS);
  assert.deepEqual(series[0].counts, [1, 2]);
});

test("the rest of an answer, which has no part of time, is in no series", () => {
  const groups = [{ minute: "2026-11-24T18:00+08:00", count: 2 }, { other: true, count: 9 }];

  const options = { unit: "minute", by: "status", zone: "UTC" };

  assert.deepEqual(createSeries(groups, options).series.map(({ total }) => total), [2]);
  assert.deepEqual(createSeries([], options), { starts: [], series: [] });
});

test("the parts of time are as long as one chart can show", () => {
  assert.equal(chooseUnit(HOUR_MS), "minute");
  assert.equal(chooseUnit(24 * HOUR_MS), "hour");
  assert.equal(chooseUnit(31 * 24 * HOUR_MS), "day");
});

test("minutes are added up to the hours and days that are shown", () => {
  const groups = [
    { status: "SENT", minute: "2026-11-24T23:59+08:00", count: 2 },
    { status: "SENT", hour: "2026-11-24T23:00+08:00", count: 3 },
    { status: "SENT", minute: "2026-11-25T00:00+08:00", count: 4 },
  ];
  const count = (unit) =>
    createSeries(groups, { unit, by: "status", zone: "Asia/Taipei" }).series[0].counts;

  assert.equal(findShownUnit(groups, "minute"), "hour");
  assert.equal(findShownUnit(groups, "day"), "day");
  assert.deepEqual(count("hour"), [5, 4]);
  assert.deepEqual(count("day"), [5, 4]);
});

test("a period is shown whole, also where nothing was counted", () => {
  const [from, to] = [at("2026-11-24T10:30Z"), at("2026-11-24T13:00Z")];
  const groups = [{ hour: "2026-11-24T11:00+00:00", count: 2 }];

  const { starts, series } = createSeries(groups, { unit: "hour", by: null, zone: "UTC", from, to });

  assert.deepEqual(starts, ["10:00", "11:00", "12:00"].map((time) => at(`2026-11-24T${time}Z`)));
  assert.deepEqual(series, [{ value: null, counts: [0, 2, 0], total: 2 }]);
});

test("an hour is found where clocks are moved by half an hour", () => {
  const groups = ["00:00+10:30", "01:00+10:30", "02:00+11:00", "03:00+11:00"].map((time) => ({
    hour: `2026-10-04T${time}`,
    count: 1,
  }));

  const { series } = createSeries(groups, { unit: "hour", by: null, zone: "Australia/Lord_Howe" });

  assert.equal(series[0].total, 4);
  assert.equal(series[0].counts.reduce((sum, count) => sum + count, 0), 4);
});
