import type { Route } from './route.ts';
import { artifactLinkRoutes } from './routes/artifact-links.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { experimentRoutes } from './routes/experiments.ts';
import { loggedModelRoutes } from './routes/logged-models.ts';
import { metricRoutes } from './routes/metrics.ts';
import { modelVersionRoutes } from './routes/model-versions.ts';
import { registeredModelRoutes } from './routes/registered-models.ts';
import { runSearchRoutes } from './routes/runs-search.ts';
import { runRoutes } from './routes/runs.ts';
import { serverRoutes } from './routes/server.ts';

/** Every route of MLflow's API that Aval serves. */
export const mlflowRoutes: readonly Route[] = [
  ...serverRoutes,
  ...experimentRoutes,
  ...runRoutes,
  ...runSearchRoutes,
  ...metricRoutes,
  ...loggedModelRoutes,
  ...registeredModelRoutes,
  ...modelVersionRoutes,
  ...artifactRoutes,
  ...artifactLinkRoutes,
];
