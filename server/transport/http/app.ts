import { expressMiddleware } from '@as-integrations/express5';
import type { ApolloServer } from '@apollo/server';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { Actor } from '../../access/actor.ts';
import type { Context } from '../../domain/context.ts';
import type { Identity } from '../../domain/identity/identity.service.ts';
import { AvalError } from '../../shared/errors.ts';
import { checkJson } from '../../shared/json.ts';
import { actorFrom, authenticate, contextOf, credentialsOf } from './authenticate.ts';
import { errorHandler, httpStatus } from './errors.ts';

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
    authenticate(identity, contextFor),
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
  app.use('/graphql', ...readOperation, expressMiddleware(graphql, { context: async ({ res }) => contextOf(res) }));
  app.use((_request, _response, next) => next(new AvalError('NOT_FOUND', 'There is nothing at this address.')));
  app.use(errorHandler(onInternal, tell));
  return app;
}

/** What fails before or outside GraphQL, in GraphQL's error shape. */
function tell(response: Response, { message, code, field, remedy, extensions }: AvalError): void {
  response.status(httpStatus[code]).json({
    errors: [{ message, extensions: { code, ...(field && { field }), ...(remedy && { remedy }), ...extensions } }],
  });
}
