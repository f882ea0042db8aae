import { sql } from 'kysely';
import { expect } from 'vitest';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { ends, knock, somebody } from '../../testing/attacks/knock.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { secrets, type World } from '../../testing/attacks/world.ts';

// A door that only writes: what it answers, and whom it lets write where.
const attack = attacks('openlineage');

const event = (runId: string, inputs: readonly string[] = [], more: object = {}) => ({
  eventTime: '2026-01-02T00:00:00Z',
  eventType: 'COMPLETE',
  producer: 'https://example.org/p',
  run: { runId },
  job: { namespace: 'n', name: `job of ${runId}` },
  inputs: inputs.map((name) => ({ namespace: 'n', name })),
  outputs: [],
  ...more,
});

/** Who may send events; to everyone else the door is closed, whatever they send. */
const { may: senders } = sidesOf('Query.datasets', 'mutate');

/** Each role is answered alike, whichever of the two it sends; who may send is told nothing but that it was taken. */
async function alike({ openlineage }: World, one: unknown, other: unknown): Promise<void> {
  for (const role of shippedRoles) {
    const seen = await openlineage(role, one);
    expect(seen, role).toEqual(await openlineage(role, other));
    expect([seen.status, senders.includes(role) && seen.body]).toEqual(senders.includes(role) ? [201, ''] : [403, false]);
  }
} // prettier-ignore

const runsOf = async ({ app }: World, project: string, job: string) =>
  app.database.read
    .selectFrom('run')
    .innerJoin('job', 'job.id', 'run.job_id')
    .select(['run.id', 'run.status'])
    .where('run.project_id', '=', project)
    .where('job.name', '=', job)
    .execute();

attack(29, (world) =>
  alike(world, event('dataset-taken', [`${secrets.foreign}-dataset`]), event('dataset-new', ['wombat-dataset'])),
);

// ids that are UUIDs are kept as they are: they may be another project's
const [theirs, nobodys] = ['0197a0de-0000-7000-8000-0000000000f1', '0197a0de-0000-7000-8000-0000000000f2'] as const;

attack(30, async (world) => {
  const { app, openlineage } = world;
  const other = await app.aval.services.identity.authenticate(await app.token('ingest', 'other'));
  await openlineage('ingest', event(theirs), 'other');
  const before = await runsOf(world, other.defaultProjectId, `job of ${theirs}`);
  expect(before).toHaveLength(1);
  await alike(world, event(theirs, [], { eventType: 'FAIL' }), event(nobodys, [], { eventType: 'FAIL' }));
  expect(await runsOf(world, other.defaultProjectId, `job of ${theirs}`)).toEqual(before);
});

attack(34, async (world) => {
  const { app, openlineage } = world;
  const [taken, free] = [`${secrets.foreign}-walked`, 'wombat-walked'];
  await openlineage('ingest', event('by-them', [taken]), 'other');
  const outputs = [{ namespace: 'n', name: 'made-of-it' }];
  await alike(world, event('of-theirs', [taken], { outputs }), event('of-nobodys', [free]));
  const { data } = await app.graphql(
    'governance_lead',
    '{ datasets(where: { name: { eq: "made-of-it" } }) { nodes { upstream(depth: 20) { partial assets { nodes { id } } } } } }',
  );
  const [made] = (data as { datasets: { nodes: { upstream: { partial: string; assets: { nodes: { id: string }[] } } }[] } }).datasets.nodes; // prettier-ignore
  expect(made!.upstream.partial, 'the name leads to a dataset of our own').toBeNull();
  expect(made!.upstream.assets.nodes, 'which is there').not.toEqual([]);
});

attack(35, async ({ openlineage }) => {
  for (const role of senders) {
    const seen = await openlineage(role, event('payload', [secrets.dataset]));
    expect([seen.status, seen.body], role).toEqual([201, '']);
  }
});

attack(37, async ({ app, openlineage, tries }) => {
  const facet = { _producer: 'https://example.org/p', _schemaURL: 'https://example.org/s' };
  const odd = {
    ...event('other-way', [secrets.dataset]),
    eventTime: `${secrets.metric} ${secrets.run}`,
    facets: { facet },
  };
  for (const role of shippedRoles) {
    expect((await openlineage(role, odd)).body, role).not.toMatch(/civet|quagga|bongo/);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      tries('openlineage', role);
      const response = await fetch(`${app.url}/api/v1/lineage?run_id=1`, {
        method,
        headers: { authorization: `Bearer ${await app.token(role)}` },
      });
      expect([response.status, await response.text()]).toEqual([405, '{"error":"Send events by POST."}']);
    }
  }
});

