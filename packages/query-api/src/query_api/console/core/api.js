// Queries of the API: its problems, attempts after a failure that may pass, and an end by a signal.

const DELAYS_MS = [500, 1500, 4000];
const MAX_RETRY_AFTER_MS = 10_000;
const MAY_PASS = new Set([429, 502, 503, 504]);

/**
 * What the service, or the way to it, has against a query (RFC 9457).
 *
 * `kind` is `network` (no response), `signed-out` (a sign-in in front of the service has ended) or
 * `response`; `type` is that of the service's problems, such as `/problems/overloaded`, and `errors`
 * are the faults of the request: `{pointer, detail}`.
 */
export class Problem extends Error {
  constructor(
    kind,
    { type = "", title = "", detail = "", status = 0, requestId = null, errors = [] } = {},
  ) {
    super(title || kind);
    Object.assign(this, { name: "Problem", kind, type, title, detail, status, requestId, errors });
  }
}

/**
 * Creates the client of the API.
 *
 * `base` is the address of the page, below which paths are found; `onAnswer` receives each answer,
 * and `onConnection`, whenever it changes, the connection: `up`, `trying` while a query tries to
 * reach the service again, or `lost`.
 */
export function createApi({ base, fetch, wait = waitFor, onAnswer = ignore, onConnection = ignore }) {
  let connection = "up";
  let isReached = true;
  let asking = 0;

  function note(isNowReached) {
    isReached = isNowReached;
    const found = isReached ? "up" : asking > 0 ? "trying" : "lost";
    if (found !== connection) {
      connection = found;
      onConnection(connection);
    }
  }

  async function attempt(path, body, signal) {
    const options = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      // A redirect leads to a sign-in on another host, which must not get the query.
      redirect: "manual",
      signal,
    };
    try {
      const response = await fetch(new URL(path, base), options);
      const answer = await readAnswer(response);
      note(true);
      onAnswer(answer);
      return answer;
    } catch (error) {
      if (error instanceof Problem) {
        note(true);
        throw error;
      }
      if (signal?.aborted || !(error instanceof TypeError)) {
        throw error;
      }
      note(false); // fetch fails with a TypeError where there is no response
      throw new Problem("network");
    }
  }

  async function repeat(path, body, signal) {
    for (let count = 0; ; count += 1) {
      try {
        return await attempt(path, body, signal);
      } catch (error) {
        const delay = findDelay(error, count);
        if (delay === null) {
          throw error;
        }
        await wait(delay, signal);
      }
    }
  }

  return {
    /** Returns the answer to a query; throws a `Problem`, or the signal's reason once it is aborted. */
    async ask(path, body, signal) {
      asking += 1;
      note(isReached);
      try {
        return await repeat(path, body, signal);
      } finally {
        asking -= 1;
        note(isReached);
      }
    },
    /** Takes the connection as up until a query fails: the network is back. */
    noteOnline() {
      note(true);
    },
  };
}

function ignore() {}

async function readAnswer(response) {
  if (response.type === "opaqueredirect" || response.status === 401) {
    throw new Problem("signed-out");
  }
  const requestId = response.headers.get("X-Request-Id");
  if (response.ok && isJson(response)) {
    return await decode(response, requestId);
  }
  const found = isJson(response) ? await decode(response, requestId) : {};
  const problem = new Problem("response", {
    type: found.type,
    title: found.title,
    detail: found.detail,
    errors: found.errors,
    status: response.status,
    requestId: found.request_id ?? requestId,
  });
  problem.retryAfterMs = Number(response.headers.get("Retry-After") ?? NaN) * 1000;
  throw problem;
}

function isJson(response) {
  return /^application\/(problem\+)?json\b/.test(response.headers.get("Content-Type") ?? "");
}

async function decode(response, requestId) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem("response", { status: response.status, requestId });
  }
}

/** Returns the milliseconds before the next attempt, null if there is none. */
function findDelay(error, count) {
  const mayPass = error.kind === "network" || MAY_PASS.has(error.status);
  if (!mayPass || count >= DELAYS_MS.length) {
    return null;
  }
  const wanted = error.retryAfterMs;
  return Number.isFinite(wanted) ? Math.min(wanted, MAX_RETRY_AFTER_MS) : DELAYS_MS[count];
}

function waitFor(delayMs, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", end, { once: true });
  });
}
