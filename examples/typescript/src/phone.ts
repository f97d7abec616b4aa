/** The app on a phone that has a command line for a screen: each command is a start of the app, as after a crash. */
import { readFile } from "node:fs/promises";
import { FolderStore, fileAt, node, setting } from "./device/node.js";
import type { CreateDeclarationInput } from "./gql/graphql.js";
import { graphql } from "./gql/index.js";
import { App } from "./mobile/app.js";
import { Refused } from "./refusals.js";

const ME = graphql(`query Me { me { login name } }`);
const folder = setting("TITLES_FOLDER");
const app = new App(
  node,
  {
    gateway: setting("TITLES_GATEWAY"),
    issuer: setting("TITLES_ISSUER"),
    client: setting("TITLES_CLIENT"),
    back: setting("TITLES_BACK"),
  },
  { secrets: new FolderStore(`${folder}/secrets`), drafts: new FolderStore(`${folder}/drafts`), file: fileAt },
);

type Command = (...given: string[]) => Promise<unknown>;

const COMMANDS: Record<string, Command> = {
  "sign-in": () => app.signIn(),
  back: (address = "") => app.signedIn(address),
  me: () => Promise.all(Array.from({ length: 8 }, async () => (await app.titles.ask(ME, {})).data.me?.login)),
  begin: async (path = "") => app.begin((await json(path)) as CreateDeclarationInput),
  write: async (path = "") => {
    for (const [section, value] of Object.entries((await json(path)) as object)) await app.drafts.write(section, value);
  },
  attach: (item = "", title = "", fileName = "", path = "") => app.drafts.attach({ item, title, fileName, path }),
  settle: (section = "", keep = "") => app.drafts.settle(section, keep === "mine" ? "mine" : "theirs"),
  synchronise: () => app.synchronise((fileName, sent) => process.stderr.write(`${fileName} ${sent}\n`)),
  submit: () => app.submit(),
  "sign-out": () => app.signOut(),
};

async function json(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}

const [command = "", ...given] = process.argv.slice(2);
try {
  console.log(JSON.stringify((await COMMANDS[command]?.(...given)) ?? null));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const cites = error instanceof Refused ? error.cites : [];
  console.log(JSON.stringify({ error: error.name, message: error.message, cites }));
  process.exitCode = 1;
}
