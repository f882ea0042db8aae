import 'reflect-metadata'; // before any module with decorators
import { createServer, type Server } from 'node:http';
import { createAccess } from './access/access.ts';
import type { Actor } from './access/actor.ts';
import { shippedPolicy } from './access/shipped.ts';
import { createIntegrator } from './domain/audit/integrator.ts';
import { createPlaces } from './domain/audit/places.ts';
import { createTail } from './domain/audit/tail.service.ts';
import type { Context, LoaderFor } from './domain/context.ts';
import { ensureTestAccount } from './domain/identity/test-account.ts';
import { createSettler } from './domain/experiments/settle.ts';
import { createNodes } from './domain/nodes.ts';
import { organisationKeys } from './domain/policies/organisation-key.service.ts';
import { createPolicies } from './domain/policies/policies.service.ts';
import { seedPurposes } from './domain/purposes/purpose.service.ts';
import { endExpiredBarriers } from './domain/sensitivity/barrier.service.ts';
import { createReaders } from './domain/readers.ts';
import { createPropagator, settleTags } from './domain/sensitivity/propagator.ts';
import { categoriesOf } from './domain/sensitivity/sensitivity.loader.ts';
import { seedTaxonomy } from './domain/sensitivity/taxonomy.service.ts';
import { createServices } from './domain/services.ts';
import { createStore, systemActor } from './domain/store.ts';
import type { Tables } from './domain/tables.ts';
import { claimTestDatabase, emptyTestDatabase } from './domain/test-database.ts';
import { seedRules } from './domain/verdicts/rule.service.ts';
import { createStanding } from './domain/verdicts/standing.service.ts';
import { systemClock, type Clock } from './shared/clock.ts';
import type { Blobs } from './storage/blobs/blobs.ts';
import type { Database } from './storage/database.ts';
import { serveSchema, type ServedSchema } from './transport/graphql/served.ts';
import { createGraphqlServer } from './transport/graphql/server.ts';
import { createSockets } from './transport/graphql/socket.ts';
import { createStreams } from './transport/graphql/stream.ts';
import { createRunner } from './transport/graphql/subscribe.ts';
import { createApp } from './transport/http/app.ts';
import { graphiql } from './transport/http/graphiql.ts';
import { testDoor } from './transport/http/test-door.ts';
import { mlflowDoor } from './transport/mlflow/door.ts';
import { mlflowRoutes } from './transport/mlflow/routes.ts';
import { openlineageDoor } from './transport/openlineage/door.ts';

export interface AvalOptions {
  database: Database<Tables>;
  clock?: Clock;
  /** One that is made already: several servers of a process may share it. */
  served?: ServedSchema;
  /** Where the bytes of artifacts are kept; without it there are none. */
  blobs?: Blobs;
  /** Where clients reach the server, when that is not where they say that they do: behind a proxy. */
  publicUrl?: string | undefined;
  /** Browser origins, beside the server's own, that may open sockets. */
  allowedOrigins?: readonly string[];
  /** The database is for tests and nothing else: callers may empty it. `token` is one that works on it. */
  testDatabase?: { token: string | undefined };
  /** Hears of each failure that no caller is told the cause of. */
  onInternal: (error: unknown) => void;
}

/** Milliseconds: the largest file on a slow line. Headers still have to come within a minute. */
const longestUpload = 3_600_000;

/** The whole of Aval on an open, migrated database: everything is made and joined here, and nowhere else. */
export async function compose(options: AvalOptions) {
  const { database, clock = systemClock, blobs, publicUrl, allowedOrigins = [], testDatabase, onInternal } = options;
  const integrator = createIntegrator(database, clock, onInternal);
  const propagator = createPropagator(database, () => endExpiredBarriers(store), onInternal);
  const store = createStore(database, clock, {
    settle: settleTags,
    onEvents: integrator.soon,
    onUnsettled: propagator.soon,
  });
  const settler = createSettler(store, onInternal);

  const { schema, compiler } = options.served ?? serveSchema();
  if (testDatabase) await claimTestDatabase(store, systemActor);
  const policies = createPolicies(store, compiler);
  await policies.start(shippedPolicy());
  const seed = async (): Promise<void> => {
    await seedTaxonomy(store);
    await seedPurposes(store);
    await seedRules(store);
  };
  await seed();
  const keys = await organisationKeys(store);
  const tail = createTail(database.read, integrator, createPlaces(keys.cursors), onInternal);
  const services = createServices(store, blobs, policies);

  const storeFor = await createReaders(database, store, onInternal);

  function contextFor(actor: Actor): Context {
    const loaders = new Map<unknown, unknown>();
    const access = createAccess(actor, policies.inForce.compiled, {
      categoriesOf: (source) => categoriesOf(context, source),
      maskKey: keys.masks,
    });
    const context: Context = {
      actor,
      access,
      store: storeFor?.(access) ?? store,
      services,
      tail,
      get nodes() {
        return nodes;
      },
      loader<Key, Value>(maker: LoaderFor<Key, Value>) {
        const made = loaders.get(maker) ?? maker(context);
        loaders.set(maker, made);
        return made as ReturnType<LoaderFor<Key, Value>>;
      },
    };
    const nodes = createNodes(context);
    return context;
  }

  const graphql = createGraphqlServer(schema, onInternal);
  await graphql.start();
  const { identity } = services;
  if (testDatabase?.token) await ensureTestAccount(store, identity, systemActor, testDatabase.token);
  const runner = createRunner({ schema, contextFor, onInternal });
  const sockets = createSockets({ runner, schema, identity, allowedOrigins, onInternal });
  const streams = createStreams(runner);
  const { tickets } = services.artifacts;
  const mlflow = mlflowDoor({ routes: mlflowRoutes, identity, tickets, contextFor, publicUrl, onInternal });
  const openlineage = openlineageDoor({ identity, contextFor, onInternal });
  const reset = async ({ actor }: Context): Promise<void> => {
    await emptyTestDatabase(store, actor, seed);
    await blobs?.clear?.();
    tail.disconnect(); // followers stood at an index that is gone
    await services.experiments.ensureDefault(actor);
  };
  const testDoors = testDatabase ? [testDoor({ identity, contextFor, reset })] : [];
  const doors = [graphiql, mlflow, openlineage, ...testDoors];
  const app = createApp({ graphql, streams, identity, contextFor, doors, onInternal });
  integrator.every(1_000);
  propagator.every(1_000);
  settler.every(60_000);
  const standing = createStanding(store, onInternal);
  standing.start(tail, 5_000);

  return {
    app, store, services, schema, coordinates: compiler.coordinates, integrator, tail, settler, propagator, standing, contextFor,
    /** Whether the database itself keeps from readers what they may not have. */
    readersBound: storeFor !== undefined,
    /** Listens on `port` (0 takes a free one); resolves to the server. */
    async listen(port: number, host = '127.0.0.1'): Promise<Server> {
      const server = createServer({ requestTimeout: longestUpload }, app).on('upgrade', sockets.upgrade);
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
      return server;
    },
    /** Ends what runs by itself; the database stays open for its owner to close. */
    async stop(): Promise<void> {
      await standing.stop();
      await tail.stop(); // ends every subscription in good order
      streams.dispose();
      await sockets.dispose();
      await graphql.stop();
      await settler.stop();
      await propagator.stop();
      await integrator.integrate().catch(onInternal);
      await integrator.stop();
    },
  }; // prettier-ignore
}

export type Aval = Awaited<ReturnType<typeof compose>>;
