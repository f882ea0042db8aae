import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { ShippedRole } from '../../access/actor.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { answerOf, fetched, surfaceNames, surfaces, type Seen } from '../../testing/attacks/surfaces.ts';
import { secrets, type World } from '../../testing/attacks/world.ts';

// What is remembered from one caller to the next, or from one object to another.
const attack = attacks('http', 'stream', 'socket');

/** The very same bytes, again and by another role: what is cached by document is met. */
async function post({ app, tries }: World, role: ShippedRole, body: unknown): Promise<Seen> {
  tries('http', role);
  return fetched(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await app.token(role)}` },
    body: JSON.stringify(body),
  });
}

attack(39, async ({ app, ask, planted }) => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Run { id name } } }';
  const variables = { id: planted.foreign.Run };
  const token = await app.token('governance_lead', 'other');
  for (const surface of surfaceNames) {
    const [own, ...others] = await Promise.all([
      surfaces[surface](app.url, token, { query, variables }),
      ask('governance_lead', { query, variables }, surface),
      ask('business_viewer', { query, variables }, surface),
    ]);
    expect(own.body).toContain(secrets.foreign);
    for (const seen of [...others, await ask('governance_lead', { query, variables }, surface)]) {
      expect(answerOf(seen).data).toEqual({ node: null });
    }
  }
});

attack(40, async ({ ask, data, planted }) => {
  // one name on types of different classes, the permitted one first
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Model { name } ... on Run { label: name } ... on Dataset { title: name } } }`;
  const { may, mayNot } = sidesOf('Dataset.name', 'select');
  for (const surface of surfaceNames) {
    for (const ids of [
      [planted.model, planted.run, planted.dataset],
      [planted.run, planted.model, planted.dataset],
    ]) {
      expect((await ask(may[0]!, { query, variables: { ids } }, surface)).body).toContain(secrets.dataset);
      for (const role of mayNot) {
        const seen = await ask(role, { query, variables: { ids } }, surface);
        expect(seen.body, role).not.toContain(secrets.dataset);
      }
      const { nodes } = await data('business_viewer', query, { ids }, surface);
      expect(nodes).toContainEqual({ name: 'lynx' });
      expect(nodes).toContainEqual({ label: null });
      expect(nodes).toContainEqual({ title: null });
    }
  }
});

attack(41, async ({ app, data, planted }) => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Column { profile { max } } } }';
  const tag = async (mutation: string): Promise<void> => {
    const input = { assetId: planted.dataset, tag: secrets.tag };
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { assignment { origin } } }`;
    expect((await app.graphql('governance_lead', text, { input })).errors).toBeUndefined();
  };
  for (const surface of surfaceNames) {
    const profile = async () => (await data('data_scientist', query, { id: planted.column }, surface)).node.profile;
    expect(await profile()).toBeNull();
    await tag('untagAsset');
    expect(await profile()).toEqual({ max: Number(secrets.maximum) });
    await tag('tagAsset');
    expect(await profile()).toBeNull();
  }
});

attack(42, async (world) => {
  const body = { query: '{ runs { nodes { id name params { value } } } }' };
  const first = await post(world, 'governance_lead', body);
  expect(first.body).toContain(secrets.run);
  for (const role of sidesOf('Run.params', 'select').mayNot) {
    const second = await post(world, role, body);
    expect(second.body).not.toContain(secrets.run);
    expect(second.body).not.toContain(secrets.param);
    expect((await post(world, 'governance_lead', body)).body).toBe(first.body);
    for (const { headers } of [first, second]) expect(headers['cache-control'] ?? 'no-store').toBe('no-store');
  }
});

attack(43, async ({ app, ask }) => {
  const input = { name: secrets.kpi, direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['business_viewer'] };
  const named = () =>
    app.database.read.selectFrom('asset').select('id').where('kind', '=', 'KPI').where('name', '=', secrets.kpi).execute();
  const before = await named();
  const query = 'mutation ($input: DefineKpiInput!) { defineKpi(input: $input) { kpi { id } } }';
  for (const surface of surfaceNames) {
    const define = () => ask('governance_lead', { query, variables: { input } }, surface);
    const read = () => ask('business_viewer', '{ kpis { nodes { name } } }', surface);
    // each fails after its first statement, while others read
    const answers = await Promise.all([define(), read(), define(), read()]);
    for (const place of [0, 2]) expect(answers[place]!.body).toContain('ALREADY_EXISTS');
    expect(JSON.stringify([answers[1], answers[3], await read()])).not.toContain(secrets.kpi);
    expect(await named(), 'nothing of it stays').toEqual(before);
  }
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
