import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeInput, encodeInput, resolvePeriod } from "../../src/query_api/console/core/time.js";
import { formatIso, isShownTwice, isZone, toInstant, toWall } from "../../src/query_api/console/core/zones.js";

const HOUR_MS = 3_600_000;
const at = (text) => Date.parse(text);
const resolve = (preset, zone, now) => resolvePeriod({ preset }, zone, at(now));

test("yesterday evening in Taipei ends at midnight of Taipei", () => {
  const period = resolve("evening", "Asia/Taipei", "2026-11-24T17:00:00Z");

  assert.deepEqual(period, { from: at("2026-11-24T10:00:00Z"), to: at("2026-11-24T16:00:00Z") });
});

test("yesterday has 23 hours where clocks were put forward, and 25 where they were put back", () => {
  const spring = resolve("yesterday", "Europe/Berlin", "2026-03-30T09:00:00Z");
  const autumn = resolve("yesterday", "Europe/Berlin", "2026-10-26T09:00:00Z");

  assert.equal(spring.to - spring.from, 23 * HOUR_MS);
  assert.equal(autumn.to - autumn.from, 25 * HOUR_MS);
});

test("a period that lasts until now has no end", () => {
  for (const preset of ["hour", "day", "today", "week"]) {
    assert.equal(resolve(preset, "UTC", "2026-11-24T17:00:30Z").to, null);
  }
});

test("the last hour and the last day start at a whole minute, so that a cache can hit", () => {
  const now = "2026-11-24T17:00:30.5Z";

  assert.equal(resolve("hour", "Asia/Taipei", now).from, at("2026-11-24T16:00:00Z"));
  assert.equal(resolve("day", "Asia/Taipei", now).from, at("2026-11-23T17:00:00Z"));
});

test("seven days are today and the six days before it", () => {
  const { from } = resolve("week", "Asia/Taipei", "2026-11-24T17:00:00Z");

  assert.equal(formatIso(from, "Asia/Taipei"), "2026-11-19T00:00:00.000+08:00");
});

test("any time has no bounds", () => {
  assert.deepEqual(resolve("any", "UTC", "2026-11-24T17:00:00Z"), { from: null, to: null });
});

test("a time that clocks skip is the instant of the change", () => {
  const skipped = at("2026-03-29T02:30:00Z");

  assert.equal(toInstant(skipped, "Europe/Berlin"), at("2026-03-29T01:00:00Z"));
});

test("a time that clocks show twice is the first of the two instants", () => {
  const shownTwice = at("2026-10-25T02:30:00Z");

  assert.equal(toInstant(shownTwice, "Europe/Berlin"), at("2026-10-25T00:30:00Z"));
});

test("only the hours over which clocks are put back are shown twice", () => {
  const shown = (text, zone = "Europe/Berlin") => isShownTwice(at(text), zone);

  assert.deepEqual(
    [shown("2026-10-25T02:30+02:00"), shown("2026-10-25T02:30+01:00")],
    [true, true],
  );
  assert.deepEqual(
    [shown("2026-10-25T01:59:59+02:00"), shown("2026-10-25T03:00+01:00")],
    [false, false],
  );
  assert.deepEqual([shown("2026-03-29T01:30+01:00"), shown("2026-03-29T03:30+02:00")], [false, false]);
  assert.ok(!shown("2026-10-25T02:30+08:00", "Asia/Taipei"));
});

test("a day that starts in a gap starts after it", () => {
  const { from } = resolve("today", "America/Sao_Paulo", "2018-11-04T15:00:00Z");

  assert.equal(formatIso(from, "America/Sao_Paulo"), "2018-11-04T01:00:00.000-02:00");
});

test("instants and what clocks show are each other's inverse, but where clocks change", () => {
  for (const zone of ["UTC", "Asia/Taipei", "Asia/Kathmandu", "America/New_York", "Pacific/Apia"]) {
    for (let day = 0; day < 800; day += 1) {
      const instant = at("2011-06-01T05:17:23.456Z") + day * 22.3 * HOUR_MS;
      const back = toInstant(toWall(instant, zone), zone);
      assert.ok(back === instant || back === instant - HOUR_MS, `${zone} ${formatIso(instant, zone)}`);
    }
  }
});

test("a time of an input field is one of the chosen zone", () => {
  const instant = decodeInput("2026-11-24T18:00", "Asia/Taipei");

  assert.equal(instant, at("2026-11-24T10:00:00Z"));
  assert.equal(encodeInput(instant, "Asia/Taipei"), "2026-11-24T18:00");
  assert.equal(decodeInput("", "Asia/Taipei"), null);
  assert.equal(encodeInput(null, "Asia/Taipei"), "");
});

test("only names of the time zone database are zones", () => {
  assert.ok(isZone("Asia/Taipei") && isZone("UTC"));
  assert.ok(!isZone("Mars/Base") && !isZone(""));
});
