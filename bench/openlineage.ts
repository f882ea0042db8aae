import { Client } from 'pg';
import type { AddressInfo } from 'node:net';
import { compose } from '../server/compose.ts';
import { systemActor } from '../server/domain/store.ts';
import { entities, type Tables } from '../server/domain/tables.ts';
import { newId } from '../server/shared/ids.ts';
import { migrate, openDatabase } from '../server/storage/database.ts';
import { PreparingClient } from '../server/storage/prepared.ts';
import { recordedEvents } from '../server/testing/lineage-orders.ts';
import type { Measurement } from './measure.ts';

const clients = 20;
const seconds = 15;
const server = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/**
 * The recorded events over HTTP from 20 clients of one producer, each pass with run ids of its own and the time it is sent, all about the same
 * jobs and datasets; against 20 connections that insert the same events as JSON rows, each its own transaction.
 */
export async function run(): Promise<Measurement> {
  const name = `aval_bench_openlineage_${process.pid}`;
  const admin = new Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  try {
    const aval = await throughAval(url.href);
    const events = aval.latencies.length;
    console.log(`Aval      ${tell(aval)}`);
    console.log(
      `          ${(aval.sql / events).toFixed(2)} ms in SQL for each event, over ${(aval.sql / aval.took).toFixed(1)} busy connections`,
    );
    const bare = await bareInserts(url.href);
    console.log(`inserts   ${tell(bare)}`);
    return {
      ratio: bare.perSecond / aval.perSecond,
      against: `inserting the same events as JSON rows, by ${clients} connections`,
      unit: 'x fewer events a second',
    };
  } finally {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

interface Measured {
  perSecond: number;
  /** Milliseconds, and of statements in all, waits for locks included. */
  took: number;
  sql: number;
  latencies: number[];
}

const tell = ({ perSecond, latencies }: Measured): string => {
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor(sorted.length * share)]!.toFixed(1);
  return `${perSecond.toFixed(0).padStart(6)} events/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
};

async function throughAval(url: string): Promise<Measured> {
  const database = await openDatabase<Tables>({ kind: 'postgres', url }, entities);
  await migrate(database);
  const aval = await compose({ database, onInternal: (error) => console.error(error) });
  const http = await aval.listen(0);
  try {
    const { identity } = aval.services;
    const projectId = await identity.ensureProject(systemActor, 'bench');
    const account = { name: 'bench', kind: 'service', roles: ['ingest'], projects: [projectId] } as const;
    const principalId = await identity.createPrincipal(systemActor, account);
    const token = await identity.issueToken(systemActor, { principalId, label: 'bench', defaultProjectId: projectId });
    const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/v1/lineage`;
    const post = async (event: string): Promise<void> => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const response = await fetch(address, { method: 'POST', headers, body: event });
      if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    };
    for (const event of fresh()) await post(event); // what exists from then on is the usual case
    const stopwatch = timeStatements();
    const measured = await drive(() => post);
    return { ...measured, sql: stopwatch() };
  } finally {
    http.closeAllConnections();
    http.close();
    await aval.stop();
    await database.close();
  }
}

/** Adds up how long the server's connections are busy with statements, waits for locks included. */
function timeStatements(): () => number {
  const { prototype } = PreparingClient;
  const query = prototype.query as (...args: unknown[]) => unknown;
  let total = 0;
  prototype.query = function (this: Client, ...args: unknown[]) {
    const started = performance.now();
    const result = query.apply(this, args);
    if (result instanceof Promise) {
      const done = (): void => void (total += performance.now() - started);
      result.then(done, done);
    }
    return result;
  } as never;
  return () => {
    prototype.query = query as never;
    return total;
  };
}

async function bareInserts(url: string): Promise<Measured> {
  const connections = await Promise.all(
    Array.from({ length: clients }, async () => {
      const connection = new Client({ connectionString: url });
      await connection.connect();
      return connection;
    }),
  );
  await connections[0]!.query('create table bare (id bigserial primary key, body jsonb not null)');
  const measured = await drive((client) => async (event) => {
    await connections[client]!.query('insert into bare (body) values ($1)', [event]);
  });
  await Promise.all(connections.map((connection) => connection.end()));
  return { ...measured, sql: measured.took };
}

async function drive(sender: (client: number) => (event: string) => Promise<void>): Promise<Omit<Measured, 'sql'>> {
  const latencies: number[] = [];
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const send = sender(client);
      for (;;) {
        for (const event of fresh()) {
          const before = performance.now();
          if (before - started > seconds * 1000) return;
          await send(event);
          latencies.push(performance.now() - before);
        }
      }
    }),
  );
  const took = performance.now() - started;
  return { perSecond: (1000 * latencies.length) / took, took, latencies };
}

const recorded = recordedEvents().map((event) => JSON.stringify(event));
const runIds = [
  ...new Set(recorded.flatMap((event) => [...event.matchAll(/"runId":"([^"]+)"/g)].map(([, id]) => id!))),
];

/** One pass: the events in their order, as if they happened now. */
function fresh(): string[] {
  const ids = new Map(runIds.map((id) => [id, newId()]));
  const now = new Date().toISOString();
  return recorded.map((event) =>
    event
      .replaceAll(/"runId":"([^"]+)"/g, (_, id: string) => `"runId":"${ids.get(id)}"`)
      .replace(/"eventTime":"[^"]+"/, `"eventTime":"${now}"`),
  );
}
