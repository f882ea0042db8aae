import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { compose } from '../server/compose.ts';
import { systemActor } from '../server/domain/store.ts';
import { entities, type Tables } from '../server/domain/tables.ts';
import { migrate, openDatabase, type Database } from '../server/storage/database.ts';
import { median, type Measurement } from './measure.ts';
import { startMlflow } from './mlflow-peer.ts';
import { withDatabases } from './search/databases.ts';
import { experiments, loadAval, loadMlflow, runs } from './search/load.ts';

export const options = `  --keep   leaves the two loaded databases for the next time, some 3 GB on the server of DATABASE_URL
  --quick  a third of the rounds`;

const page = 100;
const deep = 90;
const wide = { filter: `metrics.metric_0 > 0.25 and params.param_0 != 'v0'`, order_by: ['metrics.metric_1 DESC'] };
const selective = {
  'a rare param and a metric': { filter: `params.param_5 = 'v7' and metrics.metric_2 > 0.5` },
  'three conditions, each of a tenth': {
    filter: `metrics.metric_2 > 0.9 and metrics.metric_3 < 0.1 and params.param_1 = 'v3'`,
  },
  'two metrics, ordered by a third': {
    filter: 'metrics.metric_4 > 0.99 and metrics.metric_5 < 0.2',
    order_by: ['metrics.metric_6 ASC'],
  },
};

interface Target {
  readonly name: string;
  /** The milliseconds that the answer took to be whole, and the runs in it. */
  search(request: object): Promise<{ took: number; runs: Run[]; token: string | undefined }>;
}

interface Run {
  readonly info: { readonly run_id: string };
  readonly data: Readonly<Record<'metrics' | 'params' | 'tags', readonly { readonly key: string }[]>>;
}

/** What a search found, run by run, in an order of its own: servers list a run's metrics, params and tags as they like. */
const textOf = (runs: readonly Run[]): string =>
  JSON.stringify(
    runs.map(({ info, data: { metrics, params, tags } }) => [
      info.run_id,
      ...[metrics, params, tags].map((list) => list.map((one) => JSON.stringify(Object.entries(one).sort())).sort()),
    ]),
  );

/** Searches of 100,000 runs over HTTP, in Aval and in a stock MLflow server on the same PostgreSQL. */
export async function run(args: readonly string[]): Promise<Measurement> {
  const rounds = args.includes('--quick') ? 7 : 21;
  return withDatabases(args.includes('--keep'), async (urls, loaded) => {
    const peer = await startMlflow(urls.mlflow);
    try {
      if (!loaded) await withClient(urls.mlflow, loadMlflow);
      const database = await openDatabase<Tables>({ kind: 'postgres', url: urls.aval }, entities);
      try {
        await migrate(database);
        return await withAval(database, urls, loaded, (aval, serverTimes) =>
          measure(aval, target(`MLflow ${peer.version}`, peer.address), serverTimes, rounds),
        );
      } finally {
        await database.close();
      }
    } finally {
      await peer.stop();
    }
  });
}

async function withAval(
  database: Database<Tables>,
  urls: { aval: string; mlflow: string },
  loaded: boolean,
  work: (aval: Target, serverTimes: number[]) => Promise<Measurement>,
): Promise<Measurement> {
  const aval = await compose({ database, onInternal: (error) => console.error(error) });
  const { identity } = aval.services;
  const projectId = await identity.ensureProject(systemActor, 'bench');
  const principalId = await identity.createPrincipal(systemActor, {
    name: `bench-${process.pid}`, kind: 'service', roles: ['ml_engineer'], projects: [projectId],
  }); // prettier-ignore
  const token = await identity.issueToken(systemActor, { principalId, label: 'bench', defaultProjectId: projectId });
  const http = await aval.listen(0);
  try {
    if (!loaded) {
      await withClient(urls.aval, (db) => loadAval(db, projectId));
      const start = Date.now();
      await aval.settler.settle();
      console.log(`  Aval: settled in ${((Date.now() - start) / 1000).toFixed(1)} s`);
      for (const url of Object.values(urls)) await withClient(url, (db) => db.query('vacuum analyze'));
    }
    // from the request's arrival to the answer's last byte handed over, as the server sees it
    const serverTimes: number[] = [];
    http.prependListener('request', (_request, response) => {
      const start = performance.now();
      response.on('finish', () => serverTimes.push(performance.now() - start));
    });
    const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    return await work(target('Aval', address, token), serverTimes);
  } finally {
    http.closeAllConnections();
    http.close();
    await aval.stop();
  }
}

