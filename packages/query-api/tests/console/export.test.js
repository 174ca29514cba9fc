import assert from "node:assert/strict";
import { test } from "node:test";

import { encodeCsv } from "../../src/query_api/console/core/export/csv.js";
import { createExport, createFile } from "../../src/query_api/console/core/export/export.js";
import { createFileName } from "../../src/query_api/console/core/export/file_name.js";
import { escapeHidden, escapeHiddenInJson } from "../../src/query_api/console/core/export/hidden.js";
import { tabulateGroups, tabulateSeries } from "../../src/query_api/console/core/export/tables.js";
import { formatWall } from "../../src/query_api/console/core/zones.js";

const TIME = Date.parse("2026-11-24T10:03:12.512Z");
const ROW = {
  transaction_id: "tx",
  created_at: TIME,
  user_id: "u",
  notification_title: null,
  status: "SENT",
  platform: null,
  marketing_id: null,
  ap_id: null,
  error_msg: null,
  retry_cnt: 0,
  sns_id: null,
  send_ts: TIME + 1000,
  delivered_ts: null,
  failed_ts: null,
};
const rows = (count) => Array.from({ length: count }, (_, number) => ({ ...ROW, user_id: `u${number}` }));

function create(pages, options = {}) {
  const made = { asked: [], snapshots: [] };
  const api = {
    async ask(path, body, signal) {
      made.asked.push(body);
      const page = pages.shift();
      await null;
      signal.throwIfAborted();
      if (page instanceof Error) {
        throw page;
      }
      return page;
    },
  };
  const onChange = (snapshot) => made.snapshots.push(snapshot);
  const query = { api, path: "query/user", body: { user_id: "u" }, zone: "UTC" };
  made.export = createExport({ ...query, format: "ndjson", onChange, ...options });
  return made;
}

const page = (data, next_cursor = null, note = "") => ({ data, next_cursor, message: `n${note}` });

test("cells have quotes where they need them, numbers none, and rows end as RFC 4180 says", () => {
  const text = encodeCsv([
    ["a,b", 'say "hi"', null, 12, -1, ""],
    ["新年快樂", "two words", "1;2", null, 0, "x"],
  ]);

  assert.equal(text, '"a,b","say ""hi""",,12,-1,\r\n新年快樂,two words,1;2,,0,x\r\n');
});

for (const [cell, expected] of [
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["＝1", "'＝1"],
  ["  =1", "'  =1"],
  ["\t=1", "'\\t=1"],
  ["\rx", "'\\rx"],
  ["a;=1", "a;'=1"],
  ['a;"=1', '"a;\'""=1"'],
  ["a=1", "a=1"],
  ["two\nlines", "two\\nlines"],
  ["\u202eabc", "\\u202eabc"],
]) {
  test(`${JSON.stringify(cell)} is no formula in a cell`, () => {
    assert.equal(encodeCsv([[cell]]), `${expected}\r\n`);
  });
}

test("hidden characters are escaped, and what is part of emoji is not", () => {
  assert.equal(escapeHidden("\u0007\u009f\u200b\u{e0041}\ud800"), "\\x07\\x9f\\u200b\\U000e0041\\ud800");
  assert.equal(escapeHidden("👨‍👩‍👧 می‌خواهم"), "👨‍👩‍👧 می‌خواهم");
});

test("JSON with hidden characters escaped is the same JSON", () => {
  const value = { title: "\u202e\u{e0041}\u007f\n👨‍👩‍👧\\u202e" };

  const text = escapeHiddenInJson(JSON.stringify(value));

  assert.ok(!/[\u202e\u007f\n]/.test(text));
  assert.deepEqual(JSON.parse(text), value);
});

test("an instant is written with its offset only where clocks show it twice", () => {
  const [first, second] = ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"].map(Date.parse);

  assert.equal(formatWall(TIME, "Asia/Taipei"), "2026-11-24 18:03:12");
  assert.equal(formatWall(first, "America/New_York"), "2026-11-01 01:30:00-04:00");
  assert.equal(formatWall(second, "America/New_York"), "2026-11-01 01:30:00-05:00");
  assert.equal(formatWall(second + 3_600_000, "America/New_York"), "2026-11-01 02:30:00");
});

