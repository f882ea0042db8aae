import { getNamedType, isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql';
import { expect } from 'vitest';
import { attacks } from '../../testing/attacks/attack.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { missingLike, mlflowId } from '../../testing/attacks/plants.ts';
import { secrets, type World } from '../../testing/attacks/world.ts';

// Questions whose answer depends on a hidden value, though it is not in the answer.
const attack = attacks();

const runsWhere = 'query ($where: RunFilter) { runs(where: $where) { nodes { id } pageInfo { hasNextPage } } }';
const filtered = (where: unknown) => ({ query: runsWhere, variables: { where } });
const byName = { at: 'Run.name', use: 'filter' } as const;

/** Every field of the schema's inputs, every argument and every field, by name. */
function namesIn(schema: GraphQLSchema): { inputs: string[]; args: string[]; fields: string[]; types: string[] } {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
  const objects = types.filter(isObjectType).flatMap((type) => Object.values(type.getFields()));
  return {
    inputs: types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields())),
    args: objects.flatMap((field) => field.args.map((arg) => arg.name)),
    fields: objects.map((field) => field.name),
    types: types.map((type) => type.name),
  };
}

/** No filter, order, argument, field or type is called so: whoever adds one writes the attack on it. */
function hasNothingCalled({ app }: World, pattern: RegExp, except: readonly string[] = []): void {
  const { inputs, args, fields, types } = namesIn(app.aval.schema);
  const named = [...inputs, ...args, ...fields, ...types].filter(
    (name) => pattern.test(name) && !except.includes(name),
  );
  expect([...new Set(named)], 'this needs an attack of its own').toEqual([]);
}

attack(12, async ({ blinds }) => {
  await blinds(byName, filtered({ name: { eq: secrets.run } }), filtered({ name: { eq: 'quagga-rum' } }));
  const literal = (name: string) => `{ runs(where: { name: { eq: "${name}" } }) { nodes { id } } }`;
  await blinds(byName, literal(secrets.run), literal('quagga-rum'));
});

attack(13, async (world) => {
  hasNothingCalled(world, /^(and|or|not)$/i);
  const nested = (value: number) => filtered({ metrics: [{ key: 'auc', value: { gt: 0.1, lt: value } }] });
  await world.blinds({ at: 'Run.metrics', use: 'filter' }, nested(0.8), nested(0.7));
});

attack(14, async ({ blinds }) => {
  await blinds(byName, filtered({ name: { in: ['x', secrets.run] } }), filtered({ name: { in: ['x', 'y'] } }));
  await blinds(byName, filtered({ name: { notIn: [secrets.run] } }), filtered({ name: { notIn: ['y'] } }));
});

attack(15, async (world) => {
  hasNothingCalled(world, /path|jsonb|expression/i, ['path']); // of a tag: an answer, not a question
  const asked = (key: string) => ({ experiment_ids: [world.planted.experiment], filter: `tags.\`${key}\` = 'x'` });
  await world.blindsMlflow({ at: 'Run.tags', use: 'filter' }, 'runs/search', asked('okapi.seed'), asked('okapi.need'));
});

attack(16, async ({ blinds }) => {
  const pairs: [unknown, unknown][] = [
    [{ name: { like: 'q%' } }, { name: { like: 'r%' } }],
    [{ name: { ilike: 'QUAGGA-RU_' } }, { name: { ilike: 'QUAGGA-RU' } }],
    [{ name: { contains: 'agga' } }, { name: { contains: 'aggb' } }],
  ];
  for (const [right, wrong] of pairs) await blinds(byName, filtered(right), filtered(wrong));
  const metric = (value: object) => filtered({ metrics: [{ key: 'auc', value }] });
  await blinds({ at: 'Run.metrics', use: 'filter' }, metric({ gte: 0.7391 }), metric({ gte: 0.7392 }));
  await blinds({ at: 'Run.params', use: 'filter' }, filtered({ params: [{ key: 'seed', value: { like: 'o%' } }] }), filtered({ params: [{ key: 'seed', value: { like: 'p%' } }] })); // prettier-ignore
});

