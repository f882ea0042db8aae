import { classify } from '../../access/classes.ts';
import { ofAll, ofProject, type TableLabels } from '../../access/tables.ts';

export const identityPolicy = classify(
  {
    Query: { viewer: 'handle', node: 'handle', nodes: 'handle', principals: 'governance' },
    Mutation: {
      createProject: 'identity',
      createPrincipal: 'identity',
      issueToken: 'identity',
      revokeTokens: 'identity',
      grantRole: 'identity',
      revokeRole: 'identity',
      addMember: 'identity',
      removeMember: 'identity',
    },
    CreateProjectPayload: { project: 'structural' },
    CreatePrincipalPayload: { principal: 'structural' },
    IssueTokenPayload: { token: 'handle' },
    RevokeTokensPayload: { principal: 'structural' },
    PrincipalPayload: { principal: 'structural' },
    Viewer: { id: 'handle', name: 'handle', roles: 'handle', projects: 'handle', redactions: 'structural' },
    Project: { id: 'handle', slug: 'handle', name: 'handle' },
    Principal: {
      id: 'handle',
      name: 'handle',
      kind: 'handle',
      grants: 'governance',
      memberships: 'governance',
      tokens: 'identity',
    },
    RoleGrant: { role: 'governance', validFrom: 'governance', validTo: 'governance' },
    Membership: { project: 'governance', validFrom: 'governance', validTo: 'governance' },
    ApiToken: {
      label: 'identity',
      project: 'identity',
      issuedAt: 'identity',
      expiresAt: 'identity',
      revokedAt: 'identity',
    },
  },
  { 'PrincipalFilter.role': [{ coordinate: 'RoleGrant.role', use: 'filter' }] },
);

export const identityTables = {
  project: ofProject('everyone'),
  principal: ofAll('A name stands beside what somebody did.', 'everyone', { created_at: [], suspended_at: [] }),
  role_grant: ofProject(['governance']),
  membership: ofProject(['governance', 'identity']), // which rows of tokens are whose to see, too
  api_token: ofProject(['identity'], { hash: [] }),
} satisfies TableLabels;
