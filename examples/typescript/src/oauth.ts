import { base64url, type Device } from "./device/device.js";
import { Unavailable } from "./refusals.js";

/** Where the authorization server is found; it tells more than this (RFC 8414). */
interface Endpoints {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
}

export interface Tokens {
  readonly access: string;
  /** Good once: whoever uses it keeps the next one, and one that comes twice ends them all. */
  readonly refresh?: string;
  /** Until when the access token is good, by the clock of the device. */
  readonly until: number;
}

/** What has to be kept while somebody signs in elsewhere. */
export interface Pending {
  readonly address: string;
  readonly state: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** The authorization server's refusal; `invalid_grant` of a refresh token: sign in anew. */
export class OAuthError extends Error {
  constructor(
    readonly code: string,
    description = "",
  ) {
    super(`${code}: ${description}`);
  }
}

type Form = Record<string, string>;

function encoded(form: Form): string {
  return Object.entries(form)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}

function fieldsOf(address: string): Form {
  const query = address.split("#")[0]?.split("?")[1] ?? "";
  const pairs = query.split("&").map((pair) => pair.split("="));
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, decodeURIComponent(value)]));
}

/** Who does not answer now, or asks to wait, has refused nothing. */
function refuseAway({ status }: Response): void {
  if (status >= 500 || status === 429) throw new Unavailable(`the authorization server answers ${status}`);
}

/** A registered client of the platform: an app (without `secret`) or a system of somebody's (with one). */
export class OAuthClient {
  private constructor(
    private readonly device: Device,
    private readonly at: Endpoints,
    private readonly id: string,
    private readonly secret?: string,
  ) {}

  static async find(device: Device, issuer: string, id: string, secret?: string): Promise<OAuthClient> {
    const answer = await device.fetch(`${issuer}/.well-known/openid-configuration`);
    refuseAway(answer);
    const at = (await answer.json()) as Endpoints;
    if (at.issuer !== issuer) throw new OAuthError("invalid_issuer", at.issuer);
    return new OAuthClient(device, at, id, secret);
  }

  /** The address that the user's browser is sent to: the system's own, never a view inside the app (RFC 8252). */
  async begin(redirectUri: string, scope: string): Promise<Pending> {
    const [verifier, state] = [base64url(this.device.random(48)), base64url(this.device.random(18))];
    const challenge = base64url(await this.device.sha256(new TextEncoder().encode(verifier)));
    const asked = encoded({
      response_type: "code",
      client_id: this.id,
      redirect_uri: redirectUri,
      scope,
      state,
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    return { address: `${this.at.authorization_endpoint}?${asked}`, state, verifier, redirectUri };
  }

  /** Tokens for the address that the browser came back to. */
  async finish(pending: Pending, back: string): Promise<Tokens> {
    const { code, state, iss, error, error_description } = fieldsOf(back);
    if (state !== pending.state || iss !== this.at.issuer) throw new OAuthError("invalid_state");
    if (error !== undefined || code === undefined) throw new OAuthError(error ?? "no_code", error_description);
    return this.tokens({
      grant_type: "authorization_code",
      code,
      redirect_uri: pending.redirectUri,
      code_verifier: pending.verifier,
    });
  }

  async refresh({ refresh }: Tokens): Promise<Tokens> {
    if (refresh === undefined) throw new OAuthError("invalid_grant", "there is no refresh token");
    return this.tokens({ grant_type: "refresh_token", refresh_token: refresh });
  }

  /** Tokens of the client's own, which speaks for its organisation and for nobody. */
  async credentials(scope: string): Promise<Tokens> {
    return this.tokens({ grant_type: "client_credentials", scope });
  }

  /** End everything that came of one sign-in. */
  async revoke({ access, refresh }: Tokens): Promise<void> {
    await this.post(this.at.revocation_endpoint, { token: refresh ?? access });
  }

  private async tokens(form: Form): Promise<Tokens> {
    const asked = this.device.now();
    const told = (await this.post(this.at.token_endpoint, form)) as {
      access_token: string;
      refresh_token?: string;
      expires_in: number;
    };
    const until = asked + told.expires_in * 1000;
    const refresh = told.refresh_token;
    return { access: told.access_token, until, ...(refresh === undefined ? {} : { refresh }) };
  }

  private async post(address: string, form: Form): Promise<unknown> {
    const whose = { client_id: this.id, ...(this.secret === undefined ? {} : { client_secret: this.secret }) };
    const answer = await this.device.fetch(address, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: encoded({ ...form, ...whose }),
    });
    refuseAway(answer);
    const told = (await answer.json()) as { error?: string; error_description?: string };
    if (!answer.ok) throw new OAuthError(told.error ?? `${answer.status}`, told.error_description);
    return told;
  }
}
