import assert from "node:assert/strict";
import { test } from "node:test";

import { createWalk, PAGE_SIZE } from "../../src/query_api/console/core/walk.js";

function create(...pages) {
  return createFrom(1, ...pages);
}

function createFrom(first, ...pages) {
  const made = { asked: [], snapshots: [] };
  const api = {
    async ask(path, body, signal) {
      made.asked.push({ path, ...body });
      const page = pages.shift();
      if (page instanceof Error) {
        throw page;
      }
      await null;
      signal.throwIfAborted();
      return page;
    },
  };
  made.api = api;
  const onChange = (snapshot) => made.snapshots.push(snapshot);
  made.walk = createWalk({ api, path: "query/user", body: { user_id: "u" }, first, onChange });
  return made;
}

const page = (data, next_cursor = null, message = `${data.length} notifications`) => ({
  data,
  next_cursor,
  message,
});

test("pages follow one another by their cursor", async () => {
  const { walk, asked, snapshots } = create(page([1, 2], "c1"), page([3]));

  await walk.more();
  await walk.more();
  await walk.more();

  assert.deepEqual(asked, [
    { path: "query/user", user_id: "u", limit: PAGE_SIZE, cursor: null },
    { path: "query/user", user_id: "u", limit: PAGE_SIZE, cursor: "c1" },
  ]);
  assert.deepEqual(snapshots.at(-1).rows, [1, 2, 3]);
  assert.ok(snapshots.at(-1).isComplete);
});

test("pages without rows are read on until there is one or the end", async () => {
  const { walk, snapshots } = create(page([], "c1"), page([], "c2"), page([1], "c3"));

  await walk.more();

  const { rows, isComplete, isLoading } = snapshots.at(-1);
  assert.deepEqual({ rows, isComplete, isLoading }, { rows: [1], isComplete: false, isLoading: false });
});

test("a problem leaves the rows, and more tries the same page again", async () => {
  const failure = new Error("no");
  const { walk, asked, snapshots } = create(page([1], "c1"), failure, page([2]));

  await walk.more();
  await walk.more();
  assert.deepEqual(snapshots.at(-1).rows, [1]);
  assert.equal(snapshots.at(-1).problem, failure);
  await walk.more();

  assert.deepEqual(snapshots.at(-1).rows, [1, 2]);
  assert.equal(snapshots.at(-1).problem, null);
  assert.equal(asked[1].cursor, asked[2].cursor);
});

test("a walk starts with as many rows as are wanted first", async () => {
  const failure = new Error("no");
  const { walk, snapshots } = createFrom(3, page([1], "c1"), failure, page([2], "c2"), page([3], "c3"));

  await walk.more();
  assert.deepEqual([snapshots.at(-1).isStarted, snapshots.at(-1).problem], [false, failure]);
  await walk.more();

  const { rows, isStarted, isLoading } = snapshots.at(-1);
  assert.deepEqual({ rows, isStarted, isLoading }, { rows: [1, 2, 3], isStarted: true, isLoading: false });
});

test("a walk of fewer rows than are wanted first starts with all", async () => {
  const { walk, snapshots } = createFrom(3, page([1], "c1"), page([]));

  await walk.more();

  assert.deepEqual([snapshots.at(-1).rows, snapshots.at(-1).isStarted], [[1], true]);
});

test("two calls at once read one page", async () => {
  const { walk, asked } = create(page([1], "c1"), page([2]));

  await Promise.all([walk.more(), walk.more()]);

  assert.equal(asked.length, 1);
});

test("a stopped walk reports nothing more", async () => {
  const { walk, snapshots } = create(page([1], "c1"));

  const reading = walk.more();
  walk.stop();
  await reading;

  assert.deepEqual(snapshots.map((each) => each.rows), [[]]);
});

test("what the service says beside the number of rows is noted once", async () => {
  const said = '2 notifications; 1 row could not be read; "x" is not a known status: SENT';
  const { walk, snapshots } = create(
    page([1, 2], "c1", `${said}; more may follow at next_cursor`),
    page([3, 4], null, said),
  );

  await walk.more();
  await walk.more();

  assert.deepEqual(snapshots.at(-1).notes, [
    '1 row could not be read; "x" is not a known status: SENT',
  ]);
});

test("pages are read on until there is a row", async () => {
  const { api, asked } = create(page([], "c1"), page([2], "c2"), page([4, 6]));
  const snapshots = [];
  const walk = createWalk({ api, path: "p", body: {}, onChange: (each) => snapshots.push(each) });

  await walk.more();
  assert.deepEqual(asked.map(({ cursor, limit }) => [cursor, limit]), [[null, PAGE_SIZE], ["c1", PAGE_SIZE]]);
  assert.deepEqual(snapshots.at(-1).rows, [2]);
  await walk.more();

  assert.deepEqual(snapshots.at(-1).rows, [2, 4, 6]);
  assert.ok(snapshots.at(-1).isComplete);
});
