export { createDeployments } from './deployment.service.ts';
export { createLoggedModels } from './logged-model.service.ts';
export { createRegistry } from './registry.service.ts';
export { createVersions } from './version.service.ts';
