// What of each schema, a list of SDLs on standard input, is not as Relay asks. Pages go forward only, as the services' cursors do.
import { readFileSync } from "node:fs";
import plugin from "@graphql-eslint/eslint-plugin";
import { Linter } from "eslint";

const rules = {
  "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
  "@graphql-eslint/relay-connection-types": "error",
  "@graphql-eslint/relay-edge-types": ["error", { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
  "@graphql-eslint/relay-page-info": "error",
};
const broken = (sdl) => {
  const languageOptions = { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: sdl } } };
  const config = { files: ["**/*.graphql"], plugins: { "@graphql-eslint": plugin }, languageOptions, rules };
  const found = new Linter({ configType: "flat" }).verify(sdl, [config], { filename: "schema.graphql" });
  return found.map(({ line, ruleId, message }) => ({ line, ruleId, message }));
};
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(broken)));
