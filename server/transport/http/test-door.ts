import type { Actor } from '../../access/actor.ts';
import type { Context } from '../../domain/context.ts';
import type { Identity } from '../../domain/identity/identity.service.ts';
import type { Door } from './app.ts';
import { authenticate, contextOf } from './authenticate.ts';

export interface TestDoorOptions {
  identity: Identity;
  contextFor(actor: Actor): Context;
  /** Empties the database. */
  reset(context: Context): Promise<void>;
}

/** POST /api/test/reset, on a database for tests: whoever manages accounts empties it. Other servers have no such address. */
export function testDoor({ identity, contextFor, reset }: TestDoorOptions): Door {
  return (app) =>
    app.post('/api/test/reset', authenticate(identity, contextFor), async (_request, response) => {
      const context = contextOf(response);
      context.access.require('Mutation.createPrincipal', 'mutate');
      await reset(context);
      response.status(204).end();
    });
}
