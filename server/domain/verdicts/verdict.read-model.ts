import type { Kysely } from 'kysely';
import type { Moment } from '../intervals.ts';
import type { ReachingTag } from '../sensitivity/reach.read-model.ts';
import type { Supposition } from '../sensitivity/recompute.ts';
import type { Tables } from '../tables.ts';
import { groundOf, lineOf, type Ground } from './ground.read-model.ts';
import { judge, type Facts, type Judgement, type Question, type RuleView } from './judge.ts';
import { reachOf } from './reach.read-model.ts';
import { saidOf, type Saying } from './said.read-model.ts';

export interface Judged extends Judgement, Question {
  asOf: Date;
  /** What reaches the version in a world that is only supposed; undefined in this one, where each tag has its own reading. */
  supposed?: readonly ReachingTag[] | undefined;
  /** What was supposed to have taught it nothing. */
  without?: ReadonlySet<number> | undefined;
}

export interface Given {
  suppose?: Supposition | undefined;
  /** Where it is known already. */
  ground?: Ground | undefined;
}

/**
 * The verdicts on these questions, in their order: a fixed number of statements, however many. Of a world that is only supposed, nothing is
 * written. Not limited to anyone's projects: whoever shows an answer has to see that its reader may see the version.
 */
export async function judgeMany(
  db: Kysely<Tables>,
  questions: readonly Question[],
  moment: Moment,
  { suppose, ground }: Given = {},
): Promise<Judged[]> {
  if (questions.length === 0) return [];
  const keys = [...new Set(questions.map(({ versionKey }) => versionKey))];
  const known = ground ?? (await groundOf(db, moment));
  const purposes = new Map<string, OfPurpose>();
  for (const { purposeCode } of questions) {
    if (!purposes.has(purposeCode)) purposes.set(purposeCode, ofPurpose(known, purposeCode));
  }
  const lines = new Map([...known.tags.keys()].map((tag) => [tag, lineOf(known.tags, tag)]));
  const isA: Facts['isA'] = (tag, wider) => lines.get(tag)?.has(wider) ?? false;
  const asked = allOf([...purposes.values()]);
  const about = new Set(asked.rules.map(({ tagName }) => tagName));
  const tags = [...lines].filter(([, line]) => [...line].some((one) => about.has(one))).map(([tag]) => tag);
  const [reached, { approval, legalBasis, waiver }] = await Promise.all([
    reachOf(db, keys, tags, moment, suppose),
    saidOf(db, keys, asked, moment),
  ]);
  const asOf = moment.asOf ?? moment.now;
  return questions.map((question) => {
    const { versionKey, purposeCode, deploymentKey } = question;
    const { line, rules } = purposes.get(purposeCode)!;
    const judgement = judge(
      {
        tags: reached.tags.get(versionKey) ?? [],
        heldBack: reached.heldBack.get(versionKey) ?? [],
        lineageKnown: reached.trained.has(versionKey),
        rules,
        approvals: within(line, approval.get(versionKey)),
        legalBases: within(line, legalBasis.get(versionKey)),
        waivers: within(line, waiver.get(versionKey)),
        isA,
      },
      deploymentKey,
    );
    const supposed = reached.supposed?.get(versionKey);
    // what is spread first costs little, what is spread behind it much
    return { ...judgement, versionKey, purposeCode, deploymentKey, asOf, supposed, without: suppose?.without };
  });
}

interface OfPurpose {
  line: ReadonlySet<string>;
  rules: readonly RuleView[];
}

const allOf = (all: readonly OfPurpose[]): Saying => ({
  purposes: [...new Set(all.flatMap(({ line }) => [...line]))],
  rules: [...new Set(all.flatMap(({ rules }) => rules))],
});

function ofPurpose({ purposes, rules }: Ground, code: string): OfPurpose {
  const line = lineOf(purposes, code);
  return { line, rules: rules.filter(({ purposeCode }) => purposeCode === null || line.has(purposeCode)) };
}

/** What was said of the purpose, or of a wider one. */
const within = <T extends { purposeCode: string }>(
  line: ReadonlySet<string>,
  said: readonly T[] | undefined,
): readonly T[] => said?.filter(({ purposeCode }) => line.has(purposeCode)) ?? [];
