import type { Device, Store } from "./device/device.js";
import { OAuthError, type Tokens } from "./oauth.js";

const KEPT_AS = "tokens";
/** So long before its end a token is renewed: no request is under way when it ends. */
const EARLY = 60_000;

/** Nobody is signed in, or no longer: the user has to. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

/** Tokens that are kept, renewed in time, and once for all who wait: a refresh token that comes twice ends the session. */
export class Session {
  #underWay: Promise<Tokens> | undefined;

  constructor(
    private readonly device: Device,
    private readonly store: Store,
    private readonly renew: (old: Tokens | undefined) => Promise<Tokens>,
  ) {}

  async keep(tokens: Tokens): Promise<void> {
    await this.store.set(KEPT_AS, JSON.stringify(tokens));
  }

  async kept(): Promise<Tokens | undefined> {
    const text = await this.store.get(KEPT_AS);
    return text === undefined ? undefined : (JSON.parse(text) as Tokens);
  }

  async forget(): Promise<void> {
    await this.store.remove(KEPT_AS);
  }

  /** `fetch` with the token of now; where it is not taken, once more with a new one. */
  readonly fetch: typeof fetch = async (address, init) => {
    const tokens = await this.#good();
    const answer = await this.#with(tokens, address, init);
    if (answer.status !== 401) return answer;
    await answer.body?.cancel();
    return this.#with(await this.#instead(tokens), address, init);
  };

  async #good(): Promise<Tokens> {
    const tokens = await this.kept();
    const soon = this.device.now() + EARLY;
    return tokens && tokens.until > soon ? tokens : this.#instead(tokens);
  }

  /** New tokens in place of old ones; who comes while they are on their way, or after, gets the same. */
  #instead(old: Tokens | undefined): Promise<Tokens> {
    this.#underWay ??= this.#renewed(old).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #renewed(old: Tokens | undefined): Promise<Tokens> {
    const kept = await this.kept();
    if (kept && kept.access !== old?.access) return kept;
    try {
      const tokens = await this.renew(kept);
      if ((await this.kept())?.access !== kept?.access) throw new SignedOut("the user signed out meanwhile");
      await this.keep(tokens); // before it is used: the old refresh token is worth nothing any more
      return tokens;
    } catch (error) {
      if (!(error instanceof OAuthError) || error.code !== "invalid_grant") throw error;
      await this.forget();
      throw new SignedOut(error.message);
    }
  }

  async #with(tokens: Tokens, address: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${tokens.access}`);
    return this.device.fetch(address, { ...init, headers });
  }
}
