import { execute, extendSchema, GraphQLObjectType, GraphQLSchema, GraphQLString, parse, type GraphQLFieldResolver, type GraphQLFormattedError } from 'graphql'; // prettier-ignore
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shippedRoles, type ShippedRole } from '../access/actor.ts';
import { openingOf } from '../access/tables.ts';
import { sidesOf } from '../testing/attacks/roles.ts';
import { makeWorld, secrets, type World } from '../testing/attacks/world.ts';
import { formatError } from '../transport/graphql/errors.ts';
import type { Context } from './context.ts';
import { tableLabels } from './labels.ts';
import type { Tables } from './tables.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
afterAll(() => world.close());

/** What a careless colleague might read, and the field whose readers may have it; null where nobody's role is enough. */
const careless: Readonly<Record<string, { statement: string; as: string | null }>> = {
  profiles: { statement: `select statistics::text as value from column_profile`, as: 'Column.profile' },
  params: { statement: `select value from run_param where value = '${secrets.param}'`, as: 'Run.params' },
  metrics: { statement: 'select latest_value::text as value from metric_series', as: 'Run.metrics' },
  tags: { statement: 'select tag_name as value from tag_declaration', as: 'Dataset.tags' },
  whatReaches: { statement: 'select tag_key::text as value from effective_tag', as: 'Dataset.tags' },
  edges: { statement: `select source as value from edge where kind = 5`, as: 'Dataset.upstream' },
  deployments: { statement: 'select environment as value from deployment', as: 'Deployment.environment' },
  keyFigures: { statement: 'select value::text as value from kpi_value', as: 'Kpi.value' },
  rules: { statement: 'select text as value from policy_version', as: 'PolicyVersionInfo.text' },
  details: { statement: `select details::text as value from event_log where project_id = $project`, as: 'AuditEvent.details' },
  facets: { statement: 'select facets::text as value from run', as: 'Run.facets' },
  salts: { statement: 'select salts::text as value from event_log', as: null },
  tokenHashes: { statement: 'select hash as value from api_token', as: null },
  grants: { statement: 'select role as value from role_grant', as: 'Principal.grants' },
  memberships: { statement: 'select principal_id::text as value from membership', as: 'Principal.memberships' },
  secretKey: { statement: 'select key as value from organisation_key', as: null },
  inbox: { statement: `select count(*)::text as value from event_inbox`, as: null },
  foreignRuns: { statement: `select name as value from run where name like '${secrets.foreign}%'`, as: null },
  foreignAssets: { statement: `select name as value from asset where name like '${secrets.foreign}%'`, as: null },
  foreignProjects: { statement: `select slug as value from project where slug = 'other'`, as: null },
  foreignModels: { statement: `select name as value from model where name like '${secrets.foreign}%'`, as: null },
  foreignEvents: { statement: `select action as value from event_log where project_id <> $project`, as: null },
  changedRole: { statement: `select set_config('role', 'none', true) as value from organisation_key`, as: null },
}; // prettier-ignore

/** A resolver that checks nothing. */
const carelessly =
  (statement: string): GraphQLFieldResolver<unknown, Context> =>
  async (_source, _args, { store }) => {
    const text = statement.replace('$project', `'${world.app.projectId}'`);
    const { rows } = await sql<{ value: string }>`${sql.raw(text)} limit 1`.execute(store.read);
    return rows[0]?.value;
  };

/** Resolvers without guard, label or scope. */
const schema = new GraphQLSchema({
  query: new GraphQLObjectType<unknown, Context>({
    name: 'Query',
    fields: Object.fromEntries(
      Object.entries(careless).map(([name, { statement }]) => [
        name,
        { type: GraphQLString, resolve: carelessly(statement) },
      ]),
    ),
  }),
});

async function contextOf(role: ShippedRole): Promise<Context> {
  const { services, contextFor } = world.app.aval;
  return contextFor(await services.identity.authenticate(await world.app.token(role)));
}

/** The same as fields of the real schema, below objects that their guard let through. */
function withCarelessFields(): GraphQLSchema {
  const fields = Object.keys(careless).map((name) => `careless_${name}: String`);
  const extended = extendSchema(world.app.aval.schema, parse(`extend type ModelVersion { ${fields.join(' ')} }`));
  const own = (extended.getType('ModelVersion') as GraphQLObjectType<unknown, Context>).getFields();
  for (const [name, { statement }] of Object.entries(careless))
    own[`careless_${name}`]!.resolve = carelessly(statement);
  return extended;
}

interface Answered {
  readonly data: Record<string, string | null>;
  readonly errors: GraphQLFormattedError[];
}

async function ask(contextValue: Context): Promise<Answered> {
  return answered(contextValue, schema, `{ ${Object.keys(careless).join(' ')} }`, (data) => data);
}

