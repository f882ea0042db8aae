import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql, type Kysely } from 'kysely';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import { cell, DENY, type CompiledPolicy } from '../../access/decisions.ts';
import { readUses } from '../../access/uses.ts';
import { compose, type Aval } from '../../compose.ts';
import type { Tables } from '../../domain/tables.ts';
import type { Database } from '../../storage/database.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp } from '../app.ts';
import { outcomesOf } from '../attacks/roles.ts';
import { fetched, type GraphqlRequest, type Seen } from '../attacks/surfaces.ts';
import { openTestTwins } from '../database.ts';
import { furnish, tokensFor } from './furnish.ts';
import { kept, passings, type Kept, type Passing } from './kept.ts';
import { veilFunctions } from './veil.ts';

/** What a caller sees of one answer, and what it cost. */
export interface Observed extends Seen {
  readonly statements: number;
}

/** One of the two worlds: a server over its own database, both at the same moment. */
export interface World {
  readonly aval: Aval;
  readonly database: Database<Tables>;
  readonly url: string;
  ask(caller: Caller, request: GraphqlRequest): Promise<Observed>;
  /** Draws all values anew: what the role may not see by `hidden`, the rest by `shown`. */
  draw(role: ShippedRole, seeds: { shown: string; hidden: string }): Promise<void>;
  close(): Promise<void>;
}

export type Caller = ShippedRole | 'privileged';

export interface Worlds {
  readonly pair: readonly [World, World];
  readonly tokens: Readonly<Record<Caller, string>>;
  readonly internalErrors: unknown[];
  close(): Promise<void>;
}

export async function openWorlds(): Promise<Worlds> {
  const { twins, filled } = await openTestTwins(async (database) => {
    const app = await startTestApp({ database: { ...database, close: () => Promise.resolve() } });
    await furnish(app);
    const tokens = (await tokensFor(app, shippedRoles)) as Record<Caller, string>;
    const { projectId } = app;
    await app.close();
    await prepare(database, projectId);
    return { tokens, projectId };
  });
  const internalErrors: unknown[] = [];
  const moment = new Date();
  const open = (database: Database<Tables>) =>
    openWorld(database, moment, filled.tokens, (error) => internalErrors.push(error));
  const pair = [await open(twins[0]), await open(twins[1])] as const;
  return {
    pair,
    tokens: filled.tokens,
    internalErrors,
    close: async () => {
      for (const world of pair) await world.close();
    },
  };
}

/** What draws values, where home is, and a copy of each row that may go. */
async function prepare(database: Database<Tables>, home: string): Promise<void> {
  await database.write(async (tx) => {
    await run(tx, veilFunctions(home));
    for (const { name, rows } of passings) {
      for (const { table, where } of rows) {
        await run(tx, `create table veil_${name}_${table} as select t.* from ${table} t where ${where}`);
      }
    }
    await run(tx, 'alter table event_log disable trigger event_log_append_only');
  });
}

const run = (tx: Kysely<Tables>, text: string) => sql.raw(text).execute(tx);

