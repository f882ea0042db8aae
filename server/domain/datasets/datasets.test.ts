import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { newId } from '../../shared/ids.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { insertAsset } from '../assets/asset.service.ts';
import { edgeKinds } from '../lineage/edge.entity.ts';
import { linkRun } from '../lineage/lineage.service.ts';
import type { Tx } from '../store.ts';
import { recordVersions } from './datasets.service.ts';
import { nameOfMlflowSource } from './naming.ts';

let app: TestApp;
let actor: Actor;
beforeAll(async () => {
  app = await startTestApp();
  actor = await app.aval.services.identity.authenticate(await app.token('ml_engineer'));
});
afterAll(() => app.close());

const schema = (...names: string[]): string =>
  JSON.stringify({ mlflow_colspec: names.map((name) => ({ name, type: 'long', required: true })) });

const credit = (digest: string, ...columns: string[]) => ({
  name: 'credit_train', digest, sourceType: 's3', source: '{"uri": "s3://warehouse/features/credit"}', schema: schema(...columns), profile: '{"num_rows": 700}',
}); // prettier-ignore

async function edges(): Promise<string[]> {
  const rows = await app.database.read
    .selectFrom('edge')
    .innerJoin('asset as s', 's.key', 'edge.src')
    .innerJoin('asset as d', 'd.key', 'edge.dst')
    .select(['edge.kind', 's.name as src', 'd.name as dst', 'edge.refined', 'edge.valid_to'])
    .execute();
  return rows
    .map((e) => `${e.src} ${edgeKinds[e.kind]}${e.refined ? '*' : ''} ${e.dst}${e.valid_to ? ' (closed)' : ''}`)
    .sort();
}

describe('MLflow’s dataset inputs', () => {
  test('become versions of the dataset that OpenLineage means, with columns and edges, in few statements', async () => {
    const record = () =>
      app.aval.store.write(actor, (tx) =>
        recordVersions(tx, actor, app.projectId, [credit('d1', 'sex', 'income'), credit('d2', 'income')]),
      );
    const first = await countStatements(record);
    expect(first.statements).toBeLessThanOrEqual(16); // two of them take up what changed for the tags
    expect(await record()).toEqual(first.result);
    expect(await edges()).toEqual([
      'features/credit VERSION_OF* credit_train@d1',
      'features/credit VERSION_OF* credit_train@d2',
      'income COLUMN_OF* features/credit',
      'income IN_VERSION credit_train@d1',
      'income IN_VERSION credit_train@d2',
      'sex COLUMN_OF* features/credit',
      'sex IN_VERSION credit_train@d1',
    ]);
  });

  test.each([
    ['{"uri": "s3://bucket/a/b.csv"}', 's3://bucket', 'a/b.csv'],
    ['{"uri": "s3a://bucket/a/b.csv"}', 's3://bucket', 'a/b.csv'],
    ['{"uri": "file:///data/a.csv"}', 'file', '/data/a.csv'],
    ['{"uri": "/data/a.csv"}', 'file', '/data/a.csv'],
    ['{"url": "https://example.org/a.csv?token=x"}', 'https://example.org', 'a.csv'],
    ['{"path": "hdfs://node:8020/a"}', 'hdfs://node:8020', '/a'],
    ['{"tags": {"mlflow.source.name": "train.py"}}', 'mlflow', 'credit'],
    ['{"path": "relative.csv"}', 'mlflow', 'credit'],
    ['not json', 'mlflow', 'credit'],
  ])('%s is (%s, %s)', (source, namespace, name) => {
    expect(nameOfMlflowSource(source, 'credit')).toEqual({ namespace, name });
  });
});

describe('a run’s edges', () => {
  const input = (tx: Tx, run_id: string, asset_key: number, context: string) =>
    tx.db
      .insertInto('run_input')
      .values({ run_id, asset_key, context, tags: '{}' as never })
      .execute();

  test('tell what taught a model from what only judged it, in any order', async () => {
    const run = newId();
    await app.aval.store.write(actor, async (tx) => {
      await tx.db.insertInto('run').values({ id: run, project_id: app.projectId, kind: 'TRAINING', status: 'RUNNING', user_name: '', lifecycle: 'active', facets: '{}' as never, created_at: tx.now } as never).execute(); // prettier-ignore
      const [train, judge] = await recordVersions(tx, actor, app.projectId, [
        credit('d1', 'sex'),
        credit('d2', 'income'),
      ]);
      await input(tx, run, train!.key, 'training');
      await input(tx, run, judge!.key, ''); // as the client does for each metric
      await linkRun(tx, [run]);
      const model = await insertAsset(tx, { kind: 'LOGGED_MODEL', projectId: app.projectId, name: 'forest' });
      await tx.db.insertInto('run_output').values({ run_id: run, asset_key: model.key, step: 0 }).execute();
      await linkRun(tx, [run]);
      await input(tx, run, judge!.key, 'evaluation');
      await linkRun(tx, [run]);
      await linkRun(tx, [run]);
    });
    expect((await edges()).filter((edge) => edge.includes('forest'))).toEqual([
      'credit_train@d1 TRAINED forest',
      'credit_train@d2 EVALUATED forest',
      'credit_train@d2 TRAINED forest (closed)',
    ]);
  });
});
