/** The story behind the emitted schema, with two roles, so that pages are tested without a database. */
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  getNullableType,
  graphql,
  isNonNullType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLSchema,
} from 'graphql';
import { page, type FixtureAsset, type PageArgs } from './graph.ts';
import { story } from './story.ts';

interface Rule {
  policy: string;
  reason: string;
  howToRequest: string;
}

const rules: Record<string, { rule: Rule; denies: RegExp }[]> = {
  compliance_reviewer: [
    {
      rule: {
        policy: 'no-user-names-in-evidence',
        reason: 'Who ran a training run is personal data that a review does not need.',
        howToRequest: 'Ask the governance lead for a named disclosure.',
      },
      denies: /^Run\.userName$/,
    },
  ],
  business_viewer: [
    {
      rule: {
        policy: 'business-viewer-kpis-and-names-only',
        reason: 'This role sees KPIs and the names of models.',
        howToRequest: 'Ask the governance lead for the role compliance_reviewer.',
      },
      denies:
        /^(ModelVersion\.(learnedFrom|trainedOn|run|deployments|approvals|description|upstream|downstream|events|loggedModel)|ModelVersionFilter\.learnedFrom|Query\.(datasets|auditEvents|logHead|deployments|runs|sensitivityTags)|Model\.aliases|Deployment\.(environment|purpose|by|modelVersion|name|verdict))$/,
    },
  ],
};

export interface FixtureServer {
  execute(body: { query: string; variables?: Record<string, unknown> }, role: string): Promise<unknown>;
  /** A `fetch` that answers from the story. */
  fetch: typeof fetch;
}

export function fixtureServer(sdl = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8')) {
  const schema = buildSchema(sdl);
  const root = rootOf();
  const server: FixtureServer = {
    async execute(body, role) {
      const refusal = refusalOf(schema, body.query, role);
      if (refusal) return refusal;
      return graphql({
        schema,
        source: body.query,
        variableValues: body.variables ?? {},
        rootValue: root(role),
        fieldResolver: (source, args, _context, info) => {
          const coordinate = `${info.parentType.name}.${info.fieldName}`;
          if (info.fieldName === 'redactions' && info.parentType.name !== 'Viewer')
            return denied(role).flatMap(({ rule, denies }) =>
              Object.keys(info.parentType.getFields())
                .map((field) => `${info.parentType.name}.${field}`)
                .filter((field) => denies.test(field))
                .map((field) => ({ field, use: 'SELECT', ...rule })),
            );
          if (denied(role).some(({ denies }) => denies.test(coordinate))) return null;
          const value = (source as Record<string, unknown>)[info.fieldName];
          return typeof value === 'function' ? value.call(source, args) : value;
        },
      });
    },
    fetch: async (_url, init) => {
      const role = new Headers(init?.headers).get('aval-role') ?? '';
      const answer = await server.execute(JSON.parse(init?.body as string) as { query: string }, role);
      return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
    },
  };
  return server;
}

interface StoryRun {
  id: string;
  experiment: { id: string };
  children: { id: string }[];
}

const denied = (role: string) => rules[role] ?? [];

/** Refuses the operation whole when it needs what can be neither null nor answered, or filters by what is hidden. */
function refusalOf(schema: GraphQLSchema, source: string, role: string) {
  const info = new TypeInfo(schema);
  let refused: (Rule & { field: string; use: string }) | undefined;
  const check = (field: string, use: string) => {
    const by = denied(role).find(({ denies }) => denies.test(field));
    if (by && !refused) refused = { field, use, ...by.rule };
  };
  visit(
    parse(source),
    visitWithTypeInfo(info, {
      Field() {
        const parent = info.getParentType();
        const type = info.getType();
        if (parent && type && isNonNullType(type)) check(`${parent.name}.${info.getFieldDef()!.name}`, 'SELECT');
      },
      ObjectField(node) {
        const input = info.getParentInputType();
        if (input) check(`${getNamedType(getNullableType(input)).name}.${node.name.value}`, 'FILTER');
      },
    }),
  );
  if (!refused) return undefined;
  return {
    data: null,
    errors: [{ message: `Not for your role: ${refused.field}`, extensions: { code: 'FORBIDDEN', redaction: refused } }],
  };
}