/** As `ask`, three levels down; undefined for a role that meets no model. */
async function askBelow(contextValue: Context): Promise<Answered | undefined> {
  const asked = Object.keys(careless).map((name) => `${name}: careless_${name}`);
  const query = `{ models { nodes { versions { nodes { ${asked.join(' ')} } } } } }`;
  const below = (data: any) => data?.models?.nodes[0].versions.nodes[0]; // eslint-disable-line @typescript-eslint/no-explicit-any -- as deep as the query
  const found = await answered(contextValue, withCarelessFields(), query, below);
  return Object.keys(found.data).length > 0 ? found : undefined;
}

async function answered(
  contextValue: Context,
  asked: GraphQLSchema,
  query: string,
  pick: (data: unknown) => unknown,
): Promise<Answered> {
  const { data, errors = [] } = await execute({ schema: asked, document: parse(query), contextValue });
  return {
    data: { ...(pick(data) as Record<string, string | null> | undefined) },
    errors: errors.map((error) => formatError(error.toJSON(), error, (cause) => world.app.internalErrors.push(cause))),
  };
}

describe.each(shippedRoles)('resolvers without guard or scope, asked by %s,', (role) => {
  test('are given what the role may read anyway, and nothing else', async () => {
    expectBound(await ask(await contextOf(role)));
    const below = await askBelow(await contextOf(role));
    expect(below === undefined, 'who meets a model, meets careless fields below it').toBe(role === 'ingest');
    if (below) expectBound(below);
  });

  function expectBound({ data, errors }: Answered): void {
    world.app.internalErrors.splice(0); // each refusal is told there too, since an honest read meets none
    for (const [name, { as }] of Object.entries(careless)) {
      const { may, mayNot } = as === null ? { may: [], mayNot: shippedRoles } : sidesOf(as, 'select');
      if (may.includes(role)) expect(data[name], name).toEqual(expect.any(String));
      if (mayNot.includes(role)) expect(data[name], name).toBeNull();
    }
    for (const { message, extensions } of errors) {
      expect(extensions?.['code']).toBe('FORBIDDEN');
      expect(message).toBe('Your roles may not read what this answer would be made of.');
    }
  }

  test('would be given all of it if they did not read by a role of the database', async () => {
    const { data, errors } = await ask({ ...(await contextOf(role)), store: world.app.aval.store });
    expect(errors).toEqual([]);
    for (const name of Object.keys(careless)) expect(data[name], name).toEqual(expect.any(String));
    const below = await askBelow({ ...(await contextOf(role)), store: world.app.aval.store });
    for (const name of below ? Object.keys(careless) : []) expect(below!.data[name], name).toEqual(expect.any(String));
  });
});

describe('every table', () => {
  const names = Object.keys(tableLabels) as (keyof Tables)[];

  test('says who sees its rows, and the database holds to that', async () => {
    const { rows } = await sql<{ name: keyof Tables; secured: boolean; policies: string[] }>`
      select c.relname as name, c.relrowsecurity as secured,
             array(select p.qual from pg_policies p where p.schemaname = current_schema() and p.tablename = c.relname) as policies
        from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
         and c.relname <> 'mikro_orm_migrations'`.execute(world.app.aval.store.read);
    expect(rows.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const { name, secured, policies } of rows) {
      const { rows: seen, why } = tableLabels[name];
      expect(secured, name).toBe(true);
      expect(policies.length, name).toBe(seen === 'none' ? 0 : 1);
      if (seen === 'project')
        expect(policies[0], name).toContain(`SELECT (current_setting('aval.all_projects'::text, true)`);
      if (seen === 'all') expect(policies, name).toEqual(['true']);
      if (seen !== 'project') expect(why, name).toMatch(/\.$/);
    }
  });

  test('has the columns that its label names', async () => {
    const { rows } = await sql<{ table: string; column: string }>`
      select table_name as table, column_name as column from information_schema.columns
       where table_schema = current_schema()`.execute(world.app.aval.store.read);
    for (const name of names) {
      const columns = rows.filter(({ table }) => table === name).map(({ column }) => column);
      expect(columns, name).toEqual(expect.arrayContaining(Object.keys(tableLabels[name].but)));
    }
  });

  test.each(shippedRoles)('gives %s the columns of its classes, and lets it change nothing', async (role) => {
    const { store, access } = await contextOf(role);
    const { rows } = await sql<{ table: keyof Tables; column: string; may: boolean; changes: boolean }>`
      select c.relname as table, a.attname as column, has_column_privilege(c.oid, a.attnum, 'select') as may,
             has_table_privilege(c.oid, 'insert, update, delete, truncate') or has_column_privilege(c.oid, a.attnum, 'insert, update') as changes
        from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
         and c.relname <> 'mikro_orm_migrations'`.execute(store.read);
    const { names: fields, classes } = access.policy.coordinates;
    const readable = new Set(classes.filter((_, i) => sidesOf(fields[i]!, 'select').mayNot.includes(role) === false));
    for (const { table, column, may, changes } of rows) {
      const opening = openingOf(tableLabels[table], column);
      expect(may, `${table}.${column}`).toBe(opening === 'everyone' || opening.some((one) => readable.has(one)));
      expect(changes, table).toBe(false);
    }
  });
});