test("a CSV begins with the mark that Excel knows UTF-8 by, and names fields and zone", async () => {
  const file = createFile([ROW], "csv", "Asia/Taipei");

  const bytes = new Uint8Array(await file.arrayBuffer());
  const [head, row, end] = (await file.text()).split("\r\n");
  assert.equal(file.type, "text/csv");
  assert.deepEqual([...bytes.slice(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.match(head, /^\ufeff?user_id,transaction_id,created_at \(Asia\/Taipei\),.*,created_at$/);
  assert.equal(row, `u,tx,2026-11-24 18:03:12,,,SENT,,,,0,,2026-11-24 18:03:13,,,${TIME}`);
  assert.equal(end, "");
});

test("an export has the rows of all pages", async () => {
  const made = create([page(rows(3), "c1"), page([], "c2"), page(rows(2))]);

  await made.export.run();

  const { count, file, isRunning, reached } = made.snapshots.at(-1);
  const lines = (await file.text()).trimEnd().split("\n");
  assert.deepEqual({ count, isRunning, reached }, { count: 5, isRunning: false, reached: TIME });
  assert.deepEqual(lines.map((line) => JSON.parse(line)), [...rows(3), ...rows(2)]);
  assert.deepEqual(made.asked.map((each) => each.cursor), [null, "c1", "c2"]);
  assert.ok(made.asked.every((each) => each.limit === 100 && each.user_id === "u"));
});

test("an export goes on with the page that failed, and has each row once", async () => {
  const problem = new Error("no");
  const made = create([page(rows(2), "c1"), problem, page(rows(1))]);

  await made.export.run();
  const stopped = made.snapshots.at(-1);
  await made.export.run();

  assert.equal(stopped.problem, problem);
  assert.deepEqual([stopped.file, stopped.count, stopped.isRunning], [null, 2, false]);
  assert.equal(made.snapshots.at(-1).count, 3);
  assert.equal((await made.snapshots.at(-1).file.text()).trimEnd().split("\n").length, 3);
});

test("a cancelled export reports nothing more", async () => {
  const made = create([page(rows(1), "c1"), page(rows(1))]);

  const running = made.export.run();
  made.export.cancel();
  await running;

  assert.deepEqual(made.snapshots.map((each) => [each.count, each.file]), [[0, null]]);
});

test("an export has the service's notes once", async () => {
  const note = "; 1 row could not be read";
  const made = create([page([ROW], "c1", note), page([ROW], null, note)]);

  await made.export.run();

  assert.equal(made.snapshots.at(-1).count, 2);
  assert.deepEqual(made.snapshots.at(-1).notes, ["1 row could not be read"]);
});

for (const [parts, expected] of [
  [["campaign_2024_new_year"], "campaign_2024_new_year-2026-11-24T1803+0800.csv"],
  [["campaign", "by AP"], "campaign-by_AP-2026-11-24T1803+0800.csv"],
  [["../../etc/passwd"], "__.._etc_passwd-2026-11-24T1803+0800.csv"],
  [["a\u202eb:c\\d"], "a_b_c_d-2026-11-24T1803+0800.csv"],
  [["活動"], "活動-2026-11-24T1803+0800.csv"],
  [["x".repeat(500)], `${"x".repeat(80)}-2026-11-24T1803+0800.csv`],
]) {
  test(`a file of ${JSON.stringify(parts).slice(0, 40)} has a name that every system allows`, () => {
    assert.equal(createFileName(parts, TIME, "Asia/Taipei", "csv"), expected);
  });
}

test("figures over time are a row for each part of time, in the zone", () => {
  const series = [
    { value: "SENT", label: "Sent", counts: [1, 0] },
    { value: "FAILED", label: "Failed", counts: [0, 2] },
  ];

  const table = tabulateSeries({ starts: [TIME, TIME + 60_000], series }, "Asia/Taipei");

  assert.deepEqual(table, [
    ["time (Asia/Taipei)", "Sent", "Failed"],
    ["2026-11-24 18:03:12", 1, 0],
    ["2026-11-24 18:04:12", 0, 2],
  ]);
});

test("figures by attributes are added up, the largest first, and none is left out", () => {
  const groups = [
    { ap_id: "a", error_msg: null, hour: "1", count: 2 },
    { ap_id: "b", error_msg: "x", hour: "1", count: 4 },
    { ap_id: "a", error_msg: null, hour: "2", count: 3 },
    { other: true, count: 7 },
  ];

  assert.deepEqual(tabulateGroups(groups, ["ap_id", "error_msg"]), [
    ["ap_id", "error_msg", "count"],
    ["a", null, 5],
    ["b", "x", 4],
    ["(others)", null, 7],
  ]);
});
