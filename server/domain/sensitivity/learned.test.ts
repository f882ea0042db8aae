import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecording, replay } from '../../../examples/recording/replay.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { learnedFrom } from './sensitivity.read-model.ts';

// The two recorded projects, through the doors that their stock clients used.
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  for (const name of ['credit-scoring', 'diabetes-progression']) {
    const recording = await readRecording(new URL(`../../../examples/recording/${name}.jsonl`, import.meta.url));
    await replay({ recording, baseUrl: app.url, token: await app.token('ml_engineer') });
  }
}, 240_000);
afterAll(() => app.close());

interface Learned {
  tag: { name: string };
  coarse: boolean;
  declaredOn: { name: string; dataset?: { name: string } };
  path: { kind: string; from: { name: string }; to: { name: string } }[];
}
interface Version {
  id: string;
  name: string;
  learnedFrom: Learned[];
}

const learnedFields = `id name learnedFrom { tag { name } coarse declaredOn { name ... on Column { dataset { name } } }
  path { kind from { name } to { name } } }`;

async function ask<T>(query: string, variables = {}): Promise<T> {
  const { data, errors } = await app.graphql('compliance_reviewer', query, variables);
  expect(errors).toBeUndefined();
  return data as T;
}

async function versions(): Promise<Map<string, Version>> {
  const { modelVersions } = await ask<{ modelVersions: { nodes: Version[] } }>(
    `{ modelVersions(first: 100) { nodes { ${learnedFields} } } }`,
  );
  return new Map(modelVersions.nodes.map((version) => [version.name, version]));
}

const inWords = ({ tag, declaredOn, path }: Learned): string =>
  `${tag.name}: ${declaredOn.dataset?.name}.${declaredOn.name} ${path.map(({ kind, to }) => `-${kind}-> ${to.name}`).join(' ')}`;

describe('German Credit', () => {
  test('version 1 learned from three protected characteristics, by these paths', async () => {
    const version = (await versions()).get('credit-scoring 1')!;
    expect(version.learnedFrom.map(inWords)).toEqual([
      expect.stringMatching(/^protected-characteristic:age: raw\/applications\.age_in_years -COLUMN_DERIVED-> \w+ -IN_VERSION-> german_credit_train@\w+ -TRAINED-> \w+ -REGISTERED-> credit-scoring 1$/),
      expect.stringMatching(/^protected-characteristic:nationality: raw\/applications\.foreign_worker -COLUMN_DERIVED-> is_foreign_worker -IN_VERSION-> /),
      expect.stringMatching(/^protected-characteristic:sex: raw\/applications\.personal_status_and_sex -COLUMN_DERIVED-> sex -IN_VERSION-> /),
    ]); // prettier-ignore
    expect(version.learnedFrom.every(({ coarse }) => !coarse)).toBe(true);
  });

  test('version 2 learned from none, though it was judged on people with a sex and an age', async () => {
    const version = (await versions()).get('credit-scoring 2')!;
    expect(version.learnedFrom).toEqual([]);
    const { node } = await ask<{ node: { upstream: { assets: { nodes: { name: string }[] } } } }>(
      `query($id: ID!) { node(id: $id) { ... on ModelVersion { upstream(depth: 20) { assets { nodes { name } } } } } }`,
      { id: version.id },
    );
    expect(node.upstream.assets.nodes.map(({ name }) => name)).toContain('personal_status_and_sex');
  });

  test('the standing question finds versions by category', async () => {
    const query = `query($of: [TagCategory!]) { modelVersions(where: { learnedFrom: $of }) { nodes { name } } }`;
    const found = async (of: string[]) =>
      (await ask<{ modelVersions: { nodes: { name: string }[] } }>(query, { of })).modelVersions.nodes.map(
        ({ name }) => name,
      );
    expect(await found(['PROTECTED_CHARACTERISTIC'])).toEqual(['credit-scoring 1']);
    expect(await found(['SPECIAL_CATEGORY', 'PROTECTED_CHARACTERISTIC'])).toEqual([
      'diabetes-progression 1',
      'credit-scoring 1',
    ]);
    expect(await found(['FINANCIAL'])).toEqual([]);
  });

  test('business viewers are told that it is redacted, by which rule', async () => {
    const { errors } = await app.graphql(
      'business_viewer',
      '{ modelVersions(where: { learnedFrom: [SPECIAL_CATEGORY] }) { nodes { id } } }',
    );
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      redaction: { policy: 'business-viewer-no-sensitivity' },
    });
    const { data } = await app.graphql(
      'business_viewer',
      '{ modelVersions { nodes { name learnedFrom { coarse } redactions { field policy } } } }',
    );
    const [node] = (data as { modelVersions: { nodes: Record<string, unknown>[] } }).modelVersions.nodes;
    expect(node).toMatchObject({
      learnedFrom: null,
      redactions: expect.arrayContaining([
        { field: 'ModelVersion.learnedFrom', policy: 'business-viewer-no-sensitivity' },
      ]),
    });
  });
});

test('a page of versions costs the same number of statements as one', async () => {
  const actor = await app.aval.services.identity.authenticate(await app.token('compliance_reviewer'));
  const rows = await app.database.read.selectFrom('model_version').select('asset_key').execute();
  const costOf = (keys: number[]) =>
    countStatements(() => {
      const context = app.aval.contextFor(actor);
      return Promise.all(keys.map((key) => learnedFrom(context, key, ['PROTECTED_CHARACTERISTIC'], null)));
    });
  const keys = rows.map((row) => row.asset_key);
  const page = await costOf(keys);
  expect(page.result.flat()).toHaveLength(3);
  expect(page.statements).toBe(3); // the witnesses, who made the declarations, the tags
  expect((await costOf(keys.slice(-2))).statements).toBeLessThanOrEqual(3);
});

