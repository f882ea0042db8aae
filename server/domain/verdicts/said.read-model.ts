import { sql, type Kysely } from 'kysely';
import { packed, texts } from '../../storage/arrays.ts';
import { standsAt, type Moment } from '../intervals.ts';
import type { Tables } from '../tables.ts';
import type { RuleView, SaidApproval, SaidLegalBasis, SaidWaiver } from './judge.ts';

/** What people have said of versions and their projects, as far as verdicts ask: by graph key, the oldest first. */
export interface Said {
  approval: ReadonlyMap<number, readonly SaidApproval[]>;
  legalBasis: ReadonlyMap<number, readonly SaidLegalBasis[]>;
  waiver: ReadonlyMap<number, readonly SaidWaiver[]>;
}

/** All but the id, which many versions share: it travels once. A kind leaves null what it has no word for. */
interface Row extends Omit<SaidApproval & SaidLegalBasis & SaidWaiver, 'id'> {
  kind: keyof Said;
  keys: number[];
  ids: string;
}

/** Only what was said of these purposes, and for these rules. */
export interface Saying {
  purposes: readonly string[];
  rules: readonly RuleView[];
}

/** One statement, however many versions. */
export async function saidOf(
  db: Kysely<Tables>,
  keys: readonly number[],
  { purposes, rules }: Saying,
  moment: Moment,
): Promise<Said> {
  const stands = sql`s.purpose_code = any(${texts(purposes)}) and ${standsAt('s', moment)}`;
  const waivable = texts(rules.flatMap(({ code, waiverRole }) => (waiverRole === null ? [] : [code])));
  const ofVersions = sql`array_agg(s.version_key) as keys, string_agg(s.id::text, ' ') as ids`;
  const { rows } = await sql<Row>`
    with asked as materialized (select unnest(${packed.int8s(keys)}) as key)
    select 'approval' as kind, s.purpose_code as "purposeCode", s.role, s.by_id as "byId", s.until, null as "tagName",
           null as "ruleCode", null::int8 as "deploymentKey", ${ofVersions}
      from asked join model_approval s on s.version_key = asked.key and ${stands} group by 2, 3, 4, 5
    union all
    select 'waiver', s.purpose_code, s.role, s.by_id, null, null, s.rule_code, s.deployment_key, ${ofVersions}
      from asked join waiver s on s.version_key = asked.key and s.rule_code = any(${waivable}) and ${stands} group by 2, 3, 4, 7, 8
    union all
    select 'legalBasis', s.purpose_code, null, s.by_id, s.until, s.tag_name, null, null, array_agg(a.key), s.id::text
      from legal_basis s join asset a on a.project_id = s.project_id join asked on asked.key = a.key where ${stands} group by s.id`.execute(db);
  const said = { approval: new Map(), legalBasis: new Map(), waiver: new Map() } as Record<keyof Said, Map<number, { id: string }[]>>;
  for (const { kind, keys, ids, ...shared } of rows) {
    const each = ids.split(' ');
    const ofAll = each.length < keys.length ? { ...shared, id: each[0]! } : undefined; // one legal basis for a whole project
    for (let i = 0; i < keys.length; i++) {
      const one = ofAll ?? { ...shared, id: each[i]! };
      const before = said[kind].get(keys[i]!);
      if (!before) said[kind].set(keys[i]!, [one]);
      else before.push(one);
    }
  }
  // here, and not in SQL, where all would be sorted for the few that have several
  for (const kind of Object.values(said)) for (const list of kind.values()) if (list.length > 1) list.sort((a, b) => (a.id < b.id ? -1 : 1));
  return said as unknown as Said;
} // prettier-ignore
