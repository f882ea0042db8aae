import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { lexicographicSortSchema, parse, print, printSchema, visit, type GraphQLSchema } from 'graphql';
import { shippedRoles } from '../../access/actor.ts';
import { indexCoordinates } from '../../access/coordinates.ts';
import { cell, compile, DENY } from '../../access/decisions.ts';
import { matrixAsCsv, matrixOf } from '../../access/matrix.ts';
import { roleSchema } from '../../access/role-schema.ts';
import { shippedPolicy } from '../../access/shipped.ts';
import { buildUnguardedSchema, labelsOf } from '../graphql/schema.ts';

// npm run schema: writes what schema/ holds; with --check it only compares, and exits with 1 when a file is stale.
const folder = fileURLToPath(new URL('../../../schema', import.meta.url));
const printed = (schema: GraphQLSchema): string => printSchema(lexicographicSortSchema(schema));

const schema = buildUnguardedSchema();
const coordinates = indexCoordinates(labelsOf(schema));
const policy = compile(shippedPolicy(), coordinates);
const roles = [...shippedRoles].sort();

const files = new Map([
  [
    'schema.graphql',
    `# Made by \`npm run schema\`. The contract between the API and everything built on it.\n\n${printed(schema)}\n`,
  ],
  ['access-matrix.csv', matrixAsCsv(matrixOf(policy, roles))],
  ...roles.map((role): [string, string] => [`roles/${role}.graphql`, contractOf(role)]),
]);

/** Without descriptions: those stand in schema.graphql once. */
function contractOf(role: string): string {
  const visible = printed(roleSchema(schema, coordinates, policy.tableFor([role])));
  const bare = visit(parse(visible), { enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined) }); // prettier-ignore
  return `# Made by \`npm run schema\`. All that ${role} can see under the policy that ships; introspection shows it this.\n\n${print(bare)}\n${notExported(role)}`;
}

/** What the role reads and may not take along, type by type. */
function notExported(role: string): string {
  const table = policy.tableFor([role]);
  if (coordinates.names.every((_, one) => table[cell(one, 'export')] === DENY)) return `\n# ${role} exports nothing.\n`;
  const held = [...coordinates.ofType].sort().flatMap(([type, numbers]) => {
    if (type === 'Mutation' || type === 'Subscription') return [];
    const kept = numbers.filter((one) => table[cell(one, 'select')] !== DENY && table[cell(one, 'export')] === DENY);
    return kept.length > 0 ? [`# ${type}: ${kept.map((one) => coordinates.names[one]!.split('.')[1]).join(', ')}`] : [];
  });
  if (held.length === 0) return `\n# All of what ${role} reads it may export.\n`;
  return `\n# What ${role} reads, and is not shown when it exports (header aval-use: export):\n#\n${held.join('\n')}\n`;
}

function present(): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

if (process.argv.includes('--check')) {
  const contents = new Map(present().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const stale = [...new Set([...files.keys(), ...contents.keys()])].filter(
    (name) => files.get(name) !== contents.get(name),
  );
  for (const name of stale)
    console.error(`schema/${name} is not what the resolvers, the labels and the policies make.`);
  if (stale.length > 0) {
    console.error('Run `npm run schema` and commit the result.');
    process.exit(1);
  }
} else {
  mkdirSync(join(folder, 'roles'), { recursive: true });
  for (const name of present()) if (!files.has(name)) rmSync(join(folder, name));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}
