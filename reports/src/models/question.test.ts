import { describe, expect, it } from 'vitest';
import { fixtureServer } from '../../testing/server.ts';
import type { Answer } from '../evidence.ts';
import { LearnedFromQuestion } from '../queries/question.ts';
import { frontSentences, questionRows, type QuestionNode } from './question.ts';

const evidence = { operation: 'LearnedFromQuestion', documentHash: '', variables: {} };
const asOf = '2026-11-22T12:00:00.000Z';
const answered = (data: QuestionNode[]): Answer<QuestionNode[]> => ({ state: 'answered', data, evidence });
const rule = { field: 'ModelVersionFilter.learnedFrom', policy: 'p', reason: 'r' };
const refused = { state: 'refused', by: rule, evidence } as const;
const noDeployments = { state: 'answered' as const, data: [], evidence };

async function storyNodes(): Promise<QuestionNode[]> {
  const answer = (await fixtureServer().execute(
    {
      query: LearnedFromQuestion.toString(),
      variables: { categories: ['SPECIAL_CATEGORY', 'PROTECTED_CHARACTERISTIC'], first: 100 },
    },
    'compliance_reviewer',
  )) as { data: { modelVersions: { nodes: QuestionNode[] } } };
  return answer.data.modelVersions.nodes;
}

describe('questionRows', () => {
  it('answers which models, by which path, for which use', async () => {
    const rows = questionRows(answered(await storyNodes()), asOf);
    expect(rows).toMatchObject({
      state: 'known',
      value: [
        { words: 'credit-scoring 1', highRisk: true, inUse: true },
        { words: 'diabetes-progression 1', highRisk: false, inUse: true },
      ],
    });
    const sex =
      rows.state === 'known' && rows.value[0]!.tags.state === 'known' ? rows.value[0]!.tags.value.at(-1)! : undefined;
    expect(sex?.label).toBe('sex');
    expect(sex?.brief.map((step) => step.words)).toEqual([
      'personal_status_and_sex in raw/applications',
      'sex in features/german_credit',
      'credit-scoring 1',
    ]);
  });

  it('puts what is not in use last, however grave', async () => {
    const [credit, diabetes] = await storyNodes();
    const rows = questionRows(answered([{ ...diabetes!, deployments: [] }, credit!]), asOf);
    expect(rows).toMatchObject({
      value: [{ words: 'credit-scoring 1' }, { words: 'diabetes-progression 1', inUse: false }],
    });
  });

  it('does not order by what is hidden', async () => {
    const nodes = await storyNodes();
    const hide = (node: QuestionNode): QuestionNode => ({
      ...node,
      learnedFrom: null,
      deployments: null,
      redactions: ['learnedFrom', 'deployments'].map((field) => ({
        field: `ModelVersion.${field}`,
        use: 'SELECT' as const,
        policy: 'p',
        reason: 'r',
        howToRequest: null,
      })),
    });
    const rows = questionRows(answered(nodes.map(hide).reverse()), asOf);
    expect(rows).toMatchObject({
      value: [{ words: 'credit-scoring 1', tags: { state: 'redacted' } }, { words: 'diabetes-progression 1' }],
    });
  });
});

describe('frontSentences', () => {
  it('counts nothing that a rule hides', () => {
    const sentences = frontSentences(questionRows(refused, asOf), { state: 'refused', by: rule, evidence }, [rule]);
    expect(sentences.map((one) => one.figure.state)).toEqual(['redacted', 'redacted', 'redacted', 'redacted', 'known']);
    expect(sentences.some((one) => one.grave)).toBe(false);
  });

  it('counts uses, those of high risk among them', async () => {
    const sentences = frontSentences(questionRows(answered(await storyNodes()), asOf), noDeployments, []);
    expect(sentences.map((one) => one.figure)).toEqual([2, 1, 0, 0, 0].map((value) => ({ state: 'known', value })));
  });
});
