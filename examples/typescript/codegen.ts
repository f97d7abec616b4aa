import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types and typed documents of what `src/` asks, from the schema as text: no service has to run. */
const config: CodegenConfig = {
  schema: process.env["TITLES_SCHEMA"] ?? "../../gateway/schema.graphql",
  documents: "src/**/*.ts",
  emitLegacyCommonJSImports: false,
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        onlyOperationTypes: true,
        strictScalars: true,
        scalars: { Date: "string", DateTime: "string", Time: "string", UUID: "string", JSON: "unknown" },
      },
    },
  },
};

export default config;
