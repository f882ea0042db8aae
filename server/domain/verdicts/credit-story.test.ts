import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, startCredit, type Credit } from '../../testing/credit.ts';

// German Credit from the day it was trained to the day its waiver ran out, through the doors that people use. Each test is the next
// chapter: they stand in the order of the story.
let credit: Credit;
beforeAll(async () => {
  credit = await startCredit();
}, 240_000);
afterAll(() => credit.stop());

async function events(...actions: string[]): Promise<{ action: string; details: object }[]> {
  await credit.app.aval.integrator.integrate();
  const { data, errors } = await credit.app.graphql(
    'compliance_reviewer',
    'query($in: [String!]) { auditEvents(where: { action: { in: $in } }) { nodes { action details } } }',
    { in: actions },
  );
  expect(errors).toBeUndefined();
  return (data as { auditEvents: { nodes: { action: string; details: object }[] } }).auditEvents.nodes;
}

/** The place of the newest event. */
async function logHead(): Promise<string> {
  const { aval, database } = credit.app;
  await aval.integrator.integrate();
  const newest = await database.read.selectFrom('event_log').select((q) => q.fn.max('idx').as('n')).executeTakeFirst(); // prettier-ignore
  return aval.tail.places.of(newest!.n);
}

async function violating(asOf?: string): Promise<string[]> {
  const { data, errors } = await credit.app.graphql(
    'operator',
    'query ($asOf: DateTime) { deployments(where: { violating: true }, asOf: $asOf) { nodes { name violatingSince(asOf: $asOf) verdict(asOf: $asOf) { outcome because { rule { code } } } } } }',
    { asOf },
  ); // prettier-ignore
  expect(errors).toBeUndefined();
  return (data as { deployments: { nodes: { name: string; verdict: { outcome: string } }[] } }).deployments.nodes.map(
    ({ name, verdict }) => `${name}: ${verdict.outcome}`,
  );
}

