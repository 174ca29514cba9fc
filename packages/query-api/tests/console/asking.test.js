import assert from "node:assert/strict";
import { test } from "node:test";

import { createCoarsening, createTurns } from "../../src/query_api/console/core/figures/asking.js";

function create(...parts) {
  const asked = [];
  const api = {
    async ask(path, body) {
      asked.push([...body.by, body.cursor ?? ""].join());
      return parts.shift();
    },
  };
  return { asked, api: createCoarsening(api) };
}

const part = (...data) => ({ data });
const tooMany = part({ status: "SENT", count: 2 }, { other: true, count: 1 });

test("too many parts of time are counted again by longer ones, and what follows too", async () => {
  const { api, asked } = create(part({ count: 1 }), tooMany, part({ count: 3 }), part());
  const by = ["status", "minute"];

  await api.ask("p", { by, cursor: "1" });
  const found = await api.ask("p", { by, cursor: "2" });
  await api.ask("p", { by, cursor: "3" });

  assert.deepEqual(asked, ["status,minute,1", "status,minute,2", "status,hour,2", "status,hour,3"]);
  assert.deepEqual(found, part({ count: 3 }));
});

test("parts that follow are counted as a chart of all of them shows them", async () => {
  const HOUR_MS = 3_600_000;
  const at = (hour) => ({ ...part(), first_created_at: hour * HOUR_MS, last_created_at: hour * HOUR_MS });
  const { api, asked } = create(at(500), at(498), at(490), part(), at(100), at(90));

  for (let cursor = 1; cursor <= 6; cursor += 1) {
    await api.ask("p", { by: ["minute"], cursor });
  }

  assert.deepEqual(asked, ["minute,1", "minute,2", "minute,3", "hour,4", "hour,5", "day,6"]);
});

test("too many days stay as they are", async () => {
  const { api, asked } = create(tooMany, tooMany);

  assert.equal(await api.ask("p", { by: ["hour"] }), tooMany);
  assert.deepEqual(asked, ["hour,", "day,"]);
});

test("too many groups without a part of time stay as they are", async () => {
  const { api, asked } = create(tooMany);

  assert.equal(await api.ask("p", { by: ["ap_id", "error_msg"] }), tooMany);
  assert.equal(asked.length, 1);
});

test("one question is asked at a time, also after one that failed", async () => {
  const [events, running] = [[], []];
  const api = {
    ask: (path) =>
      new Promise((resolve, reject) => {
        events.push(`${path} begins`);
        running.push({ resolve: () => resolve(path), reject: () => reject(new Error(path)) });
      }),
  };
  const turns = createTurns(api);
  const settled = Promise.allSettled([turns.ask("a"), turns.ask("b"), turns.ask("c")]);
  const next = async (how) => {
    await new Promise(setImmediate);
    running.shift()[how]();
    events.push(how);
  };

  await next("resolve");
  await next("reject");
  await next("resolve");

  const found = (await settled).map(({ status }) => status);
  assert.deepEqual(found, ["fulfilled", "rejected", "fulfilled"]);
  assert.deepEqual(events, ["a begins", "resolve", "b begins", "reject", "c begins", "resolve"]);
});

test("a question that is withdrawn before its turn is not asked", async () => {
  const controller = new AbortController();
  const turns = createTurns({ ask: () => assert.fail("asked") });

  const asked = turns.ask("a", {}, controller.signal);
  controller.abort();

  await assert.rejects(asked, { name: "AbortError" });
});
