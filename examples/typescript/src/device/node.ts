import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Device, LocalFile, Store } from "./device.js";

export const node: Device = {
  fetch: (...asked) => fetch(...asked),
  random: (length) => new Uint8Array(randomBytes(length)),
  sha256: async (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  now: () => Date.now(),
  wait: async (milliseconds) => setTimeout(milliseconds),
};

/** Texts in files of a folder that its owner alone reads; a crash leaves the former text or the new one, whole. */
export class FolderStore implements Store {
  constructor(readonly folder: string) {}

  async get(name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.folder, name), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async set(name: string, text: string): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, name);
    await writeFile(`${path}.new`, text, { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.folder, name), { force: true });
  }
}

export async function fileAt(path: string): Promise<LocalFile> {
  const { size } = await stat(path);
  return {
    size,
    async read(offset, length) {
      const file = await open(path);
      try {
        const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

/** A setting of the environment that has to be there. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Set ${name}.`);
  return value;
}
