import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import type { Actor } from '../../access/actor.ts';
import { recordTrail } from '../../domain/audit/trail.service.ts';
import type { Context } from '../../domain/context.ts';
import type { Identity } from '../../domain/identity/identity.service.ts';
import { badInput } from '../../shared/errors.ts';
import { checkJson } from '../../shared/json.ts';
import { asAvalError, httpStatus, type Door } from '../http/app.ts';
import { actorOf } from '../http/authenticate.ts';
import { readEvents } from './translate.ts';

/** What recording an event does, as access sees it. */
const uses = ['Query.datasets', 'Run.inputs', 'Query.jobs'] as const;

/** Events with large plans in their facets run to a few megabytes. */
const bodyLimit = '8mb';

export interface OpenlineageDoorOptions {
  identity: Identity;
  contextFor(actor: Actor): Context;
  onInternal(error: unknown): void;
}

/**
 * OpenLineage's API for stock clients: POST /api/v1/lineage takes one event, or a list, and answers 201 with nothing. What cannot be
 * read gets a 4xx with its reason, and nothing of it is kept.
 */
export function openlineageDoor({ identity, contextFor, onInternal }: OpenlineageDoorOptions): Door {
  const authorise: RequestHandler = async (request, response, next) => {
    const context = contextFor(await actorOf(request, identity));
    response.locals['context'] = context;
    for (const coordinate of uses) context.access.require(coordinate, 'mutate');
    next();
  };
  const record: RequestHandler = async (request, response) => {
    const { actor, services } = response.locals['context'] as Context;
    const body = parse(request.body);
    checkJson(body, 'event');
    await services.ingest.record(actor, readEvents(body));
    response.status(201).end();
  };
  return (app) => {
    // whatever content type a client claims
    app.post('/api/v1/lineage', authorise, express.raw({ type: () => true, limit: bodyLimit }), record);
    app.all('/api/v1/lineage', (_request, response) => {
      send(response.set('Allow', 'POST'), 405, 'Send events by POST.');
    });
    app.use('/api/v1/lineage', errors(onInternal));
  };
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '') as unknown;
  } catch {
    throw badInput('body', 'The body is not well-formed JSON.');
  }
}

/** What goes wrong, as `{"error": reason}`; a denial is in the log before it is told. */
function errors(onInternal: (error: unknown) => void): ErrorRequestHandler {
  return async (error, _request, response, _next) => {
    let known = asAvalError(error);
    const context = response.locals['context'] as Context | undefined;
    if (context) {
      await recordTrail(context).catch((failure: unknown) => {
        onInternal(failure);
        known = asAvalError(failure);
      });
    }
    if (known.code === 'INTERNAL') onInternal(error);
    if (response.headersSent) return void response.destroy();
    if (known.code === 'UNAUTHENTICATED') response.set('WWW-Authenticate', 'Bearer realm="aval"');
    send(
      response,
      httpStatus[known.code],
      known.remedy ? `${known.message} ${known.remedy}` : known.message,
      known.field,
    );
  };
}

function send(response: Response, status: number, error: string, field?: string): void {
  response.status(status).json({ error, ...(field !== undefined && { field }) });
}
