import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Role } from '../../access/actor.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How a command ended, and all that it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands are processes of their own, and each takes a core: two at a time. */
let running = 0;
const waiting: (() => void)[] = [];
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function ends(script: string, args: readonly string[], token: string | undefined): Promise<Ended> {
  const env = { ...process.env, AVAL_TOKEN: token ?? '', ASTRO_TELEMETRY_DISABLED: '1', NODE_OPTIONS: '' };
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { cwd: root, env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** `npm run token`, with the caller's token where it is read from. */
export const tokenCommand = (url: string, token: string | undefined, ...args: readonly string[]): Promise<Ended> =>
  inTurn(() => ends('server/transport/cli/token.ts', ['--url', url, ...args], token));

/** What `npm run report` left: every file by its path. */
export interface Built extends Ended {
  readonly files: ReadonlyMap<string, string>;
  /** Names and contents of all files, as one text. */
  readonly bytes: string;
}

/** `npm run report` for a role, in a folder of its own. */
export const reportCommand = (url: string, token: string | undefined, role: Role): Promise<Built> =>
  inTurn(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aval-site-'));
    try {
      const args = ['--url', url, '--role', role, '--out', join(folder, 'site')];
      const ended = await ends('reports/build.ts', args, token);
      const files = await filesIn(folder);
      return { ...ended, files, bytes: [...files].flat().join('\n') };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

/** What lies on the shelf where builds work: their bundles and caches, until they end. Of builds that still run, nothing. */
export async function filesOnShelf(): Promise<ReadonlyMap<string, string>> {
  const files = await filesIn(join(root, '.astro'));
  return new Map([...files].filter(([path]) => !isAtWork(/^report-(\d+)-/.exec(path)?.[1])));
}

function isAtWork(processId: string | undefined): boolean {
  if (processId === undefined) return false;
  try {
    return process.kill(Number(processId), 0);
  } catch {
    return false; // there is no such process
  }
}

/** Files that go while they are read are other builds'. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = new Map<string, string>();
  for (const path of paths) files.set(path.slice(folder.length + 1), await readFile(path, 'latin1').catch(() => ''));
  return files;
}
