import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  createState,
  decodeFragment,
  encodeFragment,
  getDefaultPeriod,
  listPresets,
  listTransactions,
} from "../../src/query_api/console/core/address.js";

const STATES = [
  createState(),
  createState("failures"),
  createState("person", "test_user_001"),
  createState("person", "a&b=c#d %2B+?é 使用者 \u202e"),
  { ...createState("person", "u"), period: { preset: "evening" } },
  { ...createState("failures"), period: { preset: "week" }, ap: ["a,b", "c&d"], reason: ["{\"x\": 1}"] },
  { ...createState("campaign", "c"), period: { from: 1_764_000_000_000, to: null } },
  { ...createState("campaign", "c"), period: { from: null, to: 1_764_000_000_001 } },
  { ...createState("transaction", "t"), status: ["FAILED", "odd"], open: "1:t:u" },
];

for (const state of STATES) {
  test(`the address of ${encodeFragment(state)} leads back to its state`, () => {
    assert.deepEqual(decodeFragment(encodeFragment(state)), state);
  });
}

test("an address can be read", () => {
  const period = { from: Date.UTC(2026, 10, 24, 10), to: Date.UTC(2026, 10, 24, 12, 30) };

  const fragment = encodeFragment({ ...createState("failures"), period, ap: ["mobile-app-001"] });

  assert.equal(fragment, "#failures?from=2026-11-24T10:00Z&to=2026-11-24T12:30Z&ap=mobile-app-001");
});

test("a time in an address may have an offset or be in milliseconds", () => {
  const { period } = decodeFragment("#failures?from=2026-11-24T18:00%2B08:00&to=1764000000000");

  assert.deepEqual(period, { from: Date.UTC(2026, 10, 24, 10), to: 1_764_000_000_000 });
});

test("an id with a plus sign is not an id with a space", () => {
  assert.equal(decodeFragment(encodeFragment(createState("person", "a+b"))).id, "a+b");
});

for (const [fragment, faults] of [
  ["#nowhere?user_id=u", ["nowhere"]],
  ["#toString", ["toString"]],
  ["#person?user_id=u&from=yesterday", ["from"]],
  ["#person?user_id=u&from=2026-11-24T18:00", ["from"]],
  ["#person?user_id=u&to=2026-13-24T18:00Z", ["to"]],
  ["#person?user_id=u&range=always", ["range"]],
  ["#person?user_id=u&range=constructor", ["range"]],
  ["#failures?range=any", ["range"]],
  ["#failures?status=SENT", ["status"]],
  ["#person?marketing_id=c", ["marketing_id"]],
]) {
  test(`what cannot be read in ${fragment} is named`, () => {
    assert.deepEqual(decodeFragment(fragment).faults, faults);
  });
}

test("the links of the README lead to a view of an id, or to the failures", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const links = [...readme.matchAll(/`(#[a-z]+\?[^`]*)`/g)].map(([, link]) => link);

  assert.equal(links.length, 4);
  for (const link of links) {
    const { faults, view, id } = decodeFragment(link);
    assert.deepEqual(faults, [], link);
    assert.ok(id !== null || view === "failures", link);
  }
});

test("each view offers its default among its presets", () => {
  for (const view of ["person", "campaign", "failures", "transaction"]) {
    assert.ok(listPresets(view).includes(getDefaultPeriod(view).preset), view);
  }
});

test("an empty address is the start", () => {
  assert.deepEqual(decodeFragment(""), createState());
  assert.equal(encodeFragment(createState()), "#");
});

test("a row's key may mean several transactions, as ids may have colons", () => {
  const times = { created_from: 1_772_373_600_000, created_to: 1_772_373_600_001 };

  assert.deepEqual(listTransactions("1772373600000:a:b:c"), [
    { transaction_id: "a", ...times },
    { transaction_id: "a:b", ...times },
  ]);
  assert.equal(listTransactions(`1772373600000${":x".repeat(1000)}`).length, 8);
});

test("a damaged key means no transaction", () => {
  for (const key of ["", "damaged", "x:t:u", "1:t:u", "1772373600000", "1772373600000:t", "1772373600000::u"]) {
    assert.deepEqual(listTransactions(key), []);
  }
});
