/** What a client asks of where it runs. Node's is beside this; React Native's is `fetch`, expo-crypto and AsyncStorage. */
export interface Device {
  readonly fetch: typeof fetch;
  /** Bytes that nobody can guess. */
  random(length: number): Bytes;
  sha256(bytes: Bytes): Promise<Bytes>;
  /** Milliseconds since 1970. */
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/** What outlives the process: texts by their names. Keep tokens where the system keeps secrets (Keychain, Keystore). */
export interface Store {
  get(name: string): Promise<string | undefined>;
  set(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** A file of the device; only the bytes that are asked for need be in memory. */
export interface LocalFile {
  readonly size: number;
  read(offset: number, length: number): Promise<Bytes>;
}

export type Bytes = Uint8Array<ArrayBuffer>;

/** A store that forgets, for tests and for what shall not outlive the process. */
export class MemoryStore implements Store {
  readonly #texts = new Map<string, string>();

  async get(name: string): Promise<string | undefined> {
    return this.#texts.get(name);
  }

  async set(name: string, text: string): Promise<void> {
    this.#texts.set(name, text);
  }

  async remove(name: string): Promise<void> {
    this.#texts.delete(name);
  }
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Base64url without padding (RFC 4648, 5). */
export function base64url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    const letters = Math.min(4, bytes.length - at + 1);
    for (let each = 0; each < letters; each += 1) text += LETTERS[(bits >> (18 - 6 * each)) & 63];
  }
  return text;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A name for an act that is done once, however often it is sent. */
export function newKey(device: Device): string {
  return base64url(device.random(18));
}
