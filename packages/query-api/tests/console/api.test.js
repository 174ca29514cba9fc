import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi, Problem } from "../../src/query_api/console/core/api.js";

const BASE = "https://host.test/v1/console#person?user_id=u";
const PROBLEM = { title: "Throttled", detail: "Wait.", request_id: "r-1", errors: [] };

function respond(status, body, headers = {}) {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": type, ...headers } });
}

function create(...responses) {
  const made = { requests: [], waits: [], connections: [], answers: [] };
  const fetch = async (url, options) => {
    made.requests.push([String(url), options]);
    const next = responses.shift();
    if (next instanceof Error) {
      throw next;
    }
    return next;
  };
  made.api = createApi({
    base: BASE,
    fetch,
    wait: async (delayMs) => made.waits.push(delayMs),
    onAnswer: (answer) => made.answers.push(answer),
    onConnection: (isConnected) => made.connections.push(isConnected),
  });
  return made;
}

test("a query goes to the path beside the page, in the body alone", async () => {
  const { api, requests } = create(respond(200, { data: [] }));

  const answer = await api.ask("query/user", { user_id: "u" });

  const [[url, options]] = requests;
  assert.deepEqual(answer, { data: [] });
  assert.equal(url, "https://host.test/v1/query/user");
  assert.equal(options.method, "POST");
  assert.deepEqual(JSON.parse(options.body), { user_id: "u" });
});

test("each answer is passed on, and no problem is", async () => {
  const { api, answers } = create(respond(503, PROBLEM), respond(200, { data: [1] }));

  await api.ask("query/user", {});

  assert.deepEqual(answers, [{ data: [1] }]);
});

for (const status of [429, 502, 503, 504]) {
  test(`a query is repeated after ${status}`, async () => {
    const { api, waits } = create(respond(status, PROBLEM), respond(200, { data: [1] }));

    assert.deepEqual(await api.ask("query/user", {}), { data: [1] });
    assert.equal(waits.length, 1);
  });
}

test("the next attempt waits as long as the service wants, within bounds", async () => {
  const { api, waits } = create(
    respond(503, PROBLEM, { "Retry-After": "2" }),
    respond(503, PROBLEM, { "Retry-After": "3600" }),
    respond(200, {}),
  );

  await api.ask("query/user", {});

  assert.deepEqual(waits, [2000, 10_000]);
});

test("the problem of the last attempt is thrown", async () => {
  const { api, requests } = create(...Array.from({ length: 9 }, () => respond(503, PROBLEM)));

  await assert.rejects(api.ask("query/user", {}), (problem) => {
    assert.ok(problem instanceof Problem);
    const { kind, title, detail, status, requestId } = problem;
    assert.deepEqual(
      { kind, title, detail, status, requestId },
      { kind: "response", title: "Throttled", detail: "Wait.", status: 503, requestId: "r-1" },
    );
    return true;
  });
  assert.equal(requests.length, 4);
});

for (const status of [400, 404, 413, 500]) {
  test(`a query is not repeated after ${status}`, async () => {
    const { api, requests } = create(respond(status, PROBLEM));

    await assert.rejects(api.ask("query/user", {}), { status });
    assert.equal(requests.length, 1);
  });
}

test("a response of a proxy, which is no JSON, is a problem with its status and request id", async () => {
  const page = new Response("<html>", {
    status: 500,
    headers: { "Content-Type": "text/html", "X-Request-Id": "r-2" },
  });

  await assert.rejects(create(page).api.ask("query/user", {}), {
    kind: "response",
    status: 500,
    requestId: "r-2",
  });
});

for (const [name, headers] of [
  ["a page", { "Content-Type": "text/html" }],
  ["half a JSON", { "Content-Type": "application/json" }],
]) {
  test(`a success with ${name} is a problem`, async () => {
    const response = new Response("{", { status: 200, headers });

    await assert.rejects(create(response).api.ask("query/user", {}), { kind: "response" });
  });
}

test("a lost connection is reported until it is back", async () => {
  const { api, connections } = create(
    new TypeError("Failed to fetch"),
    new TypeError("Failed to fetch"),
    respond(200, {}),
  );

  await api.ask("query/user", {});

  assert.deepEqual(connections, ["trying", "up"]);
});

test("a connection that stays lost is a problem, and lost once nothing is tried", async () => {
  const lost = Array.from({ length: 8 }, () => new TypeError("Failed to fetch"));
  const { api, connections } = create(...lost, respond(200, {}));

  await assert.rejects(api.ask("query/user", {}), { kind: "network" });
  assert.deepEqual(connections, ["trying", "lost"]);
  await assert.rejects(api.ask("query/user", {}), { kind: "network" });
  assert.deepEqual(connections, ["trying", "lost", "trying", "lost"]);
  await api.ask("query/user", {});
  assert.deepEqual(connections.slice(4), ["trying", "up"]);
});

test("a connection is not reported as lost while another query is trying", async () => {
  const lost = Array.from({ length: 8 }, () => new TypeError("Failed to fetch"));
  const { api, connections } = create(...lost);

  await Promise.allSettled([api.ask("query/user", {}), api.ask("query/user", {})]);

  assert.deepEqual(connections, ["trying", "lost"]);
});

test("a lost connection counts as up when the network is back, until a query fails", async () => {
  const lost = Array.from({ length: 8 }, () => new TypeError("Failed to fetch"));
  const { api, connections } = create(...lost);
  await assert.rejects(api.ask("query/user", {}));

  api.noteOnline();

  assert.deepEqual(connections, ["trying", "lost", "up"]);
  await assert.rejects(api.ask("query/user", {}));
  assert.deepEqual(connections.slice(3), ["trying", "lost"]);
});

test("a query that is given up says nothing of a lost connection", async () => {
  const controller = new AbortController();
  const lost = Array.from({ length: 4 }, () => new TypeError("Failed to fetch"));
  const { api, connections } = create(...lost, new TypeError("aborted"));
  await assert.rejects(api.ask("query/user", {}));
  controller.abort();

  await assert.rejects(api.ask("query/user", {}, controller.signal));

  assert.ok(!connections.includes("up"));
});

for (const [name, response] of [
  ["a redirect to another page", { type: "opaqueredirect", status: 0 }],
  ["401", new Response("", { status: 401 })],
]) {
  test(`${name} is the end of a sign-in, which no attempt mends`, async () => {
    const { api, requests } = create(response);

    await assert.rejects(api.ask("query/user", {}), { kind: "signed-out" });
    assert.equal(requests[0][1].redirect, "manual");
    assert.equal(requests.length, 1);
  });
}

test("a query ends with its signal, and no connection is lost by that", async () => {
  const controller = new AbortController();
  const { api, connections } = create(new TypeError("aborted"));
  controller.abort();

  await assert.rejects(api.ask("query/user", {}, controller.signal));
  assert.deepEqual(connections, []);
});

test("a query that waits for its next attempt ends with its signal", async () => {
  const controller = new AbortController();
  const api = createApi({ base: BASE, fetch: async () => respond(503, PROBLEM) });

  const asked = api.ask("query/user", {}, controller.signal);
  setTimeout(() => controller.abort(), 5);

  await assert.rejects(asked, { name: "AbortError" });
});
