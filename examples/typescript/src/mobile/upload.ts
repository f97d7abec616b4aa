import { type Bytes, type Device, hex, type LocalFile } from "../device/device.js";
import { type Refusal, Refused, Unavailable } from "../refusals.js";
import { patient, type Titles } from "../titles.js";
import { BEGIN_UPLOAD, GO_ON_UPLOAD, MATERIAL } from "./documents.js";
import type { Attached, Drafts } from "./draft.js";

/** Tries of one part before the rest is left for when the line is better. */
const TRIES = 3;
const GONE = "MATERIAL_NOT_FOUND";
/** A link lives for half an hour, parts for two days each: the next time `goOnUpload` gives links to what is missing then. */
const LATER = ["LINK_INVALID", "PARTS_MISSING"];

interface Plan {
  readonly parts: readonly { readonly number: number; readonly offset: number; readonly size: number; readonly url: string | null }[];
  readonly wholeUrl: string | null;
}

/**
 * Sends a file in parts. Those that arrived stay, over breaks, crashes and days: only what is missing has a link.
 * A link is the right to send: no token goes with it, as it may lead to another server.
 */
export class Upload {
  constructor(
    private readonly device: Device,
    private readonly titles: Titles,
    private readonly drafts: Drafts,
  ) {}

  async send(declarationId: string, attached: Attached, file: LocalFile, progress: (sent: number) => void): Promise<void> {
    const plan = attached.id === undefined ? await this.#begin(declarationId, attached, file) : await this.#goOn(attached.id, file);
    if (plan) {
      for (const { url, offset, size } of plan.parts) {
        if (url) await this.#part(url, await file.read(offset, size));
        progress(offset + size);
      }
      const whole = await this.device.sha256(await file.read(0, file.size));
      await this.#put(plan.wholeUrl ?? "", JSON.stringify({ sha256: hex(whole) }), "application/json");
    }
    await this.drafts.uploading(attached.key, { stored: true });
  }

  async #begin(declarationId: string, attached: Attached, file: LocalFile): Promise<Plan> {
    const { item, title, fileName, key: idempotencyKey } = attached;
    const input = { declarationId, item, title, fileName, size: file.size, idempotencyKey };
    const { material, ...plan } = await this.titles.act(BEGIN_UPLOAD, input);
    if (material) await this.drafts.uploading(attached.key, { id: material.id });
    return plan;
  }

  /** What is left of it; nothing, where it arrived and only the answer was lost. */
  async #goOn(id: string, file: LocalFile): Promise<Plan | undefined> {
    try {
      return await this.titles.act(GO_ON_UPLOAD, { id, size: file.size });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== GONE) throw error;
      const { data } = await this.titles.ask(MATERIAL, { id });
      if (data.node && "state" in data.node && data.node.state === "STORED") return undefined;
      throw error;
    }
  }

  async #part(url: string, bytes: Bytes): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#put(url, bytes, "application/octet-stream");
      } catch (error) {
        if (!(error instanceof Unavailable) || tries === TRIES) throw error;
        await this.device.wait(tries * 500);
      }
    }
  }

  async #put(url: string, body: Bytes | string, type: string): Promise<void> {
    const sent = { method: "PUT", headers: { "content-type": type }, body };
    const answer = await patient(this.device, () => this.device.fetch(url, sent));
    if (answer.ok) return;
    if (answer.status >= 500 || answer.status === 429) throw new Unavailable(`${answer.status}`);
    const told = (await answer.json().catch(() => ({}))) as Partial<Refusal>; // links refuse as REST does: the same, beside GraphQL
    if (told.code && LATER.includes(told.code)) throw new Unavailable(told.code);
    throw new Refused({ code: `${answer.status}`, message: "", field: null, basis: [], findings: [], ...told });
  }
}
