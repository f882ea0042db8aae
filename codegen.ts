import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the reports, from the emitted schema: `npm run codegen`. The result is committed and checked for drift. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  documents: ['reports/src/queries/*.ts'],
  emitLegacyCommonJSImports: false,
  generates: {
    'reports/src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        importExtension: '.ts',
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: {
          ID: 'string',
          DateTime: 'string',
          BigInt: 'string | number',
          Float64: 'string | number',
          JSON: 'unknown',
        },
      },
    },
  },
};

export default config;
