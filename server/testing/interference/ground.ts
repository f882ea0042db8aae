import { sql } from 'kysely';
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import type { ShippedRole } from '../../access/actor.ts';
import type { Coordinates } from '../../access/coordinates.ts';
import { uses, type Use } from '../../access/uses.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { missingLike } from '../attacks/plants.ts';
import { outcomesOf } from '../attacks/roles.ts';
import { leversOf, nameOfCell, stepsOf, type Cell, type Field, type Lever, type Step } from './seams.ts';
import { waysFrom } from './ways.ts';
import type { World } from './worlds.ts';

/** What generation knows of a role and the worlds. */
export interface Ground {
  readonly schema: GraphQLSchema;
  readonly coordinates: Coordinates;
  typeOf(name: string): GraphQLObjectType;
  fieldOf(type: string, name: string): Field;
  readonly levers: readonly Lever[];
  /** The arguments of a field, `Type.field`, that use fields. */
  leversAt(coordinate: string): readonly Lever[];
  /** The arguments that use this one. */
  leversFor(cell: Cell): readonly Lever[];
  /** A short way from `Query` to the type, one of several; undefined when there is none. */
  wayTo(type: string, variant: number): readonly Step[] | undefined;
  /** Whether the role may not have it, for any object or for some. */
  hides(cell: Cell): boolean;
  /** Whether it may not have it for any. */
  denies(cell: Cell): boolean;
  /** Global ids by type, those with much around them first; those of other projects and of nothing are among them. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  readonly purposes: readonly string[];
  readonly tags: readonly string[];
  /** Which moment it is in the worlds. */
  readonly moment: Date;
}

export async function groundFor({ aval, database, moment }: World, role: ShippedRole): Promise<Ground> {
  const { schema, coordinates } = aval;
  const matrix = Object.fromEntries(uses.map((use) => [use, outcomesOf(role, use)])) as Record<Use, ReadonlyMap<string, string>>;
  const outcome = ({ coordinate, use }: Cell): string | undefined => matrix[use].get(coordinate);
  const hides = (cell: Cell): boolean => outcome(cell) !== 'allow';
  const typeOf = (name: string): GraphQLObjectType => schema.getType(name) as GraphQLObjectType;
  const fieldOf = (type: string, name: string): Field => typeOf(type).getFields()[name]!;
  const levers = leversOf(schema, coordinates);
  const byField = Map.groupBy(levers, ({ owner, field }) => `${owner}.${field}`);
  const byCell = new Map<string, Lever[]>();
  for (const lever of levers) {
    for (const name of new Set(lever.demands.map(nameOfCell))) byCell.set(name, [...(byCell.get(name) ?? []), lever]);
  }
  const purposes = await database.read.selectFrom('purpose').select('code').orderBy('code').execute();
  const tags = await database.read.selectFrom('sensitivity_tag').select('name').orderBy('name').execute();
  return {
    schema, coordinates, typeOf, fieldOf, levers, hides, moment,
    leversAt: (coordinate) => byField.get(coordinate) ?? [],
    leversFor: (cell) => byCell.get(nameOfCell(cell)) ?? [],
    wayTo: waysFrom(stepsOf(schema), (coordinate) => hides({ coordinate, use: 'select' })),
    denies: (cell) => outcome(cell) === '',
    ids: await idsIn(database),
    purposes: purposes.map(({ code }) => code),
    tags: tags.map(({ name }) => name),
  };
} // prettier-ignore

async function idsIn(database: World['database']): Promise<Ground['ids']> {
  const { rows } = await sql<{ type: string; id: string }>`
    select * from (
      select initcap(replace(kind, '_', ' ')) as type, id, project_id,
             (select count(*) from edge where key in (src, dst)) + (select count(*) from tag_declaration where asset_key = key) as around from asset
      union all select 'Run', id, project_id, (select count(*) from run_input where run_id = id) + (select count(*) from run_output where run_id = id) from run
      union all select 'Experiment', id, project_id, (select count(*) from experiment_tag where experiment_id = id) from experiment
      union all select 'Job', id, project_id, (select count(*) from run where job_id = job.id) from job
      union all select 'Project', id, id, 0 from project
      union all select 'Principal', id, veil_home(), 0 from principal
      union all select 'Policy Proposal', id, veil_home(), 0 from policy_proposal
      union all select 'Audit Event', ('00000000-0000-8000-8000-' || lpad(to_hex(idx), 12, '0'))::uuid, project_id, 0 from event_log
    ) known order by type, project_id = veil_home() desc nulls last, around desc, id`.execute(database.read);
  const ids: Record<string, string[]> = {};
  for (const { type, id } of rows) (ids[type.replaceAll(' ', '')] ??= []).push(toGlobalId(type.replaceAll(' ', ''), id));
  for (const [type, known] of Object.entries(ids)) known.push(missingLike(type));
  return ids;
} // prettier-ignore
