import type { CodegenConfig } from "@graphql-codegen/cli";

/** The web client's typed documents: `npm run build` runs it, `graphql()` in client/src/generated is what it makes. */
const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: "client/src/**/*.{ts,tsx}",
  ignoreNoDocuments: true,
  generates: {
    "client/src/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: { unmaskFunctionName: "readFragment" } },
      config: {
        scalars: { DateTime: "string", Date: "string", LocalTime: "string" },
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: ".ts",
        emitLegacyCommonJSImports: false,
        dedupeFragments: true,
      },
    },
    "client/src/generated/introspection.json": {
      plugins: ["introspection"],
      config: { minify: true, descriptions: false },
    },
  },
};

export default config;