describe('credit scoring', () => {
  let forbiddenAt: string;
  const waivers: string[] = [];
  /** What an operator is told who follows the deployments. */
  let told: AsyncIterableIterator<unknown>;
  const judged = (violating: boolean) => ({
    value: { data: { deploymentJudged: { violating, deployment: { name: 'credit-scoring 1 in production' } } } },
  });

  test('is forbidden to version 1, because of the sex and the nationality that it learned, and by these paths', async () => {
    const { outcome, deployable, rules, because } = await credit.verdict(credit.one);
    expect({ outcome, deployable, rules }).toEqual({
      outcome: 'FORBIDDEN',
      deployable: false,
      rules: [{ code: 'credit-age-approval' }, { code: 'credit-no-discrimination' }, { code: 'services-no-sex' }],
    });
    const sex = because.find(({ rule }) => rule.code === 'services-no-sex')!;
    expect(sex.assignment.tag.name).toBe('protected-characteristic:sex');
    expect(sex.assignment.path.map(({ kind }) => kind)).toEqual(['COLUMN_DERIVED', 'IN_VERSION', 'TRAINED', 'REGISTERED']); // prettier-ignore
    expect(sex.assignment.path.at(-1)!.to.name).toBe('credit-scoring 1');
    forbiddenAt = credit.clock.now().toISOString();
  });

  test('is allowed to version 2, which learned from none of them; other uses of version 1 are another matter', async () => {
    expect(await credit.verdict(credit.two)).toMatchObject({ outcome: 'ALLOWED', because: [], rules: [] }); // prettier-ignore
    expect(await credit.verdict(credit.one, undefined, 'service-optimisation')).toMatchObject({ outcome: 'ALLOWED' });
    expect(await credit.verdict(credit.one, undefined, 'promotion')).toMatchObject({
      outcome: 'FORBIDDEN',
      rules: [{ code: 'work-no-age' }, { code: 'work-no-sex' }],
    });
  });

  test('is refused to who deploys: an engineer is told because of what, an operator by which rule and whom to ask', async () => {
    const engineer = await credit.deploy('ml_engineer', credit.one);
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
    const operator = await credit.deploy('operator', credit.one);
    expect(operator.errors![0]!.extensions['verdict']).toEqual({
      outcome: 'FORBIDDEN',
      rules: expect.any(Array),
      conditions: expect.any(Array),
    });
    expect(JSON.stringify(operator.errors)).not.toMatch(/protected-characteristic|personal_status|2004\/113/);
    expect(await violating()).toEqual([]);
  });

  test('hangs on signed barriers where these stop both tags, and is forbidden again when one is over', async () => {
    const { because } = await credit.verdict(credit.one);
    const edge = (rule: string): string => because.find((one) => one.rule.code === rule)!.assignment.path[0]!.id;
    const noise = await credit.bar(edge('services-no-sex'), 'protected-characteristic:sex', credit.inDays(30));
    const first = await credit.verdict(credit.one);
    expect(first.outcome).toBe('FORBIDDEN'); // the nationality
    expect(first.conditions).toContainEqual({ kind: 'BARRIER', met: true, role: null, rule: { code: 'services-no-sex' } });
    expect(first.because.map(({ rule }) => rule.code)).not.toContain('services-no-sex');
    expect(first.heldBack).toEqual([
      { tag: { name: 'protected-characteristic:sex' }, until: expect.any(String), barriers: [{ id: noise }] },
    ]);
    const other = await credit.bar(edge('credit-no-discrimination'), 'protected-characteristic:nationality', credit.inDays(30));
    expect(await credit.verdict(credit.one)).toMatchObject({
      outcome: 'CONDITIONAL',
      deployable: false, // the age has not been approved
      conditions: [
        { kind: 'APPROVAL', met: false },
        { kind: 'BARRIER', met: true },
        { kind: 'BARRIER', met: true },
      ],
    });
    expect(await credit.verdict(credit.one, credit.inDays(31))).toMatchObject({ outcome: 'FORBIDDEN', heldBack: [] }); // both have expired by then
    await credit.lift(noise);
    expect(await credit.verdict(credit.one)).toMatchObject({ outcome: 'FORBIDDEN', heldBack: [{ barriers: [{ id: other }] }] });
    await credit.lift(other);
  }); // prettier-ignore

  test('is allowed by a governance lead, rule by rule, as long as the age is approved', async () => {
    for (const rule of ['services-no-sex', 'credit-no-discrimination']) {
      const { data, errors } = await credit.waive(rule);
      expect(errors).toBeUndefined();
      waivers.push((data as { grantWaiver: { waiver: { id: string } } }).grantWaiver.waiver.id);
    }
    expect((await credit.waive('services-no-sex')).errors![0]!.extensions).toMatchObject({ code: 'CONFLICT' });
    expect(await credit.verdict(credit.one)).toMatchObject({
      outcome: 'CONDITIONAL',
      deployable: false,
      conditions: [{ kind: 'APPROVAL', met: false, role: 'governance_lead', rule: { code: 'credit-age-approval' } }],
    });
    expect((await credit.deploy('ml_engineer', credit.one)).errors![0]!.extensions).toMatchObject({
      remedy: 'See to the conditions that are not met, which the verdict names.',
    });
    const approve = 'mutation($input: ApproveModelVersionInput!) { approveModelVersion(input: $input) { approval { id role by { name } } } }'; // prettier-ignore
    const input = { modelVersionId: credit.one, purpose: 'credit-scoring', role: 'governance_lead', note: 'Age predicts repayment; the difference was weighed.' }; // prettier-ignore
    const foreign = await credit.app.graphql('governance_lead', approve, { input: { ...input, role: 'operator' } });
    expect(foreign.errors![0]!.extensions).toMatchObject({
      code: 'FORBIDDEN',
      remedy: 'Ask someone of the role operator.',
    });
    expect((await credit.app.graphql('governance_lead', approve, { input })).errors).toBeUndefined();
    expect(await credit.verdict(credit.one)).toMatchObject({
      outcome: 'CONDITIONAL',
      deployable: true,
      conditions: [{ kind: 'APPROVAL', met: true }],
      waivers: [{ by: { name: 'governance_lead@test' } }, { reason: 'Until version 2 is judged.' }],
    });
  });

  test('takes two: who waived it does not deploy it, and who deployed it does not waive', async () => {
    expect((await credit.deploy('governance_lead', credit.one)).errors![0]!).toMatchObject({
      message: 'You waived or approved this use yourself: deploying takes a second person.',
      extensions: { code: 'FORBIDDEN' },
    });
    expect((await credit.deploy('ml_engineer', credit.one)).errors).toBeUndefined();
    await credit.app.aval.standing.judgeAll();
    expect(await violating()).toEqual([]);
  });

  test('was forbidden the day before, whatever was allowed since', async () => {
    expect(await credit.verdict(credit.one, forbiddenAt)).toMatchObject({ outcome: 'FORBIDDEN', waivers: [] });
    expect(await credit.verdict(credit.one, credit.inDays(61))).toMatchObject({ outcome: 'FORBIDDEN', waivers: [] });
    expect(await credit.verdict(credit.one, credit.inDays(59))).toMatchObject({
      outcome: 'CONDITIONAL',
      deployable: true,
    });
  });

  test('is against the rules from the day the waiver ends, and the log and the list of deployments say so', async () => {
    told = createClient({
      url: `${credit.app.url}/graphql/stream`,
      headers: { authorization: `Bearer ${await credit.app.token('operator')}` },
      retryAttempts: 0,
    }).iterate({
      query: 'subscription ($after: String) { deploymentJudged(after: $after) { violating deployment { name } } }',
      variables: { after: await logHead() },
    });
    credit.clock.ahead = 61 * dayMs;
    expect(await credit.verdict(credit.one)).toMatchObject({ outcome: 'FORBIDDEN' }); // by itself, before anybody looked
    await credit.app.aval.standing.judgeAll();
    expect(await violating()).toEqual(['credit-scoring 1 in production: FORBIDDEN']);
    expect(await violating(credit.inDays(-1))).toEqual([]);
    expect(await events('waiver.expired', 'deployment.violated')).toEqual([
      { action: 'deployment.violated', details: { outcome: 'FORBIDDEN', rules: ['credit-no-discrimination', 'services-no-sex'] } },
      { action: 'waiver.expired', details: { rule: expect.any(String), until: expect.any(String) } },
      { action: 'waiver.expired', details: { rule: expect.any(String), until: expect.any(String) } },
    ]); // prettier-ignore
    expect(await told.next()).toMatchObject(judged(true));
    await credit.app.aval.standing.judgeAll();
    expect(await events('deployment.violated')).toHaveLength(1);
    const revoke = 'mutation($input: RevokeWaiverInput!) { revokeWaiver(input: $input) { waiver { id } } }';
    const late = await credit.app.graphql('governance_lead', revoke, { input: { waiverId: waivers[0] } });
    expect(late.errors![0]!.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.waiverId' });
  });

  test('is cleared when the rule changes, and the version before is on record', async () => {
    const before = credit.clock.now().toISOString();
    const define = 'mutation($input: CloseRuleInput!) { closeRule(input: $input) { rule { validTo } } }';
    for (const code of ['services-no-sex', 'credit-no-discrimination']) {
      expect((await credit.app.graphql('governance_lead', define, { input: { code } })).errors).toBeUndefined();
    }
    await credit.app.aval.integrator.integrate();
    await expect.poll(() => violating(), { timeout: 10_000 }).toEqual([]); // nobody asked: the log woke the judge
    expect(await events('deployment.cleared')).toEqual([
      { action: 'deployment.cleared', details: { outcome: 'CONDITIONAL' } },
    ]);
    expect(await violating(before)).toEqual(['credit-scoring 1 in production: FORBIDDEN']);
    expect(await told.next()).toMatchObject(judged(false));
    await told.return!();
  });
});
