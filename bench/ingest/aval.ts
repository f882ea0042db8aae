import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '../../.ci/server.ts';
import { connect, createRun, type Target } from './drive.ts';
import { logBatches } from './payload.ts';

export interface AvalTarget extends Target {
  /** The server's process. */
  readonly pid: number;
}

/** Aval's own server process, as `npm start` runs it. */
export async function startAval(databaseUrl: string): Promise<AvalTarget> {
  console.log('Starting Aval');
  const folder = mkdtempSync(join(tmpdir(), 'aval-bench-'));
  const server = await startServer({
    command: [process.execPath, '--import', 'tsx', 'server/main.ts'],
    env: { DATABASE_URL: databaseUrl, AVAL_DATA_DIR: folder, AVAL_LOG_LEVEL: 'info' },
  });
  const token = makeToken(server);
  return {
    pid: server.pid,
    async sender(shape) {
      const post = connect(server.url, token);
      const next = logBatches(shape, await createRun(post));
      return async () => void (await post('runs/log-batch', next()));
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An administrator may not write runs: the token of somebody who does. */
function makeToken({ url, adminToken }: RunningServer): string {
  const args = ['--import', 'tsx', 'server/transport/cli/token.ts', '--name', 'bench', '--service', '--url', url];
  return execFileSync(process.execPath, args, { env: { ...process.env, AVAL_TOKEN: adminToken } })
    .toString()
    .trim();
}
