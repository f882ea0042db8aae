import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ShippedRole } from '../../access/actor.ts';
import { toGlobalId } from '../../shared/ids.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';

// What is deployed by an alias or a stage moves where that does, and every way to put a version to use asks the rules.
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  expect(app.internalErrors).toEqual([]);
  await app.close();
});

let model: string;
let versions: string[];
let made = 0;
beforeEach(async () => {
  const actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
  const ref = { projectId: app.projectId, name: (model = `scorer ${++made}`) };
  await app.aval.services.registry.create(actor, { ...ref, tags: {} });
  versions = [];
  for (let i = 0; i < 3; i++) {
    const { id } = await app.aval.services.versions.create(actor, { model: ref, source: 's3://models/scorer', tags: {} });
    versions.push(toGlobalId('ModelVersion', id));
  }
  expect(await move('champion', 1)).toMatchObject({ status: 200 });
}); // prettier-ignore

interface Moved {
  status: number;
  body: { error_code?: string; message?: string; verdict?: { because?: { tag: string }[] } };
}

/** As a stock MLflow client does. */
async function post(path: string, body: object, role: ShippedRole): Promise<Moved> {
  const response = await fetch(`${app.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await app.token(role)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: model, ...body }),
  });
  return { status: response.status, body: (await response.json()) as Moved['body'] };
}

const move = (alias: string, version: number, role: ShippedRole = 'ml_engineer'): Promise<Moved> =>
  post('registered-models/alias', { alias, version: String(version) }, role);

const stage = (to: string, version: number, archive = false, role: ShippedRole = 'ml_engineer'): Promise<Moved> =>
  post(
    'model-versions/transition-stage',
    { version: String(version), stage: to, archive_existing_versions: archive },
    role,
  );

const forget = async (alias: string): Promise<number> => {
  const query = new URLSearchParams({ name: model, alias });
  const headers = { authorization: `Bearer ${await app.token('ml_engineer')}` };
  return (await fetch(`${app.url}/api/2.0/mlflow/registered-models/alias?${query.toString()}`, { method: 'DELETE', headers })).status; // prettier-ignore
};

const change = (mutation: string, input: object, role: ShippedRole = 'operator') =>
  app.graphql(role, `mutation($input: ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { deployment { id } } }`, { input }); // prettier-ignore

async function deploy(version: number, more: object = {}): Promise<string> {
  const input = {
    modelVersionId: versions[version - 1],
    environment: 'production',
    purpose: 'credit-scoring',
    ...more,
  };
  const { data, errors } = await change('deployModel', input);
  expect(errors).toBeUndefined();
  return (data as { deployModel: { deployment: { id: string } } }).deployModel.deployment.id;
}

async function rollBack(deploymentId: string): Promise<string> {
  const { data, errors } = await change('rollBackDeployment', { deploymentId });
  expect(errors).toBeUndefined();
  return (data as { rollBackDeployment: { deployment: { id: string } } }).rollBackDeployment.deployment.id;
}

/** From now on nothing lets the version be used for credit scoring. */
async function taint(version: number): Promise<void> {
  const input = { assetId: versions[version - 1], tag: 'special-category:health' };
  const { errors } = await app.graphql('governance_lead', 'mutation($input: TagAssetInput!) { tagAsset(input: $input) { assignment { origin } } }', { input }); // prettier-ignore
  expect(errors).toBeUndefined();
}

interface InUse {
  id: string;
  environment: string;
  alias: string | null;
  stage: string | null;
  modelVersion: { version: number };
  replaces: { id: string; validTo: string } | null;
  restores: { id: string } | null;
}

/** What of the model is in use, the oldest first. */
async function inUse(): Promise<InUse[]> {
  const { data, errors } = await app.graphql(
    'operator',
    '{ deployments(first: 100, where: { active: true }) { nodes { id name environment alias stage modelVersion { version } replaces { id validTo } restores { id } } } }',
  );
  expect(errors).toBeUndefined();
  const { nodes } = (data as { deployments: { nodes: (InUse & { name: string })[] } }).deployments;
  return nodes.filter(({ name }) => name.startsWith(`${model} `)).reverse();
}

const champion = async (): Promise<number> => {
  const query = 'query($name: String!) { models(where: { name: { eq: $name } }) { nodes { alias(name: "champion") { version } } } }'; // prettier-ignore
  const { data } = await app.graphql('operator', query, { name: model });
  return (data as { models: { nodes: { alias: { version: number } }[] } }).models.nodes[0]!.alias.version;
};

async function logged(action: string): Promise<{ details: object }[]> {
  await app.aval.integrator.integrate();
  const query = 'query($action: String!) { auditEvents(first: 1, where: { action: { eq: $action } }) { nodes { details } } }'; // prettier-ignore
  const { data, errors } = await app.graphql('compliance_reviewer', query, { action });
  expect(errors).toBeUndefined();
  return (data as { auditEvents: { nodes: { details: object }[] } }).auditEvents.nodes;
}

describe('an alias that deployments ride on', () => {
  test('takes them along to the version that it moves to, each in the place of the one before', async () => {
    const production = await deploy(1, { alias: 'champion' });
    const batch = await deploy(1, { alias: 'champion', environment: 'batch', purpose: 'fraud-prevention' });
    const fixed = await deploy(1, { environment: 'archive' });
    expect(await move('champion', 2)).toMatchObject({ status: 200 });
    expect(await inUse()).toMatchObject([
      { id: fixed, modelVersion: { version: 1 }, alias: null },
      { environment: 'production', alias: 'champion', modelVersion: { version: 2 }, replaces: { id: production, validTo: expect.any(String) } },
      { environment: 'batch', alias: 'champion', modelVersion: { version: 2 }, replaces: { id: batch } },
    ]); // prettier-ignore
  });

  test('does not move to a version that the rules forbid for one of them, and says because of what', async () => {
    await taint(2);
    const standing = await deploy(1, { alias: 'champion' });
    const { status, body } = await move('champion', 2);
    expect([status, body.error_code]).toEqual([403, 'PERMISSION_DENIED']);
    expect(body.message).toContain('credit-no-special-category');
    expect(body.verdict!.because).toMatchObject([{ tag: 'special-category:health' }, { tag: 'special-category:health' }]); // prettier-ignore
    expect(await champion()).toBe(1);
    expect(await inUse()).toMatchObject([{ id: standing }]);
    expect(await move('challenger', 2)).toMatchObject({ status: 200 }); // nothing rides on that one
  });

  test('does not get there by being taken away first', async () => {
    await taint(3);
    await deploy(1, { alias: 'champion' });
    expect(await forget('champion')).toBe(200);
    expect(await move('champion', 3)).toMatchObject({ status: 403 });
    expect(await move('champion', 2)).toMatchObject({ status: 200 });
    expect(await inUse()).toMatchObject([{ modelVersion: { version: 2 } }]);
  });

  test('is moved only by who may deploy', async () => {
    expect(await move('champion', 2, 'data_engineer')).toMatchObject({ status: 200 });
    await deploy(2, { alias: 'champion' });
    expect(await move('champion', 3, 'data_engineer')).toMatchObject({ status: 403 });
    expect(await champion()).toBe(2);
  });

  test('stands for the version that is deployed by it', async () => {
    const input = { modelVersionId: versions[1], environment: 'production', purpose: 'credit-scoring' };
    for (const alias of ['champion', 'nobody']) {
      const { errors } = await change('deployModel', { ...input, alias });
      expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.alias' });
    }
    expect(await inUse()).toEqual([]);
  });
});

describe('a stage that deployments ride on', () => {
  const stages = async (): Promise<string[]> => {
    const query = 'query($name: String!) { models(where: { name: { eq: $name } }) { nodes { versions(first: 9) { nodes { version stage } } } } }'; // prettier-ignore
    const { data, errors } = await app.graphql('operator', query, { name: model });
    expect(errors).toBeUndefined();
    type Answer = { models: { nodes: { versions: { nodes: { version: number; stage: string }[] } }[] } };
    const { nodes } = (data as Answer).models.nodes[0]!.versions;
    return nodes.sort((a, b) => a.version - b.version).map((one) => one.stage);
  };
  const served = async () => (await inUse()).map((one) => [one.stage, one.modelVersion.version]);

  test('takes them along to the newest version in it, whether that came or the one before went', async () => {
    await stage('Production', 1);
    const first = await deploy(1, { stage: 'Production' });
    expect(await stage('Production', 2)).toMatchObject({ status: 200 });
    expect(await inUse()).toMatchObject([
      { stage: 'Production', alias: null, modelVersion: { version: 2 }, replaces: { id: first, validTo: expect.any(String) } },
    ]); // prettier-ignore
    await stage('Archived', 2);
    expect(await served()).toEqual([['Production', 1]]);
    await stage('Archived', 1); // now it stands for nothing, and what is in use stays
    expect(await served()).toEqual([['Production', 1]]);
    const [standing] = await inUse();
    await stage('Production', 1);
    expect((await inUse())[0]!.id).toBe(standing!.id);
    await stage('production', 3, true);
    expect(await served()).toEqual([['Production', 3]]);
    expect(await stages()).toEqual(['Archived', 'Archived', 'Production']);
  });

  test('is not entered by a version that the rules forbid for one of them, and says because of what', async () => {
    await taint(2);
    await stage('Production', 1);
    await deploy(1, { stage: 'Production' });
    for (const archive of [false, true]) {
      const { status, body } = await stage('Production', 2, archive);
      expect([status, body.error_code]).toEqual([403, 'PERMISSION_DENIED']);
      expect(body.message).toContain('credit-no-special-category');
      expect(body.verdict!.because).toMatchObject([{ tag: 'special-category:health' }, { tag: 'special-category:health' }]); // prettier-ignore
    }
    expect(await stages()).toEqual(['Production', 'None', 'None']);
    expect(await served()).toEqual([['Production', 1]]);
    expect(await stage('Staging', 2)).toMatchObject({ status: 200 }); // nothing rides on that one
  });

  test('is not left to an older version that the rules forbid', async () => {
    await stage('Production', 1);
    await stage('Production', 2);
    await deploy(2, { stage: 'Production' });
    await taint(1);
    expect(await stage('Archived', 2)).toMatchObject({ status: 403 });
    expect(await stages()).toEqual(['Production', 'Production', 'None']);
    expect(await stage('Archived', 1)).toMatchObject({ status: 200 });
  });

  test('is changed only by who may deploy', async () => {
    expect(await stage('Production', 1, false, 'data_engineer')).toMatchObject({ status: 200 });
    await deploy(1, { stage: 'Production' });
    expect(await stage('Production', 2, false, 'data_engineer')).toMatchObject({ status: 403 });
    expect(await stage('Staging', 2, false, 'data_engineer')).toMatchObject({ status: 200 });
    expect(await stages()).toEqual(['Production', 'Staging', 'None']);
  });

  test('stands for the version that is deployed by it', async () => {
    await stage('Production', 1);
    await stage('Production', 2);
    const input = { modelVersionId: versions[0], environment: 'production', purpose: 'credit-scoring' };
    for (const one of [{ stage: 'Production' }, { stage: 'Staging' }, { stage: 'Archived' }, { stage: 'Production', alias: 'champion' }]) {
      const { errors } = await change('deployModel', { ...input, ...one });
      expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'input.stage' });
    } // prettier-ignore
    expect(await inUse()).toEqual([]);
  });

  test('goes back with what is rolled back', async () => {
    await stage('Production', 1);
    await deploy(1, { stage: 'Production' });
    await deploy(1, { stage: 'Production', environment: 'batch' });
    await stage('Production', 2, true);
    await rollBack((await inUse())[1]!.id);
    expect(await stages()).toEqual(['Production', 'Archived', 'None']);
    expect(await served()).toEqual([['Production', 1], ['Production', 1]]); // prettier-ignore
  });
});

describe('going back', () => {
  test('puts the version before in use again, in the same place and for the same purpose', async () => {
    const first = await deploy(1);
    const second = await deploy(2, { replaces: first });
    const again = await deploy(2, { replaces: second }); // the same version anew is none to go back to
    const back = await rollBack(again);
    expect(await inUse()).toMatchObject([
      { id: back, modelVersion: { version: 1 }, replaces: { id: again }, restores: { id: first } },
    ]);
    expect(await logged('deployment.rolled-back')).toMatchObject([{ details: { from: expect.any(String), to: expect.any(String) } }]); // prettier-ignore
  });

  test('twice leads further back, and not forth again', async () => {
    const first = await deploy(1);
    const second = await deploy(2, { replaces: first });
    const third = await deploy(3, { replaces: second });
    const once = await rollBack(third);
    const twice = await rollBack(once);
    expect((await inUse()).map(({ modelVersion }) => modelVersion.version)).toEqual([1]);
    const { errors } = await change('rollBackDeployment', { deploymentId: twice });
    expect(errors![0]!.extensions).toMatchObject({ code: 'CONFLICT', field: 'input.deploymentId' });
  });

  test('takes the alias back, and all that rides on it', async () => {
    await deploy(1, { alias: 'champion' });
    await deploy(1, { alias: 'champion', environment: 'batch' });
    await move('champion', 2);
    await rollBack((await inUse())[1]!.id);
    expect(await champion()).toBe(1);
    expect(await inUse()).toMatchObject([
      { environment: 'production', alias: 'champion', modelVersion: { version: 1 } },
      { environment: 'batch', alias: 'champion', modelVersion: { version: 1 } },
    ]);
  });

  test('is refused where the rules do not let the version before be used any more', async () => {
    const first = await deploy(1);
    const second = await deploy(2, { replaces: first });
    await taint(1);
    const { errors } = await change('rollBackDeployment', { deploymentId: second }, 'ml_engineer');
    expect(errors![0]!.extensions).toMatchObject({
      code: 'FORBIDDEN',
      field: 'input.deploymentId',
      verdict: { outcome: 'FORBIDDEN', because: expect.arrayContaining([expect.objectContaining({ tag: 'special-category:health' })]) },
    }); // prettier-ignore
    expect(await inUse()).toMatchObject([{ id: second }]);
  });

  test.each(['data_scientist', 'compliance_reviewer', 'business_viewer'] as const)('is not for a %s', async (role) => {
    const id = await deploy(1);
    const { errors } = await change('rollBackDeployment', { deploymentId: id }, role);
    expect(errors![0]!.extensions['code']).toBe('FORBIDDEN');
  });
});
