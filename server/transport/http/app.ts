import { expressMiddleware } from '@as-integrations/express5';
import type { ApolloServer } from '@apollo/server';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { Actor } from '../../access/actor.ts';
import type { Context } from '../../domain/context.ts';
import type { Identity } from '../../domain/identity/identity.service.ts';
import { AvalError, type ErrorCode } from '../../shared/errors.ts';
import { checkJson } from '../../shared/json.ts';
import { actorFrom, actorOf, credentialsOf } from './authenticate.ts';

/** One transport's routes, mounted under the root; each brings its own error shapes. */
export type Door = (app: Express) => void;

export interface AppOptions {
  graphql: ApolloServer<Context>;
  /** Subscriptions by server-sent events, for callers who are asked anew at each event who they are. */
  streams: { handler(callerOf: (request: Request) => () => Promise<Actor>): RequestHandler };
  identity: Identity;
  contextFor(actor: Actor): Context;
  doors: readonly Door[];
  onInternal(error: unknown): void;
}

export const httpStatus: Record<ErrorCode, number> = {
  BAD_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  NOT_IMPLEMENTED: 501,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** GraphQL documents are small; data comes through the doors. */
const graphqlBodyLimit = '1mb';

export function createApp({ graphql, streams, identity, contextFor, doors, onInternal }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/health', (_request, response) => void response.type('text/plain').send('OK'));
  for (const door of doors) door(app);
  const readOperation: RequestHandler[] = [
    // first who asks, then what: nobody unknown makes the server parse a body
    async (request, response, next) => {
      response.locals['actor'] = await actorOf(request, identity);
      next();
    },
    express.json({ limit: graphqlBodyLimit, type: ['application/json', 'application/graphql+json'] }),
    (request, _response, next) => {
      checkJson((request.body as { variables?: unknown } | undefined)?.variables, 'variables');
      next();
    },
  ];
  app.post(
    '/graphql/stream',
    ...readOperation,
    streams.handler((request) => {
      const credentials = credentialsOf(request);
      return () => actorFrom(credentials, identity);
    }),
  );
  app.use(
    '/graphql',
    ...readOperation,
    expressMiddleware(graphql, { context: async ({ res }) => contextFor(res.locals['actor'] as Actor) }),
  );
  app.use((_request, _response, next) => next(new AvalError('NOT_FOUND', 'There is nothing at this address.')));
  app.use(graphqlErrors(onInternal));
  return app;
}

/** What fails before or outside GraphQL, in GraphQL's error shape. */
function graphqlErrors(onInternal: (error: unknown) => void): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const known = asAvalError(error);
    if (known.code === 'INTERNAL') onInternal(error);
    if (response.headersSent) return void response.destroy();
    if (known.code === 'UNAUTHENTICATED') response.set('WWW-Authenticate', 'Bearer realm="aval"');
    const { message, code, field, remedy, extensions } = known;
    response.status(httpStatus[code]).json({
      errors: [{ message, extensions: { code, ...(field && { field }), ...(remedy && { remedy }), ...extensions } }],
    });
  };
}

/** Body-parser's errors and ours as one kind; anything else is INTERNAL, and its text stays here. */
export function asAvalError(error: unknown): AvalError {
  if (error instanceof AvalError) return error;
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.too.large') return new AvalError('PAYLOAD_TOO_LARGE', 'The body is too large.');
  if (type === 'entity.parse.failed')
    return new AvalError('BAD_INPUT', 'The body is not well-formed JSON.', { field: 'body' });
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AvalError('BAD_INPUT', 'The request cannot be read.');
  return new AvalError('INTERNAL', 'Something went wrong on our side; nothing was changed.');
}
