import { classify } from '../../access/classes.ts';

export const identityPolicy = classify({
  Query: { viewer: 'handle', node: 'handle', nodes: 'handle' },
  Mutation: {
    createProject: 'identity',
    createPrincipal: 'identity',
    issueToken: 'identity',
    revokeTokens: 'identity',
  },
  CreateProjectPayload: { project: 'structural' },
  CreatePrincipalPayload: { principal: 'structural' },
  IssueTokenPayload: { token: 'handle' },
  RevokeTokensPayload: { principal: 'structural' },
  Viewer: { id: 'handle', name: 'handle', roles: 'handle', projects: 'handle', redactions: 'structural' },
  Project: { id: 'handle', slug: 'handle', name: 'handle' },
  Principal: { id: 'handle', name: 'handle', kind: 'handle' },
});
