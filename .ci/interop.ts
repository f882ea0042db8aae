/**
 * node --import tsx .ci/interop.ts PYTHON OLD: the example's scripts, with stock clients, against one fresh server; their recordings to
 * another; both must end in the same state. Then a client's day, and a large file there and back. PYTHON is an interpreter that has the
 * examples' requirements, OLD one that has the oldest client of MLflow's that must work.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invitePeople, projects, type DemoProject } from '../examples/demo/people.ts';
import { startServer } from './server.ts';

const [python, old] = process.argv.slice(2);
if (python === undefined || old === undefined) {
  console.error('Usage: node --import tsx .ci/interop.ts PYTHON OLD');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'aval-interop-'));
const started = await Promise.all(
  ['live', 'replayed'].map((name) =>
    // what `npm start` runs, without npm, which tells by no exit code whether the server ended well
    startServer({ command: ['node', '--import', 'tsx', 'server/main.ts'], env: { AVAL_DATA_DIR: join(folder, name) } }),
  ),
);
const [live, replayed] = started as [(typeof started)[number], (typeof started)[number]];
const tsx = ['--import', 'tsx'];
const run = (program: string, args: readonly string[], env: Record<string, string> = {}): void => {
  const { status } = spawnSync(program, args, { env: { ...process.env, ...env }, stdio: 'inherit', timeout: 600_000 });
  const script = args.find((arg) => /\.(py|ts)$/.test(arg)); // the rest of the command holds tokens
  if (status !== 0) throw new Error(`${script} ended with ${status}`);
};

try {
  const onLive = await invitePeople(live.url, live.adminToken);
  const onReplayed = await invitePeople(replayed.url, replayed.adminToken);
  for (const project of Object.keys(projects) as DemoProject[]) {
    const left = onLive.engineerOf[project];
    const right = onReplayed.engineerOf[project];
    run(python, [`examples/${project}/main.py`], {
      MLFLOW_TRACKING_URI: live.url,
      MLFLOW_TRACKING_TOKEN: left,
      OPENLINEAGE_URL: live.url,
      OPENLINEAGE_API_KEY: left,
      DO_NOT_TRACK: 'true',
      LOGNAME: 'ci', // MLflow's client reports who runs it
    });
    const recording = `examples/recording/${project}.jsonl`;
    run('node', [
      ...tsx,
      'examples/recording/replay.ts',
      '--quiet',
      '--url',
      replayed.url,
      '--token',
      right,
      recording,
    ]);
    const tokens = ['--left-token', left, '--right-token', right];
    run('node', [...tsx, 'examples/recording/compare.ts', ...tokens, live.url, replayed.url]);
  }
  const [engineer] = Object.values(onLive.engineerOf);
  for (const interpreter of [python, old]) {
    for (const script of ['mlflow_client.py', 'artifacts.py']) {
      run(interpreter, [`.ci/clients/${script}`], {
        MLFLOW_TRACKING_URI: live.url,
        MLFLOW_TRACKING_TOKEN: engineer!,
        AVAL_SERVER_PID: String(live.pid),
        DO_NOT_TRACK: 'true',
        LOGNAME: 'ci',
      });
    }
  }
} finally {
  await Promise.all(started.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}