async function measure(aval: Target, mlflow: Target, serverTimes: number[], rounds: number): Promise<Measurement> {
  const all = { experiment_ids: Array.from({ length: experiments }, (_, i) => String(i + 1)), max_results: page };
  const first = { ...all, ...wide };
  console.log(`\n${runs} runs in ${experiments} experiments; medians of ${rounds}, in ms:`);
  const compare = async (name: string, ofAval: object, ofMlflow: object): Promise<{ ours: number; ratio: number }> => {
    const [a, m] = [await aval.search(ofAval), await mlflow.search(ofMlflow)];
    if (a.runs.length === 0 || textOf(a.runs) !== textOf(m.runs))
      throw new Error(`${name}: the two found different runs.`);
    const times = { aval: [] as number[], mlflow: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.mlflow.push((await mlflow.search(ofMlflow)).took);
      times.aval.push((await aval.search(ofAval)).took);
    }
    const [ours, theirs] = [median(times.aval), median(times.mlflow)];
    tell(name, `${mlflow.name} ${theirs.toFixed(1).padStart(8)}   Aval ${ours.toFixed(1).padStart(6)}   ${(theirs / ours).toFixed(1)}x`); // prettier-ignore
    return { ours, ratio: theirs / ours };
  };

  const wideFirst = await compare('wide filter by a metric, page 1', first, first);
  const wideDeep = await compare(
    `the same, page ${deep}`,
    { ...first, page_token: await tokenOfPage(aval, first, deep) },
    { ...first, page_token: mlflowToken((deep - 1) * page) },
  );
  tell('page 90 to page 1 of Aval', `${(wideDeep.ours / wideFirst.ours).toFixed(2)}x (at most 1.2)`);
  const half = { ...all, filter: 'metrics.metric_0 > 0.25', order_by: ['metrics.metric_19 ASC'] };
  await compare('wide filter by a metric that half lack', half, half);
  const ratios: number[] = [];
  for (const [name, request] of Object.entries(selective)) {
    ratios.push((await compare(`selective: ${name}`, { ...all, ...request }, { ...all, ...request })).ratio);
  }
  tell('selective, the least', `${Math.min(...ratios).toFixed(1)}x (at least 5)`);
  await compare('100 whole runs, newest first', all, all);
  serverTimes.length = 0;
  for (let round = 0; round < 5 * rounds; round++) await aval.search(all);
  tell(
    'the same, within the server alone',
    `${median(serverTimes).toFixed(2)}, at best ${Math.min(...serverTimes).toFixed(2)} (below 5)`,
  );
  const ratio = Math.sqrt(wideFirst.ratio * wideDeep.ratio);
  tell('wide filter, pages 1 and 90', `${ratio.toFixed(1)}x (at least 20)`);
  return { ratio, against: `${mlflow.name}: a wide filter ordered by a metric, pages 1 and 90`, unit: 'x faster' };
}

const tell = (name: string, what: string): void => console.log(`  ${name.padEnd(56)} ${what}`);

function target(name: string, address: string, token?: string): Target {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  return {
    name,
    async search(request) {
      const sent = JSON.stringify(request);
      const send = () => fetch(`${address}/api/2.0/mlflow/runs/search`, { method: 'POST', headers, body: sent });
      let start = performance.now();
      // uvicorn ends a worker that is too busy to answer its ping: another takes the request, and only that one is timed
      const response = await send().catch(() => {
        start = performance.now();
        return send();
      });
      const text = await response.text();
      const took = performance.now() - start;
      if (!response.ok) throw new Error(`${name} answered ${response.status}: ${text.slice(0, 500)}`);
      const body = JSON.parse(text) as { runs?: Run[]; next_page_token?: string };
      return { took, runs: body.runs ?? [], token: body.next_page_token };
    },
  };
}

async function tokenOfPage(aval: Target, request: object, number: number): Promise<string> {
  let token = '';
  for (let at = 1; at < number; at++) token = (await aval.search({ ...request, page_token: token })).token!;
  return token;
}

/** MLflow's pages count rows: its token is the offset. That the runs are the same is checked. */
const mlflowToken = (offset: number): string => Buffer.from(JSON.stringify({ offset })).toString('base64');

async function withClient(url: string, work: (db: Client) => Promise<unknown>): Promise<void> {
  const db = new Client({ connectionString: url });
  await db.connect();
  try {
    await work(db);
  } finally {
    await db.end();
  }
}
