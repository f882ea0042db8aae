import { sql, type Kysely } from 'kysely';
import { openAt, type Moment } from '../intervals.ts';
import { tagPlaces } from '../sensitivity/taxonomy.read-model.ts';
import type { Tables } from '../tables.ts';
import type { RuleView } from './judge.ts';

/** What verdicts at a moment stand on, whichever version they are about. */
export interface Ground {
  /** The wider purpose of each; so with tags. */
  purposes: ReadonlyMap<string, string | null>;
  tags: ReadonlyMap<string, string | null>;
  /** In force, by code. */
  rules: readonly RuleView[];
}

export const ruleColumns = [
  'id', 'code', 'version', 'purpose_code as purposeCode', 'tag_name as tagName', 'effect', 'approval_role as approvalRole',
  'waiver_role as waiverRole', 'waiver_days as waiverDays', 'reason', 'source', 'by_id as byId', 'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

/** Two statements. Tags stand where they stood; purposes are never moved. */
export async function groundOf(db: Kysely<Tables>, { asOf }: Pick<Moment, 'asOf'>): Promise<Ground> {
  const [parents, rules] = await Promise.all([parentsIn(db, asOf), rulesInForce(db, asOf)]);
  return { ...parents, rules };
}

/** Every rule in force, by code. */
export const rulesInForce = (db: Kysely<Tables>, asOf: Date | null): Promise<RuleView[]> =>
  db.selectFrom('use_rule').select(ruleColumns).where(openAt('use_rule', asOf)).orderBy('code').execute();

export async function parentsIn(db: Kysely<Tables>, asOf: Date | null): Promise<Pick<Ground, 'purposes' | 'tags'>> {
  const { rows } = await sql<{ name: string; parent: string | null; isPurpose: boolean }>`
    select code as name, parent, true as "isPurpose" from purpose union all select name, parent, false from (${tagPlaces(asOf)}) t`.execute(
    db,
  );
  const pairs = (purposes: boolean) =>
    rows.flatMap(({ name, parent, isPurpose }) => (isPurpose === purposes ? [[name, parent] as const] : []));
  return { purposes: new Map(pairs(true)), tags: new Map(pairs(false)) };
}

/** From each name to itself and all above it. Safe where a chain runs in a circle. */
export function lineOf(parents: ReadonlyMap<string, string | null>, name: string): Set<string> {
  const line = new Set<string>();
  for (let at: string | null | undefined = name; at != null && !line.has(at); at = parents.get(at)) line.add(at);
  return line;
}
