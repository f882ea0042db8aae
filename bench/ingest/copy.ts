import { randomUUID } from 'node:crypto';
import { Client, type Connection, type Submittable } from 'pg';
import type { Target } from './drive.ts';
import { copyLines } from './payload.ts';

/** Bare COPY of the same points into a table of the same columns with a primary key: one statement, durable, for each batch. */
export async function openCopy(url: string, connections: number): Promise<Target> {
  const clients = Array.from({ length: connections }, () => new Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  // the time as a number: COPY then has the least to parse
  await clients[0]!.query(`create table point (run_id uuid, n int, step int8, at int8, value float8,
    primary key (run_id, n, step, at, value))`);
  let taken = 0;
  return {
    sender(shape) {
      const client = clients[taken++ % connections]!;
      const next = copyLines(shape, randomUUID());
      return Promise.resolve(() => copyIn(client, 'copy point from stdin', next()));
    },
    async stop() {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

/** pg sends COPY's data when asked by a query that knows how; this one sends all of it at once. */
function copyIn(client: Client, statement: string, data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const query = {
      submit: (connection: Connection) => connection.query(statement),
      handleCopyInResponse(connection: Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }) {
        connection.sendCopyFromChunk(data);
        connection.endCopyFrom();
      },
      handleCommandComplete() {},
      handleError: (error: Error) => void (failure = error),
      handleReadyForQuery: () => (failure ? reject(failure) : resolve()),
    };
    client.query(query as unknown as Submittable);
  });
}