attack(17, async ({ blinds }) => {
  const versions = (where: string) => `{ modelVersions(where: { ${where} }) { nodes { id } } }`;
  await blinds(
    { at: 'ModelVersion.learnedFrom', use: 'filter' },
    versions('learnedFrom: [SPECIAL_CATEGORY]'),
    versions('learnedFrom: [FINANCIAL]'),
  );
  await blinds(
    { at: 'ModelVersion.deployments', use: 'filter' },
    versions('deployed: true'),
    versions('deployed: false'),
  );
  const datasets = (tag: string) => `{ datasets(where: { tags: [${tag}] }) { nodes { id } } }`;
  await blinds({ at: 'Dataset.tags', use: 'filter' }, datasets('SPECIAL_CATEGORY'), datasets('FINANCIAL'));
});

attack(18, async ({ blinds }) => {
  const ordered = (order: string, direction: string) =>
    `{ runs(orderBy: [{ ${order}, direction: ${direction} }]) { nodes { id } } }`;
  await blinds({ at: 'Run.name', use: 'order' }, ordered('field: NAME', 'ASC'), ordered('field: NAME', 'DESC'));
  await blinds({ at: 'Run.params', use: 'order' }, ordered('param: "seed"', 'ASC'), ordered('param: "none"', 'ASC'));
});

attack(19, async (world) => {
  hasNothingCalled(world, /^(group|sum|avg|average|minimum|maximum|aggregate)|(GroupBy|Aggregate|AggregateBy)$/i);
});

