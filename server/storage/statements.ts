import { AsyncLocalStorage } from 'node:async_hooks';
import type { KyselyPlugin } from 'kysely';

const current = new AsyncLocalStorage<{ sent: number }>();

/** Runs `work` and tells how many SQL statements it sent: N+1 is a failing test. */
export async function countStatements<T>(work: () => Promise<T>): Promise<{ result: T; statements: number }> {
  const count = { sent: 0 };
  const result = await current.run(count, work);
  return { result, statements: count.sent };
}

/** Counts each statement as it is sent; nothing is kept or logged, for statements carry data. */
export const statementCounter: KyselyPlugin = {
  transformQuery({ node }) {
    const count = current.getStore();
    if (count) count.sent++;
    return node;
  },
  transformResult: ({ result }) => Promise.resolve(result),
};
