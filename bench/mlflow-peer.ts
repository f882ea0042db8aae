import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const packages = ['mlflow==3.17.2', 'psycopg2-binary'];

export interface MlflowPeer {
  readonly version: string;
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  stop(): Promise<void>;
}

/** A stock `mlflow server` as its documentation starts it, with its own number of workers; it makes its tables itself. */
export async function startMlflow(databaseUrl: string, settings: Record<string, string> = {}): Promise<MlflowPeer> {
  const python = process.env['AVAL_BENCH_PYTHON'] || install();
  const version = output(python, ['-c', 'import mlflow; print(mlflow.__version__)']);
  const folder = mkdtempSync(join(tmpdir(), 'aval-bench-mlflow-'));
  const port = await freePort();
  console.log(`Starting mlflow server ${version}`);
  const child = spawn(
    python,
    [
      '-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port),
      '--backend-store-uri', databaseUrl.replace(/^postgres(ql)?:/, 'postgresql+psycopg2:'), '--artifacts-destination', folder,
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...settings, DO_NOT_TRACK: 'true' } },
  ); // prettier-ignore
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-4_000)));
  const ended = once(child, 'exit');
  const address = `http://127.0.0.1:${port}`;
  const ready = async (): Promise<boolean> => (await fetch(`${address}/health`).catch(() => undefined))?.ok ?? false;
  for (let waited = 0; !(await ready()); waited += 500) {
    if (child.exitCode !== null || waited > 120_000) throw new Error(`mlflow server did not start:\n${printed}`);
    await sleep(500);
  }
  let stopping: Promise<void> | undefined;
  return {
    version,
    address,
    stop: () =>
      (stopping ??= (async () => {
        if (child.exitCode === null) process.kill(-child.pid!, 'SIGTERM'); // its workers too
        await ended;
        rmSync(folder, { recursive: true, force: true });
      })()),
  };
}

/** MLflow in an environment of its own, made once for each version. */
function install(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const folder = join(cache, 'aval-bench', packages[0]!.replace('==', '-'));
  const python = join(folder, 'bin', 'python');
  const done = join(folder, 'installed');
  if (existsSync(done)) return python;
  console.log(`Installing ${packages.join(' and ')} from PyPI into ${folder} (once; some minutes)`);
  output('python3', ['-m', 'venv', '--clear', folder]);
  output(python, ['-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off', ...packages], true);
  output('touch', [done]);
  return python;
}

/** What a program prints; with `show`, it goes to the terminal as it comes. */
function output(program: string, args: readonly string[], show = false): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: show ? 'inherit' : 'pipe',
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
  return show ? '' : stdout.trim();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
