import type { Store, SystemActor } from '../store.ts';
import { hashOf, type Identity } from './identity.service.ts';

const name = 'tests';

/** The account that runs tests, and that token as its only one: the caller chose it, so it is for databases without anything of worth. */
export async function ensureTestAccount(
  store: Store,
  identity: Identity,
  actor: SystemActor,
  token: string,
): Promise<void> {
  const defaultProjectId = await identity.ensureProject(actor, 'default', 'Default');
  const found = await store.read.selectFrom('principal').select('id').where('name', '=', name).executeTakeFirst();
  const principalId =
    found?.id ??
    (await identity.createPrincipal(actor, {
      name,
      kind: 'service',
      roles: ['ml_engineer', 'admin'], // clients write with it, and it empties the database
      projects: 'all',
    }));
  const known = await store.read
    .selectFrom('api_token')
    .select('id')
    .where('hash', '=', hashOf(token))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (known) return;
  await identity.revokeTokens(actor, principalId);
  await identity.issueToken(actor, { principalId, label: 'tests', defaultProjectId, token });
}
