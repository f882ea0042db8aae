import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../access/actor.ts';
import { shippedPolicy } from '../../access/shipped.ts';
import { compose, type Aval } from '../../compose.ts';
import { startTestApp, type GraphqlAnswer, type TestApp } from '../../testing/app.ts';
import { fromGlobalId, toGlobalId } from '../../shared/ids.ts';
import { systemActor } from '../store.ts';

let app: TestApp;
const tokens = new Map<string, string>();
beforeAll(async () => {
  app = await startTestApp();
  const { identity } = app.aval.services;
  for (const [name, role] of [
    ['ada', 'governance_lead'],
    ['ben', 'governance_lead'],
    ['cleo', 'operator'],
  ] as [string, Role][]) {
    const principalId = await identity.createPrincipal(systemActor, {
      name,
      kind: 'person',
      roles: [role],
      projects: 'all',
    });
    tokens.set(
      name,
      await identity.issueToken(systemActor, { principalId, label: 't', defaultProjectId: app.projectId }),
    );
  }
});
afterAll(async () => {
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

/** Asks as one of the people above. */
async function as(name: string, query: string, variables = {}, url = app.url): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.get(name)!}` },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const forbidNames = `
@id("operator-no-model-names") @reason("Names of models tell what they are for.") @ask("Ask a governance lead.")
forbid (principal in Aval::Role::"operator", action, resource == Aval::Coordinate::"Model.name");`;
const stricter = shippedPolicy() + forbidNames;

const propose = (name: string, text: string, reason = 'Less is enough.') =>
  as(
    name,
    'mutation ($input: ProposePolicyInput!) { proposePolicy(input: $input) { proposal { id state basedOn } } }',
    {
      input: { text, reason },
    },
  );
const uuidOf = (id: string): string => fromGlobalId(id, 'id').id;
const idOf = ({ data }: GraphqlAnswer): string => (data!['proposePolicy'] as { proposal: { id: string } }).proposal.id;
const decide = (name: string, which: 'approvePolicy' | 'withdrawPolicy', proposalId: string) =>
  as(
    name,
    `mutation ($input: DecidePolicyInput!) { ${which}(input: $input) { proposal { state decidedBy { name } } } }`,
    {
      input: { proposalId },
    },
  );
const mayNameModels = async (url = app.url): Promise<boolean> =>
  (await as('cleo', '{ models { nodes { name } pageInfo { endCursor } } viewer { redactions { field } } }', {}, url))
    .data!['viewer'] !== undefined &&
  !(
    (await as('cleo', '{ viewer { redactions { field } } }', {}, url)).data!['viewer'] as {
      redactions: { field: string }[];
    }
  ).redactions.some(({ field }) => field === 'Model.name');

describe('a policy', () => {
  test('comes in force when somebody else approves it, on every server at once, and stays on record', async () => {
    const other = await serverOn(app);
    try {
      const before = app.aval.store.clock.now();
      expect([await mayNameModels(), await mayNameModels(other.url)]).toEqual([true, true]);
      const id = idOf(await propose('ada', stricter));
      expect(await mayNameModels()).toBe(true);

      const self = await decide('ada', 'approvePolicy', id);
      expect(self.errors![0]).toMatchObject({ extensions: { code: 'FORBIDDEN', field: 'input.proposalId' } });
      // nor by another token of the same person, nor as another of their roles
      const { identity } = app.aval.services;
      const ada = await identity.authenticate(tokens.get('ada')!);
      const second = { principalId: ada.principalId, label: 'second', defaultProjectId: app.projectId };
      tokens.set('ada again', await identity.issueToken(systemActor, second));
      expect((await decide('ada again', 'approvePolicy', id)).errors![0]!.extensions['code']).toBe('FORBIDDEN');
      await expect(app.aval.services.policies.approve({ ...ada, roles: ['admin'] }, uuidOf(id))).rejects.toThrow(
        'their own proposal',
      );
      const approved = await decide('ben', 'approvePolicy', id);
      expect(approved.data).toEqual({ approvePolicy: { proposal: { state: 'APPROVED', decidedBy: { name: 'ben' } } } });
      expect([await mayNameModels(), await mayNameModels(other.url)]).toEqual([false, false]);

      const { data } = await as(
        'ada',
        `query ($then: DateTime) {
          now: policy { version text proposal { proposedBy { name } decidedBy { name } reason } }
          then: policy(asOf: $then) { version text proposal { id } validTo }
          never: policy(asOf: "2020-01-01T00:00:00Z") { version }
          policies { nodes { version validTo } } }`,
        { then: before.toISOString() },
      );
      expect(data).toMatchObject({
        now: {
          version: 2,
          text: stricter,
          proposal: { proposedBy: { name: 'ada' }, decidedBy: { name: 'ben' }, reason: 'Less is enough.' },
        },
        then: { version: 1, text: shippedPolicy(), proposal: null },
        never: null,
        policies: { nodes: [{ version: 2, validTo: null }, { version: 1 }] },
      });
    } finally {
      await other.close();
    }
  });

  test('is rolled back by proposing an older text', async () => {
    const id = idOf(await propose('ben', shippedPolicy(), 'Back to what it was.'));
    await decide('ada', 'approvePolicy', id);
    expect(await mayNameModels()).toBe(true);
    expect((await as('ada', '{ policy { version } }')).data).toEqual({ policy: { version: 3 } });
  });

  test('is not approved twice, nor after it was withdrawn, nor after another came in force', async () => {
    const [first, second] = [idOf(await propose('ada', stricter)), idOf(await propose('ada', `${stricter}\n// more`))];
    expect((await decide('ben', 'withdrawPolicy', second)).data).toMatchObject({
      withdrawPolicy: { proposal: { state: 'WITHDRAWN' } },
    });
    const third = idOf(await propose('ada', `${stricter}\n// yet more`));
    expect((await decide('ben', 'approvePolicy', first)).errors).toBeUndefined();
    for (const id of [first, second, third]) {
      expect((await decide('ben', 'approvePolicy', id)).errors![0]!.extensions['code']).toBe('CONFLICT');
    }
    const { data } = await as(
      'ada',
      '{ policyProposals(first: 3) { nodes { state } } open: policyProposals(where: { state: [OPEN] }) { nodes { id } } }',
    );
    expect(data).toEqual({
      policyProposals: { nodes: [{ state: 'OPEN' }, { state: 'WITHDRAWN' }, { state: 'APPROVED' }] },
      open: { nodes: [{ id: third }] },
    });
    await decide('ada', 'withdrawPolicy', third);
  });

  test('of two approved at once, one comes in force', async () => {
    const ids = [idOf(await propose('ada', `${stricter}\n// a`)), idOf(await propose('ada', `${stricter}\n// b`))];
    const answers = await Promise.all(ids.map((id) => decide('ben', 'approvePolicy', id)));
    expect(answers.map(({ errors }) => errors?.[0]!.extensions['code']).sort()).toEqual(['CONFLICT', undefined]);
  });

  test('is approved by a person, not by a service', async () => {
    const id = idOf(await propose('ada', `${stricter}\n// c`));
    const { errors } = await app.graphql(
      'governance_lead',
      'mutation ($input: DecidePolicyInput!) { approvePolicy(input: $input) { policy { version } } }',
      { input: { proposalId: id } },
    );
    expect(errors![0]).toMatchObject({
      message: 'A policy is approved by a person.',
      extensions: { code: 'FORBIDDEN' },
    });
    await decide('ada', 'withdrawPolicy', id);
  });

  test('is seen and changed by no other role', async () => {
    expect((await propose('cleo', stricter)).errors![0]!.extensions['code']).toBe('FORBIDDEN');
    expect((await as('cleo', '{ policyProposals { nodes { text } } }')).data).toBeNull();
    expect((await as('cleo', '{ policy { text } }')).errors![0]!.extensions['code']).toBe('FORBIDDEN');
    const proposals = (await as('ada', '{ policyProposals(first: 1) { nodes { id } } }')).data!['policyProposals'] as {
      nodes: { id: string }[];
    };
    const node = 'query ($id: ID!) { node(id: $id) { id __typename } }';
    expect((await as('cleo', node, proposals.nodes[0])).data).toEqual({ node: null });
    expect((await as('ada', node, proposals.nodes[0])).data).toMatchObject({ node: { __typename: 'PolicyProposal' } });
  });
});

