import { sql } from 'kysely';
import type { ShippedRole } from '../../access/actor.ts';
import { cell, DENY, type CompiledPolicy } from '../../access/decisions.ts';
import { readUses } from '../../access/uses.ts';
import type { Tables } from '../../domain/tables.ts';
import type { Database } from '../../storage/database.ts';
import { outcomesOf } from '../attacks/roles.ts';
import { kept, passings, type Kept, type Passing } from './kept.ts';

export interface Seeds {
  readonly shown: string;
  readonly hidden: string;
}

/** Draws all values anew, in one statement: what the role may not see by one seed, the rest by the other. */
export async function drawAnew(database: Database<Tables>, role: ShippedRole, policy: CompiledPolicy, seeds: Seeds): Promise<void> {
  const seed = (one: Kept | Passing): string => seedOf(one, role, policy, seeds);
  const statements = [...passings.flatMap((one) => letPass(one, seed(one))), ...kept.map((one) => setAnew(one, seed(one)))];
  const block = `do $veil$ begin ${statements.map((text) => `${text};`).join('\n')} end $veil$`;
  await database.write((tx) => sql.raw(block).execute(tx));
} // prettier-ignore

/** A copy of each row that may go. */
export const copiesOfPassing = (): string[] =>
  passings.flatMap(({ name, rows }) =>
    rows.map(({ table, where }) => `create table ${copyOf(name, table)} as select t.* from ${table} t where ${where}`),
  );

const copyOf = (name: string, table: string): string => `veil_${name}_${table}`;
const atHome = (project: string): string => project.replaceAll(/\bhome\b/g, 'veil_home()');

function letPass({ name, rows, ownOnly, project, key }: Passing, seed: string): string[] {
  // by the rows of the first table: what hangs on one stays or goes with it
  const drawn = `select ${key} as key from ${copyOf(name, rows[0]!.table)} t where veil_number(${seed}, 3) > 0${
    ownOnly ? ` or ${atHome(project)} <> veil_home()` : ''
  }`;
  const goes = rows
    .toReversed()
    .map(
      ({ table, key: own }) => `delete from ${table} t where ${own} in (select ${own} from ${copyOf(name, table)} t)`,
    );
  const comes = rows.map(
    ({ table, key: own }) =>
      `insert into ${table} select t.* from ${copyOf(name, table)} t where ${own} in (select key from veil_drawn)`,
  );
  return [`create temporary table veil_drawn on commit drop as ${drawn}`, ...goes, ...comes, 'drop table veil_drawn'];
}

function setAnew({ table, set, where = 'true' }: Kept, seed: string): string {
  const values = Object.entries(set).map(([column, draw]) => `${column} = ${draw(`(${seed} || '${column}')`)}`);
  return `update ${table} t set ${values.join(', ')} where ${where}`;
}

/** SQL: by which of the two seeds a row draws for this role. */
function seedOf(one: Kept | Passing, role: ShippedRole, policy: CompiledPolicy, { shown, hidden }: Seeds): string {
  const label = 'label' in one && one.label ? one.label : one.at[0];
  const apart = [`${atHome(one.project)} <> veil_home()`];
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
