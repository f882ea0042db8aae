import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countStatements } from '../../storage/statements.ts';
import { dayMs, startCredit, verdictFields, type Credit, type Verdict } from '../../testing/credit.ts';
import { judgeMany } from './verdict.read-model.ts';

let credit: Credit;
beforeAll(async () => {
  credit = await startCredit();
}, 240_000);
afterAll(() => credit.stop());

const ask = `query($input: WhatIfInput!) { whatIf(input: $input) { ${verdictFields} } }`;
async function whatIf(more: object): Promise<Verdict> {
  const input = { modelVersionId: credit.one, purpose: 'credit-scoring', ...more };
  return (await credit.ask<{ whatIf: Verdict }>('compliance_reviewer', ask, { input })).whatIf;
}

async function column(dataset: string, name: string): Promise<string> {
  const { datasets } = await credit.ask<{ datasets: { nodes: { columns: { id: string; name: string }[] }[] } }>(
    'compliance_reviewer',
    'query($name: String!) { datasets(where: { name: { eq: $name } }) { nodes { columns { id name } } } }',
    { name: dataset },
  );
  return datasets.nodes[0]!.columns.find((one) => one.name === name)!.id;
}

describe('a waiver', () => {
  test.each([
    ['in the past', 'services-no-sex', { until: '2020-01-01T00:00:00.000Z' }, 'BAD_INPUT', 'input.until'],
    ['longer than the rule lets', 'services-no-sex', { until: '2999-01-01T00:00:00.000Z' }, 'BAD_INPUT', 'input.until'],
    ['of a rule that is not there', 'no-such-rule', {}, 'BAD_INPUT', 'input.rule'],
    ['of a rule that nobody may waive', 'credit-no-special-category', {}, 'FORBIDDEN', 'input.rule'],
    ['of a rule on another purpose', 'work-no-sex', { until: undefined }, 'BAD_INPUT', 'input.rule'],
    ['without a reason', 'services-no-sex', { reason: ' ' }, 'BAD_INPUT', 'input.reason'],
    ['without a purpose', 'services-no-sex', { purpose: null }, 'BAD_INPUT', 'input.purpose'],
    ['for nothing', 'services-no-sex', { modelVersionId: null }, 'BAD_INPUT', 'input.modelVersionId'],
    ['for an unknown purpose', 'services-no-sex', { purpose: 'conquest' }, 'BAD_INPUT', 'input.purpose'],
  ])('%s is refused', async (_, rule, more, code, field) => {
    const until = 'until' in more && more.until === undefined ? { until: credit.inDays(10) } : {};
    const { errors } = await credit.waive(rule, { ...more, ...until });
    expect(errors![0]!.extensions).toMatchObject({ code, field });
    expect(await credit.verdict(credit.one)).toMatchObject({ waivers: [] });
  });

  test('is not waived by an engineer', async () => {
    expect((await credit.waive('services-no-sex', {}, 'ml_engineer')).errors![0]!.extensions['code']).toBe('FORBIDDEN');
  });

  test('is granted once, though two leads grant it at once', async () => {
    const until = credit.inDays(20);
    const both = await Promise.all([
      credit.waive('services-no-sex', { until }),
      credit.waive('services-no-sex', { until }),
    ]);
    expect(both.map(({ errors }) => errors?.[0]!.extensions['code']).sort()).toEqual(['CONFLICT', undefined]);
    const granted = both.find(({ errors }) => !errors)!.data as { grantWaiver: { waiver: { id: string } } };
    const revoke = 'mutation($input: RevokeWaiverInput!) { revokeWaiver(input: $input) { waiver { validTo } } }';
    await credit.ask('governance_lead', revoke, { input: { waiverId: granted.grantWaiver.waiver.id } });
    const again = await credit.app.graphql('governance_lead', revoke, {
      input: { waiverId: granted.grantWaiver.waiver.id },
    });
    expect(again.errors![0]!.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.waiverId' });
  });

  test('is granted again when the one before is over, though no clock has ticked yet', async () => {
    expect((await credit.waive('services-no-sex', { until: credit.inDays(1) })).errors).toBeUndefined();
    credit.clock.ahead += 2 * dayMs;
    expect((await credit.waive('services-no-sex', { until: credit.inDays(1) })).errors).toBeUndefined();
    credit.clock.ahead += 2 * dayMs;
    expect(await credit.verdict(credit.one)).toMatchObject({ outcome: 'FORBIDDEN', waivers: [] });
  });
});

test('a verdict would be another one, if', async () => {
  const sex = { fromId: await column('raw/applications', 'personal_status_and_sex'), toId: await column('features/german_credit', 'sex'), tag: 'protected-characteristic:sex' }; // prettier-ignore
  const told = (verdict: Verdict) => [verdict.outcome, ...verdict.rules.map(({ code }) => code)];
  expect(told(await whatIf({ barriers: [sex] }))).toEqual(['FORBIDDEN', 'credit-age-approval', 'credit-no-discrimination', 'services-no-sex']); // prettier-ignore
  expect((await whatIf({ barriers: [sex] })).because.map(({ rule }) => rule.code)).not.toContain('services-no-sex');
  const { datasets } = (await credit.app.graphql('compliance_reviewer', '{ datasets(where: { name: { in: ["raw/applications", "raw/bureau"] } }) { nodes { id name } } }')).data as { datasets: { nodes: { id: string; name: string }[] } }; // prettier-ignore
  const applications = datasets.nodes.find(({ name }) => name === 'raw/applications')!.id;
  expect(told(await whatIf({ without: [applications] }))).toEqual(['ALLOWED']);
  const history = await column('raw/bureau', 'credit_history');
  const supposed = await whatIf({ tags: [{ assetId: history, tag: 'special-category:health' }] });
  expect(told(supposed)).toContain('credit-no-special-category');
  const health = supposed.because.find(({ assignment }) => assignment.tag.name === 'special-category:health')!;
  expect(health.assignment.path.at(-1)!.to.name).toBe('credit-scoring 1');
  expect(told(await credit.verdict(credit.one))).not.toContain('credit-no-special-category'); // nothing was written
  const wrong = await credit.app.graphql('compliance_reviewer', ask, { input: { modelVersionId: credit.one, purpose: 'credit-scoring', barriers: [{ ...sex, fromId: history }] } }); // prettier-ignore
  expect(wrong.errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.barriers[0].toId' });
  const operator = await credit.app.graphql('operator', ask, { input: { modelVersionId: credit.one, purpose: 'credit-scoring' } }); // prettier-ignore
  expect(operator.errors![0]!.extensions['code']).toBe('FORBIDDEN');
});

test('says how much is known of the lineage that it stands on, now, at a moment and if a dataset had taught nothing', async () => {
  const { completeness } = await credit.verdict(credit.one);
  expect(completeness).toBe(1); // each column of the features has its own lineage
  expect(await credit.verdict(credit.one, '2020-01-01T00:00:00.000Z')).toMatchObject({
    outcome: 'UNDETERMINABLE',
    completeness: 0,
  });
  const { datasets } = await credit.ask<{ datasets: { nodes: { id: string }[] } }>(
    'compliance_reviewer',
    '{ datasets(where: { name: { eq: "features/german_credit" } }) { nodes { id } } }',
  );
  expect(await whatIf({ without: [datasets.nodes[0]!.id] })).toMatchObject({ outcome: 'UNDETERMINABLE', completeness: 0 });
}); // prettier-ignore

test('a legal basis meets its condition while it stands, and is listed by its project, now and at a moment', async () => {
  const health = async () => {
    const query = 'query($input: WhatIfInput!) { whatIf(input: $input) { outcome deployable conditions { kind met rule { code } legalBasis { article } } } }'; // prettier-ignore
    const input = { modelVersionId: credit.two, purpose: 'research', tags: [{ assetId: credit.two, tag: 'special-category:health' }] }; // prettier-ignore
    return (await credit.ask<{ whatIf: object }>('compliance_reviewer', query, { input })).whatIf;
  };
  const bases = async (asOf?: string) => {
    const query = 'query($asOf: DateTime) { viewer { projects { legalBases(asOf: $asOf) { id article until by { name } } } } }';
    type Answer = { viewer: { projects: { legalBases: { id: string; article: string }[] }[] } };
    return (await credit.ask<Answer>('compliance_reviewer', query, { asOf })).viewer.projects[0]!.legalBases;
  };
  const unmet = { outcome: 'CONDITIONAL', deployable: false, conditions: [{ kind: 'LEGAL_BASIS', met: false, rule: { code: 'special-category-basis' }, legalBasis: null }] }; // prettier-ignore
  expect(await health()).toEqual(unmet);
  const before = credit.clock.now().toISOString();
  const record = 'mutation($input: RecordLegalBasisInput!) { recordLegalBasis(input: $input) { legalBasis { id } } }';
  const input = { purpose: 'research', tag: 'special-category', article: 'GDPR, Article 9(2)(j)', statement: 'Research under safeguards.' }; // prettier-ignore
  await credit.ask('governance_lead', record, { input });
  expect(await health()).toMatchObject({ deployable: true, conditions: [{ met: true, legalBasis: { article: 'GDPR, Article 9(2)(j)' } }] }); // prettier-ignore
  const [basis] = await bases();
  expect(basis).toMatchObject({ article: 'GDPR, Article 9(2)(j)', until: null, by: { name: 'governance_lead@test' } });
  const withdraw = 'mutation($input: WithdrawLegalBasisInput!) { withdrawLegalBasis(input: $input) { legalBasis { validTo } } }';
  credit.clock.ahead += 1_000;
  const standing = credit.clock.now().toISOString();
  credit.clock.ahead += 1_000;
  await credit.ask('governance_lead', withdraw, { input: { legalBasisId: basis!.id } });
  expect([await bases(before), (await bases(standing)).length, await bases()]).toEqual([[], 1, []]);
  expect(await health()).toEqual(unmet);
}); // prettier-ignore

test('a version without lineage is neither allowed nor forbidden', async () => {
  const actor = await credit.app.aval.services.identity.authenticate(await credit.app.token('ml_engineer'));
  const { registry, versions: registered } = credit.app.aval.services;
  await registry.create(actor, { projectId: credit.app.projectId, name: 'bought', tags: {} });
  const { id } = await registered.create(actor, {
    model: { projectId: credit.app.projectId, name: 'bought' }, source: 's3://elsewhere/model', tags: {},
  }); // prettier-ignore
  const global = Buffer.from(`ModelVersion:${id}`).toString('base64url');
  expect(await credit.verdict(global)).toMatchObject({
    outcome: 'UNDETERMINABLE',
    completeness: 0,
    because: [],
    conditions: [],
  });
});

test('many versions are judged at once, in the order asked for', async () => {
  const ids = [credit.two, credit.one, Buffer.from('ModelVersion:019127de-fd25-7707-bfa4-3ec02693a531').toString('base64url')]; // prettier-ignore
  const query =
    'query($ids: [ID!]!, $p: ID!) { verdicts(modelVersionIds: $ids, purpose: $p) { outcome modelVersion { name } } }';
  const { data } = await credit.app.graphql('compliance_reviewer', query, { ids, p: 'promotion' });
  expect(data).toEqual({
    verdicts: [
      { outcome: 'ALLOWED', modelVersion: { name: 'credit-scoring 2' } },
      { outcome: 'FORBIDDEN', modelVersion: { name: 'credit-scoring 1' } },
      null,
    ],
  });
  const wrong = await credit.app.graphql('compliance_reviewer', query, { ids, p: 'conquest' });
  expect(wrong.errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'purpose' });
  const viewer = await credit.app.graphql('business_viewer', query, { ids, p: 'promotion' });
  expect(viewer.errors![0]!.extensions['code']).toBe('FORBIDDEN');
});

test('many verdicts cost as many statements as one', async () => {
  const keys = await credit.app.database.read.selectFrom('model_version').select('asset_key').execute();
  const cost = async (versions: typeof keys, purposes: string[]): Promise<number> => {
    const questions = versions.flatMap(({ asset_key }) =>
      purposes.map((purposeCode) => ({ versionKey: asset_key, purposeCode, deploymentKey: null })),
    );
    const moment = { asOf: null, now: credit.clock.now() };
    const { result, statements } = await countStatements(() => judgeMany(credit.app.database.read, questions, moment));
    expect(result).toHaveLength(questions.length);
    return statements;
  };
  const many = await cost(keys, ['credit-scoring', 'promotion', 'care-planning']);
  expect(many).toBe(await cost(keys.slice(0, 1), ['credit-scoring']));
  expect(many).toBeLessThanOrEqual(11);
});
