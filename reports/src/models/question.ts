/** The standing question of the front page: result to rows, worst first, and the sentences above them. */
import type { ActiveDeploymentsQuery, LearnedFromQuestionQuery } from '../gql/graphql.ts';
import type { Answer } from '../evidence.ts';
import {
  fieldOf,
  known,
  mapKnown,
  redacted,
  thenKnown,
  undeterminable,
  valueOr,
  type Known,
  type Refusal,
} from '../known.ts';
import { nameOr } from './names.ts';
import { byGravity, gravity, tagView, type TagView } from './paths.ts';
import { isActive, isHighRisk, useView, type UseView } from './uses.ts';
import { isGrave } from './verdicts.ts';
import { count } from '../words.ts';

export type QuestionNode = LearnedFromQuestionQuery['modelVersions']['nodes'][number];
export type DeploymentNode = NonNullable<ActiveDeploymentsQuery['deployments']>['nodes'][number];

export interface QuestionRow {
  id: string;
  /** `credit-scoring 1` */
  words: string;
  tags: Known<TagView[]>;
  /** Active ones; the newest first. */
  uses: Known<UseView[]>;
  highRisk: boolean;
  inUse: boolean;
}

export interface Sentence {
  figure: Known<number>;
  words: string;
  /** Anchor or page that holds the rows behind the figure. */
  to: string;
  grave: boolean;
}

const row = (node: QuestionNode, asOf: string): QuestionRow => {
  const uses = mapKnown(fieldOf(node, 'deployments'), (all) =>
    all
      .map(useView)
      .filter((use) => isActive(use, asOf))
      .sort((a, b) => Number(isHighRisk(b)) - Number(isHighRisk(a)) || (a.since < b.since ? 1 : -1)),
  );
  const visible = valueOr(uses, []);
  return {
    id: node.id,
    words: `${nameOr(node.model?.name)} ${nameOr(node.version)}`,
    tags: mapKnown(fieldOf(node, 'learnedFrom'), (tags) => tags.map(tagView).sort(byGravity)),
    uses,
    highRisk: visible.some(isHighRisk),
    inUse: visible.length > 0,
  };
};

/** In use first, then the gravest category, then high-risk purposes. Hidden fields weigh nothing. */
function worstFirst(a: QuestionRow, b: QuestionRow): number {
  const grave = (one: QuestionRow) => Math.min(9, ...valueOr(one.tags, []).map((tag) => gravity(tag.category)));
  const weight = (one: QuestionRow) =>
    (one.inUse ? 0 : 100) + (one.highRisk || grave(one) === 0 ? 0 : 10) + (one.highRisk ? 0 : 1) + grave(one) / 10;
  return weight(a) - weight(b) || (a.words < b.words ? -1 : 1);
}

export function questionRows(answer: Answer<QuestionNode[]>, asOf: string): Known<QuestionRow[]> {
  if (answer.state === 'refused') return redacted(answer.by);
  return known(answer.data.map((node) => row(node, asOf)).sort(worstFirst));
}

export function frontSentences(
  rows: Known<QuestionRow[]>,
  deployments: Answer<DeploymentNode[]>,
  hidden: readonly Refusal[],
): Sentence[] {
  const uses = ifAllVisible(rows, (one) => one.uses);
  const inUse = mapKnown(uses, (all) => all.filter((one) => one.inUse).length);
  const highRisk = thenKnown(uses, (all) =>
    all.some((one) => valueOr(one.uses, []).some((use) => use.purpose.state === 'redacted'))
      ? undeterminable('purposes are hidden')
      : known(all.filter((one) => one.highRisk).length),
  );
  const unnamed: Known<number> =
    deployments.state === 'refused'
      ? redacted(deployments.by)
      : countOf(deployments.data.map((one) => fieldOf(one, 'purpose')));
  const against = againstTheRules(deployments);
  const noun = (n: Known<number>, one: string, many: string) => (valueOr(n, 0) === 1 ? one : many);
  return [
    {
      figure: inUse,
      words: `${noun(inUse, 'model version in use', 'model versions in use')} learned from special-category data or protected characteristics`,
      to: '#learned-from',
      grave: valueOr(inUse, 0) > 0,
    },
    {
      figure: highRisk,
      words: 'of them for a purpose that the law calls high-risk',
      to: '#learned-from',
      grave: valueOr(highRisk, 0) > 0,
    },
    {
      figure: against,
      words: `${noun(against, 'deployment', 'deployments')} in use against the rules`,
      to: 'questions/uses/',
      grave: valueOr(against, 0) > 0,
    },
    {
      figure: unnamed,
      words: `${noun(unnamed, 'deployment', 'deployments')} in use without a recorded purpose`,
      to: 'questions/uses/',
      grave: valueOr(unnamed, 0) > 0,
    },
    {
      figure: known(fieldsHidden(hidden)),
      words: `${fieldsHidden(hidden) === 1 ? 'field' : 'fields'} hidden from this role`,
      to: 'redactions/',
      grave: false,
    },
  ];
}

/** How many verdicts speak against a use; undeterminable as soon as one is hidden. */
function againstTheRules(deployments: Answer<DeploymentNode[]>): Known<number> {
  if (deployments.state === 'refused') return redacted(deployments.by);
  const verdicts = deployments.data.map((one) => useView(one).verdict);
  return verdicts.some((one) => one.state === 'redacted')
    ? undeterminable('verdicts are hidden')
    : known(verdicts.filter(isGrave).length);
}

/** How many are not recorded; undeterminable as soon as one is hidden. */
const countOf = (purposes: Known<unknown>[]): Known<number> =>
  purposes.some((one) => one.state === 'redacted')
    ? undeterminable('purposes are hidden')
    : known(purposes.filter((one) => one.state === 'notRecorded').length);

/** Fields that may not be read; those that may be read but not, say, filtered by are not counted. */
const fieldsHidden = (hidden: readonly Refusal[]): number =>
  new Set(hidden.filter((one) => (one.use ?? 'SELECT') === 'SELECT').map((one) => one.field)).size;

/** The rows, or the rule that hides `field` in one of them: a count over some rows would say less than it seems to. */
function ifAllVisible(rows: Known<QuestionRow[]>, field: (row: QuestionRow) => Known<unknown>): Known<QuestionRow[]> {
  if (rows.state !== 'known') return rows;
  for (const one of rows.value) {
    const value = field(one);
    if (value.state === 'redacted') return value;
  }
  return rows;
}

export const rowsInWords = (rows: QuestionRow[]): string => `${count(rows.length, 'model version')}, worst first`;

export interface InUse extends UseView {
  versionId: string;
  words: string;
}

/** Every active deployment: those without a purpose first, for nobody can judge them; then those against the rules; then high-risk ones. */
export function usesInOrder(nodes: readonly DeploymentNode[]): InUse[] {
  const weight = (use: UseView) =>
    use.purpose.state === 'notRecorded' ? 0 : isGrave(use.verdict) ? 1 : isHighRisk(use) ? 2 : 3;
  return nodes
    .map((node) => ({
      ...useView(node),
      versionId: node.modelVersion?.id ?? '',
      words: `${nameOr(node.modelVersion?.model?.name)} ${nameOr(node.modelVersion?.version)}`,
    }))
    .sort((a, b) => weight(a) - weight(b) || (a.words < b.words ? -1 : 1));
}
