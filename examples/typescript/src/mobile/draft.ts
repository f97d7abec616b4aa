import { type Device, newKey, type Store } from "../device/device.js";

/** A section as it was written on the device and is not on the platform yet. */
export interface Written {
  readonly value: unknown;
  /** The digest of the section that the writer had read: who overwrites another's is told. */
  readonly base: string;
  /** The idempotency key of its saving: sent again, it is saved once. */
  readonly key: string;
  /** What stands on the platform instead, where somebody wrote there meanwhile. */
  readonly conflict?: { readonly value: unknown; readonly digest: string };
}

/** A material that is to be uploaded. */
export interface Attached {
  readonly item: string;
  readonly title: string;
  readonly fileName: string;
  readonly path: string;
  readonly key: string;
  /** The material's id, once the platform knows of it. */
  readonly id?: string;
  readonly stored?: true;
}

/** A declaration on the device, for as long as there is no connection. */
export interface Draft {
  readonly id: string;
  readonly number: string;
  readonly digests: Readonly<Record<string, string>>;
  readonly written: Readonly<Record<string, Written>>;
  readonly attached: readonly Attached[];
}

const KEPT_AS = "draft";

/** The draft in its store: one writer at a time, each change whole. */
export class Drafts {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly device: Device,
    private readonly store: Store,
  ) {}

  async read(): Promise<Draft> {
    const text = await this.store.get(KEPT_AS);
    if (text === undefined) throw new Error("No declaration was begun on this device.");
    return JSON.parse(text) as Draft;
  }

  async begin(draft: Draft): Promise<void> {
    await this.store.set(KEPT_AS, JSON.stringify(draft));
  }

  async change(how: (draft: Draft) => Draft): Promise<void> {
    const done = this.#last.then(async () => this.begin(how(await this.read())));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Write a section; what is written upon a conflict does not end it. */
  async write(section: string, value: unknown): Promise<void> {
    await this.change((draft) => {
      const before = draft.written[section];
      const base = before?.base ?? draft.digests[section];
      if (base === undefined) throw new Error(`There is no section ${section}.`);
      return with_(draft, section, { ...before, value, base, key: newKey(this.device) });
    });
  }

  async attach(file: Omit<Attached, "key" | "id" | "stored">): Promise<void> {
    const attached = { ...file, key: newKey(this.device) };
    await this.change((draft) => ({ ...draft, attached: [...draft.attached, attached] }));
  }

  /** The platform keeps it now. What was written while it was on its way stays, upon what is there now. */
  async saved(section: string, sent: Written, digest: string): Promise<void> {
    await this.change((draft) => {
      const now = draft.written[section];
      const later = now && now.key !== sent.key ? { ...now, base: digest } : undefined;
      return { ...with_(draft, section, later), digests: { ...draft.digests, [section]: digest } };
    });
  }

  async conflicted(section: string, value: unknown, digest: string): Promise<void> {
    await this.change((draft) => {
      const mine = draft.written[section];
      return mine ? with_(draft, section, { ...mine, conflict: { value, digest } }) : draft;
    });
  }

  /** The user has seen both: mine goes over what is there, or is given up for it. */
  async settle(section: string, keep: "mine" | "theirs"): Promise<void> {
    await this.change((draft) => {
      const { conflict, value } = draft.written[section] ?? {};
      if (!conflict) throw new Error(`Nothing is in conflict in ${section}.`);
      const { digest } = conflict;
      const mine = { value, base: digest, key: newKey(this.device) };
      const settled = with_(draft, section, keep === "mine" ? mine : undefined);
      return { ...settled, digests: { ...draft.digests, [section]: digest } };
    });
  }

  async uploading(key: string, told: Pick<Attached, "id" | "stored">): Promise<void> {
    await this.change((draft) => ({
      ...draft,
      attached: draft.attached.map((each) => (each.key === key ? { ...each, ...told } : each)),
    }));
  }
}

function with_(draft: Draft, section: string, written: Written | undefined): Draft {
  const { [section]: _, ...others } = draft.written;
  return { ...draft, written: written ? { ...others, [section]: written } : others };
}
