import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecording, replay } from '../../../examples/recording/replay.ts';
import { newId } from '../../shared/ids.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { countStatements } from '../../storage/statements.ts';
import { kindNumber } from '../lineage/edge.entity.ts';
import { judgeMany } from './verdict.read-model.ts';

// German Credit from the day it was trained to the day its waiver ran out, through the doors that people use. Each test is the next
// chapter: they stand in the order of the story.
const dayMs = 86_400_000;
let ahead = 0;
const clock = { now: () => new Date(Date.now() + ahead) };
const inDays = (days: number): string => new Date(clock.now().getTime() + days * dayMs).toISOString();

let app: TestApp;
let versions: Map<string, string>;
beforeAll(async () => {
  app = await startTestApp({ clock });
  const recording = await readRecording(new URL('../../../examples/recording/credit-scoring.jsonl', import.meta.url));
  await replay({ recording, baseUrl: app.url, token: await app.token('ml_engineer') });
  const { data } = await app.graphql('ml_engineer', '{ modelVersions { nodes { id name } } }');
  const { nodes } = (data as { modelVersions: { nodes: { id: string; name: string }[] } }).modelVersions;
  versions = new Map(nodes.map(({ id, name }) => [name, id]));
}, 240_000);
afterAll(async () => {
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

const one = (): string => versions.get('credit-scoring 1')!;

interface Verdict {
  outcome: string;
  deployable: boolean;
  rules: { code: string }[];
  because: { rule: { code: string }; assignment: { tag: { name: string }; path: { kind: string; to: { name: string } }[] }; waiver: { reason: string } | null }[];
  conditions: { kind: string; met: boolean; role: string | null; rule: { code: string } }[];
  waivers: { reason: string; until: string; by: { name: string }; rule: { code: string } }[];
} // prettier-ignore

const verdictFields = `outcome deployable rules { code } because { rule { code } waiver { reason } assignment { tag { name } path { kind to { name } } } }
  conditions { kind met role rule { code } } waivers { reason until by { name } rule { code } }`;

async function verdict(version: string, asOf?: string, purpose = 'credit-scoring'): Promise<Verdict> {
  const { data, errors } = await app.graphql(
    'compliance_reviewer',
    `query($id: ID!, $purpose: ID!, $asOf: DateTime) { node(id: $id) { ... on ModelVersion { verdict(purpose: $purpose, asOf: $asOf) { ${verdictFields} } } } }`,
    { id: version, purpose, asOf },
  );
  expect(errors).toBeUndefined();
  return (data as { node: { verdict: Verdict } }).node.verdict;
}

const deploy = (role: 'ml_engineer' | 'operator' | 'governance_lead', modelVersionId: string) =>
  app.graphql(role, 'mutation($input: DeployModelInput!) { deployModel(input: $input) { deployment { id } } }', {
    input: { modelVersionId, environment: 'production', purpose: 'credit-scoring' },
  });

const waive = (rule: string, more: Record<string, unknown> = {}, role: 'governance_lead' | 'ml_engineer' = 'governance_lead') =>
  app.graphql(role, 'mutation($input: GrantWaiverInput!) { grantWaiver(input: $input) { waiver { id until rule { code } } } }', {
    input: { rule, modelVersionId: one(), purpose: 'credit-scoring', reason: 'Until version 2 is judged.', until: inDays(60), ...more },
  }); // prettier-ignore

async function column(dataset: string, name: string): Promise<string> {
  const { data } = await app.graphql(
    'compliance_reviewer',
    'query($name: String!) { datasets(where: { name: { eq: $name } }) { nodes { columns { id name } } } }',
    { name: dataset },
  );
  const { nodes } = (data as { datasets: { nodes: { columns: { id: string; name: string }[] }[] } }).datasets;
  return nodes[0]!.columns.find((one) => one.name === name)!.id;
}

/** A barrier that was signed for 30 days; gives the way to end it. */
async function signed(from: string, to: string, tag: string): Promise<() => Promise<unknown>> {
  const { rows } = await sql<{ edge: number; tag: number }>`
    select e.id as edge, t.key as tag from edge e join asset s on s.key = e.src join asset d on d.key = e.dst, sensitivity_tag t
     where s.name = ${from} and d.name = ${to} and e.kind = ${kindNumber('COLUMN_DERIVED')} and t.name = ${tag}`.execute(
    app.database.read,
  );
  expect(rows).toHaveLength(1);
  const [{ edge, tag: key }] = rows as [{ edge: number; tag: number }];
  const id = newId();
  const now = clock.now();
  const expires = new Date(now.getTime() + 30 * dayMs);
  await app.database.write(async (tx) => {
    await tx.insertInto('barrier').values({ id, edge_id: edge, kind: 'DECLARATION', tags: JSON.stringify([tag]) as never, statement: 'Replaced by noise.', proposed_at: now, signed_at: now, expires_at: expires } as never).execute(); // prettier-ignore
    await tx.insertInto('barrier_tag').values({ barrier_id: id, tag_key: key, edge_id: edge, valid_from: now, expires_at: expires, valid_to: null }).execute(); // prettier-ignore
  });
  return () =>
    app.database.write((tx) =>
      tx.updateTable('barrier_tag').set({ valid_to: clock.now() }).where('barrier_id', '=', id).execute(),
    );
}

const ask = `query($input: WhatIfInput!) { whatIf(input: $input) { ${verdictFields} } }`;
async function whatIf(more: object): Promise<Verdict> {
  const input = { modelVersionId: one(), purpose: 'credit-scoring', ...more };
  const { data, errors } = await app.graphql('compliance_reviewer', ask, { input });
  expect(errors).toBeUndefined();
  return (data as { whatIf: Verdict }).whatIf;
}

async function events(...actions: string[]): Promise<{ action: string; details: object }[]> {
  await app.aval.integrator.integrate();
  const { data, errors } = await app.graphql(
    'compliance_reviewer',
    'query($in: [String!]) { auditEvents(where: { action: { in: $in } }) { nodes { action details } } }',
    { in: actions },
  );
  expect(errors).toBeUndefined();
  return (data as { auditEvents: { nodes: { action: string; details: object }[] } }).auditEvents.nodes;
}

async function violating(): Promise<string[]> {
  const { data, errors } = await app.graphql(
    'operator',
    '{ deployments(where: { violating: true }) { nodes { name violatingSince verdict { outcome because { rule { code } } } } } }',
  );
  expect(errors).toBeUndefined();
  return (data as { deployments: { nodes: { name: string; verdict: { outcome: string } }[] } }).deployments.nodes.map(
    ({ name, verdict }) => `${name}: ${verdict.outcome}`,
  );
}

describe('credit scoring', () => {
  let forbiddenAt: string;
  const waivers: string[] = [];

  test('is forbidden to version 1, because of the sex and the nationality that it learned, and by these paths', async () => {
    const { outcome, deployable, rules, because } = await verdict(one());
    expect({ outcome, deployable, rules }).toEqual({
      outcome: 'FORBIDDEN',
      deployable: false,
      rules: [{ code: 'credit-age-approval' }, { code: 'credit-no-discrimination' }, { code: 'services-no-sex' }],
    });
    const sex = because.find(({ rule }) => rule.code === 'services-no-sex')!;
    expect(sex.assignment.tag.name).toBe('protected-characteristic:sex');
    expect(sex.assignment.path.map(({ kind }) => kind)).toEqual(['COLUMN_DERIVED', 'IN_VERSION', 'TRAINED', 'REGISTERED']); // prettier-ignore
    expect(sex.assignment.path.at(-1)!.to.name).toBe('credit-scoring 1');
    forbiddenAt = clock.now().toISOString();
  });

  test('is allowed to version 2, which learned from none of them; other uses of version 1 are another matter', async () => {
    expect(await verdict(versions.get('credit-scoring 2')!)).toMatchObject({ outcome: 'ALLOWED', because: [], rules: [] }); // prettier-ignore
    expect(await verdict(one(), undefined, 'service-optimisation')).toMatchObject({ outcome: 'ALLOWED' });
    expect(await verdict(one(), undefined, 'promotion')).toMatchObject({
      outcome: 'FORBIDDEN',
      rules: [{ code: 'work-no-age' }, { code: 'work-no-sex' }],
    });
  });

  test('is refused to who deploys: an engineer is told because of what, an operator by which rule and whom to ask', async () => {
    const engineer = await deploy('ml_engineer', one());
    expect(engineer.errors![0]!).toMatchObject({
      message: 'The rules in force do not let this version be used for credit-scoring: credit-age-approval, credit-no-discrimination, services-no-sex.',
      extensions: {
        code: 'FORBIDDEN',
        field: 'input.modelVersionId',
        remedy: 'Ask someone of the role governance_lead for a waiver of each of these rules, or use another version.',
        verdict: {
          outcome: 'FORBIDDEN',
          rules: expect.arrayContaining([{ code: 'services-no-sex', version: 1, ask: 'governance_lead' }]),
          conditions: [{ kind: 'APPROVAL', rule: 'credit-age-approval', ask: 'governance_lead' }],
          because: expect.arrayContaining([
            expect.objectContaining({
              rule: 'services-no-sex',
              tag: 'protected-characteristic:sex',
              path: expect.arrayContaining([expect.objectContaining({ kind: 'TRAINED', to: expect.objectContaining({ type: 'LoggedModel' }) })]),
            }),
          ]),
        },
      },
    }); // prettier-ignore
    const operator = await deploy('operator', one());
    expect(operator.errors![0]!.extensions['verdict']).toEqual({
      outcome: 'FORBIDDEN',
      rules: expect.any(Array),
      conditions: expect.any(Array),
    });
    expect(JSON.stringify(operator.errors)).not.toMatch(/protected-characteristic|personal_status|2004\/113/);
    expect(await violating()).toEqual([]);
  });

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
  ])('a waiver %s is refused', async (_, rule, more, code, field) => {
    const until = 'until' in more && more.until === undefined ? { until: inDays(10) } : {};
    const { errors } = await waive(rule, { ...more, ...until });
    expect(errors![0]!.extensions).toMatchObject({ code, field });
    expect(await verdict(one())).toMatchObject({ waivers: [] });
  });

  test('hangs on signed barriers where these stop both tags, and is forbidden again when one is over', async () => {
    const over = await signed('personal_status_and_sex', 'sex', 'protected-characteristic:sex');
    const { outcome, conditions, because } = await verdict(one());
    expect(outcome).toBe('FORBIDDEN'); // the nationality
    expect(conditions).toContainEqual({ kind: 'BARRIER', met: true, role: null, rule: { code: 'services-no-sex' } });
    expect(because.map(({ rule }) => rule.code)).not.toContain('services-no-sex');
    await signed('foreign_worker', 'is_foreign_worker', 'protected-characteristic:nationality');
    expect(await verdict(one())).toMatchObject({
      outcome: 'CONDITIONAL',
      deployable: false, // the age has not been approved
      conditions: [
        { kind: 'APPROVAL', met: false },
        { kind: 'BARRIER', met: true },
        { kind: 'BARRIER', met: true },
      ],
    });
    expect(await verdict(one(), inDays(31))).toMatchObject({ outcome: 'FORBIDDEN' }); // both have expired by then
    await over();
    expect(await verdict(one())).toMatchObject({ outcome: 'FORBIDDEN' });
    await app.database.write((tx) => tx.updateTable('barrier_tag').set({ valid_to: clock.now() }).execute());
  });

  test('would be another matter, if', async () => {
    const sex = { fromId: await column('raw/applications', 'personal_status_and_sex'), toId: await column('features/german_credit', 'sex'), tag: 'protected-characteristic:sex' }; // prettier-ignore
    const told = (verdict: Verdict) => [verdict.outcome, ...verdict.rules.map(({ code }) => code)];
    expect(told(await whatIf({ barriers: [sex] }))).toEqual(['FORBIDDEN', 'credit-age-approval', 'credit-no-discrimination', 'services-no-sex']); // prettier-ignore
    expect((await whatIf({ barriers: [sex] })).because.map(({ rule }) => rule.code)).not.toContain('services-no-sex');
    const { datasets } = (await app.graphql('compliance_reviewer', '{ datasets(where: { name: { in: ["raw/applications", "raw/bureau"] } }) { nodes { id name } } }')).data as { datasets: { nodes: { id: string; name: string }[] } }; // prettier-ignore
    const applications = datasets.nodes.find(({ name }) => name === 'raw/applications')!.id;
    expect(told(await whatIf({ without: [applications] }))).toEqual(['ALLOWED']);
    const history = await column('raw/bureau', 'credit_history');
    const supposed = await whatIf({ tags: [{ assetId: history, tag: 'special-category:health' }] });
    expect(told(supposed)).toContain('credit-no-special-category');
    const health = supposed.because.find(({ assignment }) => assignment.tag.name === 'special-category:health')!;
    expect(health.assignment.path.at(-1)!.to.name).toBe('credit-scoring 1');
    expect(told(await verdict(one()))).not.toContain('credit-no-special-category'); // nothing was written
    const wrong = await app.graphql('compliance_reviewer', ask, { input: { modelVersionId: one(), purpose: 'credit-scoring', barriers: [{ ...sex, fromId: history }] } }); // prettier-ignore
    expect(wrong.errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.barriers[0].toId' });
    const operator = await app.graphql('operator', ask, { input: { modelVersionId: one(), purpose: 'credit-scoring' } }); // prettier-ignore
    expect(operator.errors![0]!.extensions['code']).toBe('FORBIDDEN');
  });

  test('is not waived by an engineer', async () => {
    expect((await waive('services-no-sex', {}, 'ml_engineer')).errors![0]!.extensions['code']).toBe('FORBIDDEN');
  });

  test('is allowed by a governance lead, rule by rule, as long as the age is approved', async () => {
    for (const rule of ['services-no-sex', 'credit-no-discrimination']) {
      const { data, errors } = await waive(rule);
      expect(errors).toBeUndefined();
      waivers.push((data as { grantWaiver: { waiver: { id: string } } }).grantWaiver.waiver.id);
    }
    expect((await waive('services-no-sex')).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT' });
    expect(await verdict(one())).toMatchObject({
      outcome: 'CONDITIONAL',
      deployable: false,
      conditions: [{ kind: 'APPROVAL', met: false, role: 'governance_lead', rule: { code: 'credit-age-approval' } }],
    });
    expect((await deploy('ml_engineer', one())).errors![0]!.extensions).toMatchObject({
      remedy: 'See to the conditions that are not met, which the verdict names.',
    });
    const approve = 'mutation($input: ApproveModelVersionInput!) { approveModelVersion(input: $input) { approval { id role by { name } } } }'; // prettier-ignore
    const input = { modelVersionId: one(), purpose: 'credit-scoring', role: 'governance_lead', note: 'Age predicts repayment; the difference was weighed.' }; // prettier-ignore
    const foreign = await app.graphql('governance_lead', approve, { input: { ...input, role: 'operator' } });
    expect(foreign.errors![0]!.extensions).toMatchObject({
      code: 'FORBIDDEN',
      remedy: 'Ask someone of the role operator.',
    });
    expect((await app.graphql('governance_lead', approve, { input })).errors).toBeUndefined();
    expect(await verdict(one())).toMatchObject({
      outcome: 'CONDITIONAL',
      deployable: true,
      conditions: [{ kind: 'APPROVAL', met: true }],
      waivers: [{ by: { name: 'governance_lead@test' } }, { reason: 'Until version 2 is judged.' }],
    });
  });

  test('takes two: who waived it does not deploy it, and who deployed it does not waive', async () => {
    expect((await deploy('governance_lead', one())).errors![0]!).toMatchObject({
      message: 'You waived or approved this use yourself: deploying takes a second person.',
      extensions: { code: 'FORBIDDEN' },
    });
    expect((await deploy('ml_engineer', one())).errors).toBeUndefined();
    await app.aval.standing.judgeAll();
    expect(await violating()).toEqual([]);
  });

  test('was forbidden the day before, whatever was allowed since', async () => {
    expect(await verdict(one(), forbiddenAt)).toMatchObject({ outcome: 'FORBIDDEN', waivers: [] });
    expect(await verdict(one(), inDays(61))).toMatchObject({ outcome: 'FORBIDDEN', waivers: [] });
    expect(await verdict(one(), inDays(59))).toMatchObject({ outcome: 'CONDITIONAL', deployable: true });
  });

  test('is against the rules from the day the waiver ends, and the log and the list of deployments say so', async () => {
    ahead = 61 * dayMs;
    expect(await verdict(one())).toMatchObject({ outcome: 'FORBIDDEN' }); // by itself, before anybody looked
    await app.aval.standing.judgeAll();
    expect(await violating()).toEqual(['credit-scoring 1 in production: FORBIDDEN']);
    expect(await events('waiver.expired', 'deployment.violated')).toEqual([
      { action: 'deployment.violated', details: { outcome: 'FORBIDDEN', rules: ['credit-no-discrimination', 'services-no-sex'] } },
      { action: 'waiver.expired', details: { rule: expect.any(String), until: expect.any(String) } },
      { action: 'waiver.expired', details: { rule: expect.any(String), until: expect.any(String) } },
    ]); // prettier-ignore
    await app.aval.standing.judgeAll();
    expect(await events('deployment.violated')).toHaveLength(1);
    const revoke = 'mutation($input: RevokeWaiverInput!) { revokeWaiver(input: $input) { waiver { id } } }';
    const late = await app.graphql('governance_lead', revoke, { input: { waiverId: waivers[0] } });
    expect(late.errors![0]!.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.waiverId' });
  });

  test('is cleared when the rule changes, and the version before is on record', async () => {
    const define = 'mutation($input: CloseRuleInput!) { closeRule(input: $input) { rule { validTo } } }';
    for (const code of ['services-no-sex', 'credit-no-discrimination']) {
      expect((await app.graphql('governance_lead', define, { input: { code } })).errors).toBeUndefined();
    }
    await app.aval.integrator.integrate();
    await expect.poll(violating, { timeout: 10_000 }).toEqual([]); // nobody asked: the log woke the judge
    expect(await events('deployment.cleared')).toEqual([
      { action: 'deployment.cleared', details: { outcome: 'CONDITIONAL' } },
    ]);
  });
});

test('a version without lineage is neither allowed nor forbidden', async () => {
  const actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
  const { registry, versions: registered } = app.aval.services;
  await registry.create(actor, { projectId: app.projectId, name: 'bought', tags: {} });
  const { id } = await registered.create(actor, {
    model: { projectId: app.projectId, name: 'bought' }, source: 's3://elsewhere/model', tags: {},
  }); // prettier-ignore
  const global = Buffer.from(`ModelVersion:${id}`).toString('base64url');
  expect(await verdict(global)).toMatchObject({ outcome: 'UNDETERMINABLE', because: [], conditions: [] });
});

test('many versions are judged at once, in the order asked for', async () => {
  const ids = [versions.get('credit-scoring 2')!, one(), Buffer.from('ModelVersion:019127de-fd25-7707-bfa4-3ec02693a531').toString('base64url')]; // prettier-ignore
  const query =
    'query($ids: [ID!]!, $p: ID!) { verdicts(modelVersionIds: $ids, purpose: $p) { outcome modelVersion { name } } }';
  const { data } = await app.graphql('compliance_reviewer', query, { ids, p: 'promotion' });
  expect(data).toEqual({
    verdicts: [
      { outcome: 'ALLOWED', modelVersion: { name: 'credit-scoring 2' } },
      { outcome: 'FORBIDDEN', modelVersion: { name: 'credit-scoring 1' } },
      null,
    ],
  });
  const wrong = await app.graphql('compliance_reviewer', query, { ids, p: 'conquest' });
  expect(wrong.errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'purpose' });
  const viewer = await app.graphql('business_viewer', query, { ids, p: 'promotion' });
  expect(viewer.errors![0]!.extensions['code']).toBe('FORBIDDEN');
});

test('many verdicts cost as many statements as one', async () => {
  const keys = await app.database.read.selectFrom('model_version').select('asset_key').execute();
  const cost = async (versions: typeof keys, purposes: string[]): Promise<number> => {
    const questions = versions.flatMap(({ asset_key }) =>
      purposes.map((purposeCode) => ({ versionKey: asset_key, purposeCode, deploymentKey: null })),
    );
    const moment = { asOf: null, now: clock.now() };
    const { result, statements } = await countStatements(() => judgeMany(app.database.read, questions, moment));
    expect(result).toHaveLength(questions.length);
    return statements;
  };
  const many = await cost(keys, ['credit-scoring', 'promotion', 'care-planning']);
  expect(many).toBe(await cost(keys.slice(0, 1), ['credit-scoring']));
  expect(many).toBeLessThanOrEqual(11);
});
