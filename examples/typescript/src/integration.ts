/** A system of an authority's: it reads with its own credentials, and lets a reviewer work whom it sends to sign in. */
import { type Device, MemoryStore } from "./device/device.js";
import { node, setting } from "./device/node.js";
import { graphql } from "./gql/index.js";
import { OAuthClient } from "./oauth.js";
import { type Connection, each } from "./paging.js";
import { Refused, Unavailable } from "./refusals.js";
import { Session } from "./session.js";
import { type Answer, Titles } from "./titles.js";

const PAGE = Number(process.env["TITLES_PAGE"] ?? 100);

const ORGANISATIONS = graphql(`
  query Organisations($first: Int!, $after: String) {
    organisations(first: $first, after: $after) {
      edges { node { id name kind } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const CERTIFICATES = graphql(`
  query Certificates($first: Int!, $after: String) {
    certificates(first: $first, after: $after) {
      edges { node { number holderName level obtainedOn standing } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const WORKLIST = graphql(`
  query Worklist($first: Int!, $after: String) {
    worklist(first: $first, after: $after) {
      edges { node { id number version person { name } materials { id title state } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const ENDORSE = graphql(`
  mutation Endorse($input: ActOnDeclarationInput!) {
    actOnDeclaration(input: $input) {
      declaration { id state }
      basis { cite summary }
      errors { ...RefusalFields }
    }
  }
`);

/** A list without holes: what a part that is down leaves out is not an end. */
function whole<T, N>({ data, missing }: Answer<T>, list: (data: T) => Connection<N> | null): Connection<N> {
  const found = list(data);
  if (!found) throw new Unavailable(`not to be asked now: ${missing.join(", ")}`);
  return found;
}

function say(what: object): void {
  console.log(JSON.stringify(what));
}

async function client(device: Device): Promise<OAuthClient> {
  return OAuthClient.find(device, setting("TITLES_ISSUER"), setting("TITLES_CLIENT"), setting("TITLES_SECRET"));
}

/** Client credentials: what the system's organisation may see. */
async function read(device: Device): Promise<void> {
  const oauth = await client(device);
  const session = new Session(device, new MemoryStore(), () => oauth.credentials("titles.read"));
  const titles = new Titles(device, setting("TITLES_GATEWAY"), session.fetch);

  const organisations = each(async (after) =>
    whole(await titles.ask(ORGANISATIONS, { first: PAGE, after }), (data) => data.organisations),
  );
  for await (const { name, kind } of organisations) say({ name, kind });

  const certificates = each(async (after) =>
    whole(await titles.ask(CERTIFICATES, { first: PAGE, after }), (data) => data.certificates),
  );
  for await (const certificate of certificates) say(certificate);
}

/** Authorization code: a reviewer's worklist, and what the platform says where a file is endorsed unread. */
async function review(device: Device): Promise<void> {
  const oauth = await client(device);
  const session = new Session(device, new MemoryStore(), (old) => oauth.refresh(old ?? { access: "", until: 0 }));
  const pending = await oauth.begin(setting("TITLES_BACK"), "openid titles.read titles.write");
  say({ open: pending.address });
  await session.keep(await oauth.finish(pending, await line()));
  const titles = new Titles(device, setting("TITLES_GATEWAY"), session.fetch);

  const waiting = each(async (after) =>
    whole(await titles.ask(WORKLIST, { first: PAGE, after }), (data) => data.worklist),
  );
  for await (const { id, number, version } of waiting) {
    try {
      await titles.act(ENDORSE, { id, version, action: "PASS" });
      say({ number, passed: true });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say({ number, refused: error.code, because: error.message, cites: error.cites });
    }
  }
}

async function line(): Promise<string> {
  for await (const chunk of process.stdin) return String(chunk).trim();
  throw new Error("The browser did not come back.");
}

await (process.argv[2] === "review" ? review(node) : read(node));
