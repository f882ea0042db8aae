import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../server/testing/app.ts';
import { readRecording, replay } from './recording/replay.ts';

const projects = ['credit-scoring', 'diabetes-progression'] as const;
let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  for (const project of projects) {
    const recording = await readRecording(new URL(`./recording/${project}.jsonl`, import.meta.url));
    await replay({ recording, baseUrl: app.url, token: await app.token('ml_engineer', project) });
  }
}, 120_000);
afterAll(() => app.close());

interface Learned {
  tag: { name: string };
  declaredOn: { name: string };
  path: { from: { name: string }; to: { name: string }; kind: string }[];
}
interface Version {
  id: string;
  version: number;
  model: { name: string };
  learnedFrom: Learned[];
}

const question = `query ($where: ModelVersionFilter) {
  modelVersions(where: $where, first: 50) {
    nodes {
      id
      version
      model { name }
      learnedFrom(categories: [SPECIAL_CATEGORY, PROTECTED_CHARACTERISTIC]) {
        tag { name }
        declaredOn { name }
        path { from { name } to { name } kind }
      }
    }
  }
}`;
const where = { learnedFrom: ['SPECIAL_CATEGORY', 'PROTECTED_CHARACTERISTIC'] };

async function versionsThatLearned(project: string): Promise<Version[]> {
  const answer = await app.graphqlWith(await app.token('compliance_reviewer', project), question, { where });
  expect(answer.errors).toBeUndefined();
  return (answer.data as { modelVersions: { nodes: Version[] } }).modelVersions.nodes;
}

describe('the recorded projects, replayed through the doors', () => {
  test('show that the incumbent learned from sex, age and nationality, and the blind challenger did not', async () => {
    const versions = await versionsThatLearned('credit-scoring');
    expect(versions.map(({ model, version }) => `${model.name} ${version}`)).toEqual(['credit-scoring 1']);
    const origins = versions[0]!.learnedFrom.map(({ tag, declaredOn }) => [tag.name, declaredOn.name]).sort();
    expect(origins).toEqual([
      ['protected-characteristic:age', 'age_in_years'],
      ['protected-characteristic:nationality', 'foreign_worker'],
      ['protected-characteristic:sex', 'personal_status_and_sex'],
    ]);
  });

  test('show each tag’s path as edges that join, from the column where it was declared to the version', async () => {
    const [version] = await versionsThatLearned('credit-scoring');
    for (const { declaredOn, path } of version!.learnedFrom) {
      expect(path[0]!.from.name).toBe(declaredOn.name);
      expect(path.slice(1).map(({ from }) => from.name)).toEqual(path.slice(0, -1).map(({ to }) => to.name));
      expect(path.map(({ kind }) => kind)).toEqual(['COLUMN_DERIVED', 'IN_VERSION', 'TRAINED', 'REGISTERED']);
    }
  });

  test('show that the other project’s model learned from health data, to its own reviewers only', async () => {
    const versions = await versionsThatLearned('diabetes-progression');
    expect(versions.map(({ model }) => model.name)).toEqual(['diabetes-progression']);
    expect(versions[0]!.learnedFrom.map(({ tag }) => tag.name)).toContain('special-category:health');
  });

  test('answer a business viewer with the rule that hides it, and with nothing else', async () => {
    const answer = await app.graphqlWith(await app.token('business_viewer', 'credit-scoring'), question, { where });
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      redaction: { field: 'ModelVersion.learnedFrom', policy: 'business-viewer-no-sensitivity' },
    });
    expect(JSON.stringify(answer)).not.toMatch(/health|age_in_years|personal_status/);
  });
});

test('a profile of a tagged column is hidden from a data scientist, and that of another is not', async () => {
  const columns = `{ datasets(where: { name: { eq: "features/german_credit" } }) { nodes { columns { name profile { distinctCount } redactions { field policy } } } } }`;
  const answer = await app.graphqlWith(await app.token('data_scientist', 'credit-scoring'), columns, {});
  expect(answer.errors).toBeUndefined();
  type Column = { name: string; profile: { distinctCount: number } | null; redactions: { field: string }[] };
  const [dataset] = (answer.data as { datasets: { nodes: { columns: Column[] }[] } }).datasets.nodes;
  const column = (name: string): Column => dataset!.columns.find((one) => one.name === name)!;
  expect(column('sex').profile).toBeNull();
  expect(column('sex').redactions.map(({ field }) => field)).toContain('Column.profile');
  expect(column('amount_dm').profile?.distinctCount).toBeGreaterThan(0);
});
