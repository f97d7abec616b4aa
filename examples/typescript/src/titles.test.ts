import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "./device/device.js";
import { node } from "./device/node.js";
import { graphql } from "./gql/index.js";
import { each } from "./paging.js";
import { Failed, Offline, Refused, Unavailable } from "./refusals.js";
import { Titles } from "./titles.js";

const COUNT = graphql(`query Count { unreadMessages me { login } }`);
const LEAVE = graphql(`
  mutation Leave($input: ActOnDeclarationInput!) {
    actOnDeclaration(input: $input) { errors { ...RefusalFields } }
  }
`);
const STEP = { id: "D", action: "SUBMIT" } as const;
const LATE = { message: "late", path: ["me"], extensions: { code: "DEADLINE_EXCEEDED", part: "accounts" } };
const DATA = { unreadMessages: 1, me: null };
const AWAY = { message: "away", path: ["me"], extensions: { code: "PART_UNAVAILABLE", part: "accounts" } };
const REFUSAL = { code: "RULES_BROKEN", message: "no", field: null, basis: [{ cite: "二（三）", summary: "" }], findings: [] };

/** The platform as it answers one time after another; what it was sent, and how long its client waited. */
function platform(...answers: (object | (() => Response))[]) {
  const [sent, waits]: [{ variables: { input?: object } }[], number[]] = [[], []];
  let now = 0;
  const device: Device = {
    ...node,
    now: () => now,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
    },
    fetch: async (_, init) => {
      sent.push(JSON.parse(String(init?.body)));
      const answer = answers.shift() ?? {};
      return typeof answer === "function" ? answer() : Response.json(answer);
    },
  };
  return { titles: new Titles(device, "http://titles.example/graphql"), sent, waits };
}

function cost(requestedQueryCost: number, currentlyAvailable: number) {
  const throttleStatus = { maximumAvailable: 200, currentlyAvailable, restoreRate: 10 };
  return { extensions: { cost: { requestedQueryCost, throttleStatus } } };
}

test("what a part that is down leaves out is named, and the rest is there", async () => {
  const { titles } = platform({ data: DATA, errors: [AWAY] });
  assert.deepEqual(await titles.ask(COUNT, {}), { data: DATA, missing: ["accounts"] });
  const late = platform({ data: DATA, errors: [LATE] });
  assert.deepEqual(await late.titles.ask(COUNT, {}), { data: DATA, missing: ["accounts"] });
});

test("an act goes on with the key it began with while a part is down", async () => {
  const [down, late] = [AWAY, LATE].map((error) => ({ data: { actOnDeclaration: null }, errors: [error] })) as [object, object];
  const busy = () => new Response("", { status: 502 });
  const { titles, sent, waits } = platform(down, busy, late, { data: { actOnDeclaration: { errors: [] } } });
  await titles.act(LEAVE, STEP);
  assert.equal(new Set(sent.map(({ variables }) => JSON.stringify(variables.input))).size, 1);
  assert.deepEqual(waits, [500, 1000, 2000]);
  const gone = platform(...Array(6).fill(down));
  await assert.rejects(gone.titles.act(LEAVE, STEP), Unavailable);
});

test("a refusal tells its articles and is sent once; a wrong document and a missing line are other things", async () => {
  const refused = platform({ data: { actOnDeclaration: { errors: [REFUSAL] } } });
  await assert.rejects(refused.titles.act(LEAVE, STEP), (error: Refused) => {
    assert.deepEqual([error instanceof Refused, error.code, error.cites], [true, "RULES_BROKEN", ["二（三）"]]);
    return true;
  });
  assert.equal(refused.sent.length, 1);
  const wrong = () => Response.json({ errors: [{ message: "?", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] }, { status: 400 });
  await assert.rejects(platform(wrong).titles.ask(COUNT, {}), Failed);
  const offline = () => {
    throw new TypeError("fetch failed");
  };
  await assert.rejects(platform(offline).titles.act(LEAVE, STEP), Offline);
});

test("whoever has spent all points waits until they are back; whoever is told to wait does", async () => {
  const slow = () => Response.json({ errors: [] }, { status: 429, headers: { "retry-after": "3" } });
  const { titles, waits } = platform({ data: DATA, ...cost(50, 20) }, { data: DATA, ...cost(50, 0) }, slow, { data: DATA });
  await titles.ask(COUNT, {});
  await titles.ask(COUNT, {});
  assert.deepEqual(waits, [3000]);
  await titles.ask(COUNT, {});
  assert.deepEqual(waits, [3000, 5000, 3000]);
});

test("every node of every page comes once, and a page no sooner than it is wanted", async () => {
  const pages = [["a", "b"], [], ["c"]];
  const asked: (string | null)[] = [];
  const nodes = each(async (after) => {
    asked.push(after);
    const at = Number(after ?? 0);
    const edges = (pages[at] ?? []).map((name) => ({ node: name }));
    return { edges, pageInfo: { hasNextPage: at < 2, endCursor: `${at + 1}` } };
  });
  assert.equal((await nodes.next()).value, "a");
  assert.deepEqual(asked, [null]);
  const left: string[] = [];
  for await (const name of nodes) left.push(name);
  assert.deepEqual([left, asked], [["b", "c"], [null, "1", "2"]]);
});
