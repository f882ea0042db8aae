import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { sql } from 'kysely';
import { Client } from 'pg';

const mark = '/* prepared */';

/**
 * A statement that begins with this is parsed once for each connection to a PostgreSQL server, not each time: for the few that every
 * request sends, and whose text has few forms. The embedded database takes it as the comment that it is.
 */
export const prepared = sql.raw<never>(mark);

const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = createHash('sha256').update(text).digest('hex').slice(0, 32)));
  return name;
}

/** pg's client, which prepares what asks for it, and writes all that is asked in one turn to its socket at once. */
export class PreparingClient extends Client {
  #corked = false;

  override query(...args: readonly unknown[]): never {
    this.#cork();
    const [text, values] = args;
    const query = super.query.bind(this) as (...given: readonly unknown[]) => never;
    if (typeof text !== 'string' || !text.startsWith(mark)) return query(...args);
    return query({ name: nameOf(text), text, values });
  }

  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    const { stream } = (this as unknown as { connection: { stream: Writable } }).connection;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }
}
