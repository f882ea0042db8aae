import { expect } from 'vitest';
import type { ShippedRole } from '../../access/actor.ts';
import type { Use } from '../../access/uses.ts';
import { startTestApp, type TestApp } from '../app.ts';
import { plant, secrets, type Planted } from './plants.ts';
import { sidesOf } from './roles.ts';
import { fetched, surfaceNames, surfaces, type GraphqlRequest, type Seen, type Surface } from './surfaces.ts';

interface Guarded {
  /** `Type.field` */
  readonly at: string;
  readonly use?: Use;
}

/** A server with a secret of each kind, and the two questions that every attack comes down to. */
export interface World {
  readonly app: TestApp;
  readonly planted: Planted;
  ask(role: ShippedRole, request: GraphqlRequest | string, surface?: Surface): Promise<Seen>;
  /** The `data` of an answer over HTTP. */
  data(role: ShippedRole, query: string, variables?: Record<string, unknown>): Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- each test says what it expects
  /** MLflow's API: a GET without a body, a POST with one. */
  mlflow(role: ShippedRole, path: string, body?: unknown): Promise<Seen>;
  /** No role that may not select the field finds the secret in an answer, the first on every surface; whoever may does. */
  hides(guarded: Guarded, secret: string, request: GraphqlRequest | string): Promise<void>;
  /** No role that may not use the field so can tell a right guess from a wrong one, the first on every surface; whoever may can. */
  blinds(guarded: Guarded, right: GraphqlRequest | string, wrong: GraphqlRequest | string): Promise<void>;
  /** The same, of requests to MLflow's API. */
  blindsMlflow(guarded: Guarded, path: string, right: unknown, wrong: unknown): Promise<void>;
  close(): Promise<void>;
}

const asRequest = (request: GraphqlRequest | string): GraphqlRequest =>
  typeof request === 'string' ? { query: request } : request;

export async function makeWorld(): Promise<World> {
  const app = await startTestApp();
  const planted = await plant(app);

  const ask: World['ask'] = async (role, request, surface = 'http') =>
    surfaces[surface](app.url, await app.token(role), asRequest(request));

  const mlflow: World['mlflow'] = async (role, path, body) =>
    fetched(`${app.url}/api/2.0/mlflow/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${await app.token(role)}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  // the steps are the same for every role: one role walks all the ways in, the others HTTP
  const surfacesFor = (isFirst: boolean): readonly Surface[] => (isFirst ? surfaceNames : ['http']);

  const sides = ({ at, use = 'select' }: Guarded) => {
    const { may, mayNot } = sidesOf(at, use);
    const someone = may.find((role) => role !== 'ingest');
    if (!someone || mayNot.length === 0) throw new Error(`${at} is for all roles, or for none`);
    return { someone, mayNot };
  };

  return {
    app,
    planted,
    ask,
    mlflow,
    async data(role, query, variables) {
      const { body } = await ask(role, { query, variables });
      return (JSON.parse(body) as { data: unknown }).data;
    },
    async hides(guarded, secret, request) {
      const { someone, mayNot } = sides(guarded);
      expect((await ask(someone, request)).body, `${someone} is told`).toContain(secret);
      for (const role of mayNot) {
        for (const surface of surfacesFor(role === mayNot[0])) {
          const seen = await ask(role, request, surface);
          expect(JSON.stringify(seen), `${role} over ${surface}`).not.toContain(secret);
        }
      }
    },
    async blinds(guarded, right, wrong) {
      const { someone, mayNot } = sides(guarded);
      expect((await ask(someone, right)).body, `${someone} can tell`).not.toBe((await ask(someone, wrong)).body);
      for (const role of mayNot) {
        for (const surface of surfacesFor(role === mayNot[0])) {
          const [one, other] = [await ask(role, right, surface), await ask(role, wrong, surface)];
          expect(one, `${role} over ${surface}`).toEqual(other);
        }
      }
    },
    async blindsMlflow(guarded, path, right, wrong) {
      const { someone, mayNot } = sides(guarded);
      expect((await mlflow(someone, path, right)).body).not.toBe((await mlflow(someone, path, wrong)).body);
      for (const role of mayNot) {
        expect(await mlflow(role, path, right), role).toEqual(await mlflow(role, path, wrong));
      }
    },
    close: () => app.close(),
  };
}

export { secrets };
