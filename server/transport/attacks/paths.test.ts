import { expect } from 'vitest';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import { link } from '../../domain/lineage/lineage.service.ts';
import { systemActor } from '../../domain/store.ts';
import { fromGlobalId } from '../../shared/ids.ts';
import type { TestApp } from '../../testing/app.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { missingLike } from '../../testing/attacks/plants.ts';
import { answerOf, surfaceNames } from '../../testing/attacks/surfaces.ts';
import { secrets } from '../../testing/attacks/world.ts';
import { mlflowCaller } from '../../testing/mlflow.ts';

// Other ways that lead to a hidden value, or to a row of another project.
const attack = attacks('http', 'stream', 'socket');

attack(31, async ({ ask, data, planted }) => {
  const types = Object.keys(planted.foreign) as (keyof typeof planted.foreign)[];
  const query = `query (${types.map((type) => `$${type}: ID!`).join()}) { ${types
    .map((type) => `${type}: node(id: $${type}) { id ... on ${type} { name } }`)
    .join(' ')} }`;
  const missing = Object.fromEntries(types.map((type) => [type, missingLike(type)]));
  for (const surface of surfaceNames) {
    for (const role of shippedRoles) {
      const found = await ask(role, { query, variables: planted.foreign }, surface);
      expect(found, `${role} over ${surface}`).toEqual(await ask(role, { query, variables: missing }, surface));
    }
    const nothing = Object.fromEntries(types.map((type) => [type, null]));
    expect(await data('admin', query, planted.foreign, surface)).toEqual(nothing);
  }
});

attack(32, async ({ hides }) => {
  await hides({ at: 'Run.name' }, secrets.run, '{ runs { edges { node { id name } } } }');
  await hides(
    { at: 'ModelVersion.source' },
    secrets.source,
    '{ models { edges { node { versions { edges { node { source } } } } } } }',
  );
  await hides({ at: 'Experiment.name' }, 'gerenuk-experiment', '{ experiments { edges { node { number name } } } }');
});

attack(33, async ({ hides, planted }) => {
  const query = `query ($ids: [ID!]!) { compareRuns(ids: $ids) { params { key values } metrics { key differs } } }`;
  await hides({ at: 'RunComparison.params' }, secrets.param, { query, variables: { ids: [planted.run] } });
  const profile = `query ($id: ID!) { node(id: $id) { ... on Column { id profile { max mean quantiles { value } } } } }`;
  const asked = { query: profile, variables: { id: planted.column } };
  await hides({ at: 'Column.profile' }, secrets.maximum, asked);
  await hides({ at: 'Dataset.facets' }, secrets.owner, '{ models { nodes { id } } datasets { nodes { facets } } }');
});

/** Draws edges to an asset from others. */
async function comesFrom({ aval }: TestApp, to: string, from: readonly string[]): Promise<void> {
  const uuids = [to, ...from].map((id) => fromGlobalId(id, 'id').id);
  await aval.store.write(systemActor, async (tx) => {
    const rows = await tx.db.selectFrom('asset').select(['id', 'key']).where('id', 'in', uuids).execute();
    const [dst, ...src] = uuids.map((uuid) => rows.find(({ id }) => id === uuid)!.key);
    await link(tx, src.map((key) => ({ src: key, dst: dst!, kind: 'TRAINED' as const, source: 'AVAL' as const }))); // prettier-ignore
  });
}

