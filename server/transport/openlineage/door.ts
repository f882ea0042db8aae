import express, { type RequestHandler, type Response } from 'express';
import type { Actor } from '../../access/actor.ts';
import type { Context } from '../../domain/context.ts';
import type { Identity } from '../../domain/identity/identity.service.ts';
import { badInput, type AvalError } from '../../shared/errors.ts';
import { checkJson, utf8 } from '../../shared/json.ts';
import type { Door } from '../http/app.ts';
import { authenticate, contextOf } from '../http/authenticate.ts';
import { errorHandler, httpStatus, sentencesOf } from '../http/errors.ts';
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
  const authorise: RequestHandler = (_request, response, next) => {
    for (const coordinate of uses) contextOf(response).access.require(coordinate, 'mutate');
    next();
  };
  const record: RequestHandler = async (request, response) => {
    const { actor, services } = contextOf(response);
    const body = parse(request.body);
    checkJson(body, 'event');
    await services.ingest.record(actor, readEvents(body));
    response.status(201).end();
  };
  return (app) => {
    // whatever content type a client claims
    const body = express.raw({ type: () => true, limit: bodyLimit });
    app.post('/api/v1/lineage', authenticate(identity, contextFor), authorise, body, record);
    app.all('/api/v1/lineage', (_request, response) => {
      send(response.set('Allow', 'POST'), 405, 'Send events by POST.');
    });
    const tell = (response: Response, error: AvalError): void =>
      send(response, httpStatus[error.code], sentencesOf(error), error.field);
    app.use('/api/v1/lineage', errorHandler(onInternal, tell));
  };
}

function parse(body: unknown): unknown {
  try {
    return JSON.parse(Buffer.isBuffer(body) ? utf8.decode(body) : '') as unknown;
  } catch {
    throw badInput('body', 'The body is not well-formed JSON in UTF-8.');
  }
}

function send(response: Response, status: number, error: string, field?: string): void {
  response.status(status).json({ error, ...(field !== undefined && { field }) });
}
