import { readFileSync, writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildUnguardedSchema } from '../graphql/schema.ts';

// npm run schema: writes schema/schema.graphql; with --check it only compares, and exits with 1 when the file is stale.
const file = new URL('../../../schema/schema.graphql', import.meta.url);
const emitted = `# Made by \`npm run schema\`. The contract between the API and everything built on it.\n\n${printSchema(
  lexicographicSortSchema(buildUnguardedSchema()),
)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== emitted) {
    console.error('schema/schema.graphql is not what the resolvers make. Run `npm run schema` and commit the result.');
    process.exit(1);
  }
} else {
  writeFileSync(file, emitted);
}