const refused: [what: string, text: string, problem: RegExp][] = [
  ['does not parse', 'permit everything', /unexpected token/],
  [
    'does not type-check',
    `${shippedPolicy()} @id("x") @reason("R.") permit (principal, action, resource) when { resource.owner == 1 };`,
    /owner/,
  ],
  [
    'grants to a role that there is not',
    `${shippedPolicy()} @id("x") @reason("R.") permit (principal in Aval::Role::"root", action, resource);`,
    /"root"/,
  ],
  [
    'grants a class that there is not',
    `${shippedPolicy()} @id("x") @reason("R.") permit (principal, action, resource in Aval::Class::"rows");`,
    /"rows"/,
  ],
  [
    'grants a field that there is not',
    `${shippedPolicy()} @id("x") @reason("R.") permit (principal, action, resource == Aval::Coordinate::"Run.rows");`,
    /no field Run.rows/,
  ],
  [
    'locks out governance leads',
    shippedPolicy()
      .replace('@id("governance-lead-rules")', '@id("others-rule")')
      .replaceAll('"governance_lead"', '"operator"'),
    /lock out governance_lead/,
  ],
  ['is empty', '', /lock out governance_lead/],
];

describe('a text', () => {
  test.each(refused)('that %s is refused, with the rule and the field', async (_what, text, problem) => {
    for (const { errors } of [
      await propose('ada', text),
      await as('ada', 'query ($text: String) { policyImpact(text: $text) { changeCount } }', { text }),
    ]) {
      expect(errors![0]!.extensions['code']).toBe('BAD_INPUT');
      expect(errors![0]!.extensions['field']).toMatch(/^(input\.)?text$/);
      expect(errors![0]!.message).toMatch(problem);
      expect(errors![0]!.extensions['remedy']).toMatch(/Mend what each problem names/);
    }
  });

  test.each([
    ['without a reason', stricter.replace('Names', 'Named'), ' ', 'input.reason'],
    ['with a NUL', `${stricter}\0`, 'R.', 'variables.input.text'],
    ['that is too long', `${stricter}//${'x'.repeat(200_000)}`, 'R.', 'input.text'],
  ])('%s is refused', async (_what, text, reason, field) => {
    expect((await propose('ada', text, reason)).errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field });
  });

  test('that is in force is not proposed', async () => {
    const { data } = await as('ada', '{ policy { text } }');
    const again = await propose('ben', (data!['policy'] as { text: string }).text);
    expect(again.errors![0]).toMatchObject({ message: 'This text is in force already.' });
  });
});

