import { createExperiments } from './experiments/experiment.service.ts';
import { createRuns } from './experiments/run.service.ts';
import { createIdentity } from './identity/identity.service.ts';
import type { Store } from './store.ts';

/** Every domain's writes and rules, made once; transports and resolvers call these, never tables. */
export function createServices(store: Store) {
  return {
    experiments: createExperiments(store),
    runs: createRuns(store),
    identity: createIdentity(store),
  };
}

export type Services = ReturnType<typeof createServices>;