function rootOf() {
  const { graph, versions, deployments, credit } = story();
  const events = auditTrail(versions, deployments, credit);
  for (const asset of graph.assets)
    asset.events = (args: { first: number }) =>
      page(
        events.filter((event) => event.subject === asset),
        args,
      );
  const runs = versions.map((version) => version.run as StoryRun);
  const byId = new Map<string, unknown>([
    ...graph.assets.map((asset) => [asset.id, asset] as const),
    ...runs.flatMap((run) => [run, ...run.children]).map((run) => [run.id, run] as const),
  ]);
  const all = (kind: string) => graph.assets.filter((asset) => asset.kind === kind);
  const fields = {
    node: ({ id }: { id: string }) => byId.get(id) ?? null,
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => byId.get(id) ?? null),
    datasets: (args: object) => page(all('DATASET'), args),
    models: (args: object) => page(all('MODEL'), args),
    deployments: (args: object) => page(deployments, args),
    modelVersions: (args: PageArgs & { where?: { learnedFrom?: string[] } }) => {
      const wanted = args.where?.learnedFrom;
      return page(
        versions.filter((one) => !wanted || graph.learned(one).some((found) => wanted.includes(found.tag.category))),
        args,
      );
    },
    runs: (args: { where?: { experimentId?: string } } & PageArgs) =>
      page(
        runs.filter((run) => run.experiment.id === args.where?.experimentId).flatMap((run) => run.children),
        args,
      ),
    kpis: (args: object) => page(kpis(deployments[0]!), args),
    auditEvents: (args: object) => page(events, args),
    logHead: () => ({ size: events.length, at: events[0]!.at, leafHash: events[0]!.leafHash }),
    policyVersion: () => ({
      version: 1,
      digest: 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78',
      validFrom: '2026-11-20T08:00:00.000Z',
    }),
  };
  return (role: string) => ({
    ...fields,
    viewer: () => ({
      roles: [role],
      redactions: denied(role).flatMap(({ rule, denies }) =>
        denies.source
          .replace(/\^|\$|\\/g, '')
          .split('|')
          .map((field) => ({ field: field.replaceAll(/[()*]/g, ''), use: 'SELECT', ...rule })),
      ),
    }),
  });
}

function auditTrail(versions: FixtureAsset[], deployments: FixtureAsset[], project: unknown) {
  const rows: [string, string, unknown, object][] = [
    ['project.created', 'Project', project, {}],
    ['policy.activated', 'Policy', null, { version: 1 }],
    ...versions.map((version): [string, string, unknown, object] => [
      'model_version.created',
      'ModelVersion',
      version,
      {},
    ]),
    ...deployments.map((one): [string, string, unknown, object] => [
      'deployment.started',
      'Deployment',
      one,
      { environment: 'production' },
    ]),
    ['access.denied', 'Query', null, { operation: 'modelVersions' }],
    ['access.read', 'Column', null, { rows: 12 }],
  ];
  return rows
    .map(([action, subjectKind, subject, details], index) => ({
      __typename: 'AuditEvent',
      id: `EVENT-${index}`,
      index,
      at: new Date(Date.UTC(2026, 10, 20, 9, index)).toISOString(),
      actor: action.startsWith('access') ? 'reviewer' : 'admin',
      action,
      subjectKind,
      subject,
      coordinate: action === 'access.denied' ? 'ModelVersionFilter.learnedFrom' : null,
      policy: action === 'access.denied' ? 'business-viewer-kpis-and-names-only' : null,
      details,
      leafHash: (index * 2654435761 + 305419896).toString(16).padStart(16, '0').repeat(4),
    }))
    .reverse();
}

const kpis = (subject: FixtureAsset) => [
  {
    __typename: 'Kpi',
    id: 'KPI-1',
    name: 'Refusal rate',
    unit: '%',
    direction: 'LOWER_IS_BETTER',
    definition: 'Share of applications that the champion refused in a week',
    metricKey: null,
    warnAt: 42,
    failAt: 50,
    roles: ['business_viewer', 'operator'],
    createdAt: '2026-11-20T12:00:00.000Z',
    owner: { name: 'operator' },
    subject,
    value: { at: '2026-11-21T00:00:00.000Z', value: 43.5, status: 'WARN' },
    history: Array.from({ length: 8 }, (_, i) => ({
      at: new Date(Date.UTC(2026, 9, 3 + 7 * i)).toISOString(),
      value: 36 + i * 1.07,
      status: i > 5 ? 'WARN' : 'OK',
    })),
  },
];
