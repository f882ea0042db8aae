import { shippedPolicy } from '../access/shipped.ts';
import { systemActor } from '../domain/store.ts';
import type { TestApp } from './app.ts';

/** Puts the shipped policy with further rules in force, as two people do it. */
export async function putInForce(app: TestApp, rules: string): Promise<void> {
  const { identity, policies } = app.aval.services;
  const person = async () => {
    const principalId = await identity.createPrincipal(systemActor, {
      name: crypto.randomUUID(),
      kind: 'person',
      roles: ['governance_lead'],
      projects: 'all',
    });
    const token = { principalId, label: 't', defaultProjectId: app.projectId };
    return identity.authenticate(await identity.issueToken(systemActor, token));
  };
  const text = `${shippedPolicy()}\n${rules}`;
  const id = await policies.propose(await person(), { text, reason: 'A test.' });
  await policies.approve(await person(), id);
}
