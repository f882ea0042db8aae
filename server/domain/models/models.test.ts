import { execute, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { fromGlobalId, newId, toGlobalId, toHex } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { pageOfVersions } from './models.read-model.ts';

let app: TestApp;
let actor: Actor;
let experimentId: string;
beforeAll(async () => {
  app = await startTestApp();
  actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
  experimentId = (await app.aval.services.experiments.create(actor, { name: 'models', tags: [] })).id;
});
afterAll(() => app.close());

const ref = (name: string) => ({ projectId: app.projectId, name });

async function makeRun(): Promise<string> {
  const id = newId();
  const now = new Date();
  await app.database.write((tx) =>
    tx
      .insertInto('run')
      .values({
        id,
        project_id: app.projectId,
        experiment_id: experimentId,
        kind: 'TRAINING',
        status: 'RUNNING',
        user_name: 'ana',
        lifecycle: 'active',
        facets: '{}' as never,
        created_at: now,
      } as never)
      .execute(),
  );
  return id;
}

async function register(name: string, versions = 1): Promise<{ model: string; versions: string[] }> {
  const { loggedModels, registry, versions: registered } = app.aval.services;
  const model = await registry.create(actor, { ...ref(name), tags: {} });
  const made: string[] = [];
  for (let i = 0; i < versions; i++) {
    const runId = await makeRun();
    const logged = await loggedModels.create(actor, {
      experimentId,
      name: 'model',
      modelType: '',
      runId,
      params: {},
      tags: {},
    });
    made.push(
      (await registered.create(actor, { model: ref(name), source: `models:/m-${toHex(logged)}`, tags: {} })).id,
    );
  }
  return { model, versions: made };
}

describe('registered models', () => {
  test('a second one of the same name is refused, and leaves nothing', async () => {
    await app.aval.services.registry.create(actor, { ...ref('twice'), tags: {} });
    const before = await app.database.read
      .selectFrom('asset')
      .select((q) => q.fn.countAll().as('n'))
      .executeTakeFirst();
    await expect(app.aval.services.registry.create(actor, { ...ref('twice'), tags: {} })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    const after = await app.database.read
      .selectFrom('asset')
      .select((q) => q.fn.countAll().as('n'))
      .executeTakeFirst();
    expect(after).toEqual(before);
  });

  test.each(['', 'a/b', 'a:b', 'x'.repeat(257), 'a\0b'])('cannot be called %j', async (name) => {
    await expect(app.aval.services.registry.create(actor, { ...ref(name), tags: {} })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      field: 'name',
    });
  });

  test('of another project are out of reach', async () => {
    const other = await app.aval.services.identity.authenticate(await app.token('ml_engineer', 'other'));
    await register('private');
    await expect(app.aval.services.registry.update(other, ref('private'), 'mine')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('are renamed with their versions', async () => {
    const { model } = await register('old-name', 2);
    await app.aval.services.registry.rename(actor, ref('old-name'), 'new-name');
    const { data, errors } = await app.graphql(
      'ml_engineer',
      'query ($id: ID!) { node(id: $id) { ... on Model { name versions { nodes { name version } } } } }',
      { id: toGlobalId('Model', model) },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      node: {
        name: 'new-name',
        versions: {
          nodes: [
            { name: 'new-name 2', version: 2 },
            { name: 'new-name 1', version: 1 },
          ],
        },
      },
    });
  });
});

describe('model versions', () => {
  test('get numbers without gaps, however many register at once', async () => {
    await app.aval.services.registry.create(actor, { ...ref('crowd'), tags: {} });
    const made = await Promise.all(
      Array.from({ length: 12 }, () =>
        app.aval.services.versions.create(actor, { model: ref('crowd'), source: 's3://bucket/model', tags: {} }),
      ),
    );
    expect(made.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
  });

  test('know the logged model and the run behind each form of source', async () => {
    const { loggedModels, registry, versions } = app.aval.services;
    await registry.create(actor, { ...ref('sources'), tags: {} });
    const runId = await makeRun();
    const logged = await loggedModels.create(actor, {
      experimentId,
      name: 'model',
      modelType: '',
      runId,
      params: {},
      tags: {},
    });
    const sources = [
      `models:/m-${toHex(logged)}`,
      `mlflow-artifacts:/1/models/m-${toHex(logged)}/artifacts`,
      `runs:/${toHex(runId)}/model`,
      `mlflow-artifacts:/1/${toHex(runId)}/artifacts/model`,
      'models:/sources/1',
      's3://elsewhere/model',
    ];
    for (const source of sources) await versions.create(actor, { model: ref('sources'), source, tags: {} });
    const rows = await app.database.read
      .selectFrom('model_version')
      .innerJoin('model', 'model.asset_key', 'model_version.model_key')
      .leftJoin('asset', 'asset.key', 'model_version.logged_model_key')
      .select(['model_version.run_id', 'asset.id as logged'])
      .where('model.name', '=', 'sources')
      .orderBy('version')
      .execute();
    const both = { run_id: runId, logged };
    expect(rows).toEqual([both, both, { run_id: runId, logged: null }, { run_id: runId, logged: null }, both, { run_id: null, logged: null }]); // prettier-ignore
    const edges = await app.database.read.selectFrom('edge').innerJoin('asset', 'asset.key', 'edge.src').select('edge.kind').where('asset.id', '=', logged).execute(); // prettier-ignore
    expect(edges).toHaveLength(3);
  });

  test.each(['/etc/passwd', '../model', 'file:///a/../b', `models:/m-${'0'.repeat(32)}`, 'mlflow-artifacts:/a/%252e%252e/b', 'models:/sources/99'])(
    'cannot come from %s',
    async (source) => {
      const created = app.aval.services.versions.create(actor, { model: ref('sources'), source, tags: {} });
      await expect(created).rejects.toMatchObject({ field: 'source' });
    },
  ); // prettier-ignore
});

describe('aliases', () => {
  test('move from version to version, and the past keeps what they stood for', async () => {
    const { registry } = app.aval.services;
    const { model } = await register('aliased', 2);
    await registry.setAlias(actor, ref('aliased'), 'champion', 1, () => {});
    await registry.setAlias(actor, ref('aliased'), 'champion', 1, () => {}); // again: nothing changes
    const then = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await registry.setAlias(actor, ref('aliased'), 'champion', 2, () => {});
    const { data, errors } = await app.graphql(
      'business_viewer',
      `query ($id: ID!, $then: DateTime) { node(id: $id) { ... on Model {
         now: aliases { alias version { version aliases } validTo } then: aliases(asOf: $then) { alias version { version } }
         alias(name: "champion") { version } none: alias(name: "challenger") { version } } } }`,
      { id: toGlobalId('Model', model), then },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      node: {
        now: [{ alias: 'champion', version: { version: 2, aliases: ['champion'] }, validTo: null }],
        then: [{ alias: 'champion', version: { version: 1 } }],
        alias: { version: 2 },
        none: null,
      },
    });
    await registry.deleteAlias(actor, ref('aliased'), 'champion');
    await registry.deleteAlias(actor, ref('aliased'), 'champion');
    const rows = await app.database.read
      .selectFrom('model_alias')
      .select('valid_to')
      .where('alias', '=', 'champion')
      .execute();
    expect(rows).toHaveLength(2);
    expect(rows.every((row) => row.valid_to !== null)).toBe(true);
  });

  test.each(['latest', 'v3', 'a b', ''])('cannot be called %j', async (alias) => {
    await expect(app.aval.services.registry.setAlias(actor, ref('twice'), alias, 1, () => {})).rejects.toMatchObject({
      field: 'alias',
    });
  });
});

describe('a list of models', () => {
  // one list at a time: what two of them ask at the same moment may or may not share a statement
  test.each([
    'models(first: 100) { nodes { name aliases { alias version { version } } versions(first: 5) { nodes { version } } } }',
    'modelVersions(first: 100) { nodes { name model { name } loggedModel { mlflowId versions { version } } aliases deployments { environment } trainedOn { name } run { name } } }',
    'loggedModels(first: 100) { nodes { name versions { version } trainedOn { name } run { name } } }',
  ])('%s takes the same number of statements for one model and for many', async (list) => {
    const document = parse(`{ ${list} }`);
    const count = async () => {
      const contextValue = app.aval.contextFor(actor);
      const { result, statements } = await countStatements(async () =>
        execute({ schema: app.aval.schema, document, contextValue }),
      );
      expect(result.errors).toBeUndefined();
      return statements;
    };
    const before = await count();
    for (const n of [1, 2, 3, 4]) await register(`${list.slice(0, 6)} ${n}`, 3);
    expect(await count()).toBe(before);
    expect(before).toBeLessThanOrEqual(8);
  });

  test('goes by pages that neither skip nor repeat', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { data } = await app.graphql(
        'ml_engineer',
        'query ($after: String) { models(first: 3, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      const page = data!['models'] as {
        nodes: { id: string; name: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      seen.push(...page.nodes.map((node) => node.name));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
    } while (after);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen.length).toBeGreaterThan(6);
  });

  test('of one model holds its versions only', async () => {
    const { model } = await register('only', 2);
    const page = await pageOfVersions(app.aval.contextFor(actor), {
      first: 20,
      where: { modelId: toGlobalId('Model', model) },
    });
    expect(page.rows.map((row) => row.name)).toEqual(['only 2', 'only 1']);
    expect(fromGlobalId(page.rows[0]!.id).type).toBe('ModelVersion');
  });
});
