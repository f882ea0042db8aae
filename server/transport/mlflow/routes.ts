import type { Route } from './route.ts';
import { experimentRoutes } from './routes/experiments.ts';
import { serverRoutes } from './routes/server.ts';

/** Every route of MLflow's API that Aval serves. */
export const mlflowRoutes = (_artifactsFolder: string | undefined): readonly Route[] => [
  ...serverRoutes,
  ...experimentRoutes,
];
