/** An applicant's app: everything can be written without a connection, and goes to the platform when there is one. */
import type { Device, LocalFile, Store } from "../device/device.js";
import type { CreateDeclarationInput } from "../gql/graphql.js";
import { OAuthClient, type Pending, type Tokens } from "../oauth.js";
import { Refused, Unavailable } from "../refusals.js";
import { Session, SignedOut } from "../session.js";
import { Titles } from "../titles.js";
import { CREATE, READ, SAVE, STEP } from "./documents.js";
import { Drafts, type Written } from "./draft.js";
import { Upload } from "./upload.js";

export interface Settings {
  readonly gateway: string;
  readonly issuer: string;
  readonly client: string;
  /** A loopback address, or the app's own scheme. */
  readonly back: string;
}

export interface Places {
  readonly secrets: Store;
  readonly drafts: Store;
  readonly file: (path: string) => Promise<LocalFile>;
}

/** What became of a synchronisation; nothing of what is left is lost. */
export interface Synchronised {
  readonly saved: string[];
  /** What is kept as it was typed, and stands in the way of submission. */
  readonly unfinished: Record<string, string[]>;
  readonly conflicts: Record<string, { readonly mine: unknown; readonly theirs: unknown }>;
  readonly refused: Record<string, { readonly code: string; readonly message: string; readonly cites: string[] }>;
  readonly uploaded: string[];
  offline: boolean;
}

/** The device and the platform do not hold the same. */
export class NotSynchronised extends Error {
  override readonly name = "NotSynchronised";

  constructor(readonly what: readonly string[]) {
    super(what.join(", "));
  }
}

const SCOPE = "openid profile titles.read titles.write";
const SIGNING_IN = "signing-in";

/** A section has the name that `asked` gives it; as a field of the content, the same in camel case. */
function camel(section: string): string {
  return section.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

export class App {
  readonly drafts: Drafts;
  readonly titles: Titles;
  readonly session: Session;
  readonly #upload: Upload;

  constructor(
    private readonly device: Device,
    private readonly settings: Settings,
    private readonly places: Places,
  ) {
    this.session = new Session(device, places.secrets, (old) => this.#renew(old));
    this.titles = new Titles(device, settings.gateway, this.session.fetch);
    this.drafts = new Drafts(device, places.drafts);
    this.#upload = new Upload(device, this.titles, this.drafts);
  }

  /** Where to send the system's browser. */
  async signIn(): Promise<string> {
    const pending = await (await this.#oauth()).begin(this.settings.back, SCOPE);
    await this.places.secrets.set(SIGNING_IN, JSON.stringify(pending)); // the app may be closed meanwhile
    return pending.address;
  }

  /** The browser came back. */
  async signedIn(back: string): Promise<void> {
    const pending = JSON.parse((await this.places.secrets.get(SIGNING_IN)) ?? "{}") as Pending;
    await this.session.keep(await (await this.#oauth()).finish(pending, back));
    await this.places.secrets.remove(SIGNING_IN);
  }

  async signOut(): Promise<void> {
    const tokens = await this.session.kept();
    await this.session.forget();
    if (tokens) await (await this.#oauth()).revoke(tokens);
  }

  async begin(input: CreateDeclarationInput): Promise<string> {
    const { declaration } = await this.titles.act(CREATE, { ground: input.ground });
    if (!declaration) throw new Unavailable("it was begun, and cannot be read now");
    const { id, number, sections } = declaration;
    const digests = Object.fromEntries((sections ?? []).map((each) => [each.section, each.digest]));
    await this.drafts.begin({ id, number, digests, written: {}, attached: [] });
    return number;
  }

  /** Bring everything to the platform that can be brought; at the first sign that there is no line, stop. */
  async synchronise(progress: (fileName: string, sent: number) => void = () => undefined): Promise<Synchronised> {
    const done: Synchronised = { saved: [], unfinished: {}, conflicts: {}, refused: {}, uploaded: [], offline: false };
    const { id, written, attached } = await this.drafts.read();
    try {
      for (const [section, mine] of Object.entries(written)) {
        await this.#refusable(done, section, () => this.#save(done, id, section, mine));
      }
      for (const each of attached.filter(({ stored }) => !stored)) {
        await this.#refusable(done, each.fileName, async () => {
          const file = await this.places.file(each.path);
          await this.#upload.send(id, each, file, (sent) => progress(each.fileName, sent));
          done.uploaded.push(each.fileName);
        });
      }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      done.offline = true;
    }
    return done;
  }

  /** Submit what the user has seen, and nothing that was written elsewhere meanwhile. */
  async submit(): Promise<{ number: string; state: string }> {
    const { id, digests, written, attached } = await this.drafts.read();
    const waiting = [...Object.keys(written), ...attached.filter(({ stored }) => !stored).map(({ title }) => title)];
    if (waiting[0]) throw new NotSynchronised(waiting);
    const there = (await this.titles.ask(READ, { id })).data.declaration;
    if (!there?.sections) throw new Unavailable("it cannot be read now");
    const unseen = there.sections.filter(({ section, digest }) => digests[section] !== digest);
    if (unseen[0]) throw new NotSynchronised(unseen.map(({ section }) => section));
    const { version } = there;
    const idempotencyKey = `submit-${id}-${version}`; // where the answer is lost, the same step is sent again
    const { declaration } = await this.titles.act(STEP, { id, version, action: "SUBMIT", idempotencyKey });
    if (!declaration) throw new Unavailable("it was submitted, and cannot be read now");
    return declaration;
  }

  async #save(done: Synchronised, id: string, section: string, mine: Written): Promise<void> {
    const { value, base, key: idempotencyKey, conflict } = mine;
    if (conflict) {
      done.conflicts[section] = { mine: value, theirs: conflict.value };
      return;
    }
    try {
      const { saved } = await this.titles.act(SAVE, { id, section, value, base, idempotencyKey });
      if (!saved) throw new Unavailable("it was saved, and cannot be read now");
      await this.drafts.saved(section, mine, saved.digest);
      done.saved.push(section);
      if (!saved.complete) done.unfinished[section] = saved.findings.map(({ message }) => message);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "STALE_VERSION") throw error;
      const { digest, theirs } = await this.#there(id, section);
      await this.drafts.conflicted(section, theirs, digest);
      done.conflicts[section] = { mine: value, theirs };
    }
  }

  /** What stands on the platform in a section, as it was typed there. */
  async #there(id: string, section: string): Promise<{ digest: string; theirs: unknown }> {
    const { declaration } = (await this.titles.ask(READ, { id })).data;
    const found = declaration?.sections?.find((each) => each.section === section);
    if (!declaration?.content || !found) throw new Unavailable("it cannot be read now");
    const content: Partial<Record<string, unknown>> = declaration.content;
    return { digest: found.digest, theirs: found.unfinished ?? content[camel(section)] };
  }

  /** What is refused is told to the user, and the rest goes on. */
  async #refusable(done: Synchronised, what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      done.refused[what] = { code: error.code, message: error.message, cites: error.cites };
    }
  }

  async #renew(old: Tokens | undefined): Promise<Tokens> {
    if (!old) throw new SignedOut("nobody is signed in");
    return (await this.#oauth()).refresh(old);
  }

  #oauth(): Promise<OAuthClient> {
    return OAuthClient.find(this.device, this.settings.issuer, this.settings.client);
  }
}
