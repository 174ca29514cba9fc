import assert from "node:assert/strict";
import { test } from "node:test";

import { createCount } from "../../src/query_api/console/core/summary.js";

function create(...parts) {
  const made = { asked: [], snapshots: [], watch: () => {} };
  const api = {
    async ask(path, body, signal) {
      made.asked.push(body.cursor);
      await null;
      signal.throwIfAborted();
      const part = parts.shift();
      if (part instanceof Error) {
        throw part;
      }
      return part;
    },
  };
  const onChange = (snapshot) => {
    made.snapshots.push(snapshot);
    made.watch(snapshot);
  };
  made.count = createCount({ api, path: "query/marketing/summary", body: {}, onChange });
  return made;
}

const part = (data, next_cursor = null, times = [null, null]) => ({
  data,
  counted: data.reduce((sum, { count }) => sum + count, 0),
  first_created_at: times[0],
  last_created_at: times[1],
  next_cursor,
  message: "counted",
});

test("parts add up to the whole", async () => {
  const { count, asked, snapshots } = create(
    part([{ status: "SENT", count: 2 }, { status: null, count: 1 }], "c1", [50, 90]),
    part([], "c2"),
    part([{ status: "SENT", count: 3 }, { other: true, count: 4 }], "c3", [20, 40]),
    part([{ other: true, count: 1 }], null, [10, 10]),
  );

  await count.run();

  const { groups, counted, firstCreatedAt, lastCreatedAt, isComplete, isRunning } = snapshots.at(-1);
  assert.deepEqual(asked, [null, "c1", "c2", "c3"]);
  assert.deepEqual(groups, [
    { status: "SENT", count: 5 },
    { status: null, count: 1 },
    { other: true, count: 5 },
  ]);
  assert.deepEqual(
    { counted, firstCreatedAt, lastCreatedAt, isComplete, isRunning },
    { counted: 11, firstCreatedAt: 10, lastCreatedAt: 90, isComplete: true, isRunning: false },
  );
});

test("each part is shown as soon as it is counted", async () => {
  const { count, snapshots } = create(part([{ count: 2 }], "c1"), part([{ count: 3 }]));

  await count.run();

  const counted = snapshots.map((each) => each.counted);
  assert.deepEqual([...new Set(counted)], [0, 2, 5]);
});

test("a paused count goes on where it was, and counts nothing twice", async () => {
  const made = create(part([{ count: 2 }], "c1"), part([{ count: 3 }]));
  const { count, asked, snapshots } = made;

  made.watch = ({ counted, isRunning }) => counted === 2 && isRunning && count.pause();
  await count.run();
  made.watch = () => {};
  assert.deepEqual([snapshots.at(-1).counted, snapshots.at(-1).isRunning], [2, false]);
  await count.run();

  assert.deepEqual(asked, [null, "c1", "c1"]);
  assert.deepEqual([snapshots.at(-1).counted, snapshots.at(-1).isComplete], [5, true]);
});

test("a problem keeps what was counted, and run goes on from there", async () => {
  const failure = new Error("no");
  const { count, asked, snapshots } = create(part([{ count: 2 }], "c1"), failure, part([{ count: 3 }]));

  await count.run();
  const { counted, problem, isRunning } = snapshots.at(-1);
  assert.deepEqual({ counted, problem, isRunning }, { counted: 2, problem: failure, isRunning: false });
  await count.run();

  assert.deepEqual(asked, [null, "c1", "c1"]);
  assert.deepEqual([snapshots.at(-1).counted, snapshots.at(-1).problem], [5, null]);
});

test("a stopped count reports nothing more", async () => {
  const { count, snapshots } = create(part([{ count: 2 }]));

  const running = count.run();
  count.stop();
  await running;

  assert.deepEqual(snapshots.map((each) => each.counted), [0]);
});

test("what the service says beside the figures is noted once", async () => {
  const say = (made, message) => ({ ...made, message: `2 notifications counted; ${message}` });
  const note = "1 row could not be read";
  const { count, snapshots } = create(
    say(part([{ count: 2 }], "c1"), `${note}; 3 rows of further groups in other; more may follow at next_cursor, to be added`),
    say(part([{ count: 2 }]), note),
  );

  await count.run();

  assert.deepEqual(snapshots.at(-1).notes, [note]);
});
