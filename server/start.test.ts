import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { onPostgres } from './testing/database.ts';

/* eslint-disable no-restricted-properties -- it starts servers, with the environment as they find it */

/** `npm start` as a process of its own; resolves to what it said until it listened. */
function start(url: string, folder: string): { process: ChildProcess; said: Promise<string> } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    env: { ...process.env, DATABASE_URL: url, AVAL_DATA_DIR: folder, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = new Promise<string>((resolve, reject) => {
    let text = '';
    const hear = (data: Buffer): void => {
      text += data.toString();
      if (text.includes('Aval listens')) setTimeout(() => resolve(text), 500); // the token comes next
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`It ended with ${code}: ${text}`)));
  });
  return { process: child, said };
}

test.runIf(onPostgres)('two servers may start at once on an empty database', { timeout: 90_000 }, async () => {
  const server = process.env['DATABASE_URL']!;
  const name = `aval_start_${process.pid}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const admin = new Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const folder = await mkdtemp(join(tmpdir(), 'aval-start-'));
  const servers = [start(url.href, join(folder, 'a')), start(url.href, join(folder, 'b'))];
  try {
    const said = await Promise.all(servers.map((one) => one.said));
    expect(said.filter((text) => text.includes('The admin token')).length).toBe(1);
    expect(said.filter((text) => /Applied \d+ migrations/.test(text)).length).toBe(1);
    const database = new Client({ connectionString: url.href });
    await database.connect();
    const { rows } = await database.query(
      'select (select count(*) from policy_version)::int as policies, (select count(*) from principal)::int as people',
    );
    await database.end();
    expect(rows).toEqual([{ policies: 1, people: 1 }]);
  } finally {
    const ended = servers.map((one) => new Promise((resolve) => one.process.once('close', resolve)));
    for (const one of servers) one.process.kill('SIGTERM');
    await Promise.all(ended);
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
    await rm(folder, { recursive: true });
  }
});
