import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { attacks } from '../../testing/attacks/attack.ts';
import { fetched, type Seen } from '../../testing/attacks/surfaces.ts';
import { secrets, type World } from '../../testing/attacks/world.ts';

// What is remembered from one caller to the next, or from one object to another.
const attack = attacks();

/** The very same bytes, again and by another role: what is cached by document is met. */
async function post({ app }: World, role: 'governance_lead' | 'business_viewer' | 'data_scientist', body: unknown): Promise<Seen> {
  return fetched(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token(role)}` },
    body: JSON.stringify(body),
  });
} // prettier-ignore

attack(39, async ({ app, planted }) => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Run { id name } } }';
  const variables = { id: planted.foreign.Run };
  const token = await app.token('governance_lead', 'other');
  const theirs = (): Promise<Response> =>
    fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
  const [own, ...others] = await Promise.all([
    theirs().then((response) => response.text()),
    app.graphql('governance_lead', query, variables),
    app.graphql('business_viewer', query, variables),
  ]);
  expect(own).toContain(secrets.foreign);
  for (const { data } of [...others, await app.graphql('governance_lead', query, variables)]) {
    expect(data).toEqual({ node: null });
  }
});

attack(40, async ({ data, planted }) => {
  // one name on types of different classes, the permitted one first
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Model { name } ... on Run { label: name } ... on Dataset { title: name } } }`;
  for (const ids of [
    [planted.model, planted.run, planted.dataset],
    [planted.run, planted.model, planted.dataset],
  ]) {
    const { nodes } = await data('business_viewer', query, { ids });
    expect(nodes).toContainEqual({ name: 'lynx' });
    expect(nodes).toContainEqual({ label: null });
    expect(nodes).toContainEqual({ title: null });
  }
});

attack(41, async ({ app, data, planted }) => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Column { profile { max } } } }';
  const profile = async () => (await data('data_scientist', query, { id: planted.column })).node.profile;
  const tag = async (mutation: string): Promise<void> => {
    const input = { assetId: planted.dataset, tag: secrets.tag };
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { assignment { origin } } }`;
    expect((await app.graphql('governance_lead', text, { input })).errors).toBeUndefined();
  };
  expect(await profile()).toBeNull();
  await tag('untagAsset');
  expect(await profile()).toEqual({ max: Number(secrets.maximum) });
  await tag('tagAsset');
  expect(await profile()).toBeNull();
});

attack(42, async (world) => {
  const body = { query: '{ runs { nodes { id name params { value } } } }' };
  const first = await post(world, 'governance_lead', body);
  expect(first.body).toContain(secrets.run);
  const second = await post(world, 'business_viewer', body);
  expect(second.body).not.toContain(secrets.run);
  expect(second.body).not.toContain(secrets.param);
  expect((await post(world, 'governance_lead', body)).body).toBe(first.body);
  for (const { headers } of [first, second]) expect(headers['cache-control'] ?? 'no-store').toBe('no-store');
});

attack(43, async ({ app }) => {
  const input = { name: secrets.kpi, direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['business_viewer'] };
  const named = () =>
    app.database.read.selectFrom('asset').select('id').where('kind', '=', 'KPI').where('name', '=', secrets.kpi).execute();
  const before = await named();
  const define = 'mutation ($input: DefineKpiInput!) { defineKpi(input: $input) { kpi { id } } }';
  const read = () => app.graphql('business_viewer', '{ kpis { nodes { name } } }');
  // each fails after its first statement, while others read
  const answers = await Promise.all([
    app.graphql('governance_lead', define, { input }), read(), app.graphql('governance_lead', define, { input }), read(),
  ]);
  expect([answers[0], answers[2]].map((one) => one.errors?.[0]?.extensions['code'])).toEqual(['ALREADY_EXISTS', 'ALREADY_EXISTS']);
  expect(JSON.stringify([answers[1], answers[3], await read()])).not.toContain(secrets.kpi);
  expect(await named(), 'nothing of it stays').toEqual(before);
}); // prettier-ignore

attack(44, async (world) => {
  const query = '{ runs { nodes { id name } } }';
  const hashed = (text: string) => ({
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') },
  });
  await post(world, 'governance_lead', { query, extensions: hashed(query) });
  const known = await post(world, 'business_viewer', { extensions: hashed(query) });
  expect(known).toEqual(await post(world, 'business_viewer', { extensions: hashed('{ never }') }));
  expect(known.body).not.toContain('nodes');
});

attack(45, async (world) => {
  const batch = [{ query: '{ models { nodes { id } } }' }, { query: '{ viewer { name } }', role: 'admin' }];
  const seen = await post(world, 'business_viewer', batch);
  expect(seen.status).toBe(400);
  expect(seen.body).not.toContain('"data"');
});
