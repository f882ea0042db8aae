import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import { compose, type Aval } from '../../compose.ts';
import type { Tables } from '../../domain/tables.ts';
import type { Database } from '../../storage/database.ts';
import { countStatements } from '../../storage/statements.ts';
import { startTestApp } from '../app.ts';
import type { GraphqlRequest, Seen } from '../attacks/surfaces.ts';
import { openTestTwins } from '../database.ts';
import { copiesOfPassing, drawAnew, type Seeds } from './draw.ts';
import { furnish, tokensFor } from './furnish.ts';
import { veilFunctions } from './veil.ts';

/** What a caller sees of one answer, and what it cost. */
export interface Observed extends Seen {
  readonly statements: number;
}

/** One of the two worlds: a server over its own database, both at the same moment. */
export interface World {
  readonly aval: Aval;
  readonly database: Database<Tables>;
  readonly url: string;
  /** What its clock says, always. */
  readonly moment: Date;
  ask(caller: Caller, request: GraphqlRequest): Promise<Observed>;
  /** Draws all values anew: what the role may not see by `hidden`, the rest by `shown`. */
  draw(role: ShippedRole, seeds: Seeds): Promise<void>;
  close(): Promise<void>;
}

export type Caller = ShippedRole | 'privileged';

export interface Worlds {
  readonly pair: readonly [World, World];
  readonly tokens: Readonly<Record<Caller, string>>;
  readonly internalErrors: unknown[];
  close(): Promise<void>;
}

export async function openWorlds(): Promise<Worlds> {
  const { twins, filled } = await openTestTwins(async (database) => {
    const app = await startTestApp({ database: { ...database, close: () => Promise.resolve() } });
    await furnish(app);
    const tokens = (await tokensFor(app, shippedRoles)) as Record<Caller, string>;
    const { projectId } = app;
    await app.close();
    await prepare(database, projectId);
    return { tokens, projectId };
  });
  const internalErrors: unknown[] = [];
  const moment = new Date();
  const open = (database: Database<Tables>) =>
    openWorld(database, moment, filled.tokens, (error) => internalErrors.push(error));
  const pair = [await open(twins[0]), await open(twins[1])] as const;
  return {
    pair,
    tokens: filled.tokens,
    internalErrors,
    close: async () => {
      for (const world of pair) await world.close();
    },
  };
}

/** What draws values, where home is, and a copy of each row that may go. */
async function prepare(database: Database<Tables>, home: string): Promise<void> {
  await database.write(async (tx) => {
    const statements = [...veilFunctions(home), ...copiesOfPassing(), 'alter table event_log disable trigger event_log_append_only'];
    for (const text of statements) await sql.raw(text).execute(tx);
  });
} // prettier-ignore

async function openWorld(
  database: Database<Tables>,
  moment: Date,
  tokens: Readonly<Record<Caller, string>>,
  onInternal: (error: unknown) => void,
): Promise<World> {
  const aval = await compose({ database, clock: { now: () => moment }, onInternal });
  // nothing happens by itself: what two worlds do in the background they do at different moments
  await aval.integrator.integrate();
  await Promise.all([aval.integrator.stop(), aval.standing.stop(), aval.settler.stop(), aval.propagator.stop()]);
  const server = await aval.listen(0);
  let counted = Promise.resolve({ statements: 0 });
  server.removeAllListeners('request').on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answered = (): Promise<void> =>
      new Promise((resolve) => {
        response.once('close', resolve);
        aval.app(request, response);
      });
    counted = countStatements(answered);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { compiled } = aval.services.policies.inForce;
  const agent = new Agent({ keepAlive: true });

  return {
    aval,
    database,
    url,
    moment,
    async ask(caller, request) {
      const seen = await posted(agent, `${url}/graphql`, tokens[caller], request);
      const { statements } = await counted;
      return { ...seen, statements };
    },
    async draw(role, seeds) {
      await drawAnew(database, role, compiled, seeds);
      await aval.propagator.drain();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await aval.stop(); // sockets are no connections of the server's any more: only this ends them
      agent.destroy();
      server.closeAllConnections();
      await closed;
      await database.close();
    },
  };
}

/** Draws hidden values anew, other ones in each world. */
export async function drawBoth({ pair }: Worlds, role: ShippedRole, round: string): Promise<void> {
  const [one, other] = pair;
  await Promise.all([
    one.draw(role, { shown: round, hidden: `${round}-one-` }),
    other.draw(role, { shown: round, hidden: `${round}-other-` }),
  ]);
}

/** As `fetch` does, for a third of what that costs. */
function posted(agent: Agent, url: string, token: string, question: GraphqlRequest): Promise<Seen> {
  const body = JSON.stringify(question);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${token}`,
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method: 'POST', agent, headers }, (response) => {
      const { date: _, ...told } = response.headers;
      response.setEncoding('utf8');
      let text = '';
      response
        .on('data', (chunk: string) => (text += chunk))
        .on('end', () => resolve({ status: response.statusCode!, headers: told as Record<string, string>, body: text }))
        .on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}
