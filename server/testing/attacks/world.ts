import type WebSocket from 'ws';
import { expect } from 'vitest';
import type { ShippedRole } from '../../access/actor.ts';
import type { Use } from '../../access/uses.ts';
import { startTestApp, type TestApp } from '../app.ts';
import type { AttackSurface } from './matrix.ts';
import { plant, secrets, type Planted } from './plants.ts';
import { sidesOf } from './roles.ts';
import { answerOf, fetched, openSocket, overSocket, surfaceNames, surfaces, type GraphqlRequest, type Seen, type Surface } from './surfaces.ts'; // prettier-ignore

interface Guarded {
  /** `Type.field` */
  readonly at: string;
  readonly use?: Use;
}

/** Who tried, by surface. */
export type Tried = Map<AttackSurface, Set<ShippedRole>>;

/** A server with a secret of each kind, and the two questions that every attack comes down to. */
export interface World {
  readonly app: TestApp;
  readonly planted: Planted;
  /** Notes that this is tried there, by whom if a role matters; the ways to ask below do so by themselves. */
  tries(surface: AttackSurface, ...roles: readonly ShippedRole[]): void;
  /** What was tried since it was asked last. */
  takeTried(): Tried;
  ask(role: ShippedRole, request: GraphqlRequest | string, surface?: Surface): Promise<Seen>;
  /** The `data` of an answer. */
  data(role: ShippedRole, query: string, variables?: Record<string, unknown>, surface?: Surface): Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- each test says what it expects
  /** MLflow's API: a GET without a body, a POST with one. */
  mlflow(role: ShippedRole, path: string, body?: unknown, project?: string): Promise<Seen>;
  openlineage(role: ShippedRole, event: unknown, project?: string): Promise<Seen>;
  /** No role that may not select the field finds the secret in an answer on any surface; whoever may does, on each. */
  hides(guarded: Guarded, secret: string, request: GraphqlRequest | string): Promise<void>;
  /** No role that may not use the field so can tell a right guess from a wrong one on any surface; whoever may can, on each. */
  blinds(guarded: Guarded, right: GraphqlRequest | string, wrong: GraphqlRequest | string): Promise<void>;
  /** As `hides`, of a request to MLflow's API. */
  hidesMlflow(guarded: Guarded, secret: string, path: string, body?: unknown): Promise<void>;
  /** As `blinds`, of requests to MLflow's API. */
  blindsMlflow(guarded: Guarded, path: string, right: unknown, wrong: unknown): Promise<void>;
  close(): Promise<void>;
}

const asRequest = (request: GraphqlRequest | string): GraphqlRequest =>
  typeof request === 'string' ? { query: request } : request;

export async function makeWorld(): Promise<World> {
  const app = await startTestApp();
  const planted = await plant(app);
  let tried: Tried = new Map();
  const tries: World['tries'] = (surface, ...roles) => {
    const seen = tried.get(surface) ?? new Set();
    for (const role of roles) seen.add(role);
    tried.set(surface, seen);
  };

  const sockets = new Map<ShippedRole, Promise<WebSocket>>();
  /** One for each role: a socket is asked many things. */
  async function socketOf(role: ShippedRole): Promise<WebSocket> {
    const known = await sockets.get(role);
    if (known && known.readyState === known.OPEN) return known;
    const opening = app.token(role).then((token) => openSocket(app.url, token));
    sockets.set(role, opening);
    return opening;
  }

  const ask: World['ask'] = async (role, request, surface = 'http') => {
    tries(surface, role);
    if (surface === 'socket') return overSocket(await socketOf(role), asRequest(request));
    return surfaces[surface](app.url, await app.token(role), asRequest(request));
  };

  const mlflow: World['mlflow'] = async (role, path, body, project) => {
    tries('mlflow', role);
    return fetched(`${app.url}/api/2.0/mlflow/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${await app.token(role, project)}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };

  const sides = ({ at, use = 'select' }: Guarded) => {
    const { may, mayNot } = sidesOf(at, use);
    const someone = may.find((role) => role !== 'ingest');
    if (!someone || mayNot.length === 0) throw new Error(`${at} is for all roles, or for none`);
    return { someone, mayNot };
  };

  return {
    app,
    planted,
    tries,
    takeTried() {
      const taken = tried;
      tried = new Map();
      return taken;
    },
    ask,
    mlflow,
    async data(role, query, variables, surface) {
      return answerOf(await ask(role, { query, variables }, surface)).data;
    },
    async openlineage(role, event, project) {
      tries('openlineage', role);
      return fetched(`${app.url}/api/v1/lineage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await app.token(role, project)}`, 'content-type': 'application/json' },
        body: typeof event === 'string' ? event : JSON.stringify(event),
      });
    },
    async hides(guarded, secret, request) {
      const { someone, mayNot } = sides(guarded);
      for (const surface of surfaceNames) {
        expect((await ask(someone, request, surface)).body, `${someone} is told over ${surface}`).toContain(secret);
        for (const role of mayNot) {
          const seen = await ask(role, request, surface);
          expect(JSON.stringify(seen), `${role} over ${surface}`).not.toContain(secret);
        }
      }
    },
    async blinds(guarded, right, wrong) {
      const { someone, mayNot } = sides(guarded);
      for (const surface of surfaceNames) {
        const [yes, no] = [await ask(someone, right, surface), await ask(someone, wrong, surface)];
        expect(yes.body, `${someone} can tell over ${surface}`).not.toBe(no.body);
        for (const role of mayNot) {
          const [one, other] = [await ask(role, right, surface), await ask(role, wrong, surface)];
          expect(one, `${role} over ${surface}`).toEqual(other);
        }
      }
    },
    async hidesMlflow(guarded, secret, path, body) {
      const { someone, mayNot } = sides(guarded);
      expect((await mlflow(someone, path, body)).body, `${someone} is told`).toContain(secret);
      for (const role of mayNot) {
        expect(JSON.stringify(await mlflow(role, path, body)), role).not.toContain(secret);
      }
    },
    async blindsMlflow(guarded, path, right, wrong) {
      const { someone, mayNot } = sides(guarded);
      expect((await mlflow(someone, path, right)).body).not.toBe((await mlflow(someone, path, wrong)).body);
      for (const role of mayNot) {
        expect(await mlflow(role, path, right), role).toEqual(await mlflow(role, path, wrong));
      }
    },
    async close() {
      for (const socket of sockets.values()) (await socket.catch(() => undefined))?.terminate();
      await app.close();
    },
  };
}

export { secrets };
