import type { Blobs } from '../storage/blobs/blobs.ts';
import { createArtifacts } from './artifacts/artifact.service.ts';
import { createExperiments } from './experiments/experiment.service.ts';
import { createRuns } from './experiments/run.service.ts';
import { createGrants } from './identity/grants.service.ts';
import { createIdentity } from './identity/identity.service.ts';
import { createIngest } from './ingest/ingest.service.ts';
import { createKpis } from './kpis/kpi.service.ts';
import { createDeletion } from './models/deletion.service.ts';
import { createDeployments } from './models/deployment.service.ts';
import { createLoggedModels } from './models/logged-model.service.ts';
import { createRegistry } from './models/registry.service.ts';
import { createVersions } from './models/version.service.ts';
import type { Policies } from './policies/policies.service.ts';
import { createPurposes } from './purposes/purpose.service.ts';
import { createBarriers } from './sensitivity/barrier.service.ts';
import { createSensitivity } from './sensitivity/sensitivity.service.ts';
import { createTaxonomy } from './sensitivity/taxonomy.service.ts';
import { createApprovals } from './verdicts/approval.service.ts';
import { createRules } from './verdicts/rule.service.ts';
import { createWaivers } from './verdicts/waiver.service.ts';
import type { Store } from './store.ts';

/** Every domain's writes and rules, made once; transports and resolvers call these, never tables. */
export function createServices(store: Store, blobs: Blobs | undefined, policies: Policies) {
  const identity = createIdentity(store, policies);
  return {
    approvals: createApprovals(store, policies),
    artifacts: createArtifacts(store, blobs, identity),
    barriers: createBarriers(store),
    deletion: createDeletion(store),
    deployments: createDeployments(store),
    experiments: createExperiments(store),
    grants: createGrants(store, policies),
    runs: createRuns(store),
    identity,
    ingest: createIngest(store),
    kpis: createKpis(store, policies),
    loggedModels: createLoggedModels(store),
    policies,
    purposes: createPurposes(store),
    registry: createRegistry(store),
    rules: createRules(store, policies),
    sensitivity: createSensitivity(store),
    taxonomy: createTaxonomy(store),
    versions: createVersions(store),
    waivers: createWaivers(store),
  };
}

export type Services = ReturnType<typeof createServices>;