test('its impact is told before it is proposed: who, what, and how many objects', async () => {
  await putInForce(shippedPolicy());
  const { registry, identity } = app.aval.services;
  const engineer = await identity.authenticate(await app.token('ml_engineer'));
  await registry.create(engineer, { projectId: app.projectId, name: 'scored', tags: {} });
  const query = `query ($text: String, $after: String) { policyImpact(text: $text) { changeCount
    changes(first: 4, after: $after) { nodes { coordinate role use from to } pageInfo { endCursor hasNextPage } } touched { type objects } } }`;
  const { data, errors } = await as('ada', query, { text: stricter });
  expect(errors).toBeUndefined();
  const impact = data!['policyImpact'] as { changes: { nodes: { use: string }[]; pageInfo: { endCursor: string } } };
  expect(impact).toMatchObject({ changeCount: 9, touched: [{ type: 'Model', objects: 1 }] });
  expect(impact.changes.nodes[0]).toEqual({
    coordinate: 'Model.name',
    role: 'operator',
    use: 'SELECT',
    from: 'ALLOW',
    to: 'DENY',
  });
  const next = await as('ada', query, { text: stricter, after: impact.changes.pageInfo.endCursor });
  const rest = (next.data!['policyImpact'] as typeof impact).changes;
  expect(new Set([...impact.changes.nodes, ...rest.nodes].map(({ use }) => use)).size).toBe(8); // the ninth is on the next page, after 4 and 4
  expect((await as('ada', '{ policyImpact { changeCount } }')).errors![0]!.extensions['code']).toBe('BAD_INPUT');
  expect((await as('cleo', query, { text: stricter })).errors![0]!.extensions['code']).toBe('FORBIDDEN');
});

