import assert from "node:assert/strict";
import { test } from "node:test";
import { type Device, type LocalFile, MemoryStore } from "../device/device.js";
import { node } from "../device/node.js";
import { Refused, Unavailable } from "../refusals.js";
import { Titles } from "../titles.js";
import { Drafts } from "./draft.js";
import { Upload } from "./upload.js";

const PARTS = [1, 2].map((number) => ({ number, offset: number - 1, size: 1, url: `http://files.example/${number}` }));
const PLAN = { beginUpload: { material: { id: "M" }, parts: PARTS, wholeUrl: "http://files.example/whole", errors: [] } };
const FILE: LocalFile = { size: 2, read: async (_, length) => new Uint8Array(length) };

/** A file is sent where links answer so, one after another; where they led, and how long was waited. */
async function sent(...answers: Response[]) {
  const [led, waits]: [string[], number[]] = [[], []];
  const device: Device = {
    ...node,
    wait: async (milliseconds) => void waits.push(milliseconds),
    fetch: async (address, init) => {
      if (init?.method !== "PUT") return Response.json({ data: PLAN });
      led.push(String(address).split("/").pop() ?? "");
      return answers.shift() ?? new Response(null, { status: 204 });
    },
  };
  const drafts = new Drafts(device, new MemoryStore());
  await drafts.begin({ id: "D", number: "1", digests: {}, written: {}, attached: [] });
  await drafts.attach({ item: "THESIS", title: "t", fileName: "f.pdf", path: "f.pdf" });
  const [attached] = (await drafts.read()).attached;
  assert(attached);
  const upload = new Upload(device, new Titles(device, "http://titles.example/graphql"), drafts);
  const ended = upload.send("D", attached, FILE, () => undefined);
  return { ended, led, waits, stored: async () => (await drafts.read()).attached[0]?.stored };
}

test("whoever has sent too much in a while waits as long as is told, and goes on", async () => {
  const { ended, led, waits, stored } = await sent(new Response(null, { status: 429, headers: { "retry-after": "7" } }));
  await ended;
  assert.deepEqual([led, waits, await stored()], [["1", "1", "2", "whole"], [7000], true]);
});

test("a link that is over and a part that was swept refuse nothing; a file that is not taken is refused; a proxy's own page is no answer", async () => {
  const over = async () => Response.json({ code: "LINK_INVALID" }, { status: 404 });
  await assert.rejects((await sent(await over(), await over(), await over())).ended, Unavailable);
  const arrived = async () => new Response(null, { status: 204 });
  const swept = Response.json({ code: "PARTS_MISSING" }, { status: 409 });
  await assert.rejects((await sent(await arrived(), await arrived(), swept)).ended, Unavailable);
  await assert.rejects((await sent(Response.json({ code: "FILE_BLANK" }, { status: 422 }))).ended, Refused);
  await assert.rejects((await sent(new Response("<html>", { status: 413 }))).ended, Refused);
});
