import assert from "node:assert/strict";
import { test } from "node:test";

import { breakDown, countOther } from "../../src/query_api/console/core/figures/breakdown.js";

const GROUPS = [
  { ap_id: "a", platform: "IOS", error_msg: "Token expired", count: 3 },
  { ap_id: "b", platform: "IOS", error_msg: "Token expired", count: 4 },
  { ap_id: "a", platform: "ANDROID", error_msg: null, count: 5 },
  { other: true, count: 9 },
];

test("rows add up the groups that have the same values, the largest first", () => {
  assert.deepEqual(breakDown(GROUPS, ["ap_id"], "platform"), [
    { key: { ap_id: "a" }, count: 8, counts: new Map([["IOS", 3], ["ANDROID", 5]]) },
    { key: { ap_id: "b" }, count: 4, counts: new Map([["IOS", 4]]) },
  ]);
});

test("rows and the other groups are all that was counted", () => {
  for (const names of [["ap_id"], ["error_msg"], ["ap_id", "platform"]]) {
    const listed = breakDown(GROUPS, names).reduce((sum, { count }) => sum + count, 0);

    assert.equal(listed + countOther(GROUPS), 21);
  }
});