describe('datasets and columns', () => {
  test('are found by the categories that they hold, derived ones included', async () => {
    const query = `{ datasets(where: { tags: [SPECIAL_CATEGORY] }) { nodes { name columns { name } } } }`;
    const { datasets } = await ask<{ datasets: { nodes: { name: string; columns: { name: string }[] }[] } }>(query);
    expect(datasets.nodes.map(({ name }) => name)).toEqual(['features/diabetes', 'raw/diabetes_patients']);
    expect(datasets.nodes[0]!.columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['bmi', 'ldl_to_hdl']));
  });

  test('show a data scientist the profile of harmless columns only, where a tag was learned too', async () => {
    const { data, errors } = await app.graphql(
      'data_scientist',
      `{ datasets(where: { name: { eq: "features/german_credit" } }) { nodes { columns { name profile { max } redactions { field policy } } } } }`,
    );
    expect(errors).toBeUndefined();
    type Shown = { name: string; profile: { max: number } | null; redactions: { policy: string }[] };
    const columns = new Map(
      (data as { datasets: { nodes: { columns: Shown[] }[] } }).datasets.nodes[0]!.columns.map((column) => [
        column.name,
        column,
      ]),
    );
    expect(columns.get('amount_dm')!.profile!.max).toBeGreaterThan(1_000);
    for (const name of ['age_years', 'residence_share_of_life']) {
      expect(columns.get(name)!.profile).toBeNull();
      expect(columns.get(name)!.redactions.map(({ policy }) => policy)).toContain(
        'data-scientist-no-profile-of-tagged-data',
      );
    }
  });
});

describe('tags by hand', () => {
  const tag = `mutation($input: TagAssetInput!) { tagAsset(input: $input) { assignment { origin note validTo tag { name } asset { name } by { name } } } }`;
  const untag = `mutation($input: UntagAssetInput!) { untagAsset(input: $input) { assignment { validTo } } }`;

  async function column(name: string): Promise<string> {
    const { datasets } = await ask<{ datasets: { nodes: { columns: { id: string; name: string }[] }[] } }>(
      `{ datasets(where: { name: { eq: "raw/bureau" } }) { nodes { columns { id name } } } }`,
    );
    return datasets.nodes[0]!.columns.find((one) => one.name === name)!.id;
  }

  test('reach every version that learned from the column, and leave it when they end', async () => {
    const assetId = await column('credit_history');
    const input = { assetId, tag: 'financial:credit-record', note: 'from the bureau' };
    const made = await app.graphql('governance_lead', tag, { input });
    expect(made).toMatchObject({
      data: { tagAsset: { assignment: { origin: 'DECLARED', note: 'from the bureau', validTo: null, tag: { name: input.tag }, asset: { name: 'credit_history' }, by: { name: 'governance_lead@test' } } } },
    }); // prettier-ignore
    expect((await app.graphql('governance_lead', tag, { input })).errors).toBeUndefined();
    const holds = async (name: string) =>
      (await versions()).get(name)!.learnedFrom.some((one) => one.tag.name === input.tag);
    expect(await holds('credit-scoring 1')).toBe(true);
    expect(await holds('credit-scoring 2')).toBe(true);
    const before = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(
      (await app.graphql('governance_lead', untag, { input: { assetId, tag: input.tag } })).errors,
    ).toBeUndefined();
    expect(await holds('credit-scoring 1')).toBe(false);
    const { node } = await ask<{ node: { tags: { tag: { name: string } }[]; then: { tag: { name: string } }[] } }>(
      `query($id: ID!, $then: DateTime) { node(id: $id) { ... on Column { tags { tag { name } } then: tags(asOf: $then) { tag { name } } } } }`,
      { id: assetId, then: before.toISOString() },
    );
    expect(node).toEqual({ tags: [], then: [{ tag: { name: input.tag } }] });
    const again = await app.graphql('governance_lead', untag, { input: { assetId, tag: input.tag } });
    expect(again.errors![0]!.extensions).toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each([
    ['an unknown tag', { tag: 'nonsense' }, 'BAD_INPUT'],
    ['a NUL in the tag', { tag: 'a\0b' }, 'BAD_INPUT'],
    ['an id of nothing', { assetId: 'nothing' }, 'BAD_INPUT'],
    [
      'an id of another type',
      { assetId: Buffer.from('Run:019127de-fd25-7707-bfa4-3ec02693a531').toString('base64url') },
      'BAD_INPUT',
    ],
    [
      'an asset that is not there',
      { assetId: Buffer.from('Column:019127de-fd25-7707-bfa4-3ec02693a531').toString('base64url') },
      'NOT_FOUND',
    ],
    ['a note that is too long', { note: 'x'.repeat(2_001) }, 'BAD_INPUT'],
    ['a NUL in the note', { note: 'a\0b' }, 'BAD_INPUT'],
  ])('%s is refused', async (_, wrong, code) => {
    const input = { assetId: await column('credit_history'), tag: 'personal-data', ...wrong };
    const { errors } = await app.graphql('governance_lead', tag, { input });
    expect(errors![0]!.extensions['code']).toBe(code);
  });

  test.each(['data_scientist', 'compliance_reviewer', 'business_viewer', 'ingest'] as const)(
    '%s may not',
    async (role) => {
      const input = { assetId: await column('credit_history'), tag: 'personal-data' };
      expect((await app.graphql(role, tag, { input })).errors![0]!.extensions['code']).toBe('FORBIDDEN');
    },
  );
});

test('nothing went wrong inside', () => expect(app.internalErrors).toEqual([]));
