/**
 * node --import tsx .ci/unprivileged.ts APP: the image's own command in the folder APP, which the image's build steps filled, as a user
 * who may write nowhere but in the data folder and the temporary one. Stands for `docker run`, where no engine is.
 */
import { accessSync, chownSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql } from '../examples/demo/graphql.ts';
import { startServer } from './server.ts';

const nobody = 65534;
const app = process.argv[2];
if (app === undefined) {
  console.error('Usage: node --import tsx .ci/unprivileged.ts APP');
  process.exit(2);
}

const data = mkdtempSync(join(tmpdir(), 'aval-data-'));
const root = process.getuid?.() === 0;
if (root) chownSync(data, nobody, nobody);
const as = root ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--no-new-privs'] : [];
if (!root && isWritable(app)) throw new Error(`${app} must not be writable`);

const server = await startServer({
  command: [...as, process.execPath, '--import', 'tsx', 'server/main.ts'],
  cwd: app,
  env: { AVAL_DATA_DIR: data, HOME: '/nonexistent', NODE_ENV: 'production' },
});
try {
  const health = await fetch(`${server.url}/health`);
  if (!health.ok) throw new Error(`/health answered ${health.status}`);
  const query = '{ viewer { roles } }';
  const { viewer } = await graphql<{ viewer: { roles: string[] } }>(server.url, server.adminToken, query);
  console.log(`answers as ${viewer.roles.join(', ')}, with nothing writable but ${data}`);
} finally {
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
