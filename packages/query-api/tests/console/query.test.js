import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../src/query_api/console/core/address.js";
import { createQuery } from "../../src/query_api/console/core/query.js";

const NOW = Date.parse("2026-11-24T10:00:30Z");

test("each view asks its own query for its id", () => {
  const ask = (view) => createQuery(createState(view, "x"), "UTC", NOW);

  assert.deepEqual(ask("person"), { path: "query/user", body: { user_id: "x" } });
  assert.deepEqual(ask("campaign"), { path: "query/marketing", body: { marketing_id: "x" } });
  assert.deepEqual(ask("transaction"), { path: "query/transaction", body: { transaction_id: "x" } });
});

test("failures are those of the last day", () => {
  const { path, body } = createQuery(createState("failures"), "Asia/Taipei", NOW);

  assert.equal(path, "query/fail");
  assert.deepEqual(body, { created_from: Date.parse("2026-11-23T10:00:00Z") });
});

test("filters and bounds are those of the API, and a reason is that of a failure", () => {
  const period = { from: 1, to: 2 };
  const state = { ...createState("person", "x"), period, status: ["SENT"], ap: ["a", "b"], reason: ["r"] };

  assert.deepEqual(createQuery(state, "UTC", NOW).body, {
    user_id: "x",
    created_from: 1,
    created_to: 2,
    status: ["SENT"],
    ap_id: ["a", "b"],
    error_msg: ["r"],
  });
});

test("failures have no filter for a status", () => {
  const state = { ...createState("failures"), status: ["SENT"] };

  assert.ok(!("status" in createQuery(state, "UTC", NOW).body));
});

test("without an id there is nothing to ask", () => {
  assert.equal(createQuery(createState("person"), "UTC", NOW), null);
  assert.equal(createQuery(createState("start"), "UTC", NOW), null);
});

test("a reason is that of a failure, unless another status is asked for", () => {
  const state = { ...createState("campaign", "x"), reason: ["r"] };

  assert.deepEqual(createQuery(state, "UTC", NOW).body.status, ["FAILED"]);
  assert.deepEqual(createQuery({ ...state, status: ["SENT"] }, "UTC", NOW).body.status, ["SENT"]);
  assert.ok(!("status" in createQuery({ ...state, view: "failures" }, "UTC", NOW).body));
});
