import assert from "node:assert/strict";
import { test } from "node:test";
import { type Device, MemoryStore } from "./device/device.js";
import { node } from "./device/node.js";
import { OAuthError, type Tokens } from "./oauth.js";
import { Session, SignedOut } from "./session.js";

const HOUR = 3_600_000;

/** A session at a service that takes one token and no other; how often it was renewed. */
async function signedIn(first: Tokens, good: string, renew?: () => Promise<Tokens>) {
  const told = { renewals: 0 };
  const taken: typeof fetch = async (_, init) => {
    const bearer = new Headers(init?.headers).get("authorization");
    return new Response(null, { status: bearer === `Bearer ${good}` ? 200 : 401 });
  };
  const device: Device = { ...node, fetch: taken };
  const session = new Session(device, new MemoryStore(), async () => {
    told.renewals += 1;
    await node.wait(5);
    return renew ? renew() : { access: `new ${told.renewals}`, refresh: "next", until: Date.now() + HOUR };
  });
  await session.keep(first);
  const statuses = async (calls: number) =>
    Promise.all(Array.from({ length: calls }, async () => (await session.fetch("http://titles.example")).status));
  return { session, told, statuses };
}

test("calls that are refused at once renew the token once, and whoever comes late renews nothing", async () => {
  const { session, told, statuses } = await signedIn({ access: "old", until: Date.now() + HOUR }, "new 1");
  assert.deepEqual(await statuses(10), Array(10).fill(200));
  assert.deepEqual(await statuses(2), [200, 200]);
  assert.equal(told.renewals, 1);
  assert.equal((await session.kept())?.refresh, "next");
});

test("a token that ends soon is renewed before it is sent", async () => {
  const { told, statuses } = await signedIn({ access: "old", until: Date.now() + 1000 }, "new 1");
  assert.deepEqual(await statuses(10), Array(10).fill(200));
  assert.equal(told.renewals, 1);
});

test("a token that is not taken even when it is new is not renewed for ever", async () => {
  const { told, statuses } = await signedIn({ access: "old", until: Date.now() + HOUR }, "none");
  assert.deepEqual(await statuses(1), [401]);
  assert.equal(told.renewals, 1);
});

test("whoever has lost the session is signed out; whoever has no line is not", async () => {
  const refused = async () => Promise.reject(new OAuthError("invalid_grant"));
  const ended = await signedIn({ access: "old", until: 0 }, "new 1", refused);
  await assert.rejects(ended.statuses(3), SignedOut);
  assert.equal(await ended.session.kept(), undefined);
  const away = await signedIn({ access: "old", until: 0 }, "new 1", async () => Promise.reject(new TypeError("fetch failed")));
  await assert.rejects(away.statuses(1), TypeError);
  assert.equal((await away.session.kept())?.access, "old");
});

test("whoever signs out while a token is renewed stays signed out", async () => {
  const { session, told, statuses } = await signedIn({ access: "old", until: 0 }, "new 1");
  const asked = statuses(1);
  while (told.renewals === 0) await node.wait(1);
  await session.forget();
  await assert.rejects(asked, SignedOut);
  assert.equal(await session.kept(), undefined);
});