attack(34, async ({ app, ask, data, planted }) => {
  const walk = 'upstream(depth: 20) { assetCount partial assets { nodes { id name } } edges { edges { node { from { id name } } } } }';
  const query = `query ($id: ID!) { node(id: $id) { ... on Asset { ${walk} tags { declaredOn { name } path { from { name } } } } } }`;
  for (const surface of surfaceNames) {
    for (const role of shippedRoles) {
      const seen = await ask(role, { query, variables: { id: planted.version } }, surface);
      expect(seen.body).not.toContain(secrets.foreign);
      expect(seen.body).not.toContain(planted.foreign.Dataset);
      const upstream = answerOf(seen).data?.node?.upstream;
      if (!upstream) continue; // who sees no lineage
      expect(upstream.partial).toBe('HIDDEN'); // said so, and no more
      expect(upstream.assetCount).toBe(upstream.assets.nodes.length);
    }
  }
  const explained = 'query ($id: ID!) { node(id: $id) { ... on Asset { completeness { explained lastSeen producers { source } } } } }';
  const { node } = await data('governance_lead', explained, { id: planted.dataset });
  expect(node.completeness).toMatchObject({ lastSeen: null, producers: [] });
  // nor how much lies outside
  const counted = 'query ($id: ID!) { node(id: $id) { ... on Asset { completeness { parts explained } } } }';
  const parts = async () => (await data('governance_lead', counted, { id: planted.version })).node.completeness;
  await comesFrom(app, planted.version, [planted.foreign.Dataset]);
  const one = await parts();
  await comesFrom(app, planted.version, [planted.foreign.Model, planted.foreign.Kpi]);
  expect(await parts()).toEqual(one);
  expect(app.internalErrors).toEqual([]);
}); // prettier-ignore

attack(35, async ({ ask, data, app }) => {
  // of which nothing is known, so that no rule forbids any use of it
  const engineer = mlflowCaller(app);
  await engineer.post('registered-models/create', { name: 'oribi' });
  await engineer.post('model-versions/create', { name: 'oribi', source: 's3://oribi' });
  const { modelVersions } = await data('governance_lead', '{ modelVersions { nodes { id name } } }');
  const [oribi] = modelVersions.nodes.filter((one: { name: string }) => one.name.startsWith('oribi'));
  const query = `mutation ($input: DeployModelInput!) { deployModel(input: $input) { deployment { id environment purpose { code } } } }`;
  const told = `"code":"${secrets.purpose}"`;
  for (const surface of surfaceNames) {
    const input = { modelVersionId: oribi.id, environment: `payload-${surface}`, purpose: secrets.purpose };
    const asked = { query, variables: { input } };
    expect((await ask('governance_lead', asked, surface)).body).toContain(told);
    for (const role of ['operator', 'ml_engineer'] as const) {
      const { body } = await ask(role, asked, surface);
      expect(body, 'who may deploy').toContain(`"environment":"payload-${surface}"`);
      expect(body, 'but not read purposes').not.toContain(told);
    }
  }
});

attack(36, async ({ ask, hides, planted }) => {
  const figures = `query ($id: ID!) { node(id: $id) { ... on Kpi { id name value { value } history { value at } events { nodes { details } } } } }`;
  const asked = { query: figures, variables: { id: planted.kpi } };
  const missing = { query: figures, variables: { id: missingLike('Kpi') } };
  for (const surface of surfaceNames) {
    expect((await ask('operator', asked, surface)).body).toContain(secrets.kpiValue);
    for (const role of ['business_viewer', 'data_scientist', 'ml_engineer'] as const) {
      expect(await ask(role, asked, surface)).toEqual(await ask(role, missing, surface));
    }
  }
  const variables = { id: planted.dataset, at: new Date(Date.now() + 1_000).toISOString() };
  const past = `query ($id: ID!, $at: DateTime) { node(id: $id) { ... on Dataset { tags(asOf: $at) { tag { name } } } } }`;
  await hides({ at: 'Dataset.tags' }, secrets.tag, { query: past, variables });
});

attack(38, async ({ app, tries }) => {
  // what the report asks with: the same door, narrowed to the role that the report is for
  const token = await app.token('admin');
  const asked = async (role: ShippedRole): Promise<string> => {
    tries('http', role);
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'aval-role': role, 'aval-use': 'export' },
      body: JSON.stringify({ query: '{ runs { nodes { id name params { value } } } viewer { roles } }' }),
    });
    return response.text();
  };
  for (const role of shippedRoles) {
    const text = await asked(role);
    for (const [secret, at] of [[secrets.run, 'Run.name'], [secrets.param, 'Run.params']] as const) {
      const mayTakeIt = (['select', 'export'] as const).every((use) => sidesOf(at, use).may.includes(role));
      expect(text.includes(secret), `${at} for ${role}`).toBe(mayTakeIt);
    }
    if (role !== 'ingest') expect(text).toContain(`"roles":["${role}"]`);
  }
}); // prettier-ignore
