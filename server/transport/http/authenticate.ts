import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { narrow, type Actor } from '../../access/actor.ts';
import type { Context } from '../../domain/context.ts';
import type { Identity } from '../../domain/identity/identity.service.ts';
import { AvalError, badInput } from '../../shared/errors.ts';

/** What a caller shows: an `Authorization` header's text, the role that it wants to answer for, and what it wants the answer for. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly role: string | undefined;
  readonly purpose: string | undefined;
  /** What it does with the answer, when that is more than reading it. */
  readonly use: string | undefined;
}

/** From the headers of a request. */
export function credentialsOf({ headers }: IncomingMessage): Credentials {
  const text = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined);
  return {
    authorization: headers.authorization,
    role: text(headers['aval-role']),
    purpose: text(headers['aval-purpose']),
    use: text(headers['aval-use']),
  };
}

/** The token: `Bearer TOKEN`, or Basic with the token as password, as MLflow's clients send it. */
function tokenOf({ authorization = '' }: Credentials): string | undefined {
  const [scheme, credentials] = authorization.split(' ', 2);
  if (!credentials) return undefined;
  if (/^bearer$/i.test(scheme!)) return credentials;
  if (/^basic$/i.test(scheme!)) return Buffer.from(credentials, 'base64').toString().split(':').slice(1).join(':');
  return undefined;
}

/** Who that is, as of now, narrowed to the role if one is named. BAD_INPUT when the purpose or the use is not known. */
export async function actorFrom(credentials: Credentials, identity: Identity): Promise<Actor> {
  const token = tokenOf(credentials);
  if (!token) {
    throw new AvalError('UNAUTHENTICATED', 'A token is needed.', { remedy: 'Send `Authorization: Bearer TOKEN`.' });
  }
  const actor = await identity.authenticate(token, credentials.purpose);
  if (credentials.use !== undefined && credentials.use !== 'export') {
    throw badInput(
      'aval-use',
      'The header aval-use names no use that a request states.',
      'Send `aval-use: export` when a copy is taken away, or leave the header out.',
    );
  }
  return {
    ...(credentials.role === undefined ? actor : narrow(actor, credentials.role)),
    ...(credentials.use === 'export' && { exporting: true }),
  };
}

/** Finds out who sends a request, before anything of it is read; what follows asks `contextOf`. */
export function authenticate(identity: Identity, contextFor: (actor: Actor) => Context): RequestHandler {
  return async (request, response, next) => {
    response.locals['context'] = contextFor(await actorFrom(credentialsOf(request), identity));
    next();
  };
}

/** The context of the request that is being answered; there is none before `authenticate`. */
export const contextOf = (response: Response): Context => response.locals['context'] as Context;