test('a role that a policy brings in is granted, explained, and counted among what changes', async () => {
  const officer = `${shippedPolicy()}
    @id("officer-reads") @reason("Credit officers read verdicts.") @defines("credit_officer")
    permit (principal in Aval::Role::"credit_officer", action in Aval::Action::"read", resource in Aval::Class::"verdict");`;
  await putInForce(shippedPolicy());
  const make = (name: string) =>
    app.graphql(
      'admin',
      `mutation { createPrincipal(input: { name: "${name}", kind: PERSON, roles: ["credit_officer"], projectIds: ["${toGlobalId('Project', app.projectId)}"] }) { principal { name } } }`,
    );
  expect((await make('early')).errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.roles[0]' });
  const impact = await as('ada', 'query ($text: String) { policyImpact(text: $text) { changes(first: 1) { nodes { role from to } } } }', { text: officer }); // prettier-ignore
  expect(impact.data).toEqual({
    policyImpact: { changes: { nodes: [{ role: 'credit_officer', from: 'DENY', to: 'ALLOW' }] } },
  });
  await putInForce(officer);
  expect((await make('olive')).data).toEqual({ createPrincipal: { principal: { name: 'olive' } } });
  const explained = '{ explainAccess(coordinate: "Verdict.outcome", use: SELECT, role: "credit_officer") { outcome policies } }'; // prettier-ignore
  expect((await as('ada', explained)).data).toEqual({
    explainAccess: { outcome: 'ALLOW', policies: ['officer-reads'] },
  });
});

describe('at start', () => {
  const start = (text: string) => app.aval.services.policies.start(text);
  const inForce = () => app.aval.services.policies.inForce;

  test('an organisation’s own text stays, and a new shipped text is proposed once', async () => {
    await putInForce(stricter);
    const { version } = inForce();
    await start(shippedPolicy()); // it was in force before: nobody needs to hear of it
    expect(await openProposals()).toEqual([]);
    await start(`${shippedPolicy()}\n// of a later release`);
    await start(`${shippedPolicy()}\n// of a later release`);
    expect(inForce().version).toBe(version);
    expect(await openProposals()).toEqual([
      { reason: 'The text that ships with this release is another than the organisation’s own.', proposedBy: null },
    ]);
  });

  test('a shipped text follows a shipped one', async () => {
    const fresh = await startTestApp();
    try {
      await fresh.aval.services.policies.start(`${shippedPolicy()}\n// of a later release`);
      expect(fresh.aval.services.policies.inForce.version).toBe(2);
    } finally {
      await fresh.close();
    }
  });
});

/** Those of Aval itself. */
async function openProposals(): Promise<unknown[]> {
  const { data } = await as(
    'ada',
    '{ policyProposals(where: { state: [OPEN] }) { nodes { reason proposedBy { name } } } }',
  );
  const { nodes } = data!['policyProposals'] as { nodes: { proposedBy: object | null }[] };
  return nodes.filter(({ proposedBy }) => proposedBy === null);
}

async function putInForce(text: string): Promise<void> {
  const proposed = await propose('ada', text);
  if (proposed.errors?.[0]?.message === 'This text is in force already.') return;
  const { errors } = await decide('ben', 'approvePolicy', idOf(proposed));
  expect(errors).toBeUndefined();
}

/** A second server on the same database. */
async function serverOn({ database }: TestApp): Promise<{ url: string; close(): Promise<void> }> {
  const aval: Aval = await compose({ database, onInternal: (error) => app.internalErrors.push(error) });
  const server = await aval.listen(0);
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await aval.stop();
    },
  };
}