attack(20, async ({ data, planted }) => {
  const walks = (of: string) =>
    `query ($id: ID!) { node(id: $id) { ... on Asset { up: upstream(depth: 20) { ${of} } down: downstream(depth: 20) { ${of} } } } }`;
  const ask = async (role: 'data_scientist' | 'governance_lead', id: string, of: string) =>
    (await data(role, walks(of), { id })).node;
  // the dataset came from one in another project
  const { up } = await ask('governance_lead', planted.dataset, 'assets { nodes { id } }');
  const counted = await ask('governance_lead', planted.dataset, 'assetCount');
  expect(counted.up.assetCount).toBe(up.assets.nodes.length);
  // the version leads to a deployment and to a figure, which are not for a data scientist
  const all = (await ask('governance_lead', planted.version, 'assets { nodes { id } }')).down.assets.nodes;
  const ids = all.map((one: { id: string }) => one.id);
  const { nodes } = await data('data_scientist', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  const met = nodes.filter((one: unknown) => one !== null);
  expect(met.length).toBeLessThan(ids.length);
  expect((await ask('data_scientist', planted.version, 'assetCount')).down.assetCount).toBe(met.length);
});

attack(21, async (world) => hasNothingCalled(world, /^(having|distinct|distinctOn|unique)$/i));

attack(22, async (world) => hasNothingCalled(world, /search|^(match|fulltext|keywords)$/i));

attack(23, async (world) => {
  hasNothingCalled(world, /total|^count$/i);
  const query = '{ kpis(first: 2) { nodes { name } pageInfo { hasNextPage hasPreviousPage } } }';
  const { kpis } = await world.data('business_viewer', query);
  expect(kpis.nodes).toHaveLength(2);
  expect(kpis.pageInfo, 'the third is for operators only').toEqual({ hasNextPage: false, hasPreviousPage: false });
  expect((await world.data('operator', query)).kpis.pageInfo.hasNextPage).toBe(true);
});

attack(24, async ({ app, data }) => {
  const schema = app.aval.schema;
  const lists = Object.values(schema.getQueryType()!.getFields()).filter(
    (field) => getNamedType(field.type).name.endsWith('Connection') && field.name !== 'accessMatrix',
  );
  expect(lists.length).toBeGreaterThan(9);
  const text = (cursor: string | null): string => Buffer.from(cursor ?? '', 'base64url').toString();
  let seen = 0;
  for (const { name } of lists) {
    for (const role of sidesOf(`Query.${name}`, 'select').may) {
      const asked = await data(role, `{ ${name}(first: 5) { edges { cursor } pageInfo { startCursor endCursor } } }`);
      if (!asked) continue; // what a list is made of may be refused where the list is not
      const { edges, pageInfo } = asked[name] as {
        edges: { cursor: string }[];
        pageInfo: { startCursor: string; endCursor: string };
      };
      const cursors = [...edges.map(({ cursor }) => cursor), pageInfo.startCursor, pageInfo.endCursor].map(text);
      seen += edges.length;
      for (const [secret, coordinate] of cursorSecrets) {
        if (sidesOf(coordinate, 'select').mayNot.includes(role)) {
          expect(cursors.join(), `${name} for ${role}`).not.toContain(secret);
        }
      }
      expect(cursors.join()).not.toContain(secrets.foreign);
    }
  }
  expect(seen).toBeGreaterThan(30);
});
const cursorSecrets = [
  ['gerenuk-experiment', 'Experiment.name'],
  [secrets.run, 'Run.name'],
  [secrets.dataset, 'Dataset.name'],
  [secrets.environment, 'Deployment.environment'],
] as const;

attack(25, async ({ data, blinds }) => {
  const list = (order: string) =>
    `query ($after: String) { runs(first: 1, after: $after${order}) { nodes { id } pageInfo { endCursor } } }`;
  const query = list(', orderBy: [{ field: NAME }]');
  const after = (await data('data_scientist', query)).runs.pageInfo.endCursor as string;
  const forged = Buffer.from('["runs:forged","a"]').toString('base64url');
  const asked = (cursor: string) => ({ query, variables: { after: cursor } });
  await blinds({ at: 'Run.name', use: 'cursor' }, asked(after), asked(forged));
  // in an order that is everyone's it is of no use to anyone
  expect(await data('business_viewer', list(''), { after })).toBeNull();
});

attack(26, async ({ data }) => {
  const walk = async (role: 'business_viewer' | 'data_scientist', list: string, more = ''): Promise<string[]> => {
    const found: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 20; page++) {
      const query = `query ($after: String) { ${list}(first: 1, after: $after${more}) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
      const { nodes, pageInfo } = (await data(role, query, { after }))[list] as {
        nodes: { id: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      found.push(...nodes.map((one) => one.id));
      if (!pageInfo.hasNextPage) return found;
      after = pageInfo.endCursor;
    }
    throw new Error('There is no end to the pages');
  };
  const whole = async (role: 'business_viewer' | 'data_scientist', list: string, more = ''): Promise<string[]> =>
    (await data(role, `{ ${list}${more} { nodes { id } } }`))[list].nodes.map((one: { id: string }) => one.id);
  // a figure for operators stands between the two for business
  expect(await walk('business_viewer', 'kpis')).toEqual(await whole('business_viewer', 'kpis'));
  expect(await whole('business_viewer', 'kpis')).toHaveLength(2);
  // one run has the metric, the others lack it
  const order = 'orderBy: [{ metric: "auc" }]';
  const runs = await whole('data_scientist', 'runs', `(${order})`);
  expect(runs.length).toBeGreaterThan(1);
  expect(await walk('data_scientist', 'runs', `, ${order}`)).toEqual(runs);
});

attack(27, async ({ hides, mlflow, planted }) => {
  for (const keys of ['', '(keys: null)', '(keys: [])', '(keys: ["*", "seed"])']) {
    const query = `{ runs { nodes { none: params(keys: ["none"]) { key } params${keys} { value } more: params { value } } } }`;
    await hides({ at: 'Run.params' }, secrets.param, query);
  }
  const one = await mlflow('business_viewer', `runs/get?run_id=${mlflowId(planted.run)}&columns=*`);
  expect(one.status).toBe(200);
  expect(one.body).not.toContain(secrets.param);
});

attack(28, async ({ app, ask }) => {
  const { kpis, identity } = app.aval.services;
  const lead = await identity.authenticate(await app.token('governance_lead'));
  const name = crypto.randomUUID();
  const id = await kpis.define(lead, { name, direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['operator'] });
  await kpis.recordValue(lead, id, { value: 0.616161, subjects: 5, at: new Date(1) });
  await kpis.recordValue(lead, id, { value: 0.313131, subjects: 4, at: new Date(2) });
  await app.aval.integrator.integrate();
  const figures = `{ kpis(where: { name: { eq: "${name}" } }) { nodes { value { value status subjects } history { value status subjects } } } }`;
  const log = '{ auditEvents(where: { action: { eq: "kpi.value-recorded" } }) { nodes { details } } }';
  expect((await ask('operator', figures)).body).toContain('0.616161');
  for (const role of ['operator', 'governance_lead', 'compliance_reviewer', 'admin'] as const) {
    for (const query of [figures, log])
      expect((await ask(role, query)).body, role).not.toMatch(/0\.313131|"subjects":4/);
  }
  // nor does an input cut a figure down to a few people
  const about = Object.values(app.aval.schema.getTypeMap()).filter(
    (type) => isInputObjectType(type) && /^(Kpi|ColumnProfile|Metric)/.test(type.name),
  );
  expect(about.map((type) => type.name).sort()).toEqual(['KpiFilter', 'MetricFilter']);
});

attack(29, async ({ app, mlflow }) => {
  const name = `${secrets.foreign}-${crypto.randomUUID()}`; // another project has it by now
  const foreign = await app.aval.services.identity.authenticate(await app.token('governance_lead', 'other'));
  const kpi = { direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['operator'] } as const;
  await app.aval.services.kpis.define(foreign, { ...kpi, name });
  const define = 'mutation ($input: DefineKpiInput!) { defineKpi(input: $input) { kpi { name } } }';
  const made = await app.graphql('governance_lead', define, { input: { ...kpi, name } });
  expect(made.data).toEqual({ defineKpi: { kpi: { name } } });
  for (const [path, body] of [
    ['registered-models/create', { name: `${secrets.foreign}-model` }],
    ['experiments/create', { name: `${secrets.foreign}-experiment` }],
  ] as const) {
    const first = await mlflow('ml_engineer', path, body);
    expect([200, 400], path).toContain(first.status); // 400 the second time: it is one's own by then
    expect(first.body).not.toContain('other');
  }
});

attack(30, async ({ app, planted, mlflow }) => {
  const of = (type: 'Kpi' | 'Dataset') => [planted.foreign[type], missingLike(type)];
  const mutations = [
    ...of('Kpi').map((id) => `mutation { recordKpiValue(input: { kpiId: "${id}", value: 1 }) { kpi { id } } }`),
    ...of('Dataset').map((id) => `mutation { untagAsset(input: { assetId: "${id}", tag: "special-category:health" }) { assignment { origin } } }`),
  ]; // prettier-ignore
  const answers = await Promise.all(mutations.map((query) => app.graphql('governance_lead', query)));
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[2]).toEqual(answers[3]);
  expect(answers.map(({ errors }) => errors?.[0]?.extensions['code'])).toEqual(Array(4).fill('NOT_FOUND'));
  const gone = async (path: string, body: (id: string) => object, ids: readonly string[]) => {
    const seen = await Promise.all(ids.map((id) => mlflow('ml_engineer', path, body(id))));
    expect(seen[0]!.status).toBe(404);
    expect(seen[0]!.body.replace(ids[0]!, '')).toBe(seen[1]!.body.replace(ids[1]!, ''));
  };
  const runs = [mlflowId(planted.foreign.Run), mlflowId(missingLike('Run'))];
  await gone('runs/delete', (run_id) => ({ run_id }), runs);
  await gone('runs/set-tag', (run_id) => ({ run_id, key: 'a', value: 'b' }), runs);
  await gone('registered-models/rename', (name) => ({ name, new_name: 'mine' }), [
    `${secrets.foreign}-model-2`,
    'wombat-model-2',
  ]);
});