async function openWorld(
  database: Database<Tables>,
  moment: Date,
  tokens: Readonly<Record<Caller, string>>,
  onInternal: (error: unknown) => void,
): Promise<World> {
  const aval = await compose({ database, clock: { now: () => moment }, onInternal });
  // nothing happens by itself: what two worlds do in the background they do at different moments
  await aval.integrator.integrate();
  await Promise.all([aval.integrator.stop(), aval.standing.stop(), aval.settler.stop(), aval.propagator.stop()]);
  const server = await aval.listen(0);
  let counted = Promise.resolve({ statements: 0 });
  server.removeAllListeners('request').on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answered = (): Promise<void> =>
      new Promise((resolve) => {
        response.once('close', resolve);
        aval.app(request, response);
      });
    counted = countStatements(answered);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { compiled } = aval.services.policies.inForce;

  return {
    aval,
    database,
    url,
    async ask(caller, request) {
      const seen = await fetched(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[caller]}` },
        body: JSON.stringify(request),
      });
      const { statements } = await counted;
      return { ...seen, statements };
    },
    async draw(role, seeds) {
      await database.write(async (tx) => {
        for (const one of passings) await letPass(tx, one, seedOf(one, role, compiled, seeds));
        for (const one of kept) await setAnew(tx, one, seedOf(one, role, compiled, seeds));
      });
      await aval.propagator.drain();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await aval.stop(); // sockets are no connections of the server's any more: only this ends them
      server.closeAllConnections();
      await closed;
      await database.close();
    },
  };
}

/** SQL: by which of the two seeds a row draws for this role. */
function seedOf(
  one: Kept | Passing,
  role: ShippedRole,
  policy: CompiledPolicy,
  { shown, hidden }: { shown: string; hidden: string },
): string {
  const label = 'label' in one && one.label ? one.label : one.at[0];
  const apart = [`${one.project.replaceAll(/\bhome\b/g, 'veil_home()')} <> veil_home()`];
  if (isHidden(one.at, role)) apart.push('true');
  else if (isForTagged(one.at, role)) apart.push(profileOfTagged);
  else if (one.roles && !seesUnaddressed(role, policy)) apart.push(`not ('${role}' = any((${one.roles})::text[]))`);
  return `(case when ${apart.join(' or ')} then '${hidden}' else '${shown}' end || '${label}' || ${one.key})`;
}

const matrices = new Map<ShippedRole, readonly ReadonlyMap<string, string>[]>();

function fieldsAt(role: ShippedRole, at: readonly string[]): { coordinate: string; by: string[] }[] {
  let matrix = matrices.get(role);
  if (!matrix) matrices.set(role, (matrix = readUses.map((use) => outcomesOf(role, use))));
  const names = [...matrix[0]!.keys()];
  const coordinates = at.flatMap((one) => {
    const found = one.startsWith('*') ? names.filter((name) => name.endsWith(one.slice(1))) : names.includes(one) ? [one] : [];
    if (found.length === 0) throw new Error(`The access matrix has no ${one}`);
    return found;
  }); // prettier-ignore
  return coordinates.map((coordinate) => ({ coordinate, by: matrix.map((use) => use.get(coordinate)!) }));
}

/** Whether the role may use none of the fields in any way that reads. */
const isHidden = (at: readonly string[], role: ShippedRole): boolean =>
  fieldsAt(role, at).every(({ by }) => by.every((outcome) => outcome === ''));

/** The same, but for objects without certain tags. */
const isForTagged = (at: readonly string[], role: ShippedRole): boolean =>
  at.includes('ColumnProfile.min') &&
  fieldsAt(role, at).every(({ by }) => by.every((outcome) => outcome === '' || outcome === 'depends'));

/** Profiles of columns of datasets that are tagged as a whole. */
const profileOfTagged = `exists (
  select from tag_declaration d join sensitivity_tag s on s.name = d.tag_name join dataset_column c on c.asset_key = t.column_key
   where d.asset_key = c.dataset_key and d.valid_to is null and s.category in ('SPECIAL_CATEGORY', 'PROTECTED_CHARACTERISTIC'))`;

const seesUnaddressed = (role: ShippedRole, policy: CompiledPolicy): boolean =>
  policy.under({ addressed: false }).tableFor([role])[cell(policy.coordinates.index.get('Kpi.id')!, 'select')] !== DENY;

async function letPass(
  tx: Kysely<Tables>,
  { name, rows, ownOnly, project, key }: Passing,
  seed: string,
): Promise<void> {
  const veiled = (table: string): string => `veil_${name}_${table}`;
  // by the rows of the first table: what hangs on one stays or goes with it
  const drawn = `select ${key} as key from ${veiled(rows[0]!.table)} t where veil_number(${seed}, 3) > 0${
    ownOnly ? ` or ${project.replaceAll(/\bhome\b/g, 'veil_home()')} <> veil_home()` : ''
  }`;
  await run(tx, `create temporary table veil_drawn on commit drop as ${drawn}`);
  for (const { table, key: own } of rows.toReversed()) {
    await run(tx, `delete from ${table} t where ${own} in (select ${own} from ${veiled(table)} t)`);
  }
  for (const { table, key: own } of rows) {
    await run(
      tx,
      `insert into ${table} select t.* from ${veiled(table)} t where ${own} in (select key from veil_drawn)`,
    );
  }
  await run(tx, 'drop table veil_drawn');
}

async function setAnew(tx: Kysely<Tables>, { table, set, where = 'true' }: Kept, seed: string): Promise<void> {
  const values = Object.entries(set).map(([column, draw]) => `${column} = ${draw(`(${seed} || '${column}')`)}`);
  await run(tx, `update ${table} t set ${values.join(', ')} where ${where}`);
}
