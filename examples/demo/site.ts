import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import express from 'express';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `npm run report`; its progress lines go to `onLine`. */
export function buildSite(
  url: string,
  role: string,
  token: string,
  out: string,
  onLine: (line: string) => void,
): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'reports/build.ts', '--url', url, '--role', role, '--out', out],
    { cwd: root, env: { ...process.env, AVAL_TOKEN: token }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let tail = '';
  const read = (chunk: Buffer): void => {
    tail = (tail + chunk.toString()).slice(-4_000);
    const line = chunk.toString().trim().split('\n').at(-1);
    if (line) onLine(line.trim());
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`The report was not built (exit code ${code}):\n${tail}`)),
    );
  });
}

/** Serves the built site as any web server would. */
export function serveSite(folder: string, port: number): Promise<{ url: string; server: Server }> {
  const app = express()
    .disable('x-powered-by')
    .use(express.static(folder, { extensions: ['html'] }));
  return new Promise((resolve, reject) => {
    const server = app.listen(port, '127.0.0.1', (error) => {
      if (error) reject(error);
      else resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server });
    });
  });
}
