import { classify } from '../../access/classes.ts';
import { closed, ofAll, ofProject, type TableLabels } from '../../access/tables.ts';

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

export const identityTables = {
  project: ofProject('everyone'),
  principal: ofAll('A name stands beside what somebody did.', 'everyone', { created_at: [], suspended_at: [] }),
  role_grant: closed('What somebody may is for decisions to know.'),
  membership: closed('What somebody may is for decisions to know.'),
  api_token: closed('Hashes of tokens, for authentication alone.'),
} satisfies TableLabels;
