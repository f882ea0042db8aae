import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Use } from '../../access/uses.ts';
import type { TicketUse } from '../../domain/artifacts/ticket.entity.ts';
import type { Ticket } from '../../domain/artifacts/ticket.service.ts';
import type { Context } from '../../domain/context.ts';
import { badInput } from '../../shared/errors.ts';
import { parseBody, textAt } from './json.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a caller must be allowed before anything is read: each coordinate, and the use that the route makes of it. */
export type RouteAccess = readonly (readonly [coordinate: string, use: Use])[];

interface Place {
  readonly method: Method;
  /** Below `/api/2.0` and its like, in Express's form: `/mlflow/logged-models/:model_id`. */
  readonly path: string;
  /** `root` for the few that stand at the top instead, as MLflow's own pages ask for them. */
  readonly at?: 'root';
  /** `anyone` needs no token: facts of the server itself. */
  readonly access: RouteAccess | 'anyone';
}

/**
 * A route that takes and gives JSON. `run` parses the raw input, asks the domain, and says the answer as MLflow does.
 */
export interface JsonRoute extends Place {
  readonly kind: 'json';
  readonly bodyLimit: number;
  run(context: Context, raw: Record<string, unknown>, call: Call): Promise<object>;
}

/** What else a route may need of its request. */
export interface Call {
  /** This door's, as the caller reaches it: `https://aval.example.org/api/2.0`. */
  readonly address: string;
  /** For telling what is wrong with it. */
  readonly body?: Buffer | undefined;
}

/** A route that reads or writes bytes as they come. It runs no earlier than its access was granted. */
export interface StreamRoute extends Place {
  readonly kind: 'stream';
  run(context: Context, raw: Record<string, unknown>, exchange: Exchange): Promise<void>;
}

/** A route for whoever holds a ticket, which stands in its path as `:ticket`; access is asked for the one who it was issued to. */
export interface TicketRoute extends Place {
  readonly kind: 'ticket';
  readonly access: RouteAccess;
  readonly use: TicketUse;
  handle(context: Context, ticket: Ticket, exchange: Exchange): Promise<void>;
}

/** The bytes of a request, and where those of its answer go. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

export type Route = JsonRoute | StreamRoute | TicketRoute;

interface JsonRouteSpec<Schema extends z.ZodType> extends Place {
  /** Body or query, with the path's parameters; what it does not name is ignored. */
  readonly input: Schema;
  /** Bytes; 2 MB unless said. */
  readonly bodyLimit?: number;
  handle(context: Context, input: z.output<Schema>, address: string): Promise<object>;
}

const defaultBodyLimit = 2 * 1024 * 1024;

/** Makes one row of a routes table. */
export function route<Schema extends z.ZodType>(spec: JsonRouteSpec<Schema>): JsonRoute {
  const { input, handle, bodyLimit = defaultBodyLimit, ...place } = spec;
  const run: JsonRoute['run'] = (context, raw, { address, body }) => handle(context, parse(input, raw, body), address);
  return { kind: 'json', ...place, bodyLimit, run };
}

interface StreamRouteSpec<Schema extends z.ZodType> extends Place {
  /** Query and the path's parameters. */
  readonly input: Schema;
  handle(context: Context, input: z.output<Schema>, exchange: Exchange): Promise<void>;
}

/** As `route`, for bytes. */
export function streamRoute<Schema extends z.ZodType>(spec: StreamRouteSpec<Schema>): StreamRoute {
  const { input, handle, ...place } = spec;
  return { kind: 'stream', ...place, run: (context, raw, exchange) => handle(context, parse(input, raw), exchange) };
}

export const ticketRoute = (spec: Omit<TicketRoute, 'kind'>): TicketRoute => ({ kind: 'ticket', ...spec });

function parse<Schema extends z.ZodType>(
  schema: Schema,
  raw: Record<string, unknown>,
  body?: Buffer,
): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [{ path, message, code } = { path: [], message: 'is not what is asked for', code: 'custom' }] =
    parsed.error.issues;
  const field = pathText(path);
  const value = valueAt(raw, path);
  if (value === undefined || (value === '' && code === 'too_small')) {
    throw badInput(field, `Missing value for required parameter '${field}'.`);
  }
  const inBody = body && valueAt(parseBody(body), path) !== undefined;
  const written = inBody ? textAt(body, path) : JSON.stringify(value);
  const shown = written.length > maxShown ? `${written.slice(0, maxShown)}...` : written;
  throw badInput(
    field,
    `Invalid value ${shown} for parameter '${field}' supplied: ${message.replace(/^Invalid input: /, '')}.`,
  );
}

/** Characters of a wrong value that its error repeats. */
const maxShown = 200;

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], raw);

/** `metrics[3].value` */
const pathText = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`)).join('') ||
  'body';
