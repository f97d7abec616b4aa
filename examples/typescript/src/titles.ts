import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { ClientError, GraphQLClient } from "graphql-request";
import { type Device, newKey } from "./device/device.js";
import { type Cost, Pace } from "./pace.js";
import { Failed, Offline, type Refusal, Refused, Unavailable } from "./refusals.js";

/** Seconds between tries while something is away. */
const PAUSES = [0.5, 1, 2, 4, 8];
const MOST_WAITS = 5;
/** A part did not answer, or not in time: to be asked again, an act with the key that it had. */
const AWAY = ["PART_UNAVAILABLE", "DEADLINE_EXCEEDED"];

/** What could be read, and which parts of the platform could not be asked for the rest: their fields are null. */
export interface Answer<T> {
  readonly data: T;
  readonly missing: readonly string[];
}

interface GraphQLProblem {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly part?: string; readonly requestId?: string };
}

interface Raw<T> {
  readonly data?: T;
  readonly errors?: readonly GraphQLProblem[];
  readonly extensions?: unknown;
}

/** The payload of the one mutation that a document holds. */
type Payload<T> = NonNullable<T[keyof T]>;
type Acting<I> = { readonly input: I & { readonly idempotencyKey?: string | null | undefined } };

/** The platform's GraphQL, asked at its pace. */
export class Titles {
  readonly #client: GraphQLClient;
  readonly #pace: Pace;

  constructor(
    private readonly device: Device,
    address: string,
    fetched: typeof fetch = device.fetch,
  ) {
    const waiting: typeof fetch = (...asked) => patient(device, () => fetched(...asked));
    const options = { fetch: waiting, errorPolicy: "all", headers: { "accept-language": "zh-CN" } } as const;
    this.#client = new GraphQLClient(address, options);
    this.#pace = new Pace(device);
  }

  /** A query. What a part that is down would have told is null, and the part is named; everything else is there. */
  async ask<T, V extends object>(document: TypedDocumentNode<T, V>, variables: V): Promise<Answer<T>> {
    const { data, errors = [] } = await this.#once(document, variables);
    const others = errors.filter((each) => !isAway(each));
    if (others[0] || !data) throw failed(others[0] ?? errors[0]);
    return { data, missing: [...new Set(errors.map((each) => each.extensions?.part ?? ""))] };
  }

  /** A mutation, done once: what is away is tried again with the same key. Keep a key of your own to go on after a crash. */
  async act<T extends object, I extends object>(
    document: TypedDocumentNode<T, Acting<I>>,
    input: I & { idempotencyKey?: string },
  ): Promise<Payload<T>> {
    const keyed = { input: { ...input, idempotencyKey: input.idempotencyKey ?? newKey(this.device) } };
    const data = await this.#until(() => this.#once(document, keyed));
    const [payload] = Object.values(data) as (Payload<T> & { errors: Refusal[] })[];
    if (payload?.errors[0]) throw new Refused(payload.errors[0]);
    return payload as Payload<T>;
  }

  async #until<T>(tried: () => Promise<Raw<T>>): Promise<T> {
    for (const pause of [...PAUSES, undefined]) {
      try {
        const { data, errors } = await tried();
        if (!errors && data) return data;
        if (!errors?.[0] || !isAway(errors[0])) throw failed(errors?.[0]);
      } catch (error) {
        if (!(error instanceof Unavailable) || error instanceof Offline) throw error;
      }
      if (pause !== undefined) await this.device.wait(pause * 1000);
    }
    throw new Unavailable("the platform, or a part of it, does not answer");
  }

  async #once<T, V extends object>(document: TypedDocumentNode<T, V>, variables: V): Promise<Raw<T>> {
    await this.#pace.before(document);
    const answer = await this.#client.rawRequest<T>(document as never, variables).catch(heard<T>);
    const cost = (answer.extensions as { cost?: Cost } | undefined)?.cost;
    if (cost) this.#pace.told(document, cost);
    return answer as Raw<T>;
  }
}

function isAway({ extensions }: GraphQLProblem): boolean {
  return AWAY.includes(extensions?.code ?? "");
}

/** What a request brings; who has asked too much is told how long to wait, and asks again. */
export async function patient(device: Device, request: () => Promise<Response>): Promise<Response> {
  for (let waits = 0; ; waits += 1) {
    const answer = await online(request);
    if (answer.status !== 429 || waits === MOST_WAITS) return answer;
    await answer.body?.cancel();
    await device.wait(Number(answer.headers.get("retry-after") ?? 1) * 1000);
  }
}

/** What a request brings, where anything is reached at all. */
async function online(request: () => Promise<Response>): Promise<Response> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof TypeError) throw new Offline("no connection", { cause: error }); // so fetch says it
    throw error;
  }
}

/** An answer with a status of its own is still an answer, where GraphQL says what is wrong. */
function heard<T>(error: unknown): Raw<T> {
  if (!(error instanceof ClientError)) throw error;
  const { errors, extensions, status } = error.response;
  if (!errors && status >= 500) throw new Unavailable(`the gateway answers ${status}`);
  return { errors: (errors ?? [{ message: `status ${status}` }]) as GraphQLProblem[], extensions };
}

function failed(problem: GraphQLProblem | undefined): Error {
  const { code = "", requestId = "" } = problem?.extensions ?? {};
  const told = `${code} ${problem?.message ?? "no data"} ${requestId}`.trim();
  return problem && isAway(problem) ? new Unavailable(told) : new Failed(told);
}
