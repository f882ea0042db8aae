import { sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import { int8s, uuids } from '../../storage/arrays.ts';
import type { Tables } from '../tables.ts';
import {
  judge,
  type ApprovalView,
  type Facts,
  type Judgement,
  type LegalBasisView,
  type Question,
  type RuleView,
  type WaiverView,
} from './judge.ts';
import type { Moment, Supposition } from '../sensitivity/recompute.ts';
import type { ReachingTag } from '../sensitivity/reach.read-model.ts';
import { reachOf, type Reach } from './reach.read-model.ts';

export interface Judged extends Judgement, Question {
  asOf: Date;
  /** What reaches the version in a world that is only supposed; undefined in this one, where each tag has its own reading. */
  supposed?: readonly ReachingTag[] | undefined;
}

/** Open at that moment, and not past an end of its own. */
export const standsAt = (at: Date): Expression<SqlBool> =>
  sql<SqlBool>`valid_from <= ${at} and (valid_to is null or valid_to > ${at}) and (until is null or until > ${at})`;

export const ruleColumns = [
  'id', 'code', 'version', 'purpose_code as purposeCode', 'tag_name as tagName', 'effect', 'approval_role as approvalRole',
  'waiver_role as waiverRole', 'waiver_days as waiverDays', 'reason', 'source', 'by_id as byId', 'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

export const approvalColumns = [
  'id', 'version_key as versionKey', 'purpose_code as purposeCode', 'role', 'note', 'by_id as byId', 'until',
  'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

export const legalBasisColumns = [
  'id', 'project_id as projectId', 'purpose_code as purposeCode', 'tag_name as tagName', 'article', 'statement', 'link',
  'by_id as byId', 'until', 'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

export const waiverColumns = [
  'id', 'rule_code as ruleCode', 'version_key as versionKey', 'purpose_code as purposeCode', 'deployment_key as deploymentKey',
  'role', 'reason', 'by_id as byId', 'until', 'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

/** Every rule in force at that moment, by code. */
export const rulesInForce = (db: Kysely<Tables>, at: Date): Promise<RuleView[]> =>
  db
    .selectFrom('use_rule')
    .select(ruleColumns)
    .where('valid_from', '<=', at)
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>', at)]))
    .orderBy('code')
    .execute();

/** From each name to itself and all above it. Safe where a chain runs in a circle. */
export function lineOf(parents: ReadonlyMap<string, string | null>, name: string): Set<string> {
  const line = new Set<string>();
  for (let at: string | null | undefined = name; at != null && !line.has(at); at = parents.get(at)) line.add(at);
  return line;
}

interface Wider {
  purposes: ReadonlyMap<string, string | null>;
  tags: ReadonlyMap<string, string | null>;
}

export async function hierarchies(db: Kysely<Tables>): Promise<Wider> {
  const [purposes, tags] = await Promise.all([
    db.selectFrom('purpose').select(['code', 'parent']).execute(),
    db.selectFrom('sensitivity_tag').select(['name', 'parent']).execute(),
  ]);
  return {
    purposes: new Map(purposes.map(({ code, parent }) => [code, parent])),
    tags: new Map(tags.map(({ name, parent }) => [name, parent])),
  };
}

/**
 * The verdicts on these questions, in their order: a fixed number of statements, however many. `asOf` null asks of now, which is
 * `now`. Of a world that is only supposed, nothing is written. Not limited to anyone's projects: whoever shows an answer has to see that its reader may see the version.
 */
export async function judgeMany(
  db: Kysely<Tables>,
  questions: readonly Question[],
  { asOf, now }: Moment,
  suppose?: Supposition,
): Promise<Judged[]> {
  if (questions.length === 0) return [];
  const at = asOf ?? now;
  const keys = [...new Set(questions.map(({ versionKey }) => versionKey))];
  const [wider, rules, said] = await Promise.all([hierarchies(db), rulesInForce(db, at), saidOf(db, keys, at)]);
  const lines = new Map<string, Set<string>>();
  const lineOfTag = (tag: string): Set<string> => {
    const line = lines.get(tag) ?? lineOf(wider.tags, tag);
    lines.set(tag, line);
    return line;
  };
  const purposes = new Map<string, { line: Set<string>; rules: RuleView[] }>();
  for (const { purposeCode } of questions) {
    if (purposes.has(purposeCode)) continue;
    const line = lineOf(wider.purposes, purposeCode);
    purposes.set(purposeCode, {
      line,
      rules: rules.filter((rule) => rule.purposeCode === null || line.has(rule.purposeCode)),
    });
  }
  const about = new Set([...purposes.values()].flatMap(({ rules }) => rules.map(({ tagName }) => tagName)));
  const tags = [...wider.tags.keys()].filter((tag) => [...lineOfTag(tag)].some((one) => about.has(one)));
  const reached = await reachOf(db, keys, tags, { asOf, now }, suppose);
  return questions.map((question) => {
    const { line, rules } = purposes.get(question.purposeCode)!;
    const facts = factsOf(question, reached, said, line, rules, (tag, above) => lineOfTag(tag).has(above));
    const supposed = reached.supposed?.get(question.versionKey);
    return { ...question, asOf: at, supposed, ...judge(facts, question.deploymentKey) };
  });
}

function factsOf(
  { versionKey }: Question,
  { tags, heldBack, trained }: Reach,
  said: Said,
  line: ReadonlySet<string>,
  rules: readonly RuleView[],
  isA: Facts['isA'],
): Facts {
  const ofPurpose = <T extends { purposeCode: string }>(all: readonly T[] | undefined): T[] =>
    (all ?? []).filter(({ purposeCode }) => line.has(purposeCode));
  return {
    tags: tags.get(versionKey) ?? [],
    heldBack: heldBack.get(versionKey) ?? [],
    lineageKnown: trained.has(versionKey),
    rules,
    approvals: ofPurpose(said.approvals.get(versionKey)),
    legalBases: ofPurpose(said.legalBases.get(said.projects.get(versionKey)!)),
    waivers: ofPurpose(said.waivers.get(versionKey)),
    isA,
  };
}

/** What people have said of these versions and their projects. */
interface Said {
  projects: Map<number, string>;
  approvals: Map<number, ApprovalView[]>;
  legalBases: Map<string, LegalBasisView[]>;
  waivers: Map<number, WaiverView[]>;
}

async function saidOf(db: Kysely<Tables>, keys: readonly number[], at: Date): Promise<Said> {
  const ofThese = (column: string) => sql<SqlBool>`${sql.ref(column)} = any(${int8s(keys)})`;
  const [assets, approvals, waivers] = await Promise.all([
    db.selectFrom('asset').select(['key', 'project_id']).where(ofThese('key')).execute(),
    db.selectFrom('model_approval').select(approvalColumns).where(ofThese('version_key')).where(standsAt(at)).orderBy('id').execute(),
    db.selectFrom('waiver').select(waiverColumns).where(ofThese('version_key')).where(standsAt(at)).orderBy('id').execute(),
  ]); // prettier-ignore
  const projects = [...new Set(assets.map(({ project_id }) => project_id))];
  const legalBases = await db
    .selectFrom('legal_basis')
    .select(legalBasisColumns)
    .where(sql<SqlBool>`project_id = any(${uuids(projects)})`)
    .where(standsAt(at))
    .orderBy('id')
    .execute();
  return {
    projects: new Map(assets.map(({ key, project_id }) => [key, project_id])),
    approvals: Map.groupBy(approvals, ({ versionKey }) => versionKey),
    legalBases: Map.groupBy(legalBases, ({ projectId }) => projectId),
    waivers: Map.groupBy(waivers as WaiverView[], ({ versionKey }) => versionKey),
  };
}
