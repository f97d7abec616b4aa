import { graphql } from "./gql/index.js";
import type { RefusalFieldsFragment } from "./gql/graphql.js";

/** Why an act changed nothing: its code, the articles it rests on, and every single thing to mend. */
export const REFUSAL = graphql(`
  fragment RefusalFields on Refusal {
    code
    message
    field
    basis { cite summary }
    findings { code message field basis { cite summary } }
  }
`);

export type Refusal = RefusalFieldsFragment;

/** The platform refused an act by its rules: tell the user; to send it again changes nothing. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(readonly refusal: Refusal) {
    super(`${refusal.code}: ${refusal.message}`);
  }

  get code(): string {
    return this.refusal.code;
  }

  /** The articles, as in 附件3 三（三）. */
  get cites(): string[] {
    const all = [this.refusal, ...this.refusal.findings].flatMap((each) => each.basis);
    return [...new Set(all.map((each) => each.cite))];
  }
}

/** Nobody answered, or a part of the platform is down: the same again later, with the same idempotency key. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** There is no line at all: nothing is gained by trying at once. */
export class Offline extends Unavailable {}

/** The document or its variables are wrong, or the platform has a fault: the request's id finds it in the log. */
export class Failed extends Error {
  override readonly name = "Failed";
}