attack(43, async (world) => {
  const good = event('half-done', ['half-done-dataset']);
  for (const role of senders) {
    expect((await world.openlineage(role, [good, { ...good, run: {} }])).status).toBe(400);
  }
  expect(await runsOf(world, world.app.projectId, 'job of half-done')).toEqual([]);
  const kept = await world.app.database.read.selectFrom('asset').select('id').where('name', '=', 'half-done-dataset').execute();
  expect(kept, 'nothing of it stays').toEqual([]);
}); // prettier-ignore

attack(45, async (world) => {
  // what says whose it is says so in vain
  const claims = { project: 'other', project_id: world.planted.foreign.Project, role: 'admin', actor: 'admin' };
  const both = ['one', 'two'].map((name) => ({ ...event(`batch-${name}`), ...claims }));
  expect((await world.openlineage('ingest', both)).status).toBe(201);
  for (const name of ['one', 'two']) {
    expect(await runsOf(world, world.app.projectId, `job of batch-${name}`)).toHaveLength(1);
  }
});

for (const [number, how] of [[47, 'revoked'], [55, 'expired'], [62, 'suspended']] as const) {
  attack(number, async (world) => {
    const person = await somebody(world, ['ingest']);
    expect((await knock(world, 'openlineage', person)).status).toBe(201);
    await ends[how](world, person);
    expect(await knock(world, 'openlineage', person)).toEqual(await knock(world, 'openlineage', { token: 'aval_unknown' }));
  });
} // prettier-ignore

attack(49, async (world) => {
  for (const [roles, projects] of [
    [[], [world.app.projectId]],
    [['ingest'], []],
    [['no_such_role'], 'all'],
  ] as const) {
    const { token } = await somebody(world, roles, { projects: projects === 'all' ? 'all' : [...projects] });
    const body = JSON.stringify(event('partial'));
    expect((await knock(world, 'openlineage', { token, body })).status).toBe(403);
  }
  expect(await runsOf(world, world.app.projectId, 'job of partial')).toEqual([]);
});

attack(54, async (world) => {
  const { token } = await somebody(world, ['ingest']);
  const { headers } = await knock(world, 'openlineage', { token, headers: { origin: 'https://evil.example' } });
  expect(Object.keys(headers).join()).not.toMatch(/access-control-allow/);
});

attack(56, async (world) => expect(await knock(world, 'openlineage')).toMatchObject({ status: 401 }));

attack(58, async (world) => {
  const bodies = ['{ not JSON', '{}', JSON.stringify(event('x')), ''];
  const [first, ...others] = await Promise.all(bodies.map((body) => knock(world, 'openlineage', { body })));
  for (const one of others) expect(one).toEqual(first);
  expect(first!.status).toBe(401);
  // nor does one who may not send learn whether it was well-formed
  const { mayNot } = sidesOf('Query.datasets', 'mutate');
  for (const role of mayNot) {
    expect(await world.openlineage(role, bodies[0])).toEqual(await world.openlineage(role, bodies[2]));
  }
});

attack(59, async ({ app, openlineage }) => {
  await app.database.write((tx) => sql`alter table edge rename to edge_away`.execute(tx));
  try {
    const seen = await openlineage('ingest', event('broken', ['a'], { outputs: [{ namespace: 'n', name: 'b' }] }));
    expect(seen.status).toBe(500);
    expect(seen.body).not.toMatch(/edge|relation|select|insert|does not exist|node_modules|\.ts\b|\bat /);
    expect(app.internalErrors.splice(0), 'who runs the server is told').not.toEqual([]);
  } finally {
    app.internalErrors.splice(0);
    await app.database.write((tx) => sql`alter table edge_away rename to edge`.execute(tx));
  }
});

attack(60, async (world) => {
  const [hiddenRun, missingRun] = [
    '0197a0de-0000-7000-8000-0000000000f3',
    '0197a0de-0000-7000-8000-0000000000f4',
  ] as const;
  await world.openlineage('ingest', event(hiddenRun, ['hidden-dataset']), 'other');
  await alike(world, event(hiddenRun, ['hidden-dataset']), event(missingRun, ['missing-dataset']));
});

attack(63, async ({ openlineage }) => {
  const before = Object.keys(Object.prototype);
  const facets = '{"__proto__":{"quagga":true},"constructor":{"prototype":{"quagga":true}},"$ne":{"a":1}}';
  const text = JSON.stringify(event('operators')).replace('"name":"job of operators"', `"name":"job of operators","facets":${facets}`); // prettier-ignore
  for (const role of ['ingest'] satisfies ShippedRole[])
    expect([201, 400]).toContain((await openlineage(role, text)).status);
  expect(Object.keys(Object.prototype)).toEqual(before);
  expect(({} as { quagga?: unknown }).quagga).toBeUndefined();
  expect((await openlineage('ingest', { ...event('x'), run: { runId: { $ne: null } } })).status).toBe(400);
});
