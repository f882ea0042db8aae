import { graphql } from './graphql.ts';

/** The roles that ship, each with what its holder comes for. */
export const roles = {
  compliance_reviewer: 'reads every governance fact and the log, and no raw sample',
  governance_lead: 'tags data, defines KPIs, keeps purposes and policies',
  ml_engineer: 'trains, registers and deploys models',
  data_engineer: 'builds the tables and their lineage',
  data_scientist: 'compares runs; sees no profile of a tagged column',
  operator: 'watches deployments and drift',
  business_viewer: 'sees KPIs and model names',
  ingest: 'a service account that only writes',
} as const;

export type DemoRole = keyof typeof roles;

export const projects = { 'credit-scoring': 'Credit scoring', 'diabetes-progression': 'Diabetes progression' } as const;
export type DemoProject = keyof typeof projects;

export interface People {
  /** A token of a principal with that role, who sees both projects. */
  byRole: Record<DemoRole, string>;
  /** The engineer of each project, whose writes go there. */
  engineerOf: Record<DemoProject, string>;
}

/** Makes the demo's projects, principals and tokens through the public API, as an administrator would. */
export async function invitePeople(url: string, adminToken: string): Promise<People> {
  const asAdmin = <T>(query: string, input: object): Promise<T> => graphql<T>(url, adminToken, query, { input });

  const makeProject = async (slug: DemoProject): Promise<string> => {
    const query = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id } } }';
    return (await asAdmin<{ createProject: { project: { id: string } } }>(query, { slug, name: projects[slug] }))
      .createProject.project.id;
  };
  const makeToken = async (name: string, role: DemoRole, projectId: string, only?: string): Promise<string> => {
    const create = 'mutation ($input: CreatePrincipalInput!) { createPrincipal(input: $input) { principal { id } } }';
    const kind = role === 'ingest' ? 'SERVICE' : 'PERSON';
    const { createPrincipal } = await asAdmin<{ createPrincipal: { principal: { id: string } } }>(create, {
      name, kind, roles: [role], ...(only && { projectIds: [only] }),
    }); // prettier-ignore
    const issue = 'mutation ($input: IssueTokenInput!) { issueToken(input: $input) { token } }';
    const principalId = createPrincipal.principal.id;
    const issued = await asAdmin<{ issueToken: { token: string } }>(issue, { principalId, projectId, label: 'demo' });
    return issued.issueToken.token;
  };

  const credit = await makeProject('credit-scoring');
  const diabetes = await makeProject('diabetes-progression');
  const byRole = {} as Record<DemoRole, string>;
  for (const role of Object.keys(roles) as DemoRole[]) byRole[role] = await makeToken(role, role, credit);
  return {
    byRole,
    engineerOf: {
      'credit-scoring': await makeToken('credit-engineering', 'ml_engineer', credit, credit),
      'diabetes-progression': await makeToken('diabetes-engineering', 'ml_engineer', diabetes, diabetes),
    },
  };
}
