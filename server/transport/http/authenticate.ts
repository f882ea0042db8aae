import type { IncomingMessage } from 'node:http';
import { narrow, type Actor } from '../../access/actor.ts';
import type { Identity } from '../../domain/identity/identity.service.ts';
import { AvalError } from '../../shared/errors.ts';

/** The token of a request: `Authorization: Bearer TOKEN`, or Basic with the token as password, as MLflow's clients send it. */
export function tokenOf(request: IncomingMessage): string | undefined {
  const header = request.headers.authorization ?? '';
  const [scheme, credentials] = header.split(' ', 2);
  if (!credentials) return undefined;
  if (/^bearer$/i.test(scheme!)) return credentials;
  if (/^basic$/i.test(scheme!)) return Buffer.from(credentials, 'base64').toString().split(':').slice(1).join(':');
  return undefined;
}

/** Who sends this request, narrowed to the role in the header `aval-role` if there is one. */
export async function actorOf(request: IncomingMessage, identity: Identity): Promise<Actor> {
  const token = tokenOf(request);
  if (!token) {
    throw new AvalError('UNAUTHENTICATED', 'A token is needed.', { remedy: 'Send `Authorization: Bearer TOKEN`.' });
  }
  const actor = await identity.authenticate(token);
  const role = request.headers['aval-role'];
  return typeof role === 'string' ? narrow(actor, role) : actor;
}
