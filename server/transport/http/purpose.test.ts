import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { putInForce } from '../../testing/policy.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

async function ask(query: string, purpose?: string) {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await app.token('data_scientist')}`,
      ...(purpose !== undefined && { 'aval-purpose': purpose }),
    },
    body: JSON.stringify({ query }),
  });
  return {
    status: response.status,
    ...((await response.json()) as { data?: object; errors?: { extensions: object }[] }),
  };
}

const hidden = async (purpose?: string): Promise<boolean> =>
  JSON.stringify((await ask('{ viewer { redactions { field } } }', purpose)).data).includes('"Job.name"');

async function anyPurpose(): Promise<string> {
  const { code } = await app.database.read
    .selectFrom('purpose')
    .select('code')
    .orderBy('code')
    .limit(1)
    .executeTakeFirstOrThrow();
  return code;
}

test('a purpose that is not known is an error that names the header', async () => {
  for (const purpose of ['fun', '', "'; drop table purpose; --"]) {
    const { status, errors } = await ask('{ viewer { name } }', purpose);
    expect([status, errors![0]!.extensions]).toMatchObject([400, { code: 'BAD_INPUT', field: 'aval-purpose' }]);
  }
});

test('a rule may ask for the purpose, and the trail tells it', async () => {
  const purpose = await anyPurpose();
  expect([await hidden(), await hidden(purpose)]).toEqual([false, false]);
  await putInForce(
    app,
    `@id("jobs-for-a-purpose") @reason("Jobs are for that purpose only.") @ask("State the purpose.")
    forbid (principal in Aval::Role::"data_scientist", action, resource == Aval::Coordinate::"Job.name")
    unless { context has purpose && context.purpose == "${purpose}" };`,
  );
  expect([await hidden(), await hidden(purpose)]).toEqual([true, false]);

  await ask('{ jobs { nodes { name } } auditEvents { nodes { id } } }', purpose);
  await app.aval.integrator.integrate();
  const denied = await app.database.read
    .selectFrom('event_log')
    .select(['details', 'project_id', 'coordinate'])
    .where('action', '=', 'access.denied')
    .orderBy('idx', 'desc')
    .executeTakeFirstOrThrow();
  // of one project, for whoever reviews that
  expect(denied).toMatchObject({ coordinate: 'Query.auditEvents', project_id: app.projectId, details: { purpose } });
});
