import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Actor } from '../../access/actor.ts';
import type { TicketUse } from '../../domain/artifacts/ticket.entity.ts';
import type { Ticket, Tickets } from '../../domain/artifacts/ticket.service.ts';
import { recordTrail } from '../../domain/audit/trail.service.ts';
import type { Context } from '../../domain/context.ts';
import type { Identity } from '../../domain/identity/identity.service.ts';
import { seesProject } from '../../domain/scope.ts';
import type { AvalError } from '../../shared/errors.ts';
import { checkJson } from '../../shared/json.ts';
import type { Door } from '../http/app.ts';
import { authenticate, contextOf } from '../http/authenticate.ts';
import { errorHandler, sentencesOf } from '../http/errors.ts';
import { mlflowErrors } from './errors.ts';
import { parseBody, toBody } from './json.ts';
import type { JsonRoute, Route, StreamRoute, TicketRoute } from './route.ts';
import { doesNotOffer, unsupportedAtRoot, unsupportedFeatures } from './unsupported.ts';

/** MLflow's clients call the first, its browser code the second; both exist in two versions with the same routes. */
export const prefixes = ['/api/2.0', '/ajax-api/2.0', '/api/3.0', '/ajax-api/3.0'];

/** The version of MLflow whose API this is; clients ask before they use what is newer. */
const mlflowVersion = '3.17.2';

export interface MlflowDoorOptions {
  routes: readonly Route[];
  identity: Identity;
  tickets: Tickets;
  contextFor(actor: Actor): Context;
  /** Where callers reach the server, if not where they say that they do. */
  publicUrl?: string | undefined;
  onInternal(error: unknown): void;
}

/** MLflow's REST API for stock clients, in its own shapes. Each route asks for its access before it reads the request. */
export function mlflowDoor(options: MlflowDoorOptions): Door {
  const { routes, identity, tickets, contextFor, publicUrl, onInternal } = options;
  const router = express.Router({ caseSensitive: true });
  const top = express.Router({ caseSensitive: true });
  const contextOfOne = (actor: Actor): Context => contextFor(inOneProject(actor));
  const knowSender = authenticate(identity, contextOfOne);
  const mount = mounter(publicUrl);
  const [atRoot, below] = [routes.filter(({ at }) => at === 'root'), routes.filter(({ at }) => at !== 'root')];
  const [known, others] = [below.filter(needsToken), below.filter((route) => !needsToken(route))];
  for (const route of others)
    mount(router, route, ...(route.kind === 'ticket' ? [redeem(tickets, route.use, contextOfOne)] : []));
  router.use(knowSender);
  for (const route of known) mount(router, route);
  for (const route of atRoot) mount(top, route, knowSender);
  refuse(router, unsupportedFeatures);
  refuse(top, unsupportedAtRoot, knowSender);
  router.use((request, response) => {
    const message = `Aval has no endpoint ${request.method} ${request.path}`;
    send(response, 404, { error_code: 'ENDPOINT_NOT_FOUND', message });
  });
  for (const each of [router, top]) each.use(errorHandler(onInternal, tell));
  return (app) => {
    app.use((request, _response, next) => {
      request.url = request.url.replace(/^\/+/, '/'); // of clients whose address for us ends in a slash
      next();
    });
    app.get('/version', (_request, response) => void response.type('text/plain').send(mlflowVersion));
    app.use(prefixes, router);
    app.use(top);
  };
}

/** MLflow has no word for projects: through its door a token works in its default project, and in no other. */
function inOneProject(actor: Actor): Actor {
  return { ...actor, projects: seesProject(actor, actor.defaultProjectId) ? [actor.defaultProjectId] : [] };
}

const needsToken = ({ access, kind }: Route): boolean => access !== 'anyone' && kind !== 'ticket';

const mounter =
  (publicUrl: string | undefined) =>
  (router: Router, route: Route, ...first: RequestHandler[]): void => {
    const method = route.method.toLowerCase() as 'get';
    const steps = route.kind === 'json' ? [bodyOf(route), answer(route, publicUrl)] : [stream(route)];
    router[method](route.path, ...first, guard(route), ...steps);
  };

/** Answers for what is not offered, and all below it. */
function refuse(router: Router, features: Readonly<Record<string, string>>, ...first: RequestHandler[]): void {
  for (const [path, feature] of Object.entries(features)) {
    router.all([path, `${path}/*rest`], ...first, () => {
      throw doesNotOffer(feature);
    });
  }
}

/** Whoever holds a ticket stands for the one who it was issued to. */
const redeem =
  (tickets: Tickets, use: TicketUse, contextFor: (actor: Actor) => Context): RequestHandler =>
  async (request, response, next) => {
    const ticket = await tickets.redeem(String(request.params['ticket']), use);
    response.locals['context'] = contextFor(ticket.actor);
    response.locals['ticket'] = ticket;
    next();
  };

/** Decides the route's own coordinates before the body is read. */
function guard({ access }: Route): RequestHandler {
  return (_request, response, next) => {
    if (access !== 'anyone')
      for (const [coordinate, use] of access) contextOf(response).access.require(coordinate, use);
    next();
  };
}

/** Whatever content type a client claims: MLflow's own differ. Bytes past the limit are refused before anything is parsed. */
const bodyOf = ({ bodyLimit }: JsonRoute): RequestHandler => express.raw({ type: () => true, limit: bodyLimit });

function answer(route: JsonRoute, publicUrl: string | undefined): RequestHandler {
  return async (request, response) => {
    const context = contextOf(response);
    const body = Buffer.isBuffer(request.body) ? request.body : undefined;
    const named = namedBy(request);
    const address = (publicUrl ?? `${request.protocol}://${request.headers.host ?? ''}`) + request.baseUrl;
    const given = { ...named, ...(body && parseBody(body)), ...request.params };
    const result = await route.run(context, given, { address, body });
    if (route.access !== 'anyone') await recordTrail(context);
    send(response, 200, result);
  };
}

const stream =
  (route: StreamRoute | TicketRoute): RequestHandler =>
  async (request, response) => {
    const context = contextOf(response);
    const exchange = { request, response };
    await recordTrail(context);
    if (route.kind === 'stream') await route.run(context, namedBy(request), exchange);
    else await route.handle(context, response.locals['ticket'] as Ticket, exchange);
  };

/** What the address says: its query, and the path's parameters. */
function namedBy(request: Request): Record<string, unknown> {
  const named = { ...queryOf(request), ...request.params };
  checkJson(named, 'query');
  return named;
}

/** The query's parameters: repeated ones as lists. */
function queryOf({ url }: Request): Record<string, unknown> {
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const found = Object.fromEntries([...new Set(query.keys())].map((key) => [key, query.getAll(key)]));
  return Object.fromEntries(
    Object.entries(found).map(([key, values]) => [key, values.length > 1 ? values : values[0]]),
  );
}

function send(response: Response, status: number, body: object): void {
  response.status(status).type('application/json').send(toBody(body));
}

/** What goes wrong, in MLflow's shape. */
function tell(response: Response, error: AvalError): void {
  const { status, code } = mlflowErrors[error.code];
  const message = sentencesOf(error);
  const { verdict } = error.extensions; // the proof of a refused use; clients of MLflow pass over what they do not know
  if (error.code !== 'UNAUTHENTICATED')
    return send(response, status, { error_code: code, message, ...(verdict !== undefined && { verdict }) });
  response.status(status).set('WWW-Authenticate', 'Basic realm="mlflow"').type('text/plain').send(message);
}
