import { classify } from '../../access/classes.ts';

export const identityPolicy = classify({
  Query: { viewer: 'handle', node: 'handle', nodes: 'handle' },
  Viewer: { id: 'handle', name: 'handle', roles: 'handle', projects: 'handle', redactions: 'structural' },
  Project: { id: 'handle', slug: 'handle', name: 'handle' },
  Principal: { id: 'handle', name: 'handle', kind: 'handle' },
  Redaction: { field: 'structural', policy: 'structural', reason: 'structural', howToRequest: 'structural' },
});
