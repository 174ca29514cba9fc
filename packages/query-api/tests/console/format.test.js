import assert from "node:assert/strict";
import { test } from "node:test";

import { createFormat } from "../../src/query_api/console/core/format.js";

const TIME = Date.parse("2026-11-24T10:03:12.512Z");
const taipei = createFormat("en-US", "Asia/Taipei");

test("numbers and shares have the separators of the locale", () => {
  assert.equal(taipei.number(1204311), "1,204,311");
  assert.equal(createFormat("de", "UTC").number(1204311), "1.204.311");
  assert.equal(taipei.share(0.91437), "91.4%");
});

test("times are of the zone and of 24 hours", () => {
  assert.equal(taipei.time(TIME), "18:03:12");
  assert.equal(taipei.precise(TIME), "18:03:12.512");
  assert.equal(taipei.iso(TIME), "2026-11-24T18:03:12.512+08:00");
  assert.equal(createFormat("zh-TW", "Asia/Taipei").time(TIME), "18:03:12");
  assert.equal(taipei.time(Date.parse("2026-11-24T16:00:00Z")), "00:00:00");
});

test("a time that clocks show twice has its offset", () => {
  const berlin = createFormat("en", "Europe/Berlin");

  assert.equal(berlin.time(Date.parse("2026-10-25T00:30:00Z")), "02:30:00 +02:00");
  assert.equal(berlin.time(Date.parse("2026-10-25T01:30:00Z")), "02:30:00 +01:00");
  assert.equal(berlin.time(Date.parse("2026-10-25T02:30:00Z")), "03:30:00");
});

test("a zone is named with the offset that it has then", () => {
  const berlin = createFormat("en", "Europe/Berlin");

  assert.equal(berlin.zoneName(Date.parse("2026-07-01T00:00:00Z")), "Europe/Berlin, +02:00");
  assert.equal(berlin.zoneName(TIME), "Europe/Berlin, +01:00");
  assert.equal(createFormat("en", "UTC").zoneName(TIME), "UTC");
});

test("a range has a year only where it is not this one", () => {
  const start = Date.parse("2026-11-24T08:03:00Z");
  const [thisYear, nextYear] = [TIME, Date.parse("2027-01-01T00:00:00Z")];

  assert.ok(!taipei.range(start, TIME, thisYear).includes("2026"));
  assert.ok(taipei.range(start, TIME, nextYear).includes("2026"));
});

for (const [spanMs, text] of [
  [0, "0ms"],
  [412, "412ms"],
  [1900, "1.9s"],
  [12_400, "12s"],
  [200_000, "3m 20s"],
  [7_500_000, "2h 5m"],
  [86_400_000, "1d"],
  [273_600_000, "3d 4h"],
]) {
  test(`${spanMs} ms are ${text}`, () => {
    assert.equal(taipei.duration(spanMs), text);
  });
}
